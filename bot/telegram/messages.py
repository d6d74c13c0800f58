"""What the bot does with messages that are no commands: in private always something."""

from telegram import Message
from telegram.ext import filters

from bot.store import NO_TEXT
from bot.telegram import commands
from bot.telegram.turn import Turn

SERVICE = filters.StatusUpdate.ALL | filters.SUCCESSFUL_PAYMENT | filters.BOOST_ADDED
"""What Telegram itself writes into a chat."""


class _ByPeople(filters.MessageFilter):
    """What people write.

    Not what other bots do (two bots that answer each other never end), nor what somebody sends by
    the inline mode of this very bot, nor what Telegram forwards from a channel to its group.
    """

    def filter(self, message: Message) -> bool:
        """Whether this is such a message."""
        sender, via = message.from_user, message.via_bot
        is_bot = bool(sender and sender.is_bot and not message.sender_chat)
        is_ours = bool(via and via.id == message.get_bot().id)
        return not (is_bot or is_ours or message.is_automatic_forward)


PEOPLE = filters.UpdateType.MESSAGES & _ByPeople() & (filters.TEXT | ~SERVICE)
"""New and edited messages of people. What has a text is surely not of Telegram's own: there are
forty kinds of those, and each would be asked of every question."""
MOVED = filters.UpdateType.MESSAGE & filters.StatusUpdate.MIGRATE
"""A group has become a supergroup, with another number."""
PRIVATE = PEOPLE & filters.ChatType.PRIVATE
GROUPS = PEOPLE & filters.ChatType.GROUPS


async def in_private(turn: Turn) -> None:
    """Answer a text, or the caption of a picture; say of all else that it cannot be read."""
    await _answer(turn, turn.words)


async def in_group(turn: Turn) -> None:
    """The same for what names the bot or replies to it; silence otherwise."""
    words = turn.said_to_bot
    if words is None:
        return
    if words.startswith("/"):
        await commands.unless_alarming(commands.unknown)(turn)
    elif turn.words and not words:  # nothing but the bot's name
        await turn.tell("welcome", turn.answerer.composer.starters())
    else:
        await _answer(turn, words)


def moved(message: Message) -> tuple[int, int]:
    """The old and the new number of a group; Telegram tells them in both."""
    if message.migrate_to_chat_id:
        return message.chat_id, message.migrate_to_chat_id
    return message.migrate_from_chat_id or message.chat_id, message.chat_id


async def _answer(turn: Turn, words: str) -> None:
    is_first = _is_first(turn)
    if words:
        await turn.answer(turn.answerer.ask(words, turn.context), asked=words)
    elif is_first:
        turn.counters.add(NO_TEXT)
        await turn.tell("not_text")


def _is_first(turn: Turn) -> bool:
    """Whether this is new: no further picture of an album, and no live location that moved."""
    message = turn.update.message
    if message is None or not message.media_group_id:
        return message is not None
    return turn.contexts.is_new(turn.key, ("album", message.media_group_id))
