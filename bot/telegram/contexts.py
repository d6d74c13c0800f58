"""What chats remember between two messages: in memory only, half an hour, erased on demand."""

from collections import OrderedDict
from collections.abc import Callable, Hashable

from bot.answering.answerer import NOBODY
from bot.model import Context

KEPT_S = 30 * 60
MOST_CHATS = 50_000
"""Bound on memory; the longest silent chat is forgotten first."""


class Contexts:
    """The context of each person in each chat."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """No contexts yet; `clock` gives seconds that never go back."""
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, Context]] = OrderedDict()

    def of(self, key: Hashable) -> Context:
        """What is remembered; an empty context after half an hour."""
        since, context = self._kept.get(key, (0.0, NOBODY))
        return context if self._clock() - since < KEPT_S else NOBODY

    def keep(self, key: Hashable, context: Context) -> None:
        """Remember a context from now on, and forget what is too old."""
        now = self._clock()
        self._kept[key] = (now, context)
        self._kept.move_to_end(key)
        while self._kept:
            oldest, (since, _) = next(iter(self._kept.items()))
            if now - since < KEPT_S and len(self._kept) <= MOST_CHATS:
                break
            del self._kept[oldest]

    def forget(self, key: Hashable) -> None:
        """Forget a context at once."""
        self._kept.pop(key, None)
