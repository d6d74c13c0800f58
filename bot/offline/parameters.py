"""What travels over HTTP as text, turned into what the methods need; and how Telegram says no.

Telegram's server takes every value as text first: fields of a form, and of a JSON body the strings
as they are and the rest as JSON. A number or a truth value that cannot be read counts as left out.
"""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Reader = Callable[[Any], Any]


class Refusal(Exception):
    """An answer of the Bot API that says no."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        """A refusal.

        Args:
            code: error code and HTTP status.
            description: Telegram's words.
            parameters: what a program may need to go on, such as `retry_after` (seconds).
        """
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_json(self) -> Json:
        """The body of the answer."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


class Flaw(Refusal):
    """A request that makes no sense to Telegram: code 400."""

    def __init__(self, words: str) -> None:
        """Say what is wrong; as on Telegram's server, codes such as QUERY_ID_INVALID stay great."""
        is_code = len(words) > 1 and (words[1] == "_" or words[1].isupper())
        said = words if is_code else words[:1].lower() + words[1:]
        super().__init__(400, f"Bad Request: {said}")
        self.words = words


@contextlib.contextmanager
def within(what: str) -> Iterator[None]:
    """Say of every flaw found here that `what` was the matter."""
    try:
        yield
    except Flaw as flaw:
        raise Flaw(f"{what}: {flaw.words}") from None


KINDS: dict[str, type | tuple[type, ...]] = {
    "String": (str, int, float),
    "Boolean": bool,
    "Number": (int, str),
    "Array": list,
    "Object": dict,
}
"""Telegram's names of what JSON holds -> what Python makes of it; numbers do as strings."""


def field(item: Json, name: str, kind: str, default: Any = None) -> Any:
    """The value of an object's field; the default when it is left out, which None forbids.

    Raises:
        Flaw: it is missing, or of another kind.
    """
    value = item.get(name)
    if value is None:
        if default is None:
            raise Flaw(f'Can\'t find field "{name}"')
        return default
    is_wrong_truth = isinstance(value, bool) and kind != "Boolean"
    if is_wrong_truth or not isinstance(value, KINDS[kind]):
        raise Flaw(f'Field "{name}" must be of type {kind}')
    return str(value) if kind == "String" else value


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request."""

    name: str
    size: int


def text(value: Any) -> str:
    """The value as it would travel in a form."""
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, Upload) else json.dumps(value)


def integer(value: Any) -> int:
    """A whole number; 0 for what is none."""
    match = re.match(r"-?\d{1,19}", text(value), re.ASCII)
    return int(match[0]) if match else 0


def truth(value: Any) -> bool:
    """Whether the value says yes."""
    return text(value).strip().lower() in ("true", "yes", "1")


def identifier(value: Any) -> int | str:
    """The number of a chat, or what stands in its place."""
    said = text(value)
    return int(said) if re.fullmatch(r"-?\d{1,19}", said, re.ASCII) else said


def structure(kind: type, broken: str, wrong: str) -> Reader:
    """A reader of objects or lists; None for what was left out.

    Args:
        kind: dict or list.
        broken: what Telegram says to text that is no JSON; empty: it takes it as left out.
        wrong: what it says to JSON of another kind.
    """

    def read(value: Any) -> Any:
        try:
            found = json.loads(value or "null") if isinstance(value, str) else value
        except (ValueError, RecursionError):
            if broken:
                raise Flaw(broken) from None
            return None
        if found is not None and not isinstance(found, kind):
            if wrong:
                raise Flaw(wrong)
            return None
        return found

    return read


def _thing(what: str, wrong: str) -> Reader:
    return structure(dict, f"Can't parse {what} JSON object", wrong)


def _list(what: str, of: str) -> Reader:
    return structure(list, f"Can't parse {what} JSON object", f"Expected an Array of {of}")


NUMBERS = (
    "message_id message_thread_id user_id offset limit timeout cache_time max_connections "
    "direct_messages_topic_id"
)
TRUTHS = (
    "disable_notification protect_content allow_paid_broadcast drop_pending_updates show_alert "
    "is_personal"
)
SCOPE = "Can't parse BotCommandScope: BotCommandScope must be an Object"
BUTTON = "Can't parse menu button: MenuButton must be an Object"
RESULTS_BUTTON = (
    "Can't parse inline query results button: InlineQueryResultsButton must be an Object"
)
READERS: dict[str, Reader] = {
    "chat_id": identifier,
    **dict.fromkeys(NUMBERS.split(), integer),
    **dict.fromkeys(TRUTHS.split(), truth),
    "allowed_updates": structure(list, "", ""),
    "entities": structure(list, "", ""),
    "reply_markup": _thing("reply keyboard markup", "Object expected as reply markup"),
    "reply_parameters": _thing("reply parameters", "Object expected as reply parameters"),
    "link_preview_options": _thing(
        "link preview options", "Object expected as link preview options"
    ),
    "results": structure(
        list,
        "Can't parse JSON encoded inline query results",
        "Expected an Array of inline query results",
    ),
    "button": _thing("inline query results button", RESULTS_BUTTON),
    "commands": _list("commands", "BotCommand"),
    "scope": _thing("BotCommandScope", SCOPE),
    "menu_button": _thing("menu button", BUTTON),
    "message_ids": _list("message_ids", "message identifiers"),
}
"""Parameters that are no plain text, and how each is read."""


def read(name: str, value: Any) -> Any:
    """The value of a parameter.

    Raises:
        Flaw: it has a form that Telegram refuses.
    """
    reader: Reader = READERS.get(name, text)
    return reader(value)
