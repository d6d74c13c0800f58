"""All that is known about a state of the knowledge, gathered for one page."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.building import build
from bot.curation.evaluate import Evaluation, Result
from bot.curation.reader import read
from bot.curation.report import mistakes, report, tallies
from bot.errors import Problem
from bot.model import (
    Allowed,
    Answer,
    Candidate,
    Context,
    Entry,
    Example,
    Outcome,
    Reply,
    Suggest,
    Unknown,
)
from bot.settings import Settings
from bot.stats import Stats

BREAD = Path(__file__).parent / "bread"
MADE = datetime(2026, 11, 24, 22, 40, tzinfo=UTC)
KNEAD, RISE = (Candidate(Entry(id, "", "?", (), ""), 0.9) for id in ("knead", "rise"))


def result(verdict, decision=None, route="none", **example):
    outcome = Outcome(decision or Unknown(), (), route, (), Reply(()), Context())
    return Result(Example("text", **example), outcome, verdict, is_innocent=True)


def test_tallies_go_from_easy_to_hard_styles_after_all_of_them():
    """Unknown styles follow by name."""
    styles = ("story", "zulu", "plain", "haiku", "plain")
    found = tallies(
        Evaluation([result("right", expect=("knead",), style=style) for style in styles])
    )

    assert [(tally.name, tally.n) for tally in found["questions"]] == [
        ("all", 5),
        ("plain", 2),
        ("story", 1),
        ("haiku", 1),
        ("zulu", 1),
    ]
    assert list(found) == ["questions"]


TALLIES = {
    "one style needs no row of its own": (
        [result("right", expect=("knead",), style="plain")],
        "questions",
        [("all", {"right": 1}, 0, 0)],
    ),
    "follow-ups are named": (
        [result("declined", expect=("knead",), after="rise")],
        "follow_ups",
        [("right after an answer", {"declined": 1}, 0, 0)],
    ),
    "an ordinary message calls for no card": (
        [result("right", route="none") for _ in "ab"],
        "none",
        None,
    ),
    "a stronger card is found too": (
        [
            Result(
                Example("text", route="doctor"),
                Outcome(Unknown(), (), "emergency", (), Reply(()), Context()),
                "false",
                is_innocent=False,
            ),
            result("missed", expect=(), **{"category": ""}),
        ],
        "safety",
        [("all", {"false": 1}, 1, 1)],
    ),
}


@pytest.mark.parametrize(("results", "kind", "expected"), TALLIES.values(), ids=TALLIES)
def test_tallies(results, kind, expected):
    found = tallies(Evaluation(results)).get(kind)

    assert expected == (
        found and [(tally.name, tally.verdicts, tally.calling, tally.found) for tally in found]
    )


ASKED = {"expect": ("knead",)}
MISTAKES = {
    "a wrong answer": (result("wrong", Answer((RISE,)), **ASKED), True),
    "an answer to what is none of its business": (
        result("wrong", Answer((RISE,)), expect=("none",)),
        True,
    ),
    "choices without the right one": (result("misled", Suggest((RISE,)), **ASKED), True),
    "a question that is declined": (result("declined", **ASKED), True),
    "choices with another one first": (result("offered", Suggest((RISE, KNEAD)), **ASKED), True),
    "choices with the right one first": (
        result("offered", Suggest((KNEAD, RISE)), **ASKED),
        False,
    ),
    "the right answer": (result("right", Answer((KNEAD,)), **ASKED), False),
    "a decline where it belongs": (result("declined", expect=("none",)), False),
    "idle choices": (result("offered", Suggest((RISE,)), expect=("none",)), False),
}


@pytest.mark.parametrize(("found", "is_mistake"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is(found, is_mistake):
    assert mistakes(Evaluation([found])) == ((found,) if is_mistake else ())


def test_the_worst_mistakes_come_first():
    """Those that people suffer most from."""
    found = [found for found, is_mistake in MISTAKES.values() if is_mistake]
    order = [result.verdict for result in mistakes(Evaluation(found[::-1]))]

    assert order == ["wrong", "wrong", "misled", "declined", "offered"]


@pytest.fixture(scope="module")
def baker(tmp_path_factory):
    return build(Settings(knowledge_dir=BREAD, data_dir=tmp_path_factory.mktemp("data")))


def gathered(baker, counts=None):
    problem = Problem("qa.yaml", 1, "too short", "short", "warning")
    return report(
        baker, read(BREAD), stats=Stats({}, {}, counts or {}), problems=[problem], made=MADE
    )


def test_a_report_of_the_second_folder(baker):
    """Everything that is known, in its place."""
    found = gathered(baker, {"answered how-hot": 3, "helped how-hot": 1, "outcome answer": 3})
    entries = {item.entry.id: item for item in found.entries}

    assert (found.sentences, found.gaps) == (6, (4,))
    assert [part.heading for part in found.article] == ["The dough", "Rising", "The oven"]
    assert list(found.tallies) == ["questions", "follow_ups", "none", "safety"]
    assert found.reliability.n == 4
    assert found.limits == baker.matcher.limits
    assert [problem.rule for problem in found.problems] == ["short"]
    assert entries["how-hot"].uses == {"answered": 3, "helped": 1}
    assert entries["how-hot"].sentences == (5,)
    assert (entries["how-hot"].examples, entries["when-done"].examples) == (1, 0)
    assert entries["hello"].sentences == ()


def test_the_same_knowledge_gives_the_same_report(baker):
    """Nothing in it depends on chance or on the clock."""
    assert gathered(baker) == gathered(baker)


def test_a_sentence_without_an_entry_may_be_excused(baker):
    """By an allowance of the rule of `check` that names words of it."""
    source = read(BREAD)
    about = [("unused-sentence", "cold kitchen"), ("unused-sentence", "Mix"), ("other", "cold")]
    allowed = tuple(Allowed(rule, words, f"as {words}") for rule, words in about)
    found = report(
        baker, replace(source, allowed=allowed), stats=Stats({}, {}, {}), problems=(), made=MADE
    )

    assert found.excuses == {4: "as cold kitchen"}
