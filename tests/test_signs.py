"""Phrases are found in a message: words, stems, gaps, groups and slips."""

import pytest

from bot.answering.normalise import spellings_by_word
from bot.answering.signs import Signs

GROUPS = {"knee": ("knee", "knee cap"), "part": ("$knee", "ankle"), "not": ("not", "no longer")}

MET = {
    "a word": (["hot"], "it is hot now", [(2, 3)]),
    "a word twice": (["hot"], "hot hot", [(0, 1), (1, 2)]),
    "words in a row": (["hot knee"], "a hot knee", [(1, 3)]),
    "words apart are no row": (["hot knee"], "hot red knee", []),
    "a beginning": (["swell*"], "swelling", [(0, 1)]),
    "an ending is longer than itself": (["*itis"], "itis bursitis", [(1, 2)]),
    "a part of a word": (["*swollen*"], "myswollenknee", [(0, 1)]),
    "a gap of none": (["hot .. knee"], "hot knee", [(0, 2)]),
    "a gap of three": (["hot .. knee"], "hot a b c knee", [(0, 5)]),
    "a gap of four is too wide": (["hot .. knee"], "hot a b c d knee", []),
    "two gaps": (["a .. b .. c"], "a x b y c", [(0, 5)]),
    "a group": (["hot $knee"], "hot knee", [(0, 2)]),
    "a member of two words": (["hot $knee now"], "hot knee cap now", [(0, 4)]),
    "a group of groups": (["hot $part"], "hot ankle or hot knee cap", [(0, 2), (3, 5), (3, 6)]),
    "a group that begins a sign": (["$not hot"], "no longer hot", [(0, 3)]),
    "a group before a gap": (["$not .. hot"], "not at all hot", [(0, 4)]),
    "signs that begin alike": (["hot", "hot knee"], "hot knee", [(0, 1), (0, 2)]),
    "a slip in a long word": (["~inflammation"], "inflamation", [(0, 1)]),
    "the long word itself": (["~inflammation"], "inflammation", [(0, 1)]),
    "two slips in eight letters are too many": (["~bursitis"], "burzitus", []),
    "an ordinary word is no slip": (["~inflammation"], "inflammasion", []),
}


@pytest.mark.parametrize(("signs", "message", "expected"), MET.values(), ids=MET)
def test_met(signs, message, expected):
    found = Signs([("x", sign) for sign in signs], GROUPS, ordinary=["inflammasion"])
    assert found.met(spellings_by_word(message)).get("x", []) == expected


def test_a_sign_can_stand_for_several_things():
    """The same words may belong to two rules."""
    found = Signs([("one", "hot $knee"), ("two", "hot $knee")], GROUPS).met(
        spellings_by_word("hot knee")
    )
    assert found == {"one": [(0, 2)], "two": [(0, 2)]}


@pytest.mark.parametrize("sign", ["", "$nobody", "hot $nobody"])
def test_a_sign_that_cannot_be_read_is_refused(sign):
    with pytest.raises(ValueError, match=r"empty|no word group"):
        Signs([("x", sign)], GROUPS)
