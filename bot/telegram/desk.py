"""The review by buttons: what a press does to a group of questions, and what is shown then.

Works in a thread and does not import telegram; `maintainers.py` carries it to the chats.
"""

import contextlib
from collections.abc import Callable

from bot.answering.answerer import Answerer
from bot.answering.compose import hashes
from bot.curation.accepting import NONE, Acceptance
from bot.curation.compare import as_text
from bot.curation.decisions import EVERY, Group, NotOpen
from bot.curation.edits import Elsewhere, NewPhrasing
from bot.curation.review import Review
from bot.errors import BotError, KnowledgeError
from bot.model import Reply
from bot.passed import Queue
from bot.settings import Settings
from bot.telegram import proposals
from bot.telegram.offers import REVIEW
from bot.telegram.proposals import (
    ACCEPT,
    BACK,
    CHANGED,
    CHOOSE,
    GONE,
    GROUP,
    IGNORE,
    OTHER,
    SECTION,
    UNDO,
    Effect,
)


class Desk:
    """Where the groups lie; one thing is done at a time."""

    def __init__(self, settings: Settings, answers: Callable[[], Answerer], queue: Queue) -> None:
        """Nothing is looked at yet.

        Args:
            settings: where the knowledge is.
            answers: gives what answers now.
            queue: what people passed on.
        """
        self._settings = settings
        self._answers = answers
        self._queue = queue
        self._review: Review | None = None
        self._live: Answerer | None = None

    def unannounced(self) -> list[Group]:
        """The new groups of which the maintainers have not heard.

        Raises:
            BotError: the queue cannot be read.
        """
        return self._begun().unannounced()

    def note_announced(self, group: Group) -> None:
        """The maintainers have heard of a group.

        Raises:
            BotError: the queue cannot be written.
        """
        self._begun().decisions.note_announced(group.id)

    def standing(self) -> dict[str, frozenset[str]]:
        """The receipts of the questions of each group, whatever was made of it.

        Raises:
            BotError: the queue cannot be read.
        """
        groups = self._begun().decisions.groups(EVERY)
        return {group.id: frozenset(q.receipt for q in group.questions) for group in groups}

    def receipts(self, id: str) -> frozenset[str]:
        """Those of one group; none when it is gone, or cannot be read now."""
        with contextlib.suppress(BotError):
            return self.standing().get(id, frozenset())
        return frozenset()

    def shown(self, group: Group, note: str = "") -> Reply:
        """A group with what seems best for it; `note` is HTML that stands before."""
        return self._proposed(group, self._begun().proposal(group).edit, note)

    def press(self, data: str) -> Reply:
        """Do what a button says; returns what stands there then."""
        said = data.removeprefix(REVIEW)
        action, id, more = said[:1], proposals.group_of(data), said[1 + GROUP :]
        acts: dict[str, Callable[[Group, str], Reply]] = {
            ACCEPT: self._accept,
            CHOOSE: self._choose,
            OTHER: self._others,
            SECTION: self._section,
            IGNORE: self._ignore,
            UNDO: self._undo,
            BACK: lambda group, _: self._open(group),
        }
        try:
            group = self._group(id)
            if group is None or action not in acts:
                return proposals.not_done("", GONE)
            return acts[action](group, more)
        except NotOpen:
            return self._decided(id, is_late=True)
        except BotError as error:
            return proposals.not_done(id, _refusal(error))

    # ------------------------------------------------------------ what a button does

    def _accept(self, group: Group, seal: str) -> Reply:
        """Accept what was shown, and nothing else."""
        edit = self._sealed(group, seal)
        if edit is None:
            return self.shown(group, CHANGED)
        self._begun().accept(group.id, edit)
        return self._decided(group.id)

    def _choose(self, group: Group, entry: str) -> Reply:
        """Show what another entry would mean."""
        edit = self._edit(group, entry)
        return self._proposed(group, edit) if edit else self.shown(group, CHANGED)

    def _others(self, group: Group, _: str) -> Reply:
        return proposals.others(group, self._begun().proposal(group), self._sections())

    def _section(self, group: Group, number: str) -> Reply:
        sections = self._sections()
        if not number.isdecimal() or int(number) >= len(sections):
            return self._others(group, "")
        section = sections[int(number)]
        entries = self._begun().answerer.knowledge.entries
        found = [entry for entry in entries if entry.section == section and not entry.talk]
        return proposals.of_section(group, section, found)

    def _ignore(self, group: Group, _: str) -> Reply:
        self._begun().ignore(group.id)
        return self._decided(group.id)

    def _undo(self, group: Group, turn: str) -> Reply:
        if turn == str(group.decision.turn) and group.decision.before:
            self._begun().undo(group.id, group.decision.turn)
        return self._open(self._group(group.id) or group)

    # ------------------------------------------------------------ details

    def _begun(self) -> Review:
        """The review, from what answers now."""
        live = self._answers()
        if self._review is None or self._live is not live:
            self._live = live
            self._review = Review.of(self._settings, live, self._queue)
        return self._review

    def _group(self, id: str) -> Group | None:
        return next((group for group in self._begun().groups(EVERY) if group.id == id), None)

    def _open(self, group: Group) -> Reply:
        """The group as it stands: to be decided, or decided."""
        is_open = group.decision.state in ("new", "pending")
        return self.shown(group) if is_open else self._decided(group.id)

    def _decided(self, id: str, *, is_late: bool = False) -> Reply:
        group = self._group(id)
        if group is None:
            return proposals.not_done("", GONE)
        return proposals.decided(self._begun().answerer.knowledge, group, is_late=is_late)

    def _proposed(self, group: Group, edit: Acceptance | None, note: str = "") -> Reply:
        review = self._begun()
        try:
            effect = self._effect(group, edit) if edit else ""
        except BotError as error:
            effect = _refusal(error)
        return proposals.proposed(review.answerer.knowledge, group, edit, effect, note)

    def _effect(self, group: Group, edit: Acceptance) -> Effect | str:
        review = self._begun()
        now, then = review.reach(group, edit)
        return Effect(now, then, as_text(review.changes(group, edit)))

    def _edit(self, group: Group, entry: str) -> Acceptance | None:
        """What accepting writes for an entry, whose hash is given."""
        review = self._begun()
        phrasing = review.proposal(group).phrasing
        if entry == hashes([NONE]):
            return Elsewhere(phrasing)
        known = review.answerer.composer.of_hashes(entry)
        return NewPhrasing(known[0].id, phrasing) if known else None

    def _sealed(self, group: Group, seal: str) -> Acceptance | None:
        """The edit that was shown; None when it would be another one now."""
        edit = self._edit(group, seal[: len(hashes([NONE]))])
        return edit if edit and proposals.seal(edit) == seal else None

    def _sections(self) -> list[str]:
        entries = self._begun().answerer.knowledge.entries
        return list(dict.fromkeys(entry.section for entry in entries if not entry.talk))


def _refusal(error: BotError) -> str:
    """Why something is refused, as HTML."""
    if isinstance(error, KnowledgeError):
        told = [str(problem) for problem in error.problems]
        return f"It would be refused:\n{proposals.refused(told)}"
    return f"Not done:\n{proposals.refused([str(error)])}"
