"""How near a message is to the phrasings of an entry, one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.phrasebook import Phrasebook

SALT, TEA, EGG, NOTHING = range(4)
BOOK = Phrasebook.of(
    [
        (said, said.split(), number)
        for said, number in [
            ("minutes for green tea", TEA),
            ("how much salt", SALT),
            ("salt the water", SALT),
            ("steep the tea", TEA),
            ("how long to boil the egg", EGG),
            ("boil the egg hard", EGG),
            ("egg", EGG),
        ]
    ],
    4,
)


def near(said, number):
    return BOOK.near(BOOK.message(said, said.split()), number)


NEARER = {
    "a phrasing itself than a part of it": ("how much salt", "salt", SALT),
    "the same words in another order than other words": ("water the salt", "water the tea", SALT),
    "known words only than unknown ones too": ("steep the tea", "steep the tea on mars", TEA),
    "a rare word shared than a common one": ("steep it", "the it", TEA),
    "letters in common than none": ("green teas", "blue cups green", TEA),
    "a message like several phrasings than like one": ("boil the egg", "long to boil egg", EGG),
}


@pytest.mark.parametrize(("nearer", "farther", "number"), NEARER.values(), ids=NEARER)
def test_it_is_nearer(nearer, farther, number):
    assert near(nearer, number) > near(farther, number)


def test_nearness_lies_between_0_and_1():
    """The only phrasing itself is as near as can be, and what shares no word is not near at all."""
    one = Phrasebook.of([("how much salt", ("how", "much", "salt"), 0)], 1)
    assert one.near(one.message("how much salt", ("how", "much", "salt")), 0) == pytest.approx(1.0)
    assert one.near(one.message("best pizza", ("best", "pizza")), 0) == 0.0
    assert one.near(one.message("", ()), 0) == 0.0


def test_an_entry_is_measured_by_its_own_phrasings_only():
    """One without any is far from everything."""
    assert near("green tea", NOTHING) == near("green tea", SALT) == 0.0
    assert near("green tea", TEA) > 0.5


@given(st.permutations("how long to boil the egg".split()))
def test_the_order_of_the_words_is_no_matter(said):
    """The words of both sides are put in alphabetical order."""
    assert BOOK.near(BOOK.message(" ".join(said), said), EGG) == near(
        "how long to boil the egg", EGG
    )
