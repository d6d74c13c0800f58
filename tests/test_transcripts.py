"""Whole conversations on the shipped knowledge (`transcripts/*.txt`), through the real handlers.

In a transcript `#` begins a comment, `>` is what a person writes, `> [label]` a button that is
pressed, `> (...)` anything else that happens: `(inline) words` stand after the bot's name in some
other chat, `(edit) words` take the place of the newest message. `<` are words that the next reply
must contain, `<!` words that it must not.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bot_api_spec import misfits, typed_misfits
from offline_chat import OfflineChat, in_loop

from bot.offline.api import ANNA
from bot.offline.terminal import as_lines

FILES = sorted(Path(__file__).with_name("transcripts").glob("*.txt"))
PICTURES: dict[str, Any] = {
    "photo": [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}],
    "sticker": {
        "file_id": "s",
        "file_unique_id": "s",
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
    },
}


@dataclass
class Turn:
    """What a person does, and what must and must not be in the reply."""

    line: int
    said: str
    expected: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)


def read(path: Path) -> list[Turn]:
    """The turns of a transcript."""
    turns: list[Turn] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        mark, _, words = line.partition(" ")
        if mark == ">":
            turns.append(Turn(number, words.strip()))
        elif mark in ("<", "<!"):
            wanted = turns[-1].expected if mark == "<" else turns[-1].unwanted
            wanted.append(words.strip())
        else:
            assert not line.strip() or mark.startswith("#"), f"{path.name}:{number}: {line}"
    return turns


async def ask_inline(chat: OfflineChat, query: str) -> str:
    """What `@bot query` offers, each result with its buttons as it would stand in the chat."""
    answer = await chat.inline(query)
    said = [
        as_lines(
            {**result["input_message_content"], "reply_markup": result.get("reply_markup", {})}
        )
        for result in answer["results"]
    ]
    chosen = [f"({r['title']}) {text}" for r, text in zip(answer["results"], said, strict=True)]
    return "\n\n".join([*chosen, f"[{answer['button']['text']}]" if answer["button"] else ""])


async def edit_newest(chat: OfflineChat, text: str) -> str:
    """What the bot says when the newest message of the person is edited."""
    written = [m["message_id"] for m in chat.api.chats[ANNA.id].messages if not m["from"]["is_bot"]]
    return await chat.edit(written[-1], text)


ACTS = {"inline": ask_inline, "edit": edit_newest}


async def act(chat: OfflineChat, said: str) -> str | None:
    """Do what a line says; returns the reply, None when time just passes."""
    if minutes := re.fullmatch(r"\((\d+) minutes later\)", said):
        chat.clock.now_s += 60 * int(minutes[1])
        return None
    if data := re.fullmatch(r"\(old button (.+)\)", said):
        return await chat.press_data(data[1])
    if picture := re.fullmatch(r"\((photo|sticker)\) ?(.*)", said):
        caption = {"caption": picture[2]} if picture[2] else {}
        return await chat.send(**{picture[1]: PICTURES[picture[1]]}, **caption)
    if words := re.fullmatch(r"\((inline|edit)\) ?(.*)", said):
        return await ACTS[words[1]](chat, words[2])
    if label := re.fullmatch(r"\[(.+)\]", said):
        return await chat.press(label[1])
    return await chat.say(said)


async def play(path: Path) -> OfflineChat:
    """Hold a conversation and compare every reply with what the transcript expects."""
    async with OfflineChat() as chat:
        for turn in read(path):
            reply = await act(chat, turn.said)
            if reply is None:
                continue
            where = f"{path.name}:{turn.line}: > {turn.said}\n{reply}\n"
            assert reply, f"{where}there is no reply"
            said = " ".join(reply.split())
            missing = [words for words in turn.expected if words not in said]
            assert not missing, f"{where}is without {missing}"
            found = [words for words in turn.unwanted if words in said]
            assert not found, f"{where}contains {found}"
    return chat


def test_there_are_transcripts():
    """A folder that was moved must not pass unnoticed."""
    assert len(FILES) >= 12


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@in_loop
async def test_transcript(path):
    """The bot says what the transcript expects."""
    await play(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@in_loop
async def test_every_call_fits_the_bot_api(path, bot_api):
    """The bot calls only methods and gives only parameters that Telegram's specification knows."""
    chat = await play(path)

    assert misfits(chat.api.calls, bot_api) == []


CALLS = [
    ("sendMesage", {}),
    ("sendMessage", {"chat_id": 1, "txt": "Hello"}),
    (
        "sendMessage",
        {
            "chat_id": 1,
            "text": "Hello",
            "reply_markup": {"inline_keyboard": [[{"text": "Yes", "data": "yes"}]]},
        },
    ),
]


def test_a_call_that_aiogram_would_not_make_is_found():
    """The typed comparison, which every test of the bot ends with, sees what does not exist."""
    assert typed_misfits(CALLS) == [
        "unknown method sendMesage",
        "sendMessage.text: Field required",
        "sendMessage.reply_markup.inline_keyboard: unknown parameter data",
    ]


def test_a_call_that_does_not_fit_is_found(bot_api):
    """The comparison sees methods and parameters that do not exist, also inside of objects."""
    assert misfits(CALLS, bot_api) == [
        "unknown method sendMesage",
        "sendMessage: text is missing",
        "sendMessage: unknown parameter txt",
        "sendMessage.reply_markup.inline_keyboard: unknown parameter data",
    ]
