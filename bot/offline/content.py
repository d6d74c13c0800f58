"""What a message of the bot says: text, entities and keyboard as Telegram takes them, or refuses.

Telegram finds links, commands, mentions and hashtags by itself, in what people write as well.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from bot.markup import MarkupError, parse, units
from bot.offline.parameters import Flaw, Json, field, within

MOST_UNITS = 4096
MOST_BYTES = 1 << 15
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
GIVEN = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "code", "pre",
    "expandable_blockquote", "text_link", "text_mention", "custom_emoji", "date_time",
}  # fmt: skip
"""Types of MessageEntity that a bot can ask for."""
BY_ITSELF = {
    "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number",
    "bank_card_number",
}  # fmt: skip
"""Types that Telegram only ever finds by itself."""
CLOSED = {"code", "pre", "text_link", "text_mention"}
"""Types inside of which Telegram looks for nothing."""
LINK = re.compile(
    r"(https?://|tg://|ton://|mailto:|tel:)?[^\s/.:]+(\.[^\s/.:]+)+(:\d+)?([/?#].*)?$"
)
OTHER = re.compile(r"(tg|ton)://.|(mailto|tel):.", re.IGNORECASE)


def formatted(text: str, parse_mode: str, entities: list[Json] | None) -> Json:
    """Text and entities of a message.

    Raises:
        Flaw: Telegram would not take the text.
    """
    if not text:
        raise Flaw("Message text is empty")
    if len(text.encode()) > MOST_BYTES:
        raise Flaw("Text is too long")
    text, found = _parsed(text, parse_mode.lower(), entities)
    text, found = _trimmed(text.replace("\r", ""), found)
    if not text:
        raise Flaw("Text must be non-empty")
    if units(text) > MOST_UNITS:
        raise Flaw("Message is too long")
    found = with_found(text, found)
    return {"text": text, "entities": found} if found else {"text": text}


def _parsed(text: str, mode: str, entities: list[Json] | None) -> tuple[str, list[Json]]:
    if mode in ("", "none"):
        given = (_given(entity, units(text)) for entity in entities or ())
        return text, [entity for entity in given if entity]
    if mode in ("markdown", "markdownv2"):
        raise Flaw("the offline server reads HTML and entities, no Markdown")
    if mode != "html":
        raise Flaw("Unsupported parse_mode")
    try:
        plain, found = parse(text)
    except MarkupError as error:
        raise Flaw(f"Can't parse entities: {error}") from None
    return plain, [
        {
            "type": e.type,
            "offset": e.offset,
            "length": e.length,
            **({"url": e.url} if e.url else {}),
        }
        for e in found
        if e.type != "text_link" or is_link(e.url)  # of a link to nowhere the words are left
    ]


def _given(entity: Any, size: int) -> Json | None:
    """An entity that the bot gave; None if it is of a kind that Telegram finds by itself."""
    with within("Can't parse MessageEntity"):
        if not isinstance(entity, dict):
            raise Flaw("expected an Object")
        offset, length = (_whole(field(entity, name, "Number")) for name in ("offset", "length"))
        kind = field(entity, "type", "String")
        if kind in BY_ITSELF:
            return None
        if kind not in GIVEN:
            raise Flaw("Unsupported type specified")
        url = field(entity, "url", "String") if kind == "text_link" else "t.me/x"
    _check_place(offset, length, size)
    if not is_link(url):
        why = "Wrong HTTP URL" if url else "URL host is empty"
        raise Flaw(f"Entity URL '{url}' is invalid: {why}")
    return {**entity, "offset": offset, "length": length}


def _whole(number: int | str) -> int:
    """A number, which may be written as a text."""
    try:
        return int(number)
    except ValueError:
        raise Flaw("expected a Number") from None


def _check_place(offset: int, length: int, size: int) -> None:
    """Whether an entity lies in a text of that size."""
    end = offset + length
    if offset < 0:
        raise Flaw(f"Receive an entity with incorrect offset {offset}")
    if length < 0:
        raise Flaw(f"Receive an entity with incorrect length {length}")
    if offset > size:
        raise Flaw(f"Entity begins after the end of the text at UTF-16 offset {offset}")
    if end > size:
        where = f"Entity beginning at UTF-16 offset {offset}"
        raise Flaw(f"{where} ends after the end of the text at UTF-16 offset {end}")


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

    def is_free(found: Json) -> bool:
        start, end = found["offset"], found["offset"] + found["length"]
        return not any(e["offset"] < end and start < e["offset"] + e["length"] for e in closed)

    closed = [entity for entity in given if entity["type"] in CLOSED]
    found = [entity for entity in find_entities(text) if is_free(entity)]
    return sorted([*given, *found], key=lambda e: (e["offset"], -e["length"]))


def find_entities(text: str) -> Iterator[Json]:
    """The entities that Telegram finds by itself."""
    if not re.search(r"[/@#]", text):
        return
    for match in FOUND.finditer(text):
        start, size = units(text[: match.start()]), units(match[0])
        yield {"type": match.lastgroup, "offset": start, "length": size}


# ------------------------------------------------------------ keyboards


def keyboard(markup: Json | None, *, inline_only: bool = False) -> Json:
    """The `reply_markup` of a message, in a dict; empty when none stands under it.

    Raises:
        Flaw: Telegram would not take the keyboard.
    """
    if not markup:
        return {}
    for name in ("remove_keyboard", "force_reply", "selective", "one_time_keyboard"):
        field(markup, name, "Boolean", False)
    rows = field(markup, "inline_keyboard", "Array", [])
    if not all(isinstance(row, list) for row in rows):
        of = "InlineKeyboardMarkup"
        raise Flaw(f'Field "inline_keyboard" of the {of} must be an Array of Arrays')
    others = _buttons(field(markup, "keyboard", "Array", []))
    if inline_only and (others or markup.get("remove_keyboard") or markup.get("force_reply")):
        raise Flaw("Inline keyboard expected")
    with within("Can't parse inline keyboard button"):
        shown = [[_button(button) for button in row] for row in rows if row]
    _check([button for row in shown for button in row])
    return {"reply_markup": {"inline_keyboard": shown}} if shown and not others else {}


def _buttons(rows: list[Any]) -> list[Any]:
    """The buttons of a keyboard in place of the app's own, which is no part of a message."""
    if not all(isinstance(row, list) for row in rows):
        raise Flaw('Field "keyboard" must be an Array of Arrays')
    found = [button for row in rows for button in row]
    with within("Can't parse keyboard button"):
        for button in found:
            if not isinstance(button, (dict, str)):
                raise Flaw("KeyboardButton must be a String or an Object")
            if isinstance(button, dict):
                field(button, "text", "String")
    return found


def _button(button: Any) -> Json:
    """A button as it is shown: with the first of its actions, as Telegram reads them."""
    if not isinstance(button, dict):
        raise Flaw("InlineKeyboardButton must be an Object")
    field(button, "text", "String")
    if not field(button, "url", "String", "") and not field(button, "callback_data", "String", ""):
        for name in ("switch_inline_query", "switch_inline_query_current_chat"):
            field(button, name, "String", "")
        for name in ("switch_inline_query_chosen_chat", "copy_text"):
            field(button, name, "Object", {})
        for name in ("login_url", "web_app"):
            if name in button:
                field(field(button, name, "Object"), "url", "String")
        if not set(button) - {"text", "style", "icon_custom_emoji_id", "url", "callback_data"}:
            raise Flaw("Text buttons are unallowed in the inline keyboard")
    return button


def _check(buttons: list[Json]) -> None:
    """What Telegram refuses only after it has read all buttons."""
    if len(buttons) > MOST_BUTTONS:
        raise Flaw("Reply markup is too long")
    for button in buttons:
        if not str(button["text"]).strip():
            raise Flaw("BUTTON_TEXT_INVALID")
        if button.get("url"):
            _check_link(str(button["url"]))
        elif len(str(button.get("callback_data", "")).encode()) > MOST_DATA_BYTES:
            raise Flaw("BUTTON_DATA_INVALID")
        else:
            _check_action(button)


def _check_action(button: Json) -> None:
    """What a button does that is neither a link nor a callback."""
    if "pay" in button or "callback_game" in button:
        raise Flaw("BUTTON_TYPE_INVALID")
    copied = field(button, "copy_text", "Object", {})
    if copied and not 1 <= units(field(copied, "text", "String", "")) <= 256:
        raise Flaw("BUTTON_COPY_TEXT_INVALID")
    opened = field(button, "web_app", "Object", {})
    if opened and not (url := field(opened, "url", "String")).startswith("https://"):
        of = f"Inline keyboard button Web App URL '{url}'"
        raise Flaw(f"{of} is invalid: Only HTTPS links are allowed")


def _check_link(url: str) -> None:
    if not is_link(url):
        is_other = re.match(r"\w+://", url) and not url.startswith("http")
        why = "Unsupported URL protocol" if is_other else "Wrong HTTP URL"
        raise Flaw(f"Inline keyboard button URL '{url}' is invalid: {why}")


def is_link(url: str) -> bool:
    """Whether Telegram takes this as an address."""
    return bool(LINK.match(url) or OTHER.match(url)) and not url.startswith("ftp:")
