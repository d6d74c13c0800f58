"""The questions that people passed on: kept on disk until maintainers have dealt with them.

A row holds the scrubbed words, the day, and a random receipt with which they can be taken back: no
person, no chat, no time, and no order in which they came. What is deleted is gone from the file.
"""

import contextlib
import logging
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from pathlib import Path

from bot.scrubbing import scrub

FILE = "passed.sqlite"
"""Its name in the data folder."""
KEPT_DAYS = 90
MOST_KEPT = 10_000
"""No more than so many: a flood neither fills the disk nor buries the rest."""
BUSY_S = 5.0
"""Another process may be writing; wait no longer than this for it."""
RECEIPT_BYTES = 12
"""16 characters in a button's data, and nobody guesses them."""
SCHEMA = (
    "CREATE TABLE questions (receipt TEXT PRIMARY KEY, words TEXT NOT NULL,"
    " unhelpful TEXT NOT NULL, day TEXT NOT NULL, grouped TEXT) WITHOUT ROWID",
    "CREATE TABLE groups (id TEXT PRIMARY KEY, state TEXT NOT NULL DEFAULT 'new',"
    " announced INTEGER NOT NULL DEFAULT 0, turn INTEGER NOT NULL DEFAULT 0,"
    " before TEXT NOT NULL DEFAULT '', entry TEXT NOT NULL DEFAULT '',"
    " wrote TEXT NOT NULL DEFAULT '') WITHOUT ROWID",
    "PRAGMA user_version = 1",
)
"""Without row numbers, rows stand in the order of their random names."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A question is in the queue."""

    receipt: str
    """What takes it back: 16 letters, digits, - and _."""
    words: str
    """Exactly what is kept of the question."""


@dataclass(frozen=True, slots=True)
class NotKept:
    """A question could not be kept (the log says why), or no word of it was left."""


class TakenBack(Enum):
    """What came of taking a question back."""

    DELETED = "it was there and is gone"
    USED = "it is gone, but what maintainers made of it or of one like it stays in the knowledge"
    NOT_THERE = "it was not there any more: taken back before, or deleted after 90 days"
    FAILED = "it could not be deleted now"


@dataclass(frozen=True, slots=True)
class Queue:
    """The questions in one SQLite file, which several processes and threads may share.

    Every call opens the file anew and may wait some seconds for another process, so that an
    event loop leaves it to a thread. Nothing is raised to who asks: what fails, fails as a result.
    """

    path: Path
    """Made when the first question is passed on."""
    today: Callable[[], date]

    def pass_on(self, text: str, unhelpful: str = "") -> Kept | NotKept:
        """Keep a question, scrubbed.

        Args:
            text: the person's own words.
            unhelpful: id of the entry that was answered and did not help.
        """
        kept = Kept(secrets.token_urlsafe(RECEIPT_BYTES), scrub(text))
        if not kept.words:
            return NotKept()
        try:
            with self.opened() as file:
                self._delete_old(file)
                ((number,),) = file.execute("SELECT count(*) FROM questions")
                if number < MOST_KEPT:
                    row = (kept.receipt, kept.words, unhelpful, self.today().isoformat())
                    file.execute("INSERT INTO questions VALUES (?, ?, ?, ?, NULL)", row)
        except (sqlite3.Error, OSError) as error:
            log.warning("A question could not be kept in %s: %s", self.path, error)
            return NotKept()
        if number >= MOST_KEPT:
            log.warning("A question could not be kept: %s is full, review it", self.path)
            return NotKept()
        return kept

    def take_back(self, receipt: str) -> TakenBack:
        """Delete the question with this receipt."""
        sought = "SELECT state FROM questions LEFT JOIN groups ON grouped = id WHERE receipt = ?"
        try:
            if not self.path.exists():
                return TakenBack.NOT_THERE
            with self.opened() as file:
                found = file.execute(sought, (receipt,)).fetchall()
                file.execute("DELETE FROM questions WHERE receipt = ?", (receipt,))
                _delete_empty_groups(file)
        except (sqlite3.Error, OSError) as error:
            log.warning("A question could not be deleted from %s: %s", self.path, error)
            return TakenBack.FAILED
        if not found:
            return TakenBack.NOT_THERE
        return TakenBack.USED if found == [("done",)] else TakenBack.DELETED

    def purge(self) -> None:
        """Delete what is older than 90 days; to be called at the start and once a day."""
        try:
            if self.path.exists():
                with self.opened() as file:
                    self._delete_old(file)
        except (sqlite3.Error, OSError) as error:
            log.warning("Old questions could not be deleted from %s: %s", self.path, error)

    def _delete_old(self, file: sqlite3.Connection) -> None:
        first = (self.today() - timedelta(days=KEPT_DAYS)).isoformat()
        file.execute("DELETE FROM questions WHERE day < ?", (first,))
        _delete_empty_groups(file)

    @contextlib.contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """The file, for one change that is made as a whole or not at all.

        Raises:
            sqlite3.Error: it is damaged, locked, or there is no room; nothing has changed.
            OSError: it cannot be made.
        """
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)  # before SQLite makes it readable for others
        with contextlib.closing(
            sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
        ) as file:
            file.execute("PRAGMA secure_delete = ON")
            file.execute("BEGIN IMMEDIATE")
            if file.execute("PRAGMA user_version").fetchone() == (0,):
                for statement in SCHEMA:
                    file.execute(statement)
            before = file.total_changes
            yield file
            file.execute("COMMIT")
            if file.total_changes != before:
                _rewrite(file)


def _rewrite(file: sqlite3.Connection) -> None:
    """Write the whole file anew: the order in its pages tells when a row came, and SQLite leaves
    pieces of deleted rows where it balanced its trees. A few milliseconds, without a file beside.

    What could not be done now is done at the next change.
    """
    file.execute("PRAGMA temp_store = MEMORY")
    with contextlib.suppress(sqlite3.OperationalError):  # busy, or no room
        file.execute("VACUUM")


def _delete_empty_groups(file: sqlite3.Connection) -> None:
    file.execute(
        "DELETE FROM groups WHERE id NOT IN"
        " (SELECT grouped FROM questions WHERE grouped IS NOT NULL)"
    )
