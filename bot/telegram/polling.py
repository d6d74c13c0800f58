"""Long polling that loses nothing: an update is confirmed when it has been dealt with, not before.

Telegram forgets the updates before the number that is asked for. So that number is the one of the
oldest update that is not dealt with; meanwhile the same updates come again, and are known.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from telegram import Bot, Update
from telegram.error import ChatMigrated, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.errors import BotError
from bot.logs import Trouble, trace
from bot.store import UNREADABLE
from bot.telegram.patience import Wrapped, foreign, said
from bot.telegram.progress import Progress
from bot.telegram.quarrel import PAUSE_S, Quarrel

POLL_S = 25
"""How long Telegram holds an answer back until there is something in it."""
STALLED_S = 60.0
"""Longest time that fetching may take in all; a connection that died unnoticed answers never."""
CONFIRM_S = 1.5
MOST_FETCHED = 100
SOON_S, LATER_S = 0.2, 0.5
"""While updates are being dealt with, Telegram does not wait for new ones: we do."""
STUCK_S = 20.0
"""When others have to wait, an update that could not be answered for so long is set aside."""
LONGEST_PAUSE_S = 30.0
ANOTHER = "Another copy of this bot is running with the same token: stop one of the two."
WEBHOOK = (
    "Another program gets this bot's messages through a webhook, which is removed now: stop that "
    "program, or this one."
)
REFUSED = "Telegram no longer knows the token: get a new one from @BotFather (/mybots, API Token)"
Json = dict[str, Any]
log = logging.getLogger(__name__)


class Fetching(Wrapped):
    """The request that fetches updates; pass it to `ApplicationBuilder.get_updates_request`.

    python-telegram-bot reads all updates of an answer or, if there is one that it cannot read, none
    of them, for ever. Here it gets an empty answer, and each update is read on its own.
    """

    def __init__(self, inner: BaseRequest) -> None:
        """Wrap a request that does the work."""
        super().__init__(inner)
        self._found: list[Json] = []

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """The answer without its updates, which `fetch` returns."""
        status, body = await self.inner.do_request(*arguments, **options)
        answer = said(body)
        if not answer:
            raise foreign(status)
        if status != 200:
            return status, body
        found = answer.get("result")
        self._found = [item for item in found or () if isinstance(item.get("update_id"), int)]
        return status, b'{"ok": true, "result": []}'

    async def fetch(self, bot: Bot, offset: int, **more: Any) -> list[Json]:
        """The updates from a number on, as they came; one call at a time.

        Raises:
            TelegramError: Telegram refuses, or cannot be reached.
        """
        try:
            async with asyncio.timeout(STALLED_S):
                await bot.get_updates(offset=offset, **more)
        except TimeoutError:
            raise TelegramError("no answer came") from None
        return self._found


class Polling:
    """Fetches updates and hands them on, until it is cancelled or cannot go on."""

    def __init__(
        self,
        bot: Bot,
        fetching: Fetching,
        progress: Progress,
        allowed_updates: tuple[str, ...],
        take: Callable[[Update], None],
        rest: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
        *,
        is_down: Callable[[], bool] = lambda: False,
        on_success: Callable[[], None] = lambda: None,
        on_failure: Callable[[], None] = lambda: None,
        count: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Nothing is fetched yet.

        Args:
            bot: whose updates are fetched.
            fetching: its request for that.
            progress: which updates are dealt with.
            allowed_updates: the kinds that are fetched.
            take: gets each new update.
            rest: returns when all updates have been dealt with, or after so many seconds.
            clock: seconds that never go back.
            is_down: whether nothing can be sent just now, to nobody.
            on_success: called whenever Telegram has answered ...
            on_failure: ... and when it has not, then twice a minute until it does.
            count: counts `UNREADABLE`.
        """
        self._bot = bot
        self._fetching = fetching
        self._progress = progress
        self._allowed_updates = allowed_updates
        self._take = take
        self._rest = rest
        self._is_down = is_down
        self._on_success = on_success
        self._on_failure = on_failure
        self._count = count
        self._trouble = Trouble(
            log, "Updates cannot be fetched, trying on: %s", "Updates are fetched again."
        )
        self._clock = clock
        self._quarrel = Quarrel(clock)
        self._gives_way = False

    async def run(self) -> None:
        """Poll for ever.

        Raises:
            BotError: the token is refused, or another copy of the bot is running.
        """
        failed, pause_s = 0, SOON_S
        self._quarrel.begin()
        while True:
            asked_s = self._clock()
            try:
                found = await self._fetch()
            except TelegramError as error:
                failed += 1
                await self._recover(error, failed)
                continue
            failed = 0
            fresh = [update for update in found if self._progress.begin(update)]
            for update in fresh:
                self._read(update)
            if not fresh and len(found) >= MOST_FETCHED:
                self._set_aside()
            pause_s = SOON_S if fresh else min(LATER_S, pause_s * 1.5)
            if self._progress.waiting:
                await self._rest(pause_s)
            elif not fresh and self._clock() - asked_s < min(SOON_S, POLL_S):
                await asyncio.sleep(SOON_S)  # a server that does not hold the answer back

    async def confirm(self) -> None:
        """Let Telegram forget what has been dealt with; a failure does no harm."""
        if self._gives_way:  # to ask once more would end the other copy's asking, and so that one
            return
        try:
            async with asyncio.timeout(CONFIRM_S):
                await self._fetching.fetch(self._bot, self._progress.offset, limit=1, timeout=0)
        except (TelegramError, TimeoutError) as error:
            log.info("The last updates could not be confirmed: %s", type(error).__name__)
        else:
            self._progress.confirmed(self._progress.offset)

    async def _fetch(self) -> list[Json]:
        offset = self._progress.offset
        self._quarrel.ask()
        found = await self._fetching.fetch(
            self._bot,
            offset,
            timeout=0 if self._progress.waiting else POLL_S,
            allowed_updates=self._allowed_updates,
        )
        self._progress.confirmed(offset)
        self._on_success()
        self._trouble.end()
        return found

    def _read(self, raw: Json) -> None:
        """Hand a new update on; one that nobody can read, or take, is done with.

        Else it would come again, and end each process that is started after this one.
        """
        number = raw["update_id"]
        try:
            self._take(Update.de_json(sound(raw), self._bot))
        except Exception as error:
            log.error("Update %d was skipped: %s", number, trace(error, 0))
            self._count(UNREADABLE)
            self._progress.end(number)

    def _set_aside(self) -> None:
        """Let others through when updates that have to wait for long keep them from being fetched.

        What is set aside is still worked at, but no longer outlives this process.
        """
        if self._is_down():  # then there are no others who could go on
            return
        stuck = self._progress.unanswered_for(STUCK_S)
        for number in stuck:
            self._progress.let_go(number)
        if stuck:
            log.warning("Others go on without what has to wait. updates=%d", len(stuck))

    async def _recover(self, error: TelegramError, failed: int) -> None:
        """Wait after a failure, the longer the more there were in a row.

        Raises:
            BotError: trying again makes no sense.
        """
        if isinstance(error, InvalidToken):
            raise BotError(REFUSED)
        self._trouble.begin(self._cause(error))
        if _is_webhook(error):
            with contextlib.suppress(TelegramError):
                await self._bot.delete_webhook()
        pause_s = self._pause_s(error, failed)
        while pause_s > 0:
            self._on_failure()
            await asyncio.sleep(min(pause_s, LONGEST_PAUSE_S))
            pause_s -= LONGEST_PAUSE_S

    def _pause_s(self, error: TelegramError, failed: int) -> float:
        """How long to wait after a failure, which was one of several in a row."""
        if isinstance(error, RetryAfter):
            return asked_wait_s(error)
        if isinstance(error, Conflict) and not _is_webhook(error):
            return PAUSE_S
        return min(LONGEST_PAUSE_S, 0.5 * 2.0 ** min(failed, 16))

    def _cause(self, error: TelegramError) -> str:
        if _is_webhook(error):
            return WEBHOOK
        if not isinstance(error, Conflict):
            return in_short(error)
        if self._quarrel.is_lost():
            self._gives_way = True
            raise BotError(ANOTHER)
        return ANOTHER


def asked_wait_s(error: RetryAfter) -> float:
    """Seconds that Telegram asks to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, (int, float)) else wait.total_seconds()


def in_short(error: TelegramError) -> str:
    """What Telegram says, without the number of a chat."""
    if isinstance(error, ChatMigrated):  # its words name the chat
        return "ChatMigrated"
    return f"{type(error).__name__}: {error}"


def _is_webhook(error: TelegramError) -> bool:
    return isinstance(error, Conflict) and "webhook" in str(error).lower()


def sound(update: Json) -> Json:
    """The same with half characters (lone surrogates) replaced: no reply could carry them."""
    written = json.dumps(update, ensure_ascii=False).encode("utf-16", "surrogatepass")
    whole: Json = json.loads(written.decode("utf-16", "replace"))
    return whole
