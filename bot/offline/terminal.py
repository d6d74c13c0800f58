"""Chat with the bot in a terminal, through the real handlers and a Bot API in memory.

Knows neither Telegram's library nor the bot: it is handed a function that takes an update.
"""

import asyncio
import contextlib
import io
import os
import threading
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from functools import partial
from typing import Any, TextIO

from bot.markup import Entity, readable
from bot.offline.api import FakeBotApi, Json

MOST_IN_SIGHT = 20
"""Only the newest messages are looked at for changes: the person presses what is in sight."""
Handle = Callable[[Json], Awaitable[None]]
"""Lets the bot work on one update; done when it has replied."""


async def talk(api: FakeBotApi, handle: Handle, lines: AsyncIterable[str], out: TextIO) -> int:
    """Send each line as a message and print the reply, blank lines skipped; returns how many."""
    count = 0
    async for line in lines:
        text = line.strip("\r\n")
        if text.strip():
            await exchange(api, handle, partial(api.say, text), out)
            count += 1
    return count


async def chat(api: FakeBotApi, handle: Handle, lines: AsyncIterable[str], out: TextIO) -> None:
    """Talk with a person at a terminal until the end of input; a number presses that button."""
    await exchange(api, handle, partial(api.say, "/start"), out, numbered=True)
    print("> ", end="", file=out, flush=True)
    async for line in lines:
        text = line.strip()
        if text:
            act = _pressing(api, text) or partial(api.say, text)
            await exchange(api, handle, act, out, numbered=True)
        print("> ", end="", file=out, flush=True)
    print(file=out)


async def play(api: FakeBotApi, handle: Handle, messages: Sequence[str], out: TextIO) -> None:
    """Show a conversation: each message, then its reply."""
    for text in messages:
        print(f"> {text}", file=out)
        await exchange(api, handle, partial(api.say, text), out)


async def exchange(
    api: FakeBotApi,
    handle: Handle,
    act: Callable[[], Json],
    out: TextIO,
    *,
    numbered: bool = False,
) -> None:
    """Let the person do something, the bot react, and print what is new or changed in the chat."""
    before = {message["message_id"]: dict(message) for message in api.sent()[-MOST_IN_SIGHT:]}
    known = len(api.sent())
    await handle(act())
    for message in api.sent()[max(0, known - MOST_IN_SIGHT) :]:
        if message != before.get(message["message_id"]):
            print(as_lines(message, numbered=numbered), file=out)
            print(file=out, flush=True)


def as_lines(message: Json, *, numbered: bool = False) -> str:
    """A message as it reads in a terminal: quotes behind a bar, buttons in brackets."""
    entities = [
        Entity(item["type"], item["offset"], item["length"]) for item in message.get("entities", [])
    ]
    text = message.get("text", message.get("caption"))
    lines = [readable(text, entities) if text else "(no text)"]
    labels = _labels(message)
    if labels:
        lines.append("")
    for number, label in enumerate(labels, 1):
        lines.append(f"[{number}] {label}" if numbered else f"[{label}]")
    return "\n".join(lines)


def _labels(message: Json) -> list[str]:
    rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def _pressing(api: FakeBotApi, text: str) -> Callable[[], Json] | None:
    """What presses the button of that number, None when the text is no such number."""
    sent = api.sent()
    labels = _labels(sent[-1]) if sent else []
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= len(labels):
        return partial(api.press, labels[int(text) - 1])
    return None


def lines_of(stream: TextIO) -> Iterator[str]:
    """The lines that arrive in a stream, as soon as each is there; what is no text as can be.

    Read past the stream's own buffer: a thread that waits in there would keep Python from ending.
    """
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
        yield from stream
        return
    encoding = stream.encoding or "utf-8"
    pending = b""
    while chunk := os.read(number, 65536):
        *whole, pending = (pending + chunk).split(b"\n")
        yield from (line.decode(encoding, "replace") for line in whole)
    if pending:
        yield pending.decode(encoding, "replace")


async def arriving(lines: Iterable[str]) -> AsyncIterator[str]:
    """Lines that are waited for in a thread of their own, so that others get on meanwhile.

    A stream that cannot be read any more, as of a terminal that was closed, has come to its end.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def wait() -> None:
        with contextlib.suppress(RuntimeError):  # nobody waits any more
            with contextlib.suppress(OSError):
                for line in lines:
                    loop.call_soon_threadsafe(queue.put_nowait, line)
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=wait, daemon=True).start()
    while (line := await queue.get()) is not None:
        yield line
