"""Telegram's HTML: text and entities, or the reason why Telegram refuses it.

Follows the rules of https://core.telegram.org/bots/api#html-style and the error texts of Telegram's
own server (td/telegram/MessageEntity.cpp). Imports nothing of ours.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
"""Tag -> type of the entity it becomes."""
BAR = "  | "
PIECE = re.compile(r"<|&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|[^<&]+|&")
END_TAG = re.compile(r"</([a-zA-Z-]*)\s*>")
START_TAG = re.compile(
    r"<([^\s>/]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*>"
)
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")


class MarkupError(ValueError):
    """Why Telegram refuses a text, in the words of its own server."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A formatted stretch of a text; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str = ""


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(html: str) -> tuple[str, list[Entity]]:
    """The text without its markup, and its entities in order.

    Raises:
        MarkupError: Telegram would refuse the text.
    """
    text: list[str] = []
    length = 0
    stack: list[_Open] = []
    entities: list[Entity] = []
    at = 0
    while at < len(html):
        piece = PIECE.match(html, at)
        found = piece[0] if piece else html[at]
        if found != "<":
            said = unescape(found) if found.startswith("&") and len(found) > 1 else found
            text.append(said)
            length += units(said)
            at += len(found)
        elif html.startswith("</", at):
            at = _close(html, at, length, stack, entities)
        else:
            at = _open(html, at, length, stack)
    if stack:
        raise MarkupError(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return "".join(text), sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def _open(html: str, at: int, length: int, stack: list[_Open]) -> int:
    """Read a start tag; returns the place after it."""
    offset = len(html[:at].encode("utf-8", "surrogatepass"))
    name = re.match(r"<([^\s>]*)", html[at:])
    tag = name[1].lower() if name else ""
    if tag not in KINDS:
        raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {offset}')
    found = START_TAG.match(html, at)
    if not found:
        raise MarkupError(f"Unclosed start tag at byte offset {offset}")
    attributes = {
        match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
        for match in ATTRIBUTE.finditer(found[2])
    }
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    stack.append(_Open(tag, length, attributes))
    return found.end()


def _close(html: str, at: int, length: int, stack: list[_Open], entities: list[Entity]) -> int:
    """Read an end tag; returns the place after it."""
    offset = len(html[:at].encode("utf-8", "surrogatepass"))
    found = END_TAG.match(html, at)
    if not found:
        raise MarkupError(f"Unclosed end tag at byte offset {offset}")
    if not stack:
        raise MarkupError(f"Unexpected end tag at byte offset {offset}")
    opened = stack.pop()
    name = found[1].lower()
    if name and name != opened.tag:
        raise MarkupError(
            f"Unmatched end tag at byte offset {offset}, "
            f'expected "</{opened.tag}>", found "</{name}>"'
        )
    entity = _entity(opened, length)
    if entity:
        entities.append(entity)
    return found.end()


def _entity(opened: _Open, end: int) -> Entity | None:
    """The entity of a closed tag; None where Telegram drops it (empty, or a link to nowhere)."""
    kind = KINDS[opened.tag]
    url = opened.attributes.get("href", "")
    if end == opened.offset or (kind == "text_link" and not url):
        return None
    if kind == "blockquote" and "expandable" in opened.attributes:
        kind = "expandable_blockquote"
    return Entity(kind, opened.offset, end - opened.offset, url)


def readable(text: str, entities: Iterable[Entity]) -> str:
    """The text as it reads without formatting: a bar before each line of a block quote."""
    raw = text.encode("utf-16-le", "surrogatepass")
    for entity in sorted(entities, key=lambda entity: -entity.offset):
        if entity.type.endswith("blockquote"):
            start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            inside = raw[start:end].decode("utf-16-le", "surrogatepass")
            barred = "\n".join(BAR + line for line in inside.split("\n"))
            raw = raw[:start] + barred.encode("utf-16-le", "surrogatepass") + raw[end:]
    return raw.decode("utf-16-le", "surrogatepass")


def find_fault(html: str) -> str:
    """Why Telegram would refuse the text, for a maintainer to read; empty when it would not."""
    try:
        parse(html)
    except MarkupError as error:
        return f"{error} (a < that is no markup is written &lt;)"
    return ""


def plain(html: str) -> str:
    """The text without its markup; the text itself when it is no valid markup."""
    try:
        return parse(html)[0]
    except MarkupError:
        return html
