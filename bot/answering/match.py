"""Rank the entries for a message, by what `learn` has learnt.

A message becomes features (words and pairs of neighbouring words, typos mended to words of the
knowledge), each weighted by how few entries use it; an entry's score is the sum of weight x
feature. The weights are learnt from the phrasings in `learn`. Everything that is known nowhere
still counts in the length of the message, so that strange messages score low. What the scores are
worth is told by `ranking`.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from operator import mul

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.answering.decide import LIMITS, Limits
from bot.answering.normalise import words
from bot.answering.phrasebook import Phrasebook
from bot.answering.ranking import Calibration, Facts, Ranking, Reading
from bot.answering.weights import Feature, Rarity, Weights
from bot.model import Entry, FollowUp

WORD, PAIR = 1.0, 0.7
"""How much a word and a pair of words count (best of those tried on four public data sets)."""
LIKE_A_FOLLOW_UP = 0.3
"""Cosine from which on a message is taken for a follow-up; a shared "and" is not enough."""
MEND_FROM_LENGTH = 4
MEND_CUTOFF = 0.75
"""Least similarity (optimal string alignment, 0 to 1) for a typo to become a known word."""
MOST_MENDED = 40
"""Only so many unknown words of one message are taken for typos."""
MOST_WORDS = 200
"""A longer message is ranked by its first and last hundred words; the question stands there."""

Vector = Mapping[Feature, float]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word without its common English endings: `relaxes`, `relaxed`, `relaxing` -> `relax`."""
    if len(word) <= 3 or not word.isalpha():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed", "ly"):
        root = word.removesuffix(ending)
        if root != word and len(root) >= 3 and re.search("[aeiouy]", root):
            word = root[:-1] if root[-1] == root[-2] and root[-1] not in "lsz" else root
            break
    return word.removesuffix("e") if len(word) > 3 else word


def features(stems: Sequence[str]) -> dict[Feature, float]:
    """Words and pairs of neighbouring words, start and end of the message counted as words."""
    pairs = pairwise(["^", *stems, "$"])
    if len({*stems}) == len(stems):  # most messages: nothing is to be added up
        return {**dict.fromkeys(stems, WORD), **dict.fromkeys(pairs, PAIR)}
    found: dict[Feature, float] = defaultdict(float)
    for word in stems:
        found[word] += WORD
    for pair in pairs:
        found[pair] += PAIR
    return found


def directed(counts: Vector, rarity: Iterable[float]) -> tuple[Vector, float]:
    """Features weighed by their rarity and scaled to unit length, and the length that they had."""
    weighed = list(map(mul, counts.values(), rarity))
    length = math.sqrt(sum(map(mul, weighed, weighed))) or 1.0
    return {f: value / length for f, value in zip(counts, weighed, strict=True)}, length


@dataclass(frozen=True, slots=True)
class Contribution:
    """A word or pair of a message and how much it spoke for an entry (against it below 0)."""

    feature: str
    weight: float


@dataclass(frozen=True)
class Matcher:
    """What was learnt from the knowledge, ready to rank."""

    entries: tuple[Entry, ...]
    synonyms: Mapping[str, str]
    """Stem -> the stem that stands for its group."""
    vocabulary: tuple[str, ...]
    """Words to which typos are mended."""
    rarity: Rarity
    """Has the places of the weights."""
    rarity_unknown: float
    weights: Weights
    calibration: Calibration
    phrasebook: Phrasebook | None = None
    """Without one no single phrasings are compared."""
    limits: Limits = LIMITS
    """What confidence is enough for what."""

    def rank(self, text: str, follow_ups: Iterable[FollowUp] = ()) -> Ranking:
        """The likeliest entries, best first; empty for a text without words.

        `follow_ups` are what is naturally asked next: what resembles one speaks for its entry.
        """
        said = _bounded(words(text))
        stems, known = self._read(said)
        vector, places, length = self._weigh(stems)
        scores = self.weights.scores(vector, places, len(self.entries) + 1)
        boosts = self._boosts(vector, follow_ups)
        for number, boost in boosts.items():
            scores[number] = max(scores[number], boost)
        return Ranking(
            reading=Reading(" ".join(said), stems, known, math.log(length)),
            scores=scores,
            boosts=boosts,
            entries=self.entries if said else (),
            calibration=self.calibration,
            phrasebook=self.phrasebook,
        )

    def facts(self, text: str) -> list[tuple[int, Facts]]:
        """The likeliest entries, best first: number and what speaks for it; empty without words."""
        ranking = self.rank(text)
        return [(number, ranking.facts(number)) for number in ranking.numbers()]

    def explain(self, text: str, entry: Entry, most: int = 8) -> list[Contribution]:
        """The words and pairs that decided for or against an entry, the weightiest first."""
        number = self.entries.index(entry)
        found = [
            Contribution(_name(feature), value * dict(self.weights.of(feature)).get(number, 0.0))
            for feature, value in self.vector(self.stems(text)).items()
        ]
        return sorted((item for item in found if item.weight), key=lambda item: -abs(item.weight))[
            :most
        ]

    def nearest_phrasing(self, text: str, entry: Entry) -> str:
        """The phrasing of an entry that is most like the text."""
        vector = self.vector(self.stems(text))
        return max(
            (entry.question, *entry.phrasings),
            key=lambda phrasing: similarity(vector, self.vector(self.stems(phrasing))),
        )

    def stems(self, text: str) -> list[str]:
        """The words of a text as the weights know them: mended, stemmed, one word per group."""
        return self._read(_bounded(words(text)))[0]

    def _read(self, said: Sequence[str]) -> tuple[list[str], float]:
        """The words as the weights know them, and the share of those that are known."""
        roots = list(map(stem, said))
        strange = self.rarity.strange(roots)
        if not strange:
            return [self.synonyms.get(root, root) for root in roots], 1.0
        exact = len(said) - sum(roots[number] not in self.synonyms for number in strange)
        left = {said[number] for number in strange[MOST_MENDED:]}
        for number in strange:
            if said[number] not in left:
                roots[number] = self._mend(said[number], roots[number])
        stems = [self.synonyms.get(root, root) for root in roots]
        mended = len(stems) - len(self.rarity.strange(stems)) - exact
        return stems, (exact + max(0, mended) / 2) / len(said)

    def vector(self, stems: Sequence[str]) -> Vector:
        """The weighted features of unit length."""
        return self._weigh(stems)[0]

    def scores(self, vector: Vector) -> list[float]:
        """A score for each entry and, last, for `elsewhere`."""
        places = map(self.weights.places.find, vector)
        return self.weights.scores(vector, places, len(self.entries) + 1)

    def _weigh(self, stems: Sequence[str]) -> tuple[Vector, list[int], float]:
        """The weighted features of unit length, their places, and the length that they had."""
        counts = features(stems)
        places = list(map(self.weights.places.find, counts))
        vector, length = directed(counts, self.rarity.of(counts, places, self.rarity_unknown))
        return vector, places, length

    def _boosts(self, vector: Vector, follow_ups: Iterable[FollowUp]) -> dict[int, float]:
        boosts: dict[int, float] = {}
        for follow_up in follow_ups:
            number = self._numbers[follow_up.to]
            likeness = similarity(vector, self._asked_next(follow_up.phrasing))
            if likeness >= LIKE_A_FOLLOW_UP:
                boosts[number] = max(boosts.get(number, 0.0), likeness)
        return boosts

    def _asked_next(self, phrasing: str) -> Vector:
        """The vector of a follow-up: an entry has dozens, and they are always the same."""
        if phrasing not in self._vectors:
            self._vectors[phrasing] = self.vector(self.stems(phrasing))
        return self._vectors[phrasing]

    @cached_property
    def _vectors(self) -> dict[str, Vector]:
        """What `_asked_next` has worked out."""
        return {}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {entry.id: number for number, entry in enumerate(self.entries)}

    @cached_property
    def _alike(self) -> dict[str, list[str]]:
        """The vocabulary by what a typo leaves alone: the beginning or the end of a word."""
        alike: dict[str, list[str]] = defaultdict(list)
        for word in self.vocabulary:
            for key in _keys(word):
                alike[key].append(word)
        return alike

    @cached_property
    def _mended(self) -> dict[str, str]:
        """What unknown words were taken for; the knowledge's own words never get here."""
        return {}

    def _mend(self, word: str, root: str) -> str:
        """The stem of the known word that an unknown one is probably a misspelling of, or its own.

        Args:
            word: what stands in the message.
            root: its stem.
        """
        if len(word) < MEND_FROM_LENGTH or root in self.synonyms:
            return root
        if word not in self._mended:
            if len(self._mended) > 20_000:
                self._mended.clear()
            found = extractOne(
                word,
                [known for key in _keys(word) for known in self._alike.get(key, ())],
                scorer=OSA.normalized_similarity,
                score_cutoff=MEND_CUTOFF,
            )
            self._mended[word] = stem(found[0]) if found else root
        return self._mended[word]


def _keys(word: str) -> tuple[str, str]:
    """Under what a word is looked up: a typo seldom changes its first letter and its last three."""
    return f"{word[0]}…", f"…{word[-3:]}"


def _bounded(found: list[str]) -> list[str]:
    if len(found) <= MOST_WORDS:
        return found
    return found[: MOST_WORDS // 2] + found[-MOST_WORDS // 2 :]


def similarity(one: Vector, other: Vector) -> float:
    """Cosine of two vectors of unit length."""
    if one.keys().isdisjoint(other.keys()):  # nearly all have nothing in common
        return 0.0
    return sum(value * other.get(feature, 0.0) for feature, value in one.items())


def _name(feature: Feature) -> str:
    return feature if isinstance(feature, str) else " ".join(feature)
