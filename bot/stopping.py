"""What Ctrl-C and SIGTERM do to something that runs in an event loop."""

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable


def on_stop(act: Callable[[], object]) -> None:
    """Call this when the process is told to stop, wherever the running event loop is just then.

    Where there are no such handlers (on Windows, in a thread) `main` ends the process instead.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            asyncio.get_running_loop().add_signal_handler(number, act)


def cancel_on_stop(most_s: float | None = None) -> None:
    """Let the running task be cancelled when the process is told to stop.

    Args:
        most_s: seconds after which the process ends in any case, with 0: the look-up of a name,
            for instance, holds on to it until the network answers. None to wait for that.
    """
    task = asyncio.current_task()

    def stop() -> None:
        if task:
            task.cancel()
        if most_s is not None:
            last = threading.Timer(most_s, os._exit, (0,))
            last.daemon = True
            last.start()

    on_stop(stop)
