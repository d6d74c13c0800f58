"""Figures about guesses: pure functions, each with its source. Prints nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

from bot.answering.learn import MOST_IDLE, MOST_WRONG

NONE = "none"
"""The label of what is out of scope, whatever the data calls it."""


@dataclass(frozen=True)
class Guess:
    """What a matcher made of one message."""

    label: str
    """What is right; `none` when the message is out of scope."""
    best: tuple[str, ...]
    """The likeliest entries, the best first; empty when it knows none."""
    confidence: float
    """How sure it is of the best one."""

    @property
    def is_right(self) -> bool:
        """Whether the likeliest entry is the right one."""
        return self.best[:1] == (self.label,)


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
        abs(sum(g.confidence for g in found) - sum(g.is_right for g in found))
        for found in members.values()
    ) / max(1, len(guesses))


@dataclass(frozen=True)
class Limits:
    """From which confidence on a matcher does what."""

    answer: float
    """Answers, where it may offer choices as well."""
    suggest: float
    """Offers choices."""
    likely: float
    """Answers, where it can but answer or decline."""


LIMIT_RULE = (
    "The two limits, from which on it answers and from which on it offers up to four choices, are "
    "ours as the bot uses them; each rival gets its own by the same rule, out of phrasings and "
    "counter-examples left out of the learning in thirds: the lowest limits at which at most "
    f"{MOST_WRONG:.1%} of them are answered wrongly, and at most {MOST_IDLE:.0%} of the "
    "counter-examples are met with choices. On the public sets, where a message is answered or "
    "not, ours answers from a confidence of 0.5 on, a rival from where its right answers outnumber "
    "the wrong ones the most. *Declined* counts choices without the right one too. "
    "Counter-examples are learnt as one more class, or, by matchers that only compare, as texts "
    "that may win."
)


def limits(left_out: Sequence[Guess]) -> Limits:
    """The limits for a matcher without any, out of phrasings and counter-examples left out.

    The lowest at which no more than `MOST_WRONG` of them are answered wrongly, the lowest at which
    no more than `MOST_IDLE` of the counter-examples are offered anything, and the one at which
    right answers outnumber the wrong ones the most.
    """
    wrong = [g.confidence for g in left_out if not g.is_right]
    outside = [g.confidence for g in left_out if g.label == NONE]
    seen = [g.confidence for g in left_out]
    answer = _lowest(seen, wrong, int(MOST_WRONG * len(left_out)))
    suggest = _lowest(seen, outside, int(MOST_IDLE * len(outside)))
    return Limits(answer, min(answer, suggest), _best_balance(left_out))


def _lowest(seen: Iterable[float], bad: Iterable[float], most: int) -> float:
    """The lowest confidence that at most so many of the bad ones reach."""
    over = sorted(bad, reverse=True)[most : most + 1]
    return min((value for value in seen if not over or value > over[0]), default=float("inf"))


def _best_balance(left_out: Sequence[Guess]) -> float:
    """The confidence from which on right answers outnumber the wrong ones the most."""
    balance, best = 0, (0, float("inf"))
    surest_first = sorted(left_out, key=lambda g: -g.confidence)
    for confidence, equal in groupby(surest_first, key=lambda g: g.confidence):
        balance += sum(1 if g.is_right else -1 for g in equal)
        best = max(best, (balance, confidence))
    return best[1]


def outcomes(guesses: Sequence[Guess], limits: Limits) -> dict[str, float]:
    """What became of the messages in scope, of those out of scope, and of all, as shares."""
    inside = [g for g in guesses if g.label != NONE]
    outside = [g for g in guesses if g.label == NONE]

    def share(of: Sequence[Guess], holds: Callable[[Guess], bool]) -> float:
        return sum(map(holds, of)) / len(of) if of else float("nan")

    def answered(g: Guess) -> bool:
        return g.confidence >= limits.answer

    def offered(g: Guess) -> bool:
        return limits.suggest <= g.confidence < limits.answer

    return {
        "right": share(inside, lambda g: answered(g) and g.is_right),
        "offered": share(inside, lambda g: offered(g) and g.label in g.best),
        "wrong": share(inside, lambda g: answered(g) and not g.is_right),
        "declined": share(
            inside, lambda g: not (answered(g) or (offered(g) and g.label in g.best))
        ),
        "outside answered": share(outside, answered),
        "outside offered": share(outside, offered),
        "wrong of all": share(guesses, lambda g: answered(g) and not g.is_right),
    }


def decided(guesses: Iterable[Guess], limit: float) -> list[tuple[str, str]]:
    """(right, guessed), where a guess below the limit is none."""
    return [(g.label, g.best[0] if g.best and g.confidence >= limit else NONE) for g in guesses]


def micro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Micro-averaged F1: with one label each, none of them left out, the share that is right."""
    return sum(right == guessed for right, guessed in pairs) / len(pairs)
