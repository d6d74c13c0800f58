"""The words of questions are kept in memory for half an hour, for the person's own use only."""

import pytest
from offline_chat import Clock

from bot.telegram.contexts import KEPT_S
from bot.telegram.questions import MOST_QUESTIONS, Asked, Questions

ANNA, BERT = ("anna",), ("bert",)
RYE, OATS = Asked("why rye", ("rye",)), Asked("why oats")


class Later:
    """What is to be called later."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.waiting: list = []

    def __call__(self, seconds, act) -> None:
        self.waiting.append((self.clock.now_s + seconds, act))

    def come(self) -> None:
        """Let the time of the next one come."""
        self.clock.now_s, act = self.waiting.pop(0)
        act()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def later(clock) -> Later:
    return Later(clock)


@pytest.fixture
def questions(clock, later) -> Questions:
    return Questions(clock, later)


LATER = {
    "at once": (0, RYE),
    "after 29 minutes": (29 * 60, RYE),
    "after half an hour no more": (KEPT_S, None),
}


@pytest.mark.parametrize(("seconds", "expected"), LATER.values(), ids=LATER)
def test_for_half_an_hour(questions, clock, seconds, expected):
    questions.keep(ANNA, 1, RYE)
    clock.now_s += seconds
    assert questions.of(ANNA, 1) == expected


def test_each_reply_has_its_question(questions):
    """Nobody gets at the question of another message or person."""
    questions.keep(ANNA, 1, RYE)
    questions.keep(ANNA, 2, OATS)
    found = [questions.of(*key) for key in ((ANNA, 1), (ANNA, 2), (ANNA, 3), (BERT, 1))]
    assert found == [RYE, OATS, None, None]


def test_the_newer_one_counts(questions):
    """A question that was edited is kept as it is now; nothing is kept of one that may not be."""
    questions.keep(ANNA, 1, RYE)
    questions.keep(ANNA, 1, OATS)
    assert questions.of(ANNA, 1) == OATS
    questions.keep(ANNA, 1, None)
    assert questions.of(ANNA, 1) is None


def test_forgetting_is_immediate_and_only_for_one(questions):
    """/forget takes all of a person's questions in a chat, and nobody else's."""
    for key, message in ((ANNA, 1), (ANNA, 2), (BERT, 1)):
        questions.keep(key, message, RYE)
    questions.forget(ANNA)
    assert questions.of(ANNA, 1) is questions.of(ANNA, 2) is None
    assert questions.of(BERT, 1) == RYE


def test_what_is_old_goes_by_itself(questions, clock, later):
    """Nobody has to write for the memory to be emptied, each question in its time."""
    questions.keep(ANNA, 1, RYE)
    clock.now_s += 600
    questions.keep(ANNA, 2, OATS)
    assert len(later.waiting) == 1

    later.come()
    assert len(questions._kept) == 1
    later.come()
    assert len(questions._kept) == 0
    assert later.waiting == []

    questions.keep(ANNA, 3, RYE)
    assert len(later.waiting) == 1


def test_the_memory_is_bounded(questions):
    """The oldest go when there are too many."""
    for number in range(MOST_QUESTIONS + 5):
        questions.keep(ANNA, number, RYE)
    assert len(questions._kept) == MOST_QUESTIONS
    assert questions.of(ANNA, 4) is None
    assert questions.of(ANNA, 5) == RYE
