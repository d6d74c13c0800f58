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
Key = tuple[int, int]
"""A chat, and a person in it."""
MOST_REPLIES = 10
"""So many of the newest replies of a chat can still be changed when their question is edited."""


@dataclass(frozen=True, slots=True)
class _Reply:
    messages: tuple[int, ...]
    since: float


@dataclass(frozen=True, slots=True)
class _Kept:
    touched: float
    """When something of it was remembered last."""
    context: Context = NOBODY
    since: float = 0.0
    """From when on the context is remembered."""
    reminded: float = 0.0
    """When the reminder that is pending was called for."""
    replies: Mapping[int, _Reply] = field(default_factory=dict)
    """By the number of the question's message."""
    newest: Hashable = None
    """What `is_new` was asked about last."""


class Contexts:
    """The context of each person in each chat."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """No contexts yet; `clock` gives seconds that never go back."""
        self._clock = clock
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()

    def of(self, key: Key) -> Context:
        """What is remembered: the last entry and a reminder, each for half an hour."""
        kept = self._kept.get(key)
        now = self._clock()
        if kept is None or now - kept.since >= KEPT_S:
            return NOBODY
        if now - kept.reminded >= KEPT_S:
            return replace(kept.context, reminder=None)
        return kept.context

    def keep(self, key: Key, context: Context) -> None:
        """Remember a context from now on."""
        now = self._clock()
        before = self._at(key)
        is_same = before.context.reminder is context.reminder
        reminded = before.reminded if is_same else now
        self._put(key, replace(before, context=context, since=now, reminded=reminded))

    def keep_reply(self, key: Key, question: int, answers: Sequence[int]) -> None:
        """Remember for half an hour which messages answered a question."""
        kept = self._at(key)
        older = {n: reply for n, reply in kept.replies.items() if n != question}
        newest = islice(older.items(), max(0, len(older) - MOST_REPLIES + 1), None)
        reply = _Reply(tuple(answers), self._clock())
        self._put(key, replace(kept, replies={**dict(newest), question: reply}))

    def replies_to(self, key: Key, question: int) -> tuple[int, ...]:
        """The messages that answered a question; empty when that is not remembered."""
        kept = self._kept.get(key)
        reply = kept.replies.get(question) if kept else None
        if reply is None or self._clock() - reply.since >= KEPT_S:
            return ()
        return reply.messages

    def is_new(self, key: Key, what: Hashable) -> bool:
        """Whether this is not what it was asked about just before: for what comes in many pieces
        (an album) or twice (a double tap)."""
        kept = self._at(key)
        self._put(key, replace(kept, newest=what))
        return kept.newest != what

    def forget(self, key: Key) -> None:
        """Forget all that is remembered of a person in a chat, at once."""
        self._kept.pop(key, None)

    def move(self, old: int, new: int) -> None:
        """A group goes on under another number; its messages are numbered anew there."""
        for key in [key for key in self._kept if key[0] == old]:
            kept = self._kept.pop(key, None)
            if kept and (new, key[1]) not in self._kept:
                self._put((new, key[1]), replace(kept, replies={}, newest=None))

    def _at(self, key: Key) -> _Kept:
        return self._kept.get(key) or _Kept(self._clock(), since=self._clock() - KEPT_S)

    def _put(self, key: Key, kept: _Kept) -> None:
        """Remember this, and forget what is too old."""
        now = self._clock()
        self._kept[key] = replace(kept, touched=now)
        self._kept.move_to_end(key)
        while self._kept:
            oldest, kept = next(iter(self._kept.items()))
            if now - kept.touched < KEPT_S and len(self._kept) <= MOST_CHATS:
                break
            del self._kept[oldest]
