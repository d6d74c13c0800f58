"""What is kept on disk about use: how often something happened. Never a text, never a person."""

import contextlib
import logging
import sqlite3
from pathlib import Path

FILE = "counters.sqlite"
"""Its name in the data folder."""
IN_GENERAL = "asked in general "
"""Counter of presses on "I asked in general"; the reason of the card follows."""
BUSY_S = 1.0
"""Another process may be counting; wait no longer than this for it."""
log = logging.getLogger(__name__)


class Counters:
    """Named numbers that only grow, in one SQLite file that several processes may share."""

    def __init__(self, path: Path) -> None:
        """Count in this file; it is made when something is counted for the first time."""
        self.path = path

    def add(self, name: str) -> None:
        """Count one more; without room or leave to write, go on without."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(sqlite3.connect(self.path, timeout=BUSY_S)) as file, file:
                file.execute(
                    "CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, times INTEGER)"
                )
                file.execute(
                    "INSERT INTO counters VALUES (?, 1)"
                    " ON CONFLICT (name) DO UPDATE SET times = times + 1",
                    (name,),
                )
        except (sqlite3.Error, OSError) as error:
            log.warning("Something could not be counted in %s: %s", self.path, error)

    def of(self, kind: str) -> dict[str, int]:
        """The counters whose names begin so, by the rest of the name; empty if unreadable."""
        if not self.path.exists():
            return {}
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=BUSY_S)) as file:
                rows = file.execute("SELECT name, times FROM counters ORDER BY name").fetchall()
        except sqlite3.Error as error:
            log.warning("The counters in %s cannot be read: %s", self.path, error)
            return {}
        return {name.removeprefix(kind): n for name, n in rows if name.startswith(kind)}
