"""What an operator may meet, each with a real process: the line that is logged, the exit code."""

import contextlib
import os
import resource
import select
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from offline_chat import BERT, TOKEN, bread, held_port
from test_serving import PATIENCE_S, Process, Server, until

from bot import health
from bot.markup import plain
from bot.offline.api import ANNA, Chat, Person
from bot.settings import CHECKOUT
from bot.store import CUT, Counters
from bot.store import FILE as COUNTERS
from bot.telegram.polling import ANOTHER, REFUSED, WEBHOOK
from bot.telegram.progress import FILE as PROGRESS

KNEAD, RISE, HOT = "how long do i knead", "how long should the dough rise", "how hot"
TEN, TWO, DEGREES = "ten minutes", "two hours", "230 degrees"


@pytest.fixture
def server() -> Iterator[Server]:
    """A Bot API to which nobody has written yet."""
    with Server() as server:
        yield server


def told(errors: str) -> list[str]:
    """The lines from WARNING on, without time and level."""
    found = [line.split(maxsplit=3) for line in errors.splitlines()]
    return [" ".join(part[2:]) for part in found if part[1] in ("WARNING", "ERROR")]


def stopped(bot: Process) -> list[str]:
    """End a bot that is well; what it had to say from WARNING on.

    That it ends in five seconds is for test_serving.py: here some wait out the grace of three, and
    a machine with much to do may take the other two to end a process.
    """
    bot.process.terminate()
    code, _, errors = bot.end()
    assert code == 0
    assert "Traceback" not in errors
    return told(errors)


def customized(folder: Path, code: str) -> dict[str, str]:
    """Environment of a Python that runs this before anything else."""
    (folder / "sitecustomize.py").write_text(code)
    return {"PYTHONPATH": f"{CHECKOUT}:{folder}"}


def test_a_group_becomes_a_supergroup_in_the_middle_of_a_talk(server, tmp_path):
    """The answer on its way follows it; what the talk was about and old buttons still work."""
    api = server.api
    old = server.do(api.new_group, "Bakers", [ANNA, BERT])
    server.do(api.say, "/topics@offline_bot", BERT, old.id)
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears_in(old.id, "What would you like to know about?")

        def ask_and_upgrade() -> Chat:
            api.say(f"@offline_bot {KNEAD}", group=old.id)
            return api.upgrade(old)

        new = server.do(ask_and_upgrade)
        assert server.hears_in(new.id, TEN)
        server.do(api.say, "@offline_bot and after that", group=new.id)
        assert server.hears_in(new.id, TWO)
        server.do(api.press, "The oven", BERT, old.id)
        assert server.hears_in(new.id, "The oven")
        server.do(api.press, "How hot should the oven be?", BERT, new.id)
        assert server.hears_in(new.id, DEGREES)

        assert stopped(bot) == []


def test_the_disk_fills_up(server, tmp_path):
    """Whoever asks is answered; what cannot be written is told once, and made up for later."""
    server.do(server.api.say, KNEAD)
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears(TEN)
        soft, hard = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (0, hard))
        for question, answer in ((RISE, TWO), (HOT, DEGREES)):
            server.do(server.api.say, question)
            assert server.hears(answer)
        full = told(until(bot, f"{COUNTERS} cannot be written"))
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
        server.do(server.api.say, KNEAD)
        room = stopped(bot)

    data = bot.data_dir
    assert [line.partition(" (")[0] for line in full] == [
        f"bot.telegram.progress: {data / PROGRESS} cannot be written",
        f"bot.store: {data / COUNTERS} cannot be written",
    ]
    assert f"bot.store: {data / COUNTERS} is written again." in room
    assert Counters(data / COUNTERS).of("outcome ") == {"answer": 4}


STUCK = """\
from bot.telegram import polling

polling.STUCK_S = 0
"""


def test_telegram_takes_no_message(server, tmp_path):
    """Nothing is set aside, as nobody else could go on; so the next start answers everybody."""
    people = [Person(2000 + number, "Somebody") for number in range(130)]
    for person in people:
        server.do(server.api.say, KNEAD, person)
    server.do(server.api.fail, "500", method="sendMessage", times=9999)
    with Process(tmp_path, server.address, "run", **customized(tmp_path, STUCK)) as bot:
        until(bot, "Messages cannot be sent, trying on")
        server.run(server.polled_twice())
        server.run(server.polled_twice())
        assert stopped(bot) == []

    server.do(server.api.faults.clear)
    with Process(tmp_path, server.address, "run") as bot:
        for person in people:
            assert server.hears_in(person.id, TEN)
        assert stopped(bot) == []


def test_what_waits_at_the_end_and_telegram_has_forgotten_is_told(server, tmp_path):
    """One chat has to wait while more come than Telegram gives at once."""
    server.do(server.api.fail, "429", method="sendMessage", chat=BERT.id, retry_after=600)
    server.do(server.api.say, KNEAD, BERT)
    people = [Person(2000 + number, "Somebody") for number in range(130)]
    for person in people:
        server.do(server.api.say, KNEAD, person)
    more = customized(tmp_path, STUCK)
    with Process(tmp_path, server.address, "run", **more) as bot:
        assert server.hears_in(people[-1].id, TEN)
        *_, lost = stopped(bot)
    assert lost == "bot.telegram.serving: Lost, as others could not wait for it: updates=1"


def test_a_connection_breaks_after_telegram_took_the_message(server, tmp_path):
    """It stands there twice, which is counted."""
    server.do(server.api.fail, "drop-after", method="sendMessage")
    server.do(server.api.say, KNEAD)
    with Process(tmp_path, server.address, "run") as bot:
        until(bot, "Answered kind=answer")
        assert len(stopped(bot)) <= 1
    assert [TEN in message["text"] for message in server.api.sent()] == [True, True]
    assert Counters(bot.data_dir / COUNTERS).of(CUT) == {"": 1}


CLOCK = """\
import datetime, os, time
from pathlib import Path

true, kind = time.time, datetime.datetime


def jumped():
    return true() + float(Path(os.environ["JUMP"]).read_text())


class Jumped(kind):
    @classmethod
    def now(cls, zone=None):
        return cls.fromtimestamp(jumped(), zone)


time.time, datetime.datetime = jumped, Jumped
"""


def test_the_clock_jumps_by_a_day(server, tmp_path):
    """Forward and back: no answer is taken for a late one, and the bot is as well.

    Only of a clock that is ahead at the start does the bot know nothing before its first answer.
    """
    clock, day_s = tmp_path / "clock", 86_400
    at_telegram = server.api.world.now() - time.time()

    def jump(days: int) -> None:
        """Put a new file in place of the old one: the bot may read it at any moment."""
        new = clock.with_suffix(".new")
        new.write_text(str(at_telegram + days * day_s))
        new.replace(clock)

    jump(1)
    more = customized(tmp_path, CLOCK)
    server.do(server.api.say, HOT)
    with Process(tmp_path, server.address, "run", JUMP=str(clock), **more) as bot:
        assert server.hears(DEGREES)
        for days, question, answer in ((-1, KNEAD, TEN), (2, RISE, TWO)):
            jump(days)
            server.do(server.api.say, question)
            assert server.hears(answer)
        assert health.read(bot.data_dir).is_well
        assert stopped(bot) == []

    firsts = [message["text"].partition("\n")[0] for message in server.api.sent()]
    assert firsts[0] == plain(bread().knowledge.texts.late)
    assert firsts[1:] == ["How long do I knead?", "How long does the dough rise?"]


def test_a_token_that_is_revoked_costs_no_question(server, tmp_path):
    """It ends with 1 and says where to get another; what came meanwhile is answered after that."""
    server.do(server.api.say, KNEAD)
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears(TEN)
        server.api.token = "1:another"  # noqa: S105 - opens nothing
        server.do(server.api.say, RISE)
        code, _, errors = bot.end()
    assert (code, errors.splitlines()[-1]) == (1, f"nmt-bot: {REFUSED}")

    server.api.token = TOKEN
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears(TWO)
        assert stopped(bot) == []
    assert len(server.api.sent()) == 2


def test_a_webhook_is_set_while_it_polls(server, tmp_path):
    """It is removed, the operator reads why, and what comes next is answered."""
    server.do(server.api.say, KNEAD)
    with Process(tmp_path, server.address, "run") as bot:
        assert server.hears(TEN)
        server.do(server.api.webhook.set_webhook, "https://example.org/hook")
        server.do(server.api.say, RISE)
        assert server.hears(TWO)
        assert stopped(bot) == [
            f"bot.telegram.polling: Updates cannot be fetched, trying on: {WEBHOOK}",
            "bot.telegram.polling: Updates are fetched again.",
        ]


def test_the_network_comes_after_a_while(tmp_path):
    """It says what it waits for, and then answers what was asked meanwhile."""
    with (
        held_port() as port,
        Process(tmp_path, f"http://127.0.0.1:{port}", "run") as bot,
    ):
        (line,) = told(until(bot, "Trying again in 1 s."))
        server = Server()
        server.port = port
        with server:
            server.do(server.api.say, KNEAD)
            assert server.hears(TEN)
            waited = stopped(bot)
    assert "cannot be reached" in line
    assert line.endswith("Is the network up? Trying again in 1 s.")
    assert [line for line in waited if "Is the network up? Trying again in" not in line] == []


HASTE = """\
from bot.telegram import quarrel

quarrel.PAUSE_S, quarrel.CALM_S, quarrel.PATIENCE = 0.4, 1.0, ((2.0, 3), (24.0, 6))
"""


def first_to_end(copies: list[Process]) -> Process:
    """Wait until one of these ends, and take it from them."""
    lives = [os.pidfd_open(copy.process.pid) for copy in copies]
    select.select(lives, [], [], 4 * PATIENCE_S)
    for life in lives:
        os.close(life)
    (ended, *_) = [copy for copy in copies if copy.process.poll() is not None]
    copies.remove(ended)
    return ended


def test_two_copies_at_once_and_a_third_a_little_later(server, tmp_path):
    """One goes on and answers; each of the others says why it ends. Which one: test_quarrel.py.

    All in a fifth of the time that it takes.
    """
    more = customized(tmp_path, HASTE)
    with contextlib.ExitStack() as stack:

        def start(name: str) -> Process:
            folder = str(tmp_path / name)
            copy = Process(tmp_path, server.address, "run", DATA_DIR=folder, **more)
            return stack.enter_context(copy)

        copies = [start("first"), start("second")]
        lost = [first_to_end(copies)]
        copies.append(start("third"))
        lost.append(first_to_end(copies))
        for copy in lost:
            code, _, errors = copy.end()
            assert (code, errors.splitlines()[-1]) == (1, f"nmt-bot: {ANOTHER}")
        server.do(server.api.say, KNEAD)
        assert server.hears(TEN)
        stopped(copies[0])
