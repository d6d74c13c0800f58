"""The rules that compare phrasings: the same, nearly the same, stolen, idle, too few.

Nothing is learnt for it and never all are compared with all: what shares rare words is near.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import chain, count, pairwise

from bot.answering.match import PAIR, WORD
from bot.answering.weights import Feature
from bot.curation.material import Material, Phrasing, Rule, short
from bot.errors import Problem

FEWEST_PHRASINGS = 28
LIKE_ANOTHER, LEAD = 0.5, 0.4
"""A phrasing is stolen by one of another entry that is so near, and so much nearer than any of its
own entry (cosine of words and pairs, 0 to 1). On the shipped knowledge two in three of those that
are found are answered with another entry or none when they are left out of the learning."""
MOST_HOLDERS, MOST_COMPARED = 16, 4
"""What stands in more phrasings does not tell which are near; of those that share most of the rest,
so many are compared. Time grows with both."""


def same_phrasing(material: Material) -> Iterator[Problem]:
    """No phrasing stands under two entries; capitals, accents and punctuation do not count.

    What fits two entries belongs to neither: delete both, or the one that fits less.
    """
    seen: dict[tuple[str, ...], Phrasing] = {}
    for phrasing in material.phrasings:
        other = seen.setdefault(phrasing.words, phrasing)
        if other.number != phrasing.number and phrasing.words:
            message = f'"{short(phrasing.text)}" {_stands_too(material, other)}: delete one'
            yield material.problem("qa.yaml", phrasing.loc, message, "same-phrasing")


def near_phrasing(material: Material) -> Iterator[Problem]:
    """No phrasing has the same words as one of another entry, in whatever order and form.

    The same holds for what must land nowhere (`elsewhere` in `words.yaml`, `not_this`). To the
    matcher they are nearly the same: reword or delete one.
    """
    seen: dict[frozenset[str], Phrasing] = {}
    for phrasing in material.phrasings:
        other = seen.setdefault(frozenset(phrasing.stems), phrasing)
        if other.number != phrasing.number and other.words != phrasing.words:
            message = f'"{short(phrasing.text)}" {_stands_too(material, other)} as "{other.text}"'
            yield material.advice("qa.yaml", phrasing.loc, message, "near-phrasing")
    for said, (file, loc, text) in material.counter_examples:
        asked = seen.get(frozenset(material.stems(said.split())))
        if asked and said:
            message = (
                f'"{short(text)}" must land nowhere, but {_stands_too(material, asked)} '
                f'as "{short(asked.text)}"'
            )
            yield material.advice(file, loc, message, "near-phrasing")


def idle_phrasing(material: Material) -> Iterator[Problem]:
    """Every phrasing adds something: it has other words than those above it, or another order.

    Endings (relax, relaxed) and words of one group in `words.yaml` are the same to the matcher, and
    so are capitals and punctuation: delete it, or say it in other words.
    """
    seen: dict[tuple[int, tuple[str, ...]], Phrasing] = {}
    for phrasing in material.phrasings:
        other = seen.setdefault((phrasing.number, phrasing.stems), phrasing)
        if other is not phrasing:
            message = (
                f'"{short(phrasing.text)}" adds nothing to "{short(other.text)}" in line '
                f"{_line(material, other)}: delete it"
            )
            yield material.advice("qa.yaml", phrasing.loc, message, "idle-phrasing")


def few_phrasings(material: Material) -> Iterator[Problem]:
    """An entry has 28 phrasings or more: they are by far what moves the answers most.

    Let somebody who does not know the article ask the question, in everyday words, as keywords, as
    one types on a phone.
    """
    for i, entry in enumerate(material.knowledge.entries):
        if 0 < len(entry.phrasings) < FEWEST_PHRASINGS:
            message = (
                f'"{entry.id}" has {len(entry.phrasings)} phrasings; {FEWEST_PHRASINGS} or more '
                "are wanted, the more they differ in words the better"
            )
            yield material.advice("qa.yaml", (i, "phrasings"), message, "few-phrasings")


def stolen_phrasing(material: Material) -> Iterator[Problem]:
    """Left out, a phrasing would still find its own entry, not another one.

    The nearest phrasing of another entry (or of `elsewhere`) is much nearer than the nearest of its
    own: whoever asks it a little differently gets the other answer. Add two or three more ways to
    ask the same, or move it where it belongs. Both numbers are shared words, 0 to 1.
    """
    book = _Book(material)
    for place, phrasing in enumerate(material.phrasings):
        other, rival = book.rival(place)
        own = book.own(place) if other >= LIKE_ANOTHER else 1.0
        if other - own >= LEAD:
            message = (
                f'"{short(phrasing.text)}" is nearer to {_named(material, book, rival)} '
                f"({other:.2f}) than to any other phrasing of its own entry ({own:.2f}): "
                "add more like it"
            )
            yield material.advice("qa.yaml", phrasing.loc, message, "stolen-phrasing")


class _Book:
    """All phrasings and counter-examples as sets of words and pairs, weighed as in the matcher."""

    def __init__(self, material: Material) -> None:
        elsewhere = len(material.knowledge.entries)
        self.texts = [phrasing.text for phrasing in material.phrasings]
        self.numbers = [phrasing.number for phrasing in material.phrasings]
        stems = [phrasing.stems for phrasing in material.phrasings]
        for said, (_, _, text) in material.counter_examples:
            self.texts.append(text)
            self.numbers.append(elsewhere)
            stems.append(material.stems(said.split()))
        numbered: dict[Feature, int] = defaultdict(count().__next__)
        self.features = [{numbered[feature] for feature in _features(found)} for found in stems]
        self.holders: list[list[int]] = [[] for _ in numbered]
        for place, features in enumerate(self.features):
            for feature in features:
                self.holders[feature].append(place)
        self.weights = list(self._weights(numbered, elsewhere))
        self.sizes = [self._size(features) for features in self.features]

    def _weights(self, features: Iterable[Feature], n: int) -> Iterator[float]:
        """How much a feature says, squared, as in `learn`: the fewer entries use it, the more."""
        worth = [math.log((n + 1) / max(1, users)) for users in range(n + 1)]
        for feature, places in zip(features, self.holders, strict=True):
            users = {self.numbers[place] for place in places} - {n}
            yield (WORD if isinstance(feature, str) else PAIR) ** 2 * worth[len(users)]

    def rival(self, place: int) -> tuple[float, int]:
        """How near the nearest phrasing of another entry is, and which that is."""
        number = self.numbers[place]
        holders = (self.holders[feature] for feature in self.features[place])
        shared = Counter(chain.from_iterable(held for held in holders if len(held) <= MOST_HOLDERS))
        others = [(-n, other) for other, n in shared.items() if self.numbers[other] != number]
        likeliest = nsmallest(MOST_COMPARED, others)
        return max(((self._like(place, other), other) for _, other in likeliest), default=(0.0, -1))

    def own(self, place: int) -> float:
        """How near the nearest other phrasing of the same entry is."""
        number = self.numbers[place]
        first, last = bisect_left(self.numbers, number), bisect_right(self.numbers, number)
        near: set[int] = set()
        for feature in self.features[place]:  # who shares nothing is not near at all
            held = self.holders[feature]
            near.update(held[bisect_left(held, first) : bisect_left(held, last)])
        return max((self._like(place, other) for other in near - {place}), default=0.0)

    def _like(self, one: int, other: int) -> float:
        """The cosine of two phrasings."""
        return self._size(self.features[one] & self.features[other]) / math.sqrt(
            self.sizes[one] * self.sizes[other] or 1.0
        )

    def _size(self, features: set[int]) -> float:
        return math.fsum(map(self.weights.__getitem__, features))  # whatever their order is


def _features(stems: Sequence[str]) -> Iterator[Feature]:
    yield from stems
    yield from pairwise(("^", *stems, "$"))


def _named(material: Material, book: _Book, place: int) -> str:
    entries, number = material.knowledge.entries, book.numbers[place]
    whose = f'of "{entries[number].id}"' if number < len(entries) else "of what must land nowhere"
    return f'"{short(book.texts[place])}" {whose}'


def _stands_too(material: Material, other: Phrasing) -> str:
    entry = material.knowledge.entries[other.number]
    return f'stands under "{entry.id}" too (line {_line(material, other)})'


def _line(material: Material, phrasing: Phrasing) -> int:
    return material.problem("qa.yaml", phrasing.loc, "", "").line


ADVICE: tuple[Rule, ...] = (near_phrasing, idle_phrasing, few_phrasings, stolen_phrasing)
