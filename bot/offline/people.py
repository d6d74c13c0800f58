"""The people's side: what they do in Telegram, and the updates that the bot gets from it."""

import itertools
import re
from typing import Any, NamedTuple

from bot.offline.chats import ANNA, Chat, Person, World
from bot.offline.content import find_entities
from bot.offline.messages import Messages
from bot.offline.parameters import Json
from bot.offline.updates import Updates


class Act(NamedTuple):
    """What a person has done."""

    message: Json
    """The message that was written, changed or pressed under."""
    update: Json | None
    """What the bot gets; None when it is kept from it."""


class People:
    """Everything that people do; mixed into the Bot API in memory."""

    world: World
    messages: Messages
    updates: Updates

    def __init__(self) -> None:
        self._queries = itertools.count(1)
        self.inline: dict[str, Json] = {}
        """Inline queries that were asked and not answered."""

    # ------------------------------------------------------------ writing

    def say(self, text: str, person: Person = ANNA, group: int | None = None, **more: Any) -> Json:
        """A person writes to the bot in private, or in a group; returns the bot's update.

        Raises:
            LookupError: privacy mode keeps the message from the bot.
        """
        return heard(self.write(person, group, text=text, **more))

    def send(self, person: Person = ANNA, group: int | None = None, **content: Any) -> Json:
        """A person sends something that is no text, such as `photo=[...]`; returns the update."""
        return heard(self.write(person, group, **content))

    def write(self, person: Person, chat_id: int | None, **content: Any) -> Act:
        """A person writes something into a chat (None: the private one)."""
        chat = self._place(person, chat_id)
        message = self.world.write(chat, person.as_json(), **_with_entities(content))
        is_heard = self._is_for_bot(chat, message)
        return Act(message, self.updates.add("message", dict(message)) if is_heard else None)

    def edit(self, message: Json, text: str) -> Json:
        """A person changes a message of theirs; returns the update."""
        return heard(self.change(message["chat"]["id"], message["message_id"], text))

    def change(self, chat_id: int, message_id: int, text: str) -> Act:
        """A person changes the words of a message of theirs.

        Raises:
            LookupError: there is no such message.
        """
        message = self.world.chats[chat_id].message(message_id)
        if message is None or message["from"]["is_bot"]:
            raise LookupError(f"no message of a person has the number {message_id}")
        kind = "text" if "text" in message else "caption"
        self.world.change(message, **_with_entities({kind: text}))
        is_heard = self._is_for_bot(self.world.chats[chat_id], message)
        update = self.updates.add("edited_message", dict(message)) if is_heard else None
        return Act(message, update)

    # ------------------------------------------------------------ buttons

    def press(self, label: str, person: Person = ANNA, group: int | None = None) -> Json:
        """A person presses the newest button with that label; returns the update.

        Raises:
            LookupError: there is no such button.
        """
        chat = self._place(person, group)
        for message in reversed(chat.messages):
            for button in buttons(message):
                if button["text"] == label and "callback_data" in button:
                    return self.press_data(button["callback_data"], message, person)
        raise LookupError(f"no button says {label!r}")

    def press_data(self, data: str, message: Json, person: Person = ANNA) -> Json:
        """A person presses a button with that data under a message; returns the update."""
        where = {"message": dict(message), "chat_instance": str(message["chat"]["id"])}
        return heard(Act(message, self._pressed(person, data, where)))

    def press_inline(self, data: str, person: Person = ANNA) -> Json:
        """A person presses a button under what inline mode has sent; returns the update."""
        where = {"inline_message_id": "offline-inline", "chat_instance": "1"}
        return heard(Act({}, self._pressed(person, data, where)))

    def _pressed(self, person: Person, data: str, where: Json) -> Json | None:
        number = str(next(self._queries))
        self.messages.callbacks[number] = False
        query = {"id": number, "from": person.as_json(), "data": data, **where}
        return self.updates.add("callback_query", query)

    # ------------------------------------------------------------ inline mode

    def ask_inline(self, query: str, person: Person = ANNA, offset: str = "") -> Json:
        """A person types `@bot query` somewhere; returns the update."""
        asked: Json = {
            "id": str(next(self._queries)),
            "from": person.as_json(),
            "query": query[:256],
            "offset": offset,
            "chat_type": "sender",
        }
        self.inline[asked["id"]] = asked
        return heard(Act({}, self.updates.add("inline_query", asked)))

    def choose_inline(self, result: Json, person: Person = ANNA, chat: int | None = None) -> Act:
        """A person picks a result of an inline query, which is written into a chat."""
        said = result.get("input_message_content") or {"message_text": result.get("title", "")}
        text = said.get("message_text", "")
        more = {"reply_markup": result["reply_markup"]} if result.get("reply_markup") else {}
        if said.get("entities"):
            more["entities"] = said["entities"]
        return self.write(person, chat, text=text, via_bot=self.world.me, **more)

    # ------------------------------------------------------------ blocking

    def block(self, person: Person = ANNA) -> Json | None:
        """A person blocks the bot; returns the update if the bot asked for such."""
        return self._member(person, "member", "kicked")

    def unblock(self, person: Person = ANNA) -> Json | None:
        """A person lets the bot write again; returns the update if the bot asked for such."""
        return self._member(person, "kicked", "member")

    def _member(self, person: Person, old: str, new: str) -> Json | None:
        chat = self.world.meet(person)
        if (person.id in self.world.blocked) == (new == "kicked"):
            return None
        (self.world.blocked.add if new == "kicked" else self.world.blocked.discard)(person.id)
        self.world.log.add("people", {**person.as_json(), "blocked": new == "kicked"})
        change = {"chat": chat.as_json(), "from": person.as_json(), "date": self.world.now()}
        for when, status in (("old_chat_member", old), ("new_chat_member", new)):
            until = {"until_date": 0} if status == "kicked" else {}
            change[when] = {"user": self.world.me, "status": status, **until}
        return self.updates.add("my_chat_member", change)

    # ------------------------------------------------------------ groups

    def new_group(self, title: str, members: list[Person], **more: bool) -> Chat:
        """People make a group and add the bot, which hears of it."""
        chat = self.world.new_group(title, members, **more)
        change = {"chat": chat.as_json(), "from": members[0].as_json(), "date": self.world.now()}
        for when, status in (("old_chat_member", "left"), ("new_chat_member", "member")):
            change[when] = {"user": self.world.me, "status": status}
        self.updates.add("my_chat_member", change)
        return chat

    def upgrade(self, chat: Chat) -> Chat:
        """A group becomes a supergroup with another number; the bot hears of it in both."""
        members = list(chat.members.values()) or [ANNA]
        more = {"has_privacy": chat.has_privacy, "has_topics": chat.has_topics}
        new = self.world.new_group(chat.title, members, **more)
        for where, told in (
            (chat, {"migrate_to_chat_id": new.id}),
            (new, {"migrate_from_chat_id": chat.id}),
        ):
            message = self.world.write(where, members[0].as_json(), **told)
            self.updates.add("message", dict(message))
        chat.migrated_to = new.id
        return new

    # ------------------------------------------------------------ reading

    def sent(self, person: Person = ANNA) -> list[Json]:
        """What the bot has written to a person, in order, as it stands now."""
        chat = self.world.chats.get(person.id)
        return [m for m in chat.messages if m["from"]["is_bot"]] if chat else []

    def _place(self, person: Person, chat_id: int | None) -> Chat:
        private = self.world.meet(person)
        if chat_id is None or chat_id == person.id:
            if person.id in self.world.blocked:
                self.unblock(person)  # as the apps do: who writes has unblocked
            return private
        chat = self.world.chats.setdefault(chat_id, Chat(chat_id, "supergroup", "A group"))
        chat.members.setdefault(person.id, person)
        return chat

    def _is_for_bot(self, chat: Chat, message: Json) -> bool:
        """Whether privacy mode lets the bot have a message."""
        if chat.type == "private" or not chat.has_privacy:
            return True
        replied = message.get("reply_to_message", {}).get("from", {})
        if replied.get("id") == self.world.me["id"] or message.get("via_bot"):
            return True
        words = message.get("text") or message.get("caption") or ""
        name = self.world.me["username"]
        command = re.match(r"/\w+(@\w+)?", words, re.ASCII)
        if command and (command[1] or f"@{name}").lower() == f"@{name}".lower():
            return True
        return bool(re.search(rf"(?<!\w)@{name}(?!\w)", words, re.IGNORECASE))


def heard(act: Act) -> Json:
    """The bot's update.

    Raises:
        LookupError: the bot gets none.
    """
    if act.update is None:
        raise LookupError("privacy mode, or what the bot asked for, keeps this from the bot")
    return act.update


def buttons(message: Json) -> list[Json]:
    """All inline buttons under a message."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _with_entities(content: Json) -> Json:
    """What a person writes, with the entities that Telegram finds in it."""
    for words, key in (("text", "entities"), ("caption", "caption_entities")):
        found = list(find_entities(content.get(words, "")))
        if found and key not in content:
            content = {**content, key: found}
    return content
