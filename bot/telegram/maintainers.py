"""The maintainers' chats (ADMIN_CHATS): new groups of questions reach them, with their buttons.

They also learn there of an edit that was refused, and when the knowledge is live again. All of it
happens beside the answering: who asks waits for none of it. The words of a question that was taken
back or deleted go from these chats as well, as far as it is known which messages have them: that is
held in memory only, as no number of a chat or message is ever written to disk.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from telegram import Bot, Chat
from telegram.error import TelegramError

from bot.errors import BotError
from bot.following import Change, Live, Refused
from bot.logs import trace
from bot.model import Block, Reply
from bot.settings import Settings
from bot.telegram.desk import Desk
from bot.telegram.proposals import BACK, GONE, MOVED, data, group_of, refused
from bot.telegram.sending import Place, edit_reply, is_edited, send_reply
from bot.telegram.turn import Turn

MOST_A_DAY = 20
"""So many groups are announced within a day, lest a flood buries the chats."""
DAY_S = 24 * 3600.0
log = logging.getLogger(__name__)
T = TypeVar("T")
Receipts = frozenset[str]
"""What names questions."""
NONE: Receipts = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """A group of questions stands in a chat."""

    place: Place
    numbers: Sequence[int]
    """Its messages; the buttons are under the last one."""
    group: str
    receipts: Receipts
    """The questions whose words may stand there."""

    @property
    def key(self) -> tuple[int, int]:
        """The chat and the message with the buttons."""
        return self.place.chat.id, self.numbers[-1]


class Maintainers:
    """Speaks to the maintainers, and does what they press."""

    def __init__(self, settings: Settings, desk: Desk, clock: Callable[[], float]) -> None:
        """Nobody has been told anything yet.

        Args:
            settings: name the chats.
            desk: where the groups lie.
            clock: seconds that never go back.
        """
        self._chats = settings.admin_chats
        self._moves: dict[int, int] = {}
        """The new numbers of those that have become supergroups, by the old ones."""
        self._desk = desk
        self._clock = clock
        self._lock = asyncio.Lock()
        self._woken = asyncio.Event()
        self._notices: deque[str] = deque()
        self._announced: deque[float] = deque(maxlen=MOST_A_DAY)
        self._is_refused = False
        self._shown: dict[tuple[int, int], Shown] = {}

    def wake(self) -> None:
        """Something has been passed on, taken back or deleted."""
        self._woken.set()

    async def note(self, change: Change) -> None:
        """Tell of an edit that was refused, and that the knowledge is live after one."""
        if isinstance(change, Refused):
            told = refused([str(problem) for problem in change.problems])
            self._notices.append(
                "<b>What was saved is not taken over</b>; the last good knowledge goes on "
                f"answering.\n{told}"
            )
        elif isinstance(change, Live) and self._is_refused:
            self._notices.append(f"Live again: {change.version}.")
        if isinstance(change, Refused | Live):
            self._is_refused = isinstance(change, Refused)
        self._woken.set()

    def moved(self, old: int, new: int) -> None:
        """A group has another number: go on there, if it is one of these, and tell."""
        if old not in self._chats:
            return
        self._chats = tuple(new if number == old else number for number in self._chats)
        self._moves[old] = new
        for key in [key for key in self._shown if key[0] == old]:
            del self._shown[key]
        self._notices.append(MOVED.format(old=old, new=new))
        self._woken.set()

    async def pressed(self, turn: Turn) -> None:
        """Do what a button under a group says, in these chats only."""
        chat = turn.update.effective_chat
        if chat is None or self._moves.get(chat.id, chat.id) not in self._chats:
            await turn.acknowledge("not_yours")
            return
        await turn.acknowledge()
        shown = self._shown.get((chat.id, turn.pressed_under))
        numbers = shown.numbers if shown else [turn.pressed_under]
        place = replace(turn.place, on_moved=partial(self.moved, chat.id))
        await self._show(self._now(place), numbers, turn.query.data or "")
        self.wake()  # something may have been taken back while it was shown

    @contextlib.asynccontextmanager
    async def attended(self, bot: Bot) -> AsyncIterator[None]:
        """As long as the block lasts, what is new reaches the chats."""
        task = asyncio.create_task(self._attend(bot))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _attend(self, bot: Bot) -> None:
        while True:
            try:
                while self._notices:
                    await self._send(bot, _reply(self._notices.popleft()))
                await self._withdraw()
                await self._announce(bot)
            except BotError as error:
                log.warning("What was passed on cannot be announced: %s", error)
            except Exception as error:  # whatever it was, the next one is announced
                log.error("What was passed on cannot be announced: %s", trace(error))
            await self._woken.wait()
            self._woken.clear()

    async def _announce(self, bot: Bot) -> None:
        """Show each new group once; who cannot be reached sees it in `python -m bot review`.

        They are looked up anew each time: the next one may have been taken back meanwhile. What
        reached nobody ends it, as the others would not either.
        """
        while groups := await self._at_desk(self._desk.unannounced):
            group = groups[0]
            full = len(self._announced) == MOST_A_DAY
            if full and self._clock() - self._announced[0] < DAY_S:
                log.info("More groups of questions wait: python -m bot review")
                return
            reply = await self._at_desk(partial(self._desk.shown, group))
            reached = await self._send(bot, reply)
            if not reached:
                return
            for place, numbers in reached:
                receipts = frozenset(question.receipt for question in group.questions)
                self._note(Shown(place, numbers, group.id, receipts))
            self._announced.append(self._clock())
            await self._at_desk(partial(self._desk.note_announced, group))

    async def _withdraw(self) -> None:
        """Take the words of what was taken back or deleted out of the chats."""
        standing = await self._at_desk(self._desk.standing) if self._shown else {}
        for shown in list(self._shown.values()):
            if shown.receipts <= standing.get(shown.group, NONE):
                continue
            try:
                await self._replace(shown, standing)
            except TelegramError as error:  # it is tried again when something happens next
                log.warning("Words are still in a chat in ADMIN_CHATS: %s", type(error).__name__)
            else:
                if self._shown.get(shown.key) is shown:
                    del self._shown[shown.key]

    async def _replace(self, shown: Shown, standing: Mapping[str, Receipts]) -> None:
        """Put what is left of a group in its place: first all words go, whatever comes then.

        A message that cannot be edited is not there any more; none is sent instead.
        """
        there = [n for n in shown.numbers if await is_edited(shown.place, n, GONE, ())]
        if there and shown.group in standing:
            await self._show(shown.place, there, data(BACK, shown.group))

    async def _show(self, place: Place, numbers: Sequence[int], pressed: str) -> None:
        """Do what a button says, and put what it leads to in place of these messages."""
        group = group_of(pressed)

        def press() -> tuple[Reply, Receipts]:
            before = self._desk.receipts(group)
            return self._desk.press(pressed), before | self._desk.receipts(group)

        reply, receipts = await self._at_desk(press)
        now = await edit_reply(place, numbers, reply)
        self._shown.pop((place.chat.id, numbers[-1]), None)
        self._note(Shown(self._now(place), now, group, receipts))

    def _note(self, shown: Shown) -> None:
        """Remember where words stand."""
        if shown.receipts:
            self._shown[shown.key] = shown

    async def _send(self, bot: Bot, reply: Reply) -> list[tuple[Place, list[int]]]:
        """Say something in every chat; returns where it stands in those that were reached."""
        reached = []
        for number in self._chats:
            place = self._place(bot, number)
            try:
                numbers = await send_reply(place, reply)
            except TelegramError as error:
                log.warning("A chat in ADMIN_CHATS cannot be reached: %s", error.message)
            else:
                reached.append((self._now(place), numbers))
        return reached

    def _place(self, bot: Bot, number: int) -> Place:
        chat = Chat(number, Chat.PRIVATE if number > 0 else Chat.SUPERGROUP)
        chat.set_bot(bot)
        return Place(chat, on_moved=partial(self.moved, number))

    def _now(self, place: Place) -> Place:
        """The same place, if its group has moved where it is now."""
        new = self._moves.get(place.chat.id)
        return replace(self._place(place.chat.get_bot(), new), topic=place.topic) if new else place

    async def _at_desk(self, act: Callable[[], T]) -> T:
        """Do something with the groups in a thread, one after another."""
        async with self._lock:
            return await asyncio.to_thread(act)


def _reply(html: str) -> Reply:
    return Reply((Block("text", html),))
