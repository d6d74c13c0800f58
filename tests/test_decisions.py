"""What maintainers make of groups: whoever is first wins, and everything can be taken back once."""

import contextlib
import sqlite3
import threading
from datetime import date

import pytest

from bot.curation.decisions import Decision, Decisions, NotOpen, QueueError
from bot.passed import FILE, Queue, TakenBack

DAY = date(2026, 11, 24)


@pytest.fixture
def decisions(tmp_path):
    """Two questions in group `a`, one in `b`, one in none yet."""
    queue = Queue(tmp_path / FILE, lambda: DAY)
    found = Decisions(queue)
    places = {"is it hot": "a", "is it very hot": "a", "is it dear": "b"}
    receipts = {queue.pass_on(text, "how-hot").receipt: g for text, g in places.items()}
    assert found.sort_in(receipts)
    queue.pass_on("what is it")
    return found


def group(decisions, id):
    """A group as it is now."""
    return decisions.group(id)


def test_groups_hold_their_questions(decisions):
    """With what did not help, and the day."""
    found = {group.id: group for group in decisions.groups()}

    assert sorted(q.words for q in found["a"].questions) == ["is it hot", "is it very hot"]
    assert {(q.unhelpful, q.day, q.group) for q in found["b"].questions} == {("how-hot", DAY, "b")}
    assert [q.words for q in decisions.questions() if not q.group] == ["what is it"]
    assert {group.decision for group in found.values()} == {Decision("new")}


def test_nothing_was_passed_on_yet(tmp_path):
    """Looking makes no file."""
    decisions = Decisions(Queue(tmp_path / FILE, lambda: DAY))

    assert decisions.groups() == decisions.questions() == []
    assert decisions.last() is None
    assert not decisions.sort_in({"receipt": "a"})
    decisions.note_announced("a")
    with pytest.raises(NotOpen, match="is gone"):
        decisions.decide("a", Decision("done"))
    assert not decisions.queue.path.exists()


SORTED_IN = {
    "a question that was taken back": lambda d, waiting: d.queue.take_back(waiting),
    "a question that somebody else sorted in": lambda d, waiting: d.sort_in({waiting: "b"}),
}


@pytest.mark.parametrize("change", SORTED_IN.values(), ids=SORTED_IN)
def test_what_has_changed_meanwhile_is_not_sorted_in(decisions, change):
    """Nothing of it, so that whoever sorts looks again."""
    other = decisions.queue.pass_on("what for").receipt
    waiting = next(q.receipt for q in decisions.questions() if q.words == "what is it")
    change(decisions, waiting)

    assert not decisions.sort_in({other: "c", waiting: "c"})
    assert "c" not in {q.group for q in decisions.questions()}


def test_a_group_is_announced_once(decisions):
    """Whatever the restarts."""
    decisions.note_announced("a")

    assert {group.id: group.is_announced for group in decisions.groups()} == {"a": True, "b": False}


def test_a_decision_and_its_undoing(decisions):
    """The last one is known; taking it back leads to the state before."""
    decisions.decide("b", Decision("pending"))
    turn = decisions.decide("a", Decision("done", "how-hot", "something"))

    assert decisions.last() == group(decisions, "a")
    assert group(decisions, "a").decision == Decision("done", "how-hot", "something", turn, "new")
    assert [group.id for group in decisions.groups()] == ["b"]
    decisions.undo("a", turn)
    assert group(decisions, "a").decision == Decision("new", turn=turn)
    assert decisions.last() == group(decisions, "b")


def test_what_was_put_off_can_be_decided(decisions):
    """And comes back as put off."""
    decisions.decide("a", Decision("pending"))
    turn = decisions.decide("a", Decision("ignored"))
    decisions.undo("a", turn)

    assert group(decisions, "a").decision.state == "pending"


DECIDED = {
    "accepted by somebody else": (Decision("done", "how-hot"), "accepted already"),
    "ignored by somebody else": (Decision("ignored"), "ignored already"),
}


@pytest.mark.parametrize(("first", "told"), DECIDED.values(), ids=DECIDED)
def test_whoever_is_first_wins(decisions, first, told):
    """The other one writes nothing and is told what was made of it."""
    decisions.decide("a", first)
    written = []

    with pytest.raises(NotOpen, match=told) as caught:
        decisions.decide("a", Decision("done", "other"), lambda: written.append(1))

    assert written == []
    assert caught.value.decision.entry == first.entry
    assert group(decisions, "a").decision.state == first.state


def test_a_decision_is_undone_once(decisions):
    """The button of an old message takes back nothing that was decided anew."""
    turn = decisions.decide("a", Decision("ignored"))
    decisions.undo("a", turn)
    with pytest.raises(NotOpen):
        decisions.undo("a", turn)
    decisions.decide("a", Decision("done", "how-hot"))
    with pytest.raises(NotOpen):
        decisions.undo("a", turn)

    assert group(decisions, "a").decision.entry == "how-hot"


def fail():
    raise ValueError("the disk is full")


def test_what_could_not_be_written_is_not_decided(decisions):
    """The same holds for taking it back."""
    with pytest.raises(ValueError, match="full"):
        decisions.decide("a", Decision("done", "how-hot"), fail)
    assert group(decisions, "a").decision == Decision("new")
    turn = decisions.decide("a", Decision("done", "how-hot"))
    with pytest.raises(ValueError, match="full"):
        decisions.undo("a", turn, fail)

    assert group(decisions, "a").decision.state == "done"


def test_two_at_once_write_once(decisions):
    """Of ten that accept the same group in the same moment, one writes."""
    written, refused = [], []
    ready = threading.Barrier(10)

    def accept():
        ready.wait()
        try:
            decisions.decide("a", Decision("done", "how-hot"), lambda: written.append(1))
        except NotOpen:
            refused.append(1)

    threads = [threading.Thread(target=accept) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(written), len(refused)) == (1, 9)


def test_a_group_goes_with_its_last_question(decisions):
    """Whoever decides about it then is told that it is gone."""
    (question,) = group(decisions, "b").questions
    assert decisions.queue.take_back(question.receipt) is TakenBack.DELETED

    with pytest.raises(NotOpen, match="is gone"):
        decisions.decide("b", Decision("ignored"))
    with pytest.raises(NotOpen, match="is gone"):
        decisions.group("b")


def test_a_damaged_file_is_named(decisions):
    """The maintainer reads which file it is."""
    decisions.queue.path.write_bytes(b"this is no database, it is a text of some length" * 99)

    with pytest.raises(QueueError, match=FILE):
        decisions.groups()


def test_what_cannot_be_noted_is_not_written(decisions):
    """A disk without room: the knowledge stays as it is, so that nothing is half done."""
    wrote = []
    turn = decisions.decide("b", Decision("done"))
    with contextlib.closing(sqlite3.connect(decisions.queue.path)) as file, file:
        full = "BEGIN SELECT raise(FAIL, 'database or disk is full'); END"
        file.execute(f"CREATE TRIGGER full BEFORE UPDATE ON groups {full}")
    file.close()

    with pytest.raises(QueueError, match="disk is full"):
        decisions.decide("a", Decision("done"), lambda: wrote.append("a"))
    with pytest.raises(QueueError, match="disk is full"):
        decisions.undo("b", turn, lambda: wrote.append("b"))

    assert wrote == []
    assert decisions.of("a").state == "new"
    assert decisions.of("b").state == "done"
