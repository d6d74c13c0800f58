"""The sentences of the article, and which entries rest on each by quoting it."""

import pytest

from bot.curation.sentences import annotate, split
from bot.model import Article, Entry, Part

SPLIT = {
    "at a full stop": ("Mix it. Bake it.", ["Mix it.", "Bake it."]),
    "at other ends": ("Why? Because! So … Then.", ["Why?", "Because!", "So …", "Then."]),
    "after a closing quotation mark": ("He said “no.” She went.", ["He said “no.”", "She went."]),
    "before an opening one": ("Look. “Yes.”", ["Look.", "“Yes.”"]),
    "before a number": ("Wait. 10 minutes.", ["Wait.", "10 minutes."]),
    "before a capital with an accent": ("Bake. Écoutez.", ["Bake.", "Écoutez."]),
    "not before a small letter": ("Use flour, e.g. rye.", ["Use flour, e.g. rye."]),
    "not inside a number": ("Add 1.5 cups.", ["Add 1.5 cups."]),
    "one without an end": ("Read on:", ["Read on:"]),
}


@pytest.mark.parametrize(("text", "expected"), SPLIT.values(), ids=SPLIT)
def test_split(text, expected):
    assert split(text) == expected


ARTICLE = Article("Bread", (Part("Dough", ("Mix it.  Knead\nit well.",)), Part("Oven", ("Bake.",))))

RESTING = {
    "a whole sentence": (["Mix it."], [1]),
    "half a sentence": (["Knead"], [2]),
    "two sentences": (["Mix it. Knead it well."], [1, 2]),
    "across paragraphs": (["well. Bake."], [2, 3]),
    "white space apart": (["Knead  it\nwell."], [2]),
    "two quotes": (["Bake.", "Mix it."], [1, 3]),
    "words that stand twice": (["it"], [1, 2]),
    "what the article does not say": (["Fry."], []),
    "an empty quote": ([""], []),
    "no quote": ([], []),
}


@pytest.mark.parametrize(("quotes", "expected"), RESTING.values(), ids=RESTING)
def test_an_entry_rests_on(quotes, expected):
    entry = Entry("it", "", "?", (), "", tuple(quotes))
    parts = annotate(ARTICLE, [entry])

    found = [s for part in parts for paragraph in part.paragraphs for s in paragraph]
    assert [s.number for s in found if s.entries] == expected
    assert [s.text for s in found] == ["Mix it.", "Knead it well.", "Bake."]
    assert [part.heading for part in parts] == ["Dough", "Oven"]


def test_entries_are_named_once_in_the_order_of_the_file():
    """However often, and in whichever order, they quote the sentence."""
    first, second = (Entry(id, "", "?", (), "", ("it", "Mix it.")) for id in ("first", "second"))
    ((sentences,), _) = (part.paragraphs for part in annotate(ARTICLE, [first, second]))

    assert [entry.id for entry in sentences[0].entries] == ["first", "second"]
