"""Entries are put in order by score and nearness, and only as many are looked at as are needed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.ranking import MOST_COMPARED, MOST_RANKED, Calibration, Ranking, Reading
from bot.model import Entry

ENTRIES = tuple(Entry(id, "", "", (), "") for id in "abcdefghijkl")
READING = Reading("how salty", ("how", "salt"), 1.0, 1.0)
JUDGE = Calibration(0.0, (1.0, 1.0, 1.0, 0.0, 0.0, 0.0))


class Nearness:
    """A phrasebook that knows how near each entry is, and remembers which it was asked for."""

    def __init__(self, nears):
        self.nears, self.asked = nears, []

    def message(self, said, stems):
        """The message is of no meaning here."""
        return said, stems

    def near(self, *given):
        self.asked.append(given[-1])
        return self.nears[given[-1]]


def ranking(scores, nears, boosts=None):
    """A ranking by these scores, the last of which is that of `elsewhere`."""
    return Ranking(READING, scores, boosts or {}, ENTRIES[: len(scores) - 1], JUDGE, nears)


def ids(ranked):
    return "".join(candidate.entry.id for candidate in ranked)


ORDER = {
    "by score": ([0.1, 0.9, 0.5, 0.0], [0, 0, 0], "bca"),
    "the nearer of two that are about as likely": ([0.5, 0.6, 0.0], [0.9, 0.1], "ab"),
    "of two that are the same the first": ([0.5, 0.5, 0.0], [0.5, 0.5], "ab"),
}


@pytest.mark.parametrize(("scores", "nears", "expected"), ORDER.values(), ids=ORDER)
def test_order(scores, nears, expected):
    assert ids(ranking(scores, Nearness(nears))) == expected


COMPARED = {
    "nobody can get before the first": ([0.9, 0.2, 0.1, 0.0], [0]),
    "the second can": ([0.5, 0.46, 0.1, 0.0], [0, 1]),
    "all can": ([0.3, 0.29, 0.28, 0.0], [0, 1, 2]),
}


@pytest.mark.parametrize(("scores", "expected"), COMPARED.values(), ids=COMPARED)
def test_who_asks_for_the_first_pays_for_no_more(scores, expected):
    """Only what may get before the first is compared, once; whoever looks on sees the others."""
    nears = Nearness([0.8, 0.1, 0.1])
    ranked = ranking(scores, nears)
    assert ranked[0] == ranked[0]
    assert nears.asked == expected
    assert len(list(ranked)) == 3
    assert sorted(nears.asked) == [0, 1, 2]


A_SHARE = st.floats(0, 1, allow_nan=False)


@given(st.lists(st.tuples(A_SHARE, A_SHARE), min_size=1, max_size=12), st.data())
def test_the_first_is_that_of_the_whole_order(measured, data):
    """However scores, nearness and follow-ups lie, looking at the first alone changes nothing."""
    scores, nears = [score for score, _ in measured], [near for _, near in measured]
    numbers = st.integers(0, len(scores) - 1)
    boosts = data.draw(st.dictionaries(numbers, st.floats(0.3, 1), max_size=2))
    scores = [max(score, boosts.get(n, 0.0)) for n, score in enumerate(scores)]
    compared = Nearness(nears)
    alone = ranking([*scores, 0.1], compared, boosts)[0]
    whole = list(ranking([*scores, 0.1], Nearness(nears), boosts))
    assert alone == whole[0]
    assert len(compared.asked) <= MOST_COMPARED
    assert len(whole) == min(MOST_RANKED, len(scores))


def test_without_a_phrasebook_the_score_decides():
    """What was never compared counts as not near at all."""
    ranked = ranking([0.1, 0.7, 0.0], None)
    assert ids(ranked) == "ba"
    assert [ranked.facts(number).near for number in ranked.numbers()] == [0.0, 0.0]


def test_without_entries_nothing_is_ranked():
    """A bot that knows nothing yet has a ranking all the same."""
    assert list(ranking([0.0], Nearness([]))) == []


def test_nothing_is_ranked_for_a_message_without_words():
    ranked = Ranking(READING, [0.0, 0.0], {}, (), JUDGE, None)
    assert not ranked
    assert list(ranked) == list(ranked[:2]) == []


@pytest.mark.parametrize("facts", [(1e9, 1e9, 1e9, 1e9), (-1e9, -1e9, -1e9, -1e9), (0, 0, 0, 0)])
def test_confidence_is_a_probability(facts):
    """However extreme the facts, confidence stays between 0 and 1."""
    assert 0 <= Calibration(-1, (5, 5, 1, 1)).confidence(facts) <= 1
