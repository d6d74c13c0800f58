"""Learn a matcher from the phrasings. Deterministic: same knowledge in, same weights out.

1. Rarity of a feature: sqrt(log((n + 1) / entries that use it)), n entries in all.
2. A centroid: the mean of an entry's phrasings, scaled to unit length.
3. Passive-aggressive corrections (Crammer et al. 2006, JMLR 7:551-585): where the right entry does
   not lead by `MARGIN`, its weights move towards the phrasing and the strongest rival's away.
4. Confidence: a logistic regression over messages that were left out of the learning, each third
   in turn, or of many only one third.
5. Limits: from the same messages, by how many wrong answers and idle choices are bearable.

`elsewhere`, the messages that are none of the bot's business, is one more entry to all of this.
"""

import math
import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import mul
from sys import intern

from bot.answering.decide import LIMITS, Limits
from bot.answering.match import (
    MEND_FROM_LENGTH,
    Matcher,
    Vector,
    directed,
    features,
    stem,
)
from bot.answering.mentions import INNOCENT, Mentions, parts
from bot.answering.normalise import words
from bot.answering.phrasebook import Phrasebook
from bot.answering.ranking import Calibration, Facts
from bot.answering.weights import Feature, Rarity, Weights
from bot.model import Entry, Knowledge, Words

PASSES = 3
MARGIN = 0.3
FOLDS = 3
MOST_REHEARSED = 6_000
"""Of more messages than this only one third is left out, once: that is enough to go by."""
NEWTON_STEPS = 12
RIDGE = 0.01

ENOUGH_COUNTER_EXAMPLES = 0.1
"""With so large a share of counter-examples the worth of each fact is learnt on its own; with fewer
the facts that tell right from wrong entries would be taken for what tells in from out of scope."""
MOST_WRONG = 0.025
"""So large a share of the left out messages may be answered wrongly ..."""
ANSWER_BETWEEN = 0.3, 0.8
"""... but the limit stays in here, whatever was measured: little knowledge measures little."""
MOST_IDLE = 0.25
"""So large a share of the counter-examples may be met with choices or answers, again in bounds:"""
SUGGEST_BETWEEN = 0.1, 0.25

Sample = tuple[str, int]
"""A phrasing and the number of its entry."""
Mixes = Sequence[Facts]
"""Which facts are weighed together, and in which proportion."""
NO_FACTS = Facts(score=0, lead=0, near=0, elsewhere=0, known=0, length=0)
EACH: Mixes = [
    NO_FACTS._replace(**{fact: 1}) for fact in ("score", "lead", "near", "known", "length")
]
"""The lead is over `elsewhere` too, so that its score says nothing more."""
TOGETHER: Mixes = [NO_FACTS._replace(score=1, near=1, lead=0.25), NO_FACTS._replace(elsewhere=1)]
"""The proportion that was best where no counter-examples were known (see tests/README.md)."""
Draft = dict[Feature, dict[int, float]]
"""The weights while they are being learnt."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A message that was left out of the learning, and what was made of it."""

    number: int
    """Of the entry that it asks for."""
    candidates: tuple[tuple[int, Facts], ...]
    """The likeliest entries, best first."""


def learn(
    entries: Sequence[Entry], known: Words, *, compare: bool = True, judged: int = 1
) -> Matcher:
    """A calibrated matcher for these entries.

    Args:
        entries: what is learnt.
        known: groups of words, and messages that belong to no entry.
        compare: also compare a message with single phrasings, and learn only those pairs of words
            that occur more than once: the others add nothing then.
        judged: confidence is learnt from so many of the likeliest entries for each phrasing.
    """
    samples = samples_of(entries, known)
    trials = [
        trial
        for fold in range(max(1, min(FOLDS, MOST_REHEARSED // max(1, len(samples)))))
        for trial in _left_out(
            _fit(entries, known, [s for i, s in enumerate(samples) if i % FOLDS != fold], compare),
            samples[fold::FOLDS],
            judged,
        )
    ]
    counter_examples = sum(number == len(entries) for _, number in samples)
    is_rich = counter_examples >= ENOUGH_COUNTER_EXAMPLES * len(samples)
    # Perhaps nothing else tells that a message of unknown words only is no question.
    trials.append(Trial(len(entries), ((0, NO_FACTS),)))
    calibration = _logistic_regression(trials, EACH if is_rich else TOGETHER)
    return replace(
        _fit(entries, known, samples, compare),
        calibration=calibration,
        limits=_limits(trials, calibration, len(entries)),
    )


def samples_of(entries: Sequence[Entry], known: Words) -> list[Sample]:
    """What is learnt from: every phrasing, and what belongs to no entry with the number after."""
    asked = [
        (text, number)
        for number, entry in enumerate(entries)
        for text in (entry.question, *entry.phrasings)
    ]
    counter = [*known.elsewhere, *(text for entry in entries for text in entry.not_this)]
    return asked + [(text, len(entries)) for text in counter]


def learn_mentions(knowledge: Knowledge, innocent: Iterable[str]) -> Mentions | None:
    """What the messages in `mentions.yaml` and those of the rules teach; None without any.

    Args:
        knowledge: whose messages are learnt.
        innocent: further messages that call for no card, such as phrasings of ordinary entries.
    """
    by_card: dict[str, list[str]] = {}
    for card, messages in knowledge.mentions.items():
        by_card.setdefault(card, []).extend(messages)
    for rule in knowledge.safety.rules:
        if rule.language == "en":
            by_card.setdefault(rule.card, []).extend(rule.fires)
    quiet = [message for rule in knowledge.safety.rules for message in rule.quiet]
    told = [*by_card.pop(INNOCENT, ()), *quiet]
    pieces = (message[start:end] for message in told for start, end in parts(message))
    elsewhere = dict.fromkeys([*told, *pieces, *innocent])
    cards = [
        Entry(card, "", messages[0], tuple(messages[1:]), "")
        for card, messages in by_card.items()
        if messages
    ]
    return (
        Mentions(learn(cards, Words(elsewhere=tuple(elsewhere)), compare=False, judged=2))
        if knowledge.mentions and cards
        else None
    )


def _fit(
    entries: Sequence[Entry], known: Words, samples: Sequence[Sample], compare: bool
) -> Matcher:
    """A matcher with learnt weights, not yet calibrated."""
    synonyms = synonyms_of(known)
    texts = [words(text) for text, _ in samples]
    # One object a word, however often it occurs: a third of the memory of all pairs.
    stems = [[intern(synonyms.get(stem(word), stem(word))) for word in text] for text in texts]
    rarity = _rarity(stems, samples, len(entries), 2 if compare else 1)
    rarity_unknown = math.sqrt(math.log(len(entries) + 1))
    labelled = [
        (_known_part(features(found), rarity, rarity_unknown), number)
        for found, (_, number) in zip(stems, samples, strict=True)
    ]
    weights = _centroids(labelled)
    shuffle = random.Random(0).shuffle  # noqa: S311 - wanted: the same order each time
    for _ in range(PASSES):
        shuffle(labelled)
        for vector, number in labelled:
            correct(weights, vector, number, len(entries) + 1)
    packed = Weights.pack(weights)
    return Matcher(
        entries=tuple(entries),
        synonyms=synonyms,
        vocabulary=tuple(sorted({w for text in texts for w in text if len(w) >= MEND_FROM_LENGTH})),
        rarity=Rarity(packed.places, array("d", map(rarity.__getitem__, packed.places))),
        rarity_unknown=rarity_unknown,
        weights=packed,
        calibration=Calibration(0, (0,) * len(Facts._fields)),
        phrasebook=_phrasebook(samples, stems, len(entries)) if compare else None,
    )


def _known_part(counts: Vector, rarity: Mapping[Feature, float], unknown: float) -> Vector:
    """The weighted features of a message of which unknown ones only count in its length."""
    vector, _ = directed(counts, (rarity.get(feature, unknown) for feature in counts))
    return {feature: value for feature, value in vector.items() if feature in rarity}


def synonyms_of(known: Words) -> dict[str, str]:
    """Stem -> the stem that stands for its group."""
    return {stem(word): stem(group[0]) for group in known.groups for word in group}


def _phrasebook(samples: Sequence[Sample], stems: Sequence[Sequence[str]], n: int) -> Phrasebook:
    return Phrasebook.of(
        (
            (" ".join(words(text)), found, number)
            for (text, number), found in zip(samples, stems, strict=True)
            if number < n
        ),
        n,
    )


def _rarity(
    stems: Sequence[Sequence[str]], samples: Sequence[Sample], n: int, pairs_from: int
) -> dict[Feature, float]:
    """How much a feature says; what only `elsewhere` has counts as rarest.

    Pairs that occur less often than `pairs_from` are left out.
    """
    users: dict[Feature, set[int]] = defaultdict(set)
    seen: Counter[Feature] = Counter()
    for found, (_, number) in zip(stems, samples, strict=True):
        for feature in features(found):
            users[feature] |= {number} - {n}
            seen[feature] += 1
    return {
        feature: math.sqrt(math.log((n + 1) / max(1, len(by))))
        for feature, by in users.items()
        if isinstance(feature, str) or seen[feature] >= pairs_from
    }


def _centroids(labelled: Iterable[tuple[Vector, int]]) -> Draft:
    """For each entry the mean direction of its phrasings, of unit length."""
    weights: Draft = defaultdict(lambda: defaultdict(float))
    for vector, number in labelled:
        for feature, value in vector.items():
            weights[feature][number] += value
    squares: dict[int, float] = defaultdict(float)
    for by in weights.values():
        for number, weight in by.items():
            squares[number] += weight * weight
    for by in weights.values():
        for number in by:
            by[number] /= math.sqrt(squares[number])
    return weights


def correct(weights: Draft, vector: Vector, number: int, n: int) -> None:
    """Move the weights so far that the right entry leads by the margin, or a little less.

    Less when pairs are left out: reckoned by the length of what is left, it was no better.
    """
    scores = [0.0] * n
    for feature, value in vector.items():
        for other, weight in weights[feature].items():
            scores[other] += weight * value
    rival = max((other for other in range(n) if other != number), key=scores.__getitem__)
    missing = MARGIN - scores[number] + scores[rival]
    if missing <= 0:
        return
    step = missing / 2
    for feature, value in vector.items():
        weights[feature][number] += step * value
        weights[feature][rival] -= step * value


def _left_out(matcher: Matcher, samples: Sequence[Sample], judged: int) -> Iterable[Trial]:
    """What the matcher makes of unseen phrasings."""
    for text, number in samples:
        found = matcher.facts(text)[:judged]
        if found:
            yield Trial(number, tuple(found))


def _logistic_regression(trials: Iterable[Trial], mixes: Mixes) -> Calibration:
    """The worth of the facts that makes the outcomes likeliest (Newton's method, slightly ridged).

    Each mix of facts gets a weight, and with it every fact in it.
    """
    rows = [
        ((1.0, *(sum(map(mul, mix, facts)) for mix in mixes)), candidate == trial.number)
        for trial in trials
        for candidate, facts in trial.candidates
    ]
    size = 1 + len(mixes)
    weights = [0.0] * size
    for _ in range(NEWTON_STEPS):
        gradient = [-RIDGE * weight for weight in weights]
        curvature = [[RIDGE * (i == j) for j in range(size)] for i in range(size)]
        current = Calibration(0.0, tuple(weights))
        for values, is_right in rows:
            p = current.confidence(values)
            for i, value in enumerate(values):
                gradient[i] += (is_right - p) * value
                for j in range(size):
                    curvature[i][j] += p * (1 - p) * value * values[j]
        weights = [w + d for w, d in zip(weights, _solve(curvature, gradient), strict=True)]
    worth = [0.0] * len(Facts._fields)
    for weight, mix in zip(weights[1:], mixes, strict=True):
        worth = [sum_ + weight * share for sum_, share in zip(worth, mix, strict=True)]
    return Calibration(weights[0], tuple(worth))


def _limits(trials: Sequence[Trial], calibration: Calibration, n: int) -> Limits:
    """What confidence is enough, so that mistakes stay bearable among the left out messages."""
    best = [
        (calibration.confidence(trial.candidates[0][1]), trial.candidates[0][0], trial.number)
        for trial in trials
    ]
    wrong = [confidence for confidence, candidate, number in best if candidate != number]
    idle = [confidence for confidence, _, number in best if number == n]
    answer = _bounded(_reached_by(wrong, MOST_WRONG * len(best)), *ANSWER_BETWEEN)
    suggest = LIMITS.suggest
    if idle:
        suggest = _bounded(_reached_by(idle, MOST_IDLE * len(idle)), *SUGGEST_BETWEEN)
    return Limits(
        answer=answer,
        answer_part=(1 + answer) / 2,
        suggest=suggest,
        choice=suggest / 2,
    )


def _reached_by(confidences: Sequence[float], most: float) -> float:
    """The least confidence that so many reach at most."""
    falling = sorted(confidences, reverse=True)
    return math.nextafter(falling[int(most)], 1) if int(most) < len(falling) else 0.0


def _bounded(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))


def _solve(matrix: list[list[float]], target: list[float]) -> list[float]:
    """The solution of a small positive definite system (Gaussian elimination)."""
    rows = [[*row, value] for row, value in zip(matrix, target, strict=True)]
    for i, pivot in enumerate(rows):
        for other in rows[i + 1 :]:
            factor = other[i] / pivot[i]
            other[:] = [a - factor * b for a, b in zip(other, pivot, strict=True)]
    found = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        rest = sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))
        found[i] = (rows[i][-1] - rest) / rows[i][i]
    return found
