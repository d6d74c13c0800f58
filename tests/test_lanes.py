"""One chat after another within, side by side without."""

import asyncio

from offline_chat import in_loop

from bot.telegram.lanes import TOGETHER, Lanes


class Work:
    """Notes what was done; an item waits until somebody opens its door."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self.doors: dict[str, asyncio.Event] = {}

    async def __call__(self, item: str) -> None:
        """Deal with an item."""
        self.begun.append(item)
        if item in self.doors:
            await self.doors[item].wait()
        self.done.append(item)

    def close(self, item: str) -> None:
        """Let an item wait."""
        self.doors[item] = asyncio.Event()


@in_loop
async def test_a_slow_chat_blocks_no_other_and_keeps_its_order():
    """What comes later in the same chat waits, what comes in another does not."""
    work = Work()
    work.close("a1")
    lanes = Lanes(work)
    for item in ("a1", "a2", "b1", "b2"):
        lanes.put(item[0], item)

    async with asyncio.timeout(60):
        while "b2" not in work.done:  # noqa: ASYNC110 - it wakes nobody
            await asyncio.sleep(0)
    await lanes.rest(0.01)
    assert work.done == ["b1", "b2"]

    work.doors["a1"].set()
    await lanes.rest(60)
    assert work.done == ["b1", "b2", "a1", "a2"]


@in_loop
async def test_at_the_end_what_has_begun_may_end_and_nothing_begins():
    """The rest is fetched again by the next process."""
    work = Work()
    work.close("a1")
    lanes = Lanes(work)
    lanes.put("a", "a1")
    lanes.put("a", "a2")
    await asyncio.sleep(0)

    closing = asyncio.create_task(lanes.close(60))
    await asyncio.sleep(0)
    work.doors["a1"].set()
    await closing

    assert (work.begun, work.done) == (["a1"], ["a1"])


@in_loop
async def test_at_the_end_what_takes_too_long_is_given_up():
    """The process ends in time, and the update is not done."""
    work = Work()
    work.close("a1")
    lanes = Lanes(work)
    lanes.put("a", "a1")
    await asyncio.sleep(0)

    await lanes.close(0.01)

    assert work.done == []


@in_loop
async def test_nothing_to_do_is_no_reason_to_rest():
    """Nobody waits for an empty room."""
    async with asyncio.timeout(60):
        await Lanes(Work()).rest(1000)
        await Lanes(Work()).close(1000)


@in_loop
async def test_what_is_ready_goes_out_before_the_next_begins():
    """Of many who ask at once the first has an answer before the last is thought about."""
    told: list[str] = []

    async def work(item: str) -> None:
        told.append(f"think {item}")
        asyncio.get_running_loop().call_soon(told.append, f"send {item}")

    lanes = Lanes(work)
    for number in range(3 * TOGETHER):
        lanes.put(number, str(number))
    await lanes.rest(60)

    assert len(told) == 6 * TOGETHER
    for first in range(0, len(told), 2 * TOGETHER):
        begun, sent = told[first : first + TOGETHER], told[first + TOGETHER : first + 2 * TOGETHER]
        assert sent == [item.replace("think", "send") for item in begun]
