"""How far a confidence can be believed."""

from types import SimpleNamespace

import pytest

from bot.curation.evaluate import Result
from bot.curation.reliability import Judged, judge, reliability
from bot.model import (
    Answer,
    Candidate,
    Context,
    Entry,
    Example,
    FollowUp,
    Knowledge,
    Outcome,
    Reply,
    Suggest,
    Unknown,
)

HALF = [Judged(0.55, True), Judged(0.55, False)]
BINS = {
    "nothing": ([], [], 0.0),
    "as sure as right": ([Judged(1.0, True)], [(0.9, 1, 1)], 0.0),
    "too sure": ([Judged(1.0, False)], [(0.9, 1, 0)], 1.0),
    "both ends of a bin": (
        [Judged(0.2, True), Judged(0.1, False)],
        [(0.1, 1, 0), (0.2, 1, 1)],
        0.45,
    ),
    "many weigh more than few": ([*HALF * 4, Judged(0.05, True)], [(0.0, 1, 1), (0.5, 8, 4)], 0.15),
}


@pytest.mark.parametrize(("judged", "bins", "error"), BINS.values(), ids=BINS)
def test_reliability(judged, bins, error):
    found = reliability(judged)

    assert [(bin.low, bin.n, bin.right) for bin in found.bins] == bins
    assert found.error == pytest.approx(error)
    assert found.n == len(judged)


KNEAD, RISE = (Entry(id, "", "?", (), "") for id in ("knead", "rise"))
AFTER = Entry("mix", "", "?", (), "", follow_ups=(FollowUp("and then", "knead"),))


class Ranks:
    """A matcher that ranks `knead` first, the surer the more it is told."""

    def rank(self, text, follow_ups):
        return [Candidate(KNEAD, 0.04 + 0.05 * len(follow_ups))] if text else []


def judged(decision, text="how long", **example):
    outcome = Outcome(decision, (), "none", (), Reply(()), Context())
    result = Result(Example(text, **example), outcome, "", True)
    answerer = SimpleNamespace(knowledge=Knowledge((AFTER,)), matcher=Ranks())
    return judge(answerer, [result])


ASKED = {"expect": ("knead",)}
SURE, UNSURE = Candidate(KNEAD, 0.9), Candidate(RISE, 0.8)
JUDGED = {
    "an answer": (judged(Answer((SURE,)), **ASKED), [Judged(0.9, True)]),
    "two answers stand and fall together": (
        judged(Answer((SURE, UNSURE)), **ASKED),
        [Judged(0.8, False)],
    ),
    "of choices the first": (judged(Suggest((UNSURE, SURE)), **ASKED), [Judged(0.8, False)]),
    "of a decline the likeliest": (judged(Unknown(), **ASKED), [Judged(0.04, True)]),
    "a follow-up is ranked as one": (judged(Unknown(), **ASKED, after="mix"), [Judged(0.09, True)]),
    "nothing is right out of scope": (judged(Unknown(), expect=("none",)), [Judged(0.04, False)]),
    "a message without words is left out": (judged(Unknown(), "", expect=("none",)), []),
    "a message for safety is left out": (judged(Answer((SURE,)), route="doctor"), []),
}


@pytest.mark.parametrize(("found", "expected"), JUDGED.values(), ids=JUDGED)
def test_judge(found, expected):
    assert found == [Judged(pytest.approx(item.confidence), item.is_right) for item in expected]
