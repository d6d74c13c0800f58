"""Which pairs of entries are easily taken for each other, and by which messages.

Held-out examples tell what really goes wrong; this tells where it would go wrong next, from all
phrasings as well. The bot has learnt from the phrasings, so that little is left of what they give
to a wrong entry: it compares pairs, and is no measure of mistakes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.answering.match import Matcher
from bot.model import Entry, Example

LEANING = 0.02
"""From this confidence of a wrong entry on a message leans to it."""
CLEAR_LEAD = 0.25
"""With such a lead of its own entry a message leans to no other one: it is not looked at closely
(saves two thirds of the time, and loses 2 % of the leanings by their weight)."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """A message of one entry, and how probable another one seemed, 0 to 1."""

    text: str
    of: Entry
    to: Entry
    confidence: float
    is_example: bool
    """Held out; else a phrasing."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries, in the order of the file, and the messages of one that lean to the other."""

    first: Entry
    second: Entry
    leanings: tuple[Leaning, ...]
    """The strongest first."""

    @property
    def weight(self) -> float:
        """How many messages the one would lose to the other, were it left to chance."""
        return sum(leaning.confidence for leaning in self.leanings)


def close_pairs(matcher: Matcher, examples: Iterable[Example]) -> tuple[Pair, ...]:
    """All pairs of entries to which a message leans, the closest first."""
    places = {entry.id: place for place, entry in enumerate(matcher.entries)}
    found: dict[tuple[int, int], list[Leaning]] = defaultdict(list)
    for leaning in (*_of_phrasings(matcher), *_of_examples(matcher, examples)):
        first, second = sorted((places[leaning.of.id], places[leaning.to.id]))
        found[first, second].append(leaning)
    pairs = [
        Pair(matcher.entries[first], matcher.entries[second], tuple(sorted(leanings, key=_order)))
        for (first, second), leanings in sorted(found.items())
    ]
    return tuple(sorted(pairs, key=lambda pair: -pair.weight))


def _order(leaning: Leaning) -> tuple[float, str]:
    return -leaning.confidence, leaning.text


def _of_phrasings(matcher: Matcher) -> Iterator[Leaning]:
    for number, entry in enumerate(matcher.entries):
        for text in (entry.question, *entry.phrasings):
            scores = matcher.scores(matcher.vector(matcher.stems(text)))
            rivals = (*scores[:number], *scores[number + 1 : -1])
            if rivals and scores[number] - max(rivals) < CLEAR_LEAD:
                yield from _leanings(matcher, text, (entry,), is_example=False)


def _of_examples(matcher: Matcher, examples: Iterable[Example]) -> Iterator[Leaning]:
    """Those that ask for one entry and need no context."""
    entries = {entry.id: entry for entry in matcher.entries}
    for example in examples:
        wanted = [entries[id] for id in example.expect if id in entries]
        if len(wanted) == 1 and not example.after:
            yield from _leanings(matcher, example.text, wanted, is_example=True)


def _leanings(
    matcher: Matcher, text: str, wanted: Sequence[Entry], *, is_example: bool
) -> Iterator[Leaning]:
    for candidate in matcher.rank(text):
        if candidate.entry not in wanted and candidate.confidence >= LEANING:
            yield Leaning(text, wanted[0], candidate.entry, candidate.confidence, is_example)
