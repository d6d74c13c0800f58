"""Edits as values: from data of outside, into a text, out of it again."""

import pytest
import yaml

from bot.curation.edits import (
    Elsewhere,
    GonePhrasing,
    NewEntry,
    NewPhrasing,
    OtherWords,
    edit_of,
    phrasings_of,
    words_of,
)
from bot.errors import Conflict, EditError
from bot.model import Entry, Knowledge, Words

QA = """\
- id: oven
  section: S
  question: How hot?
  phrasings: [how hot is it]
  answer: Very hot.  # a note
  quotes: ["Hot."]
- id: yeast
  section: S
  question: How much yeast?
  phrasings: [yeast]
  answer: Some.
"""
OVEN = {"question": "How hot?", "answer": "Very hot.", "quotes": ["Hot."]}
NEW = {"id": "salt", "section": "S", "question": "Salt?", "phrasings": ["salt"], "answer": "Yes."}
EDITS = {
    "a phrasing": (
        {"kind": "phrasing", "entry": "oven", "phrasing": " what heat \n"},
        QA,
        "[how hot is it, what heat]",
    ),
    "a phrasing less": (
        {"kind": "gone", "entry": "yeast", "phrasing": "yeast"},
        QA,
        "phrasings: []",
    ),
    "other words": (
        {"kind": "words", "entry": "oven", "was": OVEN, "to": {**OVEN, "answer": "Hot."}},
        QA,
        "answer: Hot.  # a note",
    ),
    "a new entry": (
        {"kind": "entry", "values": {**NEW, "quotes": [], "related": []}},
        QA,
        "\n- id: salt\n  section: S\n",
    ),
    "none of the bot's business": (
        {"kind": "elsewhere", "message": "best pizza"},
        "elsewhere: [weather]\n",
        "[weather, best pizza]",
    ),
}


@pytest.mark.parametrize(("values", "text", "written"), EDITS.values(), ids=EDITS)
def test_an_edit_is_made_and_taken_back(values, text, written):
    """Taking it back gives what stood there before."""
    edit = edit_of(values)

    after = edit.apply(text)

    assert written in after
    assert edit.take_back(after) == text


@pytest.mark.parametrize(("values", "text", "written"), EDITS.values(), ids=EDITS)
def test_an_edit_is_recognised(values, text, written):
    """A knowledge has it or not."""
    edit = edit_of(values)

    def knowledge(text):
        found = yaml.safe_load(text)
        if isinstance(found, dict):
            return Knowledge((), words=Words(elsewhere=tuple(found["elsewhere"])))
        return Knowledge(
            tuple(
                Entry(**{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})
                for entry in found
            )
        )

    assert written not in text
    assert not edit.is_in(knowledge(text))
    assert edit.is_in(knowledge(edit.apply(text)))


SAID = {
    "a phrasing": (NewPhrasing("oven", "a"), "“a” asks oven", {"a"}),
    "a phrasing less": (GonePhrasing("oven", "a"), "“a” asks oven no more", {"a"}),
    "other words": (
        OtherWords("oven", OVEN, {**OVEN, "answer": "a", "quotes": []}),
        "answer and quotes of oven",
        {"How hot?"},
    ),
    "a new entry": (NewEntry(NEW), "new entry salt", {"Salt?", "salt"}),
    "none of the bot's business": (Elsewhere("a"), "“a” is none of the bot's business", {"a"}),
}


@pytest.mark.parametrize(("edit", "words", "own"), SAID.values(), ids=SAID)
def test_an_edit_says_what_it_is(edit, words, own):
    """In a few words; and which messages it is about."""
    assert str(edit) == words
    assert edit.own == own


def test_what_somebody_else_changed_is_not_overwritten():
    """Whoever began with other words is told; another entry does not matter."""
    edit = OtherWords("oven", OVEN, {**OVEN, "answer": "Hot."})

    assert "answer: Hot." in edit.apply(QA.replace("Some.", "Much."))
    with pytest.raises(Conflict, match="oven has been changed by somebody else"):
        edit.apply(QA.replace("Very hot.", "Rather hot."))


def test_what_is_missing_is_empty():
    """A key that an entry does not have can be changed all the same."""
    assert words_of(QA, "yeast") == {"question": "How much yeast?", "answer": "Some.", "quotes": []}
    assert phrasings_of(QA.replace("phrasings: [yeast]", "phrasings:"), "yeast") == []
    for reading in (words_of, phrasings_of):
        with pytest.raises(EditError, match='no entry "salt"'):
            reading(QA, "salt")


REFUSED = {
    "no kind": ({}, "no such kind"),
    "no entry": ({"kind": "phrasing", "phrasing": "a"}, "entry is missing"),
    "an empty phrasing": ({"kind": "phrasing", "entry": "oven", "phrasing": " \n"}, "phrasing is"),
    "a number": ({"kind": "elsewhere", "message": 5}, "message is missing"),
    "too long": ({"kind": "elsewhere", "message": "a" * 5001}, "too long"),
    "no values": ({"kind": "entry"}, "values should hold some of: answer, id"),
    "a key that is not for the page": (
        {"kind": "words", "entry": "oven", "was": {}, "to": {"id": "a"}}, "to should hold",
    ),
    "another key": ({"kind": "entry", "values": {**NEW, "card": "x"}}, "values should hold"),
    "no answer": ({"kind": "entry", "values": {**NEW, "answer": ""}}, "answer is missing"),
    "no list": ({"kind": "entry", "values": {**NEW, "phrasings": "a"}}, "should be a list"),
    "no texts": ({"kind": "entry", "values": {**NEW, "phrasings": [["a"]]}}, "phrasings is"),
    "too many": ({"kind": "entry", "values": {**NEW, "phrasings": ["a"] * 201}}, "200 at most"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_edit_is_refused(values, words):
    """Whoever sends it is told what should be there."""
    with pytest.raises(EditError, match=words):
        edit_of(values)
