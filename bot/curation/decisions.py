"""What maintainers make of the questions that were passed on, group by group; the first one wins.

Stands in the same file as the questions; a group goes when its last question goes.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.errors import BotError
from bot.passed import Queue

State = Literal["new", "pending", "done", "ignored"]
OPEN: tuple[State, ...] = ("new", "pending")
"""The states in which something can be made of a group."""
EVERY: tuple[State, ...] = (*OPEN, "done", "ignored")
DECISION = "state, entry, wrote, turn, before"
"""The columns of a `Decision`."""


@dataclass(frozen=True, slots=True)
class Question:
    """What one person passed on."""

    receipt: str
    words: str
    unhelpful: str
    """The entry that was answered and did not help; empty for none."""
    day: date
    group: str
    """Empty until it was sorted in."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What maintainers made of a group."""

    state: State
    entry: str = ""
    """The entry that it was accepted for; `none` for what is none of the bot's business."""
    wrote: str = ""
    """What was written into the knowledge, so that it can be taken back; empty for nothing."""
    turn: int = 0
    """Counts the decisions about all groups: the last one has the highest."""
    before: str = ""
    """The state to which taking it back leads; empty when there is nothing to take back."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are alike, and what was made of them."""

    id: str
    """Eight hexadecimal digits."""
    decision: Decision
    is_announced: bool
    """Whether it has reached the maintainers' chats."""
    questions: tuple[Question, ...]


class QueueError(BotError):
    """The file of the questions cannot be read or written."""


class NotOpen(BotError):
    """Somebody else has dealt with a group meanwhile, or it is gone."""

    def __init__(self, decision: Decision | None) -> None:
        made = {"done": "accepted", "pending": "put off"}
        told = f"is {made.get(decision.state, decision.state)} already" if decision else "is gone"
        super().__init__(f"this group {told}: somebody else was faster")
        self.decision = decision
        """What it is now; None when it is gone."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """The maintainers' side of a queue. Every call may raise a QueueError."""

    queue: Queue

    def questions(self) -> list[Question]:
        """All questions, in an order that tells nothing."""
        with self._opened() as file:
            return _questions(file) if file else []

    def groups(self, states: Sequence[State] = OPEN) -> list[Group]:
        """The groups in these states, in an order that tells nothing."""
        with self._opened() as file:
            if not file:
                return []
            by_group: dict[str, list[Question]] = {}
            for question in _questions(file):
                by_group.setdefault(question.group, []).append(question)
            rows = file.execute(f"SELECT id, announced, {DECISION} FROM groups")  # noqa: S608
            return [
                Group(id, Decision(*made), bool(announced), tuple(by_group[id]))
                for id, announced, *made in rows
                if made[0] in states
            ]

    def group(self, id: str) -> Group:
        """One group, whatever was made of it.

        Raises:
            NotOpen: it is gone.
        """
        found = next((group for group in self.groups(EVERY) if group.id == id), None)
        if found is None:
            raise NotOpen(None)
        return found

    def of(self, group: str) -> Decision | None:
        """What a group is now; None when it is gone."""
        with self._opened() as file:
            return _decision(file, group)

    def sort_in(self, places: Mapping[str, str]) -> bool:
        """Put new questions into groups, those that do not exist yet included.

        Args:
            places: receipt -> group.

        Returns:
            False when one was taken back or sorted in by somebody else meanwhile: nothing changes.
        """
        with self._opened() as file:
            waiting = {q.receipt for q in _questions(file) if not q.group} if file else set()
            if not file or not places.keys() <= waiting:
                return False
            file.executemany(
                "INSERT OR IGNORE INTO groups (id) VALUES (?)", [(g,) for g in places.values()]
            )
            file.executemany(
                "UPDATE questions SET grouped = ? WHERE receipt = ?",
                [(group, receipt) for receipt, group in places.items()],
            )
        return True

    def note_announced(self, group: str) -> None:
        """Remember that a group has reached the maintainers' chats."""
        with self._opened() as file:
            if file:
                file.execute("UPDATE groups SET announced = 1 WHERE id = ?", (group,))

    def decide(
        self, group: str, decision: Decision, write: Callable[[], None] = lambda: None
    ) -> int:
        """Note what a maintainer makes of a group; returns its turn.

        Args:
            group: its id.
            decision: its turn is given here.
            write: what belongs to it, such as writing the knowledge; nobody else decides
                meanwhile, and when it raises, nothing is noted.

        Raises:
            NotOpen: somebody else has dealt with it, or it is gone.
        """
        with self._opened() as file:
            found = _decision(file, group)
            if file is None or found is None or found.state not in OPEN:
                raise NotOpen(found)
            ((turn,),) = file.execute("SELECT max(turn) + 1 FROM groups")
            file.execute(
                "UPDATE groups SET before = state, state = ?, entry = ?, wrote = ?, turn = ?"
                " WHERE id = ?",
                (decision.state, decision.entry, decision.wrote, turn, group),
            )
            write()  # last: a disk that is full has refused the note by now
        return int(turn)

    def undo(self, group: str, turn: int, write: Callable[[], None] = lambda: None) -> None:
        """Take a decision back: the group is in its former state again.

        Args:
            group: its id.
            turn: which decision; another one about the same group is left alone.
            write: takes back what belonged to it; when it raises, the decision stands.

        Raises:
            NotOpen: it was taken back already, or the group is gone.
        """
        with self._opened() as file:
            found = _decision(file, group)
            if file is None or found is None or found.turn != turn or not found.before:
                raise NotOpen(found)
            file.execute(
                "UPDATE groups SET state = before, before = '', entry = '', wrote = ''"
                " WHERE id = ?",
                (group,),
            )
            write()

    def last(self) -> Group | None:
        """The group about which the last decision was made that can be taken back."""
        made = [group for group in self.groups(EVERY) if group.decision.before]
        return max(made, key=lambda group: group.decision.turn, default=None)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection | None]:
        """The file; None when nothing was passed on yet."""
        try:
            if not self.queue.path.exists():
                yield None
                return
            with self.queue.opened() as file:
                yield file
        except sqlite3.Error as error:
            raise QueueError(f"{self.queue.path}: {error}") from None


def _questions(file: sqlite3.Connection) -> list[Question]:
    rows = file.execute("SELECT receipt, words, unhelpful, day, grouped FROM questions")
    return [Question(r, w, u, date.fromisoformat(day), g or "") for r, w, u, day, g in rows]


def _decision(file: sqlite3.Connection | None, group: str) -> Decision | None:
    sought = f"SELECT {DECISION} FROM groups WHERE id = ?"  # noqa: S608
    row = file.execute(sought, (group,)).fetchone() if file else None
    return Decision(*row) if row else None
