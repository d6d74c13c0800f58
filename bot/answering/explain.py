"""Why the bot said what it said, for a maintainer to read. Decides nothing itself."""

from bot.answering.answerer import Answerer, ids, kind
from bot.model import Context, Outcome

MOST_CANDIDATES = 5


def explain(answerer: Answerer, text: str, outcome: Outcome, context: Context | None = None) -> str:
    """Safety, candidates, the words and the phrasing that decided, and the decision."""
    before = answerer.knowledge.entry(context.last_entry or "") if context else None
    ranked = answerer.matcher.rank(text, before.follow_ups if before else ())
    lines = ["Why:", f"  safety: {outcome.route}"]
    lines += [
        f"    {alarm.reason}: “{alarm.words}”, {alarm.form.replace('_', ' ')}"
        f" -> {'card' if alarm.is_full else 'gentle sentence'} “{alarm.card.id}”"
        for alarm in outcome.alarms
    ]
    lines.append(f"  read as: {' '.join(answerer.matcher.stems(text)) or '(no words)'}")
    for candidate in ranked[:MOST_CANDIDATES]:
        lines.append(f"  {candidate.confidence:.2f}  {candidate.entry.id}")
    if ranked:
        best = ranked[0].entry
        words = answerer.matcher.explain(text, best)
        decided = ", ".join(f"{item.feature} {item.weight:+.2f}" for item in words)
        lines.append(f"  words that decided for {best.id}: {decided or '(none)'}")
        phrasing = answerer.matcher.nearest_phrasing(text, best)
        lines.append(f"  nearest phrasing of {best.id}: {phrasing}")
    return "\n".join([*lines, f"  decision: {_decision(answerer, outcome)}"])


def _decision(answerer: Answerer, outcome: Outcome) -> str:
    limits = answerer.limits
    what = " + ".join(ids(outcome.decision))
    if outcome.route == "emergency":
        return "the emergency card and nothing else"
    if kind(outcome.decision) == "answer":
        return f"answer {what} (confidence {limits.answer} or more, or two clear questions)"
    if kind(outcome.decision) == "suggest":
        return f"offer {what} (best between {limits.suggest} and {limits.answer})"
    return f"decline (best below {limits.suggest})"
