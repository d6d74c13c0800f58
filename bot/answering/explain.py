"""Why the bot said what it said, for a maintainer to read. Decides nothing itself."""

from bot.answering.answerer import Answerer, ids, kind, questions
from bot.model import Alarm, Outcome

MOST_CANDIDATES = 5
WORTH_TELLING = 0.2
"""From which confidence on it is told why a message is like those of a card."""


def explain(answerer: Answerer, text: str, outcome: Outcome) -> str:
    """Safety, candidates, the words and the phrasing that decided, and the decision."""
    ranked = answerer.matcher.rank(text)
    lines = ["Why:", f"  safety: {outcome.route}"]
    lines += [f"    {_told(alarm)}" for alarm in outcome.alarms]
    lines.append(f"  read as: {' '.join(answerer.matcher.stems(text)) or '(no words)'}")
    for candidate, (_, facts) in zip(
        ranked, answerer.matcher.facts(text)[:MOST_CANDIDATES], strict=False
    ):
        lines.append(
            f"  {candidate.confidence:.2f}  {candidate.entry.id}"
            f"  (score {facts.score:.2f}, lead {facts.lead:+.2f}, near {facts.near:.2f})"
        )
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


def explain_safety(answerer: Answerer, text: str) -> str:
    """Which rules a message fires, and how much it is like the messages of each card."""
    safety = answerer.safety
    alarms = safety.find(text)
    lines = [_told(alarm) for alarm in alarms] or ["no card"]
    for likeness in safety.mentions.find(text) if safety.mentions else ():
        part = " ".join(text[likeness.start : likeness.end].split())
        lines.append(f"like those for {likeness.card}: {likeness.confidence:.2f} in “{part}”")
        if likeness.confidence >= WORTH_TELLING and safety.mentions:
            decided = ", ".join(
                f"{item.feature} {item.weight:+.2f}"
                for item in safety.mentions.explain(text, likeness)
            )
            lines.append(f"  words that decided: {decided}")
            lines.append(f"  nearest message: {safety.mentions.nearest(text, likeness)}")
    return "\n".join(lines)


def _told(alarm: Alarm) -> str:
    what = "card" if alarm.is_full else "gentle sentence"
    how = alarm.form.replace("_", " ")
    return f"{alarm.reason}: “{alarm.words}”, {how} -> {what} “{alarm.card.id}”"


def _decision(answerer: Answerer, outcome: Outcome) -> str:
    limits = answerer.matcher.limits
    what = " + ".join(ids(outcome.decision))
    if outcome.route == "emergency":
        return "the emergency card and nothing else"
    if kind(outcome.decision) == "answer":
        if " + " in what:
            return f"answer {what} (each question {limits.answer_part:.2f} or more)"
        return f"answer {what} (confidence {limits.answer:.2f} or more)"
    if kind(outcome.decision) == "suggest":
        return f"offer {what} (best between {limits.suggest:.2f} and {limits.answer:.2f})"
    return f"decline (best below {limits.suggest:.2f})"
