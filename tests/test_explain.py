"""A maintainer reads why the bot said what it said: the signs, the candidates, the decision."""

import pytest

from bot.answering.answerer import Answerer
from bot.answering.compose import Composer
from bot.answering.explain import WORTH_LISTING, explain, sections
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
    "no sign": ("salt amount", "route: none"),
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
    "the route of a sign": ("swollen", "route: doctor"),
    "an emergency": (
        "salt amount, cannot breathe",
        "the emergency card and nothing else",
    ),
    "the words as they were read": ("SALTED amuont", "words: salt amount"),
    "no words": ("?!", "words: (no words)"),
    "the phrasing that is nearest": ("a spoon of salt", "nearest phrasing: spoons of salt"),
}


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_lines(text, expected):
    assert expected in lines(text)


def test_candidates_are_listed_with_their_confidence():
    """Each candidate stands with its confidence and the facts behind it, the likeliest first."""
    ranked = KITCHEN.matcher.rank("salt amount")
    likely = [c for c in ranked if c.confidence >= WORTH_LISTING]
    expected = [f"{c.entry.id}: {c.confidence:.2f}  (" for c in likely]
    told = lines("salt amount")
    found = told[told.index("Candidates") + 1 : told.index("Words that decided for salt")]
    assert [line[: len(start)] for line, start in zip(found, expected, strict=True)] == expected
    assert "lead 0." in found[0]
    assert "near 0.90" in found[0]


def test_it_is_told_what_the_facts_are_worth():
    """With the facts of a candidate they add up to the odds of its confidence."""
    told = lines("salt amount")
    worth = told[told.index("What the facts are worth (log-odds)") + 1 :]
    assert worth[0].startswith("without any fact: ")
    assert any(line.startswith("each 1 of score: +") for line in worth)


def test_the_words_that_decided_are_named():
    """The weightiest word of the message is named with its weight."""
    found = lines("salt amount")
    first, second = found[found.index("Words that decided for salt") + 1 :][:2]
    assert first.startswith("salt: +")
    assert second.startswith("amount: +")


def test_without_words_nothing_decided():
    """A message without words has neither candidates nor a nearest phrasing."""
    found = lines("?!")
    assert found[:4] == ["Why:", "Safety", "route: none", "Decision"]
    assert found[5:] == ["Read as", "words: (no words)"]


def test_words_that_are_nowhere_known_decide_nothing():
    """Where no word of the message speaks for the best entry, none is named."""
    assert not any("Words that decided" in line for line in lines("zebra quantum xylophone"))


def test_each_question_of_a_message_is_named():
    """Two questions in one message are explained one by one."""
    found = lines("How much salt goes into the water? Which tea helps a sore throat?")
    assert sum(line.startswith("question of its own:") for line in found) == 2
    assert sum(line.startswith("Words that decided") for line in found) == 2


BOTH = (Candidate(SALT, 0.9), Candidate(TEA, 0.8))
DECISIONS = {
    "an answer": (Answer(BOTH[:1]), "answer salt (0.90), from"),
    "two answers": (Answer(BOTH), "answer salt (0.90) + tea (0.80), from"),
    "choices": (Suggest(BOTH), "offer salt (0.90) + tea (0.80), from"),
    "a decline": (Unknown(), "decline: nothing reaches 0."),
}


@pytest.mark.parametrize(("decision", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_decisions(decision, expected):
    outcome = Outcome(decision, (), "none", (), Reply(()), Context())
    title, decision = explain(KITCHEN, "salt", outcome).splitlines()[3:5]
    assert title.strip() == "Decision"
    assert decision.strip().startswith(expected)


def test_a_chosen_question_has_no_words_to_explain():
    """After a press of a button there is a decision, and nothing was read."""
    found = sections(KITCHEN, "", KITCHEN.pick(SALT))
    assert [section.title for section in found] == ["Safety", "Decision"]
    assert found[1].rows[0].value.startswith("answer salt (")


def test_a_reminder_from_before_is_told():
    """The safety of an answer that carries a reminder is not that of its own words."""
    context = KITCHEN.ask("swollen").context
    (safety, *_) = sections(KITCHEN, "salt amount", KITCHEN.ask("salt amount", context))
    assert [(row.label, row.value) for row in safety.rows] == [("route", "doctor"), ("", "context")]


def test_shares_can_be_drawn():
    """The bars of candidates and of words lie between 0 and 1; the weightiest word's is whole."""
    found = {s.title: s for s in sections(KITCHEN, "salt amount", KITCHEN.ask("salt amount"))}
    words = found["Words that decided for salt"].rows
    shares = [row.share for row in (*found["Candidates"].rows, *words) if row.share is not None]
    assert words[0].share == 1
    assert len(shares) == 4
    assert all(0 <= share <= 1 for share in shares)
