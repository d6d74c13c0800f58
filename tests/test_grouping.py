"""Which questions ask the same."""

import itertools

import pytest

from bot.building import build
from bot.curation.grouping import Grouping, most_typical, vector
from bot.settings import Settings
from tests.test_cli import BREAD


@pytest.fixture(scope="module")
def matcher(tmp_path_factory):
    """What was learnt from the second folder."""
    data = tmp_path_factory.mktemp("data")
    return build(Settings(knowledge_dir=BREAD, data_dir=data)).matcher


@pytest.fixture
def grouping(matcher):
    """No groups yet; the first one will be 1."""
    numbers = itertools.count(1)
    return Grouping(matcher, lambda: str(next(numbers)))


SORTED = {
    "rare words in common": (["can i freeze it", "do i freeze the loaf", "freeze?"], "111"),
    "frequent words are none": (["how do i do yoga", "how do i do judo"], "12"),
    "several forms of a word": (["is it freezing", "i froze it", "freezes it"], "121"),
    "typos of known words": (["temperatur for rolls", "temperature of the rolls"], "11"),
    "words that mean the same": (["temp for rolls", "temperature of rolls"], "11"),
    "each for itself": (["sourdough starter", "gift vouchers", "my cat"], "123"),
    "the same words twice": (["freeze it", "freeze it"], "11"),
    "no words at all": (["🙂", "!!!"], "12"),
}


@pytest.mark.parametrize(("texts", "groups"), SORTED.values(), ids=SORTED)
def test_place(grouping, texts, groups):
    assert "".join(map(grouping.place, texts)) == groups


def test_a_new_question_joins_a_group_that_was_there(grouping):
    """Groups keep their names from one day to the next."""
    grouping.add("can i freeze it", "old")

    assert grouping.place("freeze the loaf") == "old"


TYPICAL = {
    "a question says more than a word": (["freeze?", "can i freeze it"], "can i freeze it"),
    "the one with most in common": (["rye rolls", "rye rolls", "oat cake with icing"], "rye rolls"),
    "one of which something was left out comes last": (
        ["can i freeze it", "can i freeze it on the …"],
        "can i freeze it",
    ),
    "a story comes last": (
        ["can i freeze it", f"can i freeze it {' '.join('abcdefghijklm')}"],
        "can i freeze it",
    ),
    "of equals the shortest": (["rye rolls!", "rye rolls"], "rye rolls"),
    "of two of one length the first": (["b rye", "a rye"], "a rye"),
    "one alone": (["what"], "what"),
    "no words": (["🙂"], "🙂"),
}


@pytest.mark.parametrize(("texts", "typical"), TYPICAL.values(), ids=TYPICAL)
def test_most_typical(matcher, texts, typical):
    assert most_typical(matcher, texts) == typical


def test_nothing_alike_is_overlooked(matcher, grouping):
    """Looking at the weightiest words only finds what looking at all would find."""
    texts = [p for entry in matcher.entries for p in entry.phrasings]
    placed = {text: grouping.place(text) for text in texts}

    alone = [text for text, group in placed.items() if list(placed.values()).count(group) == 1]
    for one, other in itertools.combinations(alone, 2):
        a, b = vector(matcher, one), vector(matcher, other)
        assert sum(weight * b.get(word, 0.0) for word, weight in a.items()) < 0.5
