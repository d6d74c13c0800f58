"""A crowd for a bot in a process of its own: a knowledge whose answers are numbered, and who asks.

What a bot got wrong is read off the chats, as the people see them.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from offline_chat import CONTACT, TOKEN

from bot.offline.api import FakeBotApi, Person
from bot.settings import CHECKOUT

PATIENCE_S = 20
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
