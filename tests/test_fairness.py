"""Fair under floods: who writes too much, or cannot be written to, keeps nobody else waiting.

Nothing is timed: what counts is whose answer comes before whose.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from crowd import (
    CARD,
    EMERGENCY,
    PATIENCE_S,
    THINGS,
    Bot,
    Crowd,
    about,
    answers,
    blemishes,
    serving,
    write_things,
)
from test_serving import Server

from bot.model import Texts
from bot.offline.api import Json, Refusal

pytestmark = pytest.mark.repetitive

AT_ONCE, WAITING = 30, 10
"""So many questions of one person are answered as they come, and so many more a little later."""


@contextmanager
def answering(crowd: Crowd, folder: Path) -> Iterator[Server]:
    """A bot answers a crowd, and ends in good order."""
    with (
        serving(crowd) as server,
        Bot(folder, server.address, write_things(folder / "things")) as bot,
    ):
        yield server
        code = bot.end()
    assert code == 0
    assert blemishes(bot.path.read_text("utf-8")) == []


def test_a_flood_slows_only_who_writes_it(tmp_path):
    """500 messages of one person come first, and twenty others are answered in between."""
    crowd = Crowd(most_open=1)
    hasty = crowd.world.new_person("Hasty")
    others = [crowd.join(range(5)) for _ in range(20)]
    for number in range(500):
        crowd.say(about(number % len(THINGS)), hasty)
    with answering(crowd, tmp_path) as server:
        server.do(crowd.begin)
        server.run(crowd.until(crowd.is_done), PATIENCE_S)
        answered = answers(crowd, hasty)

    assert [(other.told, other.strange) for other in others] == [([*range(5)], [])] * 20
    assert answered == [number % len(THINGS) for number in range(len(answered))]
    assert len(answered) <= AT_ONCE + WAITING


def test_who_floods_is_told_so_once_and_gets_a_card(tmp_path):
    """Some messages are passed over, and one sentence says so; an emergency is not passed over."""
    crowd = Crowd(most_open=1)
    people = [crowd.world.new_person("Hasty") for _ in range(3)]
    for number in range(100):
        for person in people:
            crowd.say(EMERGENCY if number == 80 else about(number % len(THINGS)), person)

    def said() -> list[list[str]]:
        """What each of them reads besides answers."""
        texts = [[message["text"] for message in crowd.sent(person)] for person in people]
        return [[text for text in told if "is number" not in text] for told in texts]

    def is_told() -> bool:
        return all(any(CARD in text for text in texts) for texts in said())

    with answering(crowd, tmp_path) as server:
        server.run(crowd.until(is_told), PATIENCE_S)

    for texts in said():
        too_fast, card = texts
        assert too_fast == Texts().too_fast
        assert CARD in card
    for person in people:
        told = answers(crowd, person)
        assert told[:AT_ONCE] == [*range(AT_ONCE)]


class Blocked(Crowd):
    """A crowd, and chats that cannot be written to until they are freed."""

    def __init__(self) -> None:
        super().__init__(most_open=1)
        self.waiting: set[int] = set()
        """Telegram tells the bot to wait with these."""
        self.hanging: set[int] = set()
        """Telegram does not answer."""
        self.freed = asyncio.Event()

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer a request, unless it is about one of those."""
        chat = int(parameters.get("chat_id") or 0)
        if chat in self.waiting and not self.freed.is_set():
            return 429, Refusal(429, "Too Many Requests: retry after 1", retry_after=1).as_json()
        if chat in self.hanging:
            await self.freed.wait()
        return await super().call(token, method, parameters)


def test_a_chat_that_cannot_be_written_to_keeps_no_other_waiting(tmp_path):
    """Ten people get all their answers while 31 others cannot get any, who then get theirs."""
    crowd = Blocked()
    patient = crowd.world.new_person("Patient")
    slow = [crowd.world.new_person("Slow") for _ in range(30)]
    others = [crowd.join(range(5)) for _ in range(10)]
    crowd.waiting = {person.id for person in (patient, *slow[:15])}
    crowd.hanging = {person.id for person in slow[15:]}
    for number in range(3):
        crowd.say(about(number), patient)
    for person in slow:
        crowd.say(about(7), person)

    with answering(crowd, tmp_path) as server:
        server.do(crowd.begin)
        server.run(crowd.until(crowd.is_done), PATIENCE_S)
        server.do(crowd.freed.set)
        server.run(crowd.until(lambda: all(answers(crowd, person) for person in slow)), PATIENCE_S)
        server.run(crowd.until(lambda: len(answers(crowd, patient)) == 3), PATIENCE_S)

    assert [other.told for other in others] == [[*range(5)]] * 10
    assert answers(crowd, patient) == [0, 1, 2]
