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
from dataclasses import dataclass, field, replace

from telegram import Update

from bot.answering.answerer import NOBODY, Answerer
from bot.answering.explain import Row, sections
from bot.following import Change, Learning, Live, Refused
from bot.model import Context, Entry, Outcome
from bot.offline import terminal
from bot.offline.api import ANNA, FakeBotApi, Json
from bot.offline.request import OfflineRequest
from bot.offline.server import PortInUse, serving
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


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked and what came of it."""

    answerer: Answerer
    text: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Listened(Answerer):
    """An answerer that notes what it is asked."""

    heard: list[Heard] = field(default_factory=list, compare=False)

    @classmethod
    def to(cls, answerer: Answerer, heard: list[Heard]) -> "Listened":
        """The same answerer, noting into a list."""
        a = answerer
        return cls(a.knowledge, a.matcher, a.safety, a.composer, heard)

    def ask(self, text: str, context: Context = NOBODY) -> Outcome:
        """Answer a message."""
        return self._note(text, Answerer.ask(self, text, context))

    def pick(self, entry: Entry, context: Context = NOBODY) -> Outcome:
        """The answer to a question that was chosen."""
        return self._note("", Answerer.pick(self, entry, context))

    def _note(self, text: str, outcome: Outcome) -> Outcome:
        self.heard.append(Heard(self, text, outcome))
        return outcome


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
        if heard is None:
            return None
        return {
            "sections": [
                {"title": section.title, "rows": [_row(row) for row in section.rows]}
                for section in sections(heard.answerer, heard.text, heard.outcome)
            ]
        }

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


def _row(row: Row) -> Json:
    shown = {"label": row.label, "value": row.value}
    return shown if row.share is None else {**shown, "share": row.share}


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
    current = Current(Listened.to(answerer, heard))
    request = Patient(OfflineRequest(api))
    application = build_application(replace(settings, token=TOKEN), current, request)
    stage = Stage(api, application, heard)

    tell = Teller(api).tell

    async def on_change(change: Change) -> None:
        if isinstance(change, Live):
            current.answerer = Listened.to(change.answerer, heard)
        tell(change)

    async with application:
        await application.post_init(application)  # type: ignore[misc]
        async with _working(stage), contextlib.AsyncExitStack() as stack:
            if not _has_no_input():
                tell(Live(answerer.knowledge.version, answerer))
                await stack.enter_async_context(_page(api, stage, port, browse=browse))
                await stack.enter_async_context(
                    following(settings, application, current, on_change)
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
async def _page(api: FakeBotApi, stage: Stage, port: int, *, browse: bool) -> AsyncIterator[None]:
    """As long as the block lasts, serve the chat page and the Bot API; tell where."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(serving(api, port=port, why=stage.why))
        except PortInUse:
            address = await stack.enter_async_context(serving(api, port=0, why=stage.why))
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


class Teller:
    """Tells the page how it stands with what was saved last.

    What was refused is not hidden by what becomes of an earlier state meanwhile.
    """

    def __init__(self, api: FakeBotApi) -> None:
        self._api = api
        self._saved = ""

    def tell(self, change: Change) -> None:
        """Show a change, unless something newer was saved since."""
        if isinstance(change, Learning) or not self._saved:
            self._saved = change.version.fingerprint
        if change.version.fingerprint == self._saved:
            self._api.tell_knowledge(_told(change))


def _told(change: Change) -> Json:
    """A change of the knowledge as the page shows it."""
    problems = change.problems if isinstance(change, Refused) else ()
    return {
        "state": type(change).__name__.lower(),
        "version": str(change.version),
        "findings": [str(problem) for problem in problems],
    }
