"""Review of what people passed on: the groups, what accepting one would change, accepting it, and
taking that back. Talks to nobody: the terminal and Telegram do.

Several maintainers may review at once: decisions go through `Decisions`, files through `saving`.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.answering.answerer import Answerer
from bot.curation import saving
from bot.curation.accepting import Acceptance, as_line, entry_of, from_line, is_answered
from bot.curation.compare import Comparison, compare
from bot.curation.decisions import OPEN, Decision, Decisions, Group, NotOpen, State
from bot.curation.edits import NewEntry
from bot.curation.proposing import Proposal, propose
from bot.curation.reader import read, read_examples
from bot.curation.sorting import sort_in
from bot.drafting import draft
from bot.errors import Conflict, EditError, KnowledgeError
from bot.loading import version
from bot.model import Example
from bot.passed import Queue
from bot.settings import Settings

MOST_ASKED = 1_000
"""So many messages are put to both sides, those that are most like the edit."""
MOST_KNOWN = 4
"""So many states of the knowledge are remembered; each takes some ten megabytes."""
TRIES = 3
"""So often an edit is made anew because somebody else has saved the file meanwhile."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an edit would do."""

    state: str
    """Of the knowledge, when it was tried."""
    path: Path
    before: str
    after: str
    """The text of the file; the same twice when it says so already."""
    answerer: Answerer
    """What would answer then, learnt provisionally."""


@dataclass(slots=True)
class Review:
    """The groups of a queue, and everything that can be made of one."""

    settings: Settings
    answerer: Answerer
    """What answers now, what was accepted here included."""
    decisions: Decisions
    _known: dict[str, Answerer] = field(default_factory=dict, init=False)
    """State of the knowledge -> what answers from it: undoing leads back exactly."""
    _last: Trial | None = field(default=None, init=False)
    """Accepting what was just tried takes no second trial."""
    _examples: tuple[Example, ...] | None = field(default=None, init=False)
    """Read when first needed: they only measure."""

    @classmethod
    def of(cls, settings: Settings, answerer: Answerer, queue: Queue) -> "Review":
        """A review of this queue; what is too old is deleted from it first."""
        queue.purge()
        return cls(settings, answerer, Decisions(queue))

    # ------------------------------------------------------------ looking

    def groups(self, states: Sequence[State] = OPEN) -> list[Group]:
        """The groups in these states, new ones first, then by how many people asked.

        Raises:
            QueueError: the queue cannot be read or written.
        """
        sort_in(self.decisions, self.answerer.matcher)
        return sorted(self.decisions.groups(states), key=_importance)

    def unannounced(self) -> list[Group]:
        """The new groups that have not reached the maintainers' chats (`note_announced`)."""
        return [group for group in self.groups(("new",)) if not group.is_announced]

    def proposal(self, group: Group) -> Proposal:
        """What could be made of a group."""
        texts = [question.words for question in group.questions]
        unhelpful = {question.unhelpful for question in group.questions}
        return propose(self.answerer.matcher, texts, unhelpful)

    def changes(self, group: Group, edit: Acceptance) -> Comparison:
        """What accepting changes, for the questions of the group and for all others.

        Raises:
            KnowledgeError: it would be refused: `check` would find the faults that it holds.
            EditError: the edit cannot be made.
        """
        after = self._trial(edit).answerer
        own = (Example(question.words, (entry_of(edit),)) for question in group.questions)
        return compare(self.answerer, after, (*own, *self._measure()), MOST_ASKED)

    def reach(self, group: Group, edit: Acceptance) -> tuple[int, int]:
        """How many of the group's questions the entry answers now, and after accepting.

        Raises:
            KnowledgeError: it would be refused: `check` would find the faults that it holds.
            EditError: the edit cannot be made.
        """
        entry, sides = entry_of(edit), (self.answerer, self._trial(edit).answerer)
        now, then = (
            sum(is_answered(side, question.words, entry) for question in group.questions)
            for side in sides
        )
        return now, then

    def patch(self, edits: Iterable[Acceptance]) -> str:
        """All these edits together as a unified diff; nothing is written or decided.

        Raises:
            KnowledgeError: they would be refused: `check` would find the faults that it holds.
            EditError: an edit cannot be made.
        """
        texts: dict[str, tuple[str, str]] = {}
        for edit in edits:
            path = self.settings.knowledge_dir / edit.file
            before, now = texts.get(edit.file) or (saving.content(path),) * 2
            texts[edit.file] = before, self._applied(edit, now)
        self._drafted({file: after for file, (_, after) in texts.items()})
        folder = self.settings.knowledge_dir.as_posix().lstrip("/")
        return "".join(_diff(f"{folder}/{file}", *both) for file, both in sorted(texts.items()))

    # ------------------------------------------------------------ deciding

    def accept(self, group: str, edit: Acceptance) -> int:
        """Write an edit into the knowledge, with which the group is done; returns its turn.

        Raises:
            NotOpen: somebody else was faster; nothing was written.
            KnowledgeError: refused: `check` would find the faults that it holds.
            EditError: the edit cannot be made or saved.
        """

        def act() -> int:
            trial = self._trial(edit)
            wrote = as_line(edit) if trial.after != trial.before else ""
            decision = Decision("done", entry_of(edit), wrote)
            turn = self.decisions.decide(group, decision, lambda: _write(trial))
            self._take_up(trial.answerer)
            return turn

        return _patiently(act)

    def ignore(self, group: str) -> int:
        """Nothing is made of a group, nor of what is like it; returns its turn.

        Raises:
            NotOpen: somebody else was faster.
        """
        return self.decisions.decide(group, Decision("ignored"))

    def put_off(self, group: str) -> int:
        """Leave a group for later; returns its turn.

        Raises:
            NotOpen: somebody else was faster.
        """
        return self.decisions.decide(group, Decision("pending"))

    def undo(self, group: str, turn: int) -> None:
        """Take a decision back, and out of the knowledge what it wrote.

        Raises:
            NotOpen: it was taken back already, or the group is gone.
            KnowledgeError: refused: `check` would find the faults that it holds.
            EditError: what it wrote has been edited since, or cannot be saved.
        """

        def act() -> int:
            now = self.decisions.of(group)
            if now is None or now.turn != turn or not now.before:
                raise NotOpen(now)
            if not now.wrote:
                self.decisions.undo(group, turn)
                return turn
            edit = from_line(now.wrote)
            trial = self._tried(edit.file, edit.take_back)
            self.decisions.undo(group, turn, lambda: _write(trial))
            self._take_up(trial.answerer)
            return turn

        _patiently(act)

    # ------------------------------------------------------------ details

    def _trial(self, edit: Acceptance) -> Trial:
        return self._tried(edit.file, lambda text: self._applied(edit, text))

    def _tried(self, file: str, change: Callable[[str], str]) -> Trial:
        """What a change to a file would do."""
        path = self.settings.knowledge_dir / file
        state = self._catch_up()
        before = saving.content(path)
        after, last = change(before), self._last
        if last is None or (last.state, last.path, last.after) != (state, path, after):
            last = Trial(state, path, before, after, self._drafted({file: after}))
            self._last = last
        return last

    def _catch_up(self) -> str:
        """Take up what others have saved; returns the state of the knowledge."""
        state = version(self.settings.knowledge_dir).fingerprint
        if not self._known:
            self._known[self.answerer.knowledge.version.fingerprint] = self.answerer
        if self._known.get(state) is not self.answerer:
            self._take_up(self._known.get(state) or self._drafted({}))
        return state

    def _take_up(self, answerer: Answerer) -> None:
        """Answer from the files as they stand now; what was known of that state is exact."""
        state = version(self.settings.knowledge_dir).fingerprint
        self.answerer = self._known.pop(state, answerer)
        self._known[state] = self.answerer
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]

    def _applied(self, edit: Acceptance, text: str) -> str:
        """The text of a file with an edit; the same where it stands there already."""
        try:
            return edit.apply(text)
        except EditError:
            now = read(self.settings.knowledge_dir, {edit.file: text}).knowledge
            if isinstance(edit, NewEntry) or not edit.is_in(now):
                raise
            return text

    def _drafted(self, drafts: Mapping[str, str]) -> Answerer:
        found = draft(self.settings, self.answerer, drafts)
        if isinstance(found, list):
            raise KnowledgeError(found)
        return found

    def _measure(self) -> tuple[Example, ...]:
        """The examples of the knowledge; none where they have faults: `check` tells."""
        if self._examples is None:
            path = self.settings.knowledge_dir / "examples.yaml"
            try:
                self._examples = read_examples(path) if path.exists() else ()
            except KnowledgeError:
                self._examples = ()
        return self._examples


def _write(trial: Trial) -> None:
    if trial.after != trial.before:
        saving.save(trial.path, trial.after, trial.before)


def _patiently(act: Callable[[], int]) -> int:
    """Do something once more when somebody else has saved the file meanwhile."""
    for _ in range(TRIES - 1):
        try:
            return act()
        except Conflict:
            continue
    return act()


def _importance(group: Group) -> tuple[bool, int, str]:
    is_new = group.decision.state == "new"
    return not is_new, -len(group.questions), min(q.words for q in group.questions)


def _diff(name: str, before: str, after: str) -> str:
    """What changes in a file, as `git apply` and `patch -p1` take it."""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        f"a/{name}",
        f"b/{name}",
    )
    ends = "\n\\ No newline at end of file\n"
    return "".join(line if line.endswith("\n") else line + ends for line in lines)
