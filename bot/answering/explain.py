"""Why the bot said what it said, for a maintainer to read. Decides nothing itself."""

from bot.answering.answerer import Answerer, ids, kind, questions
from bot.model import Outcome

MOST_CANDIDATES = 5


def explain(answerer: Answerer, text: str, outcome: Outcome) -> str:
    """Safety, candidates, the words and the phrasing that decided, and the decision."""
    ranked = answerer.matcher.rank(text)
    lines = ["Why:", f"  safety: {outcome.route}"]
    lines += [
        f"    {alarm.reason}: “{alarm.words}”, {alarm.form.replace('_', ' ')}"
        f" -> {'card' if alarm.is_full else 'gentle sentence'} “{alarm.card.id}”"
        for alarm in outcome.alarms
    ]
    lines.append(f"  read as: {' '.join(answerer.matcher.stems(text)) or '(no words)'}")
    for candidate in ranked[:MOST_CANDIDATES]:
        lines.append(f"  {candidate.confidence:.2f}  {candidate.entry.id}")
    wanted = ids(outcome.decision)[:2] or tuple(c.entry.id for c in ranked[:1])
    for entry in (c.entry for c in ranked if c.entry.id in wanted):
        decided = ", ".join(
            f"{item.feature} {item.weight:+.2f}" for item in answerer.matcher.explain(text, entry)
        )
        if decided:
            nearest = answerer.matcher.nearest_phrasing(text, entry)
            lines.append(f"  words that decided for {entry.id}: {decided}")
            lines.append(f"  nearest phrasing of {entry.id}: {nearest}")
    parts = questions(text, answerer.knowledge.words.question_starts)
    lines += [f"  question of its own: {part}" for part in parts]
    return "\n".join([*lines, f"  decision: {_decision(answerer, outcome)}"])


def _decision(answerer: Answerer, outcome: Outcome) -> str:
    limits = answerer.limits
    what = " + ".join(ids(outcome.decision))
    if outcome.route == "emergency":
        return "the emergency card and nothing else"
    if kind(outcome.decision) == "answer":
        if " + " in what:
            return f"answer {what} (each question {limits.answer_part} or more)"
        return f"answer {what} (confidence {limits.answer} or more)"
    if kind(outcome.decision) == "suggest":
        return f"offer {what} (best between {limits.suggest} and {limits.answer})"
    return f"decline (best below {limits.suggest})"
