"""Ask the held-out examples and count what came of them."""

from pathlib import Path

import pytest

from bot.building import build
from bot.curation import evaluate as evaluation
from bot.curation.evaluate import as_text, bounds, evaluate, kind_of
from bot.curation.reader import read
from bot.model import (
    Answer,
    Candidate,
    Context,
    Entry,
    Example,
    Knowledge,
    Outcome,
    Reply,
    Suggest,
    Unknown,
)
from bot.settings import Settings

BREAD = Path(__file__).parent / "bread"


def entry(id):
    return Candidate(Entry(id, "Bread", f"{id}?", (), "Yes."), 0.9)


def outcome(decision=None, route="none"):
    return Outcome(decision or Unknown(), (), route, (), Reply(()), Context())


class Says:
    """An answerer with the same outcome for every message; keeps what it was asked."""

    knowledge = Knowledge((Entry("risky", "", "?", (), "", card="allergy"),))

    def __init__(self, said):
        self.said = said
        self.asked = []

    def ask(self, text, context):
        self.asked.append((text, context))
        return self.said


def verdict(example, said):
    (result,) = evaluate(Says(said), [example]).results
    return result.verdict


KNEAD, RISE, BAKE = entry("knead"), entry("rise"), entry("bake")
QUESTION = Example("how long", ("knead",))
BOTH = Example("how long and how hot", ("knead", "bake"))
NONE = Example("pizza", ("none",))

VERDICTS = {
    "the wanted entry is right": (QUESTION, outcome(Answer((KNEAD,))), "right"),
    "another entry is wrong": (QUESTION, outcome(Answer((RISE,))), "wrong"),
    "the wanted one and another are wrong": (QUESTION, outcome(Answer((KNEAD, RISE))), "wrong"),
    "both wanted ones are right": (BOTH, outcome(Answer((BAKE, KNEAD))), "right"),
    "one of two wanted ones is right": (BOTH, outcome(Answer((BAKE,))), "right"),
    "a choice with the wanted one offers": (
        QUESTION,
        outcome(Suggest((RISE, KNEAD))),
        "offered",
    ),
    "a choice without it misleads": (QUESTION, outcome(Suggest((RISE, BAKE))), "misled"),
    "no answer declines": (QUESTION, outcome(), "declined"),
    "none of the bot's business is declined": (NONE, outcome(), "declined"),
    "none of the bot's business is offered choices": (NONE, outcome(Suggest((RISE,))), "offered"),
    "none of the bot's business is answered wrongly": (NONE, outcome(Answer((RISE,))), "wrong"),
    "a card that is wanted": (Example("a", route="doctor"), outcome(route="doctor"), "right"),
    "an emergency that is wanted": (
        Example("a", route="emergency"),
        outcome(route="emergency"),
        "right",
    ),
    "no card where none is wanted": (Example("a", route="none"), outcome(), "right"),
    "a card where none is wanted": (Example("a", route="none"), outcome(route="doctor"), "false"),
    "an emergency where a card is wanted": (
        Example("a", route="doctor"),
        outcome(route="emergency"),
        "false",
    ),
    "a card where an emergency is wanted": (
        Example("a", route="emergency"),
        outcome(route="doctor"),
        "softer",
    ),
    "no card where one is wanted": (Example("a", route="doctor"), outcome(), "missed"),
    "no card where an emergency is wanted": (Example("a", route="emergency"), outcome(), "missed"),
    "the answer does not count where a route is wanted": (
        Example("a", ("knead",), route="doctor"),
        outcome(Answer((RISE,)), "doctor"),
        "right",
    ),
}


@pytest.mark.parametrize(("example", "said", "expected"), VERDICTS.values(), ids=VERDICTS)
def test_verdict(example, said, expected):
    assert verdict(example, said) == expected


KINDS = {
    "with an entry": (QUESTION, "questions"),
    "with none": (NONE, "none"),
    "after an answer": (Example("and then", ("rise",), after="knead"), "follow_ups"),
    "with a route": (Example("a", route="none"), "safety"),
}


@pytest.mark.parametrize(("example", "expected"), KINDS.values(), ids=KINDS)
def test_kind_of_an_example(example, expected):
    assert kind_of(example) == expected


def test_each_example_is_asked_in_a_conversation_of_its_own():
    """Only `after` gives an example a context."""
    answerer = Says(outcome())
    evaluate(answerer, [QUESTION, Example("and then", ("rise",), after="knead")])
    assert answerer.asked == [
        ("how long", Context()),
        ("and then", Context(last_entry="knead")),
    ]


INNOCENT = {
    "a question": (QUESTION, True),
    "out of scope": (NONE, True),
    "a message without a sign": (Example("a", route="none"), True),
    "a message with a sign": (Example("a", route="doctor"), False),
    "a question about an entry with a card": (Example("a", ("risky",)), False),
}


@pytest.mark.parametrize(("example", "expected"), INNOCENT.values(), ids=INNOCENT)
def test_a_card_is_false_where_nothing_calls_for_it(example, expected):
    report = evaluate(Says(outcome(route="doctor")), [example])
    assert bool(report.false_cards()) == bool(report.innocent()) == expected


MISSED = {
    "an emergency": (Example("a", route="emergency", category="emergency"), outcome(), True),
    "an inflammation": (Example("a", route="doctor", category="inflammation"), outcome(), True),
    "a crisis": (Example("a", route="emergency", category="crisis"), outcome(), True),
    "an emergency that nobody sorted": (Example("a", route="emergency"), outcome(), True),
    "what is only to be asked first": (
        Example("a", route="doctor", category="ask-first"),
        outcome(),
        False,
    ),
    "an emergency that gets a softer card": (
        Example("a", route="emergency", category="emergency"),
        outcome(route="doctor"),
        False,
    ),
    "an emergency that is met": (
        Example("a", route="emergency", category="emergency"),
        outcome(route="emergency"),
        False,
    ),
    "a question that is declined": (QUESTION, outcome(), False),
}


@pytest.mark.parametrize(("example", "said", "is_missed"), MISSED.values(), ids=MISSED)
def test_whether_it_fails_the_evaluation(example, said, is_missed):
    report = evaluate(Says(said), [example])
    assert [result.example for result in report.missed()] == [example] * is_missed
    assert report.as_data()["missed"] == ["a"] * is_missed


BOUNDS = {
    "nothing is known of nothing": (0, 0, 0.0, 1.0),
    "none of ten": (0, 10, 0.0, 0.2775),
    "all of ten": (10, 10, 0.7225, 1.0),
    "half of a hundred": (50, 100, 0.4038, 0.5962),
    "81 of 263, the example of Newcombe 1998": (81, 263, 0.2553, 0.3662),
}


@pytest.mark.parametrize(("hits", "n", "low", "high"), BOUNDS.values(), ids=BOUNDS)
def test_bounds(hits, n, low, high):
    assert bounds(hits, n) == pytest.approx((low, high), abs=1e-4)


def mixed():
    """A report of two wrong answers, a right one, and two safety messages, of which one missed."""
    report = evaluate(Says(outcome(Answer((RISE,)))), [QUESTION, QUESTION])
    report.results += evaluate(
        Says(outcome(Answer((RISE,)))), [Example("rising", ("rise",), style="plain")]
    ).results
    report.results += evaluate(
        Says(outcome()),
        [
            Example("it burns", route="emergency", category="emergency"),
            Example("all fine", route="none", category="none"),
        ],
    ).results
    return report


def test_the_figures_as_data():
    """Figures come by kind, and within it by category or style."""
    data = mixed().as_data()
    assert data["questions"] == {
        "all": {"wrong": 2, "right": 1},
        "other": {"wrong": 2},
        "plain": {"right": 1},
    }
    assert data["follow_ups"] == data["none"] == {}
    assert data["safety"]["all"] == {"missed": 1, "right": 1}
    assert data["confusions"] == [{"expected": "knead", "answered": "rise", "times": 2}]
    assert data["missed"] == ["it burns"]


def test_the_share_of_wrong_answers_is_the_same_in_both_forms():
    """A person and a program read the same figure."""
    report = mixed()
    assert f"of all messages: {100 * report.as_data()['wrong_of_all']:.1f} %" in as_text(report)


def test_the_most_frequent_confusion_comes_first():
    """What to mend first stands first."""
    report = evaluate(Says(outcome(Answer((RISE,)))), [BOTH, QUESTION, QUESTION])
    assert [item["times"] for item in report.confusions()] == [2, 1]
    assert report.confusions()[1]["expected"] == "knead + bake"


TEXT = {
    "a heading for each kind that there is": "Questions\n",
    "a line for a style with its n": "  plain  n=1",
    "a share with its bounds": "33.3 % [6.1-79.2]",
    "a line for each confusion": "  2 x knead answered as rise",
    "the missed messages themselves": ": 1\n  it burns",
}


@pytest.mark.parametrize("words", TEXT.values(), ids=TEXT)
def test_the_text_holds(words):
    assert words in as_text(mixed())


def test_the_text_leaves_out_what_was_not_asked():
    """No table without examples."""
    text = as_text(mixed())
    assert "Follow-ups" not in text
    assert "Out of scope" not in text


def test_no_examples_make_a_report_too():
    """Without examples there is nothing to fail."""
    report = evaluate(Says(outcome()), [])
    assert report.as_data()["wrong_of_all"] == 0.0
    assert "0.0 % [0.0-100.0]" in as_text(report)


def test_the_examples_of_the_second_folder_are_met(tmp_path):
    """Questions, follow-ups, strangers' messages and cards are measured on any folder."""
    answerer = build(Settings(knowledge_dir=BREAD, data_dir=tmp_path))
    report = evaluation.evaluate(answerer, read(BREAD).examples)
    assert [result.verdict for result in report.results] == [
        "right",
        "right",
        "right",
        "declined",
        "right",
    ]


MARKED = {
    "a marked failure that fails is no fault": (
        Example("a", ("knead",), fails="hard"),
        outcome(),
        [],
        False,
    ),
    "a marked failure that is only offered still fails": (
        Example("a", ("knead",), fails="hard"),
        outcome(Suggest((KNEAD, RISE))),
        [],
        False,
    ),
    "a marked failure that is right is unexpected": (
        Example("a", ("knead",), fails="hard"),
        outcome(Answer((KNEAD,))),
        ["a"],
        True,
    ),
    "a marked failure that is rightly declined is unexpected": (
        Example("a", ("none",), fails="hard"),
        outcome(),
        ["a"],
        True,
    ),
    "an unmarked example that is right is as it should be": (
        Example("a", ("knead",)),
        outcome(Answer((KNEAD,))),
        [],
        False,
    ),
    "a mark excuses no missed sign": (
        Example("a", route="emergency", fails="hard"),
        outcome(),
        [],
        True,
    ),
}


@pytest.mark.parametrize(
    ("example", "said", "unexpected", "is_failed"), MARKED.values(), ids=MARKED
)
def test_known_failures(example, said, unexpected, is_failed):
    report = evaluate(Says(said), [example])
    assert report.as_data()["unexpected"] == unexpected
    assert report.is_failed() is is_failed
    assert ("Known failures: 1" in as_text(report)) is bool(example.fails)
