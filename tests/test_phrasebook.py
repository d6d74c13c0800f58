"""How near a message is to the phrasings of an entry, one by one."""

import pytest

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
    return BOOK.near(said, set(said.split()), [number])[0]


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
    assert one.near("how much salt", {"how", "much", "salt"}, [0]) == [pytest.approx(1.0)]
    assert one.near("best pizza", {"best", "pizza"}, [0]) == [0.0]
    assert one.near("", set(), [0]) == [0.0]


def test_entries_are_compared_in_the_order_asked_for():
    """Each entry is measured by its own phrasings only; one without any is far from everything."""
    found = BOOK.near("green tea", {"green", "tea"}, [NOTHING, TEA, SALT])
    assert found[0] == found[2] == 0.0
    assert found[1] > 0.5
