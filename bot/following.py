"""Follow the knowledge while it serves: what somebody saves is read, checked, learnt and reported.

The files are looked at five times a second: there are six of them, and unlike the notices of an
operating system that works on every disk, over a network, and however an editor saves.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.answering.answerer import Answerer
from bot.building import build_apart
from bot.errors import BotError, KnowledgeError, Problem
from bot.loading import SERVED, version
from bot.model import Version
from bot.settings import Settings

LOOK_EVERY_S = 0.2
"""Files that are the same at two looks have come to rest; many are often saved at once."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Learning:
    """A new state of the knowledge is being read, checked and learnt; the last one still serves."""

    version: Version


@dataclass(frozen=True, slots=True)
class Live:
    """A new state of the knowledge is ready to serve."""

    version: Version
    answerer: Answerer


@dataclass(frozen=True, slots=True)
class Refused:
    """A new state of the knowledge has faults; the last good one goes on serving."""

    version: Version
    problems: tuple[Problem, ...]


Change = Learning | Live | Refused
Listener = Callable[[Change], Awaitable[None]]


async def follow(
    settings: Settings,
    live: Answerer,
    on_change: Listener,
    changes: AsyncIterable[None] | None = None,
) -> None:
    """Report each new state of the knowledge folder until cancelled; never two at a time.

    What is saved while an earlier state is being learnt ends that and starts over.

    Args:
        settings: where the knowledge is and what its texts fill in.
        live: what serves now.
        on_change: awaited with `Learning`, and then with `Live` or `Refused`; cancelled when
            something newer has been saved meanwhile.
        changes: gives a sign when the files may have changed; None to look at them.
    """
    folder = settings.knowledge_dir
    latest = live.knowledge.version.fingerprint
    taking: asyncio.Task[None] | None = None

    async def take(saved: Version) -> None:
        nonlocal live
        await on_change(Learning(saved))
        try:
            live = await build_apart(settings, live)
        except BotError as error:
            await on_change(_refused(saved, folder, error))
        else:
            log.info("Knowledge %s serves from now on.", live.knowledge.version)
            await on_change(Live(live.knowledge.version, live))

    async with asyncio.TaskGroup() as group:
        async for _ in changes or looks(folder):
            saved = version(folder)
            if saved.fingerprint == latest:
                continue
            latest = saved.fingerprint
            if taking is not None:
                taking.cancel()
                await asyncio.wait([taking])
            taking = group.create_task(take(saved))


async def looks(
    folder: Path, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[None]:
    """Give a sign at the beginning, and whenever the files have changed and come to rest.

    Args:
        folder: the knowledge.
        pause: waits so many seconds.
    """
    told: list[object] = []
    before: list[object] = []
    while True:
        now = [_look(folder / name) for name in SERVED]
        if now == before != told:
            told = now
            yield
        before = now
        await pause(LOOK_EVERY_S)


def _look(path: Path) -> object:
    """What is different after a file was saved, whether in place or by renaming another to it."""
    try:
        found: os.stat_result = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _refused(saved: Version, folder: Path, error: BotError) -> Refused:
    """The faults as data, and logged."""
    unreadable = Problem(str(folder), 1, str(error), "unreadable")
    problems = error.problems if isinstance(error, KnowledgeError) else (unreadable,)
    for problem in problems:
        log.error("%s", problem)
    log.error("Knowledge %s is refused, the last good one goes on serving.", saved)
    return Refused(saved, problems)
