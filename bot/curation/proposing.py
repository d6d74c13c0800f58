"""What could be made of questions that were passed on: the entry that they seem to ask for, and the
phrasing that they would become. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.answering.match import Matcher
from bot.curation.edits import NewPhrasing
from bot.curation.grouping import most_typical
from bot.model import Candidate, Entry

MOST_RANKED = 20
"""So many questions tell what all of them ask for."""
MOST_CANDIDATES = 4
WORTH_TELLING = 0.01
"""Less likely entries are no candidates."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be made of questions that are alike."""

    phrasing: str
    """The most typical of them."""
    candidates: tuple[Candidate, ...]
    """The likeliest entries, by their mean confidence; those that did not help come last."""
    fitting: Entry | None
    """The entry that they seem to ask for; None when none fits: then it may be a new one."""

    @property
    def edit(self) -> NewPhrasing | None:
        """What accepting it writes; None when no entry fits."""
        return NewPhrasing(self.fitting.id, self.phrasing) if self.fitting else None


def propose(matcher: Matcher, texts: Sequence[str], unhelpful: Collection[str] = ()) -> Proposal:
    """What could be made of questions that are alike.

    An entry fits from the confidence on from which it would be offered as a choice.

    Args:
        matcher: knows the entries.
        texts: the questions, at least one.
        unhelpful: ids of entries that were answered and did not help.
    """
    total: dict[str, Candidate] = {}
    ranked = sorted(texts)[:MOST_RANKED]
    for text in ranked:
        for candidate in matcher.rank(text):
            before = total.get(candidate.entry.id, Candidate(candidate.entry, 0.0))
            sure = before.confidence + candidate.confidence / len(ranked)
            total[candidate.entry.id] = Candidate(candidate.entry, sure)
    likely = [candidate for candidate in total.values() if candidate.confidence >= WORTH_TELLING]
    found = sorted(likely, key=lambda c: (c.entry.id in unhelpful, -c.confidence))
    fitting = [
        c.entry
        for c in found[:1]
        if c.entry.id not in unhelpful and not c.entry.talk
        if c.confidence >= matcher.limits.choice
    ]
    return Proposal(
        phrasing=most_typical(matcher, texts),
        candidates=tuple(found[:MOST_CANDIDATES]),
        fitting=fitting[0] if fitting else None,
    )
