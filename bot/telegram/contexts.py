"""What chats remember between two messages: in memory only, half an hour, erased on demand."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from bot.answering.answerer import NOBODY
from bot.model import Context

KEPT_S = 30 * 60
MOST_CHATS = 50_000
"""Bound on memory; the longest silent chat is forgotten first."""
MOST_REPLIES = 10
"""So many of the newest replies of a chat can still be changed when their question is edited."""


@dataclass(frozen=True, slots=True)
class _Kept:
    context: Context
    since: float
    reminded: float
    """When the reminder that is pending was called for."""
    replies: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """Number of a question's message -> those of the messages that answered it."""


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
        reminded = before.reminded if before and is_same else now
        self._kept[key] = _Kept(context, now, reminded, before.replies if before else {})
        self._kept.move_to_end(key)
        while self._kept:
            oldest, kept = next(iter(self._kept.items()))
            if now - kept.since < KEPT_S and len(self._kept) <= MOST_CHATS:
                break
            del self._kept[oldest]

    def keep_reply(self, key: Hashable, question: int, answers: Sequence[int]) -> None:
        """Remember which messages answered a question, as long as its context is remembered."""
        kept = self._kept.get(key)
        if kept is not None:
            older = {n: ids for n, ids in kept.replies.items() if n != question}
            newest = islice(older.items(), max(0, len(older) - MOST_REPLIES + 1), None)
            self._kept[key] = replace(kept, replies={**dict(newest), question: tuple(answers)})

    def replies_to(self, key: Hashable, question: int) -> tuple[int, ...]:
        """The messages that answered a question; empty when that is not remembered."""
        kept = self._kept.get(key)
        if kept is None or self._clock() - kept.since >= KEPT_S:
            return ()
        return kept.replies.get(question, ())

    def forget(self, key: Hashable) -> None:
        """Forget a context at once."""
        self._kept.pop(key, None)
