"""The people's side over HTTP: what they do, what they see, faults, and events as they happen."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.offline.acts import Acts, as_listed
from bot.offline.api import FakeBotApi
from bot.offline.chats import Chat, Event
from bot.offline.editing import Desk, Editing
from bot.offline.faults import FaultError
from bot.offline.guard import Given, WrongRequest, given, refused
from bot.offline.parameters import Json
from bot.offline.terminal import as_lines

Why = Callable[[int, int], Json | None]
"""Chat and message number -> `{"sections": [{"title", "rows": [{"label", "value"}]}]}`; a row may
have a `share` of 0 to 1. For whoever edits also `asked`, the words that were answered, and
`entries` (`id`, `question`, `share`, `is_chosen`), the likeliest first."""
LONGEST_WAIT_S = 60
HEARTBEAT_S = 15
QUERIES = {"callback_query_id", "inline_query_id"}


def routes(api: FakeBotApi, why: Why | None, editing: Editing | None = None) -> list[BaseRoute]:
    """Everything under /offline/."""
    acts = Acts(api)
    sights = Sights(api, acts, why, can_edit=editing is not None)
    desk = Desk(editing, lambda: api.world.log.add("saved", {}))
    table: dict[tuple[str, str], Callable[..., Awaitable[Any]]] = {
        ("GET", "/state"): sights.state,
        ("POST", "/people"): acts.new_person,
        ("POST", "/groups"): acts.new_group,
        ("POST", "/send"): acts.send,
        ("POST", "/edit"): acts.edit,
        ("POST", "/press"): acts.press,
        ("POST", "/inline"): acts.inline,
        ("POST", "/choose"): acts.choose,
        ("POST", "/block"): acts.block,
        ("POST", "/unblock"): acts.unblock,
        ("GET", "/transcript"): sights.transcript,
        ("POST", "/wait"): sights.wait,
        ("POST", "/faults"): sights.plan_fault,
        ("GET", "/faults"): sights.faults,
        ("DELETE", "/faults"): sights.clear_faults,
        ("GET", "/events"): sights.events,
        ("GET", "/why"): sights.why,
        **desk.requests,
    }
    known = ", ".join(f"{verb} /offline{path}" for verb, path in table)

    async def unknown(_: Given) -> None:
        raise WrongRequest(f"there is nothing here; there are: {known}", 404)

    found = [Route(path, _route(act), methods=[verb]) for (verb, path), act in table.items()]
    return [
        *found,
        Route("/{path:path}", _route(unknown), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


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


class Sights:
    """What can be seen under /offline/, and what can go wrong, by the values of a request."""

    def __init__(
        self, api: FakeBotApi, acts: Acts, why: Why | None, *, can_edit: bool = False
    ) -> None:
        """The people of this Bot API.

        Args:
            api: the chats.
            acts: knows who and where is meant.
            why: tells why the bot said a message.
            can_edit: whether what the bot knows can be edited.
        """
        self.api = api
        self.acts = acts
        self.world = api.world
        self._why = why
        self._can_edit = can_edit

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
            "people": [self.acts.person(person) for person in self.world.people.values()],
            "chats": [as_listed(chat) for chat in chats],
            "knowledge": api.knowledge,
            "can_edit": self._can_edit,
            "oddities": api.oddities,
            "event": self.world.log.last,
        }

    # ------------------------------------------------------------ what people see

    async def transcript(self, given: Given) -> Any:
        """The messages of a chat as they stand, as data or to read (`format=text`)."""
        messages = self.acts.chat(given.number("chat")).messages
        if given.text("format", "json") == "text":
            said = [f"{m['from']['first_name']}: {as_lines(m)}" for m in messages]
            return PlainTextResponse("\n\n".join(said) + "\n")
        return messages

    async def wait(self, given: Given) -> Json:
        """What the bot does next in a chat, or how it answers a query; as soon as it does."""
        fits, after = self._awaited(given)
        timeout_s = min(given.number("timeout_s", 10), LONGEST_WAIT_S)
        try:
            async with asyncio.timeout(timeout_s):
                found = await self.world.log.first(fits, after)
        except TimeoutError:
            raise WrongRequest(f"the bot did nothing within {timeout_s} s", 408) from None
        done = [event.data for event in found]
        if QUERIES & set(given.values):
            return {"answer": done[0] if done else None, "event": self.world.log.last}
        return {"messages": done, "event": self.world.log.last}

    def _awaited(self, given: Given) -> tuple[Callable[[Event], bool], int]:
        """Which events are waited for, and after which one."""
        for name in QUERIES:
            if name in given.values:
                number = given.text(name)
                return partial(_is_of, name, number), 0
        chat = self.acts.where(given)

        def is_news(event: Event) -> bool:
            is_said = event.kind in ("message", "edited") and event.data["chat"]["id"] == chat.id
            return is_said and bool(event.data["from"]["is_bot"])

        if "after_event" in given.values:
            return is_news, given.number("after_event")
        seen = given.number("after", 0)
        written = [
            event.number
            for event in self.world.log.events
            if event.kind == "message"
            and event.data["chat"]["id"] == chat.id
            and event.data["message_id"] <= seen
        ]
        return is_news, max(written, default=0)

    async def events(self, given: Given) -> Response:
        """Everything that happens, as server-sent events."""
        seen = given.text("last_event", "")
        after = int(seen) if seen.isdecimal() else self.world.log.last
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
                async with asyncio.timeout(HEARTBEAT_S):
                    found = await log.first(lambda _: True, after)
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

    def _commands(self, chat: Chat) -> list[Json]:
        person = self.world.people.get(chat.id)
        language = person.language_code if person else ""
        return self.api.profile.commands_in(chat.type, chat.id, language)


def _is_of(name: str, number: str, event: Event) -> bool:
    """Whether something happened to the query of that number."""
    return bool(event.data.get(name) == number)
