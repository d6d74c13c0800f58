"""What travels over HTTP as text, turned into what the methods need; and how Telegram says no.

Telegram's server takes every value as text first: fields of a form, and of a JSON body the strings
as they are and the rest as JSON. A number or a truth value that cannot be read counts as left out.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


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


def bad_request(description: str) -> Refusal:
    """A refusal of what the bot asked for."""
    return Refusal(400, f"Bad Request: {description}")


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


def identifier(value: Any) -> int | str:
    """The number of a chat, or what stands in its place."""
    said = text(value)
    return int(said) if re.fullmatch(r"-?\d{1,19}", said, re.ASCII) else said


def truth(value: Any) -> bool:
    """Whether the value says yes."""
    return text(value).lower() in ("true", "yes", "1")


def structure(kind: type, broken: str, wrong: str) -> Callable[[Any], Any]:
    """A reader of objects or lists; None for what was left out.

    Args:
        kind: dict or list.
        broken: what Telegram says to text that is no JSON.
        wrong: what it says to JSON of another kind.
    """

    def read(value: Any) -> Any:
        if isinstance(value, str):
            if not value:
                return None
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                raise bad_request(broken) from None
        if value is not None and not isinstance(value, kind):
            raise bad_request(wrong)
        return value

    return read


def names(value: Any) -> list[str] | None:
    """A list of strings; None for anything else, which Telegram takes as left out."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
    is_list = isinstance(found, list) and all(isinstance(name, str) for name in found)
    return found if is_list else None


READERS: dict[str, Callable[[Any], Any]] = {
    "chat_id": identifier,
    **dict.fromkeys(
        ["message_id", "message_thread_id", "user_id", "offset", "limit", "timeout"], integer
    ),
    **dict.fromkeys(["cache_time", "max_connections", "direct_messages_topic_id"], integer),
    **dict.fromkeys(["disable_notification", "protect_content", "allow_paid_broadcast"], truth),
    **dict.fromkeys(["drop_pending_updates", "show_alert", "is_personal"], truth),
    "allowed_updates": names,
    "entities": structure(
        list, "can't parse entities JSON object", "expected an Array of entities"
    ),
    "reply_markup": structure(
        dict, "can't parse reply keyboard markup JSON object", "object expected as reply markup"
    ),
    "reply_parameters": structure(
        dict, "can't parse reply parameters JSON object", "object expected as reply parameters"
    ),
    "link_preview_options": structure(
        dict,
        "can't parse link preview options JSON object",
        "object expected as link preview options",
    ),
    "suggested_post_parameters": structure(
        dict,
        "can't parse suggested post parameters JSON object",
        "object expected as suggested post parameters",
    ),
    "results": structure(
        list,
        "can't parse inline query results JSON object",
        "expected an Array of inline query results",
    ),
    "button": structure(
        dict,
        "can't parse inline query results button JSON object",
        "object expected as inline query results button",
    ),
    "commands": structure(
        list, "can't parse commands JSON object", "expected an Array of BotCommand"
    ),
    "scope": structure(
        dict,
        "can't parse BotCommandScope JSON object",
        "BotCommandScope must be an Object",
    ),
    "menu_button": structure(
        dict, "can't parse menu button JSON object", "MenuButton must be an Object"
    ),
    "message_ids": structure(
        list,
        "can't parse message identifiers JSON object",
        "expected an Array of message identifiers",
    ),
}
"""Parameters that are no plain text, and how each is read."""


def read(name: str, value: Any) -> Any:
    """The value of a parameter.

    Raises:
        Refusal: it has a form that Telegram refuses.
    """
    return READERS.get(name, text)(value)
