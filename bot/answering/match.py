"""Rank the entries for a message, by what `learn` has learnt.

A message becomes features (words and pairs of neighbouring words, typos mended to words of the
knowledge), each weighted by how few entries use it; an entry's score is the sum of weight x
feature. The weights are learnt from the phrasings in `learn`. Everything that is known nowhere
still counts in the length of the message, so that strange messages score low. The best few are
also compared phrasing by phrasing (`phrasebook`); how sure it is of one is a logistic function of
the facts about it.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from heapq import nlargest
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.answering.decide import LIMITS, Limits
from bot.answering.normalise import words
from bot.answering.phrasebook import Phrasebook
from bot.answering.weights import Feature, Weights
from bot.model import Candidate, Entry, FollowUp

WORD, PAIR = 1.0, 0.7
"""How much a word and a pair of words count (best of those tried on four public data sets)."""
MOST_RANKED = 10
"""Only so many entries are ranked: nobody is offered more than four, and time grows with them."""
MOST_COMPARED = 4
"""So many of the best entries are also compared phrasing by phrasing ..."""
NEARNESS = 0.25
"""... and put in order by score and so much of the nearness."""
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
    found: dict[Feature, float] = defaultdict(float)
    for word in stems:
        found[word] += WORD
    for pair in zip(["^", *stems], [*stems, "$"], strict=True):
        found[pair] += PAIR
    return found


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
    """Share of the words that stand in phrasings or counter-examples; a mended one counts half."""
    length: float
    """Logarithm of the weighted length of the message: "how long" alone says little."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the facts about a candidate are worth as evidence that it is right (log-odds)."""

    base: float
    worth: tuple[float, ...]

    def confidence(self, facts: Sequence[float]) -> float:
        """Probability, 0 to 1, that a candidate with these facts is right."""
        odds = self.base + sum(w * fact for w, fact in zip(self.worth, facts, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


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
    rarity: Mapping[Feature, float]
    rarity_unknown: float
    weights: Weights
    calibration: Calibration
    phrasebook: Phrasebook | None = None
    """Without one no single phrasings are compared."""
    limits: Limits = LIMITS
    """What confidence is enough for what."""

    def rank(self, text: str, follow_ups: Iterable[FollowUp] = ()) -> list[Candidate]:
        """The likeliest entries, best first; empty for a text without words.

        The order is that of score and nearness: a later one's confidence is seldom the higher.

        `follow_ups` are what is naturally asked next: what resembles one speaks for its entry.
        """
        return [
            Candidate(self.entries[number], self.calibration.confidence(facts))
            for number, facts in self.facts(text, follow_ups)
        ]

    def facts(self, text: str, follow_ups: Iterable[FollowUp] = ()) -> list[tuple[int, Facts]]:
        """The likeliest entries, best first: number and what speaks for it; empty without words."""
        stems = self.stems(text)
        if not stems:
            return []
        vector, length = self._directed(stems)
        scores = self.scores(vector)
        boosts = self._boosts(vector, follow_ups)
        for number, boost in boosts.items():
            scores[number] = max(scores[number], boost)
        known = self._known(text, stems)
        first, second = nlargest(2, scores)
        order = nlargest(MOST_RANKED, range(len(self.entries)), key=scores.__getitem__)
        near = self._near(text, stems, order[:MOST_COMPARED])
        near |= {number: max(boost, near.get(number, 0.0)) for number, boost in boosts.items()}
        order.sort(key=lambda number: -scores[number] - NEARNESS * near.get(number, -1.0))
        return [
            (
                n,
                Facts(
                    score=scores[n],
                    lead=scores[n] - (second if scores[n] == first else first),
                    near=near.get(n, 0.0),
                    elsewhere=scores[-1],
                    known=known,
                    length=math.log(length),
                ),
            )
            for n in order
        ]

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
        found = _bounded(words(text))
        strange = [word for word in found if stem(word) not in self.rarity][MOST_MENDED:]
        mended = (stem(word) if word in strange else self._mend(word) for word in found)
        return [self.synonyms.get(word, word) for word in mended]

    def vector(self, stems: Sequence[str]) -> Vector:
        """The weighted features of unit length."""
        return self._directed(stems)[0]

    def scores(self, vector: Vector) -> list[float]:
        """A score for each entry and, last, for `elsewhere`."""
        scores = [0.0] * (len(self.entries) + 1)
        for feature, value in vector.items():
            for number, weight in self.weights.of(feature):
                scores[number] += weight * value
        return scores

    def _directed(self, stems: Sequence[str]) -> tuple[Vector, float]:
        """The weighted features scaled to unit length, and the length that they had."""
        weighed = {
            feature: count * self.rarity.get(feature, self.rarity_unknown)
            for feature, count in features(stems).items()
        }
        length = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
        return {feature: value / length for feature, value in weighed.items()}, length

    def _known(self, text: str, stems: Sequence[str]) -> float:
        found = _bounded(words(text))
        exact = sum(stem(word) in self.rarity or stem(word) in self.synonyms for word in found)
        mended = sum(word in self.rarity for word in stems) - exact
        return (exact + max(0, mended) / 2) / len(found)

    def _near(self, text: str, stems: Iterable[str], numbers: Sequence[int]) -> dict[int, float]:
        if self.phrasebook is None:
            return {}
        said = " ".join(_bounded(words(text)))
        return dict(
            zip(numbers, self.phrasebook.near(said, dict.fromkeys(stems), numbers), strict=True)
        )

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

    def _mend(self, word: str) -> str:
        """The stem of a word, or of the known word that it is probably a misspelling of."""
        root = stem(word)
        if root in self.rarity or len(word) < MEND_FROM_LENGTH or root in self.synonyms:
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
    return sum(value * other.get(feature, 0.0) for feature, value in one.items())


def _name(feature: Feature) -> str:
    return feature if isinstance(feature, str) else " ".join(feature)
