"""What is kept on disk: counters that survive, without a text, and never in the way."""

import contextlib
import sqlite3
import subprocess
import sys
import threading
from datetime import date, timedelta

import pytest

from bot import store
from bot.errors import BotError
from bot.model import (
    Alarm,
    Answer,
    Candidate,
    Card,
    Context,
    Entry,
    Gentle,
    Outcome,
    Reply,
    Suggest,
    Unknown,
)
from bot.settings import CHECKOUT
from bot.store import FILE, Counters

TODAY = date(2026, 11, 24)


class Later:
    """What is planned, until a test lets the time pass."""

    def __init__(self):
        self.planned = []

    def __call__(self, seconds, act):
        self.planned.append((seconds, act))

    def come(self):
        """Let everything happen that is planned by now."""
        planned, self.planned = self.planned, []
        for _, act in planned:
            act()


@pytest.fixture
def later():
    return Later()


@pytest.fixture
def counters(tmp_path, later):
    """Counters of one day; nothing is written before the test says so."""
    return Counters(tmp_path / "new" / FILE, lambda: TODAY, later)


def test_counters_add_up_and_survive(counters, later):
    """A second process, or the next start, goes on counting."""
    for name in ("a one", "a two", "a one", "b"):
        counters.add(name)
        later.come()

    again = Counters(counters.path)
    assert again.of("a ") == {"one": 2, "two": 1}
    assert again.of("") == {"a one": 2, "a two": 1, "b": 1}


def test_what_is_counted_is_written_in_one_go(counters, later):
    """Counting does not touch the disk: an answer never waits for it."""
    for _ in range(1000):
        counters.add("a")

    assert [seconds for seconds, _ in later.planned] == [store.EVERY_S]
    assert not counters.path.exists()

    later.come()
    assert (counters.of(""), later.planned) == ({"a": 1000}, [])


def test_the_end_does_not_wait(counters, later):
    """What is counted last is written before the process ends, and only once."""
    counters.add("a")
    counters.flush()
    assert counters.of("") == {"a": 1}

    later.come()
    counters.flush()
    assert counters.of("") == {"a": 1}


def test_it_is_written_by_itself_within_seconds(tmp_path, monkeypatch):
    """Also when nothing else happens: a crash loses no more than that."""
    monkeypatch.setattr(store, "EVERY_S", 0.0)
    written = threading.Event()

    class Watched(Counters):
        def flush(self):
            super().flush()
            written.set()

    Watched(tmp_path / FILE).add("a")

    assert written.wait(60)
    assert Counters(tmp_path / FILE).of("") == {"a": 1}


def test_several_processes_share_the_file(tmp_path):
    """None takes away what another has counted."""
    program = (
        "import sys; from pathlib import Path; from bot import store\n"
        "store.BUSY_S = 60\n"  # else who finds it busy for too long would write later
        "for _ in range(20):\n"
        "    counters = store.Counters(Path(sys.argv[1])); counters.add('a'); counters.flush()\n"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", program, tmp_path / FILE], cwd=CHECKOUT)
        for _ in range(2)
    ]

    assert [process.wait() for process in processes] == [0, 0]
    assert Counters(tmp_path / FILE).of("") == {"a": 40}


def test_threads_count_side_by_side(tmp_path):
    """Nothing is lost, however counting and writing fall together."""
    counters = Counters(tmp_path / FILE)

    def count():
        for number in range(200):
            counters.add("a")
            if number % 20 == 0:
                counters.flush()

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counters.flush()

    assert counters.of("") == {"a": 800}


# ---------------------------------------------------------------- days


def count_on(path, day, name):
    """Count something on a day."""
    counters = Counters(path, lambda: day, Later())
    counters.add(name)
    counters.flush()


def test_sums_from_a_day_on(tmp_path):
    """Today, the last week, and all: the same numbers, less and less of them left out."""
    for days in (0, 0, 6, 7, 200):
        count_on(tmp_path / FILE, TODAY - timedelta(days), "a")

    sums = Counters(tmp_path / FILE, lambda: TODAY)
    assert sums.since(TODAY) == {"a": 2}
    assert sums.since(TODAY - timedelta(6)) == {"a": 3}
    assert sums.since() == {"a": 5}


def test_old_days_are_forgotten_and_stay_in_the_sum(tmp_path):
    """How often something has happened is kept, but not for ever on which day."""
    for days in (store.KEPT_DAYS, store.KEPT_DAYS - 1, 0):
        count_on(tmp_path / FILE, TODAY - timedelta(days), "a")

    sums = Counters(tmp_path / FILE, lambda: TODAY)
    assert (sums.since(date.min), sums.since()) == ({"a": 2}, {"a": 3})


def test_days_that_a_wrong_clock_has_named(tmp_path):
    """They count in the sum only: for a clock that is right again they are yet to come."""
    for day in (TODAY, date(2099, 1, 1), date(1970, 1, 1), TODAY):
        count_on(tmp_path / FILE, day, "a")

    sums = Counters(tmp_path / FILE, lambda: TODAY)
    assert (sums.since(TODAY), sums.since()) == ({"a": 1}, {"a": 4})


def test_a_file_of_before_goes_on(tmp_path):
    """The sums that an earlier version of the bot has written are kept."""
    with contextlib.closing(sqlite3.connect(tmp_path / FILE)) as file, file:
        file.execute("CREATE TABLE counters (name TEXT PRIMARY KEY, times INTEGER)")
        file.execute("INSERT INTO counters VALUES ('a', 7)")
    sums = Counters(tmp_path / FILE, lambda: TODAY)
    assert (sums.since(), sums.since(TODAY)) == ({"a": 7}, {})

    count_on(tmp_path / FILE, TODAY, "a")
    assert (sums.since(), sums.since(TODAY)) == ({"a": 8}, {"a": 1})


# ---------------------------------------------------------------- troubles


def test_nothing_is_counted_yet(tmp_path):
    """Reading makes no file."""
    assert Counters(tmp_path / FILE).of("") == {}
    assert not (tmp_path / FILE).exists()


def test_an_empty_file_is_as_good_as_none(tmp_path):
    """A process that was killed at the wrong moment may leave one."""
    (tmp_path / FILE).touch()

    assert Counters(tmp_path / FILE).of("") == {}


def test_counting_nothing():
    """Without a file, as offline: nobody's tries are among the numbers of those who ask."""
    counters = Counters(None, later=None)
    counters.add("a")
    counters.flush()

    assert counters.of("") == {}


def test_a_folder_that_cannot_be_written_costs_only_the_counting(tmp_path, later, caplog):
    """A full disk keeps nobody from an answer; the operator reads one line, and one when it works.

    What has been counted meanwhile is not lost.
    """
    (tmp_path / "file").write_text("no folder")
    counters = Counters(tmp_path / "file" / FILE, lambda: TODAY, later)
    for _ in range(3):
        counters.add("a")
        later.come()
        assert len(later.planned) == 1

    (tmp_path / "file").unlink()
    later.come()

    assert counters.of("") == {"a": 3}
    cannot, again = [record.getMessage() for record in caplog.records]
    assert "cannot be written" in cannot
    assert "is written again" in again
    assert later.planned == []


def test_a_damaged_file_costs_only_the_counters(tmp_path, caplog):
    """Neither reading nor counting fails."""
    (tmp_path / FILE).write_bytes(b"this is no database, it is a text of some length" * 99)
    counters = Counters(tmp_path / FILE, later=Later())

    counters.add("a")
    counters.flush()

    assert counters.of("") == {}
    assert "cannot be read" in caplog.text
    with pytest.raises(BotError, match="cannot be read"):
        counters.since()


def test_a_locked_file_is_not_waited_for_without_end(tmp_path, caplog, later, monkeypatch):
    """Another process that hangs while it writes does not hang this one."""
    monkeypatch.setattr(store, "BUSY_S", 0.01)
    counters = Counters(tmp_path / FILE, later=later)
    counters.add("a")
    counters.flush()
    blocker = sqlite3.connect(tmp_path / FILE)
    blocker.execute("BEGIN EXCLUSIVE")

    counters.add("a")
    counters.flush()

    blocker.close()
    assert "cannot be written" in caplog.text
    assert counters.of("") == {"a": 1}
    later.come()
    assert counters.of("") == {"a": 2}


# ---------------------------------------------------------------- outcomes

HURT, SORE = (
    Candidate(Entry(id, "During", f"{id}?", (), f"The article says {id}."), 0.9)
    for id in ("hurt", "sore")
)
HELLO = Candidate(Entry("hello", "Talk", "hello", (), "Hello!", talk=True), 0.9)
GENTLE = Gentle("no", "was", "if", "in general")
SWELLING = Alarm.of("swelling", Card("inflammation", "inflammation", "See one", "They", GENTLE))
CHEST = Alarm.of("chest", Card("emergency", "emergency", "Call!", "Call!", GENTLE))
DENIED = Alarm.of("swelling", SWELLING.card, "negated")

OUTCOMES = {
    "an answer": (Answer((HURT,)), (), ["answered hurt", "outcome answer"]),
    "two answers": (
        Answer((HURT, SORE)),
        (),
        ["answered hurt", "answered sore", "outcome answer"],
    ),
    "small talk": (Answer((HELLO,)), (), ["answered hello", "outcome talk"]),
    "choices": (Suggest((HURT, SORE)), (), ["offered hurt", "offered sore", "outcome suggest"]),
    "nothing found": (Unknown(), (), ["outcome none"]),
    "a card and an answer": (
        Answer((HURT,)),
        (SWELLING,),
        ["answered hurt", "card inflammation full", "outcome answer"],
    ),
    "a gentle sentence": (Unknown(), (DENIED,), ["card inflammation gentle", "outcome none"]),
    "two signs, but one card": (
        Unknown(),
        (SWELLING, DENIED),
        ["card inflammation full", "outcome none"],
    ),
    "an emergency is no message that was not understood": (
        Unknown(),
        (CHEST,),
        ["card emergency full", "outcome emergency"],
    ),
}


@pytest.mark.parametrize(("decision", "alarms", "expected"), OUTCOMES.values(), ids=OUTCOMES)
def test_what_is_counted_of_an_outcome(counters, decision, alarms, expected):
    urgent = any(alarm.is_emergency for alarm in alarms)
    route = "emergency" if urgent else "doctor" if alarms else "none"

    counters.note(Outcome(decision, alarms, route, (), Reply(()), Context()))

    counters.flush()
    assert sorted(counters.of("")) == expected
