"""The bot in Telegram: who deals with which update, read as a table of contents."""

import asyncio
import contextlib
import logging
import re
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Message, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.answering.answerer import Answerer
from bot.logs import trace
from bot.passed import FILE as PASSED
from bot.passed import Queue
from bot.settings import Settings
from bot.store import COMMAND, ERROR, Counters, today
from bot.telegram import buttons, commands, inline, messages
from bot.telegram.commands import unless_alarming
from bot.telegram.contexts import Contexts
from bot.telegram.messages import GROUPS, MOVED, PEOPLE, PRIVATE
from bot.telegram.offers import REVIEW
from bot.telegram.polling import in_short
from bot.telegram.profile import introduce
from bot.telegram.questions import Passing, Questions
from bot.telegram.sending import send
from bot.telegram.turn import Act, Turn

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "inline_query")
COMMANDS: dict[str, Act] = {
    "start": unless_alarming(commands.start),
    "help": unless_alarming(commands.guide),
    "topics": unless_alarming(commands.topics),
    "article": unless_alarming(commands.article),
    "about": unless_alarming(commands.about),
    "developer_info": unless_alarming(commands.about),  # Telegram's standard policy names it
    "privacy": unless_alarming(commands.privacy),
    "version": unless_alarming(commands.version),
    "forget": commands.forget,
}
CLOSED = re.compile(
    "chat not found|group chat was deactivated|not enough rights|no rights to send"
    "|topic_(closed|deleted)|message thread not found",
    re.IGNORECASE,
)
"""In a chat of which Telegram says so, the bot cannot write, whatever it may be."""
log = logging.getLogger(__name__)
App = Application[Any, Any, Any, Any, Any, Any]
Callback = Callable[[Any, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Current:
    """What answers the next update; whoever follows the knowledge puts a newer one in its place."""

    answerer: Answerer


@dataclass(frozen=True, slots=True)
class PassedOver:
    """An update that is not dealt with, and the text that says so."""

    update: Update
    why: str


class Reviewing(Protocol):
    """What the maintainers are told, and what they press."""

    def wake(self) -> None:
        """Something has been passed on or taken back."""

    async def pressed(self, turn: Turn) -> None:
        """Do what a button says."""

    def moved(self, old: int, new: int) -> None:
        """A group has another number."""


def build_application(
    settings: Settings,
    current: Current,
    request: BaseRequest,
    fetching: BaseRequest | None = None,
    clock: Callable[[], float] = time.monotonic,
    counters: Counters | None = None,
    is_late: Callable[[Message], bool] = lambda _: False,
    reviewing: Reviewing | None = None,
) -> App:
    """The bot, ready to deal with updates.

    Args:
        settings: token and address of the Bot API.
        current: what answers, now and later on.
        request: carries every request, for instance to a Bot API in memory.
        fetching: carries those that fetch updates, if it is another.
        clock: seconds that never go back.
        counters: count what happens; None to count nothing.
        is_late: whether a message has waited so long that its answer begins with an apology.
        reviewing: the maintainers' review, if there is one in chats.
    """

    async def start(application: App) -> None:
        await introduce(application.bot, current.answerer.knowledge.texts, settings.admin_chats)

    application: App = (
        ApplicationBuilder()
        .token(settings.token)
        .base_url(f"{settings.api_url}/bot")
        .base_file_url(f"{settings.api_url}/file/bot")
        .updater(None)
        .request(request)
        .get_updates_request(fetching or request)
        .post_init(start)
        .build()
    )
    contexts, counting = Contexts(clock), counters or Counters(None)
    queue = Queue(settings.data_dir / PASSED, today)
    on_change = reviewing.wake if reviewing else lambda: None
    passing = Passing(queue, Questions(clock, _later), settings.pass_on, on_change)

    def turn(update: Update, context: ContextTypes.DEFAULT_TYPE) -> Turn:
        came_s = clock()
        return Turn(
            update,
            context.bot,
            current.answerer,
            contexts,
            counting,
            passing,
            is_late,
            lambda: clock() - came_s,
        )

    register(application, turn, reviewing)
    return application


def _later(seconds: float, act: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, act)


def register(
    application: App,
    turn: Callable[[Update, ContextTypes.DEFAULT_TYPE], Turn],
    reviewing: Reviewing | None = None,
) -> None:
    """Who deals with what. The order matters: the first that fits takes the update."""

    def to(act: Act) -> Callback:
        async def handle(update: Any, context: ContextTypes.DEFAULT_TYPE) -> None:
            await act(turn(update, context))

        return handle

    async def passed_over(notice: PassedOver, context: ContextTypes.DEFAULT_TYPE) -> None:
        await turn(notice.update, context).tell(notice.why)

    async def fail(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        await failed(turn(update, context) if isinstance(update, Update) else None, context.error)

    if reviewing:
        application.add_handler(CallbackQueryHandler(to(reviewing.pressed), pattern=f"^{REVIEW}"))
    for name, act in COMMANDS.items():
        application.add_handler(CommandHandler(name, to(counted(f"{COMMAND}{name}", act)), PEOPLE))
    for handler in (
        MessageHandler(
            PRIVATE & filters.COMMAND,
            to(counted(f"{COMMAND}unknown", unless_alarming(commands.unknown))),
        ),
        MessageHandler(PRIVATE, to(messages.in_private)),
        MessageHandler(GROUPS, to(messages.in_group)),
        MessageHandler(MOVED, to(moving(reviewing))),
        CallbackQueryHandler(to(buttons.pressed)),
        InlineQueryHandler(to(inline.asked)),
        TypeHandler(PassedOver, passed_over, strict=True),
    ):
        application.add_handler(handler)
    application.add_error_handler(fail)


def counted(name: str, act: Act) -> Act:
    """The same, and counted."""

    async def count(turn: Turn) -> None:
        turn.counters.add(name)
        await act(turn)

    return count


def moving(reviewing: Reviewing | None) -> Act:
    """Let whoever remembers a group go on under its new number."""

    async def move(turn: Turn) -> None:
        if turn.message is None:
            return
        old, new = messages.moved(turn.message)
        turn.contexts.move(old, new)
        if reviewing:
            reviewing.moved(old, new)

    return move


async def failed(turn: Turn | None, error: BaseException | None) -> None:
    """Tell the operator the cause, and the person that something went wrong."""
    is_closed = isinstance(error, BadRequest) and bool(CLOSED.search(str(error)))
    is_harmless = is_closed or isinstance(error, (Forbidden, ChatMigrated))
    log.log(logging.INFO if is_harmless else logging.ERROR, "%s", cause(error))
    if turn and not is_harmless:
        turn.counters.add(f"{ERROR}{type(error).__name__}")
    if turn and turn.update.effective_chat and not is_harmless:
        with contextlib.suppress(TelegramError):
            await send(turn.place, turn.text("error"))


def cause(error: BaseException | None) -> str:
    """What went wrong and where, without the words of a person: those may stand in the error."""
    if isinstance(error, TelegramError):
        return f"Telegram: {in_short(error)}"
    return trace(error) if error else "no error is known"
