"""Our matcher on other people's data, with nothing changed but the knowledge."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarking.figures import Guess, auroc, matthews, top
from benchmarking.sets import CORPORA_2017, NONE, QuestionSet, clinc150, corpus_2017, hint3
from bot.answering.learn import learn
from bot.answering.match import Matcher

LIKELY = 0.5
"""Answered from here on, where a figure knows but two outcomes: likelier right than wrong."""


def report(data: Path) -> Iterator[str]:
    """The figures of the three public sets, line by line."""
    found = guesses_of(hint3(data))
    yield f"HINT3 SOFMattress, n={len(found)}: Matthews {matthews(decided(found)):.3f}"
    found = guesses_of(clinc150(data))
    inside = [guess for guess in found if guess.label != NONE]
    outside = [guess for guess in found if guess.label == NONE]
    area = auroc([g.confidence for g in inside], [g.confidence for g in outside])
    yield (
        f"CLINC150 small, n={len(inside)}+{len(outside)}: top-1 {top(inside, 1):.1%}, "
        f"top-3 {top(inside, 3):.1%}, AUROC {area:.1%}"
    )
    pairs = []
    for name in CORPORA_2017:
        found = guesses_of(corpus_2017(data, name))
        pairs += decided(found)
        yield f"{name}, n={len(found)}: micro-F1 {micro_f1(decided(found)):.3f}"
    yield f"NLU corpora 2017, n={len(pairs)}: micro-F1 {micro_f1(pairs):.3f}"


def guesses_of(questions: QuestionSet) -> list[Guess]:
    """What the matcher, having learnt the training part, makes of the test part."""
    matcher = learn(questions.entries, questions.words)
    return [guess(matcher, text, label) for text, label in questions.test]


def guess(matcher: Matcher, text: str, label: str) -> Guess:
    """What a matcher makes of one message."""
    ranked = matcher.rank(text)
    best = tuple(candidate.entry.id for candidate in ranked[:3])
    return Guess(label, best or (NONE,), ranked[0].confidence if ranked else 0.0)


def decided(guesses: Iterable[Guess]) -> list[tuple[str, str]]:
    """(right, guessed), where an unlikely guess is none."""
    return [(g.label, g.best[0] if g.confidence >= LIKELY else NONE) for g in guesses]


def micro_f1(pairs: list[tuple[str, str]]) -> float:
    """Micro-averaged F1: with one label each, none of them left out, the share that is right."""
    return sum(right == guessed for right, guessed in pairs) / len(pairs)
