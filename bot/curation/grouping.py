"""Which questions ask the same: groups by the words they share, the rare ones counting most.

Every question is held against groups only, and only against those that have one of its weightiest
words: so the work grows little faster than the number of questions.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.answering.match import Matcher

ALIKE = 0.5
"""Cosine of the weighted words from which on a question belongs to a group. Of 1,513 messages of
tests/dev, 427 joined a group, one in nine of them a group that asks for another entry (from 0.4 on:
572, one in six; from 0.55: 358, one in ten). Two in three paraphrases of 13 other questions did."""
NEARLY = 0.85
"""So much of what the most typical text has in common with the others is enough."""
MOST_WORDS = 14
"""More different words are a story."""
LEFT_OUT = "…"
Vector = Mapping[str, float]


class Grouping:
    """Groups that questions are put into, one after the other."""

    def __init__(self, matcher: Matcher, new_id: Callable[[], str]) -> None:
        """No groups yet; `new_id` gives the name of the next one."""
        self._matcher = matcher
        self._new_id = new_id
        self._sums: dict[str, dict[str, float]] = {}
        """Group -> the sum of its questions' vectors."""
        self._squares: dict[str, float] = defaultdict(float)
        """Group -> the square of the length of that sum."""
        self._holders: dict[str, set[str]] = defaultdict(set)
        """Word -> the groups that have it."""

    def add(self, text: str, group: str) -> None:
        """Note a question of a group."""
        total = self._sums.setdefault(group, {})
        for word, weight in vector(self._matcher, text).items():
            before = total.get(word, 0.0)
            total[word] = before + weight
            self._squares[group] += weight * (2 * before + weight)
            self._holders[word].add(group)

    def place(self, text: str) -> str:
        """The group of a new question: the nearest one, or one of its own."""
        asked = vector(self._matcher, text)
        near = {group for word in _weightiest(asked) for group in self._holders.get(word, ())}
        likeness, group = max(((self._cosine(asked, g), g) for g in near), default=(0.0, ""))
        found = group if likeness >= ALIKE else self._new_id()
        self.add(text, found)
        return found

    def _cosine(self, asked: Vector, group: str) -> float:
        total = self._sums[group]
        shared = sum(weight * total[word] for word, weight in asked.items() if word in total)
        return shared / math.sqrt(self._squares[group])


def most_typical(matcher: Matcher, texts: Sequence[str]) -> str:
    """The text that says best what all of them ask.

    Of those that have nearly as much in common with the others as any, the one with most words: a
    single word teaches little. One of which something was left out, or a long story, comes last.
    """
    total: dict[str, float] = defaultdict(float)
    vectors = {text: vector(matcher, text) for text in texts}
    for text in texts:
        for word, weight in vectors[text].items():
            total[word] += weight
    shared = {
        text: sum(weight * total[word] for word, weight in found.items())
        for text, found in vectors.items()
    }
    least = NEARLY * max(shared.values())

    def rank(text: str) -> tuple[bool, int, int, str]:
        number = len(vectors[text])
        is_odd = LEFT_OUT in text or number > MOST_WORDS
        return is_odd, -number, len(text), text

    return min((text for text in texts if shared[text] >= least), key=rank)


def vector(matcher: Matcher, text: str) -> Vector:
    """The words of a text as the knowledge knows them, by how much they say; of unit length."""
    weights = {
        word: matcher.rarity.get(word, matcher.rarity_unknown) for word in matcher.stems(text)
    }
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / length for word, weight in weights.items()}


def _weightiest(asked: Vector) -> Iterable[str]:
    """So many of the weightiest words that without any of them nothing can be alike."""
    left = 1.0
    for word in sorted(asked, key=lambda word: -asked[word]):
        if left < ALIKE * ALIKE:
            return
        yield word
        left -= asked[word] ** 2
