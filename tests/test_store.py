"""What is kept on disk: counters that survive, without a text, and never in the way."""

import sqlite3

from bot.store import FILE, Counters


def test_counters_add_up_and_survive(tmp_path):
    """A second process, or the next start, goes on counting."""
    path = tmp_path / "new" / FILE
    for name in ("a one", "a two", "a one", "b"):
        Counters(path).add(name)

    assert Counters(path).of("a ") == {"one": 2, "two": 1}
    assert Counters(path).of("") == {"a one": 2, "a two": 1, "b": 1}


def test_nothing_is_counted_yet(tmp_path):
    """Reading makes no file."""
    assert Counters(tmp_path / FILE).of("") == {}
    assert not (tmp_path / FILE).exists()


def test_a_folder_that_cannot_be_written_costs_only_the_counting(tmp_path, caplog):
    """A full or locked disk keeps nobody from an answer; the operator reads why."""
    (tmp_path / "file").write_text("no folder")

    Counters(tmp_path / "file" / FILE).add("a")

    assert "could not be counted" in caplog.text


def test_a_damaged_file_costs_only_the_counters(tmp_path, caplog):
    """Neither reading nor counting fails."""
    (tmp_path / FILE).write_bytes(b"this is no database, it is a text of some length" * 99)

    Counters(tmp_path / FILE).add("a")

    assert Counters(tmp_path / FILE).of("") == {}
    assert "cannot be read" in caplog.text


def test_a_locked_file_is_not_waited_for_without_end(tmp_path, caplog, monkeypatch):
    """Another process that hangs while it writes does not hang this one."""
    monkeypatch.setattr("bot.store.BUSY_S", 0.01)
    Counters(tmp_path / FILE).add("a")
    blocker = sqlite3.connect(tmp_path / FILE)
    blocker.execute("BEGIN EXCLUSIVE")

    Counters(tmp_path / FILE).add("a")

    blocker.close()
    assert "could not be counted" in caplog.text
    assert Counters(tmp_path / FILE).of("") == {"a": 1}
