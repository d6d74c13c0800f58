"""A browser, and the real bot behind the offline server with its page."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pytest
from offline_chat import CONTACT, TOKEN, Clock, shipped
from playwright.sync_api import Browser, Page, expect, sync_playwright
from telegram import Update

from bot.building import build
from bot.offline.api import ANNA, FakeBotApi
from bot.offline.request import OfflineRequest
from bot.offline.server import serving
from bot.settings import CHECKOUT, Settings
from bot.telegram.app import Current, build_application

MOST_WAIT_MS = 60_000
BREAD = Path(__file__).parents[1] / "bread"
REASONS = {
    "sections": [
        {"title": "Safety", "rows": [{"label": "card", "value": "none"}]},
        {
            "title": "Candidates",
            "rows": [
                {"label": "soreness-after", "value": "0.93", "share": 0.93},
                {"label": "length-of-therapy", "value": "0.04", "share": 0.04},
            ],
        },
    ]
}


class Offline:
    """The bot and the offline server in a thread of their own; `with` starts them."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.api = FakeBotApi(TOKEN)
        self.api.world.meet(ANNA)
        self.answerer = shipped()  # here, because the first time it takes long to learn
        self.address = ""
        self._loop = asyncio.new_event_loop()
        self._serving: asyncio.Task[None] | None = None
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(60), "the server did not come up"
        assert self.address, "the server fell over"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._serving.cancel)
        self._thread.join(60)

    def call(self, method: str, **parameters: Any) -> Any:
        """What the Bot API answers to a call of a bot."""
        status, body = self.run(self.api.call(TOKEN, method, parameters))
        assert status == 200, body
        return body["result"]

    def do(self, act: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """What something gives that has to be done in the server's thread."""

        async def done() -> Any:
            return act(*args, **more)

        return self.run(done())

    def run(self, awaitable: Awaitable[Any]) -> Any:
        """The result of a coroutine, run by the server's loop."""
        return asyncio.run_coroutine_threadsafe(awaitable, self._loop).result(60)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._serving = self._loop.create_task(self._serve())
        try:
            self._loop.run_until_complete(self._serving)
        except asyncio.CancelledError:
            pass
        finally:
            self._is_up.set()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _serve(self) -> None:
        with tempfile.TemporaryDirectory() as kept:
            settings = Settings(token=TOKEN, operator_contact=CONTACT, data_dir=Path(kept))
            request = OfflineRequest(self.api)
            application = build_application(
                settings, Current(self.answerer), request, clock=Clock()
            )
            async with serving(self.api, port=self.port, why=self._why) as self.address:
                await application.initialize()
                await application.post_init(application)
                self._is_up.set()
                await self._answer(application)

    async def _answer(self, application: Any) -> None:
        """Poll as the bot does, until the end."""
        offset = 0
        while True:
            asked = {"offset": offset, "timeout": 60}
            _, body = await self.api.call(TOKEN, "getUpdates", asked)
            for update in body["result"]:
                offset = update["update_id"] + 1
                await application.process_update(Update.de_json(update, application.bot))

    def _why(self, chat: int, number: int) -> dict[str, Any] | None:
        message = self.api.chats[chat].message(number)
        return REASONS if message and message["from"]["is_bot"] else None


@pytest.fixture
def offline() -> Iterator[Offline]:
    """A fresh Telegram in which only Anna has ever heard of the bot."""
    with Offline() as running:
        yield running


@dataclass
class Tried:
    """A bot that answers from a copy of the small knowledge, and its page."""

    address: str
    folder: Path

    def text(self, file: str = "qa.yaml") -> str:
        """What stands in a file."""
        return (self.folder / file).read_text("utf-8")

    def edit(self, old: str, new: str) -> None:
        """Save a change as an editor does: the bot may look at any moment, at no half file."""
        text = self.text()
        assert old in text
        (self.folder / "saved").write_text(text.replace(old, new, 1), "utf-8")
        (self.folder / "saved").replace(self.folder / "qa.yaml")


@pytest.fixture(scope="session")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the small knowledge teaches, where no other process writes while it is copied."""
    folder = tmp_path_factory.mktemp("learnt")
    build(Settings(knowledge_dir=BREAD, data_dir=folder))
    return folder


@pytest.fixture
def maintained(tmp_path: Path, learnt: Path) -> Iterator[Tried]:
    """`python -m bot` as a process, until the end of its input."""
    folder = tmp_path / "bread"
    shutil.copytree(BREAD, folder)
    shutil.copytree(learnt, tmp_path / "data")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "--port", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(CHECKOUT),
            "KNOWLEDGE_DIR": str(folder),
            "DATA_DIR": str(tmp_path / "data"),
            **{name: value for name, value in os.environ.items() if name.startswith("COV")},
        },
    ) as process:
        try:
            address = process.stderr.readline().split()[2]
            yield Tried(address, folder)
            process.stdin.close()
            assert process.wait(60) == 0
        finally:
            process.kill()


# Not for the whole session: Playwright keeps a loop running, which other tests cannot have.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium; without one the tests are skipped unless they are required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "there is no Chromium on this machine (Debian: apt-get install chromium)"
        if os.environ.get("BROWSER_TESTS") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=MOST_WAIT_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, timeout=2 * MOST_WAIT_MS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, offline: Offline) -> Iterator[Callable[..., Page]]:
    """Opens the page as a browser of that kind; a fault in it fails the test."""
    contexts, faults = [], []

    def opened(**kind: Any) -> Page:
        contexts.append(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **kind}))
        contexts[-1].set_default_timeout(MOST_WAIT_MS)
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(offline.address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [fault for fault in faults if "Failed to load resource" not in fault] == []


@pytest.fixture
def chat(open_page: Callable[..., Page]) -> "Chat":
    """Anna's chat on a wide screen, begun."""
    return Chat(open_page()).begin()


class Chat:
    """What a person does and sees on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.input = page.get_by_role("textbox", name="Message", exact=True)
        self.messages = page.locator("#log .message")
        self.newest = self.messages.last
        self.notice = page.locator("#toast")

    def begin(self) -> Self:
        """Press START and wait until the bot has said hello."""
        self.page.get_by_role("button", name="Start").click()
        expect(self.newest).to_contain_text("Hello!")
        return self

    def say(self, text: str) -> None:
        """Write and press Enter."""
        self.input.fill(text)
        self.input.press("Enter")

    def sees(self, text: str) -> None:
        """Wait until the newest message says that, not only one of its buttons."""
        expect(self.newest.locator(".text")).to_contain_text(text)

    def button(self, name: str) -> Any:
        """The newest button of that name."""
        return self.page.get_by_role("button", name=name, exact=True).last
