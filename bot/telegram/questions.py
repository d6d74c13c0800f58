"""The words of questions that could still be passed on: in memory only, for half an hour."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from bot.passed import Queue
from bot.telegram.contexts import KEPT_S

MOST_QUESTIONS = 1_000
"""Bound on memory; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked, and the entries that were answered or offered."""

    text: str
    entries: tuple[str, ...] = ()


class Questions:
    """What each reply of the bot was asked, by the number of the message with its buttons."""

    def __init__(
        self,
        clock: Callable[[], float],
        later: Callable[[float, Callable[[], None]], object],
    ) -> None:
        """No questions yet.

        Args:
            clock: gives seconds that never go back.
            later: calls something after so many seconds; so what is too old is gone in time, even
                when nobody writes any more.
        """
        self._clock = clock
        self._later = later
        self._kept: OrderedDict[tuple[Hashable, int], tuple[Asked, float]] = OrderedDict()
        self._is_planned = False

    def keep(self, key: Hashable, message: int, asked: Asked | None) -> None:
        """Remember what a reply was asked, in place of what is remembered; None: nothing."""
        self._kept.pop((key, message), None)
        if asked is None:
            return
        self._kept[key, message] = asked, self._clock()
        while len(self._kept) > MOST_QUESTIONS:
            self._kept.popitem(last=False)
        if not self._is_planned:
            self._is_planned = True
            self._later(KEPT_S, self._drop_old)

    def of(self, key: Hashable, message: int) -> Asked | None:
        """What a reply was asked; None when that is not remembered any more."""
        asked, since = self._kept.get((key, message), (None, 0.0))
        return asked if self._clock() - since < KEPT_S else None

    def forget(self, key: Hashable) -> None:
        """Forget everything that somebody asked in a chat, at once."""
        for kept in [kept for kept in self._kept if kept[0] == key]:
            del self._kept[kept]

    def _drop_old(self) -> None:
        now = self._clock()
        while self._kept:
            oldest, (_, since) = next(iter(self._kept.items()))
            if now - since < KEPT_S:
                self._later(since + KEPT_S - now, self._drop_old)
                return
            del self._kept[oldest]
        self._is_planned = False


@dataclass(frozen=True, slots=True)
class Passing:
    """How questions are passed on to the maintainers."""

    queue: Queue
    questions: Questions
    is_offered: bool = True
    """Whether the operator lets people do that; what was passed on can be taken back anyhow."""
    on_change: Callable[[], None] = lambda: None
    """Called when a question was passed on or taken back."""
