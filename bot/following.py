"""Follow the knowledge while it serves: what somebody saves is read, checked, learnt and reported.

What can be taken into what was learnt before is served at once, provisionally, and learnt to the
end meanwhile; the same files give the same answers then, whatever was saved on the way.

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
from bot.building import build_kept, check_apart, learn_apart, revised
from bot.errors import BotError, KnowledgeError, Problem
from bot.loading import SERVED, Checked, version
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
    """A new state of the knowledge is ready to serve; once more when it is learnt to the end."""

    version: Version
    """Says whether it is provisional."""
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
    taker = _Taker(settings, live, on_change)
    latest = live.knowledge.version.fingerprint
    taking: asyncio.Task[None] | None = None
    async with asyncio.TaskGroup() as group:
        async for _ in changes or looks(settings.knowledge_dir):
            saved = version(settings.knowledge_dir)
            if saved.fingerprint == latest:
                continue
            latest = saved.fingerprint
            if taking is not None:
                taking.cancel()
                await asyncio.wait([taking])
            taking = group.create_task(taker.take(saved))


class _Taker:
    """Takes over what was saved, or goes on with the last good state."""

    def __init__(self, settings: Settings, live: Answerer, report: Listener) -> None:
        self._settings = settings
        self._report = report
        self._learnt = live
        """The last state that was learnt to the end; edits are taken into it."""
        self._owed: Checked | None = None
        """The last good state, while it is still to be learnt; it may serve provisionally."""

    async def take(self, saved: Version) -> None:
        """Report what comes of a saved state; after one with faults the last good one is learnt."""
        await self._report(Learning(saved))
        kept: Answerer | None = None
        try:
            kept = await asyncio.to_thread(build_kept, self._settings, self._learnt)
            if kept is None:
                await self._check()
        except BotError as error:
            await self._report(_refused(saved, self._settings, error))
        try:
            if kept is not None:
                await self._serve(kept)
            elif self._owed is not None:
                await self._serve(await learn_apart(self._settings, self._owed, self._learnt))
        except BotError as error:
            await self._report(_refused(saved, self._settings, error))

    async def _check(self) -> None:
        """Serve what was saved provisionally, if it is in order and that is possible."""
        self._owed = await check_apart(self._settings, self._learnt)
        found = await asyncio.to_thread(revised, self._settings, self._learnt, self._owed)
        if found is not None and found.knowledge.version.is_provisional:
            log.info("Knowledge %s serves from now on.", found.knowledge.version)
            await self._report(Live(found.knowledge.version, found))

    async def _serve(self, found: Answerer) -> None:
        self._learnt, self._owed = found, None
        log.info("Knowledge %s serves from now on.", found.knowledge.version)
        await self._report(Live(found.knowledge.version, found))


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


def _refused(saved: Version, settings: Settings, error: BotError) -> Refused:
    """The faults as data, and logged."""
    unreadable = Problem(str(settings.knowledge_dir), 1, str(error), "unreadable")
    problems = error.problems if isinstance(error, KnowledgeError) else (unreadable,)
    for problem in problems:
        log.error("%s", problem)
    log.error("Knowledge %s is refused, the last good one goes on serving.", saved)
    return Refused(saved, problems)
