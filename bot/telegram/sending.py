"""One door for everything that goes out to Telegram.

That it arrives is the business of the request (`patience.py`).
"""

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

from telegram import (
    Chat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.markup import plain
from bot.model import Button, Reply
from bot.telegram.view import render

MOST_KEYBOARDS = 256
"""An answer has the same buttons whoever gets it; so many keyboards need not be made anew."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reply belongs."""

    chat: Chat
    topic: int | None = None
    """The topic of a group that has topics."""
    answers: int | None = None
    """The message that it answers, shown above it: in groups, where several people talk."""
    on_moved: Callable[[int], None] = lambda _: None
    """Gets the new number of a group that has become a supergroup."""


async def send_reply(to: Place, reply: Reply) -> list[int]:
    """Send a reply, its buttons under the last part; returns the numbers of its messages."""
    return await edit_reply(to, (), reply)


async def send(to: Place, html: str, buttons: Sequence[Sequence[Button]] = ()) -> Message:
    """Send HTML; as plain text if Telegram cannot read the markup.

    Returns the message, of which no more than number, date and chat are known.
    """
    try:
        return await _send(to, html, ParseMode.HTML, buttons)
    except ChatMigrated as error:  # the group has become a supergroup, with another number
        moved = Chat(error.new_chat_id, Chat.SUPERGROUP)
        moved.set_bot(to.chat.get_bot())
        to.on_moved(error.new_chat_id)
        return await send(Place(moved, to.topic), html, buttons)
    except BadRequest as error:
        if "can't parse entities" not in str(error).lower():
            raise
        log.error("Telegram could not read the markup of a reply; it went out as plain text")
        return await _send(to, plain(html), None, buttons)


async def _send(
    to: Place, text: str, mode: str | None, buttons: Sequence[Sequence[Button]]
) -> Message:
    quoted = ReplyParameters(to.answers, allow_sending_without_reply=True) if to.answers else None
    return await to.chat.send_message(
        text,
        parse_mode=mode,
        reply_markup=keyboard(buttons),
        link_preview_options=NO_PREVIEW,
        message_thread_id=to.topic,
        reply_parameters=quoted,
    )


async def edit_reply(to: Place, answers: Sequence[int], reply: Reply) -> list[int]:
    """Put a reply in place of an earlier one, whose messages are `answers`.

    Returns the numbers of the messages that it now takes.
    """
    parts = render(reply)
    rows = [*(() for _ in parts[1:]), reply.buttons]
    kept = []
    for number, part, buttons in zip_longest(answers[: len(parts)], parts, rows):
        is_there = number is not None and await is_edited(to, number, part, buttons)
        kept.append(number if is_there else (await send(to, part, buttons)).message_id)
    for number in answers[len(parts) :]:
        with contextlib.suppress(BadRequest):
            await to.chat.delete_message(number)
    return kept


async def is_edited(to: Place, number: int, html: str, buttons: Sequence[Sequence[Button]]) -> bool:
    """Replace a message; False if it is not there: it was deleted, the group has moved."""
    try:
        await edit(to, number, html, buttons)
    except (BadRequest, ChatMigrated):
        return False
    return True


async def edit(to: Place, number: int, html: str, buttons: Sequence[Sequence[Button]]) -> None:
    """Replace a message of the bot; does nothing when it says that already."""
    try:
        await to.chat.get_bot().edit_message_text(
            html,
            chat_id=to.chat.id,
            message_id=number,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(buttons),
            link_preview_options=NO_PREVIEW,
        )
    except BadRequest as error:
        if "message is not modified" not in str(error).lower():
            raise


def keyboard(buttons: Sequence[Sequence[Button]]) -> InlineKeyboardMarkup | None:
    """The inline keyboard of these buttons, None without any."""
    return _keyboard(tuple(map(tuple, buttons))) if buttons else None


@lru_cache(maxsize=MOST_KEYBOARDS)
def _keyboard(buttons: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in buttons]
    )
