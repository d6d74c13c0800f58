"""`Reply` -> Telegram HTML. The only place that splits. Does not import telegram."""

import re
from dataclasses import replace
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
        # The HTML is never shorter than what is read of it; to look at that takes longer.
        if messages and (units(longer) <= MOST_UNITS or units(plain(longer)) <= MOST_UNITS):
            messages[-1] = longer
        else:
            messages.append(rendered)
    return messages


def render_one(reply: Reply) -> str:
    """A reply as one message: of what is too long, quotes go first, then notes.

    The card, the answer and the disclaimer stay; if even these are too long, the longest is cut.
    """
    blocks = list(reply.blocks)
    for kind in ("quote", "note"):
        for block in [block for block in reversed(blocks) if block.kind == kind]:
            if _is_long(blocks):
                blocks.remove(block)
    while _is_long(blocks):
        place = max(range(len(blocks)), key=lambda place: units(plain(blocks[place].text)))
        blocks[place] = _cut(blocks[place])
    return html(Reply(tuple(blocks)))


def beginning(text: str, most: int) -> str:
    """The first words of a text, at most so many characters with the dots that end them."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    whole_words = text[: most - 1].rpartition(" ")[0] or text[: most - 1]
    return f"{whole_words}…"


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


def _is_long(blocks: list[Block]) -> bool:
    return units(plain(html(Reply(tuple(blocks))))) > MOST_UNITS


def _cut(block: Block) -> Block:
    """The block, shorter by a tenth and without its markup."""
    is_plain = block.kind in ("title", "quote")
    words = " ".join((block.text if is_plain else plain(block.text)).split())
    shorter = beginning(words, len(words) * 9 // 10)
    return replace(block, text=shorter if is_plain else escape(shorter, quote=False))
