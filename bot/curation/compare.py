"""What an edit changes for people: the same messages put to two answerers, and where they differ.

Examples, phrasings, messages from elsewhere and follow-ups are asked; entries and buttons that are
gone, and words of answers, texts and cards, are compared as they stand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from bot.answering.answerer import Answerer, ids, kind
from bot.answering.normalise import spellings
from bot.answering.revise import edits, learnt_stems, likeness
from bot.answering.safety import ordinary
from bot.curation.evaluate import verdict
from bot.model import Answer, Candidate, Context, Decision, Example, Knowledge

Origin = Literal["example", "phrasing", "elsewhere", "follow-up", "link"]
Group = Literal["worse", "safety", "better", "other"]
GROUPS: Mapping[Group, str] = {
    "worse": "Got worse",
    "safety": "Another card, or none",
    "better": "Got better",
    "other": "Other changes",
}
"""In the order in which a person should look at them."""
QUALITY = {"right": 3, "offered": 2, "softer": 2, "declined": 1, "misled": 1}
"""Of a verdict; 0 for what was wrong, missed or false."""
QUALITY_OUTSIDE = {"declined": 3, "offered": 1}
"""The same for a message that is none of the bot's business."""
LIKE_THE_EDIT = 0.1
"""Cosine from which on a message is enough like what was changed for something else to come of it;
the score of an entry moves by a third of it at most."""
TOLD_EVERY = 500
"""After so many messages whoever waits is told how far it is."""
Key = tuple[str, str]
"""A text, and the entry that was answered just before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that both are asked; its example says what should come of it, if that is known."""

    example: Example
    origin: Origin


@dataclass(frozen=True, slots=True)
class Reaction:
    """What came of a message."""

    kind: str
    """`answer`, `suggest` or `none`."""
    ids: tuple[str, ...]
    """The answered entry (or two), or the choices."""
    confidence: float
    """Of the likeliest entry, 0 to 1."""
    runner_up: str
    """The next likeliest entry behind an answer; empty if it is too unlikely to be offered."""
    route: str
    card: str
    """That is shown, such as `doctor` or `doctor, gently`; empty for none."""
    verdict: str
    """How good that is, as `evaluate` says it; empty where nothing is expected."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A message of which something else comes now."""

    asked: Asked
    before: Reaction
    after: Reaction
    group: Group


@dataclass(frozen=True, slots=True)
class Rewording:
    """Words that people read and that stand there differently now."""

    place: str
    """Such as `how-hot: answer`."""
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that an edit changes."""

    differences: tuple[Difference, ...]
    """What matters most first."""
    rewordings: tuple[Rewording, ...]
    asked: int
    """So many messages were put to both ..."""
    of: int
    """... of so many."""
    is_provisional: bool
    """Whether one side is not learnt to the end: a few messages may come out differently then."""


def compare(
    before: Answerer,
    after: Answerer,
    examples: Iterable[Example] = (),
    most: int | None = None,
    on_asked: Callable[[int, int], None] = lambda _done, _all: None,
) -> Comparison:
    """What the edit from one answerer to the other changes. Pure.

    Args:
        before: what answers now.
        after: what answers after the edit.
        examples: messages to ask beside what stands in the knowledge of both.
        most: ask only so many messages, those that are most like what was changed; None for all.
        on_asked: called now and then with how many messages have been asked, and of how many.
    """
    every = messages(before.knowledge, after.knowledge, examples)
    asked = every if most is None else likeliest(before, after, every)[:most]
    found = [*_gone(before, after)]
    for done in range(0, len(asked), TOLD_EVERY):
        on_asked(done, len(asked))
        found += differences(before, after, asked[done : done + TOLD_EVERY])
    order = list(GROUPS)
    return Comparison(
        differences=tuple(sorted(found, key=lambda difference: order.index(difference.group))),
        rewordings=tuple(rewordings(before.knowledge, after.knowledge)),
        asked=len(asked),
        of=len(every),
        is_provisional=any(a.knowledge.version.is_provisional for a in (before, after)),
    )


def messages(before: Knowledge, after: Knowledge, examples: Iterable[Example]) -> list[Asked]:
    """Everything that can be asked: examples, and what stands in either knowledge, each once.

    What stands in the one before only has nothing any more that should come of it.
    """
    found: dict[Key, Asked] = {}
    former = (replace(asked, example=_free(asked.example)) for asked in _in(before))
    shown = (Asked(example, "example") for example in examples)
    for asked in (*shown, *_in(after), *former):
        found.setdefault((asked.example.text, asked.example.after), asked)
    return list(found.values())


def _in(knowledge: Knowledge) -> Iterator[Asked]:
    """What can be asked of the knowledge's own."""
    for entry in knowledge.entries:
        for text in (entry.question, *entry.phrasings):
            yield Asked(Example(text, (entry.id,)), "phrasing")
        for text in entry.not_this:
            yield Asked(Example(text, ("none",)), "elsewhere")
        for follow_up in entry.follow_ups:
            asked = Example(follow_up.phrasing, (follow_up.to,), after=entry.id)
            yield Asked(asked, "follow-up")
    for text in knowledge.words.elsewhere:
        yield Asked(Example(text, ("none",)), "elsewhere")


def _free(example: Example) -> Example:
    return Example(example.text, after=example.after)


def likeliest(before: Answerer, after: Answerer, every: Sequence[Asked]) -> list[Asked]:
    """The messages of which something else may come, those that are most like the edit first.

    All of them where what calls for a card has changed.
    """
    one, other = before.knowledge, after.knowledge
    if (one.safety, one.mentions) != (other.safety, other.mentions):
        return list(every)
    edited = {text for said in edits(one, other) for text, _ in said}
    if not edited:
        return []
    matcher = after.matcher
    touched = {word for text in edited for word in learnt_stems(matcher, text)}
    least = LIKE_THE_EDIT * max(likeness(matcher, touched, text) for text in edited)
    found = [(likeness(matcher, touched, asked.example.text), asked) for asked in every]
    alike = [item for item in found if item[0] >= least]
    return [asked for _, asked in sorted(alike, key=lambda item: -item[0])]


def differences(before: Answerer, after: Answerer, asked: Iterable[Asked]) -> Iterator[Difference]:
    """The messages of which something else comes now, in the order in which they are asked."""
    is_same_card = _same_card(before, after)
    for item in asked:
        if is_same_card(item.example.text) and _decided(before, item) == _decided(after, item):
            continue
        old, new = _reaction(before, item), _reaction(after, item)
        if _seen(old) != _seen(new):
            yield Difference(item, old, new, _group(item.example, old, new))


def _same_card(before: Answerer, after: Answerer) -> Callable[[str], bool]:
    """Tells of messages whether both surely say the same of them as far as cards go."""
    one, other = before.knowledge, after.knowledge
    cards = [{e.id: e.card for e in known.entries if e.card} for known in (one, other)]
    is_same = (
        one.safety == other.safety
        and cards[0] == cards[1]
        and before.safety.mentions == after.safety.mentions
    )
    moved = after.safety.moved(ordinary(one), ordinary(other)) if is_same else frozenset()
    return lambda text: is_same and not (moved and not moved.isdisjoint(spellings(text)))


def _decided(answerer: Answerer, asked: Asked) -> object:
    """What is decided, and the runner-up: if this is the same, all that people see is."""
    whole, decision = answerer.weigh(asked.example.text, _context(asked))
    return _choice(kind(decision), ids(decision)), _runner_up(answerer, whole, decision)


def _context(asked: Asked) -> Context:
    return Context(last_entry=asked.example.after or None)


def _choice(kind: str, ids: Sequence[str]) -> object:
    """The order of choices is no difference."""
    return kind, frozenset(ids) if kind == "suggest" else tuple(ids)


def _runner_up(answerer: Answerer, whole: Sequence[Candidate], decision: Decision) -> str:
    """The next likeliest entry behind an answer; among choices it stands there anyhow."""
    likely = [c.entry.id for c in whole[:2] if c.confidence >= answerer.matcher.limits.choice]
    return likely[1] if isinstance(decision, Answer) and len(likely) > 1 else ""


def _reaction(answerer: Answerer, asked: Asked) -> Reaction:
    example = asked.example
    whole, decision = answerer.weigh(example.text, _context(asked))
    outcome = answerer.respond(example.text, decision, _context(asked))
    alarm = outcome.alarms[0] if outcome.alarms else None
    return Reaction(
        kind=kind(outcome.decision),
        ids=ids(outcome.decision),
        confidence=whole[0].confidence if whole else 0.0,
        runner_up=_runner_up(answerer, whole, outcome.decision),
        route=outcome.route,
        card=alarm.card.id + ("" if alarm.is_full else ", gently") if alarm else "",
        verdict=verdict(example, outcome) if example.expect or example.route else "",
    )


def _seen(reaction: Reaction) -> object:
    """What of a reaction makes a difference."""
    chosen = _choice(reaction.kind, reaction.ids)
    return chosen, reaction.runner_up, reaction.route, reaction.card


def _group(example: Example, old: Reaction, new: Reaction) -> Group:
    quality = QUALITY_OUTSIDE if example.expect == ("none",) else QUALITY
    was, is_now = (quality.get(reaction.verdict, 0) for reaction in (old, new))
    if was != is_now:
        return "worse" if is_now < was else "better"
    is_safety = (old.route, old.card) != (new.route, new.card)
    return "safety" if is_safety else "other"


def _gone(before: Answerer, after: Answerer) -> Iterator[Difference]:
    """The entries that are no more: old buttons and links to them lead nowhere."""
    for entry in before.knowledge.entries:
        if after.knowledge.entry(entry.id) is None:
            old = Reaction("answer", (entry.id,), 1.0, "", "none", "", "right")
            new = Reaction("none", (), 0.0, "", "none", "", "declined")
            asked = Asked(Example(entry.question, (entry.id,)), "link")
            yield Difference(asked, old, new, "worse")


def rewordings(before: Knowledge, after: Knowledge) -> Iterator[Rewording]:
    """The words of answers, texts, cards and the article that stand there differently now."""
    old, new = dict(_worded(before)), dict(_worded(after))
    for place in dict.fromkeys([*old, *new]):
        if old.get(place, "") != new.get(place, ""):
            yield Rewording(place, old.get(place, ""), new.get(place, ""))


def _worded(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Place and words of all that people read."""
    for entry in knowledge.entries:
        for name in ("section", "question", "answer", "quotes", "related"):
            yield f"{entry.id}: {name}", _plain(getattr(entry, name))
        if note := entry.editor_note:
            yield f"{entry.id}: editor_note", _plain((note.text, note.source, note.checked))
    for item in fields(knowledge.texts):
        yield f"texts.yaml: {item.name}", _plain(getattr(knowledge.texts, item.name))
    for card in knowledge.safety.cards:
        gentle = card.gentle
        said = (
            card.text,
            card.third_person,
            card.reminder,
            *(getattr(gentle, f.name) for f in fields(gentle)),
        )
        yield f"card {card.id}", _plain(said)
    for part in knowledge.article.parts if knowledge.article else ():
        yield f"article.md: {part.heading}", _plain(part.paragraphs)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else " | ".join(map(str, value))


def as_data(comparison: Comparison) -> dict[str, Any]:
    """The same as plain data, for `--json` and the chat page."""
    return {
        "asked": comparison.asked,
        "of": comparison.of,
        "provisional": comparison.is_provisional,
        "counts": {g: len(found) for g, found in _grouped(comparison).items()},
        "differences": [
            {
                "text": item.asked.example.text,
                "after": item.asked.example.after,
                "origin": item.asked.origin,
                "expect": list(item.asked.example.expect),
                "group": item.group,
                "was": asdict(item.before),
                "is": asdict(item.after),
            }
            for item in comparison.differences
        ],
        "rewordings": [asdict(item) for item in comparison.rewordings],
    }


def as_text(comparison: Comparison) -> str:
    """The differences for a person to read, what matters most first."""
    lines = []
    for group, found in _grouped(comparison).items():
        if found:
            lines.append(f"{GROUPS[group]}: {len(found)}")
            lines += [line for item in found for line in _told(item)]
            lines.append("")
    if comparison.rewordings:
        lines.append(f"Other words: {len(comparison.rewordings)}")
        for words_ in comparison.rewordings:
            lines += [f"  {words_.place}", f"    - {words_.before}", f"    + {words_.after}"]
        lines.append("")
    if not lines:
        lines = ["Nothing changes for people.", ""]
    asked, of = comparison.asked, comparison.of
    most_like = "" if asked == of else f", those that are most like the edit, of {of:,}"
    lines.append(f"{asked:,} messages were put to both{most_like}.")
    if comparison.is_provisional:
        lines.append("Learnt provisionally: once all is learnt, a few may come out differently.")
    return "\n".join(lines)


def _grouped(comparison: Comparison) -> dict[Group, list[Difference]]:
    return {g: [d for d in comparison.differences if d.group == g] for g in GROUPS}


def _told(item: Difference) -> Iterator[str]:
    example = item.asked.example
    after = f", after {example.after}" if example.after else ""
    yield f"  “{example.text}” ({item.asked.origin}{after})"
    yield f"    was  {_said(item.before)}"
    yield f"    is   {_said(item.after)}"


def _said(reaction: Reaction) -> str:
    """A reaction on one line, such as `answer how-hot (0.91), then how-long; right`."""
    chosen = " ".join((reaction.kind, *reaction.ids))
    sure = f" ({reaction.confidence:.2f})" if reaction.ids else ""
    then = f", then {reaction.runner_up}" if reaction.runner_up else ""
    card = f"; card {reaction.card}" if reaction.card else ""
    good = f"; {reaction.verdict}" if reaction.verdict else ""
    return f"{chosen}{sure}{then}{good}{card}"
