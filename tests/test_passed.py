"""Questions passed on: nothing in them identifies, deleting deletes, nobody is kept waiting."""

import re
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from bot.passed import FILE, KEPT_DAYS, Kept, NotKept, Queue, TakenBack

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 24)


@pytest.fixture
def queue(tmp_path):
    """An empty queue on a day of its own."""
    return Queue(tmp_path / "data" / FILE, lambda: DAY)


def rows(queue, what="*", table="questions"):
    """What really stands in the file."""
    with closing(sqlite3.connect(queue.path)) as file:
        return file.execute(f"SELECT {what} FROM {table}").fetchall()  # noqa: S608


def test_only_scrubbed_words_the_day_and_a_random_receipt_are_kept(queue):
    """And the receipt says exactly what is kept."""
    kept = queue.pass_on("Is it OK\nwith 47? ask @anna", "how-hot")

    assert kept == Kept(kept.receipt, "Is it OK with …? ask …")
    assert rows(queue) == [(kept.receipt, "Is it OK with …? ask …", "how-hot", "2026-11-24", None)]
    assert re.fullmatch(r"[\w-]{16}", kept.receipt, re.ASCII)


def test_a_question_of_which_nothing_is_left_is_not_kept(queue):
    """A telephone number alone makes no file."""
    assert queue.pass_on("0170 1234567") == NotKept()
    assert not queue.path.exists()


def test_only_the_owner_can_read_the_file(queue):
    """Neither it nor what SQLite writes beside it is for other users of the machine."""
    queue.pass_on("does it hurt")

    assert stat.S_IMODE(queue.path.stat().st_mode) == 0o600
    assert [path.name for path in queue.path.parent.iterdir()] == [FILE]


def test_no_order_tells_who_came_first(queue):
    """Neither the rows nor their places in the file are in the order in which they came."""
    kept = [queue.pass_on(f"question {'abcdefghij'[n]}") for n in range(10)]
    by_receipt = [item.words for item in sorted(kept, key=lambda item: item.receipt)]

    raw = queue.path.read_bytes()
    places = [raw.index(words.encode()) for words in by_receipt]

    assert [words for (words,) in rows(queue, "words")] == by_receipt
    assert places in (sorted(places), sorted(places, reverse=True))


def test_taking_back_deletes_it(queue):
    """Once; the second time it is not there any more."""
    kept, other = queue.pass_on("does it hurt"), queue.pass_on("is it dear")

    assert queue.take_back(kept.receipt) is TakenBack.DELETED
    assert queue.take_back(kept.receipt) is TakenBack.NOT_THERE
    assert rows(queue, "receipt") == [(other.receipt,)]


def test_taking_back_from_nothing(queue):
    """A receipt of a file that is gone makes no new one."""
    assert queue.take_back("0123456789abcdef") is TakenBack.NOT_THERE
    assert not queue.path.exists()


USED = {
    "in no group yet": (None, "new", TakenBack.DELETED),
    "in a new group": ("g", "new", TakenBack.DELETED),
    "put off": ("g", "pending", TakenBack.DELETED),
    "ignored": ("g", "ignored", TakenBack.DELETED),
    "accepted": ("g", "done", TakenBack.USED),
}


@pytest.mark.parametrize(("group", "state", "expected"), USED.values(), ids=USED)
def test_taking_back_says_whether_it_was_used(queue, group, state, expected):
    """Its group goes with its last question."""
    kept = queue.pass_on("does it hurt")
    with queue.opened() as file:
        file.execute("INSERT INTO groups (id, state) VALUES ('g', ?)", (state,))
        file.execute("UPDATE questions SET grouped = ?", (group,))

    assert queue.take_back(kept.receipt) is expected
    assert rows(queue, table="groups") == []


def test_what_is_older_than_90_days_is_deleted(tmp_path):
    """At the latest when the next question is passed on; purging alone does it too."""
    path, days = tmp_path / FILE, [DAY]
    queue = Queue(path, lambda: days[-1])
    queue.pass_on("an old one")
    days.append(DAY + timedelta(days=1))
    queue.pass_on("the next day")

    days.append(DAY + timedelta(days=KEPT_DAYS))
    queue.purge()
    assert {words for (words,) in rows(queue, "words")} == {"an old one", "the next day"}
    days.append(days[-1] + timedelta(days=1))
    queue.purge()
    assert rows(queue, "words") == [("the next day",)]
    days.append(days[-1] + timedelta(days=1))
    queue.pass_on("a new one")
    assert rows(queue, "words") == [("a new one",)]


def test_purging_nothing_makes_no_file(queue):
    """A bot whose operator has switched the offer off keeps no empty queue."""
    queue.purge()

    assert not queue.path.exists()


def test_what_was_deleted_is_gone_from_the_file(queue):
    """Not a piece of it is left in the bytes, whatever the order of coming and going."""
    names = [f"marked{letter * times}z " for letter in "qwertzuiop" for times in (1, 3, 5)]
    kept = [queue.pass_on(name * 9) for name in names]
    kept.sort(key=lambda item: item.receipt)

    for item in kept[5:]:
        assert queue.take_back(item.receipt) is TakenBack.DELETED

    left = set(re.findall(rb"marked[a-z]+z\b", queue.path.read_bytes()))
    assert left == {item.words.split()[0].encode() for item in kept[:5]}


def test_a_flood_does_not_fill_the_disk(queue, monkeypatch, caplog):
    """More than so many are not kept."""
    monkeypatch.setattr("bot.passed.MOST_KEPT", 2)
    found = [queue.pass_on("my secret") for _ in range(3)]

    assert [type(item) for item in found] == [Kept, Kept, NotKept]
    assert caplog.messages == [f"A question could not be kept: {queue.path} is full, review it"]


# ---------------------------------------------------------------- when things break


def in_the_way_of_the_folder(queue):
    queue.path.parent.write_text("a file where the folder should be")


def damaged(queue):
    queue.path.parent.mkdir()
    queue.path.write_bytes(b"this is no database, it is a text of some length" * 99)


def cut_off(queue):
    queue.pass_on("an old one")
    queue.path.write_bytes(queue.path.read_bytes()[:5000])


def of_the_future(queue):
    queue.path.parent.mkdir()
    with closing(sqlite3.connect(queue.path)) as file:
        file.execute("PRAGMA user_version = 99")


BROKEN = {
    "no folder can be made": in_the_way_of_the_folder,
    "the file is something else": damaged,
    "half of the file is gone": cut_off,
    "the file has other tables": of_the_future,
}


@pytest.mark.parametrize("break_it", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_costs_nobody_an_answer(queue, break_it, caplog):
    """Each try gives a result that says so, and one line in the log without a word of anybody."""
    break_it(queue)

    assert queue.pass_on("my secret") == NotKept()
    assert queue.take_back("my receipt") in (TakenBack.FAILED, TakenBack.NOT_THERE)
    queue.purge()

    assert "A question could not be kept in" in caplog.messages[0]
    assert len(caplog.messages) <= 3
    assert "secret" not in caplog.text
    assert "receipt" not in caplog.text


def test_a_locked_file_is_not_waited_for_without_end(queue, monkeypatch, caplog):
    """Another process that hangs while it writes does not hang this one."""
    monkeypatch.setattr("bot.passed.BUSY_S", 0.01)
    kept = queue.pass_on("does it hurt")
    with closing(sqlite3.connect(queue.path)) as other:
        other.execute("BEGIN EXCLUSIVE")

        assert queue.pass_on("is it dear") == NotKept()
        assert queue.take_back(kept.receipt) is TakenBack.FAILED
        queue.purge()

    assert all("locked" in message for message in caplog.messages)
    assert queue.take_back(kept.receipt) is TakenBack.DELETED


def _fill(path: Path, done) -> None:
    """Pass questions on while the disk (a limit on the size of files) fills up."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    queue = Queue(path, lambda: DAY)
    first = queue.pass_on("the first one")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    results = [queue.pass_on(f"my secret {'x' * 280}") for _ in range(40)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    done.send((first.receipt, sum(isinstance(item, NotKept) for item in results)))
    done.close()


def test_a_full_disk_costs_only_the_keeping(queue):
    """What was kept before is whole, and can be taken back."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_fill, args=(queue.path, sender))
    process.start()
    receipt, refused = receiver.recv()
    process.join()

    assert refused
    assert len(rows(queue)) == 1 + 40 - refused
    assert queue.take_back(receipt) is TakenBack.DELETED


WRITER = """
import sys
from datetime import date
from pathlib import Path
from bot.passed import Queue
queue = Queue(Path(sys.argv[1]), lambda: date(2026, 11, 24))
while True:
    kept = queue.pass_on("a question of some length " * 9)
    print(kept.receipt, flush=True)
    print(queue.take_back(queue.pass_on("taken back at once").receipt).name, flush=True)
"""


def test_nothing_that_was_confirmed_is_lost_when_a_process_is_killed(queue):
    """Six times in the middle of its work; the file is whole every time."""
    promised = set()
    for n in range(6):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(queue.path)], stdout=subprocess.PIPE, cwd=ROOT
        ) as writer:
            said = [writer.stdout.readline() for _ in range(2 + n)]
            writer.kill()
            said += writer.stdout.readlines()
        promised |= {line.decode().strip() for line in said if len(line) == 17}

    kept = dict(rows(queue, "receipt, words"))
    assert promised <= set(kept)
    with closing(sqlite3.connect(queue.path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert isinstance(queue.pass_on("does it hurt"), Kept)


def _pass_on(path: Path, number: int) -> int:
    """How many of so many questions were kept."""
    queue = Queue(path, lambda: DAY)
    return sum(isinstance(queue.pass_on("does it hurt"), Kept) for _ in range(number))


def test_several_processes_share_it(queue):
    """Nothing is lost or doubled between them, not even when they make the file at once.

    Whoever finds it busy for too long is told so.
    """
    with get_context("spawn").Pool(3) as pool:
        kept = pool.starmap(_pass_on, [(queue.path, 8)] * 3)
        pool.close()
        pool.join()

    assert min(kept) > 0
    assert len(rows(queue)) == sum(kept)
