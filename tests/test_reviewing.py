"""The review in a terminal: what is shown, and what each key does."""

import re
import shutil
from datetime import date

import pytest

from bot.curation.edits import NewPhrasing
from bot.curation.review import Review
from bot.passed import FILE, Queue
from bot.reviewing import HELP, Talk
from bot.settings import Settings
from tests.test_cli import BREAD
from tests.test_review import FREEZING, WARM, learnt, state  # noqa: F401 - a fixture

TYPICAL = "do i freeze the loaf"
"""What the first group would become."""


class Maintainer:
    """Types these lines, and reads what is said."""

    def __init__(self, *lines):
        self.lines = list(lines)
        self.read = []

    def say(self, text):
        self.read.append(text)

    def hear(self, prompt):
        self.read.append(prompt)
        if not self.lines:
            raise EOFError
        line = self.lines.pop(0)
        return line() if callable(line) else line

    @property
    def text(self):
        return "\n".join(self.read)


@pytest.fixture
def review(tmp_path, learnt):  # noqa: F811
    """Two groups: how to freeze it, asked three times, and how warm the oven is, twice."""
    folder = shutil.copytree(BREAD, tmp_path / "knowledge")
    days = iter([date(2026, 11, day) for day in (20, 20, 21, 22, 24, 24)])
    queue = Queue(tmp_path / FILE, lambda: date(2026, 11, 24))
    for text in (*FREEZING, *WARM):
        day = next(days)
        Queue(queue.path, lambda day=day: day).pass_on(text, "when-done" if text in WARM else "")
    return Review.of(Settings(knowledge_dir=folder, data_dir=tmp_path), learnt, queue)


def talk(review, *lines):
    """The whole conversation."""
    maintainer = Maintainer(*lines)
    Talk(review, maintainer.say, maintainer.hear).hold()
    return maintainer.text


def qa(review):
    return (review.settings.knowledge_dir / "qa.yaml").read_text()


def test_what_is_shown_of_a_group(review):
    """Which one of how many, how often and when, the questions, the candidates, what changes."""
    text = talk(review, "l", "q")

    assert "\nGroup 1 of 2: passed on 3 times, 2026-11-20 to 2026-11-21\n" in text
    assert "  “can i freeze it”\n  “do i freeze the loaf”\n  “freeze?”\n" in text
    assert "\nGroup 2 of 2: passed on 2 times, 2026-11-22 to 2026-11-24\n" in text
    assert "What did not help: when-done\n" in text
    assert "how-hot: How hot should the oven be?\n" in text
    assert f"It becomes: “{WARM[0]}” asks how-hot\n  " in text
    assert re.search(r"^  Answers \d of these 2 now, \d then\.$", text, re.MULTILINE)
    assert text.endswith("Groups that wait: 2")


def test_accepting_as_proposed(review):
    """It is in the file at once."""
    text = talk(review, "l", "a")

    assert f"accepted: “{WARM[0]}” asks how-hot" in text
    assert f"    - temperature for baking a loaf\n    - {WARM[0]}\n" in qa(review)
    assert (state(review, FREEZING[0]), state(review, WARM[0])) == ("pending", "done")


def test_another_candidate_and_other_words(review):
    """Both are shown before anything is written."""
    text = talk(review, "o", "rise", "1", "p", "freeze it raw", "p", "", "a", "q")

    assert f"It becomes: “{TYPICAL}” asks how-long-to-rise" in text
    assert text.count("It becomes: “freeze it raw” asks how-long-to-rise") == 2
    assert "    - how long must it prove\n    - freeze it raw\n" in qa(review)


def test_a_candidate_by_its_number(review):
    """The number is that of the list."""
    text = talk(review, "l", "1", "a")

    assert text.count(f"It becomes: “{WARM[0]}” asks how-hot") == 2


def test_looking_for_an_entry(review):
    """By its id, by words of its question, or by what it would answer; and back again."""
    text = talk(review, "o", "when-done", "", "risen enough", "", "zzz", "7", "", "q")

    assert "  1  when-done: How do I know that the loaf is done?" in text
    assert "how-long-to-rise: How long does the dough rise?" in text
    assert qa(review) == (BREAD / "qa.yaml").read_text()


def test_a_new_entry(review):
    """What is refused need not be typed again."""
    text = talk(
        review,
        *("n", "", "Rising", "", "Freeze it", "", "a"),
        *("n", "Can it be frozen?", "", "It says nothing about it.", "-", "freezing", "a", "q"),
    )

    assert "Section (The dough, Rising, The oven, Small talk): " in text
    assert '"answer" is empty' in text
    assert "does not say" in text
    assert "Its question, short [Do i freeze the loaf]: " in text
    assert "Section (The dough, Rising, The oven, Small talk) [Rising]: " in text
    assert "accepted: new entry freezing" in text
    assert (
        "- id: freezing\n  section: Rising\n  question: Can it be frozen?\n  phrasings:\n"
        f"    - {TYPICAL}\n  answer: It says nothing about it.\n"
    ) in qa(review)


def test_none_of_our_business(review):
    """The message is learnt as such."""
    text = talk(review, "x", "a", "q")

    assert re.search(r"^  Declines \d of these 3 now, \d then\.$", text, re.MULTILINE)

    assert f"  - {TYPICAL}\n" in (review.settings.knowledge_dir / "words.yaml").read_text()


def test_ignoring(review):
    """Nothing is written."""
    assert f"ignored: “{TYPICAL}”" in talk(review, "i", "i")

    assert (state(review, FREEZING[0]), state(review, WARM[0])) == ("ignored", "ignored")
    assert qa(review) == (BREAD / "qa.yaml").read_text()


def test_undoing_comes_back_to_the_group(review):
    """Out of the file as well; without a decision there is nothing to take back."""
    text = talk(review, "u", "1", "a", "u", "i", "q")

    assert "Nothing was decided yet." in text
    assert f"taken back: accepted: “{TYPICAL}” asks when-done" in text
    assert text.count("Group 1 of 2: passed on 3 times") == 2
    assert qa(review) == (BREAD / "qa.yaml").read_text()
    assert (state(review, FREEZING[0]), state(review, WARM[0])) == ("ignored", "new")


def test_undoing_one_after_the_other(review):
    """All decisions of this review, the last one first."""
    review.decisions.queue.pass_on("my xylophone")
    talk(review, "i", "l", "u", "u", "q")

    assert {g.decision.state for g in review.groups()} == {"new"}


REFUSED = {
    "what fires a safety rule": (["1", "p", "i am coeliac", "a"], "[unexpected-card]"),
    "accepting without an entry": (["x", "p"], "Choose an entry first"),
    "a key that means nothing": (["z"], "? tells what the keys do."),
    "a number that is not there": (["9"], "? tells what the keys do."),
    "help": (["?"], HELP),
    "nothing at all": ([""], "Group 1 of 2"),
    "the end of the input": ([], "Groups that wait: 2"),
}


@pytest.mark.parametrize(("lines", "told"), REFUSED.values(), ids=REFUSED)
def test_what_changes_nothing(review, lines, told):
    """The maintainer reads why, and nothing is written or decided."""
    assert told in talk(review, *lines)

    assert qa(review) == (BREAD / "qa.yaml").read_text()
    assert {g.decision.state for g in review.groups()} == {"new"}


def test_a_group_of_which_nothing_fits(review):
    """Says so; accepting needs an entry."""
    for text in ("xylophone", "a xylophone", "my xylophone", "xylophone?"):  # alike in any order
        review.decisions.queue.pass_on(text)

    text = talk(review, "a", "q")

    assert "No entry seems to fit." in text
    assert "Choose an entry first: 1-4, o, or n for a new one." in text


def test_more_than_fits_on_the_screen(review, monkeypatch):
    """Long lists are cut; d shows all that changes."""
    monkeypatch.setattr("bot.reviewing.MOST_LINES", 2)
    monkeypatch.setattr("bot.reviewing.MOST_QUESTIONS", 1)

    text = talk(review, "1", "d", "q")

    assert "  ... and 2 more\n" in text
    assert "more lines: d" in text
    assert "messages were put to both" in text


def test_somebody_else_decides_meanwhile(review):
    """The maintainer is told, and goes on with the next group."""
    first = review.groups()[0].id

    def meanwhile():
        review.accept(first, NewPhrasing("how-hot", "can i freeze it"))
        return "i"

    text = talk(review, meanwhile, "q")

    assert "this group is accepted already: somebody else was faster" in text
    assert "Group 2 of 2" in text
    assert state(review, FREEZING[0]) == "done"


def test_nobody_passed_anything_on(review, tmp_path):
    """That is said, not an empty list."""
    empty = Review.of(
        review.settings, review.answerer, Queue(tmp_path / "none", lambda: date(2026, 11, 24))
    )

    assert talk(empty).startswith("Nobody has passed a question on")
