"""Serve Telegram by long polling, and look beforehand whether that can work."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.answering.answerer import Answerer
from bot.errors import BotError, SettingsError
from bot.following import Change, Listener, Live, follow
from bot.settings import Settings
from bot.store import FILE as COUNTERS
from bot.store import Counters
from bot.telegram.app import ALLOWED_UPDATES, App, Current, build_application, cause
from bot.telegram.profile import introduce

START_RETRIES = 10
MOST_WAIT_S = 30
REFUSED = (
    "TELEGRAM_BOT_TOKEN was refused by {api}: copy it anew from @BotFather (/mybots, API Token)"
)
log = logging.getLogger(__name__)


def serve(settings: Settings, answerer: Answerer) -> None:
    """Answer people until SIGINT or SIGTERM.

    Raises:
        SettingsError: Telegram refuses the token.
        BotError: Telegram cannot be reached, or refuses the token later on.
    """
    try:
        asyncio.run(_serve(settings, answerer))
    except TelegramError as error:
        raise BotError(_unreachable(settings, error)) from None


async def _serve(settings: Settings, answerer: Answerer) -> None:
    await _reach(settings)
    stopped, refused = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: the process ends all the same
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)

    def on_refused() -> None:
        refused.set()
        stopped.set()

    current, counters = Current(answerer), Counters(settings.data_dir / COUNTERS)
    application = build_application(settings, current, on_refused=on_refused, counters=counters)
    async with application:
        await application.post_init(application)  # type: ignore[misc]
        await application.start()
        await application.updater.start_polling(  # type: ignore[union-attr]
            allowed_updates=ALLOWED_UPDATES, error_callback=Troubles().note
        )
        log.info("Serving Telegram as @%s; Ctrl-C stops.", application.bot.username)
        async with following(settings, application, current):
            await stopped.wait()
        await application.updater.stop()  # type: ignore[union-attr]
        await application.stop()
    counters.flush()
    if refused.is_set():
        raise BotError("Telegram no longer knows the token. Get a new one from @BotFather")


async def _nobody(_: Change) -> None:
    """Listen to nothing."""


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
            await introduce(application.bot, change.answerer.knowledge.texts)

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
        log.error("Edits are not taken over any more: %r", error)


class Troubles:
    """Tells the operator why fetching updates fails, once for each cause in a row."""

    def __init__(self) -> None:
        self._last = ""

    def note(self, error: TelegramError) -> None:
        """Log the cause unless it is the one that was logged last."""
        told = cause(error)
        if told != self._last:
            log.error("Updates cannot be fetched, trying on: %s", told)
        self._last = told


async def _reach(settings: Settings) -> None:
    """Wait until Telegram answers and knows the token, for some minutes at most."""
    for tries_left in reversed(range(START_RETRIES + 1)):
        try:
            async with Bot(settings.token, base_url=f"{settings.api_url}/bot"):
                return
        except InvalidToken:
            raise SettingsError(REFUSED.format(api=settings.api_url)) from None
        except TelegramError as error:
            if not tries_left:
                raise BotError(_unreachable(settings, error)) from None
            wait_s = min(MOST_WAIT_S, 2 ** (START_RETRIES - tries_left))
            log.warning("%s Trying again in %d s.", _unreachable(settings, error), wait_s)
            await asyncio.sleep(wait_s)


async def examine(settings: Settings) -> tuple[list[str], bool]:
    """Whether the bot could serve: a line for each thing looked at, and whether all is well.

    Raises:
        SettingsError: Telegram refuses the token.
        BotError: Telegram cannot be reached.
    """
    try:
        async with Bot(settings.token, base_url=f"{settings.api_url}/bot") as bot:
            lines = [f"ok       token: Telegram knows this bot as @{bot.username}"]
            webhook = (await bot.get_webhook_info()).url
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
    return lines, not webhook


def _unreachable(settings: Settings, error: TelegramError) -> str:
    return f"{settings.api_url} cannot be reached ({error.message}). Is the network up?"
