"""The bot's answers to inline queries."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.offline import content
from bot.offline.chats import World
from bot.offline.messages import TOO_OLD
from bot.offline.parameters import Json, bad_request

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
        if results is None:
            raise bad_request("results are not specified")
        if len(results) > MOST_RESULTS:
            raise bad_request("RESULTS_TOO_MUCH")
        shown = [_result(item) for item in results]
        if len({item["id"] for item in shown}) < len(shown):
            raise bad_request("RESULT_ID_DUPLICATE")
        if len(next_offset.encode()) > MOST_ID_BYTES:
            raise bad_request("NEXT_OFFSET_INVALID")
        if button and not (button.get("web_app") or _is_payload(button.get("start_parameter"))):
            raise bad_request("START_PARAM_INVALID")
        if self.people.inline.pop(inline_query_id, None) is None:
            raise bad_request(TOO_OLD)
        answer = {"inline_query_id": inline_query_id, "results": shown}
        self.people.world.log.add(
            "inline_answer", {**answer, "next_offset": next_offset, "button": button}
        )
        return True


def _result(item: Any) -> Json:
    """A result as it is shown, the message that it becomes ready to be written."""
    where = "can't parse inline query result: "
    if not isinstance(item, Mapping):
        raise bad_request(f"{where}InlineQueryResult must be an Object")
    for name in ("type", "id"):
        if not item.get(name):
            raise bad_request(f'{where}Can\'t find field "{name}"')
    if item["type"] not in KINDS:
        raise bad_request(f"{where}unsupported inline query result type specified")
    if len(str(item["id"]).encode()) > MOST_ID_BYTES:
        raise bad_request("RESULT_ID_INVALID")
    if item["type"] == "article" and not item.get("title"):
        raise bad_request(f'{where}Can\'t find field "title"')
    if item["type"] == "article" and not item.get("input_message_content"):
        raise bad_request(f"{where}message content is not specified")
    said = item.get("input_message_content")
    shown = {**item, **content.keyboard(item.get("reply_markup"), inline_only=True)}
    if said and "message_text" in said:
        mode, given = said.get("parse_mode") or "", said.get("entities")
        ready = content.formatted(said["message_text"], mode, given)
        ready["message_text"] = ready.pop("text")
        shown["input_message_content"] = ready
    return shown


def _is_payload(text: Any) -> bool:
    return (
        isinstance(text, str)
        and 1 <= len(text) <= MOST_ID_BYTES
        and (text.replace("-", "").replace("_", "").isalnum() and text.isascii())
    )
