"""The bot without Telegram: its real handlers, a Bot API in memory, a terminal and a chat page.

With `cli` the only place that puts the parts together. The page shows why the bot said what it
said, and answers follow the knowledge while it is edited.
"""

import asyncio
import contextlib
import logging
import os
import sys
import threading
import time
import webbrowser
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from telegram import Update

from bot.answering.answerer import Answerer
from bot.editing import Editing
from bot.following import Change, Learning, Live, Refused
from bot.offline import terminal
from bot.offline.api import ANNA, FakeBotApi, Json
from bot.offline.request import OfflineRequest
from bot.offline.server import PortInUse, serving
from bot.reasons import Heard, Listened, told
from bot.settings import Settings, has_desktop
from bot.stopping import cancel_on_stop
from bot.telegram.app import ALLOWED_UPDATES, App, Current, build_application
from bot.telegram.patience import Patient
from bot.telegram.serving import following

TOKEN = "1:offline"  # noqa: S105 - opens nothing but the Bot API in memory
POLL_S = 50
WAIT_S = 1
"""After a refusal, as when another program fetches the updates of this bot as well."""
MOST_EXPLAINED = 1000
"""Only for so many messages, the newest, the page can tell why."""
GREETING = (
    "You are talking to the bot offline, nothing leaves this machine. A number presses that\n"
    "button; Ctrl-D ends. With TELEGRAM_BOT_TOKEN in .env the same command serves Telegram.\n"
)
PAGE = "Chat page: {address}/  (people, groups, and why the bot says what it says)"
Key = tuple[int, int]
"""Chat and message number."""
log = logging.getLogger(__name__)


class Stage:
    """The bot at work on a Bot API in memory."""

    def __init__(self, api: FakeBotApi, application: App, heard: list[Heard]) -> None:
        self.api = api
        self.application = application
        self.heard = heard
        self.done: dict[int, asyncio.Event] = {}
        """Updates that somebody waits for."""
        self.reasons: OrderedDict[Key, Heard] = OrderedDict()

    async def work(self) -> None:
        """Fetch updates and let the handlers deal with them, one after another, until cancelled."""
        offset = 0
        while True:
            asked = {"offset": offset, "timeout": POLL_S, "allowed_updates": ALLOWED_UPDATES}
            try:
                _, answer = await self.api.call(TOKEN, "getUpdates", asked)
            except ConnectionError:
                answer = {}
            if "result" not in answer:
                await asyncio.sleep(WAIT_S)
            for update in answer.get("result", ()):
                offset = update["update_id"] + 1
                await self._deal_with(update)

    async def handle(self, update: Json) -> None:
        """Return when the bot has dealt with an update."""
        done = self.done[update["update_id"]] = asyncio.Event()
        await done.wait()
        del self.done[update["update_id"]]

    def why(self, chat: int, message: int) -> Json | None:
        """What the page shows of the reasons for a message; None where nothing was asked."""
        heard = self.reasons.get((chat, message))
        return told(heard) if heard else None

    async def _deal_with(self, update: Json) -> None:
        self.heard.clear()
        before = self.api.world.log.last
        try:
            read = Update.de_json(update, self.application.bot)
        except Exception as error:
            log.error("Update %d was skipped: %s", update["update_id"], type(error).__name__)
        else:
            await self.application.process_update(read)
        if self.heard:
            for key in self._touched(update, before):
                self.reasons[key] = self.heard[-1]
        while len(self.reasons) > MOST_EXPLAINED:
            self.reasons.popitem(last=False)
        if update["update_id"] in self.done:
            self.done[update["update_id"]].set()

    def _touched(self, update: Json, before: int) -> list[Key]:
        """The message that asked, and those that the bot has written or changed since."""
        asked = [update.get(kind) for kind in ("message", "edited_message")]
        since = self.api.world.log.since(before)
        said = [event.data for event in since if event.kind in ("message", "edited")]
        return [(m["chat"]["id"], m["message_id"]) for m in (*asked, *said) if m]


class Taker:
    """Puts new knowledge in the place of the old one, and tells the page."""

    def __init__(self, api: FakeBotApi, answerer: Answerer, heard: list[Heard]) -> None:
        self.api = api
        self.heard = heard
        self.live = answerer
        """What answers, without ears."""
        self.current = Current(Listened.to(answerer, heard))
        self._saved = answerer.knowledge.version.fingerprint

    async def take(self, change: Change) -> None:
        """Take over a change of the knowledge."""
        if isinstance(change, Learning):
            self._saved = change.version.fingerprint
        if isinstance(change, Live):
            self.live = change.answerer
            self.current.answerer = Listened.to(change.answerer, self.heard)
        if change.version.fingerprint == self._saved:
            # What was refused is not hidden by what goes on being learnt.
            self.api.tell_knowledge(_told(change))


async def converse(settings: Settings, answerer: Answerer, port: int, *, browse: bool) -> None:
    """Chat in the terminal, answer each line of a pipe, or play the tour where there is no input.

    While there may be more input, the chat page is served as well.

    Args:
        settings: what the handlers go by; a token of its own is used.
        answerer: what answers at first; edits of the knowledge are followed.
        port: of the page; another one when it is taken.
        browse: open the page in a browser, where there is a desktop.
    """
    cancel_on_stop()
    heard: list[Heard] = []
    api = FakeBotApi(TOKEN, now=lambda: int(time.time()))
    api.world.meet(ANNA)
    taker = Taker(api, answerer, heard)
    request = Patient(OfflineRequest(api))
    given = replace(settings, token=TOKEN)
    application = build_application(given, taker.current, request)
    stage = Stage(api, application, heard)
    async with application:
        await application.post_init(application)  # type: ignore[misc]
        async with _working(stage), contextlib.AsyncExitStack() as stack:
            if not _has_no_input():
                await taker.take(Live(answerer.knowledge.version, answerer))
                editing = Editing(settings, lambda: taker.live)
                await stack.enter_async_context(_page(api, stage, editing, port, browse=browse))
                await stack.enter_async_context(
                    following(settings, application, taker.current, taker.take)
                )
            await _talk(stage, answerer.knowledge.texts.tour)


async def _talk(stage: Stage, tour: Sequence[str]) -> None:
    """Let whoever is at the standard input talk with the bot; the tour if nobody is."""
    if _is_terminal():
        print(GREETING, file=sys.stderr)
        lines = terminal.arriving(terminal.lines_of(sys.stdin))
        await terminal.chat(stage.api, stage.handle, lines, sys.stdout)
        return
    if not _has_no_input():
        lines = terminal.arriving(terminal.lines_of(sys.stdin))
        if await terminal.talk(stage.api, stage.handle, lines, sys.stdout):
            return
    print("No input: here is a short tour.", file=sys.stderr)
    await terminal.play(stage.api, stage.handle, tour, sys.stdout)


@contextlib.asynccontextmanager
async def _working(stage: Stage) -> AsyncIterator[None]:
    """As long as the block lasts, the bot works."""
    work = asyncio.create_task(stage.work())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.wait([work])


@contextlib.asynccontextmanager
async def _page(
    api: FakeBotApi, stage: Stage, editing: Editing, port: int, *, browse: bool
) -> AsyncIterator[None]:
    """As long as the block lasts, serve the chat page and the Bot API; tell where."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            served = serving(api, port=port, why=stage.why, editing=editing)
            address = await stack.enter_async_context(served)
        except PortInUse:
            served = serving(api, port=0, why=stage.why, editing=editing)
            address = await stack.enter_async_context(served)
        print(PAGE.format(address=address), file=sys.stderr, flush=True)
        if browse and _is_terminal() and has_desktop():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        yield


def _has_no_input() -> bool:
    """Whether nobody can ever write: no standard input at all, or the empty device."""
    if sys.stdin is None or sys.stdin.closed:
        return True
    with contextlib.suppress(OSError, ValueError):
        return os.path.samestat(os.fstat(sys.stdin.fileno()), os.stat(os.devnull))  # noqa: PTH116
    return False


def _is_terminal() -> bool:
    return not _has_no_input() and sys.stdin.isatty()


def _told(change: Change) -> Json:
    """A change of the knowledge as the page shows it."""
    problems = change.problems if isinstance(change, Refused) else ()
    return {
        "state": type(change).__name__.lower(),
        "version": str(change.version),
        "findings": [str(problem) for problem in problems],
    }
