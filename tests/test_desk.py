"""The review by buttons: what is shown, and that nothing is accepted but what was shown."""

import re
import shutil
from datetime import date

import pytest
from offline_chat import bread

from bot.curation.decisions import EVERY
from bot.markup import parse, units
from bot.model import Reply
from bot.passed import FILE, Queue
from bot.settings import CHECKOUT, Settings
from bot.telegram.desk import Desk
from bot.telegram.proposals import seal
from bot.telegram.view import render, text

DAY = date(2026, 11, 24)
BREAD = CHECKOUT / "tests" / "bread"
WARM = ["how warm must the oven get", "is warm enough for the oven"]


@pytest.fixture
def folder(tmp_path):
    """A copy of the knowledge, to be written to."""
    return shutil.copytree(BREAD, tmp_path / "knowledge")


@pytest.fixture
def queue(tmp_path):
    """What two people passed on."""
    queue = Queue(tmp_path / FILE, lambda: DAY)
    for words in WARM:
        queue.pass_on(words, "when-done")
    return queue


@pytest.fixture
def desk(folder, tmp_path, queue):
    """A desk on which it lies."""
    return Desk(Settings(knowledge_dir=folder, data_dir=tmp_path), bread, queue)


def first(desk) -> Reply:
    """The group that lies on top, as it is announced."""
    (group,) = desk.unannounced()
    return desk.shown(group)


def press(desk, reply, label):
    """Press a button of a reply; returns what stands there then."""
    data = next(b.data for row in reply.buttons for b in row if b.label == label)
    assert len(data.encode()) <= 64
    shown = desk.press(data)
    (message,) = render(shown)
    parse(message)
    return shown


def labels(reply) -> list[str]:
    return [button.label for row in reply.buttons for button in row]


def qa(folder) -> str:
    return (folder / "qa.yaml").read_text("utf-8")


def states(desk) -> list[str]:
    return [group.decision.state for group in desk._begun().groups(EVERY)]


def test_what_is_shown(desk):
    """How often, what was asked, what did not help, the proposal, and what it would change."""
    reply = first(desk)
    said = text(reply)

    assert said.startswith(f"Passed on 2 times, 2026-11-24\n“{WARM[0]}”\n“{WARM[1]}”\n")
    assert "Did not help: How do I know that the loaf is done?\n" in said
    assert f"“{WARM[0]}” would become a phrasing of How hot should the oven be?\n" in said
    assert re.search(r"^Answers \d of these 2 now, \d then\.$", said, re.MULTILINE)
    assert "messages were put to both" in said
    assert labels(reply) == ["Accept", "Another entry", "Ignore"]


def test_accepting_and_undoing(desk, folder):
    """What was shown is written, and taken out again to the letter."""
    before = qa(folder)
    done = press(desk, first(desk), "Accept")

    assert text(done).startswith(f"Accepted: “{WARM[0]}” asks How hot should the oven be?")
    assert labels(done) == ["Undo"]
    assert f"- {WARM[0]}\n" in qa(folder)
    assert states(desk) == ["done"]

    again = press(desk, done, "Undo")
    assert labels(again) == ["Accept", "Another entry", "Ignore"]
    assert qa(folder) == before
    assert states(desk) == ["new"]


def test_ignoring_and_undoing(desk, folder):
    """Nothing is written."""
    before = qa(folder)
    done = press(desk, first(desk), "Ignore")

    assert text(done).startswith("Ignored: “")
    assert (states(desk), qa(folder)) == (["ignored"], before)
    assert "Accept" in labels(press(desk, done, "Undo"))
    assert states(desk) == ["new"]


def test_another_entry(desk, folder):
    """Of the likeliest, or of all by section; what it means is shown before it is accepted."""
    choice = press(desk, first(desk), "Another entry")
    assert {"The dough", "Rising", "The oven", "None of the bot's business"} <= {*labels(choice)}
    assert "Small talk" not in labels(choice)
    assert "Passed on 2 times" in text(press(desk, choice, "Back"))

    section = press(desk, choice, "The dough")
    assert labels(section) == ["What goes into the dough?", "How long do I knead?", "Back"]
    shown = press(desk, section, "How long do I knead?")
    assert "would become a phrasing of How long do I knead?" in text(shown)

    done = press(desk, shown, "Accept")
    assert "asks How long do I knead?" in text(done)
    kneading = qa(folder).split("- id: how-long-to-knead")[1].split("\n- id:")[0]
    assert WARM[0] in kneading


def test_none_of_the_bot_s_business(desk, folder):
    """It is learnt as such."""
    choice = press(desk, first(desk), "Another entry")
    shown = press(desk, choice, "None of the bot's business")
    assert "would become a message that is none of the bot's business" in text(shown)
    assert "Declines " in text(shown)

    done = press(desk, shown, "Accept")
    assert "is none of the bot's business" in text(done)
    assert WARM[0] in (folder / "words.yaml").read_text("utf-8")


def test_the_first_wins_and_the_others_see_what_was_done(desk):
    """Two maintainers have the same message before them."""
    shown = first(desk)
    press(desk, shown, "Ignore")

    late = press(desk, shown, "Accept")
    assert text(late).startswith("Somebody else was faster.\n\nIgnored: “")
    assert labels(late) == ["Undo"]
    assert text(press(desk, shown, "Ignore")).startswith("Somebody else was faster.")


def test_an_undo_that_is_out_of_date(desk):
    """Who presses an old one sees what stands now, and changes nothing."""
    shown = first(desk)
    ignored = press(desk, shown, "Ignore")
    press(desk, ignored, "Undo")
    accepted = press(desk, shown, "Accept")

    assert "Accepted" in text(press(desk, ignored, "Undo"))
    assert states(desk) == ["done"]
    press(desk, accepted, "Undo")
    assert "Passed on 2 times" in text(press(desk, accepted, "Undo"))


def test_only_what_was_shown_is_accepted(desk, queue):
    """When the proposal has changed meanwhile, it is shown anew first."""
    shown = first(desk)
    for _ in range(5):
        queue.pass_on("the warm oven")

    again = press(desk, shown, "Accept")
    assert text(again).startswith("More was passed on, or the knowledge was edited, meanwhile.")
    assert "“the warm oven” would become" in text(again)
    assert states(desk) == ["new"]
    assert "Accepted: “the warm oven”" in text(press(desk, again, "Accept"))


def test_a_seal_of_another_edit_is_refused(desk):
    """Whatever a button says, nothing is written that nobody has seen."""
    (group,) = desk.unannounced()
    for other in ("", "0" * 16, "zz"):
        shown = desk.press(f"r:a{group.id}{other}")
        assert text(shown).startswith("More was passed on, or the knowledge was edited, meanwhile.")
    assert states(desk) == ["new"]


STRANGE = [
    "r:",
    "r:x12345678",
    "r:a",
    "r:a12345678",
    "r:u12345678x",
    "r:sffffffffé",
    "r:b" + "é" * 30,
]


@pytest.mark.parametrize("data", STRANGE)
def test_strange_data_is_harmless(desk, data):
    """Buttons of groups that are gone say so."""
    assert "These questions are gone" in text(desk.press(data))


@pytest.mark.parametrize("more", ["s", "s99", "sx", "e00000000", "ux", "u"])
def test_strange_data_of_a_group_that_is_there(desk, more):
    """It shows the group, or where to choose."""
    (group,) = desk.unannounced()
    assert desk.press(f"r:{more[0]}{group.id}{more[1:]}").buttons
    assert states(desk) == ["new"]


def test_what_was_taken_back(desk, queue):
    """The maintainers see that there is nothing to decide any more."""
    shown = first(desk)
    with queue.opened() as file:
        receipts = [receipt for (receipt,) in file.execute("SELECT receipt FROM questions")]
    for receipt in receipts:
        queue.take_back(receipt)

    assert "These questions are gone" in text(press(desk, shown, "Accept"))


def test_what_would_make_check_fail_is_refused(folder, tmp_path):
    """The reason stands where the effect would stand, and there is nothing to accept."""
    queue = Queue(tmp_path / FILE, lambda: DAY)
    queue.pass_on("how hot is the oven for a coeliac")
    desk = Desk(Settings(knowledge_dir=folder, data_dir=tmp_path), bread, queue)
    before = qa(folder)
    shown = first(desk)

    assert "It would be refused:" in text(shown)
    assert "[unexpected-card]" in text(shown)
    assert "Accept" not in labels(shown)
    (group,) = desk.unannounced()
    edit = desk._begun().proposal(group).edit
    assert "It would be refused:" in text(desk.press(f"r:a{group.id}{seal(edit)}"))
    assert qa(folder) == before


def test_a_file_that_cannot_be_saved(desk, folder):
    """The decision is not noted, and the way back is there."""
    shown = first(desk)
    (folder / "qa.yaml").unlink()
    (folder / "qa.yaml").mkdir()

    failed = press(desk, shown, "Accept")
    assert text(failed).startswith("It would be refused:")
    assert "cannot be read" in text(failed)
    assert labels(failed) == ["Back"]
    assert states(desk) == ["new"]


def test_a_long_list_of_questions_is_one_message(folder, tmp_path):
    """A few of them are shown, and how many there are."""
    queue = Queue(tmp_path / FILE, lambda: DAY)
    for number in "abcdefghijklmnopqrstuvwxyz":
        queue.pass_on(f"how warm must the oven get {'& <very> ' * 30}{number}")
    desk = Desk(Settings(knowledge_dir=folder, data_dir=tmp_path), bread, queue)
    (message,) = render(first(desk))
    said, _ = parse(message)
    assert units(said) <= 4096
    assert "more\n" in said
