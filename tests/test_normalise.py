"""Two ways of writing the same thing become equal; what differs in meaning stays different."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.normalise import read, sentences, spellings_by_word, words

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)

WORDS = {
    "capitals do not count": ("Salt WATER", ["salt", "water"]),
    "punctuation parts words": ("salt,water/tea-pot", ["salt", "water", "tea", "pot"]),
    "digits are words": ("2 cups at 80 degrees", ["2", "cups", "at", "80", "degrees"]),
    "an apostrophe leaves no trace": ("don't", ["dont"]),
    "a curly apostrophe leaves no trace either": ("don’t", ["dont"]),
    "a backtick may stand for an apostrophe": ("don`t", ["dont"]),
    "quotation marks are no apostrophes of a word": ("'tea'", ["tea"]),
    "accents do not count": ("café naïve", ["cafe", "naive"]),
    "a letter with its accent apart is the same letter": ("cafe\u0301", ["cafe"]),
    "a letter drawn out is written once": ("sooooo gooood", ["so", "god"]),
    "a double letter stays": ("swollen tooth", ["swollen", "tooth"]),
    "digits are never drawn out": ("call 000 or 1000", ["call", "000", "or", "1000"]),
    "wide letters are plain letters": ("ｓａｌｔ", ["salt"]),
    "a ligature is its letters": ("ﬁne", ["fine"]),
    "an emoji parts words": ("tea☕please", ["tea", "please"]),
    "an invisible character parts nothing": ("te\u200ba wa\u00adter", ["tea", "water"]),
    "the Turkish capital I is an i": ("İyi", ["iyi"]),
    "each Chinese character is a word": ("茶水", ["茶", "水"]),
    "Cyrillic words are words": ("Чай, пожалуйста", ["чаи", "пожалуиста"]),
    "white space of every kind is no word": (" \t\n\u00a0\u3000", []),
    "signs alone are no words": ("?! ... --- 🙂", []),
    "an accent without its letter is no word": ("\u0301", []),
    "half of a surrogate pair is no word": ("tea \ud83d", ["tea"]),
}


@pytest.mark.parametrize(("text", "expected"), WORDS.values(), ids=WORDS)
def test_words(text, expected):
    assert expected == words(text)


SENTENCES = {
    "full stop, question and exclamation mark": (
        "Hi! Is it hot? It is.",
        ["Hi", "Is it hot", "It is"],
    ),
    "a line break ends a sentence": ("salt\nwater", ["salt", "water"]),
    "several marks end one sentence": ("What?! Tea...", ["What", "Tea"]),
    "a point within a number ends nothing": ("2.5 cups", ["2.5 cups"]),
    "a comma ends nothing": ("salt, then water", ["salt, then water"]),
    "marks alone are no sentence": ("?!", []),
    "nothing is no sentence": ("", []),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(text, expected):
    assert expected == sentences(text)


DISGUISES = {
    "in capitals": "SWOLLEN",
    "with digits for letters": "sw0ll3n",
    "with signs for letters": "sw0l!en sw0llen",
    "with a letter drawn out": "swollennnn",
    "with its double letter drawn out": "swolllllen",
    "with Cyrillic letters that look alike": "ѕwоllеn",
    "with accents": "swöllén",
    "in wide letters": "ｓｗｏｌｌｅｎ",
    "hyphenated": "swol-len",
    "broken over two lines": "swol\nlen",
    "hyphenated over two lines": "swol-\nlen",
    "with a soft hyphen": "swol\u00adlen",
    "with an invisible space": "swol\u200blen",
    "with an emoji within": "swol🙂len",
    "letter by letter": "s w o l l e n",
    "with points between the letters": "s.w.o.l.l.e.n",
    "with stars between the letters": "s*w*o*l*l*e*n",
}


@pytest.mark.parametrize("text", DISGUISES.values(), ids=DISGUISES)
def test_a_disguised_word_is_read(text):
    spellings = set().union(*(token.forms for token in read(text)))
    assert "swollen" in spellings


APART = {
    "words with a space between them": "salt water",
    "words with a comma between them": "salt, water",
    "the end of a sentence and the next one": "salt. water",
}


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_neighbours_are_not_one_word(text):
    spellings = set().union(*(token.forms for token in read(text)))
    assert "saltwater" not in spellings


def test_a_token_knows_its_place():
    """A token tells where it stands in the text and what stands before it."""
    tokens = [(t.start, t.end, t.before) for t in read("Hot – tea?")]
    assert tokens == [(0, 3, ""), (6, 9, " – ")]


@given(ANY_TEXT)
def test_spans_lie_within_the_text(text):
    """Tokens stand in order within the text and, with what is before each, leave nothing out."""
    end = 0
    for token in read(text):
        assert end <= token.start < token.end <= len(text)
        assert token.before == text[end : token.start]
        end = token.end


@given(st.text(string.ascii_letters + string.digits + " .,-'!?\n", max_size=100))
def test_words_are_as_plain_as_can_be(text):
    """Words that are read once more are the same words, whatever the capitals."""
    found = words(text)
    assert found == words(" ".join(found)) == words(text.upper())


@given(ANY_TEXT, st.sampled_from("éжéà茶🙂"))
def test_one_foreign_letter_changes_no_other_word(text, foreign):
    """A word is read alike in a plain message and beside a letter that is not plain."""
    assert words(text) == words(f"{text} {foreign}")[: len(words(text))]


@given(ANY_TEXT | st.text("ab1 -.,'`\n?", max_size=20))
def test_the_quick_way_to_spellings_is_the_same(text):
    """Plain messages are read without their places; letters typed one by one are none of them."""
    assert spellings_by_word(text) == [token.forms for token in read(text)]
