"""What the operator reads: one line an event, no words of people, never a token.

    2026-11-24T22:31:05.123Z INFO bot.telegram.app: Answered kind=answer safety=none ms=4

A line has the time in UTC, the level, the part of the program, and a sentence for people; what a
program may want to count stands behind it as key=value.
"""

import asyncio
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

TOKEN = r"\d{1,20}(?::|%(?:25)*3A)[\w-]{20,}"  # noqa: S105 - a pattern; "%3A" is ":" in an address
LEAST_SECRET = 20
"""Characters; a shorter half of a token is a word like any other."""
MOST_PLACES = 8
"""Of a traceback, the innermost; the others are those of the event loop."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
OURS = Path(__file__).parent
log = logging.getLogger(__name__)


class Redacting(logging.Formatter):
    """Makes one line of a record, with every token taken out."""

    def __init__(self, token: str = "") -> None:
        """Take out what looks like a token, and this one however it looks."""
        super().__init__()
        self._tokens = _pattern(token)

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        text = record.getMessage()
        if record.exc_info and record.exc_info[1]:
            text = f"{text}: {trace(record.exc_info[1])}"
        line = f"{when.removesuffix('+00:00')}Z {record.levelname} {record.name}: {text}"
        return self._tokens.sub("<token>", fold(line))


class Trouble:
    """Something that fails for a while: told when it begins, for each new cause, and at the end."""

    def __init__(self, log: logging.Logger, begins: str, ends: str) -> None:
        """No trouble yet; in `begins`, %s stands for the cause."""
        self._log, self._begins, self._ends = log, begins, ends
        self._cause = ""

    @property
    def is_on(self) -> bool:
        """Whether it failed when it was tried last."""
        return bool(self._cause)

    def begin(self, cause: object) -> None:
        """It failed."""
        if str(cause) != self._cause:
            self._log.warning(self._begins, cause)
        self._cause = str(cause)

    def end(self) -> None:
        """It worked."""
        if self._cause:
            self._log.warning(self._ends)
        self._cause = ""


def set_up(level: str, token: str = "") -> None:
    """Log to standard error from this level on, the libraries from WARNING, and all else as well.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        token: of the bot; never shown.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(token))
    logging.basicConfig(level="WARNING", handlers=[handler], force=True)
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a closed standard error: nobody is left to be told
    logging.getLogger("bot").setLevel(level)
    # python-telegram-bot logs whole updates and requests; we tell the causes ourselves.
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
    sys.excepthook = lambda _, error, __: _tell("The process ends by an error of its own", error)
    sys.unraisablehook = lambda found: _tell("An error was passed over", found.exc_value)
    threading.excepthook = lambda found: _tell("A thread ended in an error", found.exc_value)


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Log errors that nobody waits for, such as those of a forgotten task, as one line too."""

    def note(_: asyncio.AbstractEventLoop, found: dict[str, Any]) -> None:
        # What follows in the message describes a callback with its arguments: words of people.
        _tell(
            re.split(r"[<(]", found.get("message", "An error"))[0].strip(" ."),
            found.get("exception"),
        )

    loop.set_exception_handler(note)


def trace(error: BaseException, deep: int = 3) -> str:
    """What went wrong and where, innermost first; of its causes, so many.

    The words of an error are left out, as those of a person may be among them; what the operating
    system says about a file or a connection stays.
    """
    told = [_at(error)]
    if isinstance(error, BaseExceptionGroup) and deep:
        told += [f"of {trace(one, deep - 1)}" for one in error.exceptions[:MOST_PLACES]]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and deep:
        told.append(f"after {trace(before, deep - 1)}")
    return ", ".join(told)


def redact(text: str) -> str:
    """The text without what looks like a token."""
    return _pattern("").sub("<token>", text)


def fold(text: str) -> str:
    """The text as one line: no control character can make it look like two, or move the cursor."""
    lines = [line.strip() for line in text.splitlines()]
    return CONTROL.sub("?", " | ".join(line for line in lines if line))


def _at(error: BaseException) -> str:
    kind = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        kind += f" ({error.strerror})"
    frames = traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
    places = [f"{_short(frame.filename)}:{frame.lineno}" for frame in reversed(frames)]
    return " < ".join([f"{kind} at {places[0]}", *places[1:]]) if places else kind


def _short(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(OURS):
        return path.relative_to(OURS.parent).as_posix()
    return "/".join(path.parts[-2:])


def _tell(what: str, error: BaseException | None) -> None:
    log.error("%s: %s", what, trace(error) if error else "no error is known")


def _pattern(token: str) -> re.Pattern[str]:
    half = token.partition(":")[2]
    known = [token, quote(token, safe=""), half if len(half) >= LEAST_SECRET else ""]
    return re.compile(
        "|".join([TOKEN, *(re.escape(part) for part in known if part)]), re.IGNORECASE
    )
