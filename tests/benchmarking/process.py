"""Talks to a rival in its process: one request a line, one reply a line (see `rivals/talk.py`)."""

import json
import os
import subprocess
import tempfile
from typing import Any, Self

from benchmarking.environments import MissingError

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
SETTINGS = {
    **dict.fromkeys(THREADS, "1"),
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "PYTHONHASHSEED": "0",
}
"""One thread, no network, the same order each time."""


class Process:
    """A running rival; use it in a `with`."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    def __enter__(self) -> Self:
        # A file, not a pipe: a pipe that nobody reads stops who writes much into it.
        self._errors = tempfile.TemporaryFile("w+")
        self._running = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, **SETTINGS},
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._running.kill()
        self._running.communicate()
        self._errors.close()

    def ask(self, request: str, argument: object = None) -> Any:
        """The reply to a request.

        Raises:
            MissingError: the process ended instead.
        """
        stdin, stdout = self._running.stdin, self._running.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps({request: argument}) + "\n")
            stdin.flush()
        except BrokenPipeError:
            pass
        line = stdout.readline()
        if not line:
            raise MissingError(f"ended at {request!r}: {self._last_words()}")
        return json.loads(line)

    def _last_words(self) -> str:
        self._running.wait()
        self._errors.seek(0)
        return (self._errors.read().strip() or "without a word").splitlines()[-1]
