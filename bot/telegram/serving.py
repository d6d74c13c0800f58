"""Serve Telegram by long polling, and look beforehand whether that can work."""

import logging

from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot.answering.answerer import Answerer
from bot.errors import BotError, SettingsError
from bot.settings import Settings
from bot.telegram.app import ALLOWED_UPDATES, build_application

START_RETRIES = 10
REFUSED = (
    "TELEGRAM_BOT_TOKEN was refused by {api}: copy it anew from @BotFather (/mybots, API Token)"
)
log = logging.getLogger(__name__)


def serve(settings: Settings, answerer: Answerer) -> None:
    """Answer people until SIGINT or SIGTERM.

    Raises:
        SettingsError: Telegram refuses the token.
        BotError: Telegram cannot be reached.
    """
    application = build_application(settings, answerer)
    log.info("Serving Telegram with %d questions; Ctrl-C stops.", len(answerer.knowledge.entries))
    try:
        application.run_polling(
            allowed_updates=ALLOWED_UPDATES,
            bootstrap_retries=START_RETRIES,
            drop_pending_updates=False,
        )
    except InvalidToken:
        raise SettingsError(REFUSED.format(api=settings.api_url)) from None
    except NetworkError as error:
        raise BotError(_unreachable(settings, error)) from None


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
    return f"{settings.api_url} cannot be reached ({error.message}); is the network up?"
