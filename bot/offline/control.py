"""The people's side over HTTP: what they do, what they see, faults, and events as they happen."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.offline.api import FakeBotApi
from bot.offline.chats import Chat, Event, Person
from bot.offline.faults import FaultError
from bot.offline.guard import Given, WrongRequest, given, refused
from bot.offline.parameters import Json
from bot.offline.people import buttons
from bot.offline.terminal import as_lines

Why = Callable[[int, int], Json | None]
"""Chat and message number -> `{"sections": [{"title", "rows": [{"label", "value", "share"?}]}]}`."""
LONGEST_WAIT_S = 60
HEARTBEAT_S = 15
PHOTO = {"file_id": "offline-photo", "file_unique_id": "offline-photo", "file_size": 1024}
SAMPLES: Json = {
    "photo": [{**PHOTO, "width": 90, "height": 60}, {**PHOTO, "width": 900, "height": 600}],
    "voice": {"file_id": "offline-voice", "file_unique_id": "offline-voice", "duration": 3},
    "sticker": {
        "file_id": "offline-sticker", "file_unique_id": "offline-sticker", "type": "regular",
        "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "🙂",
    },
    "location": {"latitude": 48.137, "longitude": 11.575},
}  # fmt: skip
"""What stands for content that a person sends with `true`."""


def routes(api: FakeBotApi, why: Why | None) -> list[BaseRoute]:
    """Everything under /offline/."""
    side = Side(api, why)
    table: dict[tuple[str, str], Callable[..., Awaitable[Any]]] = {
        ("GET", "/state"): side.state,
        ("POST", "/people"): side.new_person,
        ("POST", "/groups"): side.new_group,
        ("POST", "/send"): side.send,
        ("POST", "/edit"): side.edit,
        ("POST", "/press"): side.press,
        ("POST", "/inline"): side.inline,
        ("POST", "/choose"): side.choose,
        ("POST", "/block"): side.block,
        ("POST", "/unblock"): side.unblock,
        ("GET", "/transcript"): side.transcript,
        ("POST", "/wait"): side.wait,
        ("POST", "/faults"): side.plan_fault,
        ("GET", "/faults"): side.faults,
        ("DELETE", "/faults"): side.clear_faults,
        ("GET", "/events"): side.events,
        ("GET", "/why"): side.why,
    }
    known = ", ".join(f"{verb} /offline{path}" for verb, path in table)

    async def unknown(_: Given) -> None:
        raise WrongRequest(f"there is nothing here; there are: {known}", 404)

    found = [Route(path, _route(act), methods=[verb]) for (verb, path), act in table.items()]
    return [*found, Route("/{path:path}", _route(unknown), methods=["GET", "POST", "DELETE"])]


def _route(act: Callable[..., Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    """What an act answers as JSON, with a sentence where it fails."""

    async def answer(request: Request) -> Response:
        try:
            result = await act(await given(request))
        except WrongRequest as error:
            return refused(error)
        except (FaultError, LookupError) as error:
            return refused(WrongRequest(str(error.args[0])))
        return (
            result if isinstance(result, Response) else JSONResponse({"ok": True, "result": result})
        )

    return answer


class Side:
    """What can be asked for under /offline/, each with the values of a request."""

    def __init__(self, api: FakeBotApi, why: Why | None) -> None:
        """The people of this Bot API.

        Args:
            api: the chats.
            why: tells why the bot said a message.
        """
        self.api = api
        self.world = api.world
        self._why = why

    # ------------------------------------------------------------ who and where

    async def state(self, _: Given) -> Json:
        """Everything the page needs to begin with."""
        api, profile = self.api, self.api.profile
        about = {
            **api.get_me(),
            **profile.get_my_description(),
            **profile.get_my_short_description(),
            "menu_button": profile.get_chat_menu_button(),
        }
        chats = list(self.world.chats.values())
        return {
            "me": about,
            "commands": {str(chat.id): self._commands(chat) for chat in chats},
            "people": [self._person(person) for person in self.world.people.values()],
            "chats": [as_listed(chat) for chat in chats],
            "knowledge": api.knowledge,
            "oddities": api.oddities,
            "event": self.world.log.last,
        }

    async def new_person(self, given: Given) -> Json:
        """Somebody new, with a private chat."""
        names = {
            name: given.text(name, default)
            for name, default in (("last_name", ""), ("username", ""), ("language_code", "en"))
        }
        return self._person(self.world.new_person(given.text("first_name"), **names))

    async def new_group(self, given: Given) -> Json:
        """A group with the bot in it."""
        numbers = given.values.get("members")
        if not isinstance(numbers, list) or not numbers:
            raise WrongRequest("members should be a list of people's numbers")
        people = [self._known(number) for number in numbers]
        more = {
            "has_privacy": given.truth("privacy", True),
            "has_topics": given.truth("topics", False),
        }
        return as_listed(self.api.new_group(given.text("title"), people, **more))

    async def block(self, given: Given) -> Json:
        """A person blocks the bot."""
        return self._done(self.api.block(self._who(given)))

    async def unblock(self, given: Given) -> Json:
        """A person lets the bot write again."""
        return self._done(self.api.unblock(self._who(given)))

    # ------------------------------------------------------------ what people do

    async def send(self, given: Given) -> Json:
        """A person writes, or sends a photo, voice message, sticker or location."""
        person, chat = self._who(given), self._where(given)
        content = self._content(given)
        if given.values.get("reply_to"):
            replied = chat.message(given.number("reply_to"))
            if replied is None:
                raise WrongRequest(f"there is no message {given.number('reply_to')} in this chat")
            content["reply_to_message"] = {
                name: value for name, value in replied.items() if name != "reply_to_message"
            }
        if topic := given.number("topic", 0):
            content |= {"message_thread_id": topic, "is_topic_message": True}
        act = self.api.write(person, chat.id, **content)
        return {"message": act.message, **self._done(act.update)}

    async def edit(self, given: Given) -> Json:
        """A person changes a message of theirs."""
        chat, number = self._where(given), given.number("message_id")
        message = chat.message(number)
        if not message or message["from"]["id"] != self._who(given).id:
            raise WrongRequest(f"message {number} is not one of this person's")
        act = self.api.change(chat.id, number, given.text("text"))
        return {"message": act.message, **self._done(act.update)}

    async def press(self, given: Given) -> Json:
        """A person presses a button."""
        person, chat = self._who(given), self._where(given)
        if "label" not in given.values and "data" not in given.values:
            raise WrongRequest("say which button: label or data")
        key = "text" if "label" in given.values else "callback_data"
        wanted = given.text("label" if key == "text" else "data")
        number = given.number("message_id", 0)
        for message in reversed(chat.messages):
            if number in (0, message["message_id"]):
                for button in buttons(message):
                    if button.get(key) == wanted and "callback_data" in button:
                        update = self.api.press_data(button["callback_data"], message, person)
                        query = update["callback_query"]["id"]
                        return {"callback_query_id": query, **self._done(update)}
        seen = [button["text"] for message in chat.messages[-5:] for button in buttons(message)]
        raise WrongRequest(
            f"no button says {wanted!r}; the newest say: {', '.join(seen) or 'none'}"
        )

    async def inline(self, given: Given) -> Json:
        """A person types `@bot query`."""
        query, offset = given.text("query", ""), given.text("offset", "")
        update = self.api.ask_inline(query, self._who(given), offset)
        return {"inline_query_id": update["inline_query"]["id"], **self._done(update)}

    async def choose(self, given: Given) -> Json:
        """A person picks one of the results of an inline query."""
        query, result_id = given.text("inline_query_id"), given.text("result_id")
        for event in self.world.log.events:
            if event.kind == "inline_answer" and event.data["inline_query_id"] == query:
                for result in event.data["results"]:
                    if result["id"] == result_id:
                        chat = self._where(given)
                        act = self.api.choose_inline(result, self._who(given), chat.id)
                        return {"message": act.message, **self._done(act.update)}
        raise WrongRequest(f"inline query {query} has no result {result_id}")

    # ------------------------------------------------------------ what people see

    async def transcript(self, given: Given) -> Any:
        """The messages of a chat as they stand, as data or to read (`format=text`)."""
        messages = self._chat(given.number("chat")).messages
        if given.text("format", "json") == "text":
            said = [f"{m['from']['first_name']}: {as_lines(m)}" for m in messages]
            return PlainTextResponse("\n\n".join(said) + "\n")
        return messages

    async def wait(self, given: Given) -> Json:
        """What the bot does next in a chat, or how it answers a query; as soon as it does."""
        fits, after = self._awaited(given)
        timeout_s = min(given.number("timeout_s", 10), LONGEST_WAIT_S)
        try:
            found = await asyncio.wait_for(self.world.log.first(fits, after), timeout_s)
        except TimeoutError:
            raise WrongRequest(f"the bot did nothing within {timeout_s} s", 408) from None
        done = [{"kind": event.kind, **event.data} for event in found]
        if fits.__name__ == "is_answer":
            return {"answer": done[0] if done else None, "event": self.world.log.last}
        return {"messages": [event.data for event in found], "event": self.world.log.last}

    def _awaited(self, given: Given) -> tuple[Callable[[Event], bool], int]:
        """Which events are waited for, and after which one."""
        for name in ("callback_query_id", "inline_query_id"):
            if name in given.values:
                number = given.text(name)

                def is_answer(event: Event, name: str = name) -> bool:
                    return event.kind.endswith("_answer") and event.data.get(name) == number

                return is_answer, 0
        chat = self._where(given)

        def is_news(event: Event) -> bool:
            is_said = event.kind in ("message", "edited") and event.data["chat"]["id"] == chat.id
            return is_said and bool(event.data["from"]["is_bot"])

        if "after_event" in given.values:
            return is_news, given.number("after_event")
        number = given.number("after", 0)
        written = [
            event.number
            for event in self.world.log.events
            if event.kind == "message"
            and event.data["chat"]["id"] == chat.id
            and event.data["message_id"] <= number
        ]
        return is_news, max(written, default=0)

    async def events(self, given: Given) -> Response:
        """Everything that happens, as server-sent events."""
        last = given.text("last_event", "")
        after = int(last) if last.isdecimal() else self.world.log.last
        headers = {"cache-control": "no-cache", "x-accel-buffering": "no"}
        return StreamingResponse(
            self._stream(min(after, self.world.log.last)),
            media_type="text/event-stream",
            headers=headers,
        )

    async def _stream(self, after: int) -> AsyncIterator[str]:
        log = self.world.log
        yield f": from {after} on\nretry: 1000\n\n"
        while not log.is_closed:
            try:
                found = await asyncio.wait_for(log.first(lambda _: True, after), HEARTBEAT_S)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            for event in found:
                after = event.number
                yield f"id: {after}\nevent: {event.kind}\ndata: {json.dumps(event.data)}\n\n"

    async def why(self, given: Given) -> Json:
        """Why the bot said a message."""
        chat, number = given.number("chat"), given.number("message_id")
        reasons = self._why(chat, number) if self._why else None
        if reasons is None:
            raise WrongRequest("nobody can say why", 404)
        return reasons

    # ------------------------------------------------------------ faults

    async def plan_fault(self, given: Given) -> list[Json]:
        """Let something go wrong; returns what is still to come."""
        fault = given.text("fault", "")
        more = {name: value for name, value in given.values.items() if name != "fault"}
        self.api.fail(fault, **more)
        return self.api.faults.as_json()

    async def faults(self, _: Given) -> list[Json]:
        """What is still to go wrong."""
        return self.api.faults.as_json()

    async def clear_faults(self, _: Given) -> list[Json]:
        """Let all be well again."""
        self.api.faults.clear()
        return []

    # ------------------------------------------------------------ what is meant

    def _known(self, number: Any) -> Person:
        person = self.world.people.get(number) if isinstance(number, int) else None
        if person is None:
            raise WrongRequest(f"there is no person {number}; POST /offline/people makes one")
        return person

    def _who(self, given: Given) -> Person:
        return self._known(given.number("person"))

    def _chat(self, number: int) -> Chat:
        chat = self.world.chats.get(number)
        if chat is None:
            raise WrongRequest(f"there is no chat {number}")
        return chat

    def _where(self, given: Given) -> Chat:
        """The chat that is named, or the private one of the person who is."""
        number = given.number("chat", 0)
        return self._chat(number) if number else self.world.meet(self._who(given))

    def _content(self, given: Given) -> Json:
        """What a person sends; `true` stands for a sample."""
        found = {
            kind: SAMPLES[kind] if given.values[kind] is True else given.values[kind]
            for kind in SAMPLES
            if given.values.get(kind)
        }
        if not found:
            return {"text": given.text("text")}
        caption = given.text("caption", "")
        return {**found, **({"caption": caption} if caption else {})}

    def _commands(self, chat: Chat) -> list[Json]:
        person = self.world.people.get(chat.id)
        language = person.language_code if person else ""
        return self.api.profile.commands_in(chat.type, chat.id, language)

    def _person(self, person: Person) -> Json:
        return {**person.as_json(), "blocked": person.id in self.world.blocked}

    def _done(self, update: Json | None) -> Json:
        """What every act returns: the bot's update, and the last event before its answer."""
        number = update["update_id"] if update else None
        return {"update_id": number, "event": self.world.log.last}


def as_listed(chat: Chat) -> Json:
    """A chat as it stands in the list."""
    more = {"members": list(chat.members), "messages_count": len(chat.messages)}
    return {**chat.as_json(), "title": chat.title, **more}
