"""A maintainer reads why the bot said what it said: the signs, the candidates, the decision."""

import pytest

from bot.answering.answerer import Answerer
from bot.answering.compose import Composer
from bot.answering.explain import explain
from bot.answering.learn import learn
from bot.answering.safety import Safety
from bot.model import (
    Answer,
    Candidate,
    Card,
    Context,
    Entry,
    FollowUp,
    Forms,
    FormWords,
    Gentle,
    Knowledge,
    Outcome,
    Reply,
    Rule,
    SafetyRules,
    Suggest,
    Unknown,
)

SALT = Entry(
    "salt",
    "",
    "How much salt?",
    ("salt amount", "spoons of salt", "how salty"),
    "One spoon.",
    follow_ups=(FollowUp("and how long", "tea"),),
)
TEA = Entry("tea", "", "How long does tea steep?", ("minutes of tea", "steeping time"), "Three.")
CARDS = (
    Card("doctor", "inflammation", "See one.", "They should.", Gentle("", "", "", "")),
    Card("help", "emergency", "Call.", "Call.", Gentle("", "", "", "")),
)
RULES = (
    Rule("swelling", "doctor", (("swollen",),), "", (), ()),
    Rule("breath", "help", (("cannot breathe",),), "", (), ()),
)
KNOWLEDGE = Knowledge(
    (SALT, TEA),
    safety=SafetyRules(
        CARDS,
        RULES,
        forms=Forms(third_person=FormWords(sentence=("his",)), negated=FormWords(before=("not",))),
    ),
)
KITCHEN = Answerer(
    KNOWLEDGE,
    learn(KNOWLEDGE.entries, KNOWLEDGE.words),
    Safety(KNOWLEDGE.safety),
    Composer(KNOWLEDGE, {"title": ""}),
)


def lines(text, context=None):
    outcome = KITCHEN.ask(text, context or Context())
    return [line.strip() for line in explain(KITCHEN, text, outcome).splitlines()]


LINES = {
    "no sign": ("salt amount", "safety: none"),
    "a sign and its card": (
        "salt amount, swollen",
        "inflammation:swelling: “swollen”, affirmed -> card “doctor”",
    ),
    "a denied sign and its gentle sentence": (
        "salt amount, not swollen",
        "inflammation:swelling: “swollen”, negated -> gentle sentence “doctor”",
    ),
    "a sign of somebody else": (
        "his cheek is swollen",
        "inflammation:swelling: “swollen”, third person -> card “doctor”",
    ),
    "the route of a sign": ("swollen", "safety: doctor"),
    "an emergency": (
        "salt amount, cannot breathe",
        "decision: the emergency card and nothing else",
    ),
    "the words as they were read": ("SALTED amuont", "read as: salt amount"),
    "no words": ("?!", "read as: (no words)"),
    "the phrasing that is nearest": ("a spoon of salt", "nearest phrasing of salt: spoons of salt"),
}


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_lines(text, expected):
    assert expected in lines(text)


def test_candidates_are_listed_with_their_confidence():
    """Each candidate stands with its confidence and the facts behind it, the likeliest first."""
    ranked = KITCHEN.matcher.rank("salt amount")
    expected = [f"{c.confidence:.2f}  {c.entry.id}  (score " for c in ranked]
    found = [line for line in lines("salt amount") if "  (score " in line]
    assert [line[: len(start)] for line, start in zip(found, expected, strict=True)] == expected
    assert "lead +" in found[0]
    assert "near 0.90" in found[0]


def test_the_words_that_decided_are_named():
    """The weightiest word of the message is named with its weight."""
    (line,) = (line for line in lines("salt amount") if line.startswith("words that decided"))
    assert line.startswith("words that decided for salt:")
    assert "amount +" in line


def test_without_words_nothing_decided():
    """A message without words has neither candidates nor a nearest phrasing."""
    assert lines("?!")[:3] == ["Why:", "safety: none", "read as: (no words)"]
    assert len(lines("?!")) == 4


def test_words_that_are_nowhere_known_decide_nothing():
    """Where no word of the message speaks for the best entry, none is named."""
    assert not any("words that decided" in line for line in lines("zebra quantum xylophone"))


def test_each_question_of_a_message_is_named():
    """Two questions in one message are explained one by one."""
    found = lines("How much salt goes into the water? Which tea helps a sore throat?")
    assert sum(line.startswith("question of its own:") for line in found) == 2
    assert sum(line.startswith("words that decided") for line in found) == 2


BOTH = (Candidate(SALT, 0.9), Candidate(TEA, 0.8))
DECISIONS = {
    "an answer": (Answer(BOTH[:1]), "answer salt ("),
    "two answers": (Answer(BOTH), "decision: answer salt + tea ("),
    "choices": (Suggest(BOTH), "decision: offer salt + tea ("),
    "a decline": (Unknown(), "decision: decline ("),
}


@pytest.mark.parametrize(("decision", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_decisions(decision, expected):
    outcome = Outcome(decision, (), "none", (), Reply(()), Context())
    assert explain(KITCHEN, "salt", outcome).splitlines()[-1].strip().startswith(expected)
