"""Getting through: what must arrive is tried until Telegram takes it or refuses it."""

import asyncio
import json
import logging
from typing import Any

import httpx
import pytest
from offline_chat import TOKEN, in_loop
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.request import BaseRequest

from bot.store import CUT, WAITED
from bot.telegram import patience
from bot.telegram.patience import MOST_AT_ONCE, Patient

pytestmark = pytest.mark.filterwarnings(
    # python-telegram-bot says so to everybody who is told to wait, see PTB_TIMEDELTA.
    "ignore:.*attribute `retry_after` will be of type:telegram.warnings.PTBDeprecationWarning"
)
SENT = {"message_id": 1, "date": 1_800_000_000, "chat": {"id": 1, "type": "private"}, "text": "x"}
LOST = ConnectionResetError("connection reset by peer")


def not_sent() -> NetworkError:
    """What python-telegram-bot makes of a server that is not there."""
    error = NetworkError("httpx.ConnectError")
    error.__cause__ = httpx.ConnectError("nobody listens")
    return error


def refusal(code: int, description: str = "no", **parameters: int) -> tuple[int, bytes]:
    """An answer of the Bot API that says no."""
    answer = {"ok": False, "error_code": code, "description": description}
    return code, json.dumps({**answer, "parameters": parameters} if parameters else answer).encode()


def flood(seconds: int) -> tuple[int, bytes]:
    """Telegram's answer when a bot writes too much."""
    return refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class Network(BaseRequest):
    """Answers with these troubles one after another, then well."""

    def __init__(self, *troubles: BaseException | tuple[int, bytes]) -> None:
        self.troubles = list(troubles)
        self.asked: list[str] = []
        self.patience_s: list[float | None] = []

    @property
    def read_timeout(self) -> float:
        """Seconds; of no meaning here."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(self, url: str, *_: object, **more: Any) -> tuple[int, bytes]:
        """The next answer."""
        self.asked.append(url.rpartition("/")[2])
        self.patience_s.append(more.get("read_timeout"))
        if not self.troubles:
            result = SENT if url.endswith(("Message", "Text")) else True
            return 200, json.dumps({"ok": True, "result": result}).encode()
        trouble = self.troubles.pop(0)
        if isinstance(trouble, BaseException):
            raise trouble
        return trouble


class Line:
    """A bot whose requests go through a `Patient` over such a network."""

    def __init__(self, *troubles: BaseException | tuple[int, bytes]) -> None:
        self.network = Network(*troubles)
        self.waits: list[float] = []
        self.counted: list[str] = []
        self.dates: list[float] = []
        patient = Patient(self.network, self.counted.append, self.dates.append, self.pause)
        self.bot = Bot(TOKEN, request=patient, get_updates_request=patient)

    async def pause(self, seconds: float) -> None:
        """Wait for nothing."""
        self.waits.append(seconds)


GETS_THROUGH = {
    "at once": ([], [], []),
    "after the wait that Telegram asks for": ([flood(7)], [7], [WAITED]),
    "after a wait of an hour": ([flood(3600)], [3600], [WAITED]),
    "after two waits": ([flood(1), flood(3)], [1, 3], [WAITED] * 2),
    "after a lost connection": ([LOST], [0.2], [CUT]),
    "after many lost connections": ([LOST] * 5, [0.2, 0.4, 0.8, 1.6, 3.2], [CUT] * 5),
    "after no answer in time": ([TimedOut()], [0.2], [CUT]),
    "after a server that is not there, which doubles nothing": ([not_sent()] * 2, [0.2, 0.4], []),
    "after a wait and a lost connection": ([flood(5), LOST], [5, 0.4], [WAITED, CUT]),
    "after a server error": ([refusal(502), refusal(500)], [0.2, 0.4], []),
    "after another token, as the one it had was revoked": ([refusal(401)] * 2, [0.2, 0.4], []),
    "after the page of a proxy": ([(403, b"<html>"), (404, b"[]")], [0.2, 0.4], []),
    "after a page that is well received": ([(200, b"<html>"), (200, b"\x1f\x8b")], [0.2, 0.4], []),
    "after a flood without a number": ([refusal(429)], [1], [WAITED]),
    "after a flood in no language": ([(429, b"<html>")], [1], [WAITED]),
}


@pytest.mark.parametrize(("troubles", "waits", "counted"), GETS_THROUGH.values(), ids=GETS_THROUGH)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
@in_loop
async def test_what_must_arrive_gets_through(method, troubles, waits, counted):
    """Troubles cost a wait and no message; what may stand there twice is counted."""
    line = Line(*troubles)

    if method == "sendMessage":
        await line.bot.send_message(1, "x")
    else:
        await line.bot.edit_message_text("x", chat_id=1, message_id=1)

    assert line.network.asked == [method] * (len(troubles) + 1)
    assert line.waits == pytest.approx(waits)
    assert line.counted == counted


@in_loop
async def test_the_pause_does_not_grow_without_end():
    """After an outage of hours the bot is back within half a minute."""
    line = Line(*[LOST] * 2000)

    await line.bot.send_message(1, "x")

    assert max(line.waits) == 30


@in_loop
async def test_a_send_that_the_end_of_the_process_cuts_is_counted():
    """It may have arrived, and the next process sends it again."""
    line = Line(asyncio.CancelledError())

    with pytest.raises(asyncio.CancelledError):
        await line.bot.send_message(1, "x")

    assert line.counted == [CUT]


@in_loop
async def test_a_slow_telegram_gets_longer_from_try_to_try():
    """What it takes a minute to answer stands there a few times, not twelve times a minute."""
    line = Line(*[TimedOut()] * 6)

    await line.bot.send_message(1, "x")

    assert line.network.patience_s == [10, 20, 40, 80, 80, 80, 80]


REFUSED = {
    "blocked": (refusal(403, "Forbidden: bot was blocked by the user"), Forbidden),
    "no such chat": (refusal(400, "Bad Request: chat not found"), BadRequest),
}


@pytest.mark.parametrize(("answer", "error"), REFUSED.values(), ids=REFUSED)
@in_loop
async def test_a_refusal_is_final(answer, error):
    """What Telegram does not want is not tried again."""
    line = Line(answer)

    with pytest.raises(error):
        await line.bot.send_message(1, "x")

    assert line.network.asked == ["sendMessage"]


GIVES_UP = {
    "after two lost connections": ([LOST] * 2, NetworkError, 2),
    "after two server errors": ([refusal(502)] * 2, NetworkError, 2),
    "after two pages of a proxy": ([(404, b"<html>"), (200, b"<html>")], NetworkError, 2),
    "after two answers of another service": ([(401, b'{"error": 1}')] * 2, NetworkError, 2),
    "when the wait is long": ([flood(4)], RetryAfter, 1),
}


@pytest.mark.parametrize(("troubles", "error", "tries"), GIVES_UP.values(), ids=GIVES_UP)
@in_loop
async def test_other_requests_are_given_up_soon(troubles, error, tries):
    """Nobody waits a minute for the clock of a button to stop."""
    line = Line(*troubles)

    with pytest.raises(error):
        await line.bot.answer_callback_query("1")

    assert line.network.asked == ["answerCallbackQuery"] * tries
    assert line.counted == [WAITED] * 0


@in_loop
async def test_other_requests_are_tried_twice():
    """One lost connection is no reason to leave a button waiting."""
    line = Line(LOST)

    assert await line.bot.answer_callback_query("1")


@in_loop
async def test_every_message_sent_tells_the_time_at_telegram():
    """So that the age of a message does not depend on the clock of this machine."""
    line = Line()

    await line.bot.send_message(1, "x")
    await line.bot.answer_callback_query("1")

    assert line.dates == [1_800_000_000]


@in_loop
async def test_the_operator_hears_once_of_each_cause_and_of_the_end(caplog):
    """Not one line a try, and never the address, in which the token stands."""
    line = Line(LOST, LOST, LOST, refusal(502), LOST)

    with caplog.at_level(logging.INFO):
        await line.bot.send_message(1, "x")

    assert [
        record.getMessage() for record in caplog.records if record.name == "bot.telegram.patience"
    ] == [
        "Messages cannot be sent, trying on: ConnectionResetError",
        "Messages cannot be sent, trying on: Telegram answers 502",
        "Messages cannot be sent, trying on: ConnectionResetError",
        "Messages are sent again.",
    ]
    assert TOKEN not in caplog.text


class Slow(Network):
    """Answers when somebody opens the door."""

    def __init__(self) -> None:
        super().__init__()
        self.door = asyncio.Event()

    async def do_request(self, url: str, *_: object, **__: object) -> tuple[int, bytes]:
        """The answer, after a while."""
        answer = await super().do_request(url)
        await self.door.wait()
        return answer


@in_loop
async def test_only_so_many_requests_are_on_their_way():
    """The others are sent as soon as one is answered."""
    slow = Slow()
    patient = Patient(slow)
    bot = Bot(TOKEN, request=patient, get_updates_request=patient)
    sends = [asyncio.create_task(bot.send_message(1, "x")) for _ in range(MOST_AT_ONCE + 5)]
    for _ in range(20):
        await asyncio.sleep(0)

    assert len(slow.asked) == MOST_AT_ONCE
    slow.door.set()
    await asyncio.gather(*sends)
    assert len(slow.asked) == MOST_AT_ONCE + 5


@in_loop
async def test_requests_that_hang_hold_nobody_up(monkeypatch):
    """After a moment they do not count any more, and are still waited for."""
    monkeypatch.setattr(patience, "SLOW_S", 0)
    slow = Slow()
    patient = Patient(slow)
    bot = Bot(TOKEN, request=patient, get_updates_request=patient)
    sends = [asyncio.create_task(bot.send_message(1, "x")) for _ in range(MOST_AT_ONCE * 3)]
    async with asyncio.timeout(60):
        while len(slow.asked) < MOST_AT_ONCE * 3:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)

    slow.door.set()
    assert len(await asyncio.gather(*sends)) == MOST_AT_ONCE * 3


@in_loop
async def test_who_has_to_wait_takes_no_room():
    """A hundred chats that Telegram makes wait block no other."""
    line = Line(*[flood(600)] * 100)
    waiting = asyncio.Event()

    async def pause(_: float) -> None:
        await waiting.wait()

    patient = Patient(line.network, pause=pause)
    bot = Bot(TOKEN, request=patient, get_updates_request=patient)
    sends = [asyncio.create_task(bot.send_message(1, "x")) for _ in range(100)]
    for _ in range(1000):
        await asyncio.sleep(0)
    assert line.network.troubles == []

    assert (await bot.send_message(2, "x")).message_id == 1
    waiting.set()
    await asyncio.gather(*sends)
