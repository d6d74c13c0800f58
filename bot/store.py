"""What is kept on disk about use: how often something happened. Never a text, never a person.

What is counted has a name from this file, some with an entry, a card or a command behind it. A day
is the smallest unit of time: finer ones might tell when somebody asked.
"""

import contextlib
import logging
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.errors import BotError
from bot.logs import Trouble
from bot.model import Answer, Outcome, Suggest, Unknown

FILE = "counters.sqlite"
"""Its name in the data folder."""
EVERY_S = 5.0
"""So long, at most, things are counted in memory only: a crash loses no more."""
BUSY_S = 1.0
"""Another process may be counting; wait no longer than this for it."""
KEPT_DAYS = 90
"""Older days are forgotten; what happened on them is still in the sums of all time."""

OUTCOME = "outcome "
"""What came of a message: answer, suggest, none, talk or emergency (its card was the reply)."""
CARD = "card "
"""The safety card that came with it: its category, then full or gentle."""
ANSWERED, OFFERED, OPENED = "answered ", "offered ", "opened "
"""An entry: what a message was answered with; a choice; opened by a button or a link."""
HELPED, NOT_HELPED = "helped ", "did not help "
"""An entry: what people say of its answer."""
IN_GENERAL = "asked in general "
"""Presses on "I asked in general"; the reason of the card follows."""
BUTTON = "button "
"""What a pressed button stands for: question, topics, none of these, gone ..."""
COMMAND = "command "
"""One of the bot's commands, or "unknown": never what a person wrote."""
ERROR = "error "
"""The type of an error that nobody expected."""
EDITED, INLINE = "edited questions", "inline queries"
NO_TEXT = "messages without text"
PASSED_ON, TAKEN_BACK = "questions passed on", "questions taken back"
LATE, SKIPPED = "late answers", "questions skipped in floods"
CUT, WAITED = "sends repeated after a cut", "waits for Telegram"
UNREADABLE = "updates skipped as unreadable"
"""Single ones."""

SCHEMA = """\
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, times INTEGER);
CREATE TABLE IF NOT EXISTS days (
    day TEXT, name TEXT, times INTEGER, PRIMARY KEY (day, name)) WITHOUT ROWID;
"""
SUM = """\
INSERT INTO counters VALUES (?, ?)
ON CONFLICT (name) DO UPDATE SET times = times + excluded.times"""
DAY = """\
INSERT INTO days VALUES (?, ?, ?)
ON CONFLICT (day, name) DO UPDATE SET times = times + excluded.times"""
log = logging.getLogger(__name__)


def today() -> date:
    """The day in UTC."""
    return datetime.now(UTC).date()


def _later(seconds: float, act: Callable[[], None]) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


class Counters:
    """Named numbers that only grow, in one SQLite file that several processes may share."""

    def __init__(
        self,
        path: Path | None,
        today: Callable[[], date] = today,
        later: Callable[[float, Callable[[], None]], None] = _later,
    ) -> None:
        """Count in this file; it is made when something is counted for the first time.

        Args:
            path: of the file; None to count nothing.
            today: the day on which something is counted.
            later: calls something after so many seconds.
        """
        self.path = path
        self._today = today
        self._later = later
        self._waiting: Counter[tuple[date, str]] = Counter()
        self._is_planned = False
        self._counting = threading.Lock()
        self._writing = threading.Lock()
        self._trouble = Trouble(
            log,
            f"{path} cannot be written (%s): what happens is counted in memory until it can.",
            f"{path} is written again.",
        )

    def add(self, name: str) -> None:
        """Count one more. It costs nothing now: it is written within seconds."""
        if self.path is None:
            return
        with self._counting:
            self._waiting[self._today(), name] += 1
        self._plan()

    def note(self, outcome: Outcome) -> None:
        """Count what came of a message."""
        for name in _names(outcome):
            self.add(name)

    def flush(self) -> None:
        """Write what waits; call it at the end. Without room or leave to write, it waits on."""
        with self._writing:
            with self._counting:
                waiting, self._waiting = self._waiting, Counter()
            if self.path is None or not waiting:
                return
            try:
                self._write(self.path, waiting)
            except (sqlite3.Error, OSError) as error:
                with self._counting:
                    self._waiting.update(waiting)
                self._trouble.begin(error)
                self._plan()
            else:
                self._trouble.end()

    def _plan(self) -> None:
        """Have it written soon, if that is not planned yet."""
        with self._counting:
            is_planned, self._is_planned = self._is_planned, True
        if not is_planned:
            self._later(EVERY_S, self._flush_as_planned)

    def _flush_as_planned(self) -> None:
        with self._counting:
            self._is_planned = False
        self.flush()

    def of(self, kind: str) -> dict[str, int]:
        """The sums of all time whose names begin so, by the rest of the name; empty if unreadable.

        What still waits to be written is not among them.
        """
        try:
            sums = self.since()
        except BotError as error:
            log.warning("%s", error)
            return {}
        return {name.removeprefix(kind): n for name, n in sums.items() if name.startswith(kind)}

    def since(self, first: date | None = None) -> dict[str, int]:
        """How often each thing has happened from this day on, or in all.

        Raises:
            BotError: The file cannot be read.
        """
        if self.path is None or not self.path.exists():
            return {}
        # A day that is yet to come was counted while the clock was wrong: it waits for its time.
        query = "SELECT name, times FROM counters"
        days: tuple[str, ...] = ()
        if first is not None:
            query = "SELECT name, SUM(times) FROM days WHERE day BETWEEN ? AND ? GROUP BY name"
            days = first.isoformat(), self._today().isoformat()
        try:
            with _opened(f"{self.path.absolute().as_uri()}?mode=ro") as file:
                return dict(file.execute(query, days).fetchall())
        except sqlite3.Error as error:
            if "no such table" in str(error):  # nothing was written, or not by this version
                return {}
            raise BotError(f"The counters in {self.path} cannot be read: {error}") from None

    def _write(self, path: Path, waiting: Counter[tuple[date, str]]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        oldest = self._today() - timedelta(days=KEPT_DAYS)
        with _opened(path.absolute().as_uri()) as file, file:
            file.executescript(SCHEMA)
            file.executemany(SUM, [(name, n) for (_, name), n in waiting.items()])
            file.executemany(
                DAY, [(day.isoformat(), name, n) for (day, name), n in waiting.items()]
            )
            file.execute("DELETE FROM days WHERE day <= ?", (oldest.isoformat(),))


@contextlib.contextmanager
def _opened(address: str) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(address, timeout=BUSY_S, uri=True)) as file:
        yield file


def _names(outcome: Outcome) -> Iterator[str]:
    """Under which names an outcome is counted."""
    for alarm in outcome.alarms[:1]:
        yield f"{CARD}{alarm.card.category} {'full' if alarm.is_full else 'gentle'}"
    if outcome.route == "emergency":
        yield f"{OUTCOME}emergency"
        return
    match outcome.decision:
        case Unknown():
            yield f"{OUTCOME}none"
        case Suggest(candidates):
            yield f"{OUTCOME}suggest"
            yield from (f"{OFFERED}{candidate.entry.id}" for candidate in candidates)
        case Answer(candidates) as answer:
            yield f"{OUTCOME}{'talk' if answer.is_talk else 'answer'}"
            yield from (f"{ANSWERED}{candidate.entry.id}" for candidate in candidates)
