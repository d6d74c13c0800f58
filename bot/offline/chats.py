"""Who is there and what was said: people, chats, messages, and a log of everything that happens."""

import asyncio
import itertools
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.offline.parameters import Json

MOST_EVENTS = 10_000
FIRST_PERSON, FIRST_GROUP = 1001, -1_001_000_000_001


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes to the bot."""

    id: int
    first_name: str
    language_code: str = "en"
    last_name: str = ""
    username: str = ""

    def as_json(self) -> Json:
        """The person as a User."""
        names = {"last_name": self.last_name, "username": self.username}
        names["language_code"] = self.language_code
        known = {name: value for name, value in names.items() if value}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **known}


ANNA = Person(FIRST_PERSON, "Anna")
"""Who speaks when nobody else is named."""


@dataclass(slots=True)
class Chat:
    """A conversation and everything in it."""

    id: int
    type: str
    title: str
    messages: list[Json] = field(default_factory=list)
    members: dict[int, Person] = field(default_factory=dict)
    has_privacy: bool = True
    """Whether the bot gets only what is meant for it; of a group."""
    has_topics: bool = False
    migrated_to: int = 0
    """The supergroup that the group has become."""
    written: int = 0
    """How many messages there ever were."""

    def as_json(self) -> Json:
        """The chat as a Chat."""
        if self.type != "private":
            forum = {"is_forum": True} if self.has_topics else {}
            return {"id": self.id, "type": self.type, "title": self.title, **forum}
        person = self.members.get(self.id) or Person(self.id, self.title)
        names = {k: v for k, v in person.as_json().items() if k.endswith("name")}
        return {"id": self.id, "type": self.type, **names}

    def message(self, number: int) -> Json | None:
        """The message of that number, None when there is none."""
        place = bisect_left(self.messages, number, key=lambda message: message["message_id"])
        found = self.messages[place] if place < len(self.messages) else None
        return found if found and found["message_id"] == number else None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for whoever watches."""

    number: int
    kind: str
    data: Json


class Log:
    """The newest events in order; whoever waits for one is woken."""

    def __init__(self) -> None:
        self.events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self.last = 0
        self.is_closed = False
        self._waiting: set[asyncio.Future[None]] = set()

    def add(self, kind: str, data: Json) -> None:
        """Note what happened and wake who waits."""
        self.last += 1
        self.events.append(Event(self.last, kind, data))
        self._wake()

    def close(self) -> None:
        """Nothing will happen any more."""
        self.is_closed = True
        self._wake()

    def since(self, number: int) -> Iterator[Event]:
        """The events after that number."""
        for place in range(max(0, len(self.events) - (self.last - number)), len(self.events)):
            yield self.events[place]

    async def changed(self) -> None:
        """Return when something has happened."""
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    async def first(self, fits: Callable[[Event], bool], after: int) -> list[Event]:
        """Wait for events after that number that fit; returns all there are, none at the end."""
        while True:
            last = self.last
            found = [event for event in self.since(after) if fits(event)]
            if found or self.is_closed:
                return found
            after = last
            await self.changed()

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)


class World:
    """All people and chats that this Telegram knows."""

    def __init__(self, me: Json, now: Callable[[], int]) -> None:
        """A world with one bot and nobody else.

        Args:
            me: the bot as a User.
            now: the time in seconds since 1970.
        """
        self.me = me
        self.now = now
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.blocked: set[int] = set()
        """People who do not want to hear from the bot."""
        self.log = Log()
        self._people = itertools.count(FIRST_PERSON)
        self._groups = itertools.count(FIRST_GROUP, -1)

    def meet(self, person: Person) -> Chat:
        """The private chat of a person, who may be new."""
        if person.id not in self.people:
            self.people[person.id] = person
            self.log.add("people", person.as_json())
        chat = self.chats.setdefault(person.id, Chat(person.id, "private", person.first_name))
        chat.members[person.id] = person
        return chat

    def new_person(self, first_name: str, **more: str) -> Person:
        """Somebody nobody has met."""
        number = next(number for number in self._people if number not in self.people)
        person = Person(number, first_name, **more)
        self.meet(person)
        return person

    def new_group(self, title: str, members: list[Person], **more: bool) -> Chat:
        """A group of these people and the bot."""
        people = {person.id: person for person in members}
        chat = Chat(next(self._groups), "supergroup", title, members=people, **more)  # type: ignore[arg-type]
        self.chats[chat.id] = chat
        self.log.add("chats", chat.as_json())
        return chat

    def write(self, chat: Chat, sender: Json, **content: Any) -> Json:
        """A new message in a chat."""
        chat.written += 1
        message: Json = {"message_id": chat.written, "date": self.now(), "chat": chat.as_json()}
        message |= {"from": sender, **content}
        chat.messages.append(message)
        self.log.add("message", dict(message))
        return message

    def change(self, message: Json, *, keep: tuple[str, ...] = (), **content: Any) -> None:
        """Put other content in the place of what a message said; `keep` names what stays."""
        for key in {"text", "entities", "caption", "caption_entities", "reply_markup"} - {*keep}:
            message.pop(key, None)
        message.update(content, edit_date=self.now())
        self.log.add("edited", dict(message))

    def delete(self, chat: Chat, message: Json) -> None:
        """Take a message away."""
        chat.messages.remove(message)
        self.log.add("deleted", {"chat_id": chat.id, "message_id": message["message_id"]})
