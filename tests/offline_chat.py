"""A person and the bot, for the tests: the real handlers over HTTP against the offline Bot API."""

import asyncio
import functools
import socket
import ssl
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from bot_api_spec import typed_misfits
from telegram import Update
from telegram.request import BaseRequest, RequestData

from bot.answering.answerer import Answerer
from bot.building import build
from bot.errors import KnowledgeError
from bot.offline.api import ANNA, FakeBotApi, Json, Person
from bot.offline.people import heard
from bot.offline.server import serving
from bot.offline.terminal import as_lines
from bot.passed import FILE as PASSED
from bot.passed import Queue
from bot.settings import CHECKOUT, Settings
from bot.store import FILE, Counters, today
from bot.telegram.app import Current, build_application
from bot.telegram.desk import Desk
from bot.telegram.maintainers import Maintainers
from bot.telegram.patience import Patient

TOKEN = "123456789:AAE-a_token_of_the_usual_length_35ch"  # noqa: S105 - opens nothing
CONTACT = "@the_operator"
BERT = Person(1002, "Bert")
CERTIFICATES = ssl.create_default_context()
"""Loaded once: it takes longer than a whole conversation, and HTTP on this machine needs none."""


@contextmanager
def held_port() -> Iterator[int]:
    """A port at which nobody listens, kept for who will; nobody else on this machine gets it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def shipped() -> Answerer:
    """The answerer of the knowledge in the checkout."""
    return _built(Settings(operator_contact=CONTACT, emergency_number="112"))


def bread() -> Answerer:
    """The answerer of the small knowledge folder on another subject."""
    folder = Path(__file__).with_name("bread")
    kept = CHECKOUT / ".data" / "bread"
    return _built(Settings(knowledge_dir=folder, data_dir=kept, operator_contact=CONTACT))


def _built(settings: Settings) -> Answerer:
    answerer, error = _build_once(settings)
    if answerer is None:
        raise AssertionError(f"the knowledge has faults:\n{error}")
    return answerer


@functools.cache
def _build_once(settings: Settings) -> tuple[Answerer | None, str]:
    """An answerer, or why there is none; faults take as long to find as the building."""
    try:
        return build(settings), ""
    except KnowledgeError as error:
        return None, str(error)


def refusal(code: int, description: str, **parameters: int) -> Json:
    """An answer of the Bot API that says no."""
    answer = {"ok": False, "error_code": code, "description": description}
    return {**answer, "parameters": parameters} if parameters else answer


class FaultyBotApi(FakeBotApi):
    """A Bot API in which calls fail: method -> what happens to its next calls, one by one.

    A refusal is answered; an exception stands for a connection that is cut before the effect.
    """

    def __init__(self, troubles: dict[str, list[Json | Exception]]) -> None:
        super().__init__(TOKEN)
        for method, waiting in troubles.items():
            self.trouble(method, *waiting)

    def trouble(self, method: str, *waiting: Json | Exception) -> None:
        """Let the next calls of a method fail, one after another."""
        for trouble in waiting:
            if isinstance(trouble, Exception):
                self.fail("drop-before", method=method)
            elif trouble["error_code"] == 429:
                self.fail("429", method=method, **trouble["parameters"])
            else:
                told = {"code": trouble["error_code"], "description": trouble["description"]}
                self.fail("refusal", method=method, **told, **trouble.get("parameters", {}))


@dataclass
class Clock:
    """A clock that stands still until somebody moves it."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        """Seconds that never go back."""
        return self.now_s


class PlainRequest(BaseRequest):
    """Forms over kept-alive connections: what the bot's own client does, at a fraction of its time.

    Real processes with their own client are in `test_serving.py`.
    """

    def __init__(self, address: str) -> None:
        self.host, _, self.port = address.removeprefix("http://").partition(":")
        self.streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    @property
    def read_timeout(self) -> float:
        """Seconds; of no meaning here."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Close the connections."""
        for _, writer in self.streams:
            writer.close()
        self.streams.clear()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Make a request; an OSError if the connection breaks."""
        body = urlencode(request_data.json_parameters if request_data else {})
        head = (
            f"{method} /{url.split('/', 3)[3]} HTTP/1.1\r\nHost: {self.host}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        streams = self.streams.pop() if self.streams else None
        reader, writer = streams or await asyncio.open_connection(self.host, int(self.port))
        try:
            writer.write((head + body).encode())
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(answer.partition(b"content-length:")[2].split()[0])
            read = await reader.readexactly(length)
        except (OSError, EOFError):
            writer.close()
            raise ConnectionResetError("the connection broke") from None
        except asyncio.CancelledError:
            writer.close()
            raise
        self.streams.append((reader, writer))
        return int(answer.split()[1]), read


class OfflineChat:
    """A person talks with the bot; `async with` starts the bot as serving does, over HTTP."""

    def __init__(
        self,
        answerer: Answerer | None = None,
        api: FakeBotApi | None = None,
        data_dir: Path | None = None,
        request: BaseRequest | None = None,
        **settings: Any,
    ) -> None:
        self.kept = tempfile.TemporaryDirectory()
        """For what is counted when the test does not look at it."""
        self.api = api or FakeBotApi(TOKEN)
        self.current = Current(answerer or shipped())
        self.data_dir = data_dir or Path(self.kept.name)
        self.counters = Counters(self.data_dir / FILE)
        self.request = request
        """What carries the bot's requests instead of HTTP."""
        self.settings = settings
        """Further settings, such as `admin_chats`."""
        self.clock = Clock()
        self.is_late = False
        """Whether what people write has waited for long."""
        self.replies: list[str] = []
        """What the bot said each time, as it reads in a terminal; empty where it was silent."""
        self.stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        address = await self.stack.enter_async_context(serving(self.api, port=0))
        settings = Settings(
            token=TOKEN,
            api_url=address,
            operator_contact=CONTACT,
            data_dir=self.data_dir,
            **self.settings,
        )
        request = self.request or PlainRequest(address)
        self.maintainers = self._maintainers(settings)
        self.application = build_application(
            settings,
            self.current,
            Patient(request),
            clock=self.clock,
            counters=self.counters,
            is_late=lambda _: self.is_late,
            reviewing=self.maintainers,
        )
        await self.application.initialize()
        self.stack.push_async_callback(self.application.shutdown)
        await self.application.post_init(self.application)
        if self.maintainers:
            await self.stack.enter_async_context(self.maintainers.attended(self.application.bot))
        return self

    def _maintainers(self, settings: Settings) -> Maintainers | None:
        """The review in the chats of the maintainers, where there are any."""
        if not settings.admin_chats:
            return None
        queue = Queue(self.data_dir / PASSED, today)
        desk = Desk(settings, lambda: self.current.answerer, queue)
        return Maintainers(settings, desk, self.clock)

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()
        self.counters.flush()
        self.kept.cleanup()
        assert typed_misfits(self.api.calls) == []

    async def say(
        self, text: str, person: Person = ANNA, group: int | None = None, **more: Any
    ) -> str:
        """A person writes, in private or in a group; returns what the bot says there."""
        return await self.give(self.api.say(text, person, group, **more), person, group)

    async def send(self, person: Person = ANNA, group: int | None = None, **content: Any) -> str:
        """A person sends something that is no text; returns what the bot says there."""
        return await self.give(self.api.send(person, group, **content), person, group)

    async def edit(self, number: int, text: str, person: Person = ANNA, group: int = 0) -> str:
        """A person changes the message of that number; returns what the bot says or changes."""
        update = heard(self.api.change(group or person.id, number, text))
        return await self.give(update, person, group or None)

    async def press(self, label: str, person: Person = ANNA, group: int | None = None) -> str:
        """A person presses the newest button of that label; returns what the bot says there."""
        return await self.give(self.api.press(label, person, group), person, group)

    async def press_data(self, data: str, person: Person = ANNA, group: int | None = None) -> str:
        """A person presses a button of that data under the newest message of the bot."""
        newest = self.sent(person, group)[-1]
        return await self.give(self.api.press_data(data, newest, person), person, group)

    async def inline(self, query: str, person: Person = ANNA) -> Json:
        """A person types `@bot query`; returns the bot's answer: its results and its button."""
        await self.give(self.api.ask_inline(query, person), person)
        answers = [e.data for e in self.api.world.log.events if e.kind == "inline_answer"]
        return answers[-1]

    async def give(self, update: Json, person: Person = ANNA, group: int | None = None) -> str:
        """The bot gets an update; returns the messages that are new or changed after it."""
        before = [as_lines(message) for message in self.sent(person, group)]
        await self.application.process_update(Update.de_json(update, self.application.bot))
        after = [as_lines(message) for message in self.sent(person, group)]
        before += [""] * (len(after) - len(before))
        self.replies.append("\n\n".join(a for a, b in zip(after, before, strict=True) if a != b))
        return self.replies[-1]

    def sent(self, person: Person = ANNA, group: int | None = None) -> list[Json]:
        """What the bot has written to a person, or into a group."""
        chat = self.api.chats.get(group or person.id)
        return (
            [m for m in chat.messages if m["from"]["id"] == self.api.world.me["id"]] if chat else []
        )

    def counted(self, kind: str) -> dict[str, int]:
        """How often each thing of a kind was counted."""
        self.counters.flush()
        return self.counters.of(kind)

    def count(self, method: str) -> int:
        """How often the bot has called a method of the Bot API."""
        return sum(method == called for called, _ in self.api.calls)


def in_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Let pytest call a coroutine."""

    @functools.wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run
