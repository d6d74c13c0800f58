"""Figures about guesses: pure functions, each with its source. Prints nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt


@dataclass(frozen=True)
class Guess:
    """What a matcher made of one message."""

    label: str
    """What is right; `none` when the message is out of scope."""
    best: tuple[str, ...]
    """The likeliest entries, the best first."""
    confidence: float
    """How sure it is of the best one."""


def top(guesses: Sequence[Guess], n: int) -> float:
    """Share of the guesses whose first `n` entries hold the right one."""
    return sum(g.label in g.best[:n] for g in guesses) / len(guesses) if guesses else 0.0


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """Chance that a message in scope is surer than one out of scope; equals count half."""
    marked = sorted([(value, 1) for value in inside] + [(value, 0) for value in outside])
    before = won = 0.0
    for _, equal in groupby(marked, key=lambda item: item[0]):
        sides = Counter(side for _, side in equal)
        won += sides[1] * (before + sides[0] / 2)
        before += sides[0]
    return won / (len(inside) * len(outside)) if inside and outside else float("nan")


def matthews(pairs: Sequence[tuple[str, str]]) -> float:
    """Matthews correlation of (right, guessed) over many classes (Gorodkin 2004)."""
    right, guessed = (Counter(pair[i] for pair in pairs) for i in (0, 1))
    n, hits = len(pairs), sum(a == b for a, b in pairs)
    both = sum(count * guessed[label] for label, count in right.items())
    spread = (n * n - sum(c * c for c in right.values())) * (
        n * n - sum(c * c for c in guessed.values())
    )
    return (hits * n - both) / sqrt(spread) if spread else 0.0


def calibration_error(guesses: Sequence[Guess], bins: int = 10) -> float:
    """Mean distance of confidence from the share that is right, over bins of equal width."""
    members: dict[int, list[Guess]] = {}
    for guess in guesses:
        members.setdefault(min(bins - 1, int(guess.confidence * bins)), []).append(guess)
    return sum(
        abs(sum(g.confidence for g in found) - sum(g.label == g.best[0] for g in found))
        for found in members.values()
    ) / max(1, len(guesses))
