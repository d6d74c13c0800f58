"""What `python -m bot review` does in one step, for scripts; each verb returns what to print."""

import json
from dataclasses import dataclass

from bot.curation.accepting import NONE, Acceptance
from bot.curation.decisions import EVERY, Group
from bot.curation.edits import Elsewhere, NewPhrasing
from bot.curation.listing import as_data, as_table
from bot.curation.review import Review
from bot.errors import BotError, KnowledgeError


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of the command."""

    list: bool = False
    json: bool = False
    patch: bool = False
    """Print what would change in the files, and change nothing."""
    accept: str | None = None
    """A group, by its id or by the beginning of it; the same for the next three."""
    ignore: str | None = None
    later: str | None = None
    undo: str | None = None
    """Empty for the last decision of all."""
    entry: str | None = None
    """For which a group is accepted, `none` for none of the bot's business; None as proposed."""
    phrasing: str | None = None
    """As which it is accepted; None as proposed."""


def one_step(review: Review, wanted: Wanted) -> str | None:
    """Do what is wanted; returns what to print, None when no verb was given.

    Raises:
        BotError: it cannot be done; nothing was changed.
    """
    if wanted.list:
        return as_table(review)
    if wanted.json:
        return json.dumps(as_data(review), indent=2)
    if wanted.undo is not None:
        return _undo(review, wanted.undo)
    if wanted.ignore:
        review.ignore(_group(review, wanted.ignore).id)
        return "ignored"
    if wanted.later:
        review.put_off(_group(review, wanted.later).id)
        return "put off"
    return _accept(review, wanted) if wanted.accept or wanted.patch else None


def _accept(review: Review, wanted: Wanted) -> str:
    if wanted.accept is None:
        proposed = (review.proposal(group).edit for group in review.groups())
        return review.patch(edit for edit in proposed if edit).removesuffix("\n")
    group = _group(review, wanted.accept)
    edit = _edit(review, group, wanted)
    try:
        if wanted.patch:
            return review.patch([edit]).removesuffix("\n")
        review.accept(group.id, edit)
    except KnowledgeError as error:
        raise BotError(f"refused, nothing was changed:\n{error}") from None
    return f"accepted: {edit}"


def _edit(review: Review, group: Group, wanted: Wanted) -> Acceptance:
    proposal = review.proposal(group)
    entry = wanted.entry or (proposal.fitting.id if proposal.fitting else None)
    if entry is None:
        raise BotError("no entry seems to fit: say which one with --entry")
    phrasing = wanted.phrasing or proposal.phrasing
    return Elsewhere(phrasing) if entry == NONE else NewPhrasing(entry, phrasing)


def _undo(review: Review, group: str) -> str:
    found = _group(review, group) if group else review.decisions.last()
    if found is None or not found.decision.before:
        raise BotError("there is no decision to take back")
    decision = found.decision
    review.undo(found.id, decision.turn)
    words = min(question.words for question in found.questions)
    return f"taken back: {decision.state} {decision.entry}".rstrip() + f" (“{words}”)"


def _group(review: Review, id: str) -> Group:
    """The one group whose id begins so."""
    found = [group for group in review.groups(EVERY) if group.id.startswith(id)]
    if len(found) != 1:
        raise BotError(f'there are {len(found) or "no"} groups "{id}": see review --list')
    return found[0]
