"""Notice what no rule foresaw: messages like those that people wrote when a card was called for.

Rules know words; people know a thousand ways around them ("my left knee ate the right one"). So
the cards are also learnt from whole messages (`mentions.yaml`), by the very learner that learns the
entries from their phrasings (`learn_mentions` in learn.py).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.answering.match import Contribution, Matcher
from bot.answering.normalise import spans
from bot.model import Entry

INNOCENT = "none"
"""The key in `mentions.yaml` of the messages that call for no card."""
WINDOW, STEP = 24, 12
"""A sentence of more words is looked at through a window of so many, moved on by so many."""
SHORT = 3
CLOSED = re.compile(r"[.!?…;]\s|\n")


@dataclass(frozen=True, slots=True)
class Likeness:
    """A card and how sure it is that a part of the message calls for it."""

    card: str
    confidence: float
    """Probability, 0 to 1."""
    start: int
    end: int
    """Where that part stands in the message."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """What was learnt of the messages that call for a card."""

    matcher: Matcher
    """Its entries stand for the cards."""

    def find(self, text: str) -> list[Likeness]:
        """For each card the part of the message that is most like what calls for it, best first."""
        best: dict[str, Likeness] = {}
        for start, end in parts(text):
            for candidate in self.matcher.rank(text[start:end]):
                card, confidence = candidate.entry.id, candidate.confidence
                if card not in best or confidence > best[card].confidence:
                    best[card] = Likeness(card, confidence, start, end)
        return sorted(best.values(), key=lambda likeness: -likeness.confidence)

    def decisive(self, text: str, likeness: Likeness) -> int:
        """Where the word begins that speaks most for the card."""
        worth: dict[str, float] = {}
        for item in self.explain(text, likeness, most=1000):
            for word in item.feature.split():
                worth[word] = worth.get(word, 0.0) + item.weight
        part = text[likeness.start : likeness.end]
        stems = {likeness.start + a: "".join(self.matcher.stems(part[a:b])) for a, b in spans(part)}
        return max(stems, key=lambda start: worth.get(stems[start], 0.0))

    def explain(self, text: str, likeness: Likeness, most: int = 8) -> list[Contribution]:
        """The words and pairs of that part that spoke for or against the card."""
        part = text[likeness.start : likeness.end]
        return self.matcher.explain(part, self._entry(likeness), most)

    def nearest(self, text: str, likeness: Likeness) -> str:
        """The learnt message of the card that is most like that part."""
        part = text[likeness.start : likeness.end]
        return self.matcher.nearest_phrasing(part, self._entry(likeness))

    def _entry(self, likeness: Likeness) -> Entry:
        return next(entry for entry in self.matcher.entries if entry.id == likeness.card)


def parts(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a message that are looked at one by one: it all if short, and its sentences.

    A sign in one sentence of a long story must not drown in the others; the number of parts grows
    with the length of the message.
    """
    found = spans(text)
    if len(found) <= 2 * WINDOW:
        yield 0, len(text)
    for sentence in _sentences(text, found):
        if len(sentence) > WINDOW:
            for first in range(0, len(sentence) - STEP, STEP):
                yield sentence[first][0], sentence[min(first + WINDOW, len(sentence)) - 1][1]
        elif len(sentence) < len(found):
            yield sentence[0][0], sentence[-1][1]


def _sentences(text: str, found: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    """The words of each sentence; one of fewer than `SHORT` words counts to the next one."""
    if found and not CLOSED.search(text):
        yield list(found)
        return
    sentence: list[tuple[int, int]] = []
    for start, end in found:
        is_new = sentence and CLOSED.search(text, sentence[-1][1], start)
        if is_new and len(sentence) >= SHORT:
            yield sentence
            sentence = []
        sentence.append((start, end))
    if sentence:
        yield sentence
