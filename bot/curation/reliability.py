"""How far a confidence can be believed: what it says against how often it is right."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bot.answering.answerer import Answerer
from bot.curation.evaluate import Result
from bot.model import Answer, Candidate, Suggest

BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """The likeliest entry for a message: how sure the bot was, and whether it was right."""

    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """The messages whose confidence lies between two tenths."""

    low: float
    high: float
    n: int
    right: int
    confidence: float
    """Their mean."""

    @property
    def share(self) -> float:
        """How many of them are right, 0 to 1."""
        return self.right / self.n


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins that hold anything, in order, and how far off they are."""

    bins: tuple[Bin, ...]
    error: float
    """Expected calibration error: the mean distance of confidence and share right, by messages."""

    @property
    def n(self) -> int:
        """So many messages in all."""
        return sum(bin.n for bin in self.bins)


def judge(answerer: Answerer, results: Iterable[Result]) -> list[Judged]:
    """What the likeliest entry of each message was worth, be it answered, offered or declined.

    For a message that is none of the bot's business no entry is right.
    """
    return [
        judged
        for result in results
        if not result.example.route and (judged := _judged(answerer, result))
    ]


def _judged(answerer: Answerer, result: Result) -> Judged | None:
    candidates = _candidates(answerer, result)
    if not candidates:
        return None
    wanted = result.example.expect
    return Judged(
        confidence=min(candidate.confidence for candidate in candidates),
        is_right=all(candidate.entry.id in wanted for candidate in candidates),
    )


def _candidates(answerer: Answerer, result: Result) -> tuple[Candidate, ...]:
    """What was answered (two entries stand and fall together), else the likeliest entry."""
    decision = result.outcome.decision
    if isinstance(decision, Answer):
        return decision.candidates
    if isinstance(decision, Suggest):
        return decision.candidates[:1]
    before = answerer.knowledge.entry(result.example.after)
    ranked = answerer.matcher.rank(result.example.text, before.follow_ups if before else ())
    return tuple(ranked[:1])


def reliability(judged: Iterable[Judged]) -> Reliability:
    """The messages by confidence, in ten bins of the same width."""
    members: dict[int, list[Judged]] = defaultdict(list)
    for item in judged:
        members[min(BINS - 1, int(item.confidence * BINS))].append(item)
    bins = tuple(
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            n=len(found),
            right=sum(item.is_right for item in found),
            confidence=sum(item.confidence for item in found) / len(found),
        )
        for place, found in sorted(members.items())
    )
    n = sum(bin.n for bin in bins)
    off = sum(bin.n * abs(bin.confidence - bin.share) for bin in bins)
    return Reliability(bins, off / n if n else 0.0)
