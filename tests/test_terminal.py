"""The chat in a terminal: what is read, what is printed, and which button a number presses."""

import asyncio
import io
import os
from collections.abc import AsyncIterator

import pytest
from offline_chat import TOKEN, OfflineChat, bread, in_loop

from bot.offline import terminal
from bot.offline.api import ANNA, FakeBotApi, Json

KEYBOARD = [
    [{"text": "Yes", "callback_data": "yes"}, {"text": "No", "callback_data": "no"}],
    [{"text": "Perhaps", "callback_data": "perhaps"}],
]


async def typed_in(*lines: str) -> AsyncIterator[str]:
    """What somebody writes."""
    for line in lines:
        yield line


class Echo:
    """A bot that repeats what is written or pressed, over three buttons unless told otherwise."""

    def __init__(self, keyboard: list = KEYBOARD, times: int = 1) -> None:
        self.api = FakeBotApi(TOKEN)
        self.heard: list[str] = []
        self.keyboard = keyboard
        self.times = times

    async def handle(self, update: Json) -> None:
        """Work on one update."""
        query = update.get("callback_query")
        self.heard.append(f"pressed {query['data']}" if query else update["message"]["text"])
        text = f"You: {self.heard[-1]}"
        markup = {"inline_keyboard": self.keyboard}
        for _ in range(self.times):
            parameters = {"chat_id": ANNA.id, "text": text, "reply_markup": markup}
            await self.api.call(TOKEN, "sendMessage", parameters)


MESSAGES = {
    "plain words": ({"text": "Hello"}, "Hello"),
    "a quote stands behind a bar": (
        {
            "text": "He says\none\ntwo\nand so on",
            "entities": [{"type": "blockquote", "offset": 8, "length": 7}],
        },
        "He says\n  | one\n  | two\nand so on",
    ),
    "an expandable quote too, after an emoji": (
        {
            "text": "🙂\none",
            "entities": [{"type": "expandable_blockquote", "offset": 3, "length": 3}],
        },
        "🙂\n  | one",
    ),
    "bold words are just words": (
        {"text": "so bold", "entities": [{"type": "bold", "offset": 3, "length": 4}]},
        "so bold",
    ),
    "buttons stand in brackets": (
        {"text": "Well?", "reply_markup": {"inline_keyboard": KEYBOARD}},
        "Well?\n\n[Yes]\n[No]\n[Perhaps]",
    ),
}


@pytest.mark.parametrize(("message", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_as_lines(message, expected):
    """A message reads in a terminal as it does in Telegram."""
    assert terminal.as_lines(message) == expected


def test_numbered_buttons():
    """In a chat the buttons are numbered over all rows."""
    message = {"text": "Well?", "reply_markup": {"inline_keyboard": KEYBOARD}}

    said = terminal.as_lines(message, numbered=True)

    assert said == "Well?\n\n[1] Yes\n[2] No\n[3] Perhaps"


@in_loop
async def test_talk_answers_each_line():
    """Every line is a message, whatever its end; blank lines are none; numbers press nothing."""
    bot, out = Echo(keyboard=[]), io.StringIO()

    lines = typed_in("one\n", "\n", " \t\n", "2\r\n", "end")

    count = await terminal.talk(bot.api, bot.handle, lines, out)

    assert count == 3
    assert bot.heard == ["one", "2", "end"]
    assert out.getvalue() == "You: one\n\nYou: 2\n\nYou: end\n\n"


@in_loop
async def test_talk_without_lines_says_nothing():
    """No input, no output: whoever called is told by the count."""
    bot, out = Echo(), io.StringIO()

    assert await terminal.talk(bot.api, bot.handle, typed_in(), out) == 0
    assert out.getvalue() == ""


@in_loop
async def test_all_messages_of_a_reply_are_printed():
    """A reply may come in several messages."""
    bot, out = Echo(keyboard=[], times=2), io.StringIO()

    await terminal.exchange(bot.api, bot.handle, lambda: bot.api.say("one"), out)

    assert out.getvalue() == "You: one\n\nYou: one\n\n"


@in_loop
async def test_play_shows_both_sides():
    """A tour shows each message before its reply."""
    bot, out = Echo(keyboard=[]), io.StringIO()

    await terminal.play(bot.api, bot.handle, ["one", "two"], out)

    assert out.getvalue() == "> one\nYou: one\n\n> two\nYou: two\n\n"


TYPED = {
    "words are a message": (["hello"], ["hello"]),
    "a number presses that button": (["hello", "2"], ["hello", "pressed no"]),
    "also in another row": (["hello", " 3 "], ["hello", "pressed perhaps"]),
    "the buttons of the greeting can be pressed": (["1"], ["pressed yes"]),
    "a number without a button is a message": (["hello", "4"], ["hello", "4"]),
    "0 is a message": (["hello", "0"], ["hello", "0"]),
    "a digit of another script is a message": (["hello", "²"], ["hello", "²"]),
    "blank lines are nothing": (["", "hello", "  "], ["hello"]),
}


@pytest.mark.parametrize(("typed", "heard"), TYPED.values(), ids=TYPED)
@in_loop
async def test_chat(typed, heard):
    """After a greeting, what a person types is a message or the number of a button."""
    bot, out = Echo(), io.StringIO()

    await terminal.chat(bot.api, bot.handle, typed_in(*typed), out)

    assert bot.heard == ["/start", *heard]
    assert out.getvalue().startswith("You: /start\n\n[1] Yes\n[2] No\n[3] Perhaps\n\n> ")
    assert out.getvalue().endswith("> \n")


@in_loop
async def test_without_buttons_a_number_is_a_message():
    """Only buttons that are there can be pressed."""
    bot, out = Echo(keyboard=[]), io.StringIO()

    await terminal.chat(bot.api, bot.handle, typed_in("1"), out)

    assert bot.heard == ["/start", "1"]
    assert out.getvalue() == "You: /start\n\n> You: 1\n\n> \n"


async def at_the_terminal(*typed: str) -> str:
    """What the real bot prints when these lines are typed."""
    out = io.StringIO()
    async with OfflineChat(bread()) as chat:
        await terminal.chat(chat.api, chat.give, typed_in(*typed), out)
    return out.getvalue()


@in_loop
async def test_chat_with_the_real_bot():
    """The number under an answer leads to the next answer."""
    said = await at_the_terminal("how long do i knead", "1")

    assert "[1] How long does the dough rise?" in said
    assert "two hours in a warm place" in said


@in_loop
async def test_the_pages_of_topics_can_be_turned_in_a_terminal():
    """A page that takes the place of another one in Telegram is printed below it."""
    said = await at_the_terminal("/topics", "1")

    assert "How long do I knead?" in said


WRITTEN = {
    "lines": (b"one\ntwo\n", ["one", "two"]),
    "a last line without its end": (b"one\ntwo", ["one", "two"]),
    "a line longer than a read": (b"a" * 70_000 + b"\nb", ["a" * 70_000, "b"]),
    "a letter on the border of two reads": (
        b"a" * 65_535 + "ß\n".encode(),
        ["a" * 65_535 + "ß"],
    ),
    "bytes that are no text": (b"\xff hi\n", ["\ufffd hi"]),
    "nothing": (b"", []),
}


@pytest.mark.parametrize(("written", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_lines_of_a_file(written, expected, tmp_path):
    """Lines are read from a real file without its buffer."""
    (tmp_path / "lines").write_bytes(written)
    with (tmp_path / "lines").open(encoding="utf-8") as stream:
        assert list(terminal.lines_of(stream)) == expected


@pytest.mark.parametrize("stream", [io.StringIO("a\nb"), io.TextIOWrapper(io.BytesIO(b"a\nb"))])
def test_lines_of_what_is_no_file(stream):
    """A stream in memory is read line by line."""
    assert [line.strip() for line in terminal.lines_of(stream)] == ["a", "b"]


@in_loop
async def test_lines_arrive_one_by_one():
    """Each line is there as soon as it is written, and others get on meanwhile."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as stream:
        lines = terminal.arriving(terminal.lines_of(stream))
        waiting = asyncio.ensure_future(anext(lines))
        await asyncio.sleep(0)
        assert not waiting.done()
        os.write(writing, b"one\n")
        assert await waiting == "one"
        os.write(writing, b"two")
        os.close(writing)
        assert [line async for line in lines] == ["two"]


def torn():
    """A terminal that is closed after the first line."""
    yield "one"
    raise OSError(5, "Input/output error")


@in_loop
async def test_a_stream_that_breaks_has_come_to_its_end():
    """Nobody waits for ever for a terminal that is gone."""
    assert [line async for line in terminal.arriving(torn())] == ["one"]
