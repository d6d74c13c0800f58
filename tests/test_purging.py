"""What people passed on is deleted in time, whether or not anything else happens."""

import asyncio
from datetime import date, timedelta

from bot.passed import FILE, KEPT_DAYS, Kept, Queue, TakenBack
from bot.telegram.purging import purging


def test_it_is_deleted_while_the_bot_serves(tmp_path):
    """A day too early it is still there; a day later it is gone, without anybody's doing."""
    days = [date(2026, 11, 24)]
    queue = Queue(tmp_path / FILE, lambda: days[-1])
    kept = queue.pass_on("does it hurt")
    assert isinstance(kept, Kept)
    seen = []

    async def pause(_):
        seen.append(b"does it hurt" in queue.path.read_bytes())
        days.append(days[0] + timedelta(days=KEPT_DAYS + len(seen) - 1))
        if len(seen) == 3:
            asleep.set()
            await asyncio.Event().wait()

    async def serve():
        async with purging(queue, pause):
            await asleep.wait()

    asleep = asyncio.Event()
    asyncio.run(asyncio.wait_for(serve(), 60))

    assert seen == [True, True, False]
    assert queue.take_back(kept.receipt) is TakenBack.NOT_THERE
