"""A Bot API in memory: method and parameters in, Telegram's JSON out. No sockets.

Two sides look at the same chats: the bot through `call`, the people through `say`, `press` and the
rest, which hand out updates just as getUpdates would. Error codes and texts are Telegram's own.
"""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.markup import MarkupError, parse, units

Json = dict[str, Any]
MOST_UNITS = 4096
MOST_DATA_BYTES = 64
MOST_UPDATES = 100


class Refusal(Exception):
    """An answer of the Bot API that says no."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes to the bot."""

    id: int
    first_name: str
    language_code: str = "en"

    def as_json(self) -> Json:
        """The person as a User."""
        return {
            "id": self.id,
            "is_bot": False,
            "first_name": self.first_name,
            "language_code": self.language_code,
        }


ANNA = Person(1001, "Anna")
"""Who speaks when nobody else is named."""


@dataclass(slots=True)
class Chat:
    """A conversation and everything in it."""

    id: int
    type: str
    title: str
    messages: list[Json] = field(default_factory=list)

    def as_json(self) -> Json:
        """The chat as a Chat."""
        named = "first_name" if self.type == "private" else "title"
        return {"id": self.id, "type": self.type, named: self.title}


class FakeBotApi:
    """Telegram's server as far as this bot sees it."""

    def __init__(self, token: str, username: str = "offline_bot", now: int = 1_800_000_000) -> None:
        """An empty Telegram that knows one bot.

        Args:
            token: the only token that is let in.
            username: the bot's name without @.
            now: the date of all messages, seconds since 1970.
        """
        self.token = token
        self.me = {"id": 1, "is_bot": True, "first_name": "Offline bot", "username": username}
        self.now = now
        self.chats: dict[int, Chat] = {}
        self.profile: Json = {}
        self.calls: list[tuple[str, Json]] = []
        """Every call with its parameters, in order."""
        self._updates: list[Json] = []
        self._arrived = asyncio.Event()
        self._callbacks: dict[str, bool] = {}
        self._next = defaultdict[str, Any](lambda: itertools.count(1))

    # ------------------------------------------------------------ the people's side

    def say(self, text: str, person: Person = ANNA, group: int | None = None, **more: Any) -> Json:
        """A person writes to the bot in private, or in a group; returns the bot's update."""
        chat = self._place(person, group)
        message = self._message(chat, person.as_json(), text=text, **more)
        message["entities"] = list(commands_and_mentions(text))
        return self._update("message", message)

    def edit(self, message: Json, text: str) -> Json:
        """A person changes a message of theirs; returns the update."""
        message.update(text=text, entities=list(commands_and_mentions(text)), edit_date=self.now)
        return self._update("edited_message", dict(message))

    def send(self, person: Person = ANNA, **content: Any) -> Json:
        """A person sends something that is no text, such as `photo=[...]`; returns the update."""
        chat = self._place(person, None)
        return self._update("message", self._message(chat, person.as_json(), **content))

    def press(self, label: str, person: Person = ANNA) -> Json:
        """A person presses the newest button with that label; returns the update.

        Raises:
            LookupError: there is no such button.
        """
        for message in reversed(self.chats[person.id].messages):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == label:
                        return self.press_data(button["callback_data"], message, person)
        raise LookupError(f"no button says {label!r}")

    def press_data(self, data: str, message: Json, person: Person = ANNA) -> Json:
        """A person presses a button with that data under a message; returns the update."""
        number = str(next(self._next["callback"]))
        self._callbacks[number] = False
        query = {
            "id": number,
            "from": person.as_json(),
            "message": message,
            "chat_instance": "1",
            "data": data,
        }
        return self._update("callback_query", query)

    def sent(self, person: Person = ANNA) -> list[Json]:
        """What the bot has written to a person, in order, as it stands now."""
        chat = self.chats.get(person.id)
        return [m for m in chat.messages if m["from"]["is_bot"]] if chat else []

    # ------------------------------------------------------------ the bot's side

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer a request of the bot: HTTP status and body."""
        self.calls.append((method, parameters))
        handler: Callable[..., Any] | None = getattr(self, f"_do_{method.lower()}", None)
        try:
            if token != self.token:
                raise Refusal(401, "Unauthorized")
            if handler is None:
                raise Refusal(404, "Not Found")
            result = handler(**parameters)
            if asyncio.iscoroutine(result):
                result = await result
        except Refusal as refusal:
            body = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            return refusal.code, body
        except TypeError as error:
            text = f"Bad Request: {error}"
            return 400, {"ok": False, "error_code": 400, "description": text}
        return 200, {"ok": True, "result": result}

    def _do_getme(self) -> Json:
        return {
            **self.me,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _do_getupdates(
        self,
        offset: int = 0,
        limit: int = MOST_UPDATES,
        timeout: float = 0,  # noqa: ASYNC109 - the Bot API's own parameter
        allowed_updates: list[str] | None = None,
    ) -> list[Json]:
        self._updates = [u for u in self._updates if u["update_id"] >= int(offset)]
        if not self._updates and timeout:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), float(timeout))
            except TimeoutError:
                return []
        wanted = [u for u in self._updates if not allowed_updates or set(u) & set(allowed_updates)]
        return wanted[: int(limit)]

    def _do_getwebhookinfo(self) -> Json:
        return {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates),
        }

    def _do_deletewebhook(self, drop_pending_updates: bool = False) -> bool:
        if drop_pending_updates:
            self._updates.clear()
        return True

    def _do_sendmessage(
        self,
        chat_id: int,
        text: str,
        parse_mode: str = "",
        reply_markup: Json | None = None,
        reply_parameters: Json | None = None,
        **_: Any,
    ) -> Json:
        chat = self._chat(chat_id)
        content = _content(text, parse_mode, reply_markup)
        for message in chat.messages:
            if reply_parameters and message["message_id"] == reply_parameters["message_id"]:
                content["reply_to_message"] = message
        return self._message(chat, self.me, **content)

    def _do_editmessagetext(
        self,
        text: str,
        chat_id: int,
        message_id: int,
        parse_mode: str = "",
        reply_markup: Json | None = None,
        **_: Any,
    ) -> Json:
        message = self._own_message(chat_id, message_id)
        new = _content(text, parse_mode, reply_markup)
        if all(message.get(key) == new.get(key) for key in ("text", "entities", "reply_markup")):
            raise Refusal(
                400,
                "Bad Request: message is not modified: specified new message content and reply "
                "markup are exactly the same as a current content and reply markup of the message",
            )
        for key in ("text", "entities", "reply_markup"):
            message.pop(key, None)
        message.update(new, edit_date=self.now)
        return message

    def _do_deletemessage(self, chat_id: int, message_id: int) -> bool:
        self._chat(chat_id).messages.remove(self._own_message(chat_id, message_id))
        return True

    def _do_answercallbackquery(self, callback_query_id: str, **_: Any) -> bool:
        if self._callbacks.get(str(callback_query_id)) is not False:
            raise Refusal(
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
            )
        self._callbacks[str(callback_query_id)] = True
        return True

    def _do_setmycommands(self, commands: list[Json], **where: Any) -> bool:
        if len(commands) > 100:
            raise Refusal(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        return self._set_profile("commands", commands, where)

    def _do_getmycommands(self, **where: Any) -> list[Json]:
        found: list[Json] = self.profile.get(f"commands {_scope(where)}", [])
        return found

    def _do_setmydescription(self, description: str = "", **where: Any) -> bool:
        return self._set_profile("description", description, where, 512)

    def _do_setmyshortdescription(self, short_description: str = "", **where: Any) -> bool:
        return self._set_profile("short_description", short_description, where, 120)

    def _do_setmyname(self, name: str = "", **where: Any) -> bool:
        return self._set_profile("name", name, where, 64)

    def _do_getmydescription(self, **where: Any) -> Json:
        return {"description": self.profile.get(f"description {_scope(where)}", "")}

    def _do_getmyshortdescription(self, **where: Any) -> Json:
        return {"short_description": self.profile.get(f"short_description {_scope(where)}", "")}

    def _do_getmyname(self, **where: Any) -> Json:
        return {"name": self.profile.get(f"name {_scope(where)}", self.me["first_name"])}

    def _do_getchatmenubutton(self) -> Json:
        button: Json = self.profile.get("menu_button", {"type": "default"})
        return button

    def _do_setchatmenubutton(self, menu_button: Json) -> bool:
        self.profile["menu_button"] = menu_button
        return True

    # ------------------------------------------------------------ both

    def _place(self, person: Person, group: int | None) -> Chat:
        if group is None:
            new = Chat(person.id, "private", person.first_name)
        else:
            new = Chat(group, "supergroup", "A group")
        return self.chats.setdefault(new.id, new)

    def _set_profile(self, key: str, value: Any, where: Json, most: int = 100) -> bool:
        if len(value) > most:
            raise Refusal(400, f"Bad Request: {key.upper()}_TOO_LONG")
        self.profile[f"{key} {_scope(where)}"] = value
        return True

    def _chat(self, chat_id: int) -> Chat:
        for chat in self.chats.values():
            if str(chat.id) == str(chat_id):
                return chat
        raise Refusal(400, "Bad Request: chat not found")

    def _own_message(self, chat_id: int, message_id: int) -> Json:
        for message in self._chat(chat_id).messages:
            if message["message_id"] == int(message_id) and message["from"]["is_bot"]:
                return message
        raise Refusal(400, "Bad Request: message to edit not found")

    def _message(self, chat: Chat, sender: Json, **content: Any) -> Json:
        message = {
            "message_id": next(self._next[f"chat {chat.id}"]),
            "date": self.now,
            "chat": chat.as_json(),
            "from": sender,
            **content,
        }
        chat.messages.append(message)
        return message

    def _update(self, kind: str, content: Json) -> Json:
        update = {"update_id": next(self._next["update"]), kind: content}
        self._updates.append(update)
        self._arrived.set()
        return update


def commands_and_mentions(text: str) -> Iterator[Json]:
    """The entities that Telegram finds by itself in what a person types."""
    for match in re.finditer(r"(?<!\S)(?:/\w+(?:@\w+)?|@\w{3,})", text):
        kind = "bot_command" if match[0].startswith("/") else "mention"
        yield {"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])}


def _content(text: str, parse_mode: str, reply_markup: Json | None) -> Json:
    """The text, entities and keyboard of a message, or a refusal."""
    entities: list[Json] = []
    if parse_mode.lower() == "html":
        try:
            text, found = parse(text)
        except MarkupError as error:
            raise Refusal(400, f"Bad Request: can't parse entities: {error}") from None
        entities = [
            {
                "type": e.type,
                "offset": e.offset,
                "length": e.length,
                **({"url": e.url} if e.url else {}),
            }
            for e in found
        ]
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if units(text) > MOST_UNITS:
        raise Refusal(400, "Bad Request: message is too long")
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if reply_markup and reply_markup.get("inline_keyboard"):
        _check_keyboard(reply_markup)
        content["reply_markup"] = reply_markup
    return content


def _check_keyboard(markup: Json) -> None:
    for row in markup["inline_keyboard"]:
        for button in row:
            if not button.get("text"):
                raise Refusal(400, "Bad Request: text buttons are unallowed in the inline keyboard")
            if not 1 <= len(button.get("callback_data", "x").encode()) <= MOST_DATA_BYTES:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")


def _scope(where: Json) -> str:
    scope = where.get("scope") or {"type": "default"}
    return f"{scope['type']} {where.get('language_code', '')}".strip()
