"""Choose what to say: answer, offer, or decline."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Answer, Candidate, Decision, Suggest, Unknown


@dataclass(frozen=True, slots=True)
class Limits:
    """From which confidence on. The first four come from what is measured at the learning."""

    answer: float = 0.5
    """Answer from here on."""
    answer_part: float = 0.75
    """Answer a single sentence of a longer message from here on."""
    suggest: float = 0.15
    """Offer choices when the best reaches this."""
    choice: float = 0.075
    """Offer an entry among the choices."""
    margin: float = 0.15
    """An offered entry this near to the best brings its safety card along ..."""
    brings_card: float = 0.35
    """... if it is at least this likely: a wild guess is no reason for a card."""
    choices: int = 4


LIMITS = Limits()


def decide(
    whole: Sequence[Candidate],
    parts: Sequence[Sequence[Candidate]] = (),
    limits: Limits = LIMITS,
) -> Decision:
    """What to do about a message.

    Args:
        whole: the candidates for the whole message, best first.
        parts: the candidates for each question in it, when it holds several.
    """
    both = _two_questions(parts, limits)
    if both:
        return Answer(both)
    best = _without_talk(whole, parts, limits)
    if not best or best[0].confidence < limits.suggest:
        return Unknown()
    if best[0].confidence >= limits.answer:
        return Answer((best[0],))
    choices = [candidate for candidate in best if candidate.confidence >= limits.choice]
    if len(choices) == 1:
        choices = list(best[:2])
    return Suggest(tuple(choices[: limits.choices]))


def _two_questions(parts: Sequence[Sequence[Candidate]], limits: Limits) -> tuple[Candidate, ...]:
    """The answers to two different questions in one message, in their order; empty if not so."""
    found: dict[str, Candidate] = {}
    for candidates in parts:
        if candidates and candidates[0].confidence >= limits.answer_part:
            best = candidates[0]
            if not best.entry.talk:
                found.setdefault(best.entry.id, best)
    return tuple(found.values())[:2] if len(found) > 1 else ()


def _without_talk(
    whole: Sequence[Candidate], parts: Sequence[Sequence[Candidate]], limits: Limits
) -> Sequence[Candidate]:
    """The candidates of the whole message, or of the one part of it that is clear.

    "Hi! How much is it?" is a question, not a greeting; a story may bury a clear question.
    """
    is_talk = bool(whole) and whole[0].entry.talk
    is_clear = bool(whole) and whole[0].confidence >= limits.answer
    if is_clear and not is_talk:
        return whole
    clear = [
        candidates
        for candidates in parts
        if candidates
        and not candidates[0].entry.talk
        and candidates[0].confidence >= (limits.answer if is_talk else limits.answer_part)
    ]
    return max(clear, key=lambda candidates: candidates[0].confidence) if clear else whole
