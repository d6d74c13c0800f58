"""One door for everything that goes out to Telegram: short waits and one more try."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from telegram import Chat, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.markup import plain
from bot.model import Button, Reply
from bot.telegram.view import render

TRIES = 3
MOST_WAIT_S = 30
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
log = logging.getLogger(__name__)
T = TypeVar("T")


async def send_reply(to: Chat, reply: Reply) -> None:
    """Send a reply to a chat; the buttons go with the last part."""
    parts = render(reply)
    for part in parts[:-1]:
        await send(to, part)
    await send(to, parts[-1], reply.buttons)


async def send(to: Chat, html: str, buttons: Sequence[Sequence[Button]] = ()) -> None:
    """Send HTML to a chat; as plain text if Telegram cannot read the markup."""
    markup = keyboard(buttons)

    def with_mode(text: str, mode: str | None) -> Callable[[], Awaitable[Message]]:
        return lambda: to.send_message(
            text, parse_mode=mode, reply_markup=markup, link_preview_options=NO_PREVIEW
        )

    try:
        await patiently(with_mode(html, ParseMode.HTML))
    except BadRequest as error:
        if "can't parse entities" not in str(error).lower():
            raise
        log.error("Telegram could not read the markup of a reply; it went out as plain text")
        await patiently(with_mode(plain(html), None))


async def edit(message: Message, html: str, buttons: Sequence[Sequence[Button]]) -> None:
    """Replace a message of the bot; does nothing when it says that already."""
    try:
        await patiently(
            lambda: message.edit_text(
                html,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(buttons),
                link_preview_options=NO_PREVIEW,
            )
        )
    except BadRequest as error:
        if "message is not modified" not in str(error).lower():
            raise


async def patiently(request: Callable[[], Awaitable[T]]) -> T:
    """Make a request; wait when Telegram says so, and try again after a lost connection.

    A connection that was cut after Telegram took the message doubles it: that is the lesser evil.

    Raises:
        TelegramError: Telegram refused for good, or the tries are used up.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            return await request()
        except RetryAfter as error:
            wait = error.retry_after
            wait_s = wait if isinstance(wait, (int, float)) else wait.total_seconds()
            if not tries_left or wait_s > MOST_WAIT_S:
                raise
            await asyncio.sleep(wait_s)
        except (BadRequest, Forbidden):
            raise
        except NetworkError:
            if not tries_left:
                raise
            await asyncio.sleep(TRIES - 1 - tries_left)
    raise TelegramError("no try is left")


def keyboard(buttons: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """The inline keyboard of these buttons, None without any."""
    rows = [[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in buttons]
    return InlineKeyboardMarkup(rows) if rows else None
