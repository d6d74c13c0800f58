"""The bot without a token: terminal, chat page, reasons and edits of the knowledge at once."""

import asyncio
import contextlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from offline_chat import bread, in_loop

from bot import without_telegram
from bot.building import build
from bot.following import Learning, Live, Refused
from bot.model import Version
from bot.offline.api import ANNA, FakeBotApi
from bot.settings import CHECKOUT, Settings, has_desktop

BREAD = Path(__file__).with_name("bread")
PATIENCE_S = 60


class Screen(io.StringIO):
    """What is printed; somebody may wait for words."""

    def __init__(self) -> None:
        super().__init__()
        self.more = asyncio.Event()

    def write(self, text: str) -> int:
        """Print."""
        self.more.set()
        return super().write(text)

    async def shows(self, words: str) -> str:
        """Wait until these words stand there; returns all that does."""
        while words not in self.getvalue():
            self.more.clear()
            await self.more.wait()
        return self.getvalue()


@dataclass
class Tried:
    """The bot at work: what is typed, what is printed, and the page."""

    page: httpx.AsyncClient
    keyboard: int
    out: Screen
    errors: Screen

    def type(self, text: str) -> None:
        """Write a line at the terminal, or into the pipe."""
        os.write(self.keyboard, f"{text}\n".encode())

    async def do(self, act: str, **values: Any) -> Any:
        """Ask the page's server for something that Anna does."""
        answer = await self.page.post(f"/offline/{act}", json={"person": ANNA.id, **values})
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def says(self, text: str) -> str:
        """What the bot replies to words written on the page."""
        sent = await self.do("send", text=text)
        return str((await self.hears(after=sent["message"]["message_id"]))["text"])

    async def hears(self, after: int) -> Any:
        """The bot's first message after that one."""
        found = await self.do("wait", after=after, timeout_s=PATIENCE_S)
        return found["messages"][0]

    async def why(self, number: int) -> httpx.Response:
        """What the page is told about a message."""
        return await self.page.get(f"/offline/why?chat={ANNA.id}&message_id={number}")


@contextlib.asynccontextmanager
async def trying(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    folder: Path = BREAD,
    port: int = 0,
    browse: bool = False,
    is_terminal: bool = False,
) -> AsyncIterator[Tried]:
    """Let the bot work until the end of the block, which is the end of its input."""
    keyboard, reading = os.openpty() if is_terminal else reversed(os.pipe())
    out, errors = Screen(), Screen()
    settings = Settings(knowledge_dir=folder, data_dir=tmp_path / "data")
    answerer = bread() if folder == BREAD else build(settings)
    with os.fdopen(reading, encoding="utf-8") as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", errors)
        work = without_telegram.converse(settings, answerer, port, browse=browse)
        async with asyncio.timeout(2 * PATIENCE_S), asyncio.TaskGroup() as group:
            group.create_task(work)
            said = await errors.shows("why the bot")
            address = said.partition("Chat page: ")[2].split("/  ")[0]
            async with httpx.AsyncClient(
                base_url=address, trust_env=False, timeout=2 * PATIENCE_S
            ) as page:
                yield Tried(page, keyboard, out, errors)
            os.close(keyboard)


@pytest.mark.parametrize("is_terminal", [True, False], ids=["a terminal", "a pipe"])
@in_loop
async def test_neither_side_waits_for_the_other(monkeypatch, tmp_path, is_terminal):
    """The page is answered while nobody types, and what is typed while the page waits."""
    async with trying(monkeypatch, tmp_path, is_terminal=is_terminal) as bot:
        assert "230 degrees" in await bot.says("how hot")
        waiting = asyncio.create_task(bot.do("wait", after=99, timeout_s=PATIENCE_S))
        bot.type("how long do i knead")
        assert "ten minutes" in await bot.out.shows("ten minutes")
        assert "230 degrees" in await bot.says("how hot is the oven")
        await waiting
        assert "Traceback" not in bot.errors.getvalue()


@in_loop
async def test_a_number_at_the_terminal_presses_a_button_seen_on_the_page(monkeypatch, tmp_path):
    """Both sides are the same chat."""
    async with trying(monkeypatch, tmp_path, is_terminal=True) as bot:
        await bot.says("how long do i knead")
        bot.type("1")
        assert "two hours" in await bot.out.shows("two hours")


def told(answer: httpx.Response) -> dict[str, list[str]]:
    """The reasons as title -> lines."""
    assert answer.status_code == 200, answer.text
    return {
        section["title"]: [f"{row['label']} {row['value']}".strip() for row in section["rows"]]
        for section in answer.json()["result"]["sections"]
    }


@in_loop
async def test_why(monkeypatch, tmp_path):
    """The question and its answer have the same reasons; a pressed button has its own."""
    async with trying(monkeypatch, tmp_path) as bot:
        asked = (await bot.do("send", text="how long do i knead"))["message"]["message_id"]
        answer = await bot.hears(after=asked)
        reasons = told(await bot.why(asked))
        assert list(reasons)[:4] == ["Safety", "Decision", "Read as", "Candidates"]
        assert reasons["Safety"] == ["route none"]
        assert reasons["Decision"][0].startswith("answer how-long-to-knead")
        assert told(await bot.why(answer["message_id"])) == reasons

        await bot.do("press", label="How long does the dough rise?")
        pressed = await bot.hears(after=answer["message_id"])
        reasons = told(await bot.why(pressed["message_id"]))
        assert list(reasons) == ["Safety", "Decision"]
        assert reasons["Decision"][0].startswith("answer how-long-to-rise")


@in_loop
async def test_what_asked_nothing_has_no_reasons(monkeypatch, tmp_path):
    """A command, its reply, and a message that does not exist are 404."""
    async with trying(monkeypatch, tmp_path) as bot:
        asked = (await bot.do("send", text="/about"))["message"]["message_id"]
        answer = await bot.hears(after=asked)
        for number in (asked, answer["message_id"], 99):
            assert (await bot.why(number)).status_code == 404


@in_loop
async def test_reasons_are_kept_for_the_newest_messages_only(monkeypatch, tmp_path):
    """Memory does not grow with every message of a long session."""
    monkeypatch.setattr(without_telegram, "MOST_EXPLAINED", 2)
    async with trying(monkeypatch, tmp_path) as bot:
        await bot.says("how long do i knead")
        await bot.says("how hot")
        found = [(await bot.why(number)).status_code for number in (1, 2, 3, 4)]
        assert found == [404, 404, 200, 200]


def edit(folder: Path, old: str, new: str) -> None:
    """Save a change as an editor does."""
    path = folder / "qa.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.with_suffix(".new").write_text(text.replace(old, new, 1), "utf-8")
    path.with_suffix(".new").replace(path)


async def knowledge(lines: AsyncIterator[str]) -> Any:
    """The next thing that the page hears about the knowledge."""
    async for line in lines:
        if line == "event: knowledge":
            return json.loads((await anext(lines)).removeprefix("data: "))
    raise AssertionError("the events have ended")


@in_loop
async def test_answers_follow_the_knowledge(monkeypatch, tmp_path):
    """The page hears of each edit; a fault is named with its line and the old answer stays."""
    folder = tmp_path / "bread"
    shutil.copytree(BREAD, folder)
    async with (
        trying(monkeypatch, tmp_path, folder=folder) as bot,
        bot.page.stream("GET", "/offline/events") as events,
    ):
        lines = aiter(events.aiter_lines())
        await anext(lines)
        begun = (await bot.page.get("/offline/state")).json()["result"]["knowledge"]
        assert (begun["state"], begun["findings"]) == ("live", [])

        edit(folder, "says 230 degrees", "says 250 degrees")
        learning, live = await knowledge(lines), await knowledge(lines)
        assert (learning["state"], live["state"]) == ("learning", "live")
        assert live["version"] not in ("", begun["version"])
        assert "250 degrees" in await bot.says("how hot")
        assert told(await bot.why(1))["Decision"][0].startswith("answer how-hot")

        edit(folder, "id: hello", "id: Hello")
        assert (await knowledge(lines))["state"] == "learning"
        refused = await knowledge(lines)
        assert refused["state"] == "refused"
        assert f"{folder / 'qa.yaml'}:" in refused["findings"][0]
        assert "[bad-id]" in refused["findings"][0]
        assert "250 degrees" in await bot.says("how hot")


FIRST, SECOND = Version("first"), Version("second")
FOR_NOW = replace(FIRST, is_provisional=True)
TOLD = {
    "what serves for now, then to the end": (
        [Learning(FIRST), FOR_NOW, FIRST],
        ["learning", "live for now", "live"],
    ),
    "a fault stays to be seen when what was saved before is learnt to the end": (
        [Learning(FIRST), FOR_NOW, Learning(SECOND), Refused(SECOND, ()), FIRST],
        ["learning", "live for now", "learning", "refused"],
    ),
    "a fault that is mended": (
        [Learning(SECOND), Refused(SECOND, ()), Learning(FIRST), FIRST],
        ["learning", "refused", "learning", "live"],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), TOLD.values(), ids=TOLD)
@in_loop
async def test_what_the_page_is_told(changes, expected):
    """A version stands for that state being live."""
    api, answerer = FakeBotApi("1:offline", now=lambda: 0), bread()
    taker = without_telegram.Taker(api, answerer, [])
    heard = []
    for change in changes:
        api.knowledge = None
        await taker.take(Live(change, answerer) if isinstance(change, Version) else change)
        if api.knowledge is not None:
            is_now = "still being calibrated" in api.knowledge["version"]
            heard.append(api.knowledge["state"] + (" for now" if is_now else ""))
    assert heard == expected


@in_loop
async def test_a_taken_port_leads_to_another(monkeypatch, tmp_path):
    """A second bot on the same machine gets a page of its own."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with trying(monkeypatch, tmp_path, port=port) as bot:
            assert bot.page.base_url.port != port
            assert "230 degrees" in await bot.says("how hot")


OPENED = {
    "a desktop and a terminal": (True, True, True, 1),
    "--no-browser": (False, True, True, 0),
    "no desktop": (True, False, True, 0),
    "no terminal": (True, True, False, 0),
}


@pytest.mark.parametrize(("browse", "desktop", "is_terminal", "times"), OPENED.values(), ids=OPENED)
@in_loop
async def test_the_browser_is_opened(monkeypatch, tmp_path, browse, desktop, is_terminal, times):
    """Once, where somebody sits before a desktop and does not mind."""
    opened: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def note(address: str) -> None:
        loop.call_soon_threadsafe(opened.put_nowait, address)

    monkeypatch.setattr("webbrowser.open", note)
    monkeypatch.setattr(without_telegram, "has_desktop", lambda: desktop)
    async with trying(monkeypatch, tmp_path, browse=browse, is_terminal=is_terminal) as bot:
        await bot.says("how hot")
        if times:
            assert httpx.URL(await opened.get()) == bot.page.base_url
    assert opened.empty()


DESKTOPS = {
    "a screen": ({"DISPLAY": ":0"}, True),
    "a screen of the newer kind": ({"WAYLAND_DISPLAY": "wayland-0"}, True),
    "none": ({"DISPLAY": ""}, False),
}


@pytest.mark.parametrize(("environment", "expected"), DESKTOPS.values(), ids=DESKTOPS)
def test_a_desktop_is(environment, expected, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    assert has_desktop(environment) is expected


FAULTS = {
    "an update that cannot be read": {"fault": "unparsable"},
    "a poll that is refused": {"fault": "502", "method": "getUpdates"},
    "a poll that is cut off": {"fault": "drop-before", "method": "getUpdates"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@in_loop
async def test_the_work_goes_on_after(monkeypatch, tmp_path, fault):
    """The next question is answered on the page and in the terminal."""
    monkeypatch.setattr(without_telegram, "WAIT_S", 0)
    async with trying(monkeypatch, tmp_path) as bot:
        await bot.says("hello")
        planned = await bot.page.post("/offline/faults", json=fault)
        assert planned.status_code == 200, planned.text
        assert "230 degrees" in await bot.says("how hot")
        bot.type("how long do i knead")
        await bot.out.shows("ten minutes")


def read_until(screen: int, words: bytes) -> bytes:
    """What a terminal shows, up to these words or to its end."""
    seen = b""
    while words not in seen:
        try:
            seen += os.read(screen, 65536)
        except OSError:  # nobody has it open any more
            break
    return seen


ENDS: dict[str, bytes | signal.Signals] = {
    "Ctrl-C": b"\x03",
    "SIGTERM": signal.SIGTERM,
    "the end of input": b"\x04",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_it_ends_well_at(end, tmp_path):
    """A person at a real terminal chats and stops: exit code 0, no traceback."""
    screen, keyboard = os.openpty()
    with subprocess.Popen(
        # Ctrl-C reaches the process through its terminal, as it does at a desk.
        [
            sys.executable,
            "-c",
            "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
            "os.execv(sys.executable, [sys.executable, '-m', 'bot', '--port', '0'])",
        ],
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONIOENCODING": "utf-8",
            "KNOWLEDGE_DIR": str(BREAD),
            "DATA_DIR": str(CHECKOUT / ".data" / "bread"),
            **{name: value for name, value in os.environ.items() if name.startswith("COV")},
        },
    ) as process:
        os.close(keyboard)
        try:
            seen = read_until(screen, b"\n> ")
            os.write(screen, b"how hot\n")
            seen += read_until(screen, b"\n> ")
            if isinstance(end, bytes):
                os.write(screen, end)
            else:
                process.send_signal(end)
            seen += read_until(screen, b"no such words")
            code = process.wait(PATIENCE_S)
        finally:
            process.kill()
            os.close(screen)

    assert code == 0, seen
    assert b"Chat page: http://127.0.0.1:" in seen
    assert b"230 degrees" in seen
    assert b"Traceback" not in seen
