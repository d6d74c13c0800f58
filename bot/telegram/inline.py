"""`@bot question` in any chat: a few replies to choose from, each a whole one.

Nobody's context is used or changed: what a person said in private is not for the chat in which the
reply will stand, and a query is asked anew with every letter that is typed.
"""

import logging
from collections.abc import Iterable, Iterator
from hashlib import blake2b

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.answering.answerer import ids
from bot.answering.compose import QUESTION, TOPICS
from bot.markup import plain
from bot.model import Answer, Block, Button, Outcome
from bot.store import INLINE
from bot.telegram.commands import ALL_TOPICS, LINK
from bot.telegram.sending import NO_PREVIEW
from bot.telegram.turn import Turn
from bot.telegram.view import beginning, render_one

MOST_RESULTS = 5
MOST_DESCRIPTION = 160
"""Characters; the apps show two or three lines."""
CACHE_S = 10
"""Telegram gives the same results to others who ask the same; an edit must show soon."""
ASK = "ask"
"""Payload of the button that leads to the private chat; /start takes it as any unknown one."""
log = logging.getLogger(__name__)


async def asked(turn: Turn) -> None:
    """Offer replies to what stands after the bot's name; too late is no harm."""
    query = turn.update.inline_query
    if query is None:
        return
    turn.counters.add(INLINE)
    outcomes = turn.answerer.alternatives(query.query, MOST_RESULTS)
    is_emergency = outcomes[0].route == "emergency"
    ask = InlineQueryResultsButton(turn.text("button_private"), start_parameter=ASK)
    for is_html in (True, False):
        found = [_result(turn, outcome, is_html=is_html) for outcome in outcomes]
        try:
            await query.answer(found, cache_time=CACHE_S, button=None if is_emergency else ask)
        except BadRequest as error:
            if "query is too old" in str(error).lower():
                return
            if not is_html or "can't parse entities" not in str(error).lower():
                raise
            log.error("Telegram could not read the markup of a result; it is offered as plain text")
        else:
            return


def _result(turn: Turn, outcome: Outcome, *, is_html: bool) -> InlineQueryResultArticle:
    reply = outcome.reply
    named = f"{outcome.route} {' '.join(ids(outcome.decision))}"
    said = render_one(reply)
    return InlineQueryResultArticle(
        id=blake2b(named.encode(), digest_size=16).hexdigest(),
        title=_title(turn, outcome),
        description=beginning(" ".join(_described(reply.blocks)), MOST_DESCRIPTION),
        input_message_content=InputTextMessageContent(
            said if is_html else plain(said),
            parse_mode=ParseMode.HTML if is_html else None,
            link_preview_options=NO_PREVIEW,
        ),
        reply_markup=_links(turn, (button for row in reply.buttons for button in row)),
    )


def _title(turn: Turn, outcome: Outcome) -> str:
    """What is offered: the question, or two of them; for an emergency nothing but to read on."""
    if isinstance(outcome.decision, Answer):
        return " ".join(c.entry.question for c in outcome.decision.candidates)
    is_emergency = outcome.route == "emergency"
    return plain(turn.text("inline_card" if is_emergency else "inline_unknown"))


def _described(blocks: Iterable[Block]) -> Iterator[str]:
    """The words under a title: of the card first, so that who only looks at the list sees it."""
    return (plain(block.text) for block in blocks if block.kind in ("card", "text"))


def _links(turn: Turn, buttons: Iterable[Button]) -> InlineKeyboardMarkup | None:
    """The buttons as links into the private chat: elsewhere the bot could not answer a press."""
    name = turn.bot.username
    found = ((button.label, _payload(button.data)) for button in buttons)
    rows = [
        [InlineKeyboardButton(label, url=f"https://t.me/{name}?start={payload}")]
        for label, payload in found
        if payload
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _payload(data: str) -> str:
    """What a link carries in place of a button's data; empty where there is no such link."""
    if data == TOPICS:
        return ALL_TOPICS
    return f"{LINK}{data.removeprefix(QUESTION)}" if data.startswith(QUESTION) else ""
