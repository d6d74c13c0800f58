"""The groups of a review as a table to read and as data for programs."""

from typing import Any

from bot.curation.decisions import EVERY, Group
from bot.curation.proposing import Proposal
from bot.curation.review import Review

NOTHING = "Nobody has passed a question on, or all of them were deleted after 90 days."
WIDEST = 70
"""Characters of a question in the table."""


def as_table(review: Review) -> str:
    """One line a group, the open ones first, with what is proposed or was made of it."""
    rows = [("group", "state", "people", "entry", "typical question")]
    for group, proposal in _all(review):
        typical = proposal.phrasing
        shown = typical if len(typical) <= WIDEST else f"{typical[: WIDEST - 1]}…"
        people = str(len(group.questions))
        rows.append((group.id, group.decision.state, people, _entry(group, proposal), shown))
    if len(rows) == 1:
        return NOTHING
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def as_data(review: Review) -> list[dict[str, Any]]:
    """The same with all questions and candidates, for `--json`."""
    return [
        {
            "group": group.id,
            "state": group.decision.state,
            "people": len(group.questions),
            "questions": [
                {"words": q.words, "day": q.day.isoformat(), "unhelpful": q.unhelpful}
                for q in sorted(group.questions, key=lambda q: (q.day, q.words, q.unhelpful))
            ],
            "phrasing": proposal.phrasing,
            "entry": _entry(group, proposal) or None,
            "candidates": [
                {"entry": c.entry.id, "confidence": round(c.confidence, 4)}
                for c in proposal.candidates
            ],
        }
        for group, proposal in _all(review)
    ]


def _all(review: Review) -> list[tuple[Group, Proposal]]:
    groups = review.groups(EVERY)
    groups.sort(key=lambda group: EVERY.index(group.decision.state))
    return [(group, review.proposal(group)) for group in groups]


def _entry(group: Group, proposal: Proposal) -> str:
    """The entry that it was accepted for, or that is proposed; empty for none."""
    if group.decision.state in ("done", "ignored"):
        return group.decision.entry
    return proposal.fitting.id if proposal.fitting else ""
