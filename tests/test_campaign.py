"""The fault campaign: 2,000 messages from 50 people, and everything goes wrong that can.

Sends and polls are refused, cut and slowed down, updates come twice or cannot be read, the bot is
ended and killed in the middle of it. A person has at most two questions open, so that nobody
writes more than the bot allows one person. The same seed asks the same questions with the same
faults; in which order the bot gets round to them is its own affair.
"""

import contextlib
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from crowd import PATIENCE_S, THINGS, Asker, Bot, Crowd, about, blemishes, serving, write_things

from bot.offline.api import Json
from bot.offline.faults import Cut

pytestmark = pytest.mark.repetitive

PEOPLE = 50
SEND: Json = {"method": "sendMessage"}
FAULTS: dict[str, tuple[float, str, Json]] = {
    "the bot is to wait": (0.01, "429", SEND),
    "a server error": (0.02, "500", SEND),
    "another server error": (0.02, "502", SEND),
    "a cut before the reply is there": (0.02, "drop-before", SEND),
    "a cut after the reply is there": (0.03, "drop-after", SEND),
    "a slow answer": (0.03, "slow", {**SEND, "seconds": 0.2}),
    "four errors in a row": (0.001, "500", {**SEND, "times": 4}),
    "two waits in a row": (0.001, "429", {**SEND, "times": 2}),
    "three cuts in a row": (0.002, "drop-after", {**SEND, "times": 3}),
    "an update that comes twice": (0.03, "duplicate", {}),
    "an update that nobody can read": (0.03, "unparsable", {}),
}
"""What may happen to a question or its reply -> how likely, and the fault."""
BLOCKED = 0.01
"""How likely somebody blocks the bot right after a question; the next question unblocks it."""
POLLS: tuple[Json, ...] = (
    *({"fault": fault, "method": "getUpdates"} for fault in ("500", "502", "429")),
    *({"fault": fault, "method": "getUpdates"} for fault in ("drop-before", "drop-after")),
    {"fault": "slow", "method": "getUpdates", "seconds": 0.2},
    {"fault": "outage", "seconds": 0.2},
)
"""What happens to polls, once each."""
TERM = "in good order"
KILLS = ("killed before the effect", "killed after the effect", "killed instead of the effect")


class Campaign(Crowd):
    """A crowd, and all that goes wrong."""

    def __init__(self, seed: int) -> None:
        """Plan what will go wrong."""
        super().__init__(most_open=2)
        dice = random.Random(seed)  # noqa: S311 - no secrets
        self.dice: dict[int, random.Random] = {}
        """Of each person, so that the order of the answers changes nothing about the faults."""
        for number in range(PEOPLE):
            person = self.join(dice.sample(range(len(THINGS)), len(THINGS))).person
            self.dice[person.id] = random.Random(f"{seed} {number}")  # noqa: S311
        ends = (*KILLS, TERM, TERM, TERM)
        when = dice.sample(range(100, PEOPLE * len(THINGS)), len(ends) + len(POLLS))
        self.ends = dict(zip(when, ends, strict=False))
        """After so many sends -> how the bot is ended."""
        self.polls = dict(zip(when[len(ends) :], POLLS, strict=True))
        """After so many sends -> what happens to the next poll."""
        self.bot: subprocess.Popen[bytes] | None = None
        self.how = ""
        """How this bot was ended; empty as long as it should run."""
        self.was_killed = False
        """Whether the one before it was killed."""
        self.is_over = False
        """Whether everything is asked, answered and confirmed."""
        self.may_double: Counter[tuple[int, int]] = Counter()
        """Person and thing -> how many sends were cut: the bot cannot know that they arrived."""

    def ask(self, asker: Asker, thing: int) -> None:
        """Ask; somebody may block the bot at once, or something is to go wrong with the reply."""
        dice = self.dice[asker.person.id]
        for share, fault, more in FAULTS.values():
            if dice.random() < share:
                self.fail(fault, **({"chat": asker.person.id, **more} if more else {}))
        super().ask(asker, thing)
        if dice.random() < BLOCKED:
            asker.excused |= asker.open()
            asker.is_away = True
            self.block(asker.person)

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer a request, or let it go wrong."""
        if method == "sendMessage":
            return await self._send(token, parameters)
        if method == "getMe" and self.was_killed:
            self._reckon()
        if method == "getUpdates" and self.is_done() and not self.is_over:
            offset = int(parameters.get("offset") or 0)
            if all(update["update_id"] < offset for update in self.updates.waiting):
                self.is_over = True
                self.end(TERM)
        return await super().call(token, method, parameters)

    async def _send(self, token: str, parameters: Json) -> tuple[int, Json]:
        """Write into a chat, if nothing comes between."""
        if fault := self.polls.pop(self.sends, None):
            self.fail(**fault)
        how = self.ends.pop(self.sends, "")
        if how and how != "killed after the effect":
            self.end(how)
        if how == "killed instead of the effect":
            raise Cut(how)
        asker = self.askers[int(parameters["chat_id"])]
        told = len(asker.told)
        try:
            return await super().call(token, "sendMessage", parameters)
        except Cut:
            self.may_double.update((asker.person.id, thing) for thing in asker.told[told:])
            raise
        finally:
            if how == "killed after the effect":
                self.end(how)

    def meet(self, bot: subprocess.Popen[bytes]) -> None:
        """A bot was started; the one before it, if there was one, has ended."""
        self.bot, self.was_killed, self.how = bot, self.how in KILLS, ""

    def end(self, how: str) -> None:
        """End the bot, kindly or not."""
        self.how = how
        if self.bot:
            self.bot.send_signal(signal.SIGTERM if how == TERM else signal.SIGKILL)

    def _reckon(self) -> None:
        """Count the sends that the kill may have cut, now that nothing of the dead bot comes.

        In each chat one send is on its way at most, the last one; and if the question is confirmed,
        the bot had Telegram's answer to its reply.
        """
        self.was_killed = False
        waiting = {(u["message"]["chat"]["id"], u["message"]["text"]) for u in self._questions()}
        for asker in self.askers.values():
            if asker.told and (asker.person.id, about(asker.told[-1])) in waiting:
                self.may_double[asker.person.id, asker.told[-1]] += 1

    def _questions(self) -> Iterator[Json]:
        """The updates that wait and can be read."""
        return (u for u in self.updates.waiting if "text" in u.get("message", {}))


@dataclass(slots=True)
class Found:
    """What the campaign has found."""

    campaign: Campaign
    ends: list[tuple[str, int]]
    """How the bot was ended each time, and its exit code."""
    printed: str


def wait_for_end(campaign: Campaign, process: subprocess.Popen[bytes]) -> None:
    """Wait until the bot has ended, or until it has nothing more to say."""
    said = -1
    while process.poll() is None and campaign.sends > said:
        said = campaign.sends
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The campaign, over."""
    folder: Path = tmp_path_factory.mktemp("campaign")
    knowledge = write_things(folder / "things")
    campaign = Campaign(request.config.getoption("--seed"))
    ends = []
    with serving(campaign) as server:
        server.do(campaign.begin)
        while not ends or (campaign.how and not campaign.is_over):
            with Bot(folder, server.address, knowledge) as bot:
                server.do(campaign.meet, bot.process)
                wait_for_end(campaign, bot.process)
            ends.append((campaign.how, bot.process.returncode))
    return Found(campaign, ends, (folder / "printed.txt").read_text())


def test_nothing_is_lost(found):
    """Everybody got an answer to everything, unless the bot was blocked before it could."""
    lost = {asker.person.id: asker.open() for asker in found.campaign.askers.values()}
    assert {person: things for person, things in lost.items() if things} == {}
    assert sum(asker.asked for asker in found.campaign.askers.values()) == PEOPLE * len(THINGS)


def test_only_what_was_cut_came_twice(found):
    """A reply comes once more only if Telegram's answer to it never reached the bot."""
    told = Counter(
        (asker.person.id, thing) for asker in found.campaign.askers.values() for thing in asker.told
    )
    doubled = Counter({reply: times - 1 for reply, times in told.items()})
    assert dict(doubled - found.campaign.may_double) == {}


def test_the_order_within_each_chat_is_kept(found):
    """Each answer comes for the first time in the order of the questions."""
    for asker in found.campaign.askers.values():
        assert asker.is_in_order(), asker.told


def test_nothing_else_is_said(found):
    """No apology for an error, and no plea for patience."""
    assert [asker.strange for asker in found.campaign.askers.values() if asker.strange] == []


def test_the_bot_ended_as_it_was_told(found):
    """0 after SIGTERM, and never by itself."""
    expected = {TERM: 0, **dict.fromkeys(KILLS, -signal.SIGKILL)}
    assert [end for end in found.ends if end[1] != expected.get(end[0])] == []
    assert len(found.ends) == 7


def test_no_exception_and_no_token_is_printed(found):
    """What it prints is for the operator to read."""
    assert blemishes(found.printed) == []
