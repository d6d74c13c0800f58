"""Everything about safety on one sheet, for a clinician who reviews it: as text or as one page.

It shows what stands in the files and decides nothing; the page loads nothing from elsewhere.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from bot.answering.mentions import INNOCENT
from bot.curation.page import page
from bot.markup import plain
from bot.model import LIKE, Card, Knowledge, Rule, SafetyRules, Texts

MOST_MESSAGES = 12
"""So many of the learnt messages of a card are shown at once; the page unfolds to all of them."""
FORMS = (
    ("negated", "denied"),
    ("past", "over"),
    ("hypothetical", "“if”"),
    ("general", "in general"),
)
INTRODUCTION = (
    "What this information bot notices in a message before it answers, and what it then says. "
    "Emergency and crisis cards are the whole reply; other cards come before the answer. Each card "
    "says how a sign must be mentioned for it; else the gentle sentence follows the answer. "
    "<b>No clinician has reviewed this yet.</b>"
)
Counts = Mapping[str, int]
"""Reason -> how often people pressed "I asked in general" under its card."""


def as_text(knowledge: Knowledge, counts: Counts) -> str:
    """The reviewer's sheet for a terminal."""
    return "\n".join(_text_lines(knowledge, counts))


def _text_lines(knowledge: Knowledge, counts: Counts) -> Iterator[str]:
    safety = knowledge.safety
    for card in safety.cards:
        yield f"CARD {card.id} ({card.category})"
        yield from (f"  {name}: {plain(text)}" for name, text in _said(card, knowledge.texts))
        learnt = knowledge.mentions.get(card.id, ())
        yield f"  learnt from {len(learnt)} messages, such as:"
        yield from (f"    {message}" for message in _spread(learnt))
        yield f"  {_pressed(f'{LIKE}{card.id}', card, counts)}"
        yield ""
        for rule in _rules_of(card, safety.rules):
            yield f"RULE {rule.id} -> card {rule.card}{_language(rule)}"
            yield f"  source: {rule.source}"
            for title, signs in _words(rule):
                yield f"  {title}: {', '.join(signs)}"
            yield from (f"  fires: {message}" for message in rule.fires)
            yield from (f"  quiet: {message}" for message in rule.quiet)
            yield f"  {_pressed(rule.id, card, counts)}"
            yield ""
    yield "NO CARD"
    yield from (f"  {message}" for message in _spread(knowledge.mentions.get(INNOCENT, ())))
    yield "HOW A SIGN IS MENTIONED"
    yield from (f"  {title}: {', '.join(words)}" for title, words in _forms(safety))
    yield "OTHER LANGUAGES"
    yield from (f"  {language}" for language in _languages(safety))
    yield "WORD GROUPS"
    yield from (f"  ${name}: {', '.join(words)}" for name, words in safety.groups.items())
    yield "SOURCES"
    yield from (f"  {name}: {text}" for name, text in safety.sources.items())


def as_html(knowledge: Knowledge, counts: Counts) -> str:
    """The reviewer's sheet as one page that needs nothing else."""
    lines = _html_lines(knowledge, counts)
    return page(f"Safety rules: {plain(knowledge.texts.title)}", lines, "sheet")


def _html_lines(knowledge: Knowledge, counts: Counts) -> Iterator[str]:
    safety = knowledge.safety
    yield f"<p>{INTRODUCTION}</p>"
    links = [f'<a href="#{card.id}">{card.id}</a>' for card in safety.cards]
    yield f'<nav aria-label="Cards">{" · ".join(links)}</nav>'
    for card in safety.cards:
        yield f'<section><h2 id="{card.id}">{card.id} <small>{card.category}</small></h2><dl>'
        yield from (
            f"<dt>{name}</dt><dd>{text}</dd>" for name, text in _said(card, knowledge.texts)
        )
        yield "</dl>"
        yield _messages_html(knowledge.mentions.get(card.id, ()))
        yield f"<p><small>{_pressed(f'{LIKE}{card.id}', card, counts)}</small></p>"
        for rule in _rules_of(card, safety.rules):
            yield from _rule_html(rule, card, counts, safety.sources)
        yield "</section>"
    innocent = knowledge.mentions.get(INNOCENT, ())
    yield f"<section><h2>no card</h2>{_messages_html(innocent)}</section>"
    yield "<section><h2>How a sign is mentioned</h2><dl>"
    for title, words in _forms(safety):
        yield f'<dt>{title}</dt><dd class="signs">{_grouped(", ".join(words))}</dd>'
    yield "</dl></section><section><h2>Other languages</h2><ul>"
    yield from (f"<li>{escape(language)}</li>" for language in _languages(safety))
    yield "</ul></section><section><h2>Word groups</h2><dl>"
    for name, words in safety.groups.items():
        members = escape(", ".join(words))
        yield f'<dt id="group-{escape(name)}">${escape(name)}</dt><dd>{members}</dd>'
    yield "</dl></section><section><h2>Sources</h2><dl>"
    for name, text in safety.sources.items():
        yield f'<dt id="{escape(name)}">{escape(name)}</dt><dd>{_linked(text)}</dd>'
    yield "</dl></section>"


def _rule_html(rule: Rule, card: Card, counts: Counts, sources: Mapping[str, str]) -> Iterator[str]:
    yield f'<article><h3 id="rule-{rule.id}">{rule.id}{_language(rule)}</h3><dl>'
    yield f"<dt>source</dt><dd>{_referred(rule.source, sources)}</dd>"
    for title, signs in _words(rule):
        yield f'<dt>{title}</dt><dd class="signs">{_grouped(", ".join(signs))}</dd>'
    for title, messages in (("fires on", rule.fires), ("quiet on", rule.quiet)):
        items = "".join(f"<li>{escape(message)}</li>" for message in messages)
        yield f'<dt>{title}</dt><dd><ul dir="auto">{items}</ul></dd>'
    yield f"</dl><p><small>{_pressed(rule.id, card, counts)}</small></p></article>"


def _messages_html(messages: Sequence[str]) -> str:
    if not messages:
        return "<p>Nothing is learnt from messages for this card.</p>"
    items = "".join(f"<li>{escape(message)}</li>" for message in messages)
    few = "".join(f"<li>{escape(message)}</li>" for message in _spread(messages))
    return (
        f"<p>Learnt from {len(messages)} messages, such as:</p><ul>{few}</ul>"
        f"<details><summary>all of them</summary><ol>{items}</ol></details>"
    )


def _said(card: Card, texts: Texts) -> Iterator[tuple[str, str]]:
    """What a card says, with “...” for the person's words."""
    because = texts.because.replace("{words}", "...")
    said = {"card": card.text, "about somebody else": card.third_person}
    said |= {f"gentle, {title}": getattr(card.gentle, form) for form, title in FORMS}
    said["the full card when mentioned as"] = ", ".join(card.full_for).replace("_", " ")
    for name, text in {**said, "reminder": card.reminder or "none"}.items():
        filled = text.replace("{because}", because)
        yield name, filled.replace("{emergency_number}", texts.emergency_number)


def _words(rule: Rule) -> Iterator[tuple[str, Sequence[str]]]:
    """The lists of a rule with what each of them does."""
    for number, signs in enumerate(rule.signs):
        near = f" within {rule.within} words" if number and rule.within else ""
        yield ("and" if number else "words") + near, signs
    if rule.doubtful:
        yield "only if", ("the message is also a little like those that call for such a card",)
    if rule.not_in:
        yield "not in", rule.not_in
    if rule.not_with:
        yield "not in a sentence with", rule.not_with


def _forms(safety: SafetyRules) -> Iterator[tuple[str, Sequence[str]]]:
    """The words that tell how a sign is mentioned, by form and place."""
    for form in ("negated", "past", "hypothetical", "general", "third_person"):
        for where in ("before", "after", "sentence", "but_not"):
            words = getattr(getattr(safety.forms, form), where)
            if words:
                yield f"{form.replace('_', ' ')}, {where.replace('_', ' ')}", words


def _languages(safety: SafetyRules) -> Iterator[str]:
    """What the cards add in other languages, and whether a native speaker has read it."""
    for language in safety.languages:
        state = "" if language.reviewed else " (not yet read by a native speaker)"
        yield f"{language.name}: {language.sentence}{state}"


def _rules_of(card: Card, rules: Sequence[Rule]) -> Iterator[Rule]:
    return (rule for rule in rules if rule.card == card.id)


def _spread(messages: Sequence[str]) -> Sequence[str]:
    """A few of the messages from all over the list."""
    return messages[:: max(1, len(messages) // MOST_MESSAGES)][:MOST_MESSAGES]


def _pressed(name: str, card: Card, counts: Counts) -> str:
    times = counts.get(f"{card.category}:{name}", 0)
    return f"“I asked in general” was pressed under its card: {times} times"


def _language(rule: Rule) -> str:
    return "" if rule.language == "en" else f" [{rule.language}]"


def _referred(source: str, sources: Mapping[str, str]) -> str:
    """A source with links to where it is spelt out."""
    return re.sub(
        r"\bS\d+[a-z]?\b",
        lambda match: f'<a href="#{match[0]}">{match[0]}</a>' if match[0] in sources else match[0],
        escape(source),
    )


def _grouped(signs: str) -> str:
    return re.sub(r"\$(\w+)", r'<a href="#group-\1">$\1</a>', escape(signs))


def _linked(text: str) -> str:
    return re.sub(r"(https?://[^\s;,()]+)", r'<a href="\1">\1</a>', escape(text))
