"""`Reply` -> Telegram HTML. The only place that splits. Does not import telegram."""

import re
from html import escape
from typing import assert_never

from bot.markup import parse, plain, readable, units
from bot.model import Block, Reply

MOST_UNITS = 4096
"""Longest message text in UTF-16 units after entity parsing (Bot API, sendMessage)."""


def render(reply: Reply) -> list[str]:
    """The messages of a reply as HTML, each short enough for Telegram; buttons go with the last."""
    messages: list[str] = []
    for piece in (piece for block in reply.blocks for piece in _short(block)):
        rendered = _block(piece)
        longer = f"{messages[-1]}\n\n{rendered}" if messages else rendered
        if messages and units(plain(longer)) <= MOST_UNITS:
            messages[-1] = longer
        else:
            messages.append(rendered)
    return messages


def html(reply: Reply) -> str:
    """The whole reply as one HTML text, before splitting."""
    return "\n\n".join(_block(block) for block in reply.blocks)


def text(reply: Reply) -> str:
    """The whole reply as a person reads it in a terminal, its buttons in brackets."""
    lines = [readable(*parse(html(reply)))]
    if reply.buttons:
        lines += ["", *(f"[{button.label}]" for row in reply.buttons for button in row)]
    return "\n".join(lines)


def _block(block: Block) -> str:
    match block.kind:
        case "card":
            return f"⚠️ {block.text}"
        case "title":
            return f"<b>{escape(block.text, quote=False)}</b>"
        case "text":
            return block.text
        case "quote":
            quotes = "\n".join(f"“{q}”" for q in escape(block.text, quote=False).split("\n"))
            source = escape(block.source, quote=False)
            return f"<blockquote expandable>{quotes}\n— {source}</blockquote>"
        case "note" | "footer":
            return f"<i>{block.text}</i>"
        case _:
            assert_never(block.kind)


def _short(block: Block) -> list[Block]:
    """A block in pieces that fit a message; only plain paragraphs are ever that long."""
    if units(block.text) < MOST_UNITS - 200:
        return [block]
    pieces: list[str] = [""]
    for word in re.split(r"(?<=\s)", plain(block.text)):
        for start in range(0, len(word), 1500):
            if units(escape(pieces[-1] + word)) > MOST_UNITS - 200:
                pieces.append("")
            pieces[-1] += word[start : start + 1500]
    return [Block("text", escape(piece, quote=False)) for piece in pieces]
