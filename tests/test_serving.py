"""Serving Telegram: a real process over HTTP on this machine, from the first call to the last."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from bot_api_spec import misfits, typed_misfits
from offline_chat import BERT, CONTACT, TOKEN, OfflineChat, in_loop
from telegram.error import NetworkError, RetryAfter

from bot import health
from bot.building import build
from bot.errors import BotError, SettingsError
from bot.following import Change, Live
from bot.offline.api import ANNA, FakeBotApi, Json
from bot.offline.chats import Event
from bot.offline.server import serving as serving_bot_api
from bot.passed import FILE as PASSED
from bot.passed import KEPT_DAYS, Kept, Queue
from bot.settings import CHECKOUT, Settings
from bot.store import FILE as COUNTERS
from bot.store import Counters, today
from bot.telegram import serving
from bot.telegram.app import ALLOWED_UPDATES
from bot.telegram.polling import POLL_S

T = TypeVar("T")
BREAD = Path(__file__).with_name("bread")
PATIENCE_S = 60


class Server:
    """The offline Bot API in a thread of its own, at which the bot's process can be pointed."""

    def __init__(self) -> None:
        self.api = FakeBotApi(TOKEN)
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.stack = contextlib.AsyncExitStack()
        self.address = ""
        """What TELEGRAM_API_URL should be."""
        self.port = 0
        """Where to listen; 0 for anywhere."""

    def __enter__(self) -> "Server":
        self.thread.start()
        listening = serving_bot_api(self.api, port=self.port)
        self.address = self.run(self.stack.enter_async_context(listening))
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self.stack.aclose())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE_S)
        self.loop.close()
        assert typed_misfits(self.api.calls) == []

    def run(self, what: Coroutine[Any, Any, T], timeout_s: float = PATIENCE_S) -> T:
        """Let something happen in the server's thread."""
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(timeout_s)

    def do(self, act: Callable[..., T], *arguments: Any, **more: Any) -> T:
        """Let a person do something, such as `api.say`."""

        async def done() -> T:
            return act(*arguments, **more)

        return self.run(done())

    async def polled_twice(self) -> None:
        """Return when the bot has asked for updates twice from now on."""
        await self.called("getUpdates", self.calls("getUpdates") + 2)

    async def called(self, method: str, times: int = 1) -> None:
        """Return when the bot has called a method so many times in all."""
        while self.calls(method) < times:  # noqa: ASYNC110 - the log of calls wakes nobody
            await asyncio.sleep(0.02)

    def calls(self, method: str) -> int:
        """How often the bot has called a method."""
        return sum(method == called for called, _ in self.api.calls)

    def hears(self, words: str) -> bool:
        """Wait until the bot has said so to Anna."""
        return self.hears_in(ANNA.id, words)

    def hears_in(self, chat: int, words: str) -> bool:
        """Wait until the bot has said so in a chat."""
        return self._shows(("message",), chat, words)

    def shows_in(self, chat: int, words: str) -> bool:
        """Wait until a message of the bot in a chat says so, perhaps in place of something else."""
        return self._shows(("message", "edited"), chat, words)

    def _shows(self, kinds: tuple[str, ...], chat: int, words: str) -> bool:
        def is_said(event: Event) -> bool:
            said = event.data if event.kind in kinds else {"chat": {"id": 0}}
            return said["chat"]["id"] == chat and words in said.get("text", "")

        return bool(self.run(self.api.world.log.first(is_said, after=0)))


@pytest.fixture
def server() -> Iterator[Server]:
    """A Bot API to which Anna has not written yet."""
    with Server() as server:
        yield server


class Process:
    """`python -m bot` with these arguments, as an operator would start it."""

    def __init__(self, folder: Path, address: str, *arguments: str, **more: str) -> None:
        self.data_dir = folder / "kept"
        self.data_dir.mkdir(exist_ok=True)
        learnt = self.data_dir / "learnt"
        if not learnt.is_symlink():  # what bread teaches is learnt once for all tests
            learnt.symlink_to(CHECKOUT / ".data" / "bread" / "learnt")
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(CHECKOUT),
            "TELEGRAM_API_URL": address,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "KNOWLEDGE_DIR": str(BREAD),
            "DATA_DIR": str(self.data_dir),
            "OPERATOR_CONTACT": CONTACT,
            **{name: value for name, value in os.environ.items() if name.startswith("COV")},
            **more,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self, seconds: float = PATIENCE_S) -> tuple[int, str, str]:
        """Wait for the end: exit code, standard output, standard error; none holds the token."""
        output, errors = self.process.communicate(timeout=seconds)
        secret = TOKEN.partition(":")[2]
        assert secret not in output + errors
        return self.process.returncode, output, errors


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT], ids=lambda stop: stop.name)
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_it_answers_until_it_is_stopped(server, tmp_path, stop, level):
    """The process answers what was asked before and after its start, and ends in good order."""
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run", LOG_LEVEL=level) as bot:
        assert server.hears("ten minutes"), bot.end(0)
        server.do(server.api.say, "how long should the dough rise")
        assert server.hears("two hours"), bot.end(0)

        bot.process.send_signal(stop)
        code, output, errors = bot.end(5)

    assert (code, output) == (0, "")
    assert "Traceback" not in errors
    assert "knead" not in errors


def test_a_token_is_enough_to_serve(server, tmp_path):
    """Without a command it serves, too."""
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address) as bot:
        assert server.hears("ten minutes")

        bot.process.terminate()
        assert bot.end(5)[0] == 0


def test_it_tells_how_it_is_and_what_it_did(server, tmp_path):
    """systemd and `health` hear that it is ready and that it ends; the last answer is counted."""
    server.do(server.api.say, "how long do i knead")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(PATIENCE_S)
        with Process(
            tmp_path, server.address, "run", NOTIFY_SOCKET=str(tmp_path / "notify")
        ) as bot:
            assert systemd.recv(999).startswith(b"READY=1\n")
            assert server.hears("ten minutes"), bot.end(0)
            assert health.read(bot.data_dir).is_well
            server.run(server.called("setChatMenuButton"))  # the last part of the profile
            server.do(server.api.fail, "500", method="getUpdates")
            server.do(server.api.say, "how hot")
            while systemd.recv(999) != b"STATUS=Telegram cannot be reached, trying on\nWATCHDOG=1":
                pass
            assert server.hears("230 degrees"), bot.end(0)
            bot.process.terminate()
            _, _, errors = bot.end(5)
        told = [systemd.recv(999)]
        while told[-1] != b"STOPPING=1":
            told.append(systemd.recv(999))

    assert health.read(bot.data_dir).told.startswith("the bot ended ")
    assert Counters(bot.data_dir / COUNTERS).of("") == {
        "answered how-long-to-knead": 1,
        "answered how-hot": 1,
        "outcome answer": 2,
    }
    assert "INFO bot.telegram.turn: Answered kind=answer safety=none ms=" in errors


def test_what_is_older_than_90_days_is_deleted_at_the_start(server, tmp_path):
    """Also by a bot that is started once a year."""
    path = tmp_path / "kept" / PASSED
    old = Queue(path, lambda: today() - timedelta(days=KEPT_DAYS + 1))
    (tmp_path / "kept").mkdir()
    assert isinstance(old.pass_on("who won the match"), Kept)
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("ten minutes"), bot.end(0)
        bot.process.terminate()
        assert bot.end(5)[0] == 0
    with old.opened() as file:
        assert file.execute("SELECT count(*) FROM questions").fetchone() == (0,)


def test_without_room_for_data_it_serves_all_the_same(server, tmp_path):
    """The operator reads in one line what is missing then; nobody who asks notices."""
    (tmp_path / "data").write_text("a file in its place")
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run", DATA_DIR=str(tmp_path / "data")) as bot:
        assert server.hears("ten minutes"), bot.end(0)
        bot.process.terminate()
        code, _, errors = bot.end(5)

    assert code == 0
    assert errors.count(f"DATA_DIR {tmp_path / 'data'} cannot be written (") == 1
    assert "Traceback" not in errors


def test_what_has_been_answered_is_confirmed(server, tmp_path):
    """The next start does not answer a message for the second time."""
    for question, answer in (
        ("how long do i knead", "ten minutes"),
        ("how long should the dough rise", "two hours"),
    ):
        server.do(server.api.say, question)
        with Process(tmp_path, server.address, "run") as bot:
            assert server.hears(answer)
            bot.process.terminate()
            assert bot.end(5)[0] == 0

    assert len(server.api.sent()) == 2


def test_what_has_begun_may_end(server, tmp_path):
    """A reply that is on its way when the bot is told to stop is waited for, and not said again."""
    server.do(server.api.fail, "slow", method="sendMessage", seconds=1)
    server.do(server.api.say, "how long do i knead")
    for method in ("sendMessage", "getUpdates"):
        before = server.calls(method)
        with Process(tmp_path, server.address, "run") as bot:
            server.run(server.called(method, before + 1))
            bot.process.terminate()
            assert bot.end(5)[0] == 0

    assert len(server.api.sent()) == 1


def test_it_asks_for_what_it_handles(server, tmp_path):
    """Polling names the kinds of updates, and holds on to each for a while."""
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("ten minutes")
        bot.process.terminate()
        bot.end(5)

    polls = [parameters for method, parameters in server.api.calls if method == "getUpdates"]
    assert polls[0]["allowed_updates"] == list(ALLOWED_UPDATES)
    assert polls[0]["timeout"] == POLL_S


def test_all_that_it_asks_for_fits_the_bot_api(server, tmp_path, bot_api):
    """From the first call to the last."""
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("ten minutes")
        bot.process.terminate()
        bot.end(5)

    assert misfits(server.api.calls, bot_api) == []


def edit(folder: Path, old: str, new: str, file: str = "qa.yaml") -> None:
    """Save a file of the knowledge as an editor does: a new one in place of the old one."""
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / "saved").write_text(text.replace(old, new, 1), "utf-8")
    (folder / "saved").replace(folder / file)


def until(process: Process, words: str) -> str:
    """What a process logs until a line with these words; it is ended if that takes too long."""
    lines = []
    impatience = threading.Timer(2 * PATIENCE_S, process.process.kill)
    impatience.start()
    for line in process.process.stderr or ():
        lines.append(line)
        if words in line:
            impatience.cancel()
            return "".join(lines)
    raise AssertionError(f"no line with {words} in:\n{''.join(lines)}")


def test_an_edit_is_taken_over_while_it_serves(server, tmp_path):
    """A fault is refused and named, to the maintainers too; what is in order is answered from."""
    folder = tmp_path / "bread"
    shutil.copytree(BREAD, folder)
    server.do(server.api.say, "how hot")
    server.do(server.api.say, "/start", BERT)
    more = {"DATA_DIR": str(tmp_path / "data"), "ADMIN_CHATS": str(BERT.id)}
    with Process(tmp_path, server.address, "run", KNOWLEDGE_DIR=str(folder), **more) as bot:
        assert server.hears("230 degrees")
        edit(folder, "id: hello", "id: Hello")
        assert f"{folder.name}/qa.yaml:" in until(bot, "is refused")
        assert server.hears_in(BERT.id, "What was saved is not taken over")
        server.do(server.api.say, "how long do i knead")
        assert server.hears("ten minutes")
        edit(folder, "id: Hello", "id: hello")
        edit(folder, "says 230 degrees", "says 250 degrees")
        until(bot, "serves from now on")
        assert server.hears_in(BERT.id, "Live again: ")
        server.do(server.api.say, "how hot")
        assert server.hears("250 degrees")

        bot.process.terminate()
        code, _, errors = bot.end(5)

    assert code == 0
    assert "Traceback" not in errors


def test_what_is_passed_on_reaches_the_maintainers(server, tmp_path):
    """From the person's tap to the maintainer's, and to the answer."""
    folder = tmp_path / "bread"
    shutil.copytree(BREAD, folder)
    server.do(server.api.say, "/start", BERT)
    server.do(server.api.say, "who won the match")
    more = {"DATA_DIR": str(tmp_path / "data"), "ADMIN_CHATS": str(BERT.id)}
    with Process(tmp_path, server.address, "run", KNOWLEDGE_DIR=str(folder), **more) as bot:
        assert server.hears("That is not in Your First Loaf")
        server.do(server.api.press, "Pass this question on, without my name")
        assert server.hears("who won the match")
        assert server.hears_in(BERT.id, "“who won the match”")
        server.do(server.api.press, "Ignore", BERT)
        assert server.shows_in(BERT.id, "Ignored: “who won the match”")

        bot.process.terminate()
        code, _, errors = bot.end(5)

    assert code == 0
    assert "Traceback" not in errors
    assert "match" not in errors


class Noticing(FakeBotApi):
    """A Bot API that tells when a description is set."""

    def __init__(self) -> None:
        super().__init__(TOKEN)
        self.described = asyncio.Event()

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer, and tell."""
        answer = await super().call(token, method, parameters)
        if method == "setMyDescription":
            self.described.set()
        return answer


@in_loop
async def test_no_message_is_lost_while_the_knowledge_is_edited(tmp_path):
    """Whoever asks all the while gets the old answer, and from one moment on the new one."""
    settings = Settings(knowledge_dir=tmp_path / "bread", data_dir=tmp_path / "data")
    shutil.copytree(BREAD, settings.knowledge_dir)
    live = asyncio.Event()

    async def on_change(change: Change) -> None:
        if isinstance(change, Live):
            live.set()

    async with (
        OfflineChat(build(settings)) as chat,
        serving.following(settings, chat.application, chat.current, on_change),
        asyncio.timeout(PATIENCE_S),
    ):
        edit(settings.knowledge_dir, "says 230 degrees", "says 250 degrees")
        while not live.is_set():
            await chat.say("how hot")
            await asyncio.sleep(0)  # others get their turn
        assert "250 degrees" in await chat.say("how hot")

    degrees = [reply.partition("says ")[2][:3] for reply in chat.replies]
    assert len(degrees) > 10
    assert set(degrees) == {"230", "250"}
    assert degrees == sorted(degrees)


@in_loop
async def test_the_profile_follows_the_texts(tmp_path):
    """What Telegram shows of the bot is what `texts.yaml` says now."""
    settings = Settings(knowledge_dir=tmp_path / "bread", data_dir=tmp_path / "data")
    shutil.copytree(BREAD, settings.knowledge_dir)
    api = Noticing()
    async with OfflineChat(build(settings), api) as chat:
        api.described.clear()
        edit(settings.knowledge_dir, "\n", "\ndescription: All about bread.\n", "texts.yaml")
        async with (
            serving.following(settings, chat.application, chat.current),
            asyncio.timeout(PATIENCE_S),
        ):
            await api.described.wait()
    assert api.profile.get_my_description() == {"description": "All about bread."}


@in_loop
async def test_the_operator_hears_when_edits_are_not_followed_any_more(tmp_path, monkeypatch):
    """A fault in a listener must not end the serving, nor pass unnoticed."""
    settings = Settings(knowledge_dir=tmp_path / "bread", data_dir=tmp_path / "data")
    shutil.copytree(BREAD, settings.knowledge_dir)
    said: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(serving.log, "error", lambda text, _: said.set_result(text))

    async def on_change(_: Change) -> None:
        raise ValueError("the mill is closed")

    async with (
        OfflineChat(build(settings)) as chat,
        serving.following(settings, chat.application, chat.current, on_change),
        asyncio.timeout(PATIENCE_S),
    ):
        edit(settings.knowledge_dir, "says 230 degrees", "says 250 degrees")
        assert "not taken over any more" in await said
        assert "230 degrees" in await chat.say("how hot")


@pytest.mark.parametrize("arguments", [("run",), ("run", "--check")], ids=" ".join)
def test_a_refused_token_is_one_line(server, tmp_path, arguments):
    """The operator reads where to get the token, without a traceback; the exit code is 2."""
    server.api.token = "1:another"  # noqa: S105 - opens nothing
    with Process(tmp_path, server.address, *arguments, LOG_LEVEL="WARNING") as bot:
        code, output, errors = bot.end()

    assert code == 2
    assert "token:" not in output
    assert len(errors.splitlines()) == 1
    assert "TELEGRAM_BOT_TOKEN was refused" in errors


def test_without_a_token_it_does_not_run(tmp_path):
    """`run` without a token says which setting is missing; the exit code is 2."""
    with Process(tmp_path, "http://127.0.0.1:9", "run", TELEGRAM_BOT_TOKEN="") as bot:
        code, _, errors = bot.end()

    assert code == 2
    assert "TELEGRAM_BOT_TOKEN is missing" in errors


def test_a_token_that_is_refused_later_ends_the_process(server, tmp_path):
    """When polling is lost for good, the process ends with 1, so that a supervisor notices."""
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("ten minutes")
        server.api.token = "1:another"  # noqa: S105 - opens nothing
        server.do(server.api.say, "how long should the dough rise")

        code, _, errors = bot.end()

    assert code == 1
    assert "Traceback" not in errors


def test_an_update_that_nobody_can_read_stops_nothing(server, tmp_path):
    """After an update that the library cannot parse, the next person is answered."""
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("ten minutes")
        server.do(server.api.fail, "unparsable")
        server.do(server.api.say, "how long should the dough rise")
        answered = server.hears("two hours")
        bot.process.terminate()
        code, _, _ = bot.end(5)

    assert answered
    assert code == 0


def test_a_start_without_a_network_waits_for_it(server, tmp_path):
    """A first call that fails is no reason to end; nor is one that fails later in the start."""
    server.do(server.api.say, "how long do i knead")
    server.do(server.api.fail, "502", method="getMe", times=2)
    server.do(server.api.fail, "drop-before", method="deleteWebhook", times=2)
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("ten minutes")
        bot.process.terminate()
        code, _, errors = bot.end(5)

    assert code == 0
    assert errors.count("Trying again") == 2


def test_a_webhook_that_is_still_set_is_removed_and_told(server, tmp_path):
    """Another program may still believe that it gets the messages."""
    server.do(server.api.webhook.set_webhook, "https://example.org/hook")
    server.do(server.api.say, "how long do i knead")
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("ten minutes")
        bot.process.terminate()
        _, _, errors = bot.end(5)

    assert errors.count("through a webhook, which is removed now") == 1


RESOLVER = """\
import socket, time


def look_up(*_, **__):
    print("looking up", flush=True)
    time.sleep(60)


socket.getaddrinfo = look_up
"""


def test_a_name_that_is_being_looked_up_delays_no_end(tmp_path):
    """Without a network that takes long, in a thread that nobody can interrupt."""
    (tmp_path / "sitecustomize.py").write_text(RESOLVER)
    with Process(
        tmp_path, "http://api.example:1", "run", PYTHONPATH=f"{CHECKOUT}:{tmp_path}"
    ) as bot:
        assert bot.process.stdout is not None
        assert bot.process.stdout.readline() == "looking up\n"
        bot.process.terminate()
        assert bot.end(20)[0] == 0  # long before the name would be found


def test_a_process_that_was_killed_loses_nothing_and_doubles_nothing(server, tmp_path):
    """While one chat has to wait, others are answered; the next process answers that one only."""
    server.do(server.api.fail, "429", method="sendMessage", chat=BERT.id, retry_after=600)
    server.do(server.api.say, "how long do i knead", BERT)
    server.do(server.api.say, "how long should the dough rise")
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears("two hours")
        server.do(server.api.say, "how hot")
        assert server.hears("230 degrees")
        server.run(server.polled_twice())  # so the bot has seen that its replies arrived
        bot.process.kill()
    with Process(tmp_path, server.address, "run") as bot:
        server.hears_in(BERT.id, "ten minutes")
        bot.process.terminate()
        assert bot.end(5)[0] == 0

    said = server.do(server.api.sent)
    assert ["hours" in m["text"] or "230" in m["text"] for m in said] == [True, True]


# ---------------------------------------------------------------- run --check


def test_check_of_what_is_in_order(server, tmp_path):
    """Every line says ok, nothing else is printed, and the exit code is 0."""
    with Process(tmp_path, server.address, "run", "--check") as bot:
        code, output, errors = bot.end()

    assert (code, errors) == (0, "")
    assert output.splitlines() == [
        "ok       token: Telegram knows this bot as @offline_bot",
        "ok       webhook: none is in the way",
        f"ok       contact: /privacy names {CONTACT}",
        f"ok       knowledge: {BREAD} is in order",
        f"ok       data: {bot.data_dir} can be written",
    ]


@in_loop
async def test_check_of_a_bot_without_inline_mode(monkeypatch):
    """A hint, no problem: not everybody wants it."""
    api = FakeBotApi(TOKEN)
    me = {**api.get_me(), "supports_inline_queries": False}
    monkeypatch.setitem(api._methods, "getme", (lambda: me, frozenset()))
    async with serving_bot_api(api, port=0) as address:
        lines, is_fine = await serving.examine(Settings(token=TOKEN, api_url=address))

    assert is_fine
    assert any("/setinline" in line for line in lines)


def test_check_of_a_webhook_in_the_way(server, tmp_path):
    """A webhook is a problem, and the exit code is 1."""
    server.do(server.api.webhook.set_webhook, "https://example.org/hook")
    with Process(tmp_path, server.address, "run", "--check") as bot:
        code, output, _ = bot.end()

    assert code == 1
    assert "problem  webhook: another program gets this bot's messages" in output


EXAMINED = {
    "all in order": ("", CONTACT, ["ok", "ok", "ok"], True),
    "a webhook in the way": ("https://example.org/hook", CONTACT, ["ok", "problem", "ok"], False),
    "nobody to ask": ("", "", ["ok", "ok", "warning"], True),
}


@pytest.mark.parametrize(("url", "contact", "marks", "fine"), EXAMINED.values(), ids=EXAMINED)
def test_examine(server, url, contact, marks, fine):
    """Each thing that is looked at gets a line; only a warning does no harm."""
    server.do(server.api.webhook.set_webhook, url)
    settings = Settings(token=TOKEN, api_url=server.address, operator_contact=contact)

    lines, is_fine = asyncio.run(serving.examine(settings))

    assert [line.split()[0] for line in lines] == marks
    assert is_fine == fine
    assert TOKEN not in "".join(lines)


NOBODY_LISTENS = Settings(token=TOKEN, api_url="http://127.0.0.1:9")


def examine(settings: Settings) -> None:
    """Look whether the bot could serve."""
    asyncio.run(serving.examine(settings))


def serve(settings: Settings) -> None:
    """Serve in this process; only for what ends by itself."""
    try:
        kept = CHECKOUT / ".data" / "bread"
        serving.serve(replace(settings, knowledge_dir=BREAD, data_dir=kept))
    finally:
        asyncio.set_event_loop(None)


@pytest.mark.parametrize("way", [examine, serve])
def test_a_refused_token(server, way):
    """A token that Telegram does not know is a wrong setting."""
    server.api.token = "1:another"  # noqa: S105 - opens nothing

    with pytest.raises(SettingsError, match="TELEGRAM_BOT_TOKEN was refused by http") as caught:
        way(Settings(token=TOKEN, api_url=server.address))
    assert TOKEN not in str(caught.value)


START = {
    "a network that comes after a while": ([lambda: NetworkError("x")] * 3, [1, 2, 4]),
    "a Telegram that wants the bot to wait": ([lambda: RetryAfter(70)], [70]),
}


@pytest.mark.filterwarnings("ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning")
@pytest.mark.parametrize(("troubles", "expected"), START.values(), ids=START)
@in_loop
async def test_how_long_a_start_waits(troubles, expected, monkeypatch):
    """Longer and longer, or as long as it is told."""
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    left = [*troubles]

    async def act() -> None:
        if left:
            raise left.pop()()

    monkeypatch.setattr(asyncio, "sleep", pause)
    await serving._try(NOBODY_LISTENS, act)

    assert waits == expected


@in_loop
async def test_a_start_ends_after_some_minutes(monkeypatch):
    """The supervisor starts it again: a name server may have been the trouble."""
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    async def act() -> None:
        raise NetworkError("x")

    monkeypatch.setattr(asyncio, "sleep", pause)
    with pytest.raises(BotError, match="cannot be reached"):
        await serving._try(NOBODY_LISTENS, act)

    assert max(waits) == serving.MOST_WAIT_S
    assert 120 < sum(waits) < 300


@pytest.mark.parametrize("way", [examine, serve])
def test_a_server_that_cannot_be_reached(way, monkeypatch):
    """When nobody listens there, that is said with the address and without the token."""
    monkeypatch.setattr(serving, "START_RETRIES", 0)

    with pytest.raises(BotError, match=r"http://127\.0\.0\.1:9 cannot be reached") as caught:
        way(NOBODY_LISTENS)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("way", [examine, serve])
def test_a_server_in_trouble(server, way, monkeypatch):
    """A server that answers with an error is no traceback either."""
    monkeypatch.setattr(serving, "START_RETRIES", 0)
    server.api.fail("502", times=9)

    with pytest.raises(BotError, match="cannot be reached"):
        way(Settings(token=TOKEN, api_url=server.address))
