"""Why the bot said what it said, for a maintainer to read. Decides nothing itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.answerer import Answerer, ids, kind, questions
from bot.answering.ranking import Facts
from bot.model import Alarm, Entry, Outcome, Unknown

WORTH_LISTING = 0.01
"""Candidates of less confidence are not told."""
WORTH_TELLING = 0.2
"""From which confidence on it is told why a message is like those of a card."""


@dataclass(frozen=True, slots=True)
class Row:
    """One reason."""

    label: str
    value: str
    share: float | None = None
    """Of 1, for what can be drawn as a bar."""


@dataclass(frozen=True, slots=True)
class Section:
    """Reasons of one kind."""

    title: str
    rows: tuple[Row, ...]


def explain(answerer: Answerer, text: str, outcome: Outcome) -> str:
    """Safety, the decision, the candidates, and the words that decided, as lines to read."""
    lines = ["Why:"]
    for section in sections(answerer, text, outcome):
        lines.append(f"  {section.title}")
        lines += [f"    {f'{row.label}: ' if row.label else ''}{row.value}" for row in section.rows]
    return "\n".join(lines)


def sections(answerer: Answerer, text: str, outcome: Outcome) -> list[Section]:
    """The same as data; empty text stands for a question that was chosen by a button."""
    found = [Section("Safety", tuple(_safety(answerer, text, outcome)))]
    found.append(Section("Decision", (Row("", _decision(answerer, outcome)),)))
    if not text:
        return found
    ranked = answerer.matcher.rank(text)
    found.append(Section("Read as", tuple(_reading(answerer, text))))
    found.append(Section("Candidates", tuple(_candidates(answerer, text))))
    wanted = ids(outcome.decision)[:2] or tuple(c.entry.id for c in ranked[:1])
    for entry in (c.entry for c in ranked if c.entry.id in wanted):
        rows = tuple(_words(answerer, text, entry))
        if rows:
            found.append(Section(f"Words that decided for {entry.id}", rows))
    if ranked:
        found.append(Section("What the facts are worth (log-odds)", tuple(_worth(answerer))))
    return [section for section in found if section.rows]


def _safety(answerer: Answerer, text: str, outcome: Outcome) -> Iterator[Row]:
    yield Row("route", outcome.route)
    for alarm in outcome.alarms:
        yield Row(alarm.reason, _told(alarm))
    if not outcome.alarms and outcome.route != "none":
        yield Row("", ", ".join(outcome.reasons))
    mentions = answerer.safety.mentions
    for likeness in mentions.find(text) if mentions and text else ():
        if likeness.confidence >= WORTH_TELLING:
            part = " ".join(text[likeness.start : likeness.end].split())
            yield Row(
                f"like those for {likeness.card}",
                f"{likeness.confidence:.2f} in “{part}”",
                likeness.confidence,
            )


def _reading(answerer: Answerer, text: str) -> Iterator[Row]:
    yield Row("words", " ".join(answerer.matcher.stems(text)) or "(no words)")
    for part in questions(text, answerer.knowledge.words.question_starts):
        yield Row("question of its own", part)


def _candidates(answerer: Answerer, text: str) -> Iterator[Row]:
    matcher = answerer.matcher
    for candidate, (_, facts) in zip(matcher.rank(text), matcher.facts(text), strict=True):
        if candidate.confidence < WORTH_LISTING:
            continue
        weighed = zip(Facts._fields, facts, matcher.calibration.worth, strict=True)
        told = ", ".join(f"{name} {fact:.2f}" for name, fact, worth in weighed if worth)
        yield Row(candidate.entry.id, f"{candidate.confidence:.2f}  ({told})", candidate.confidence)


def _worth(answerer: Answerer) -> Iterator[Row]:
    calibration = answerer.matcher.calibration
    yield Row("without any fact", f"{calibration.base:+.1f}")
    for name, worth in zip(Facts._fields, calibration.worth, strict=True):
        if worth:
            yield Row(f"each 1 of {name}", f"{worth:+.1f}")


def _words(answerer: Answerer, text: str, entry: Entry) -> Iterator[Row]:
    decided = answerer.matcher.explain(text, entry)
    if not decided:
        return
    most = max(abs(item.weight) for item in decided)
    for item in decided:
        yield Row(item.feature, f"{item.weight:+.2f}", max(0.0, item.weight / most))
    yield Row("nearest phrasing", answerer.matcher.nearest_phrasing(text, entry))


def explain_safety(answerer: Answerer, text: str) -> str:
    """Which rules a message fires, and how much it is like the messages of each card."""
    safety = answerer.safety
    alarms = safety.find(text)
    lines = [f"{alarm.reason}: {_told(alarm)}" for alarm in alarms] or ["no card"]
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
    return f"“{alarm.words}”, {how} -> {what} “{alarm.card.id}”"


def _decision(answerer: Answerer, outcome: Outcome) -> str:
    limits, decision = answerer.matcher.limits, outcome.decision
    if outcome.route == "emergency":
        return "the emergency card and nothing else"
    if isinstance(decision, Unknown):
        return f"decline: nothing reaches {limits.suggest:.2f}"
    what = " + ".join(f"{c.entry.id} ({c.confidence:.2f})" for c in decision.candidates)
    if kind(decision) == "suggest":
        return f"offer {what}, from {limits.suggest:.2f} to {limits.answer:.2f}"
    return f"answer {what}, from {limits.answer:.2f}, or from {limits.answer_part:.2f} for a part"
