"""Review of what people passed on: nothing is lost, doubled or overwritten, whoever reviews."""

import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date

import pytest

from bot.building import build
from bot.curation import saving
from bot.curation.decisions import EVERY, NotOpen
from bot.curation.edits import Elsewhere, NewEntry, NewPhrasing
from bot.curation.review import Review
from bot.errors import EditError, KnowledgeError
from bot.passed import FILE, Queue
from bot.settings import Settings
from tests.test_cli import BREAD

DAY = date(2026, 11, 24)
FREEZING = ["can i freeze it", "do i freeze the loaf", "freeze?"]
WARM = ["how warm must the oven get", "is warm enough for the oven"]
NEW = {
    "id": "freezing",
    "section": "Rising",
    "question": "Can I freeze it?",
    "phrasings": ["can i freeze it"],
    "answer": "The article says nothing about freezing.",
}


@pytest.fixture(scope="session")
def learnt(tmp_path_factory):
    """What was learnt from the second folder; once."""
    data = tmp_path_factory.mktemp("data")
    return build(Settings(knowledge_dir=BREAD, data_dir=data))


@pytest.fixture
def folder(tmp_path):
    """A copy of the second folder."""
    return shutil.copytree(BREAD, tmp_path / "knowledge")


@pytest.fixture
def queue(tmp_path):
    """What five people passed on."""
    queue = Queue(tmp_path / FILE, lambda: DAY)
    for text in (*FREEZING, *WARM):
        queue.pass_on(text)
    return queue


@pytest.fixture
def review(folder, queue, learnt, tmp_path):
    """A review of it."""
    return Review.of(Settings(knowledge_dir=folder, data_dir=tmp_path), learnt, queue)


def group(review, words):
    """The group that has these words, whatever was made of it."""
    return next(g for g in review.groups(EVERY) if words in [q.words for q in g.questions])


def state(review, words):
    return group(review, words).decision.state


def test_the_most_asked_comes_first(review):
    """What is alike is one group."""
    assert [sorted(q.words for q in g.questions) for g in review.groups()] == [
        sorted(FREEZING),
        sorted(WARM),
    ]


def test_new_comes_before_what_was_put_off(review):
    """However many ask for it."""
    review.put_off(group(review, "freeze?").id)

    assert [g.decision.state for g in review.groups()] == ["new", "pending"]


def test_groups_keep_their_names(review):
    """More of the same joins; nothing is sorted in twice."""
    before = [g.id for g in review.groups()]
    review.decisions.queue.pass_on("freeze the dough")

    assert [g.id for g in review.groups()] == before
    assert len(group(review, "freeze?").questions) == 4


def test_more_of_what_was_ignored_is_ignored(review):
    """Maintainers are not asked the same again."""
    review.ignore(group(review, "freeze?").id)
    review.decisions.queue.pass_on("freeze the dough")

    assert [sorted(q.words for q in g.questions) for g in review.groups()] == [sorted(WARM)]
    assert state(review, "freeze the dough") == "ignored"


def test_more_of_what_was_accepted_is_a_new_group(review):
    """It did not help then: maintainers look again."""
    review.accept(group(review, WARM[0]).id, NewPhrasing("how-hot", WARM[0]))
    review.decisions.queue.pass_on(WARM[1])

    assert {g.decision.state for g in review.groups(EVERY) if WARM[1] in str(g)} == {"new", "done"}


def test_a_new_group_is_announced_once(review):
    """One more question does not announce it again."""
    first, second = review.unannounced()
    review.decisions.note_announced(first.id)
    review.ignore(second.id)
    review.decisions.queue.pass_on("freeze the dough")

    assert review.unannounced() == []


def test_what_is_too_old_is_not_reviewed(review, queue):
    """It is deleted when the review begins."""
    later = replace(queue, today=lambda: date(2027, 6, 1))

    assert Review.of(review.settings, review.answerer, later).groups() == []


def test_the_proposal(review):
    """The entry that is likeliest, and the most typical of the questions."""
    proposal = review.proposal(group(review, WARM[0]))

    assert proposal.edit == NewPhrasing("how-hot", WARM[0])
    assert proposal.candidates[0].entry.id == "how-hot"


def test_what_accepting_changes(review, folder):
    """For the questions themselves too; nothing is written."""
    before = (folder / "qa.yaml").read_bytes()
    changes = review.changes(group(review, "freeze?"), NewPhrasing("how-hot", "can i freeze it"))

    better = {d.asked.example.text for d in changes.differences if d.group == "better"}
    assert "can i freeze it" in better
    assert changes.is_provisional
    assert (folder / "qa.yaml").read_bytes() == before
    assert state(review, "freeze?") == "new"


def test_how_many_it_would_answer(review):
    """Of the questions of the group, now and then."""
    found = group(review, "freeze?")

    assert review.reach(found, NewPhrasing("how-hot", "can i freeze it")) == (0, 3)
    assert review.reach(found, Elsewhere("can i freeze it")) == (1, 3)


def test_what_others_saved_is_no_change_of_mine(review, folder):
    """It is taken up before anything is compared."""
    found = group(review, WARM[0])
    edit = NewPhrasing("how-hot", WARM[0])
    before = review.changes(found, edit)
    other = NewPhrasing("when-done", "is it tanned").apply((folder / "qa.yaml").read_text())
    (folder / "qa.yaml").write_text(other.replace("230 degrees.", "230 degrees!"))

    assert review.changes(found, edit).differences == before.differences
    assert review.changes(found, edit).rewordings == ()


ACCEPTED = {
    "as a phrasing": (
        NewPhrasing("how-hot", "can i freeze it"),
        "    - temperature for baking a loaf\n    - can i freeze it\n",
        "how-hot",
    ),
    "as a new entry": (NewEntry(NEW), "- id: freezing\n  section: Rising\n", "freezing"),
    "as none of the bot's business": (
        Elsewhere("can i freeze it"),
        "  - how old is the moon\n  - can i freeze it\n",
        "none",
    ),
}


@pytest.mark.parametrize(("edit", "written", "entry"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepting_and_undoing(review, folder, edit, written, entry):
    """The edit is in its file, the group is done; undone, the file is as before to the byte."""
    before, id = (folder / edit.file).read_bytes(), group(review, "freeze?").id
    answered = review.answerer
    turn = review.accept(id, edit)

    assert written in (folder / edit.file).read_text()
    assert edit.is_in(review.answerer.knowledge)
    assert (state(review, "freeze?"), group(review, "freeze?").decision.entry) == ("done", entry)
    review.undo(id, turn)
    assert (folder / edit.file).read_bytes() == before
    assert review.answerer is answered
    assert state(review, "freeze?") == "new"


REFUSED = {
    "a phrasing that fires a safety rule": (NewPhrasing("how-hot", "i am coeliac"), "gluten"),
    "a phrasing of an entry that is gone": (NewPhrasing("gone", "so what"), 'no entry "gone"'),
    "an entry whose quote is not in the article": (
        NewEntry({**NEW, "quotes": ["Freeze it."]}),
        "letter for letter",
    ),
    "an entry that is there already": (NewEntry({**NEW, "id": "how-hot"}), "already"),
}


@pytest.mark.parametrize(("edit", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_check_would_find_is_refused(review, folder, edit, reason):
    """With the reason; nothing is written, and the group stays open."""
    before = (folder / edit.file).read_bytes()
    with pytest.raises((KnowledgeError, EditError), match=reason):
        review.accept(group(review, "freeze?").id, edit)

    assert (folder / edit.file).read_bytes() == before
    assert state(review, "freeze?") == "new"


def test_what_stands_there_already_is_done_without_writing(review, folder):
    """As when a process was killed between writing the file and noting it; undoing leaves it."""
    edit = NewPhrasing("how-hot", WARM[0])
    written = edit.apply((folder / "qa.yaml").read_text())
    (folder / "qa.yaml").write_text(written)
    id = group(review, WARM[0]).id
    turn = review.accept(id, edit)

    assert (folder / "qa.yaml").read_text() == written
    assert state(review, WARM[0]) == "done"
    review.undo(id, turn)
    assert (folder / "qa.yaml").read_text() == written
    assert state(review, WARM[0]) == "new"


def test_the_same_phrasing_is_not_accepted_twice(review, folder):
    """Two groups may become the same phrasing."""
    review.accept(group(review, WARM[0]).id, NewPhrasing("how-hot", WARM[0]))
    review.accept(group(review, "freeze?").id, NewPhrasing("how-hot", WARM[0]))

    assert (folder / "qa.yaml").read_text().count(WARM[0]) == 1


def test_undoing_leaves_later_edits_alone(review, folder):
    """Of the file only what was accepted is taken out."""
    first = group(review, WARM[0]).id
    turn = review.accept(first, NewPhrasing("how-hot", WARM[0]))
    review.accept(group(review, "freeze?").id, NewPhrasing("how-hot", "freeze?"))
    review.undo(first, turn)

    text = (folder / "qa.yaml").read_text()
    assert WARM[0] not in text
    assert "    - temperature for baking a loaf\n    - freeze?\n" in text


def test_a_new_entry_that_was_worked_on_is_not_taken_away(review, folder):
    """Whoever undoes is told to do it by hand; it stays done."""
    id = group(review, "freeze?").id
    turn = review.accept(id, NewEntry(NEW))
    better = (folder / "qa.yaml").read_text().replace("says nothing about", "is silent on")
    (folder / "qa.yaml").write_text(better)

    with pytest.raises(EditError, match="worked on since"):
        review.undo(id, turn)
    assert (folder / "qa.yaml").read_text() == better
    assert state(review, "freeze?") == "done"


def test_undoing_twice(review, folder):
    """The second time there is nothing to take back."""
    id = group(review, WARM[0]).id
    turn = review.accept(id, NewPhrasing("how-hot", WARM[0]))
    review.undo(id, turn)

    with pytest.raises(NotOpen):
        review.undo(id, turn)
    assert (folder / "qa.yaml").read_bytes() == (BREAD / "qa.yaml").read_bytes()


def test_somebody_saves_meanwhile(review, folder, monkeypatch):
    """The edit is made anew on what the other one saved; neither is lost."""
    other = [lambda text: text.replace("230 degrees.", "230 degrees!")]
    save = saving.save

    def late(path, text, expected):
        for change in other:
            path.write_text(change(path.read_text()))
        other.clear()
        save(path, text, expected)

    monkeypatch.setattr(saving, "save", late)
    review.accept(group(review, WARM[0]).id, NewPhrasing("how-hot", WARM[0]))

    text = (folder / "qa.yaml").read_text()
    assert "230 degrees!" in text
    assert text.count(WARM[0]) == 1


def test_two_maintainers_at_once(review, folder):
    """Each accepts every group in the same moment: each phrasing stands there once, one of them
    wrote it, and the other is told."""
    edits = {
        group(review, WARM[0]).id: NewPhrasing("how-hot", WARM[0]),
        group(review, "freeze?").id: NewPhrasing("when-done", "freeze?"),
    }
    results = []
    ready = threading.Barrier(2)

    def accept(reviewer):
        ready.wait()
        for id, edit in edits.items():
            try:
                results.append(reviewer.accept(id, edit))
            except NotOpen:
                results.append("told")

    other = Review.of(review.settings, review.answerer, review.decisions.queue)
    threads = [threading.Thread(target=accept, args=(each,)) for each in (review, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    text = (folder / "qa.yaml").read_text()
    assert results.count("told") == 2
    assert len(results) == 4
    assert (text.count(WARM[0]), text.count("- freeze?\n")) == (1, 1)


def test_a_file_that_cannot_be_saved(review, folder, monkeypatch):
    """The group stays open, the file as it is."""

    def full(*_):
        raise EditError("qa.yaml cannot be saved: No space left on device")

    monkeypatch.setattr(saving, "save", full)
    with pytest.raises(EditError, match="No space"):
        review.accept(group(review, WARM[0]).id, NewPhrasing("how-hot", WARM[0]))

    assert state(review, WARM[0]) == "new"
    assert (folder / "qa.yaml").read_bytes() == (BREAD / "qa.yaml").read_bytes()


def test_knowledge_that_is_broken_is_left_alone(review, folder):
    """The maintainer reads what to mend first."""
    broken = (
        (folder / "qa.yaml").read_text().replace("  answer: The article says 230 degrees.\n", "")
    )
    (folder / "qa.yaml").write_text(broken)

    with pytest.raises(KnowledgeError, match="answer"):
        review.accept(group(review, WARM[0]).id, NewPhrasing("when-done", WARM[0]))


@pytest.mark.parametrize("ending", ["", "\n"], ids=["no line end at the end", "line end"])
def test_a_patch_can_be_applied(review, folder, ending):
    """`git apply` makes of the files what accepting would; nothing is written or decided before."""
    words = folder / "words.yaml"
    words.write_text(words.read_text().rstrip() + ending)
    edits = [NewPhrasing("how-hot", WARM[0]), Elsewhere("freeze?"), NewEntry(NEW)]
    patch = review.patch(edits)
    assert state(review, WARM[0]) == "new"

    subprocess.run(
        ["git", "apply", "--unsafe-paths", "-"], input=patch, text=True, cwd="/", check=True
    )

    text = (folder / "qa.yaml").read_text()
    assert (text.count(WARM[0]), text.count("id: freezing")) == (1, 1)
    assert words.read_text() == Elsewhere("freeze?").apply(
        (BREAD / "words.yaml").read_text().rstrip() + ending
    )


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from bot.building import build
from bot.curation import saving
from bot.curation.edits import NewPhrasing
from bot.curation.review import Review
from bot.passed import Queue
from bot.settings import Settings

folder, data, group, phrasing = sys.argv[1:]
settings = Settings(knowledge_dir=Path(folder), data_dir=Path(data))
queue = Queue(Path(data) / "passed.sqlite", lambda: date(2026, 11, 24))
save = saving.save


def save_and_die(*arguments):
    save(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)


saving.save = save_and_die
Review.of(settings, build(settings), queue).accept(group, NewPhrasing("how-hot", phrasing))
"""


def test_killed_between_writing_and_noting(review, folder):
    """The edit is whole in its file, the group is open; accepting it once more writes nothing."""
    id = group(review, WARM[0]).id
    arguments = [folder, review.settings.data_dir, id, WARM[0]]
    died = subprocess.run([sys.executable, "-c", KILLED, *map(str, arguments)], check=False)
    written = (folder / "qa.yaml").read_text()

    assert died.returncode == -signal.SIGKILL
    assert (written.count(WARM[0]), state(review, WARM[0])) == (1, "new")
    review.accept(id, NewPhrasing("how-hot", WARM[0]))
    assert (folder / "qa.yaml").read_text() == written
    assert state(review, WARM[0]) == "done"
