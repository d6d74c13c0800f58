"""How near a message is to single phrasings, beside what the weights make of all of them together.

A message may have many words of an entry and still be like nothing that anyone asks ("single",
"there are two models"); then no single phrasing is near. The blend of shared words and rapidfuzz's
token ratios was found on real people's questions to shop bots (HINT3, see tests/README.md).
"""

import math
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz.fuzz import ratio, token_set_ratio

NEAREST = 3
"""Of so many phrasings of an entry, those that share most words, the letters are compared too: the
entry is as near as the nearest of them and their mean, seven to three."""
AS_NEAR_AS_CAN_BE = 1.001
"""No message is nearer to an entry: 1, and a little more as the totals are rounded."""


class Message(NamedTuple):
    """What of a message is compared with phrasings."""

    words: str
    """In alphabetical order."""
    weighed: Mapping[str, float]
    """Its stems, and how much each says."""
    total: float
    """How much they say together."""


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All phrasings, and which of them hold a word."""

    phrasings: tuple[str, ...]
    """Their words in alphabetical order, entry after entry."""
    firsts: "array[int]"
    """Entry -> the place of its first phrasing in `phrasings`."""
    holders: "Mapping[str, array[int]]"
    """Stem -> the places of the phrasings that hold it."""
    weights: Mapping[str, float]
    """Stem -> how much it says: log((n + 1) / entries that use it), n entries in all."""
    totals: "array[float]"
    """Weight of all words of each phrasing."""

    @classmethod
    def of(cls, phrasings: Iterable[tuple[str, Collection[str], int]], n: int) -> "Phrasebook":
        """A phrasebook of (words, stems, number of its entry) for `n` entries."""
        ordered = sorted(phrasings, key=lambda phrasing: phrasing[2])
        holders: dict[str, array[int]] = defaultdict(lambda: array("I"))
        users: dict[str, set[int]] = defaultdict(set)
        for place, (_, stems, number) in enumerate(ordered):
            for stem in dict.fromkeys(stems):
                holders[stem].append(place)
                users[stem].add(number)
        weights = {stem: math.log((n + 1) / len(by)) for stem, by in users.items()}
        numbers = [number for _, _, number in ordered]
        return cls(
            phrasings=tuple(_sorted(said) for said, _, _ in ordered),
            firsts=array("I", (bisect_left(numbers, number) for number in range(n + 1))),
            holders=dict(holders),
            weights=weights,
            totals=array(
                "f", (sum(map(weights.__getitem__, dict.fromkeys(s))) for _, s, _ in ordered)
            ),
        )

    def revised(
        self,
        gone: Iterable[tuple[str, int]],
        added: Sequence[tuple[str, Collection[str], int]],
        numbers: Sequence[int],
        n: int,
    ) -> "Phrasebook":
        """The same without some phrasings and with others, which stand last under their entry.

        Args:
            gone: words of a phrasing and the number of its entry.
            added: words, stems and number, as in `of`.
            numbers: how the entries are numbered now, by old number; -1 for those that are gone.
            n: how many entries there are now.
        """
        places = self._left(Counter((_sorted(said), old) for said, old in gone), numbers, n)
        holders = {stem: list(holding) for stem, holding in self.holders.items()}
        for place, (_, stems, number) in enumerate(added, len(self.phrasings)):
            places[number].append(place)
            for stem in dict.fromkeys(stems):
                holders.setdefault(stem, []).append(place)
        said = [*self.phrasings, *(_sorted(words) for words, _, _ in added)]
        order = [place for own in places for place in own]
        return self._arranged(
            [said[place] for place in order], order, list(map(len, places)), holders
        )

    def _left(
        self, gone: Counter[tuple[str, int]], numbers: Sequence[int], n: int
    ) -> list[list[int]]:
        """For each of the `n` entries the places of its phrasings that are still there."""
        left: list[list[int]] = [[] for _ in range(n)]
        for old, new in enumerate(numbers):
            for place in range(self.firsts[old], self.firsts[old + 1]) if new >= 0 else ():
                key = self.phrasings[place], old
                gone[key] -= 1
                if gone[key] < 0:
                    left[new].append(place)
        return left

    @classmethod
    def _arranged(
        cls,
        said: Sequence[str],
        order: Sequence[int],
        sizes: Sequence[int],
        holding: Mapping[str, Iterable[int]],
    ) -> "Phrasebook":
        """A phrasebook of phrasings in order, of which `holding` knows the places of old."""
        at = {place: now for now, place in enumerate(order)}
        held = {stem: sorted(at[p] for p in places if p in at) for stem, places in holding.items()}
        holders = {stem: array("I", places) for stem, places in held.items() if places}
        entry = [number for number, size in enumerate(sizes) for _ in range(size)]
        weights = {
            stem: math.log((len(sizes) + 1) / len({entry[place] for place in places}))
            for stem, places in holders.items()
        }
        totals = [0.0] * len(said)
        for stem, places in holders.items():
            for place in places:
                totals[place] += weights[stem]
        firsts = array("I", accumulate(sizes, initial=0))
        return cls(tuple(said), firsts, holders, weights, array("f", totals))

    def message(self, said: str, stems: Iterable[str]) -> Message:
        """A message that is to be compared.

        Args:
            said: its words.
            stems: the same as the knowledge knows them; what it does not know weighs most.
        """
        unknown = math.log(len(self.firsts))
        weighed = {stem: self.weights.get(stem, unknown) for stem in stems}
        return Message(_sorted(said), weighed, sum(weighed.values()) or 1.0)

    def near(self, message: Message, number: int) -> float:
        """How near a message is to the entry of that number, 0 to 1."""
        words, weighed, total = message
        totals = self.totals
        # Of both sides the share of the weight; the phrasings that share most come last.
        alike = [
            (by / total + by / totals[p], p) for p, by in self._shared(weighed, number).items()
        ]
        found = [self._blend(words, by / 2, p) for by, p in reversed(nlargest(NEAREST, alike))]
        return 0.7 * max(found) + 0.3 * sum(found) / len(found) if found else 0.0

    def _shared(self, weighed: Mapping[str, float], number: int) -> dict[int, float]:
        """How much weighs what each phrasing of an entry shares with a message, by its place."""
        first, after = self.firsts[number], self.firsts[number + 1]
        shared: dict[int, float] = {}
        for stem, weight in weighed.items():
            holders = self.holders.get(stem)
            if holders:
                here = bisect_left(holders, first)
                for place in holders[here : bisect_left(holders, after, here)]:
                    shared[place] = shared.get(place, 0.0) + weight
        return shared

    def _blend(self, said: str, alike: float, place: int) -> float:
        """Half shared words, a quarter each of two token ratios; the words of both are sorted."""
        phrasing = self.phrasings[place]
        letters = ratio(said, phrasing) + token_set_ratio(said, phrasing)
        return alike / 2 + letters / 400


def _sorted(said: str) -> str:
    """The words in alphabetical order: of two such texts `ratio` is the `token_sort_ratio`."""
    return " ".join(sorted(said.split()))
