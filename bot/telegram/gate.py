"""Who has to wait: one person's flood slows that person only, and old questions do not pile up.

Nothing that calls for a safety card is ever passed over.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from telegram import Chat, Message, Update

AT_ONCE = 30
"""So many updates of one person are dealt with as they come ..."""
EVERY_S = 0.5
"""... and then one in this time; Telegram itself takes about one message a second in a chat."""
MOST_WAITING = 10
"""So many updates may wait for that, of all people together: Telegram gives only the hundred that
follow the oldest one that waits, so that a long flood would keep everybody else's out. What is more
is passed over."""
MOST_LATE = 3
"""So many late questions of a chat are answered."""
LATE_TOGETHER_S = 600.0
"""Late questions that come within this time are of one absence."""


@dataclass(frozen=True, slots=True)
class Pass:
    """The update is dealt with, not before this time."""

    not_before: float


@dataclass(frozen=True, slots=True)
class Skip:
    """The update is passed over; `why` is the text that says so, empty when it was said already."""

    why: str


Verdict = Pass | Skip
NOW = Pass(0.0)


class Lateness:
    """Which messages have waited too long, by the time that Telegram told last.

    So a clock of this machine that is wrong, or jumps, does no harm.
    """

    def __init__(
        self,
        most_s: float,
        clock: Callable[[], float],
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Go by the time of this machine until Telegram tells another.

        Args:
            most_s: how many seconds are not too long.
            clock: seconds that never go back.
            wall: seconds since 1970, as this machine believes.
        """
        self._most_s = most_s
        self._clock = clock
        self._ahead = wall() - clock()

    def note(self, now_s: float) -> None:
        """Telegram has just said what time it is, in seconds since 1970."""
        self._ahead = now_s - self._clock()

    def __call__(self, message: Message) -> bool:
        """Whether a message has waited too long."""
        return self._clock() + self._ahead - message.date.timestamp() > self._most_s


@dataclass(slots=True)
class _Flood:
    """One person who writes too fast."""

    due: float = 0.0
    """When the next update would come if this person had kept to the pace."""
    is_told: bool = False
    cards: set[str] = field(default_factory=set)
    """Cards that were shown all the same."""


@dataclass(slots=True)
class _Absence:
    """One chat that wrote while the bot was away."""

    until: float = 0.0
    answered: int = 0
    is_told: bool = False
    cards: set[str] = field(default_factory=set)


class Gate:
    """Looks at every update before it is dealt with."""

    def __init__(
        self,
        clock: Callable[[], float],
        is_late: Callable[[Message], bool],
        card: Callable[[str], str],
    ) -> None:
        """Nobody has written yet.

        Args:
            clock: seconds that never go back.
            is_late: whether a message has waited too long.
            card: the safety card that a text calls for in full, empty if none.
        """
        self._clock = clock
        self._is_late = is_late
        self._card = card
        self._floods: defaultdict[Hashable, _Flood] = defaultdict(_Flood)
        self._absences: defaultdict[Hashable, _Absence] = defaultdict(_Absence)
        self._tidied = 0.0
        """When those who keep to the pace were forgotten last."""

    def judge(self, update: Update) -> Verdict:
        """Whether and when an update is to be dealt with; one that speaks to the bot."""
        message = update.message
        if message and self._is_late(message):
            verdict = self._after_absence(message)
            if isinstance(verdict, Skip):
                return verdict
        return self._paced(update)

    def _after_absence(self, message: Message) -> Verdict:
        now = self._clock()
        if message.chat_id not in self._absences:
            left = {k: a for k, a in self._absences.items() if a.until > now}
            self._absences = defaultdict(_Absence, left)
        absence = self._absences[message.chat_id]
        if absence.until <= now:
            self._absences[message.chat_id] = absence = _Absence()
        absence.until = now + LATE_TOGETHER_S
        absence.answered += 1
        if absence.answered <= MOST_LATE or self._is_alarming(message, absence.cards):
            return NOW
        is_told, absence.is_told = absence.is_told, True
        return Skip("" if is_told else "late_too_many")

    def _paced(self, update: Update) -> Verdict:
        """The generic cell rate algorithm (ITU-T I.371): a pace, with room for a burst."""
        # Whoever writes for a group or channel is not the one user behind whom Telegram hides all.
        person, now = update.effective_sender, self._clock()
        if person is None:
            return NOW
        if person.id not in self._floods and now >= self._tidied + EVERY_S:
            self._tidied = now
            self._floods = defaultdict(
                _Flood, {k: f for k, f in self._floods.items() if f.due > now}
            )
        flood = self._floods[person.id]
        if flood.due <= now:
            flood.is_told, flood.cards = False, set()
        due = max(flood.due, now)
        wait_s = due - (AT_ONCE - 1) * EVERY_S - now
        # Who was told stays outside until all is quiet: else the flood would fill each place anew.
        is_soon = wait_s <= 0 or wait_s <= self._longest_wait_s(update, now)
        if is_soon and not flood.is_told:
            flood.due = due + EVERY_S
            return Pass(now + wait_s) if wait_s > 0 else NOW
        written = update.message or update.edited_message
        if written and self._is_alarming(written, flood.cards):
            return NOW
        if flood.is_told or not update.message:
            return Skip("")
        flood.is_told = True
        return Skip("too_fast")

    def _longest_wait_s(self, update: Update, now: float) -> float:
        """In a group nobody waits, as the others' updates there would wait as well."""
        chat = update.effective_chat
        if chat is None or chat.type != Chat.PRIVATE:
            return 0.0
        hurried = sum(flood.due - AT_ONCE * EVERY_S > now for flood in self._floods.values())
        return MOST_WAITING / max(1, hurried) * EVERY_S

    def _is_alarming(self, message: Message, shown: set[str]) -> bool:
        """Whether a message calls for a card that was not shown since the waiting began."""
        card = self._card(message.text or message.caption or "")
        if not card or card in shown:
            return False
        shown.add(card)
        return True
