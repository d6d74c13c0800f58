"""Saving a knowledge file: whole or not at all, and never over what somebody else has saved.

The text is written beside the file and moved to its place, so that whoever reads the file, and
whatever goes wrong, finds the old text or the new one. Two that save at once wait for each other.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows; there only the comparison is left
    fcntl = None  # type: ignore[assignment]

from bot.errors import Conflict, EditError


def content(path: Path) -> str:
    """The text of a file with its line ends as they are; empty when there is none.

    Raises:
        EditError: it cannot be read.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise EditError(f"{path.name} is no UTF-8 text: mend that first") from None
    except OSError as error:
        raise EditError(f"{path.name} cannot be read: {error.strerror}") from None


def save(path: Path, text: str, expected: str) -> None:
    """Give a file another text. Its mode and its group stay, and its owner where that is allowed.

    Args:
        path: the file; of a link the file that it leads to. It may be missing.
        text: what it should hold.
        expected: what it held when the edit was made from it; empty when it was missing.

    Raises:
        Conflict: it holds something else by now.
        EditError: it cannot be written; the old text is still there.
    """
    target = path.resolve()
    try:
        with _alone(target.parent):
            if content(target) != expected:
                raise Conflict(f"{path.name} has been changed by somebody else meanwhile")
            _clear(target)
            _write(target, text.encode())
    except UnicodeEncodeError:
        raise EditError("half of a character cannot be written") from None
    except OSError as error:
        raise EditError(f"{path.name} cannot be saved: {error.strerror or error}") from None


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """As long as the block lasts, nobody else saves in that folder."""
    descriptor = os.open(folder, os.O_RDONLY) if fcntl else None
    try:
        if descriptor is not None:
            # Some network disks lock no folders: there the comparison alone has to do.
            with contextlib.suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _write(target: Path, data: bytes) -> None:
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(0, "it is read-only")
    descriptor, name = tempfile.mkstemp(".new", f".{target.name}.", target.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            _take_after(target, new)
            os.fsync(file.fileno())
        new.replace(target)
    finally:
        new.unlink(missing_ok=True)
    _settle(target.parent)


def _take_after(target: Path, new: Path) -> None:
    """Give a new file the mode and the owner of the one whose place it takes."""
    if not target.exists():
        new.chmod(0o644)
        return
    old, mine = target.stat(), new.stat()
    if hasattr(os, "chown") and (old.st_uid, old.st_gid) != (mine.st_uid, mine.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(new, -1, old.st_gid)
            os.chown(new, old.st_uid, -1)
    new.chmod(old.st_mode & 0o7777)


def _settle(folder: Path) -> None:
    """Have the disk keep that a file was moved; where it cannot be asked, it does so by itself."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _clear(target: Path) -> None:
    """Remove what a process that was ended in the middle of saving has left behind."""
    for left in target.parent.glob(f".{target.name}.*.new"):
        left.unlink(missing_ok=True)
