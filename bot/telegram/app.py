"""The bot in Telegram: handlers and their registration, read as a table of contents.

A handler reads, asks, notes and sends; what to say is decided elsewhere.
"""

import contextlib
import logging
import re
import time
import traceback
from collections.abc import Callable, Coroutine, Hashable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    MaybeInaccessibleMessage,
    Message,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    NetworkError,
    TelegramError,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest, HTTPXRequest

from bot.answering.answerer import Answerer
from bot.answering.compose import GENERAL, NONE_OF_THESE, QUESTION, TOPICS, entry_button
from bot.markup import plain
from bot.model import Button, Outcome
from bot.settings import Settings
from bot.store import IN_GENERAL, Counters
from bot.telegram.contexts import Contexts
from bot.telegram.polling import Polling
from bot.telegram.profile import introduce
from bot.telegram.sending import Place, edit, edit_reply, send, send_reply

ALLOWED_UPDATES = ("message", "edited_message", "callback_query")
LINK = "q_"
"""`/start q_<id>` opens an entry: https://t.me/<bot>?start=q_<id>."""
SECTION = "s:"
"""Data of the buttons that turn the pages of /topics; with no number, the list of sections."""
OURS = str(Path(__file__).parent.parent)
log = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]
Callback = Callable[[Any, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]
Method = Callable[..., Coroutine[Any, Any, None]]
"""A method of `Handlers` that takes an update and its context."""


@dataclass(slots=True)
class Current:
    """What answers the next update; whoever follows the knowledge puts a newer one in its place."""

    answerer: Answerer


@dataclass(frozen=True, slots=True)
class Handlers:
    """What the bot does with each kind of update; made anew for each, so of one knowledge only."""

    answerer: Answerer
    contexts: Contexts
    counters: Counters

    # ------------------------------------------------------------ commands

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say hello, or open the question that the link names."""
        payload = " ".join(context.args or [])
        entry = self.answerer.knowledge.entry(payload.removeprefix(LINK))
        if entry and payload.startswith(LINK):
            await self._reply(update, self.answerer.pick(entry, self.contexts.of(_key(update))))
        else:
            await self._tell(update, "welcome", self.answerer.composer.starters())

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell how to ask."""
        await self._tell(update, "help")

    async def about(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell what this bot is."""
        await self._tell(update, "about")

    async def privacy(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell what is kept."""
        await self._tell(update, "privacy")

    async def forget(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Erase what is remembered of this chat."""
        self.contexts.forget(_key(update))
        outcome = self.answerer.ask(_after_command(update))
        if outcome.alarms:
            await send_reply(_place(update), outcome.reply)
        await self._tell(update, "forgotten")

    async def topics(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the sections of all questions."""
        await self._tell(update, "topics", self._section_buttons())

    async def article(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the whole article."""
        await send_reply(_place(update), self.answerer.composer.article())

    async def version(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell which state of the knowledge answers."""
        knowledge, say = self.answerer.knowledge, self.answerer.composer.say
        text = say(knowledge.texts.version, version=str(knowledge.version))
        await send(_place(update), text)

    async def unknown_command(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Point at /help."""
        await self._tell(update, "unknown_command")

    async def card(self, update: Update) -> bool:
        """Send the card if what follows a command calls for one; returns whether it does."""
        words = _after_command(update)
        if not words or re.fullmatch(rf"{LINK}[\w-]*", words):
            return False
        outcome = self.answerer.ask(words, self.contexts.of(_key(update)))
        if outcome.alarms:
            await self._reply(update, outcome)
        return bool(outcome.alarms)

    # ------------------------------------------------------------ messages

    async def question(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a text, or the caption of a picture."""
        await self._reply(update, self.answerer.ask(_text(update), self.contexts.of(_key(update))))

    async def question_in_group(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer what names the bot or replies to it; stay silent otherwise."""
        text = _said_to(update.effective_message, context.bot)
        if text is not None:
            outcome = self.answerer.ask(text, self.contexts.of(_key(update)))
            await self._reply(update, outcome)

    async def edited(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Put the new answer in place of the old one.

        When the old one is not known any more, only a card is worth a second message.
        """
        message = update.edited_message
        is_private = message is not None and message.chat.type == Chat.PRIVATE
        text = _text(update) if is_private else _said_to(message, context.bot)
        if message is None or not text:
            return
        outcome = self.answerer.ask(text, self.contexts.of(_key(update)))
        answers = self.contexts.replies_to(_key(update), message.message_id)
        if answers or any(alarm.is_full for alarm in outcome.alarms):
            await self._reply(update, outcome, answers)

    async def no_text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Say that only text can be read."""
        await self._tell(update, "not_text")

    # ------------------------------------------------------------ buttons

    async def button(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what the pressed button says."""
        query = update.callback_query
        if query is None:
            return
        data = query.data or ""
        if data.startswith(GENERAL) and not _is_asker(query):
            await _acknowledge(query, plain(self._say("not_yours")))
            return
        await _acknowledge(query)
        entry = self.answerer.knowledge.entry(data.removeprefix(QUESTION))
        context = self.contexts.of(_key(update))
        if entry and data.startswith(QUESTION):
            await self._reply(update, self.answerer.pick(entry, context))
        elif data.startswith(GENERAL) and (outcome := self.answerer.in_general(data, context)):
            self.counters.add(f"{IN_GENERAL}{outcome.reasons[0]}")
            message = query.message if _is_editable(query.message) else None
            pressed = [message.message_id] if message else []
            await self._reply(update, outcome, pressed)
        elif data == NONE_OF_THESE:
            await self._reply(update, self.answerer.none_of_these(context))
        elif data == TOPICS:
            await self._tell(update, "topics", self._section_buttons())
        elif data.startswith(SECTION) and _is_editable(query.message):
            await self._turn_page(update, data.removeprefix(SECTION))
        else:
            await self._tell(update, "gone", self._section_buttons())

    async def _turn_page(self, update: Update, number: str) -> None:
        """Show the questions of a section, or all sections, in place of the list that is there."""
        texts = self.answerer.knowledge.texts
        here = (_place(update), update.effective_message.message_id)  # type: ignore[union-attr]
        sections = list(self._sections().items())
        if not number.isdecimal() or int(number) >= len(sections):
            await edit(*here, self._say("topics"), self._section_buttons())
            return
        section, buttons = sections[int(number)]
        title = escape(section, quote=False)
        text = self.answerer.composer.say(texts.topic_section, section=title)
        back = Button(texts.button_back, SECTION)
        await edit(*here, text, [*([button] for button in buttons), [back]])

    # ------------------------------------------------------------ shared

    async def _reply(
        self, update: Update, outcome: Outcome, instead_of: Sequence[int] = ()
    ) -> None:
        """Send the reply, or put it in place of the messages of an earlier one."""
        self.contexts.keep(_key(update), outcome.context)
        answers = await edit_reply(_place(update), instead_of, outcome.reply)
        question = update.message or update.edited_message
        if question is not None:
            self.contexts.keep_reply(_key(update), question.message_id, answers)

    async def _tell(
        self, update: Update, key: str, buttons: Sequence[Sequence[Button]] = ()
    ) -> None:
        await send(_place(update), self._say(key), buttons)

    def _say(self, key: str) -> str:
        return self.answerer.composer.say(getattr(self.answerer.knowledge.texts, key))

    def _sections(self) -> dict[str, list[Button]]:
        sections: dict[str, list[Button]] = {}
        for entry in self.answerer.knowledge.entries:
            if not entry.talk:
                sections.setdefault(entry.section, []).append(entry_button(entry))
        return sections

    def _section_buttons(self) -> list[list[Button]]:
        return [
            [Button(section, f"{SECTION}{number}")]
            for number, section in enumerate(self._sections())
        ]

    # ------------------------------------------------------------ around the messages

    async def failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Tell the operator the cause, and the person that something went wrong."""
        error = context.error
        is_harmless = isinstance(error, (Forbidden, ChatMigrated))
        log.log(logging.INFO if is_harmless else logging.ERROR, "%s", cause(error))
        if is_harmless or not isinstance(update, Update):
            return
        if update.effective_chat:
            with contextlib.suppress(TelegramError):
                await update.effective_chat.send_message(plain(self._say("error")))


def cause(error: BaseException | None) -> str:
    """What went wrong and where, without the words of a person: those may stand in the error."""
    if isinstance(error, Conflict):
        return "Another copy of this bot is running with the same token: stop one of the two."
    if isinstance(error, ChatMigrated):
        return "Telegram: ChatMigrated"  # its message names the chat
    if isinstance(error, TelegramError):
        return f"Telegram: {type(error).__name__}: {error.message}"
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)] or frames
    where = f" at {ours[-1].filename}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{where}"


def build_application(
    settings: Settings,
    current: Current,
    request: BaseRequest | None = None,
    clock: Callable[[], float] = time.monotonic,
    on_refused: Callable[[], None] = lambda: None,
    counters: Counters | None = None,
) -> App:
    """The bot, ready to run.

    Args:
        settings: token and address of the Bot API.
        current: what answers, now and later on.
        request: carries every request, for instance to a Bot API in memory; None for the network.
        clock: seconds that never go back.
        on_refused: called when Telegram no longer knows the token.
        counters: count what happens; None to count nothing.
    """

    async def start(application: App) -> None:
        await introduce(application.bot, current.answerer.knowledge.texts)

    builder = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .post_init(start)
    )
    if request is not None:
        builder = builder.request(request)
    fetching = Polling(request or HTTPXRequest(connection_pool_size=1), on_refused)
    application: App = builder.get_updates_request(fetching).build()
    contexts, counting = Contexts(clock), counters or Counters(None)
    register(application, lambda: Handlers(current.answerer, contexts, counting))
    return application


def register(application: App, handlers: Callable[[], Handlers]) -> None:
    """Who deals with what. The order matters: the first that fits takes the update."""

    def to(method: Method) -> Callback:
        """The method, of the knowledge that is live when the update comes."""

        async def handle(update: Any, context: ContextTypes.DEFAULT_TYPE) -> None:
            await method(handlers(), update, context)

        return handle

    def or_card(method: Method) -> Callback:
        """The same, but the card when what follows the command calls for one."""

        async def handle(update: Any, context: ContextTypes.DEFAULT_TYPE) -> None:
            ours = handlers()
            if not await ours.card(update):
                await method(ours, update, context)

        return handle

    new = filters.UpdateType.MESSAGE
    private = new & filters.ChatType.PRIVATE
    written = filters.TEXT | filters.CAPTION
    edited = filters.UpdateType.EDITED_MESSAGE & written & ~filters.COMMAND
    in_group = new & filters.ChatType.GROUPS & written
    commands: dict[str, Method] = {
        "start": Handlers.start,
        "help": Handlers.help,
        "topics": Handlers.topics,
        "article": Handlers.article,
        "about": Handlers.about,
        "privacy": Handlers.privacy,
        "version": Handlers.version,
    }
    for name, method in commands.items():
        application.add_handler(CommandHandler(name, or_card(method), new))
    for handler in (
        CommandHandler("forget", to(Handlers.forget), new),
        MessageHandler(private & filters.COMMAND, or_card(Handlers.unknown_command)),
        MessageHandler(private & written, to(Handlers.question)),
        MessageHandler(private & ~filters.StatusUpdate.ALL, to(Handlers.no_text)),
        MessageHandler(in_group, to(Handlers.question_in_group)),
        MessageHandler(edited, to(Handlers.edited)),
        CallbackQueryHandler(to(Handlers.button)),
    ):
        application.add_handler(handler)
    application.add_error_handler(to(Handlers.failed))


async def _acknowledge(query: CallbackQuery, notice: str | None = None) -> None:
    """Stop the button's clock, perhaps with a notice; too late is no harm."""
    with contextlib.suppress(BadRequest, NetworkError):
        await query.answer(notice)


def _is_asker(query: CallbackQuery) -> bool:
    """Whether who pressed is who asked; in a group the reply shows which message it answers."""
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    return not asked or not asked.from_user or asked.from_user.id == query.from_user.id


def _is_editable(message: MaybeInaccessibleMessage | None) -> bool:
    """Whether Telegram still lets the message be changed; it forgets old ones."""
    return isinstance(message, Message) and message.is_accessible


def _key(update: Update) -> Hashable:
    """Whose context this is: one per person and chat."""
    chat, user = update.effective_chat, update.effective_user
    return (chat.id if chat else 0, user.id if user else 0)


def _place(update: Update) -> Place:
    """Where a reply to this belongs."""
    chat, message = update.effective_chat, update.effective_message
    if chat is None:
        raise ValueError("an update without a chat reached a handler")
    is_topic = isinstance(message, Message) and message.is_topic_message
    topic = message.message_thread_id if isinstance(message, Message) and is_topic else None
    question = update.message or update.edited_message
    answers = question.message_id if question and chat.type != Chat.PRIVATE else None
    return Place(chat, topic, answers)


def _after_command(update: Update) -> str:
    """What a person wrote after a command; empty if nothing."""
    return "".join(_text(update).split(maxsplit=1)[1:])


def _said_to(message: Message | None, bot: Bot) -> str | None:
    """The words of a group's message without the bot's name; None when it is not for the bot."""
    if message is None:
        return None
    name = f"@{bot.username}"
    entities = {**message.parse_entities(), **message.parse_caption_entities()}
    named = [text for text in entities.values() if text.lower() == name.lower()]
    replied = message.reply_to_message
    is_reply = bool(replied and replied.from_user and replied.from_user.id == bot.id)
    if not named and not is_reply:
        return None
    return re.sub(re.escape(name), " ", _words(message), flags=re.IGNORECASE).strip()


def _text(update: Update) -> str:
    return _words(update.effective_message)


def _words(message: Message | None) -> str:
    return (message.text or message.caption or "") if message else ""
