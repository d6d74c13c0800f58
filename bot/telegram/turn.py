"""One update and all that is needed to deal with it: who said what and where, and how to answer."""

import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from telegram import Bot, CallbackQuery, Chat, Message, MessageEntity, Update
from telegram.error import TelegramError

from bot.answering.answerer import NOBODY, Answerer, ids, kind
from bot.markup import plain
from bot.model import Block, Button, Context, Outcome, Reply
from bot.store import EDITED, LATE, Counters
from bot.telegram.contexts import Contexts, Key
from bot.telegram.offers import rows
from bot.telegram.questions import Asked, Passing
from bot.telegram.sending import Place, edit_reply

Act = Callable[["Turn"], Awaitable[None]]
"""What is done with an update."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """Made anew for each update, so that it is answered from one state of the knowledge."""

    update: Update
    bot: Bot
    answerer: Answerer
    contexts: Contexts
    counters: Counters
    passing: Passing
    is_late: Callable[[Message], bool] = lambda _: False
    """Whether a message has waited so long that its answer begins with an apology."""
    took_s: Callable[[], float] = lambda: 0.0
    """Seconds since the update got its turn."""

    # ------------------------------------------------------------ who, where and what

    @property
    def message(self) -> Message | None:
        """The message that is there or is pressed under; None when Telegram has lost it."""
        message = self.update.effective_message
        is_there = isinstance(message, Message) and message.is_accessible
        return message if is_there else None

    @property
    def asked(self) -> Message | None:
        """The message that somebody has just written or changed."""
        return self.update.message or self.update.edited_message

    @property
    def query(self) -> CallbackQuery:
        """The press of a button; only for handlers of such."""
        query = self.update.callback_query
        if query is None:
            raise ValueError("an update without a button reached a handler of buttons")
        return query

    @property
    def pressed_under(self) -> int:
        """The number of the message whose button was pressed, also of one that is too old."""
        message = self.query.message
        return message.message_id if message else 0

    @property
    def is_private(self) -> bool:
        """Whether nobody but this person reads along."""
        chat = self.update.effective_chat
        return chat is not None and chat.type == Chat.PRIVATE

    @property
    def is_anonymous(self) -> bool:
        """Whether a group or a channel is named as who says it: anybody may stand behind it."""
        return bool(self.asked and self.asked.sender_chat)

    @property
    def key(self) -> Key:
        """Whose context this is: one per person and chat."""
        chat, sender = self.update.effective_chat, self.update.effective_sender
        return (chat.id if chat else 0, sender.id if sender else 0)

    @property
    def context(self) -> Context:
        """What is remembered of this person here: of several who look like one, nothing."""
        return NOBODY if self.is_anonymous else self.contexts.of(self.key)

    @property
    def place(self) -> Place:
        """Where a reply to this belongs."""
        chat, message, asked = self.update.effective_chat, self.message, self.asked
        if chat is None:
            raise ValueError("an update without a chat reached a handler that answers there")
        topic = message.message_thread_id if message and message.is_topic_message else None
        return Place(chat, topic, asked.message_id if asked and not self.is_private else None)

    @property
    def earlier(self) -> tuple[int, ...]:
        """The messages that answered this one before it was edited, as far as remembered."""
        asked = self.update.edited_message
        return self.contexts.replies_to(self.key, asked.message_id) if asked else ()

    @property
    def words(self) -> str:
        """The text of the message, or the caption of its picture; empty for none."""
        return _words(self.message)

    @property
    def after_command(self) -> str:
        """What stands after a command; empty if nothing."""
        return "".join(self.words.split(maxsplit=1)[1:])

    @property
    def said_to_bot(self) -> str | None:
        """The words without the bot's name; None when they are not for the bot.

        In a group it is spoken to by its name, by a command with its name, or by a reply to it.
        """
        message = self.message
        return self.words if self.is_private or message is None else said_to(self.bot, message)

    # ------------------------------------------------------------ answering

    async def answer(
        self, outcome: Outcome, instead_of: Sequence[int] = (), asked: str = ""
    ) -> None:
        """Remember what it is about, and say it.

        Args:
            outcome: what to say.
            instead_of: earlier messages in whose place it is said.
            asked: the words of the question, as far as they may be passed on.
        """
        if self._is_too_late and not any(alarm.is_full for alarm in outcome.alarms):
            return
        if self.asked:
            self.counters.note(outcome)
        if self.update.edited_message:
            self.counters.add(EDITED)
        if not self.is_anonymous:
            self.contexts.keep(self.key, outcome.context)
        reply, words = self._timely(outcome), self._may_be_passed_on(outcome, asked)
        if self.is_private:
            texts = self.answerer.knowledge.texts
            more = rows(outcome, texts, can_pass_on=words is not None)
            reply = replace(reply, buttons=(*reply.buttons, *more))
        told = f"Answered kind={kind(outcome.decision)} safety={outcome.route}"
        sent = await self.say(reply, instead_of, is_urgent=True, told=told)
        self.passing.questions.keep(self.key, sent[-1], words)

    def _may_be_passed_on(self, outcome: Outcome, asked: str) -> Asked | None:
        """The words, if they may be: not in a group, and not where a safety rule has a say."""
        is_allowed = self.is_private and self.passing.is_offered and outcome.route == "none"
        return Asked(asked, ids(outcome.decision)) if asked and is_allowed else None

    def _timely(self, outcome: Outcome) -> Reply:
        """The reply, with an apology when it comes late; nothing stands before a safety card."""
        message = self.update.message
        if message is None or not self.is_late(message) or any(a.is_full for a in outcome.alarms):
            return outcome.reply
        self.counters.add(LATE)
        apology = Block("text", self.text("late"))
        return replace(outcome.reply, blocks=(apology, *outcome.reply.blocks))

    async def tell(self, key: str, buttons: Sequence[Sequence[Button]] = (), **names: str) -> None:
        """Say one of the texts."""
        await self.say(self.reply(key, buttons, **names), told=f"Said text={key}")

    async def say(
        self,
        reply: Reply,
        instead_of: Sequence[int] = (),
        *,
        is_urgent: bool = False,
        told: str = "Said",
    ) -> list[int]:
        """Say something, and remember which messages answer this one; returns their numbers.

        Whoever edits a message gets the new answer in place of the old one. Where that is not known
        any more a second one would only confuse, so what is not urgent is left unsaid. `told` is
        what the operator reads of it.
        """
        if self._is_too_late and not is_urgent:
            return []
        answers = await edit_reply(self.place, instead_of or self.earlier, reply)
        if self.asked:
            self.contexts.keep_reply(self.key, self.asked.message_id, answers)
        log.info("%s ms=%d", told, 1000 * self.took_s())
        return answers

    async def acknowledge(self, key: str = "") -> None:
        """Stop the clock of the button that was pressed; too late is no harm.

        Args:
            key: a text for who pressed, shown in a window of its own: a notice that passes by is
                not read out by screen readers.
        """
        notice = plain(self.text(key)) if key else None
        with contextlib.suppress(TelegramError):
            await self.query.answer(notice, show_alert=bool(notice) or None)

    def reply(self, key: str, buttons: Sequence[Sequence[Button]] = (), **names: str) -> Reply:
        """One of the texts as a reply."""
        return Reply((Block("text", self.text(key, **names)),), tuple(map(tuple, buttons)))

    def text(self, key: str, **names: str) -> str:
        """One of the texts with its names filled in."""
        return self.answerer.composer.say(getattr(self.answerer.knowledge.texts, key), **names)

    @property
    def _is_too_late(self) -> bool:
        return self.update.edited_message is not None and not self.earlier


def said_to(bot: Bot, message: Message) -> str | None:
    """The words of a group's message without the bot's name; None when they are not for it."""
    words, name = _words(message), f"@{bot.username}"
    command = re.match(r"/\w+(@\w+)", words, re.ASCII)
    if command and command[1].lower() != name.lower():
        return None
    replied = message.reply_to_message
    is_reply = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    if not (is_reply or command or _is_named(bot, message)):
        return None
    return re.sub(re.escape(name), " ", words, flags=re.IGNORECASE).strip()


def _is_named(bot: Bot, message: Message) -> bool:
    entities = {**message.parse_entities(), **message.parse_caption_entities()}
    return any(
        (entity.user is not None and entity.user.id == bot.id)
        or (entity.type == MessageEntity.MENTION and text.lower() == f"@{bot.username}".lower())
        for entity, text in entities.items()
    )


def _words(message: Message | None) -> str:
    return (message.text or message.caption or "") if message else ""
