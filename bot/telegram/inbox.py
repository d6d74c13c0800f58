"""From an update that was fetched to one that is dealt with: in order, at its pace, never lost."""

import asyncio
import re
from collections.abc import Callable, Hashable

from telegram import Chat, Update

from bot.store import SKIPPED
from bot.telegram.app import COMMANDS, App, PassedOver
from bot.telegram.gate import NOW, Gate, Pass, Skip, Verdict
from bot.telegram.lanes import Lanes
from bot.telegram.progress import Progress
from bot.telegram.turn import said_to


class Inbox:
    """Gives updates to the handlers, and notes when they have been dealt with."""

    def __init__(
        self,
        application: App,
        gate: Gate,
        progress: Progress,
        clock: Callable[[], float],
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Nothing has come in yet.

        Args:
            application: knows which handler takes an update.
            gate: who has to wait.
            progress: which updates have been dealt with.
            clock: seconds that never go back.
            count: counts what was passed over.
        """
        self.lanes = Lanes(self._deal_with)
        self._application = application
        self._gate = gate
        self._progress = progress
        self._clock = clock
        self._count = count

    def take(self, update: Update) -> None:
        """Put an update where it belongs, after the others of its chat."""
        verdict = self._gate.judge(update) if self._is_for_us(update) else NOW
        if isinstance(verdict, Skip):
            self._count(SKIPPED)
        if verdict == Skip(""):
            self._progress.end(update.update_id)
        else:
            self.lanes.put(_lane(update), (update, verdict))

    def _is_for_us(self, update: Update) -> bool:
        """Whether the bot is spoken to: in groups people also talk with others, and other bots."""
        message = update.message or update.edited_message
        if message is None or message.chat.type == Chat.PRIVATE:
            return True
        bare = re.match(r"/(\w+)(?![\w@])", message.text or "", re.ASCII)
        is_command = bool(bare and bare[1].lower() in COMMANDS)
        return is_command or said_to(self._application.bot, message) is not None

    async def _deal_with(self, item: tuple[Update, Verdict]) -> None:
        """Let an update be answered; whatever goes wrong, the next one gets its turn."""
        update, verdict = item
        try:
            match verdict:
                case Pass(not_before):
                    await asyncio.sleep(max(0.0, not_before - self._clock()))
                    await self._application.process_update(update)
                case Skip(why):
                    await self._application.process_update(PassedOver(update, why))
        except Exception as error:
            await self._application.process_error(update, error)
        self._progress.end(update.update_id)


def _lane(update: Update) -> Hashable:
    """What must stay in order: a chat; what somebody types elsewhere."""
    chat, person = update.effective_chat, update.effective_user
    return ("chat", chat.id) if chat else ("person", person.id if person else 0)
