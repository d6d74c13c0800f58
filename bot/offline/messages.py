"""The bot's methods about chats and messages. Parameters are named as in the Bot API."""

from typing import Any

from bot.markup import units
from bot.offline import content
from bot.offline.chats import Chat, World
from bot.offline.parameters import Flaw, Json, Refusal, field, identifier, integer

MOST_NOTICE = 200
MOST_DELETED = 100
ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NO_MESSAGE_ID = "Message identifier is not specified"


class Messages:
    """What the bot can do in chats."""

    def __init__(self, world: World) -> None:
        """The bot in this world."""
        self.world = world
        self.callbacks: dict[str, bool] = {}
        """Presses of buttons: identifier -> whether they were answered."""

    # ------------------------------------------------------------ messages

    def send_message(
        self,
        chat_id: int | str = "",
        text: str = "",
        parse_mode: str = "",
        entities: list[Json] | None = None,
        reply_markup: Json | None = None,
        reply_parameters: Json | None = None,
        message_thread_id: int = 0,
        link_preview_options: Json | None = None,
    ) -> Json:
        """Write into a chat; returns the message."""
        preview = _preview(link_preview_options)
        said = {**content.formatted(text, parse_mode, entities), **preview}
        reply = _reply(reply_parameters)
        said |= content.keyboard(reply_markup)
        chat = self.open_chat(chat_id)
        if message_thread_id:
            if not chat.has_topics:
                raise Flaw("message thread not found")
            said |= {"message_thread_id": message_thread_id, "is_topic_message": True}
        if reply:
            said |= self._replied(chat, reply)
        return dict(self.world.write(chat, self.world.me, **said))

    def edit_message_text(
        self,
        chat_id: int | str = "",
        message_id: int = 0,
        inline_message_id: str = "",
        text: str = "",
        parse_mode: str = "",
        entities: list[Json] | None = None,
        reply_markup: Json | None = None,
        link_preview_options: Json | None = None,
    ) -> Json:
        """Say something else in a message; returns it."""
        preview = _preview(link_preview_options)
        said = {**content.formatted(text, parse_mode, entities), **preview}
        said |= content.keyboard(reply_markup, inline_only=True)
        message = self._to_edit(chat_id, message_id, inline_message_id)
        if "text" not in message:
            raise Flaw("there is no text in the message to edit")
        if all(message.get(key) == said.get(key) for key in ("text", "entities", "reply_markup")):
            raise Flaw(NOT_MODIFIED)
        self.world.change(message, **said)
        return dict(message)

    def edit_message_reply_markup(
        self,
        chat_id: int | str = "",
        message_id: int = 0,
        inline_message_id: str = "",
        reply_markup: Json | None = None,
    ) -> Json:
        """Give a message another keyboard, or none; returns it."""
        shown = content.keyboard(reply_markup, inline_only=True)
        message = self._to_edit(chat_id, message_id, inline_message_id)
        if message.get("reply_markup") == shown.get("reply_markup"):
            raise Flaw(NOT_MODIFIED)
        keep = ("text", "entities", "caption", "caption_entities")
        self.world.change(message, keep=keep, **shown)
        return dict(message)

    def delete_message(self, chat_id: int | str = "", message_id: int = 0) -> bool:
        """Take a message away; in private chats people's as well."""
        if chat_id == "":
            raise Flaw("Chat identifier is not specified")
        if message_id <= 0:
            raise Flaw(NO_MESSAGE_ID)
        chat = self.chat(chat_id)
        message = self._message(chat, message_id, "message to delete")
        if chat.type != "private" and not message["from"]["is_bot"]:
            raise Flaw("message can't be deleted")
        self.world.delete(chat, message)
        return True

    def delete_messages(
        self, chat_id: int | str = "", message_ids: list[Any] | None = None
    ) -> bool:
        """Take up to 100 messages away; those that are not there are skipped."""
        if not message_ids:
            raise Flaw("Message identifiers are not specified")
        if len(message_ids) > MOST_DELETED:
            raise Flaw("Too many message identifiers specified")
        numbers = [_message_number(number) for number in message_ids]
        chat = self.chat(chat_id)
        for message in filter(None, map(chat.message, numbers)):
            if chat.type == "private" or message["from"]["is_bot"]:
                self.world.delete(chat, message)
        return True

    def send_chat_action(
        self, chat_id: int | str = "", action: str = "", message_thread_id: int = 0
    ) -> bool:
        """Show that the bot is busy."""
        if action.lower() not in ACTIONS:
            raise Flaw("Wrong parameter action in request")
        chat = self.open_chat(chat_id)
        topic = {"message_thread_id": message_thread_id} if message_thread_id else {}
        self.world.log.add("action", {"chat_id": chat.id, "action": action.lower(), **topic})
        return True

    # ------------------------------------------------------------ queries

    def answer_callback_query(
        self,
        callback_query_id: str = "",
        text: str = "",
        show_alert: bool = False,
        url: str = "",
        cache_time: int = 0,  # noqa: ARG002 - a matter of the app
    ) -> bool:
        """Stop the clock of a button that was pressed, perhaps with a notice."""
        if self.callbacks.get(callback_query_id) is not False:
            raise Flaw(TOO_OLD)
        if units(text) > MOST_NOTICE:
            raise Flaw("MESSAGE_TOO_LONG")
        if url and not url.startswith(("https://t.me/", "tg://", "http://t.me/")):
            raise Flaw("URL_INVALID")
        self.callbacks[callback_query_id] = True
        answer = {"callback_query_id": callback_query_id, "text": text, "show_alert": show_alert}
        self.world.log.add("callback_answer", {**answer, **({"url": url} if url else {})})
        return True

    # ------------------------------------------------------------ chats

    def get_chat(self, chat_id: int | str = "") -> Json:
        """Everything about a chat."""
        chat = self.chat(chat_id)
        shown = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {}}
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        shown["accepted_gift_types"] = dict.fromkeys((*gifts, "gifts_from_channels"), False)
        if chat.type != "private":
            shown["permissions"] = {"can_send_messages": True}
        return {**chat.as_json(), **shown}

    def get_chat_member(self, chat_id: int | str = "", user_id: int = 0) -> Json:
        """What somebody is in a chat."""
        if user_id <= 0:
            raise Flaw("Invalid user_id specified")
        chat = self.chat(chat_id)
        if user_id == self.world.me["id"]:
            return {"status": "member", "user": self.world.me}
        person = self.world.people.get(user_id)
        if person is None:
            raise Flaw("member not found" if chat.type == "private" else "PARTICIPANT_ID_INVALID")
        status = "member" if user_id in chat.members else "left"
        return {"status": status, "user": person.as_json()}

    def get_chat_member_count(self, chat_id: int | str = "") -> int:
        """How many are in a chat, the bot among them."""
        return len(self.chat(chat_id).members) + 1

    # ------------------------------------------------------------ what is meant

    def chat(self, chat_id: int | str) -> Chat:
        """The chat of that number.

        Raises:
            Refusal: the bot knows no such chat, or it has become another one.
        """
        if chat_id == "":
            raise Flaw("chat_id is empty")
        chat = self.world.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise Flaw("chat not found")
        if chat.migrated_to:
            gone = {"migrate_to_chat_id": chat.migrated_to}
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, words, **gone)
        return chat

    def open_chat(self, chat_id: int | str) -> Chat:
        """The chat of that number, if the bot may write there.

        Raises:
            Refusal: it may not.
        """
        chat = self.chat(chat_id)
        if chat.id in self.world.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat.type == "private" and not chat.written:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        return chat

    def _message(self, chat: Chat, message_id: int, what: str) -> Json:
        message = chat.message(message_id)
        if message is None:
            raise Flaw(f"{what} not found")
        return message

    def _to_edit(self, chat_id: int | str, message_id: int, inline_message_id: str) -> Json:
        """The message of the bot that is meant."""
        if chat_id == "" and message_id <= 0:
            if not inline_message_id:
                raise Flaw(NO_MESSAGE_ID)
            raise Flaw("MESSAGE_ID_INVALID")  # what inline mode sent cannot be edited here
        message = self._message(self.chat(chat_id), message_id, "message to edit")
        if not message["from"]["is_bot"]:
            raise Flaw("Message can't be edited")
        return message

    def _replied(self, chat: Chat, reply: Json) -> Json:
        """What shows which message this one answers."""
        there = self.chat(identifier(reply["chat_id"])) if reply.get("chat_id") else chat
        message = there.message(integer(reply["message_id"]))
        if message is None:
            if reply.get("allow_sending_without_reply"):
                return {}
            raise Flaw("Message to be replied not found")
        shown = {k: v for k, v in message.items() if k not in ("reply_to_message", "reply_markup")}
        words = str(message.get("text") or message.get("caption") or "")
        quote = str(reply.get("quote") or "")
        if quote not in words:
            raise Flaw("QUOTE_TEXT_INVALID")
        quoted = {"text": quote, "position": units(words[: words.index(quote)]), "is_manual": True}
        return {"reply_to_message": shown, **({"quote": quoted} if quote else {})}


def _reply(given: Json | None) -> Json:
    """Which message is answered; empty for none."""
    if given:
        field(given, "chat_id", "String", "")
        field(given, "message_id", "Number")
        field(given, "allow_sending_without_reply", "Boolean", False)
        field(given, "quote", "String", "")
    return given or {}


def _preview(given: Json | None) -> Json:
    """How a link is shown, as the message keeps it."""
    if not given:
        return {}
    for name in ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"):
        field(given, name, "Boolean", False)
    url = field(given, "url", "String", "")
    if url and not content.is_link(url):
        raise Flaw("WEBPAGE_URL_INVALID")
    return {"link_preview_options": given}


def _message_number(value: Any) -> int:
    if not isinstance(value, (int, str)) or isinstance(value, bool):
        raise Flaw("Message identifier must be a Number")
    if not str(value).removeprefix("-").isdecimal():
        raise Flaw("Can't parse message identifier as Number")
    if int(value) <= 0:
        raise Flaw("Invalid message identifier specified")
    return int(value)
