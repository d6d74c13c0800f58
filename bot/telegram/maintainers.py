"""The maintainers' chats (ADMIN_CHATS): new groups of questions reach them, with their buttons.

They also learn there of an edit that was refused, and when the knowledge is live again. All of it
happens beside the answering: who asks waits for none of it.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable
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
from bot.telegram.proposals import refused
from bot.telegram.sending import Place, edit_reply, send_reply
from bot.telegram.turn import Turn

MOST_A_DAY = 20
"""So many groups are announced within a day, lest a flood buries the chats."""
DAY_S = 24 * 3600.0
log = logging.getLogger(__name__)
T = TypeVar("T")


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
        self._desk = desk
        self._clock = clock
        self._lock = asyncio.Lock()
        self._woken = asyncio.Event()
        self._notices: deque[str] = deque()
        self._announced: deque[float] = deque(maxlen=MOST_A_DAY)
        self._is_refused = False

    def wake(self) -> None:
        """Something has been passed on."""
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

    async def pressed(self, turn: Turn) -> None:
        """Do what a button under a group says, in these chats only."""
        chat = turn.update.effective_chat
        if chat is None or chat.id not in self._chats:
            await turn.acknowledge("not_yours")
            return
        await turn.acknowledge()
        reply = await self._at_desk(partial(self._desk.press, turn.query.data or ""))
        await edit_reply(turn.place, [turn.pressed_under], reply)

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
                await self._announce(bot)
            except BotError as error:
                log.warning("What was passed on cannot be announced: %s", error)
            except Exception as error:  # whatever it was, the next one is announced
                log.error("What was passed on cannot be announced: %s", trace(error))
            await self._woken.wait()
            self._woken.clear()

    async def _announce(self, bot: Bot) -> None:
        """Show each new group once; who cannot be reached sees it in `python -m bot review`."""
        for group in await self._at_desk(self._desk.unannounced):
            full = len(self._announced) == MOST_A_DAY
            if full and self._clock() - self._announced[0] < DAY_S:
                log.info("More groups of questions wait: python -m bot review")
                return
            reply = await self._at_desk(partial(self._desk.shown, group))
            if await self._send(bot, reply):
                self._announced.append(self._clock())
                await self._at_desk(partial(self._desk.note_announced, group))

    async def _send(self, bot: Bot, reply: Reply) -> int:
        """Say something in every chat; returns how many could be reached."""
        reached = 0
        for number in self._chats:
            chat = Chat(number, Chat.PRIVATE if number > 0 else Chat.SUPERGROUP)
            chat.set_bot(bot)
            try:
                await send_reply(Place(chat), reply)
            except TelegramError as error:
                log.warning("A chat in ADMIN_CHATS cannot be reached: %s", error.message)
            else:
                reached += 1
        return reached

    async def _at_desk(self, act: Callable[[], T]) -> T:
        """Do something with the groups in a thread, one after another."""
        async with self._lock:
            return await asyncio.to_thread(act)


def _reply(html: str) -> Reply:
    return Reply((Block("text", html),))
