"""What chats remember between two messages: in memory only, half an hour, erased on demand."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from bot.answering.answerer import NOBODY
from bot.model import Context

KEPT_S = 30 * 60
MOST_CHATS = 50_000
"""Bound on memory; the longest silent chat is forgotten first."""


@dataclass(frozen=True, slots=True)
class _Kept:
    context: Context
    since: float
    reminded: float
    """When the reminder that is pending was called for."""


class Contexts:
    """The context of each person in each chat."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """No contexts yet; `clock` gives seconds that never go back."""
        self._clock = clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def of(self, key: Hashable) -> Context:
        """What is remembered: the last entry and a reminder, each for half an hour."""
        kept = self._kept.get(key)
        now = self._clock()
        if kept is None or now - kept.since >= KEPT_S:
            return NOBODY
        if now - kept.reminded >= KEPT_S:
            return replace(kept.context, reminder=None)
        return kept.context

    def keep(self, key: Hashable, context: Context) -> None:
        """Remember a context from now on, and forget what is too old."""
        now = self._clock()
        before = self._kept.get(key)
        is_same = before is not None and before.context.reminder is context.reminder
        self._kept[key] = _Kept(context, now, before.reminded if before and is_same else now)
        self._kept.move_to_end(key)
        while self._kept:
            oldest, kept = next(iter(self._kept.items()))
            if now - kept.since < KEPT_S and len(self._kept) <= MOST_CHATS:
                break
            del self._kept[oldest]

    def forget(self, key: Hashable) -> None:
        """Forget a context at once."""
        self._kept.pop(key, None)
