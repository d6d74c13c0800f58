"""The updates of one chat one after another, those of different chats side by side.

Thinking takes the processor, sending takes time: between the beginnings of two updates whatever has
arrived meanwhile is attended to. Else of a hundred people who ask at once nobody would hear
anything before the last answer was found. A few begin together, as thinking again at once is
cheaper.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
TOGETHER = 4
"""So many begin in one round of the event loop."""


class Lanes(Generic[T]):
    """A queue for each chat; it is there only while something is in it."""

    def __init__(self, work: Callable[[T], Awaitable[None]]) -> None:
        """No queues yet; `work` deals with one item and raises nothing."""
        self._work = work
        self._queues: dict[Hashable, deque[T]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_open = True
        self._beginning = asyncio.Semaphore(TOGETHER)
        self._idle = asyncio.Event()

    def put(self, key: Hashable, item: T) -> None:
        """Let an item be dealt with after all others of the same key."""
        if key in self._queues:
            self._queues[key].append(item)
            return
        self._queues[key] = deque([item])
        self._idle.clear()
        task = asyncio.create_task(self._run(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def rest(self, most_s: float) -> None:
        """Return when everything has been dealt with, or after so many seconds."""
        if self._queues:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(most_s):
                    await self._idle.wait()

    async def close(self, grace_s: float) -> None:
        """Begin nothing any more; what has begun gets so many seconds to end."""
        self._is_open = False
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, key: Hashable) -> None:
        queue = self._queues[key]
        try:
            while queue and self._is_open:
                async with self._beginning:
                    await asyncio.sleep(0)  # one round of the event loop
                if self._is_open:
                    await self._work(queue.popleft())
        finally:
            del self._queues[key]
            if not self._queues:
                self._idle.set()
