"""What can go wrong on purpose."""

import pytest

from bot.errors import BotError, KnowledgeError, Problem, SettingsError

PRINTED = {
    "a fault is a place, a sentence and a rule": (
        Problem("bread/qa.yaml", 7, "the crust is soft", "soft-crust"),
        "bread/qa.yaml:7: the crust is soft [soft-crust]",
    ),
    "a warning says that it is one": (
        Problem("bread/qa.yaml", 7, "the crust is soft", "soft-crust", "warning"),
        "bread/qa.yaml:7: warning: the crust is soft [soft-crust]",
    ),
    "a square bracket in the sentence stays": (
        Problem("qa.yaml", 1, '"[a]" is odd', "odd"),
        'qa.yaml:1: "[a]" is odd [odd]',
    ),
}


@pytest.mark.parametrize(("problem", "line"), PRINTED.values(), ids=PRINTED)
def test_a_problem_prints_as(problem, line):
    assert str(problem) == line


@pytest.mark.parametrize("kind", [SettingsError, KnowledgeError])
def test_every_error_of_ours_is_a_bot_error(kind):
    """One `except BotError` catches all that can go wrong on purpose."""
    assert issubclass(kind, BotError)


def test_a_knowledge_error_carries_and_prints_every_fault():
    """Nothing is lost between finding a fault and printing it."""
    faults = [Problem("a.yaml", 2, "one", "r"), Problem("a.yaml", 10, "two", "r")]
    error = KnowledgeError(faults)
    assert error.problems == tuple(faults)
    assert str(error) == "a.yaml:2: one [r]\na.yaml:10: two [r]"


def test_problems_sort_by_file_then_by_line_as_a_number():
    """Line 10 comes after line 9."""
    late, early = Problem("a.yaml", 10, "a", "r"), Problem("a.yaml", 9, "z", "r")
    other = Problem("b.yaml", 1, "a", "r")
    assert sorted([other, late, early]) == [early, late, other]
