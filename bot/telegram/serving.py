"""Serve Telegram by long polling, and look beforehand whether that can work."""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from telegram import Bot
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot import logs
from bot.answering.answerer import Answerer
from bot.building import build_apart
from bot.errors import BotError, SettingsError
from bot.following import Change, Listener, Live, follow
from bot.health import Heartbeat
from bot.passed import FILE as PASSED
from bot.passed import Queue
from bot.settings import Settings
from bot.stopping import cancel_on_stop
from bot.store import FILE as COUNTERS
from bot.store import Counters, today
from bot.telegram.app import ALLOWED_UPDATES, App, Current, build_application
from bot.telegram.gate import Gate, Lateness
from bot.telegram.inbox import Inbox
from bot.telegram.patience import Patient
from bot.telegram.polling import WEBHOOK, Fetching, Polling, asked_wait_s, in_short
from bot.telegram.profile import introduce
from bot.telegram.progress import FILE as PROGRESS
from bot.telegram.progress import Progress
from bot.telegram.purging import purging
from bot.telegram.wire import request_to

if TYPE_CHECKING:
    from bot.telegram.maintainers import Maintainers

START_RETRIES = 10
MOST_WAIT_S = 30
GRACE_S = 3.0
"""What has begun may end when the process is told to stop; what has not is fetched again."""
MOST_S = 4.7
"""All in all the end takes no longer, whatever the network and the disk do."""
REFUSED = (
    "TELEGRAM_BOT_TOKEN was refused by {api}: copy it anew from @BotFather (/mybots, API Token)"
)
log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """Learn what is new, then answer people until SIGINT or SIGTERM.

    Raises:
        SettingsError: Telegram refuses the token, or there is no such knowledge folder.
        KnowledgeError: the knowledge has faults.
        BotError: Telegram cannot be reached, or refuses the token later on.
    """
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    """Everything that runs while the bot serves, from the first request to the last."""
    logs.watch(asyncio.get_running_loop())
    cancel_on_stop(MOST_S)
    current = Current(await build_apart(settings))
    counters = Counters(settings.data_dir / COUNTERS)
    heart = Heartbeat(settings.data_dir, settings.notify_socket)
    progress, clock = Progress(settings.data_dir / PROGRESS, time.monotonic), time.monotonic
    is_late = Lateness(settings.late_after_s, clock)
    fetching = Fetching(request_to(settings.api_url))
    request = Patient(request_to(settings.api_url), counters.add, is_late.note)
    maintainers = _maintainers(settings, current, clock)
    application = build_application(
        settings, current, request, fetching, clock, counters, is_late, maintainers
    )
    gate = Gate(clock, is_late, lambda text: _card(current.answerer, text))
    inbox = Inbox(application, gate, progress, clock, counters.add)
    polling = Polling(
        application.bot,
        fetching,
        progress,
        ALLOWED_UPDATES,
        inbox.take,
        inbox.lanes.rest,
        clock,
        is_down=lambda: request.is_down,
        on_success=heart.beat,
        on_failure=heart.miss,
        count=counters.add,
    )
    async with request, fetching, _reached(settings, application):
        log.info("Serving Telegram as @%s; Ctrl-C stops.", application.bot.username)
        async with (
            following(settings, application, current, maintainers.note if maintainers else _nobody),
            _introducing(application),
            maintainers.attended(application.bot) if maintainers else contextlib.nullcontext(),
            purging(
                Queue(settings.data_dir / PASSED, today),
                on_purged=maintainers.wake if maintainers else _nothing,
            ),
        ):
            try:
                await polling.run()
            finally:
                await _end(inbox, polling, progress)
                counters.flush()
                heart.end()


def _maintainers(
    settings: Settings, current: Current, clock: Callable[[], float]
) -> "Maintainers | None":
    """The review in the maintainers' chats; without such chats it takes no memory."""
    if not settings.admin_chats:
        return None
    from bot.telegram.desk import Desk
    from bot.telegram.maintainers import Maintainers

    queue = Queue(settings.data_dir / PASSED, today)
    return Maintainers(settings, Desk(settings, lambda: current.answerer, queue), clock)


async def _end(inbox: Inbox, polling: Polling, progress: Progress) -> None:
    """Finish what has begun, and let Telegram forget what is done."""
    await inbox.lanes.close(GRACE_S)
    await polling.confirm()
    if progress.aside:
        log.warning("Lost, as others could not wait for it: updates=%d", len(progress.aside))
    log.info("Stopped; what is not answered waits at Telegram.")


def _card(answerer: Answerer, text: str) -> str:
    """The safety card that a text calls for in full; empty if none."""
    return next((alarm.card.id for alarm in answerer.safety.find(text) if alarm.is_full), "")


@contextlib.asynccontextmanager
async def _introducing(application: App) -> AsyncIterator[None]:
    """Register the profile beside the serving: nobody has to wait for it."""
    task = asyncio.create_task(application.post_init(application))  # type: ignore[misc]
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@contextlib.asynccontextmanager
async def _reached(settings: Settings, application: App) -> AsyncIterator[None]:
    """As long as the block lasts, Telegram knows the bot and nothing else fetches its updates."""
    await _try(settings, application.initialize)
    try:
        await _try(settings, partial(_remove_webhook, application.bot))
        yield
    finally:
        await application.shutdown()


async def _remove_webhook(bot: Bot) -> None:
    """Fetch updates from now on; the operator hears when another program had them delivered."""
    with contextlib.suppress(TelegramError):
        if (await bot.get_webhook_info()).url:
            log.warning(WEBHOOK)
    await bot.delete_webhook()


async def _nobody(_: Change) -> None:
    """Listen to nothing."""


def _nothing() -> None:
    """Do nothing."""


@contextlib.asynccontextmanager
async def following(
    settings: Settings, application: App, current: Current, on_change: Listener = _nobody
) -> AsyncIterator[None]:
    """As long as the block lasts, answer from what is saved in the knowledge folder.

    Args:
        settings: where the knowledge is.
        application: what shows its texts in Telegram.
        current: gets each newer answerer.
        on_change: is told as well, after the newer answerer has taken over.
    """

    async def take(change: Change) -> None:
        if isinstance(change, Live):
            current.answerer = change.answerer
        await on_change(change)
        if isinstance(change, Live):
            texts = change.answerer.knowledge.texts
            await introduce(application.bot, texts, settings.admin_chats)

    task = asyncio.create_task(follow(settings, current.answerer, take))
    task.add_done_callback(_tell_why)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _tell_why(task: asyncio.Task[None]) -> None:
    """Log why the knowledge is not followed any more, unless that was wanted."""
    if not task.cancelled() and (error := task.exception()):
        log.error("Edits are not taken over any more: %s", logs.trace(error))


async def _try(settings: Settings, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Do something that needs Telegram; wait for it some minutes at most."""
    for tries_left in reversed(range(START_RETRIES + 1)):
        try:
            await act()
        except InvalidToken:
            raise SettingsError(REFUSED.format(api=settings.api_url)) from None
        except TelegramError as error:
            if not tries_left:
                raise BotError(_unreachable(settings, error)) from None
            wait_s: float = min(MOST_WAIT_S, 2 ** (START_RETRIES - tries_left))
            if isinstance(error, RetryAfter):
                wait_s = asked_wait_s(error)
            log.warning("%s Trying again in %d s.", _unreachable(settings, error), wait_s)
            await asyncio.sleep(wait_s)
        else:
            return


async def examine(settings: Settings) -> tuple[list[str], bool]:
    """Whether the bot could serve: a line for each thing looked at, and whether all is well.

    Raises:
        SettingsError: Telegram refuses the token.
        BotError: Telegram cannot be reached.
    """
    try:
        way = Patient(request_to(settings.api_url))  # the one that serving takes
        async with Bot(
            settings.token, f"{settings.api_url}/bot", request=way, get_updates_request=way
        ) as bot:
            lines = [f"ok       token: Telegram knows this bot as @{bot.username}"]
            webhook = (await bot.get_webhook_info()).url
            is_inline = bot.supports_inline_queries
    except InvalidToken:
        raise SettingsError(REFUSED.format(api=settings.api_url)) from None
    except TelegramError as error:
        raise BotError(_unreachable(settings, error)) from None
    if webhook:
        lines.append(
            "problem  webhook: another program gets this bot's messages through a webhook. "
            "`python -m bot run` takes them over when it starts; stop the other program first."
        )
    else:
        lines.append("ok       webhook: none is in the way")
    if settings.operator_contact:
        lines.append(f"ok       contact: /privacy names {settings.operator_contact}")
    else:
        lines.append(
            "warning  contact: OPERATOR_CONTACT is not set, so /privacy names nobody to ask; "
            "Telegram expects a contact there"
        )
    if not is_inline:
        lines.append(
            "warning  inline: nobody can ask with the bot's @name in other chats; "
            "/setinline in @BotFather switches that on"
        )
    return lines, not webhook


def _unreachable(settings: Settings, error: TelegramError) -> str:
    if isinstance(error, RetryAfter):
        return f"{settings.api_url} wants this bot to wait."
    return f"{settings.api_url} cannot be reached ({in_short(error)}). Is the network up?"
