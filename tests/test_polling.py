"""Fetching updates: nothing is confirmed too early, and no trouble ends it that could pass."""

import logging
from collections.abc import Callable

import pytest
from offline_chat import TOKEN, Clock, in_loop
from telegram import Bot, Update

from bot.errors import BotError
from bot.offline.api import FakeBotApi
from bot.offline.request import OfflineRequest
from bot.store import UNREADABLE
from bot.telegram import polling
from bot.telegram.polling import Fetching, Polling
from bot.telegram.progress import Progress
from bot.telegram.quarrel import PATIENCE, PAUSE_S


class Stopped(Exception):
    """The test has seen enough."""


class Office:
    """Polling over the offline Bot API; `steps` happen one by one whenever it rests."""

    def __init__(self, tmp_path, monkeypatch, *steps: Callable[["Office"], object]) -> None:
        self.api = FakeBotApi(TOKEN)
        self.fetching = Fetching(OfflineRequest(self.api))
        self.bot = Bot(TOKEN, request=OfflineRequest(self.api), get_updates_request=self.fetching)
        self.clock = Clock()
        self.progress = Progress(tmp_path / "answered", self.clock)
        self.taken: list[Update] = []
        self.counted: list[str] = []
        self.slept: list[float] = []
        self.well = self.ill = 0
        self.is_down = False
        self.steps = list(steps)
        self.polling = Polling(
            self.bot,
            self.fetching,
            self.progress,
            ("message",),
            self.take,
            self.rest,
            self.clock,
            is_down=lambda: self.is_down,
            on_success=self._is_well,
            on_failure=self._is_ill,
            count=self.counted.append,
        )
        monkeypatch.setattr(polling, "POLL_S", 0)
        monkeypatch.setattr(polling.asyncio, "sleep", self.sleep)

    def take(self, update: Update) -> None:
        """Note an update; fail where there is a message of no chat."""
        assert update.message is None or update.message.chat.type
        self.taken.append(update)

    def _is_well(self) -> None:
        self.well += 1
        if not self.progress.waiting and not self.api.updates.waiting:
            self.step()

    def _is_ill(self) -> None:
        self.ill += 1

    def step(self) -> None:
        """Let the next thing happen; the end after the last."""
        if not self.steps:
            raise Stopped
        self.steps.pop(0)(self)

    async def rest(self, seconds: float) -> None:
        """Time passes while updates are dealt with."""
        self.clock.now_s += seconds
        self.step()

    async def sleep(self, seconds: float) -> None:
        """Time passes after a failure."""
        self.slept.append(seconds)
        self.clock.now_s += seconds

    async def run(self) -> "Office":
        """Poll until the last step is done."""
        async with self.bot:
            with pytest.raises(Stopped):
                await self.polling.run()
        return self

    @property
    def offsets(self) -> list[int]:
        """What was asked for, poll by poll."""
        return [p.get("offset", 0) for name, p in self.api.calls if name == "getUpdates"]


def say(*texts: str) -> Callable[[Office], object]:
    """Anna writes."""
    return lambda office: [office.api.say(text) for text in texts]


def end(*places: int) -> Callable[[Office], object]:
    """Updates have been dealt with, by their places among all that were taken."""
    return lambda office: [office.progress.end(office.taken[n].update_id) for n in places]


def nothing(_: Office) -> None:
    """Let time pass."""


@in_loop
async def test_an_update_is_confirmed_after_it_was_dealt_with(tmp_path, monkeypatch):
    """Until then the same is asked for again, and handed on once."""
    office = await Office(tmp_path, monkeypatch, say("a", "b"), nothing, end(1), end(0)).run()

    assert [u.message.text for u in office.taken if u.message] == ["a", "b"]
    assert office.offsets == [0, 0, 1, 1, 3]
    assert office.api.updates.waiting == []


@in_loop
async def test_what_comes_meanwhile_is_handed_on(tmp_path, monkeypatch):
    """A message that takes long to answer keeps nobody's from being read."""
    office = await Office(
        tmp_path, monkeypatch, say("slow"), say("b"), end(1), say("c"), end(0, 2)
    ).run()

    assert [u.message.text for u in office.taken if u.message] == ["slow", "b", "c"]


@in_loop
async def test_what_each_asking_says(tmp_path, monkeypatch):
    """Telegram may hold the answer back unless something waits here; the kinds are always named."""
    office = Office(tmp_path, monkeypatch, nothing, nothing)
    monkeypatch.setattr(polling, "POLL_S", 25)
    office.api.say("a")
    await office.run()

    asked = [said for name, said in office.api.calls if name == "getUpdates"]
    assert [said.get("timeout", 0) for said in asked] == [25, 0, 0]
    assert [said["allowed_updates"] for said in asked] == [["message"]] * 3


@in_loop
async def test_a_server_that_does_not_hold_the_answer_back(tmp_path, monkeypatch):
    """Some that are not Telegram's answer at once: they are asked a few times a second."""
    office = Office(tmp_path, monkeypatch, nothing, say("a"), end(0), nothing)
    monkeypatch.setattr(polling, "POLL_S", 25)
    await office.run()

    assert len(office.taken) == 1
    assert office.slept == [polling.SOON_S] * 3


@in_loop
async def test_half_a_character_is_made_a_whole_one(tmp_path, monkeypatch):
    """No reply could carry it, and a text that was cut off in an emoji has one."""
    office = await Office(tmp_path, monkeypatch, say("ouch \ud83d"), end(0)).run()

    assert [u.message.text for u in office.taken if u.message] == ["ouch \ufffd"]


@in_loop
async def test_an_update_comes_twice(tmp_path, monkeypatch):
    """It is handed on once."""
    office = Office(tmp_path, monkeypatch, say("a"), end(0))
    office.api.fail("duplicate", times=2)

    assert len((await office.run()).taken) == 1


@in_loop
async def test_an_update_that_nobody_can_read(tmp_path, monkeypatch, caplog):
    """It is passed over, counted and confirmed; those before and behind it are handed on."""

    def poison(office: Office) -> None:
        say("a")(office)
        office.api.fail("unparsable")
        say("b")(office)

    office = await Office(tmp_path, monkeypatch, poison, end(0, 1)).run()

    assert [u.message.text for u in office.taken if u.message] == ["a", "b"]
    assert office.counted == [UNREADABLE]
    assert office.api.updates.waiting == []
    assert "Update 2 was skipped" in caplog.text


@in_loop
async def test_an_update_that_nobody_can_take(tmp_path, monkeypatch, caplog):
    """The same: the library reads it, but what is in it fits no message, such as one of no chat."""

    def odd(office: Office) -> None:
        for chat in (None, {"id": 1, "type": "private"}):
            message = {"message_id": 1, "date": 1_800_000_000, "chat": chat, "text": "x"}
            office.api.updates.add("message", message)

    office = await Office(tmp_path, monkeypatch, odd, end(0)).run()

    assert len(office.taken) == 1
    assert office.counted == [UNREADABLE]
    assert "Update 1 was skipped: AttributeError at " in caplog.text


TROUBLES = {
    "a lost connection": ({"fault": "drop-before"}, 1.0),
    "an answer that is lost": ({"fault": "drop-after"}, 1.0),
    "a server error": ({"fault": "502"}, 1.0),
    "a flood": ({"fault": "429", "retry_after": 7}, 7),
    "a long flood, in which the bot tells that it is alive": (
        {"fault": "429", "retry_after": 70},
        70,
    ),
    "a conflict that passes": (
        {"fault": "refusal", "code": 409, "description": "Conflict: x"},
        PAUSE_S,
    ),
}


@pytest.mark.filterwarnings("ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize(("fault", "pause_s"), TROUBLES.values(), ids=TROUBLES)
@in_loop
async def test_troubles_pass(fault, pause_s, tmp_path, monkeypatch, caplog):
    """The bot waits, tells the operator, and goes on; nothing is lost."""
    office = Office(tmp_path, monkeypatch, end(0))
    office.api.say("a")
    office.api.fail(method="getUpdates", **fault)

    with caplog.at_level(logging.INFO):
        await office.run()

    assert len(office.taken) == 1
    assert sum(office.slept) == pause_s
    assert max(office.slept) <= 30
    assert office.ill == len(office.slept)
    assert caplog.text.count("trying on") == 1
    assert "fetched again" in caplog.text


PAGES = {
    "a page that calls itself fine": (200, b"<html>my secret"),
    "no text at all": (200, b'{"ok": true, "result": [], "x": "my secret \xff"}'),
    "a page that was not found": (404, b"<html>my secret"),
    "a service that knows no token": (401, b'{"error": "my secret"}'),
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@in_loop
async def test_what_something_in_between_answers(page, tmp_path, monkeypatch, caplog):
    """It says nothing of the token, and what it says is not told: it may be anything."""
    office = Office(tmp_path, monkeypatch, end(0))
    office.api.say("a")
    real = office.fetching.inner.do_request

    async def between(*_, **__):
        monkeypatch.setattr(office.fetching.inner, "do_request", real)
        return page

    monkeypatch.setattr(office.fetching.inner, "do_request", between)
    await office.run()

    assert len(office.taken) == 1
    assert f"NetworkError: HTTP {page[0]}, which is no answer of the Bot API" in caplog.text
    assert "secret" not in caplog.text


@in_loop
async def test_pauses_grow_and_end(tmp_path, monkeypatch):
    """After a night without a network the bot is back within half a minute."""
    office = Office(tmp_path, monkeypatch, nothing)
    office.api.fail("drop-before", method="getUpdates", times=20)

    await office.run()

    assert office.slept[:5] == [1, 2, 4, 8, 16]
    assert max(office.slept) == 30


@in_loop
async def test_pauses_begin_anew_after_an_answer(tmp_path, monkeypatch):
    """A short trouble of now has nothing to do with the long one of before."""

    def trouble(office: Office) -> None:
        office.api.fail("drop-before", method="getUpdates", times=2)

    office = await Office(tmp_path, monkeypatch, trouble, trouble).run()

    assert office.slept == [1, 2, 1, 2]


@in_loop
async def test_a_refused_token_ends_it(tmp_path, monkeypatch):
    """The process must not live on without anybody being answered."""
    office = Office(tmp_path, monkeypatch)
    async with office.bot:
        office.api.token = "1:another"  # noqa: S105 - opens nothing
        with pytest.raises(BotError, match="no longer knows the token"):
            await office.polling.run()


def conflicts(office: Office, times: int) -> None:
    """Let another program fetch the updates of this bot."""
    office.api.fail(
        "refusal",
        method="getUpdates",
        code=409,
        description="Conflict: terminated by other getUpdates request",
        times=times,
    )


@in_loop
async def test_the_newer_of_two_copies_gives_way(tmp_path, monkeypatch):
    """It ends with a line that says what to do, and with exit code 1."""
    office = Office(tmp_path, monkeypatch)
    conflicts(office, times=10)
    async with office.bot:
        with pytest.raises(BotError, match="Another copy of this bot is running"):
            await office.polling.run()
        polls = len(office.offsets)
        await office.polling.confirm()
    assert office.slept == [PAUSE_S] * PATIENCE[0][1]
    assert len(office.offsets) == polls  # one more would end the other copy as well


@in_loop
async def test_a_copy_that_waited_long_for_the_network_is_new_all_the_same(tmp_path, monkeypatch):
    """What counts is since when it fetches."""
    office = Office(tmp_path, monkeypatch)
    office.clock.now_s += PATIENCE[-1][0]
    conflicts(office, times=10)
    async with office.bot:
        with pytest.raises(BotError, match="Another copy of this bot is running"):
            await office.polling.run()


@in_loop
async def test_the_older_of_two_copies_goes_on(tmp_path, monkeypatch):
    """Who has served for minutes is not thrown out by a copy that was started by mistake."""

    def later(office: Office) -> None:
        office.clock.now_s += PATIENCE[-1][0]
        conflicts(office, times=10)

    office = await Office(tmp_path, monkeypatch, later, say("a"), end(0)).run()

    assert len(office.taken) == 1


@in_loop
async def test_a_webhook_that_is_set_meanwhile_is_removed(tmp_path, monkeypatch, caplog):
    """The operator reads that another program uses the token."""

    def hook(office: Office) -> None:
        office.api.webhook.set_webhook("https://example.org/hook")

    office = await Office(tmp_path, monkeypatch, hook, say("a"), end(0)).run()

    assert len(office.taken) == 1
    assert "through a webhook" in caplog.text


@in_loop
async def test_a_webhook_that_cannot_be_removed_is_told_once(tmp_path, monkeypatch, caplog):
    """The bot tries on at its pace: neither Telegram nor the log is flooded."""
    office = Office(tmp_path, monkeypatch, end(0))
    office.api.webhook.set_webhook("https://example.org/hook")
    office.api.say("a")
    office.api.fail("502", method="deleteWebhook", times=5)

    await office.run()

    assert office.slept == [1, 2, 4, 8, 16, 30]
    assert caplog.text.count("through a webhook") == 1


@pytest.mark.parametrize("stuck", [1, 40, 99])
@in_loop
async def test_what_has_to_wait_does_not_block_others_for_long(
    stuck, tmp_path, monkeypatch, caplog
):
    """Telegram gives a hundred at once: soon all that waits is set aside."""

    def crowd(office: Office) -> None:
        for _ in range(300):
            office.api.say("x")

    def answer(office: Office) -> None:
        for update in office.taken[stuck:]:
            office.progress.end(update.update_id)
        if len(office.taken) < 300:
            office.steps.append(answer)

    office = await Office(tmp_path, monkeypatch, crowd, answer).run()

    assert "Others go on without what has to wait" in caplog.text
    assert office.clock.now_s - 1000 < 1.2 * polling.STUCK_S
    assert office.progress.offset > stuck


@in_loop
async def test_when_nothing_can_be_sent_nothing_is_set_aside(tmp_path, monkeypatch):
    """There are no others who could go on, and Telegram keeps it all safer than memory does."""

    def crowd(office: Office) -> None:
        office.is_down = True
        for _ in range(300):
            office.api.say("x")

    office = await Office(tmp_path, monkeypatch, crowd, *[nothing] * 300).run()

    assert office.clock.now_s - 1000 > polling.STUCK_S
    assert office.progress.aside == set()
    assert office.progress.offset == 1


@in_loop
async def test_what_is_done_at_the_end_is_confirmed(tmp_path, monkeypatch):
    """Only that: what has not been dealt with is fetched by the next process."""
    office = Office(tmp_path, monkeypatch, say("a", "b"), end(0))
    await office.run()

    async with office.bot:
        await office.polling.confirm()

    assert [u["message"]["text"] for u in office.api.updates.waiting] == ["b"]


@in_loop
async def test_a_last_confirmation_that_fails_is_no_harm(tmp_path, monkeypatch, caplog):
    """At most something is answered twice."""
    office = Office(tmp_path, monkeypatch)
    async with office.bot:
        office.api.fail("drop-before", method="getUpdates")
        with caplog.at_level(logging.INFO):
            await office.polling.confirm()
    assert "could not be confirmed" in caplog.text


@in_loop
async def test_a_last_confirmation_that_takes_long_is_given_up(tmp_path, monkeypatch, caplog):
    """The end of the process does not wait for a Telegram that is slow."""
    office = Office(tmp_path, monkeypatch)
    monkeypatch.setattr(polling, "CONFIRM_S", 0.01)
    async with office.bot:
        office.api.fail("slow", method="getUpdates", seconds=50)
        with caplog.at_level(logging.INFO):
            await office.polling.confirm()
    assert "could not be confirmed: TimeoutError" in caplog.text


@in_loop
async def test_a_connection_that_died_unnoticed_is_given_up(monkeypatch):
    """Fetching takes no longer than a minute in all, whatever the network says."""
    api = FakeBotApi(TOKEN)
    fetching = Fetching(OfflineRequest(api))
    bot = Bot(TOKEN, request=OfflineRequest(api), get_updates_request=fetching)
    monkeypatch.setattr(polling, "STALLED_S", 0.01)
    async with bot:
        with pytest.raises(polling.TelegramError, match="no answer came"):
            await fetching.fetch(bot, 0, timeout=50)


ODD = {
    "no list": (b'{"ok": true, "result": true}', "TelegramError"),
    "a list": (b"[]", "TelegramError"),
    "no result": (b'{"ok": true}', []),
    "no numbers": (b'{"ok": true, "result": [{}, {"update_id": "x"}]}', []),
}


@pytest.mark.parametrize(("body", "expected"), ODD.values(), ids=ODD)
@in_loop
async def test_an_odd_answer_is_a_passing_trouble(body, expected):
    """A server that is none of Telegram's does not end the process."""

    class Odd(OfflineRequest):
        async def do_request(self, *_: object, **__: object) -> tuple[int, bytes]:
            return 200, body

    api = FakeBotApi(TOKEN)
    fetching = Fetching(Odd(api))
    bot = Bot(TOKEN, request=OfflineRequest(api), get_updates_request=fetching)
    async with bot:
        if expected == []:
            assert await fetching.fetch(bot, 0) == []
        else:
            with pytest.raises(polling.TelegramError):
                await fetching.fetch(bot, 0)
