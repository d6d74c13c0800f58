"""When the bot answers, when it offers choices, and when it declines."""

import pytest

from bot.answering.decide import Limits, decide
from bot.model import Answer, Candidate, Entry, Suggest, Unknown

LIMITS = Limits(answer=0.5, answer_part=0.8, suggest=0.2, choice=0.1, choices=3)
SALT, TEA, POT, CUP = (Entry(id, "", id, (), "") for id in ("salt", "tea", "pot", "cup"))
HELLO = Entry("hello", "", "Hello!", (), "Hi.", talk=True)


def candidates(*scores):
    return tuple(Candidate(entry, confidence) for entry, confidence in scores)


WHOLE = {
    "a clear winner is answered": (
        [(SALT, 0.9), (TEA, 0.1)],
        Answer(candidates((SALT, 0.9))),
    ),
    "just enough is enough to answer": (
        [(SALT, 0.5), (TEA, 0.49)],
        Answer(candidates((SALT, 0.5))),
    ),
    "just less than enough asks the person": (
        [(SALT, 0.49), (TEA, 0.3), (POT, 0.05)],
        Suggest(candidates((SALT, 0.49), (TEA, 0.3))),
    ),
    "no more choices than the limit": (
        [(SALT, 0.4), (TEA, 0.3), (POT, 0.3), (CUP, 0.3)],
        Suggest(candidates((SALT, 0.4), (TEA, 0.3), (POT, 0.3))),
    ),
    "a single choice gets company": (
        [(SALT, 0.3), (TEA, 0.01)],
        Suggest(candidates((SALT, 0.3), (TEA, 0.01))),
    ),
    "a single choice without company stays alone": (
        [(SALT, 0.3)],
        Suggest(candidates((SALT, 0.3))),
    ),
    "nothing near is unknown": ([(SALT, 0.19), (TEA, 0.19)], Unknown()),
    "no candidates are unknown": ([], Unknown()),
    "a greeting alone is answered": ([(HELLO, 0.9)], Answer(candidates((HELLO, 0.9)))),
}


@pytest.mark.parametrize(("whole", "expected"), WHOLE.values(), ids=WHOLE)
def test_whole(whole, expected):
    assert expected == decide(candidates(*whole), limits=LIMITS)


PARTS = {
    "two clear questions get two answers in their order": (
        [(SALT, 0.6), (TEA, 0.5)],
        [[(TEA, 0.9)], [(SALT, 0.95)]],
        Answer(candidates((TEA, 0.9), (SALT, 0.95))),
    ),
    "of three clear questions the first two are answered": (
        [(SALT, 0.6)],
        [[(TEA, 0.9)], [(POT, 0.9)], [(SALT, 0.9)]],
        Answer(candidates((TEA, 0.9), (POT, 0.9))),
    ),
    "the same question twice gets one answer": (
        [(SALT, 0.6)],
        [[(SALT, 0.9)], [(SALT, 0.95)]],
        Answer(candidates((SALT, 0.6))),
    ),
    "one clear question and an unclear one: the whole counts": (
        [(SALT, 0.6)],
        [[(SALT, 0.9)], [(TEA, 0.7)]],
        Answer(candidates((SALT, 0.6))),
    ),
    "a greeting does not count as a question": (
        [(SALT, 0.6)],
        [[(HELLO, 0.99)], [(SALT, 0.9)]],
        Answer(candidates((SALT, 0.6))),
    ),
    "a question after a greeting is answered": (
        [(HELLO, 0.7), (SALT, 0.2)],
        [[(HELLO, 0.99)], [(SALT, 0.55)]],
        Answer(candidates((SALT, 0.55))),
    ),
    "an unclear question after a greeting leaves the greeting": (
        [(HELLO, 0.7), (SALT, 0.2)],
        [[(HELLO, 0.99)], [(SALT, 0.45)]],
        Answer(candidates((HELLO, 0.7))),
    ),
    "a clear question in an unclear story is answered": (
        [(TEA, 0.1)],
        [[(TEA, 0.1)], [(SALT, 0.85)]],
        Answer(candidates((SALT, 0.85))),
    ),
    "a half clear question in an unclear story is not": (
        [(TEA, 0.1)],
        [[(TEA, 0.1)], [(SALT, 0.7)]],
        Unknown(),
    ),
    "the clearest question of a greeting wins": (
        [(HELLO, 0.7)],
        [[(SALT, 0.55)], [(TEA, 0.75)]],
        Answer(candidates((TEA, 0.75))),
    ),
    "parts without words are passed over": (
        [(SALT, 0.6)],
        [[], []],
        Answer(candidates((SALT, 0.6))),
    ),
}


@pytest.mark.parametrize(("whole", "parts", "expected"), PARTS.values(), ids=PARTS)
def test_parts(whole, parts, expected):
    assert expected == decide(candidates(*whole), [candidates(*p) for p in parts], LIMITS)
