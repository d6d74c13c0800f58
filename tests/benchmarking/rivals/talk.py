"""A matcher in a process of its own: `python talk.py MODULE.py CLASS`, JSON lines in and out.

Runs inside the environment of the rival, so it needs nothing but the standard library, and imports
the rival only after it has looked at the memory. The class is made from
`(entries: {id: [phrasings]}, none: [counter-examples], groups: [[words that mean the same]])` and
has `rank(text) -> [(id, confidence), ...]`, best first, without the counter-examples. It may have
`answer(text)`, the call that is timed when `rank` does more than a user of it would ask for, and
`limits`, its own.
"""

import importlib.metadata
import json
import os
import pickle
import re
import sys
import time
from pathlib import Path

MOST = 4
"""Entries that are given back: as many as are ever offered."""


def resident() -> int | None:
    """Resident memory of this process in bytes; None where the system does not tell."""
    status = Path("/proc/self/statm")
    return (
        int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if status.exists() else None
    )


def packages(names: list[str]) -> dict[str, tuple[str, int]]:
    """Version and size in bytes of the packages and of all that they need and is installed."""
    found: dict[str, tuple[str, int]] = {}
    waiting = list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", re.split(r"[\s;<>=!~\[(]", waiting.pop())[0].lower())
        if name in found:
            continue
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        files = [Path(str(package.locate_file(file))) for file in package.files or ()]
        size = sum(file.stat().st_size for file in files if file.exists())
        found[name] = (package.version, size)
        waiting += [need for need in package.requires or () if "extra ==" not in need]
    return found


class Talk:
    """Carries out the requests; each method is one, its result the reply."""

    def __init__(self, kind: type, before: int | None) -> None:
        self.kind = kind
        self.before = before
        self.matcher = None

    def fit(self, lesson: dict) -> float:
        """Seconds that the fit took."""
        start = time.perf_counter()
        self.matcher = self.kind(**lesson)
        return time.perf_counter() - start

    def rank(self, texts: list[str]) -> list:
        """The best entries for each text, with their confidence."""
        return [self.matcher.rank(text)[:MOST] for text in texts]

    def time(self, texts: list[str]) -> list[float]:
        """Microseconds of each answer."""
        ask = getattr(self.matcher, "answer", self.matcher.rank)
        found = []
        for text in texts:
            start = time.perf_counter_ns()
            ask(text)
            found.append((time.perf_counter_ns() - start) / 1e3)
        return found

    def limits(self, _: None) -> dict | None:
        """The matcher's own limits, if it has any."""
        return getattr(self.matcher, "limits", None)

    def keep(self, path: str) -> int:
        """Bytes of the matcher as kept on disk."""
        return Path(path).write_bytes(pickle.dumps(self.matcher, pickle.HIGHEST_PROTOCOL))

    def load(self, path: str) -> None:
        """Take up a matcher that was kept; the file is the benchmark's own."""
        self.matcher = pickle.loads(Path(path).read_bytes())

    def memory(self, _: None) -> int | None:
        """Bytes of resident memory that the matcher and all that it imports added."""
        now = resident()
        return None if now is None or self.before is None else now - self.before

    def packages(self, names: list[str]) -> dict[str, tuple[str, int]]:
        """See `packages`."""
        return packages(names)


def main(module: str, kind: str) -> None:
    """Serve requests until standard input ends."""
    before = resident()
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not get between the replies
    sys.path.insert(0, str(Path(module).parent))
    talk = Talk(getattr(importlib.import_module(Path(module).stem), kind), before)
    for line in sys.stdin:
        ((request, argument),) = json.loads(line).items()
        print(json.dumps(getattr(talk, request)(argument)), file=replies, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
