"""Delete in time what people passed on, also when nobody passes anything on any more."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.passed import Queue

LOOK_EVERY_S = 60 * 60
"""Not once a day: a machine that sleeps at night would oversleep it."""


@contextlib.asynccontextmanager
async def purging(
    queue: Queue,
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    on_purged: Callable[[], None] = lambda: None,
) -> AsyncIterator[None]:
    """As long as the block lasts, delete what is too old; at the beginning and each hour.

    Args:
        queue: what people passed on.
        pause: waits so many seconds.
        on_purged: called each time.
    """

    async def purge() -> None:
        while True:
            await asyncio.to_thread(queue.purge)
            on_purged()
            await pause(LOOK_EVERY_S)

    task = asyncio.create_task(purge())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
