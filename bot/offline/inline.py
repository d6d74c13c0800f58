"""The bot's answers to inline queries."""

import re
from typing import Any, Protocol

from bot.offline import content
from bot.offline.chats import World
from bot.offline.messages import TOO_OLD
from bot.offline.parameters import Flaw, Json, field, within

MOST_RESULTS = 50
MOST_ID_BYTES = 64
KINDS = {
    "article", "photo", "gif", "mpeg4_gif", "video", "audio", "voice", "document", "location",
    "venue", "contact", "game", "sticker",
}  # fmt: skip


class Asked(Protocol):
    """Where inline queries come from."""

    world: World
    inline: dict[str, Json]


class Inline:
    """What the bot can do in inline mode."""

    def __init__(self, people: Asked) -> None:
        """The bot of these people."""
        self.people = people

    def answer_inline_query(
        self,
        inline_query_id: str = "",
        results: list[Any] | None = None,
        next_offset: str = "",
        button: Json | None = None,
        cache_time: int = 0,  # noqa: ARG002 - nothing is cached here
    ) -> bool:
        """Show results above the input of who asked."""
        _check_button(button)
        if len(results or ()) > MOST_RESULTS:
            raise Flaw("Too many inline query results specified")
        with within("Can't parse inline query result"):
            shown = [_result(item) for item in results or ()]
        _check(shown)
        if len(next_offset.encode()) > MOST_ID_BYTES:
            raise Flaw("NEXT_OFFSET_INVALID")
        if self.people.inline.pop(inline_query_id, None) is None:
            raise Flaw(TOO_OLD)
        answer = {"inline_query_id": inline_query_id, "results": shown}
        self.people.world.log.add(
            "inline_answer", {**answer, "next_offset": next_offset, "button": button}
        )
        return True


def _result(item: Any) -> Json:
    """A result as it is shown, the message that it becomes ready to be written."""
    if not isinstance(item, dict):
        raise Flaw("Inline query result must be an object")
    kind = field(item, "type", "String").lower()
    field(item, "id", "String")
    shown = {**item, **content.keyboard(field(item, "reply_markup", "Object", {}) or None)}
    said = field(item, "input_message_content", "Object", {})
    if said.get("message_text"):
        mode = field(said, "parse_mode", "String", "")
        text, given = field(said, "message_text", "String"), field(said, "entities", "Array", [])
        ready = content.formatted(text, mode, given)
        shown["input_message_content"] = {**ready, "message_text": ready["text"]}
    elif kind == "article" and not said:
        field(item, "message_text", "String")
    elif kind == "article" and not {"latitude", "phone_number", "payload"} & set(said):
        raise Flaw("Input message content is not specified")
    if kind == "article":
        field(item, "title", "String")
    elif kind not in KINDS:
        raise Flaw(f'type "{kind}" is unsupported for the inline query result')
    return shown


def _check(results: list[Json]) -> None:
    """What Telegram refuses only after it has read all results."""
    numbers = [str(item["id"]) for item in results]
    if any(not 1 <= len(number.encode()) <= MOST_ID_BYTES for number in numbers):
        raise Flaw("RESULT_ID_INVALID")
    if len(set(numbers)) < len(numbers):
        raise Flaw("RESULT_ID_DUPLICATE")


def _check_button(button: Json | None) -> None:
    """The button above the results."""
    if button is None:
        return
    with within("Can't parse inline query results button"):
        field(button, "text", "String")
        if "start_parameter" not in button and "web_app" not in button:
            raise Flaw("InlineQueryResultsButton must have exactly one optional field")
        payload = field(button, "start_parameter", "String", "x")
    if not re.fullmatch(r"[\w-]{1,64}", payload, re.ASCII):
        raise Flaw("START_PARAM_INVALID")
