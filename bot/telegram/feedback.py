"""What people say of an answer, and the questions that they pass on to the maintainers."""

import asyncio
import contextlib
from collections.abc import Sequence
from html import escape

from telegram import InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.model import Button
from bot.passed import Kept, TakenBack
from bot.store import HELPED, NOT_HELPED, PASSED_ON, TAKEN_BACK
from bot.telegram.offers import NO, PASS_ON, TAKE_BACK, THANKS, YES, pass_on_row, thanks_row
from bot.telegram.questions import Asked
from bot.telegram.sending import keyboard
from bot.telegram.turn import Turn

AFTER_TAKING_BACK = {
    TakenBack.DELETED: "taken_back",
    TakenBack.USED: "taken_back_used",
    TakenBack.NOT_THERE: "taken_back_gone",
}


async def rated(turn: Turn) -> None:
    """Count whether an answer helped; who says no may pass the question on."""
    data = turn.query.data or ""
    await turn.acknowledge("" if turn.message else "thanks")
    if turn.contexts.is_new(turn.key, ("rated", turn.pressed_under)):
        for entry in turn.answerer.composer.of_hashes(data[len(YES) :]):
            turn.counters.add(f"{HELPED if data.startswith(YES) else NOT_HELPED}{entry.id}")
    texts = turn.answerer.knowledge.texts
    can_pass_on = data.startswith(NO) and _asked(turn) and turn.context.reminder is None
    await _put_row(turn, pass_on_row(texts) if can_pass_on else thanks_row(texts))


async def pass_on(turn: Turn) -> None:
    """Pass the question on, and show exactly what was; half an hour later it is not known."""
    asked = _asked(turn)
    is_first = turn.contexts.is_new(turn.key, ("passed on", turn.pressed_under))
    if asked is None and not is_first:  # a second tap: the first one has said it all
        await turn.acknowledge()
        return
    if asked is None or turn.answerer.safety.find(asked.text):
        await turn.acknowledge("pass_on_expired")
        await _put_row(turn, ())
        return
    await turn.acknowledge()
    turn.passing.questions.keep(turn.key, turn.pressed_under, None)  # a second tap passes on none
    unhelpful = next(iter(asked.entries), "")
    kept = await asyncio.to_thread(turn.passing.queue.pass_on, asked.text, unhelpful)
    if not isinstance(kept, Kept):
        turn.passing.questions.keep(turn.key, turn.pressed_under, asked)
        await turn.tell("pass_on_failed")
        return
    turn.counters.add(PASSED_ON)
    turn.passing.on_change()
    texts = turn.answerer.knowledge.texts
    undo = Button(texts.button_take_back, f"{TAKE_BACK}{kept.receipt}")
    await turn.tell("passed_on", [[undo]], words=escape(kept.words, quote=False))
    await _put_row(turn, thanks_row(texts))


async def take_back(turn: Turn) -> None:
    """Delete what was passed on, and say so where the receipt stood."""
    receipt = (turn.query.data or "").removeprefix(TAKE_BACK)
    result = await asyncio.to_thread(turn.passing.queue.take_back, receipt)
    if result is TakenBack.FAILED:
        await turn.acknowledge("take_back_failed")
        return
    await turn.acknowledge()
    if result is not TakenBack.NOT_THERE:
        turn.counters.add(TAKEN_BACK)
        turn.passing.on_change()
    where = [turn.message.message_id] if turn.message else []
    await turn.say(turn.reply(AFTER_TAKING_BACK[result]), where)


def _asked(turn: Turn) -> Asked | None:
    return turn.passing.questions.of(turn.key, turn.pressed_under)


async def _put_row(turn: Turn, row: Sequence[Button]) -> None:
    """Put a row in place of those of this file, as far as the message and its others are known."""
    markup = turn.message.reply_markup if turn.message else None
    if turn.message is None or markup is None:
        return
    ours = (YES, NO, PASS_ON, THANKS)
    others = [
        buttons
        for buttons in markup.inline_keyboard
        if not any(str(button.callback_data or "").startswith(ours) for button in buttons)
    ]
    new = keyboard([row] if row else [])
    shown = InlineKeyboardMarkup([*others, *(new.inline_keyboard if new else ())])
    with contextlib.suppress(TelegramError):
        await turn.message.edit_reply_markup(shown)
