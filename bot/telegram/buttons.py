"""What the bot does when a button is pressed. Its data is an id or a kind, never a text."""

from html import escape

from bot.answering.compose import GENERAL, NONE_OF_THESE, QUESTION, TOPICS, entry_button
from bot.model import Button
from bot.store import BUTTON, IN_GENERAL, OPENED
from bot.telegram import feedback
from bot.telegram.offers import NO, PASS_ON, TAKE_BACK, THANKS, YES
from bot.telegram.turn import Act, Turn

SECTION = "s:"
"""Data of the buttons that turn the pages of /topics; with no number, the list of sections."""


async def pressed(turn: Turn) -> None:
    """Do what the pressed button says."""
    data = turn.query.data or ""
    if turn.update.effective_chat is None:  # under what somebody sent to others by inline mode
        await turn.acknowledge("no_chat")
    elif act := next((act for start, act in ACTS.items() if data.startswith(start)), None):
        await act(turn)
    else:
        await turn.acknowledge()
        await _show(turn, data)


async def _show(turn: Turn, data: str) -> None:
    entry = turn.answerer.knowledge.find(data.removeprefix(QUESTION))
    asked = turn.passing.questions.of(turn.key, turn.pressed_under)
    turn.counters.add(f"{BUTTON}{_kind(turn, data)}")
    if entry and data.startswith(QUESTION):
        turn.counters.add(f"{OPENED}{entry.id}")
        is_choice = asked is not None and entry.id in asked.entries
        words = asked.text if asked and is_choice else ""
        await turn.answer(turn.answerer.pick(entry, turn.context), asked=words)
    elif data == NONE_OF_THESE:
        words = asked.text if asked else ""
        await turn.answer(turn.answerer.none_of_these(turn.context), asked=words)
    elif data == TOPICS:
        await turn.tell("topics", section_buttons(turn))
    elif data.startswith(SECTION) and turn.message:
        await _turn_page(turn, data.removeprefix(SECTION))
    else:
        await turn.tell("gone", section_buttons(turn))


def _kind(turn: Turn, data: str) -> str:
    """What a button stands for, as it is counted: never what somebody may have made up."""
    if data.startswith(QUESTION) and turn.answerer.knowledge.find(data.removeprefix(QUESTION)):
        return "question"
    if data in (NONE_OF_THESE, TOPICS):
        return {NONE_OF_THESE: "none of these", TOPICS: "topics"}[data]
    return "section" if data.startswith(SECTION) else "gone"


async def _in_general(turn: Turn) -> None:
    """Soften a card for who asked: nobody else knows how the question was meant."""
    data = turn.query.data or ""
    if not _is_asker(turn):
        await turn.acknowledge("not_yours")
        return
    await turn.acknowledge()
    outcome = turn.answerer.in_general(data, turn.context)
    if outcome is None:
        await turn.tell("gone", section_buttons(turn))
        return
    turn.counters.add(f"{IN_GENERAL}{outcome.reasons[0]}")
    await turn.answer(outcome, [turn.message.message_id] if turn.message else [])


async def _turn_page(turn: Turn, number: str) -> None:
    """Show the questions of a section, or all sections, in place of the list that is there."""
    sections = list(_sections(turn).items())
    if number.isdecimal() and int(number) < len(sections):
        section, buttons = sections[int(number)]
        back = Button(turn.answerer.knowledge.texts.button_back, SECTION)
        rows = [*([button] for button in buttons), [back]]
        page = turn.reply("topic_section", rows, section=escape(section, quote=False))
    else:
        page = turn.reply("topics", section_buttons(turn))
    await turn.say(page, [turn.pressed_under])


def section_buttons(turn: Turn) -> list[list[Button]]:
    """A button for each section that has questions."""
    return [[Button(section, f"{SECTION}{n}")] for n, section in enumerate(_sections(turn))]


def _sections(turn: Turn) -> dict[str, list[Button]]:
    sections: dict[str, list[Button]] = {}
    for entry in turn.answerer.knowledge.entries:
        if not entry.talk:
            sections.setdefault(entry.section, []).append(entry_button(entry))
    return sections


def _is_asker(turn: Turn) -> bool:
    """Whether who pressed is who asked; in a group the reply shows which message it answers.

    Nobody is who asked in the name of a group or channel: the card stays.
    """
    asked = turn.message.reply_to_message if turn.message else None
    sender = asked.sender_chat or asked.from_user if asked else None
    return not sender or sender.id == turn.query.from_user.id


ACTS: dict[str, Act] = {
    GENERAL: _in_general,
    YES: feedback.rated,
    NO: feedback.rated,
    PASS_ON: feedback.pass_on,
    TAKE_BACK: feedback.take_back,
    THANKS: Turn.acknowledge,
}
"""Beginning of a button's data -> what it does; these stop the button's clock themselves."""
