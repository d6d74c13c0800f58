"""Put the entries in order for one message, and tell how sure it is of each of them.

The best few by score are also compared phrasing by phrasing (`phrasebook`); how sure it is of one
is a logistic function of the facts about it. Nothing is worked out before somebody looks at it:
most messages are answered by the first entry, and most often no other can come near it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from typing import NamedTuple, overload

from bot.answering.phrasebook import AS_NEAR_AS_CAN_BE, Message, Phrasebook
from bot.model import Candidate, Entry

MOST_RANKED = 10
"""Only so many entries are ranked: nobody is offered more than four, and time grows with them."""
MOST_COMPARED = 4
"""So many of the best entries are also compared phrasing by phrasing ..."""
NEARNESS = 0.25
"""... and put in order by score and so much of the nearness."""
NOT_COMPARED = -1.0
"""The nearness of all others, when they are put in order."""


class Facts(NamedTuple):
    """What speaks for or against a candidate being right."""

    score: float
    lead: float
    """Over the best other entry, `elsewhere` included."""
    near: float
    """How near the message is to the entry's nearest phrasings; 0 for unlikely entries."""
    elsewhere: float
    """The score of `elsewhere`."""
    known: float
    """Share of the words that are known."""
    length: float
    """Of the message: "how long" alone says little."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the facts about a candidate are worth as evidence that it is right (log-odds)."""

    base: float
    worth: tuple[float, ...]

    def confidence(self, facts: Sequence[float]) -> float:
        """Probability, 0 to 1, that a candidate with these facts is right."""
        odds = self.base + sum(map(mul, self.worth, facts))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


@dataclass(frozen=True, slots=True)
class Reading:
    """A message as the weights know it."""

    said: str
    """Its words."""
    stems: Sequence[str]
    """The same mended, stemmed, one word per group."""
    known: float
    """Share of them that stand in phrasings or counter-examples; a mended one counts half."""
    length: float
    """Logarithm of their weighted length."""


class Ranking(Sequence[Candidate]):
    """The likeliest entries for a message, best first.

    The order is that of score and nearness: a later one's confidence is seldom the higher.
    """

    def __init__(
        self,
        reading: Reading,
        scores: Sequence[float],
        boosts: Mapping[int, float],
        entries: Sequence[Entry],
        calibration: Calibration,
        phrasebook: Phrasebook | None,
    ) -> None:
        """Put the entries in order by score.

        Args:
            reading: the message.
            scores: of each entry and, last, of `elsewhere`.
            boosts: how near the message is to what is naturally asked next, by number of the entry.
            entries: those that can be ranked.
            calibration: tells how sure it is of one.
            phrasebook: tells how near the message is to one; None to go by score alone.
        """
        self._reading, self._scores = reading, scores
        self._entries, self._calibration = entries, calibration
        numbers = sorted(range(len(entries)), key=scores.__getitem__, reverse=True)
        self._likeliest = numbers[:MOST_RANKED]
        self._compared = dict.fromkeys(numbers[:MOST_COMPARED], phrasebook) if phrasebook else {}
        self._second, self._best = sorted((-math.inf, *scores))[-2:]
        self._nears = {**boosts}
        self._message: Message | None = None

    @overload
    def __getitem__(self, place: int) -> Candidate: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, place: int | slice) -> Candidate | Sequence[Candidate]:
        """The entry in this place, from 0 on, and how sure it is."""
        return self._first if place == 0 and self._likeliest else self._all[place]

    def __iter__(self) -> Iterator[Candidate]:
        """All of them."""
        return iter(self._all)

    def __len__(self) -> int:
        """How many are ranked."""
        return len(self._likeliest)

    def numbers(self) -> list[int]:
        """The numbers of the entries, best first."""
        if not self._compared and not self._nears:
            return self._likeliest
        return sorted(self._likeliest, key=self._worth, reverse=True)

    def facts(self, number: int) -> Facts:
        """What speaks for or against an entry."""
        score, reading = self._scores[number], self._reading
        return Facts(
            score=score,
            lead=score - (self._second if score == self._best else self._best),
            near=max(0.0, self._near(number)),
            elsewhere=self._scores[-1],
            known=reading.known,
            length=reading.length,
        )

    @cached_property
    def _first(self) -> Candidate:
        """The best entry; those that could not get before it however near they were are let be."""
        best, *others = self._likeliest
        for number in others:
            if self._scores[number] + NEARNESS * AS_NEAR_AS_CAN_BE < self._worth(best):
                break
            best = max(best, number, key=self._worth)
        return self._candidate(best)

    @cached_property
    def _all(self) -> list[Candidate]:
        numbers = self.numbers()
        entries = map(self._entries.__getitem__, numbers)
        facts = list(map(self.facts, numbers))
        return list(map(Candidate, entries, map(self._calibration.confidence, facts)))

    def _candidate(self, number: int) -> Candidate:
        return Candidate(self._entries[number], self._calibration.confidence(self.facts(number)))

    def _worth(self, number: int) -> float:
        return self._scores[number] + NEARNESS * self._near(number)

    def _near(self, number: int) -> float:
        """How near the message is to an entry, 0 to 1; `NOT_COMPARED` for unlikely ones."""
        if phrasebook := self._compared.pop(number, None):
            if self._message is None:
                self._message = phrasebook.message(self._reading.said, self._reading.stems)
            near = phrasebook.near(self._message, number)
            self._nears[number] = max(near, self._nears.get(number, near))
        return self._nears.get(number, NOT_COMPARED)
