"""Which updates are answered and which are not: what may be confirmed to Telegram.

Telegram keeps every update until a later one is asked for, at most 24 hours. Nothing is asked for
before all that came earlier is answered, so a process that is killed loses nothing. What has been
answered while something earlier still waits would be answered twice after that; it is therefore
noted in a file, by its number and a digest, which say nothing about people.
"""

import contextlib
import hashlib
import json
import logging
import os
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.logs import Trouble

FILE = "answered"
"""Its name in the data folder."""
MOST_REMEMBERED = 1_000
"""Answered updates; ten times as many as Telegram gives at once."""
LONGEST_FILE = 5_000
"""Lines; a longer file is written anew with what is still needed."""
KEPT_S = 24 * 60 * 60
"""Older files say nothing: Telegram has forgotten what they speak of."""
log = logging.getLogger(__name__)


class Progress:
    """The updates that were fetched."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Go on from where the last process was, as its file tells.

        Args:
            path: of the file.
            clock: seconds that never go back.
        """
        self.path = path
        self._clock = clock
        self._open: dict[int, tuple[str, float]] = {}
        """Number -> mark of the updates that are not answered yet, and since when."""
        self.aside: set[int] = set()
        """Numbers of those that Telegram has forgotten and that are not answered yet."""
        self._answered: OrderedDict[str, None] = OrderedDict.fromkeys(_read(path))
        self._last = 0
        self._size = len(self._answered)
        self._trouble = Trouble(
            log,
            f"{path} cannot be written (%s): after a crash a few questions may be answered twice",
            f"{path} is written again.",
        )

    @property
    def offset(self) -> int:
        """The first number that Telegram should still keep; 0 before anything was fetched."""
        return min(self._open, default=self._last + 1 if self._last else 0)

    @property
    def waiting(self) -> int:
        """How many updates are not answered yet."""
        return len(self._open)

    def unanswered_for(self, seconds: float) -> list[int]:
        """The numbers of the updates that have not been answered for so long."""
        since = self._clock() - seconds
        return [number for number, (_, begun) in self._open.items() if begun <= since]

    def begin(self, update: dict[str, Any]) -> bool:
        """Take an update as Telegram gave it; False when it was taken before."""
        number = update["update_id"]
        if number in self._open:
            return False
        mark = _mark(update)
        # After a week without updates Telegram may begin with a lower number.
        self._last = max(self._last, number) if number >= self.offset else number
        if mark in self._answered:
            return False
        self._open[number] = mark, self._clock()
        return True

    def end(self, number: int) -> None:
        """An update has been answered, or there is nothing to answer."""
        self.aside.discard(number)
        if mark := self._close(number):
            self._write(f"{mark}\n", os.O_APPEND)
            self._size += 1

    def let_go(self, number: int) -> None:
        """Let Telegram forget an update that is still worked at: it is in memory only, from now."""
        if self._close(number):
            self.aside.add(number)

    def _close(self, number: int) -> str:
        """The mark of an update that Telegram may forget; nothing when it was closed before."""
        mark, _ = self._open.pop(number, ("", 0.0))
        if not mark:
            return ""
        self._answered[mark] = None
        while len(self._answered) > MOST_REMEMBERED:
            self._answered.popitem(last=False)
        return mark

    def confirmed(self, offset: int) -> None:
        """Telegram has forgotten what comes before this number: so may the file."""
        if not self._size:
            return
        needed = [mark for mark in self._answered if int(mark.partition(" ")[0] or 0) >= offset]
        if not needed or self._size > LONGEST_FILE:
            self._write("".join(f"{mark}\n" for mark in needed), os.O_TRUNC)
            self._size = len(needed)

    def _write(self, text: str, how: int) -> None:
        """Not synced to the disk: it need only survive the process. Without room, go on without."""
        try:
            file = self._opened(os.O_WRONLY | os.O_CREAT | how)
            try:
                os.write(file, text.encode())
            finally:
                os.close(file)
        except OSError as error:
            self._trouble.begin(error.strerror)
        else:
            if text:  # to empty a file takes no room
                self._trouble.end()

    def _opened(self, how: int) -> int:
        """The file; its folder is looked for only when it is not there, as this is done often."""
        try:
            return os.open(self.path, how, 0o600)
        except FileNotFoundError:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self.path, how, 0o600)


def _mark(update: dict[str, Any]) -> str:
    """What tells an update from every other one, also from those of another bot or server."""
    content = json.dumps(update, sort_keys=True).encode()
    return f"{update['update_id']} {hashlib.blake2b(content, digest_size=8).hexdigest()}"


def _read(path: Path) -> list[str]:
    """The marks in a file; a last line that was cut off is not one of them."""
    with contextlib.suppress(OSError, ValueError):
        if time.time() - path.stat().st_mtime < KEPT_S:
            lines = path.read_text("ascii").split("\n")[:-1]
            return [line for line in lines if re.fullmatch(r"\d+ [0-9a-f]{16}", line)]
    return []
