"""A crowd for a bot in a process of its own: a knowledge whose answers are numbered, and who asks.

What a bot got wrong is read off the chats, as the people see them.
"""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from offline_chat import CONTACT, TOKEN
from test_serving import Server

from bot.offline.api import FakeBotApi, Json, Person
from bot.settings import CHECKOUT

PATIENCE_S = 60
SAMPLE = 100
"""So many of the bot's requests are held against aiogram's types: they are all alike."""
THINGS = (
    "anchor bridge candle desert engine falcon garden hammer island jacket kettle ladder magnet "
    "needle orchid pillow quarry ribbon saddle temple umbrella violin walnut yogurt zipper basket "
    "canyon dragon eagle forest glacier helmet iguana jungle kernel lantern meadow napkin oyster "
    "parrot"
).split()
EMERGENCY = "my chest hurts"
CARD = "Call an ambulance now"
SAFETY = f"""\
cards:
  - id: chest
    category: emergency
    text: "<b>{CARD}</b>{{because}}."
    third_person: "<b>{CARD}</b>{{because}}."
    gentle: {{negated: Call., past: Call., hypothetical: Call., general: Call.}}
    reminder: You should have called.
rules:
  - id: chest
    card: chest
    signs: [[chest], [hurts]]
    source: The tests
    fires: [{EMERGENCY}]
    quiet: [tell me about the chest]
"""


def write_things(folder: Path) -> Path:
    """A knowledge folder about things: the answer about each is its number in `THINGS`."""
    folder.mkdir()
    entries = (
        f"- id: the-{thing}\n"
        "  section: Things\n"
        f"  question: What about the {thing}?\n"
        f"  phrasings: [tell me about the {thing}, {thing}, what is a {thing}]\n"
        f"  answer: The {thing} is number {number}.\n"
        for number, thing in enumerate(THINGS)
    )
    (folder / "qa.yaml").write_text("".join(entries), "utf-8")
    (folder / "safety.yaml").write_text(SAFETY, "utf-8")
    return folder


def about(number: int) -> str:
    """A question whose answer is that number."""
    return f"what about the {THINGS[number]}"


def number_in(text: str) -> int | None:
    """The number of the thing that a message of the bot is about, None when it is about none."""
    found = re.search(r"is number (\d+)\.", text)
    return int(found[1]) if found else None


def answers(api: FakeBotApi, person: Person) -> list[int]:
    """The numbers that the bot has told somebody, in order."""
    told = (number_in(message["text"]) for message in api.sent(person))
    return [number for number in told if number is not None]


@dataclass(slots=True)
class Asker:
    """Somebody with a list of questions."""

    person: Person
    things: list[int]
    """What the questions are about, each once: so an answer shows which question it belongs to."""
    asked: int = 0
    excused: set[int] = field(default_factory=set)
    """Questions that need no answer."""
    told: list[int] = field(default_factory=list)
    """What the bot has answered, in order."""
    strange: list[str] = field(default_factory=list)
    """What the bot has said besides."""
    seen: int = 0
    """How many messages of the bot are noted."""
    is_away: bool = False
    """Whether it asks nothing more before the bot tries to write to it."""

    def open(self) -> set[int]:
        """The questions that wait for an answer."""
        return {*self.things[: self.asked]} - self.excused - {*self.told}

    def is_done(self) -> bool:
        """Whether everything is asked and answered."""
        return self.asked == len(self.things) and not self.open()

    def is_in_order(self) -> bool:
        """Whether the answers came, each for the first time, in the order of the questions."""
        places = [self.things.index(thing) for thing in dict.fromkeys(self.told)]
        return places == sorted(places)


class Crowd(FakeBotApi):
    """A Bot API whose people ask on when they are answered."""

    def __init__(self, most_open: int) -> None:
        """Nobody is there yet.

        Args:
            most_open: so many questions a person asks before it waits for an answer.
        """
        super().__init__(TOKEN, now=lambda: int(time.time()))
        self.most_open = most_open
        self.askers: dict[int, Asker] = {}
        self.sends = 0

    def join(self, things: Sequence[int]) -> Asker:
        """Somebody who will ask about these things."""
        person = self.world.new_person("Somebody")
        asker = self.askers[person.id] = Asker(person, [*things])
        return asker

    def begin(self) -> None:
        """Everybody asks the first questions."""
        for asker in self.askers.values():
            self.go_on(asker)

    def go_on(self, asker: Asker) -> None:
        """Let somebody ask until enough questions are open."""
        while (
            asker.asked < len(asker.things)
            and len(asker.open()) < self.most_open
            and not asker.is_away
        ):
            asker.asked += 1
            self.ask(asker, asker.things[asker.asked - 1])

    def is_done(self) -> bool:
        """Whether everybody has asked everything and is answered."""
        return all(asker.is_done() for asker in self.askers.values())

    async def until(self, fits: Callable[[], bool]) -> None:
        """Return as soon as something holds."""
        while not fits():
            await self.world.log.changed()

    def ask(self, asker: Asker, thing: int) -> None:
        """Ask about a thing."""
        self.say(about(thing), asker.person)

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer a request; who reads a reply asks on."""
        asker = self.askers.get(int(parameters.get("chat_id") or 0))
        if asker is None:
            return await super().call(token, method, parameters)
        self.sends += 1
        try:
            return await super().call(token, method, parameters)
        finally:
            asker.is_away = False
            self._note(asker)
            self.go_on(asker)

    def _note(self, asker: Asker) -> None:
        """Note what the bot has newly said to somebody."""
        new = self.sent(asker.person)[asker.seen :]
        asker.seen += len(new)
        for message in new:
            thing = number_in(message["text"])
            if thing is None:
                asker.strange.append(message["text"])
            else:
                asker.told.append(thing)


@contextlib.contextmanager
def serving(api: FakeBotApi) -> Iterator[Server]:
    """Serve a Bot API in a thread of its own."""
    server = Server()
    server.api = api
    with server:
        yield server
        del api.calls[SAMPLE:]


class Bot:
    """`python -m bot run` in a process of its own; what it prints goes to a file."""

    def __init__(self, folder: Path, address: str, knowledge: Path) -> None:
        """Start it.

        Args:
            folder: the working folder, where the printed words and the data are kept.
            address: of the Bot API.
            knowledge: what it answers from.
        """
        self.path = folder / "printed.txt"
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(CHECKOUT),
            "TELEGRAM_API_URL": address,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "KNOWLEDGE_DIR": str(knowledge),
            "DATA_DIR": str(folder / "data"),
            "OPERATOR_CONTACT": CONTACT,
        }
        with self.path.open("a") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
            )

    def __enter__(self) -> "Bot":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to end, as a supervisor does; returns its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)


def blemishes(printed: str) -> list[str]:
    """What must stand in no output of a bot: an exception that nobody caught, or the token."""
    words = ("Traceback", "was never retrieved", "was never awaited", TOKEN.partition(":")[2])
    return [word for word in words if word in printed]
