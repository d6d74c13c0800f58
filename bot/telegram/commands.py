"""What the bot does with commands. What follows one passes the safety rules, as all words do."""

import re

from bot.telegram.buttons import section_buttons
from bot.telegram.turn import Act, Turn

LINK = "q_"
"""`/start q_<id>` opens an entry: https://t.me/<bot>?start=q_<id>."""
ALL_TOPICS = "topics"
"""`/start topics` opens the list of topics."""


def unless_alarming(act: Act) -> Act:
    """The command; but the card instead of it when what follows it calls for one."""

    async def command(turn: Turn) -> None:
        words = turn.after_command
        if words and not re.fullmatch(rf"{LINK}[\w-]*", words, re.ASCII):
            outcome = turn.answerer.ask(words, turn.context)
            if outcome.alarms:
                await turn.answer(outcome)
                return
        await act(turn)

    return command


async def start(turn: Turn) -> None:
    """Say hello, or open what the link names."""
    payload = turn.after_command
    entry = turn.answerer.knowledge.find(payload.removeprefix(LINK))
    if entry and payload.startswith(LINK):
        await turn.answer(turn.answerer.pick(entry, turn.context))
    elif payload == ALL_TOPICS:
        await topics(turn)
    else:
        await turn.tell("welcome", turn.answerer.composer.starters())


async def guide(turn: Turn) -> None:
    """Tell how to ask."""
    await turn.tell("help")


async def about(turn: Turn) -> None:
    """Tell what this bot is, and who is behind it."""
    await turn.tell("about")


async def privacy(turn: Turn) -> None:
    """Tell what is kept."""
    await turn.tell("privacy")


async def forget(turn: Turn) -> None:
    """Erase what is remembered of this chat, and confirm it in any case."""
    earlier = turn.earlier
    turn.contexts.forget(turn.key)
    turn.passing.questions.forget(turn.key)
    outcome = turn.answerer.ask(turn.after_command)
    if outcome.alarms:
        await turn.say(outcome.reply, is_urgent=True)
    await turn.say(turn.reply("forgotten"), earlier, is_urgent=True)


async def topics(turn: Turn) -> None:
    """Show the sections of all questions."""
    await turn.tell("topics", section_buttons(turn))


async def article(turn: Turn) -> None:
    """Show the whole article."""
    await turn.say(turn.answerer.composer.article())


async def version(turn: Turn) -> None:
    """Tell which state of the knowledge answers."""
    await turn.tell("version", version=str(turn.answerer.knowledge.version))


async def unknown(turn: Turn) -> None:
    """Point at /help."""
    await turn.tell("unknown_command")
