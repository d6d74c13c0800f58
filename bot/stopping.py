"""What Ctrl-C and SIGTERM do to something that runs in an event loop."""

import asyncio
import contextlib
import signal
from collections.abc import Callable


def on_stop(act: Callable[[], object]) -> None:
    """Call this when the process is told to stop, wherever the running event loop is just then.

    Where there are no such handlers (on Windows, in a thread) `main` ends the process instead.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(number, act)


def cancel_on_stop() -> None:
    """Let the running task be cancelled when the process is told to stop."""
    if task := asyncio.current_task():
        on_stop(task.cancel)
