"""What the bot was asked and why it said what it said, for the chat page."""

from dataclasses import dataclass, field
from typing import Any

from bot.answering.answerer import NOBODY, Answerer
from bot.answering.explain import WORTH_LISTING, Row, sections
from bot.model import Candidate, Context, Entry, Outcome, Unknown

Json = dict[str, Any]
MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked and what came of it."""

    answerer: Answerer
    text: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Listened(Answerer):
    """An answerer that notes what it is asked."""

    heard: list[Heard] = field(default_factory=list, compare=False)

    @classmethod
    def to(cls, answerer: Answerer, heard: list[Heard]) -> "Listened":
        """The same answerer, noting into a list."""
        a = answerer
        return cls(a.knowledge, a.matcher, a.safety, a.composer, heard)

    def ask(self, text: str, context: Context = NOBODY) -> Outcome:
        """Answer a message."""
        return self._note(text, Answerer.ask(self, text, context))

    def pick(self, entry: Entry, context: Context = NOBODY) -> Outcome:
        """The answer to a question that was chosen."""
        return self._note("", Answerer.pick(self, entry, context))

    def _note(self, text: str, outcome: Outcome) -> Outcome:
        self.heard.append(Heard(self, text, outcome))
        return outcome


def told(heard: Heard) -> Json:
    """What the page shows of the reasons, and what of them can be edited."""
    return {
        "sections": [
            {"title": section.title, "rows": [_row(row) for row in section.rows]}
            for section in sections(heard.answerer, heard.text, heard.outcome)
        ],
        "asked": heard.text,
        "entries": _entries(heard),
    }


def _entries(heard: Heard) -> list[Json]:
    """The entries that were answered or offered, and then those that were likely."""
    decision = heard.outcome.decision
    chosen = () if isinstance(decision, Unknown) else decision.candidates
    ranked = heard.answerer.matcher.rank(heard.text) if heard.text else []
    likely = [c for c in ranked[:MOST_CANDIDATES] if c.confidence >= WORTH_LISTING]
    found = {c.entry.id: c for c in reversed((*chosen, *likely, *ranked[:1]))}
    ids = dict.fromkeys(c.entry.id for c in (*chosen, *likely, *ranked[:1]))
    return [_entry(found[id], is_chosen=found[id] in chosen) for id in ids]


def _entry(candidate: Candidate, *, is_chosen: bool) -> Json:
    entry, share = candidate.entry, candidate.confidence
    return {"id": entry.id, "question": entry.question, "share": share, "is_chosen": is_chosen}


def _row(row: Row) -> Json:
    shown = {"label": row.label, "value": row.value}
    return shown if row.share is None else {**shown, "share": row.share}
