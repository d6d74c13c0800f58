"""The maintainers' chats: what reaches them, who may press there, and what was done first."""

import asyncio
import logging
import shutil
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from offline_chat import BERT, TOKEN, FaultyBotApi, OfflineChat, bread, in_loop, refusal

from bot.curation.decisions import Decisions
from bot.errors import Problem
from bot.following import Learning, Live, Refused
from bot.model import Version
from bot.offline.api import ANNA, Chat, FakeBotApi, Person
from bot.passed import FILE, KEPT_DAYS, Kept, Queue
from bot.settings import CHECKOUT
from bot.store import today
from bot.telegram.maintainers import DAY_S, MOST_A_DAY
from bot.telegram.proposals import GONE
from bot.telegram.purging import purging

BREAD = CHECKOUT / "tests" / "bread"
CARL = Person(1003, "Carl")
OFFICE = -100
WARM = "how warm must the oven get"
PIZZA = "best pizza in town"
PASS_ON = bread().knowledge.texts.button_pass_on
TAKE_BACK = bread().knowledge.texts.button_take_back


@asynccontextmanager
async def review(tmp_path, api=None, chats=(BERT.id, OFFICE), **more):
    """A bot with two chats of maintainers: Bert's own, and a group."""
    folder = tmp_path / "knowledge"
    if not folder.exists():
        shutil.copytree(BREAD, folder)
    api = api or FakeBotApi(TOKEN)
    api.say("/start", BERT)
    api.chats.setdefault(OFFICE, Chat(OFFICE, "supergroup", "Maintainers", has_privacy=False))
    data = tmp_path / "data"
    settings = {"admin_chats": chats, "knowledge_dir": folder, **more}
    async with OfflineChat(bread(), api, data, **settings) as chat:
        yield chat


def queue(chat: OfflineChat) -> Queue:
    return Queue(chat.data_dir / FILE, today)


async def until(fits: Callable[[], object]) -> None:
    """Return when something is so."""
    async with asyncio.timeout(60):
        while not fits():  # noqa: ASYNC110 - a log line wakes nobody
            await asyncio.sleep(0.01)


async def announced(chat: OfflineChat, words: str, person: Person = BERT, group=None) -> dict:
    """The newest message of the bot that has these words, as soon as it is there."""

    def found() -> list[dict]:
        return [m for m in chat.sent(person, group) if words in m["text"]]

    await until(found)
    return found()[-1]


async def noted(chat: OfflineChat) -> None:
    """Return when a restart would announce nothing again."""
    decisions = Decisions(queue(chat))
    await until(lambda: all(group.is_announced for group in decisions.groups()))


@in_loop
async def test_what_is_passed_on_reaches_every_chat_once(tmp_path):
    """With the words, the proposal, its effect and the buttons; a restart repeats nothing."""
    async with review(tmp_path) as chat:
        await chat.say("best pizza in town")
        await chat.press(PASS_ON)
        for group in (None, OFFICE):
            message = await announced(chat, "best pizza in town", BERT, group)
            assert message["text"].startswith("Passed on once, ")
            labels = [row[0]["text"] for row in message["reply_markup"]["inline_keyboard"]]
            assert labels[-2:] == ["Another entry", "Ignore"]
        await noted(chat)
        api = chat.api
    async with review(tmp_path, api) as chat:
        queue(chat).pass_on(WARM)
        chat.maintainers.wake()
        await announced(chat, WARM)
        texts = [message["text"] for message in chat.sent(BERT)]
    assert sum("best pizza" in text for text in texts) == 1


@in_loop
async def test_what_waited_is_announced_at_the_start(tmp_path):
    """Nothing that was passed on while the bot was down is lost."""
    tmp_path.joinpath("data").mkdir()
    Queue(tmp_path / "data" / FILE, today).pass_on(WARM)
    async with review(tmp_path) as chat:
        message = await announced(chat, WARM)
    assert "would become a phrasing of How hot should the oven be?" in message["text"]


@in_loop
async def test_accepting_in_one_chat_and_pressing_in_the_other(tmp_path):
    """The first wins; the others see what was done, and may take it back."""
    async with review(tmp_path) as chat:
        queue(chat).pass_on(WARM)
        chat.maintainers.wake()
        await announced(chat, WARM, BERT, OFFICE)
        before = (tmp_path / "knowledge" / "qa.yaml").read_text()

        said = await chat.press("Accept", BERT)
        assert said.startswith(f"Accepted: “{WARM}” asks How hot should the oven be?")
        assert WARM in (tmp_path / "knowledge" / "qa.yaml").read_text()
        assert len([m for m in chat.sent(BERT) if WARM in m["text"]]) == 1

        said = await chat.press("Accept", CARL, OFFICE)
        assert said.startswith("Somebody else was faster.")
        assert "Accept" in await chat.press("Undo", CARL, OFFICE)
        assert (tmp_path / "knowledge" / "qa.yaml").read_text() == before


@in_loop
async def test_only_the_maintainers_chats_may_press(tmp_path):
    """A forged press from another chat changes nothing."""
    async with review(tmp_path) as chat:
        queue(chat).pass_on(WARM)
        chat.maintainers.wake()
        message = await announced(chat, WARM)
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        await chat.say("hello")

        assert await chat.press_data(data, ANNA) == ""
        notices = [e.data for e in chat.api.world.log.events if e.kind == "callback_answer"]
        assert notices[-1]["text"] == bread().knowledge.texts.not_yours
        await chat.give(chat.api.press_inline(data, BERT))
        assert WARM not in (tmp_path / "knowledge" / "qa.yaml").read_text()


@in_loop
async def test_without_maintainers_such_buttons_are_unknown(tmp_path):
    """Where ADMIN_CHATS is empty there is no review in Telegram."""
    async with review(tmp_path, chats=()) as chat:
        await chat.say("hello")
        assert "no longer here" in await chat.press_data("r:a0000000000000000")


@in_loop
async def test_a_chat_that_cannot_be_reached(tmp_path, caplog):
    """The others are told; as long as nobody could be, it is announced once more later."""
    caplog.set_level(logging.WARNING)
    gone = refusal(403, "Forbidden: bot was blocked by the user")
    api = FaultyBotApi({"sendMessage": [gone, gone]})
    async with review(tmp_path, api) as chat:
        queue(chat).pass_on(WARM)
        chat.maintainers.wake()
        await until(lambda: chat.count("sendMessage") >= 2)
        assert chat.sent(BERT) == []
        api.trouble("sendMessage", gone)
        chat.maintainers.wake()
        await announced(chat, WARM, BERT, OFFICE)
    assert "A chat in ADMIN_CHATS cannot be reached" in caplog.text
    assert str(BERT.id) not in caplog.text


@in_loop
async def test_what_nobody_gets_is_the_last_that_is_tried(tmp_path, caplog):
    """Each time something happens, one group is drawn up, however many wait."""
    tmp_path.joinpath("data").mkdir()
    for words in (WARM, PIZZA, "who won the match"):
        Queue(tmp_path / "data" / FILE, today).pass_on(words)
    gone = refusal(403, "Forbidden: bot was blocked by the user")
    api = FaultyBotApi({"sendMessage": [gone, gone]})
    async with review(tmp_path, api, chats=(BERT.id,)) as chat:
        for tries in (1, 2):
            await until(lambda tries=tries: caplog.text.count("cannot be reached") == tries)
            assert chat.count("sendMessage") == tries
            chat.maintainers.wake()
        await until(lambda: len(chat.sent(BERT)) == 3)
        assert chat.count("sendMessage") == 5


# ---------------------------------------------------------------- taken back, deleted


def shown(chat: OfflineChat) -> list[str]:
    """What stands in both chats of maintainers."""
    return [m["text"] for group in (None, OFFICE) for m in chat.sent(BERT, group)]


def buttons(chat: OfflineChat) -> list[dict]:
    """The keyboards in both chats of maintainers."""
    messages = [m for group in (None, OFFICE) for m in chat.sent(BERT, group)]
    return [m["reply_markup"] for m in messages if "reply_markup" in m]


PRESSED = {
    "left alone": (),
    "another entry looked for": ("Another entry",),
    "ignored": ("Ignore",),
    "ignored, and taken up again": ("Ignore", "Undo"),
}


@pytest.mark.parametrize("pressed", PRESSED.values(), ids=PRESSED)
@in_loop
async def test_what_is_taken_back_goes_from_every_chat(tmp_path, pressed):
    """Whatever was pressed there; its words and its buttons, and nothing else is said."""
    async with review(tmp_path) as chat:
        await chat.say(PIZZA)
        await chat.press(PASS_ON)
        await announced(chat, PIZZA, BERT, OFFICE)
        for label in pressed:
            await chat.press(label, BERT)

        await chat.press(TAKE_BACK)
        await until(lambda: shown(chat) == [GONE, GONE])
        assert buttons(chat) == []


@in_loop
async def test_what_is_deleted_after_90_days_goes_from_every_chat(tmp_path):
    """Without anybody's doing."""
    async with review(tmp_path) as chat:
        queue(chat).pass_on(PIZZA)
        chat.maintainers.wake()
        await announced(chat, PIZZA, BERT, OFFICE)
        later = Queue(queue(chat).path, lambda: today() + timedelta(days=KEPT_DAYS + 1))
        async with purging(later, on_purged=chat.maintainers.wake):
            await until(lambda: shown(chat) == [GONE, GONE])


@in_loop
async def test_what_others_asked_as_well_stays(tmp_path):
    """Only the words of who took them back go; the rest can be decided as before."""
    async with review(tmp_path) as chat:
        kept = queue(chat).pass_on(f"{WARM} now")
        queue(chat).pass_on(f"{WARM} please")
        assert isinstance(kept, Kept)
        chat.maintainers.wake()
        message = await announced(chat, "Passed on 2 times", BERT, OFFICE)
        assert f"“{WARM} now”" in message["text"]

        queue(chat).take_back(kept.receipt)
        chat.maintainers.wake()
        await until(lambda: all("Passed on once" in text for text in shown(chat)))
        assert [f"“{WARM} now”" in text for text in shown(chat)] == [False, False]
        assert len(buttons(chat)) == 2
        assert (await chat.press("Accept", CARL, OFFICE)).startswith("Accepted")


async def pizza_before_a_restart(tmp_path) -> FakeBotApi:
    """A process that has shown the chats what Anna passed on, and ended; what is left of it."""
    async with review(tmp_path) as chat:
        await chat.say(PIZZA)
        await chat.press(PASS_ON)
        await announced(chat, PIZZA, BERT, OFFICE)
        await noted(chat)
        return chat.api


@in_loop
async def test_a_message_of_before_a_restart(tmp_path):
    """It is not known any more, until somebody presses there."""
    api = await pizza_before_a_restart(tmp_path)
    async with review(tmp_path, api) as chat:
        await chat.press("Ignore", BERT)
        await chat.press(TAKE_BACK)
        await until(lambda: GONE in shown(chat))
        assert [PIZZA in text for text in shown(chat)] == [False, True]
        assert await chat.press("Ignore", CARL, OFFICE) == GONE


EDITS = {
    "is not there any more": (400, "Bad Request: message to edit not found", 1),
    "cannot be reached just now": (403, "Forbidden: bot was kicked from the supergroup chat", 0),
}


@pytest.mark.parametrize(("code", "why", "left"), EDITS.values(), ids=EDITS)
@in_loop
async def test_a_message_that_cannot_be_edited(tmp_path, code, why, left):
    """Nothing is sent instead; what may be reached later is tried again when something happens."""
    api = FaultyBotApi({"editMessageText": [refusal(code, why)]})
    async with review(tmp_path, api) as chat:
        kept = queue(chat).pass_on(PIZZA)
        assert isinstance(kept, Kept)
        chat.maintainers.wake()
        await announced(chat, PIZZA, BERT, OFFICE)
        queue(chat).take_back(kept.receipt)
        chat.maintainers.wake()
        await until(lambda: GONE in shown(chat))
        assert len(shown(chat)) == 2

        queue(chat).pass_on(WARM)
        chat.maintainers.wake()
        await announced(chat, WARM, BERT, OFFICE)
        await until(lambda: sum(PIZZA in text for text in shown(chat)) == left)
        assert len(shown(chat)) == 4


@in_loop
async def test_a_flood_does_not_bury_the_chats(tmp_path, caplog):
    """On one day so many groups are announced; the next day goes on."""
    caplog.set_level(logging.INFO)
    async with review(tmp_path, chats=(BERT.id,)) as chat:
        subjects = [f"{a}{b}" for a in "bcdfghjkl" for b in ("ano", "ira", "umple")]
        for word in subjects:
            queue(chat).pass_on(f"{word}ing {word}est of {word}")
        chat.maintainers.wake()
        await until(lambda: "More groups of questions wait" in caplog.text)
        assert len(chat.sent(BERT)) == MOST_A_DAY
        chat.clock.now_s += DAY_S
        chat.maintainers.wake()
        await until(lambda: len(chat.sent(BERT)) > MOST_A_DAY)


@in_loop
async def test_a_queue_that_cannot_be_read(tmp_path, caplog):
    """The operator reads why; later it goes on."""
    caplog.set_level(logging.WARNING)
    whole, damaged = tmp_path / "whole", tmp_path / "data" / FILE
    Queue(whole, today).pass_on(WARM)
    damaged.parent.mkdir()
    damaged.write_bytes(b"no database" * 100)
    async with review(tmp_path) as chat:
        await until(lambda: "cannot be announced" in caplog.text)
        whole.replace(damaged)  # at once: whoever opened an empty file would begin it anew
        chat.maintainers.wake()
        await announced(chat, WARM)


OLD, NEW = Version("a" * 64), Version("b" * 64)
FAULTS = tuple(Problem("knowledge/qa.yaml", n, "a < b", "bad-markup") for n in range(1, 12))


@in_loop
async def test_a_refused_edit_and_being_live_again(tmp_path):
    """The findings reach the maintainers, and when it is mended; an ordinary edit is not news."""
    async with review(tmp_path) as chat:
        for change in (Learning(OLD), Live(OLD, bread()), Refused(NEW, FAULTS)):
            await chat.maintainers.note(change)
        message = await announced(chat, "is not taken over")
        assert "knowledge/qa.yaml:1: a < b [bad-markup]" in message["text"]
        assert "... and 3 more" in message["text"]
        assert len(chat.sent(BERT)) == 1

        for change in (Learning(NEW), Live(NEW, bread()), Live(NEW, bread())):
            await chat.maintainers.note(change)
        await announced(chat, f"Live again: {NEW}", BERT, OFFICE)
        assert [m["text"].partition(":")[0] for m in chat.sent(BERT)][1:] == ["Live again"]


@pytest.fixture(autouse=True)
def _no_real_waiting(monkeypatch):
    """Nothing here waits for the pace of Telegram."""
    monkeypatch.setattr("bot.telegram.patience.MOST_WAIT_S", 0.0)


@pytest.mark.parametrize("way", ["Telegram tells", "it was down meanwhile"])
@in_loop
async def test_a_group_of_maintainers_becomes_a_supergroup(tmp_path, way):
    """It goes on under its new number, and says what to put into ADMIN_CHATS."""
    async with review(tmp_path) as chat:
        queue(chat).pass_on(PIZZA)
        chat.maintainers.wake()
        await announced(chat, PIZZA, BERT, OFFICE)
        new = chat.api.upgrade(chat.api.chats[OFFICE])
        if way == "Telegram tells":
            for update in chat.api.updates.waiting[-2:]:
                await chat.give(update, group=new.id)
            await announced(chat, "has become a supergroup", BERT, new.id)
        queue(chat).pass_on(WARM)
        chat.maintainers.wake()

        await announced(chat, WARM, BERT, new.id)
        message = await announced(chat, "has become a supergroup", BERT, new.id)
        assert f"put {new.id} there in place of {OFFICE}" in message["text"]
        assert sum("supergroup" in message["text"] for message in chat.sent(BERT)) == 1
        assert (await chat.press("Accept", CARL, new.id)).startswith("Accepted")


@in_loop
async def test_a_press_in_a_group_that_has_moved_unnoticed(tmp_path):
    """What comes of it stands in the new group, and goes from there when it is taken back."""
    api = await pizza_before_a_restart(tmp_path)
    async with review(tmp_path, api) as chat:
        old = api.chats[OFFICE]
        new = api.upgrade(old)
        old.migrated_to, moved_to = 0, old.migrated_to  # the press still names the old one
        update = api.press("Ignore", CARL, OFFICE)
        old.migrated_to = moved_to
        await chat.give(update, CARL, OFFICE)
        await announced(chat, PIZZA, BERT, new.id)
        await announced(chat, "has become a supergroup", BERT, new.id)

        await chat.press(TAKE_BACK)
        await until(lambda: any(GONE in m["text"] for m in chat.sent(group=new.id)))
        assert not any(PIZZA in message["text"] for message in chat.sent(group=new.id))


@in_loop
async def test_another_group_that_becomes_a_supergroup_is_nobody_s_business(tmp_path):
    """The maintainers do not hear of it, and it gets no say."""
    async with review(tmp_path) as chat:
        await chat.say("@offline_bot how hot", group=-700)
        new = chat.api.upgrade(chat.api.chats[-700])
        for update in chat.api.updates.waiting[-2:]:
            await chat.give(update, group=new.id)
        queue(chat).pass_on(WARM)
        chat.maintainers.wake()
        await announced(chat, WARM)
        assert not any("supergroup" in message["text"] for message in chat.sent(BERT))
        assert chat.sent(group=new.id) == []
