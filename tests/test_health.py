"""Whether the bot is well: what it tells, and what is read from that."""

import json
import math
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from datetime import datetime
from types import SimpleNamespace

import pytest
from offline_chat import Clock

from bot import health
from bot.health import BOOT, FILE, STALE_S, Heartbeat, read
from bot.settings import CHECKOUT


@pytest.fixture
def clock():
    return Clock()


AGES = {
    "just now": (0, True, "ok: Telegram was last reached 0 s ago"),
    "between two beats": (31, True, "ok: Telegram was last reached 31 s ago"),
    "at the limit": (STALE_S, True, "ok: Telegram was last reached 2 min ago"),
    "after the limit": (
        STALE_S + 1,
        False,
        "not well: Telegram was last reached 2 min ago. Is the bot running, and the network up? ",
    ),
    "for hours": (3 * 3600, False, "not well: Telegram was last reached 3 h ago. "),
    "for days": (9 * 86400, False, "not well: Telegram was last reached 9 days ago. "),
}


@pytest.mark.parametrize(("age_s", "is_well", "told"), AGES.values(), ids=AGES)
def test_how_long_ago_telegram_was_reached(tmp_path, clock, age_s, is_well, told):
    Heartbeat(tmp_path / "data", clock=clock).beat()
    clock.now_s += age_s

    found = read(tmp_path / "data", clock)

    assert str(found).startswith(told)
    assert (found.is_well, found.age_s) == (is_well, age_s)


def test_a_bot_that_ended_is_not_well(tmp_path, clock):
    """Who ended it, or why, the log tells."""
    bot = Heartbeat(tmp_path, clock=clock)
    bot.beat()
    bot.end()
    clock.now_s += 12

    assert str(read(tmp_path, clock)) == "not well: the bot ended 12 s ago. Start it again."


def test_a_bot_that_starts_again_is_well_again(tmp_path, clock):
    """What the one before it left is replaced."""
    Heartbeat(tmp_path, clock=clock).end()

    Heartbeat(tmp_path, clock=clock).beat()

    assert read(tmp_path, clock).is_well


def test_nothing_was_ever_written(tmp_path):
    """That says where it was looked for, as the folder may be the wrong one."""
    found = read(tmp_path / "nowhere")

    assert str(found).startswith(f"not well: there is no {tmp_path / 'nowhere' / FILE}. ")
    assert "DATA_DIR is another one" in str(found)
    assert found.as_data()["age_s"] is None


DAMAGED = {
    "an empty file": "",
    "half a file": '{"sign": "rea',
    "another kind of data": "[1, 2]",
    "no time": '{"sign": "reached", "boot": ""}',
    "a time in words": '{"sign": "reached", "boot": "", "uptime_s": "noon"}',
    "no text at all": "\udcff",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / FILE).write_text(content, "utf-8", errors="surrogateescape")

    assert str(read(tmp_path)).startswith(f"not well: {tmp_path / FILE} cannot be read (")


def test_a_file_from_before_the_machine_was_started_again(tmp_path, clock, monkeypatch):
    """Uptime begins anew then, so that the age would be wrong: sometimes it is even below 0."""
    Heartbeat(tmp_path, clock=clock).beat()
    written = json.loads((tmp_path / FILE).read_text("utf-8"))
    clock.now_s -= 1
    assert "since this machine was started" in str(read(tmp_path, clock))

    clock.now_s += 60
    another = tmp_path / "boot_id"
    another.write_text("another start\n", "ascii")
    (tmp_path / FILE).write_text(json.dumps({**written, "boot": "this start"}), "utf-8")
    monkeypatch.setattr(health, "BOOT", another)
    assert "since this machine was started" in str(read(tmp_path, clock))


def test_a_machine_that_does_not_name_its_starts(tmp_path, clock, monkeypatch):
    """The age alone has to do there."""
    monkeypatch.setattr(health, "BOOT", tmp_path / "nothing")
    Heartbeat(tmp_path, clock=clock).beat()
    assert read(tmp_path, clock).is_well

    monkeypatch.setattr(health, "BOOT", BOOT)
    assert read(tmp_path, clock).is_well


def test_the_time_of_day_may_jump(tmp_path, clock, monkeypatch):
    """Somebody sets the clock, or the time server does: the bot is as well as before."""
    bot = Heartbeat(tmp_path, clock=clock)
    for year in (1970, 2099):
        jumped = SimpleNamespace(now=lambda zone, year=year: datetime(year, 1, 1, tzinfo=zone))
        monkeypatch.setattr(health, "datetime", jumped)
        clock.now_s += 30
        bot.beat()

        assert json.loads((tmp_path / FILE).read_text("utf-8"))["time"].startswith(str(year))
        assert read(tmp_path, clock).age_s == 0


def test_beats_in_quick_succession_are_written_once(tmp_path, clock):
    """However many updates come in, the disk is spared."""
    bot = Heartbeat(tmp_path, clock=clock)
    bot.beat()
    (tmp_path / FILE).unlink()

    clock.now_s += health.EVERY_S - 0.1
    bot.beat()
    assert not (tmp_path / FILE).exists()

    clock.now_s += 0.1
    bot.beat()
    assert (tmp_path / FILE).exists()


def test_nobody_reads_half_of_it(tmp_path, clock):
    """It is written beside its place; a write that was cut short is passed over."""
    (tmp_path / "health.new").write_text('{"sign', "utf-8")

    Heartbeat(tmp_path, clock=clock).beat()

    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_folder_that_cannot_be_written_is_told_once(tmp_path, clock, caplog):
    """The bot goes on; the operator reads one line, and another when it works again."""
    obstacle = tmp_path / "data"
    obstacle.write_text("a file in its place")
    bot = Heartbeat(obstacle, clock=clock)

    def beat():
        bot.beat()
        clock.now_s += health.EVERY_S

    for _ in range(3):
        beat()
    obstacle.unlink()
    for _ in range(3):
        beat()

    cannot, again = [record.getMessage() for record in caplog.records]
    assert cannot.startswith("`python -m bot health` cannot see this bot: ")
    assert str(obstacle) in cannot
    assert again == "`python -m bot health` sees this bot again."


def test_a_full_disk_is_named(tmp_path, clock, monkeypatch):
    """The bot may be well, but cannot say so: what to do is another thing then."""
    usage = namedtuple("usage", "total used free")
    Heartbeat(tmp_path, clock=clock).beat()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 100, 0))
    assert read(tmp_path, clock).is_well

    clock.now_s += STALE_S + 1

    assert str(read(tmp_path, clock)) == (
        f"not well: the disk of {tmp_path} is full. Make room there."
    )


# ---------------------------------------------------------------- systemd

SOCKETS = {
    "a file": lambda folder: (str(folder / "notify"), str(folder / "notify")),
    "only a name": lambda folder: (f"@{folder}/notify", f"\0{folder}/notify"),
}


@pytest.mark.parametrize("where", SOCKETS.values(), ids=SOCKETS)
def test_systemd_hears_it(tmp_path, clock, where):
    """It is ready with the first beat; where Telegram is out of reach it lives all the same."""
    told, bound = where(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(bound)
        systemd.settimeout(60)
        bot = Heartbeat(tmp_path / "data", told, clock)
        for act in (bot.miss, bot.beat, bot.end):
            act()

        assert systemd.recv(999).split(b"\n")[-1] == b"WATCHDOG=1"
        assert systemd.recv(999).split(b"\n") == [
            b"READY=1",
            b"STATUS=Telegram is reached",
            b"WATCHDOG=1",
        ]
        assert systemd.recv(999) == b"STOPPING=1"


def test_systemd_that_does_not_listen_is_no_harm(tmp_path, clock):
    """The bot serves on, and its file is written."""
    Heartbeat(tmp_path, str(tmp_path / "nobody"), clock).beat()

    assert read(tmp_path, clock).is_well


# ---------------------------------------------------------------- the command


def command(folder, *arguments, **more):
    """`python -m bot health` as a container calls it: exit code, standard output and error."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={
            "PYTHONPATH": str(CHECKOUT),
            "DATA_DIR": str(folder / "data"),
            **{name: value for name, value in os.environ.items() if name.startswith("COV")},
            **more,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command(tmp_path):
    """0 when it is well, 1 when it is not, 2 for wrong settings; in words and as data."""
    code, output, _ = command(tmp_path, "-m", "bot", "health")
    assert (code, output.split(":")[0]) == (1, "not well")

    Heartbeat(tmp_path / "data").beat()
    code, output, errors = command(tmp_path, "-m", "bot", "health")
    assert (code, errors) == (0, "")
    assert output.startswith("ok: Telegram was last reached ")

    code, output, _ = command(tmp_path, "-m", "bot", "health", "--json")
    data = json.loads(output)
    assert (code, data["ok"]) == (0, True)
    assert math.isclose(data["age_s"], 0, abs_tol=60)

    code, _, errors = command(tmp_path, "-m", "bot", "health", LOG_LEVEL="loud")
    assert code == 2
    assert "LOG_LEVEL" in errors


def test_the_command_is_quick(tmp_path):
    """It loads neither Telegram nor a web server nor the knowledge: it runs every half minute."""
    seen = (
        "import sys; from bot.cli import main; main(['health']);"
        "sys.exit({'telegram', 'starlette', 'yaml', 'pydantic'} & set(sys.modules) != set())"
    )

    assert command(tmp_path, "-c", seen)[0] == 0
