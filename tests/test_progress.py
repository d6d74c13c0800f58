"""Which updates may be confirmed, and what a process that was killed leaves behind."""

import errno
import logging
import os
import time
from pathlib import Path

import pytest

from bot.telegram.progress import KEPT_S, LONGEST_FILE, Progress


def update(number: int, text: str = "hello") -> dict:
    """An update as Telegram gives it."""
    return {"update_id": number, "message": {"text": text}}


@pytest.fixture
def path(tmp_path) -> Path:
    """Where it is kept."""
    return tmp_path / "data" / "answered"


def begun(path: Path, *numbers: int) -> Progress:
    """A process that has fetched these updates."""
    progress = Progress(path)
    for number in numbers:
        assert progress.begin(update(number))
    return progress


OFFSETS = {
    "nothing was fetched": ([], [], 0),
    "nothing is answered": ([5, 6, 7], [], 5),
    "the oldest is answered": ([5, 6, 7], [5], 6),
    "all but the oldest are answered": ([5, 6, 7], [6, 7], 5),
    "all are answered": ([5, 6, 7], [7, 5, 6], 8),
    "there are gaps": ([5, 9, 20], [5], 9),
}


@pytest.mark.parametrize(("fetched", "answered", "offset"), OFFSETS.values(), ids=OFFSETS)
def test_offset(path, fetched, answered, offset):
    """Nothing is asked for before all that came earlier is answered."""
    progress = begun(path, *fetched)
    for number in answered:
        progress.end(number)

    assert progress.offset == offset
    assert progress.waiting == len(fetched) - len(answered)


def test_an_update_that_comes_twice_is_taken_once(path):
    """While it waits, and after it was answered."""
    progress = begun(path, 5)

    assert not progress.begin(update(5))
    progress.end(5)
    assert not progress.begin(update(5))


def test_a_process_that_was_killed_leaves_what_it_has_answered(path):
    """The next one answers the rest, and nothing twice."""
    before = begun(path, 5, 6, 7)
    before.end(6)

    after = Progress(path)

    assert [number for number in (5, 6, 7) if after.begin(update(number))] == [5, 7]
    assert after.offset == 5


def test_the_same_number_of_another_bot_is_another_update(path):
    """A new token, or a test server that begins anew, finds nothing answered."""
    begun(path, 5).end(5)

    assert Progress(path).begin(update(5, "something else"))


def test_what_telegram_has_forgotten_is_forgotten(path):
    """The file of a bot at rest is empty, and holds numbers and digests only."""
    progress = begun(path, 5, 6)
    progress.end(6)
    assert path.read_text().startswith("6 ")
    assert "hello" not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    progress.end(5)

    progress.confirmed(7)

    assert path.read_text() == ""


@pytest.mark.repetitive
def test_the_file_stays_short_while_something_waits(path):
    """One chat that cannot be reached does not fill the disk."""
    progress = begun(path, 1)
    for number in range(2, LONGEST_FILE + 100):
        progress.begin(update(number))
        progress.end(number)
        progress.confirmed(1)

    assert len(path.read_text().splitlines()) < LONGEST_FILE
    assert not Progress(path).begin(update(LONGEST_FILE + 99))


def test_after_a_pause_numbers_may_be_lower(path):
    """Telegram begins anew at random after a week without updates."""
    progress = begun(path, 500)
    progress.end(500)

    assert progress.begin(update(40))
    progress.end(40)
    assert progress.offset == 41


def test_what_is_let_go_blocks_nobody(path):
    """It is still worked at, and not taken for the second time."""
    progress = begun(path, 5, 6)

    progress.let_go(5)

    assert progress.offset == 6
    assert not progress.begin(update(5))
    assert progress.aside == {5}
    progress.end(5)
    assert progress.aside == set()


DAMAGED = {
    "a line that was cut off": b"5 0123456789abcdef\n6 01234",
    "no text": bytes(range(256)),
    "something else": b"hello\nworld\n",
    "nothing": b"",
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_no_harm(path, content):
    """What cannot be read was not answered."""
    path.parent.mkdir()
    path.write_bytes(content)

    assert begun(path, 6).offset == 6


def test_an_old_file_says_nothing(path):
    """Telegram keeps updates for a day."""
    begun(path, 5).end(5)
    old = time.time() - KEPT_S - 1
    os.utime(path, (old, old))

    assert Progress(path).begin(update(5))


def test_a_full_disk_is_told_once(path, caplog):
    """The bot goes on; after a crash a question may be answered twice."""
    path.parent.mkdir()
    path.mkdir()  # in place of the file
    progress = begun(path, 5, 6)

    with caplog.at_level(logging.WARNING):
        progress.end(5)
        progress.end(6)

    assert progress.offset == 7
    assert len(caplog.records) == 1
    assert "may be answered twice" in caplog.text


def test_a_file_that_can_be_emptied_is_not_written_again(path, caplog, monkeypatch):
    """On a full disk nothing goes into a file, but it can still be cut off."""

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    progress = begun(path, 5, 6, 7)
    progress.end(5)
    with monkeypatch.context() as disk, caplog.at_level(logging.WARNING):
        disk.setattr(os, "write", lambda _, content: full() if content else 0)
        for number in (6, 7):
            progress.confirmed(8)
            progress.end(number)
    progress.begin(update(8))
    progress.end(8)

    assert [record.getMessage().partition(str(path))[2][:18] for record in caplog.records] == [
        " cannot be written",
        " is written again.",
    ]
