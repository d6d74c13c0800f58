"""What a message of the bot says: text, entities and keyboard as Telegram takes them, or refuses.

Telegram finds links, commands, mentions and hashtags by itself, in what people write as well.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.markup import MarkupError, parse, units
from bot.offline.parameters import Json, bad_request

MOST_UNITS = 4096
MOST_DATA_BYTES = 64
MOST_ENTITIES = 100
MOST_BUTTONS = 100
FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)'])"
    r"|(?P<email>\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/])(?P<bot_command>/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[a-zA-Z0-9_]{3,32})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)",
)
KINDS = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold",
    "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
    "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
}  # fmt: skip
"""Types of MessageEntity."""
ACTIONS = {
    "callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "callback_game", "pay",
}  # fmt: skip
"""What a button can do."""
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


def formatted(text: str, parse_mode: str, entities: list[Json] | None) -> Json:
    """Text and entities of a message.

    Raises:
        Refusal: Telegram would not take the text.
    """
    text, found = _parsed(text, parse_mode, entities)
    text, found = _trimmed(text.replace("\r", ""), found)
    if not text:
        raise bad_request("message text is empty")
    if units(text) > MOST_UNITS:
        raise bad_request("message is too long")
    found = with_found(text, found)
    return {"text": text, "entities": found} if found else {"text": text}


def _parsed(text: str, parse_mode: str, entities: list[Json] | None) -> tuple[str, list[Json]]:
    mode = parse_mode.lower()
    if mode in ("", "none"):
        return text, [_checked(entity, text) for entity in entities or ()]
    if mode != "html":
        raise bad_request("unsupported parse_mode")
    try:
        plain, found = parse(text)
    except MarkupError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    return plain, [
        {
            "type": e.type,
            "offset": e.offset,
            "length": e.length,
            **({"url": e.url} if e.url else {}),
        }
        for e in found
    ]


def _checked(entity: Any, text: str) -> Json:
    """An entity that the bot gave, cut to the text."""
    if not isinstance(entity, dict):
        raise bad_request("can't parse MessageEntity: expected an Object")
    for name in ("offset", "length"):
        if not isinstance(entity.get(name), int):
            raise bad_request(f"can't parse MessageEntity: can't find field \"{name}\"")
    if entity.get("type") not in KINDS:
        raise bad_request("can't parse MessageEntity: unsupported type specified")
    offset = max(0, entity["offset"])
    return {**entity, "offset": offset, "length": min(entity["length"], units(text) - offset)}


def _trimmed(text: str, entities: Iterable[Json]) -> tuple[str, list[Json]]:
    """Without white space at both ends, and the entities moved along."""
    kept = text.strip()
    lead, size = units(text[: len(text) - len(text.lstrip())]), units(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(size, entity["offset"] - lead + entity["length"])
        if start < end:
            moved.append({**entity, "offset": start, "length": end - start})
    return kept, moved[:MOST_ENTITIES]


def with_found(text: str, given: list[Json]) -> list[Json]:
    """The entities in order, with those that Telegram finds outside of links and code."""
    closed = [e for e in given if e["type"] in ("code", "pre", "text_link", "text_mention")]
    free = [
        found
        for found in find_entities(text)
        if not any(
            e["offset"] < found["offset"] + found["length"]
            and found["offset"] < e["offset"] + e["length"]
            for e in closed
        )
    ]
    return sorted([*given, *free], key=lambda e: (e["offset"], -e["length"])) if free else given


def find_entities(text: str) -> Iterator[Json]:
    """The entities that Telegram finds by itself."""
    if not re.search(r"[/@#]", text):
        return
    for match in FOUND.finditer(text):
        start, size = units(text[: match.start()]), units(match[0])
        yield {"type": match.lastgroup, "offset": start, "length": size}


def keyboard(markup: Json | None, *, inline_only: bool = False) -> Json:
    """The `reply_markup` of a message, in a dict; empty when it shows none.

    Raises:
        Refusal: Telegram would not take the keyboard.
    """
    if not markup:
        return {}
    if "inline_keyboard" not in markup:
        if not inline_only and any(name in markup for name in OTHER_KEYBOARDS):
            return {}  # keyboards of the app, no part of the message
        raise bad_request("inline keyboard expected")
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be of type Array')
    rows = [[_button(button) for button in row] for row in rows if row]
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _button(button: Any) -> Json:
    where = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(f"{where}InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise bad_request(f'{where}Can\'t find field "text"')
    actions = ACTIONS & set(button)
    if not actions:
        raise bad_request(f"{where}Text buttons are unallowed in the inline keyboard")
    if not str(button["text"]).strip():
        raise bad_request(f"{where}Text buttons are unallowed in the inline keyboard")
    if "callback_data" in actions:
        _check_data(button["callback_data"])
    if "url" in actions:
        _check_link(str(button["url"]))
    return button


def _check_data(data: Any) -> None:
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= MOST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_link(url: str) -> None:
    if not re.match(r"(https?|tg|ton|mailto|tel)://?|[\w-]+(\.[\w-]+)+", url, re.IGNORECASE):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if re.match(r"https?://(localhost|[^/.]+)(:|/|$)", url, re.IGNORECASE):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
