"""What was learnt, kept between two runs. It can be deleted at any time: it is learnt again then.

A file is written beside its place and moved there, so that nobody ever reads half of one; it begins
with a digest of the rest, so that a damaged one is noticed.
"""

import contextlib
import hashlib
import os
import pickle
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOM = 65_536
"""Bytes; with less room on the disk it is as good as full."""
MOST_KEPT = 3
"""Newest files of a kind that are kept, so that two folders in turn need no new learning."""


def obstacle(folder: Path) -> str:
    """Why nothing can be kept in a folder, which is made if it is not there; empty if it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
    except OSError as error:
        return error.strerror or str(error)
    return ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of kept values; the first part of a name, if it has two, is their kind."""

    folder: Path

    def load(self, name: str) -> Any:
        """What was kept under a name; None when it is missing, damaged or unreadable."""
        try:
            content = self._path(name).read_bytes()
        except OSError:
            return None
        digest, payload = content[:32], content[32:]
        if hashlib.sha256(payload).digest() != digest:
            return None
        return pickle.loads(payload)  # written by `keep`, by the same code

    def keep(self, name: str, value: Any) -> None:
        """Keep a value in place of the oldest of its kind; without room for it, go on without."""
        payload = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        path = self._path(name)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(f".{os.getpid()}.new")
            new.write_bytes(hashlib.sha256(payload).digest() + payload)
            new.replace(path)
            # A process that was ended while it wrote leaves a `.new` behind: it ages out as well.
            files = [*path.parent.glob("*.pickle"), *path.parent.glob("*.new")]
            for old in sorted(files, key=lambda file: file.stat().st_mtime)[:-MOST_KEPT]:
                old.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.pickle"
