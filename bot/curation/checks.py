"""Rules over the knowledge, one generator each; its docstring is the rule's manual.

Faults of form (syntax, unknown keys, wrong types) are found by the reader; these rules look at what
the files say. All findings are errors here: what serves people never starts with one.
"""

import re
import string
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from bot.answering.mentions import INNOCENT
from bot.answering.normalise import words
from bot.answering.safety import Safety, safety_of
from bot.curation.reader import Loc, Source
from bot.errors import Problem
from bot.markup import find_fault, plain
from bot.model import Article, Rule

MOST_ANSWER = 350
"""Characters of an answer: with its quote and disclaimer it should fit a phone's screen."""
ID_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
MOST_ID = 48
"""An id travels in a button's data (64 bytes) and in a deep link (64 characters)."""
NAMES = frozenset({"title", "author", "address", "contact", "emergency_number"})
Check = Callable[[Source], Iterator[Problem]]


def no_entries(source: Source) -> Iterator[Problem]:
    """`qa.yaml` holds at least one entry, and every entry at least one phrasing."""
    if source.written.get("qa.yaml") == frozenset():
        yield source.problem("qa.yaml", (), "there is no entry in this file", "no-entries")
    for i, entry in enumerate(source.knowledge.entries):
        if not entry.phrasings:
            message = f'"{entry.id}" has no phrasings: write how people would ask it'
            yield source.problem("qa.yaml", (i, "phrasings"), message, "no-entries")


def bad_id(source: Source) -> Iterator[Problem]:
    """An id is lower case letters, digits and single hyphens, 48 at most, and stands only once."""
    seen: set[str] = set()
    for i, entry in enumerate(source.knowledge.entries):
        if not re.fullmatch(ID_PATTERN, entry.id) or len(entry.id) > MOST_ID:
            message = f'"{entry.id}" should be small letters, digits and hyphens, such as some-name'
            yield source.problem("qa.yaml", (i, "id"), message, "bad-id")
        if entry.id in seen:
            message = f'the id "{entry.id}" is already taken by an entry above'
            yield source.problem("qa.yaml", (i, "id"), message, "duplicate-id")
        seen.add(entry.id)
    for key in ("cards", "rules"):
        ids = [item.id for item in getattr(source.knowledge.safety, key)]
        for i, id in enumerate(ids):
            if id in ids[:i]:
                message = f'the id "{id}" is already taken above'
                yield source.problem("safety.yaml", (key, i, "id"), message, "duplicate-id")


def unknown_id(source: Source) -> Iterator[Problem]:
    """Every id that is named somewhere is the id of an entry."""
    written = source.written.get("qa.yaml")
    if not written:
        return
    for file, loc, id in _named_ids(source):
        if id not in written:
            yield source.problem(file, loc, f'there is no entry "{id}"', "unknown-id")


def _named_ids(source: Source) -> Iterator[tuple[str, Loc, str]]:
    for i, entry in enumerate(source.knowledge.entries):
        for j, id in enumerate(entry.related):
            yield "qa.yaml", (i, "related", j), id
        for j, follow_up in enumerate(entry.follow_ups):
            yield "qa.yaml", (i, "follow_ups", j, "to"), follow_up.to
    for j, id in enumerate(source.knowledge.texts.starters):
        yield "texts.yaml", ("starters", j), id
    yield from _ids_in_examples(source)


def _ids_in_examples(source: Source) -> Iterator[tuple[str, Loc, str]]:
    for i, example in enumerate(source.examples):
        for id in example.expect:
            if id != "none":
                yield "examples.yaml", (i, "expect"), id
        if example.after:
            yield "examples.yaml", (i, "after"), example.after


def unknown_card(source: Source) -> Iterator[Problem]:
    """Every card that an entry or a safety rule names stands in `safety.yaml`."""
    cards = source.written.get("safety.yaml")
    if cards is None:
        return
    for i, entry in enumerate(source.knowledge.entries):
        if entry.card and entry.card not in cards:
            message = f'there is no card "{entry.card}" in safety.yaml'
            yield source.problem("qa.yaml", (i, "card"), message, "unknown-card")
    for i, rule in enumerate(source.knowledge.safety.rules):
        if rule.card not in cards:
            message = f'there is no card "{rule.card}" in this file'
            yield source.problem("safety.yaml", ("rules", i, "card"), message, "unknown-card")


def quote_not_in_article(source: Source) -> Iterator[Problem]:
    """Every quote stands in the article letter for letter (white space apart)."""
    article = _flat(source.knowledge.article)
    for i, entry in enumerate(source.knowledge.entries):
        for j, quote in enumerate(entry.quotes):
            where: Loc = (i, "quotes", j)
            if source.knowledge.article is None:
                message = "a quote needs article.md in this folder to be held against"
                yield source.problem("qa.yaml", where, message, "quote-not-in-article")
            elif " ".join(quote.split()) not in article:
                message = f'the article does not say "{_short(quote)}" letter for letter'
                yield source.problem("qa.yaml", where, message, "quote-not-in-article")


def _flat(article: Article | None) -> str:
    """The words of the article without its headings, single spaces between them."""
    parts = article.parts if article else ()
    return " ".join(" ".join(text for part in parts for text in part.paragraphs).split())


def empty_text(source: Source) -> Iterator[Problem]:
    """No text is empty."""
    for file, loc, text in _texts(source):
        is_optional = file == "texts.yaml" and loc[-1] in ("author", "address")
        if not text.strip() and not is_optional:
            yield source.problem(file, loc, f"{_named(loc)} is empty", "empty-text")


def control_character(source: Source) -> Iterator[Problem]:
    """No text holds control characters; they come from copying and nobody sees them."""
    for file, loc, text in _texts(source):
        if text.isprintable():
            continue
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
            message = f"{_named(loc)} holds an invisible control character: type it anew"
            yield source.problem(file, loc, message, "control-character")


def bad_markup(source: Source) -> Iterator[Problem]:
    """Answers, notes, texts and cards are HTML as Telegram knows it (<b>, <i>, <a href="...">)."""
    for file, loc, text in _html_texts(source):
        fault = find_fault(text)
        if fault:
            yield source.problem(file, loc, f"Telegram would refuse this: {fault}", "bad-markup")


def _html_texts(source: Source) -> Iterator[tuple[str, Loc, str]]:
    for file, loc, text in _texts(source):
        is_answer = file == "qa.yaml" and (
            loc[1:] == ("answer",) or loc[1:] == ("editor_note", "text")
        )
        is_card = file == "safety.yaml" and loc[0] == "cards"
        is_said = file == "texts.yaml" and loc[0] not in ("tour", "starters", "commands")
        if is_answer or is_card or is_said:
            yield file, loc, text


def bad_name(source: Source) -> Iterator[Problem]:
    """Words in {braces} are names that the bot fills in; only the known ones may stand there."""
    own = {
        "because": {"words"},
        "quote_source": {"section"},
        "topic_section": {"section"},
        "version": {"version"},
        "passed_on": {"words"},
        "editor_note": {"text", "source", "checked"},
    }
    for file, loc, text in _html_texts(source):
        if file == "qa.yaml" and not source.knowledge.entries[int(loc[0])].talk:
            continue
        known = NAMES | own.get(str(loc[-1]), set())
        if file == "safety.yaml":
            known = NAMES | {"because"}
        for fault in _name_faults(text, known):
            yield source.problem(file, loc, fault, "bad-name")


def _name_faults(text: str, known: Collection[str]) -> Iterator[str]:
    try:
        found = {
            name + (f"!{conversion}" if conversion else "") + (f":{how}" if how else "")
            for _, name, how, conversion in string.Formatter().parse(text)
            if name is not None
        }
    except ValueError:
        yield "a single { or } is not allowed here: write {{ or }}"
        return
    for name in sorted(found - set(known)):
        yield f"{{{name}}} is not known here; known are {', '.join(sorted(known))}"


def too_long(source: Source) -> Iterator[Problem]:
    """An answer has 350 characters at most; Telegram's own limits hold for the rest."""
    for i, entry in enumerate(source.knowledge.entries):
        if len(plain(entry.answer)) > MOST_ANSWER:
            message = f"the answer has {len(plain(entry.answer))} characters; {MOST_ANSWER} at most"
            yield source.problem("qa.yaml", (i, "answer"), message, "too-long")
    texts = source.knowledge.texts
    limits = {"short_description": 120, "description": 512}
    for key, most in limits.items():
        if len(getattr(texts, key)) > most:
            message = f'"{key}" has {len(getattr(texts, key))} characters; Telegram takes {most}'
            yield source.problem("texts.yaml", (key,), message, "too-long")


def bad_sign(source: Source) -> Iterator[Problem]:
    """The signs of a safety rule can be read: groups exist, * stands only at an end of a word."""
    safety = source.knowledge.safety
    for i, rule in enumerate(safety.rules):
        if not rule.signs or not all(rule.signs):
            message = f'the rule "{rule.id}" needs at least one sign in every list'
            yield source.problem("safety.yaml", ("rules", i, "signs"), message, "bad-sign")
        for sign in (*(s for signs in rule.signs for s in signs), *rule.not_in, *rule.not_with):
            fault = _sign_fault(sign, safety.groups)
            if fault:
                message = f'"{sign}" in the rule "{rule.id}": {fault}'
                yield source.problem("safety.yaml", ("rules", i), message, "bad-sign")
    for loc, sign in (*_leaves(safety.groups, ("groups",)), *_leaves(safety.forms, ("forms",))):
        fault = _sign_fault(sign, safety.groups)
        if fault:
            yield source.problem("safety.yaml", loc, f'"{sign}": {fault}', "bad-sign")


def circular_group(source: Source) -> Iterator[Problem]:
    """No word group refers to itself, directly or through others."""
    groups = source.knowledge.safety.groups
    for name in groups:
        if name in _reached(name, groups):
            message = f"the word group ${name} refers to itself"
            yield source.problem("safety.yaml", ("groups", name), message, "circular-group")


def _sign_fault(sign: str, groups: Mapping[str, Sequence[str]]) -> str:
    for part in sign.split():
        if part.startswith("$"):
            if part[1:] not in groups:
                return f"there is no word group {part}"
            continue
        bare = part.strip("*~")
        if part != ".." and (len(words(bare)) != 1 or "*" in bare):
            return f'"{part}" should be one word of letters and digits, with * only at an end'
    return "" if sign.split() else "a sign is empty"


def _reached(name: str, groups: Mapping[str, Sequence[str]]) -> set[str]:
    """The word groups that a group refers to, directly or through others."""
    found: set[str] = set()
    left = [name]
    while left:
        members = " ".join(groups.get(left.pop(), ())).split()
        named = {part[1:] for part in members if part.startswith("$")} - found
        found |= named
        left += named
    return found


def unknown_source(source: Source) -> Iterator[Problem]:
    """The names of sources in the rules (S1, S8 ...) stand under `sources` in `safety.yaml`."""
    safety = source.knowledge.safety
    for i, rule in enumerate(safety.rules):
        for name in sorted(set(re.findall(r"\bS\d+[a-z]?\b", rule.source)) - set(safety.sources)):
            message = f'the rule "{rule.id}" rests on {name}, which is not under "sources"'
            yield source.problem("safety.yaml", ("rules", i, "source"), message, "unknown-source")


def unexpected_card(source: Source) -> Iterator[Problem]:
    """A phrasing fires a safety rule only if its entry has that `card`, or allows it."""
    safety = _safety(source)
    if safety is None:
        return
    for i, entry in enumerate(source.knowledge.entries):
        if any(allowance.rule == "unexpected-card" for allowance in entry.allow):
            continue
        for j, phrasing in enumerate((entry.question, *entry.phrasings)):
            found = [alarm for alarm in safety.find(phrasing) if alarm.card.id != entry.card]
            if found:
                message = f'the rule "{found[0].rule}" fires on "{phrasing}" of "{entry.id}"'
                where: Loc = (i, "phrasings", j - 1) if j else (i, "question")
                yield source.problem("qa.yaml", where, message, "unexpected-card")


def unknown_mention(source: Source) -> Iterator[Problem]:
    """Messages in `mentions.yaml` stand under a card of `safety.yaml` or under `none`, once."""
    cards = source.written.get("safety.yaml")
    seen: dict[str, str] = {}
    for card, messages in source.knowledge.mentions.items():
        if cards is not None and card not in (*cards, INNOCENT):
            message = f'there is no card "{card}" in safety.yaml'
            yield source.problem("mentions.yaml", (card,), message, "unknown-mention")
        for i, text in enumerate(messages):
            other = seen.setdefault(" ".join(words(text)), card)
            if other != card:
                message = f'"{_short(text)}" stands under "{other}" too'
                yield source.problem("mentions.yaml", (card, i), message, "unknown-mention")


def rule_without_proof(source: Source) -> Iterator[Problem]:
    """Every safety rule has a source, messages that fire it and messages that must not."""
    for i, rule in enumerate(source.knowledge.safety.rules):
        for key in ("source", "fires", "quiet"):
            if not getattr(rule, key):
                message = f'the rule "{rule.id}" needs "{key}"'
                yield source.problem("safety.yaml", ("rules", i), message, "rule-without-proof")


NEEDED_TO_TRY: tuple[Check, ...] = (bad_sign, circular_group, unknown_card)


def rule_proof_fails(source: Source) -> Iterator[Problem]:
    """A safety rule fires on each message under `fires` and on none under `quiet`."""
    safety = _safety(source)
    if safety is None:
        return
    for i, rule in enumerate(source.knowledge.safety.rules):
        for key, wanted in (("fires", True), ("quiet", False)):
            for j, message in enumerate(getattr(rule, key)):
                if _fires(safety, rule, message) != wanted:
                    told = "does not fire" if wanted else "fires"
                    yield source.problem(
                        "safety.yaml",
                        ("rules", i, key, j),
                        f'the rule "{rule.id}" {told} on "{message}"',
                        "rule-proof-fails",
                    )


def _safety(source: Source) -> Safety | None:
    """The rules ready to be tried; None when their file has faults that forbid it."""
    is_whole = not any(problem.path.endswith("safety.yaml") for problem in source.problems)
    if not is_whole or any(fault for rule in NEEDED_TO_TRY for fault in rule(source)):
        return None
    return safety_of(source.knowledge)


def _fires(safety: Safety, rule: Rule, message: str) -> bool:
    return any(alarm.reason.endswith(f":{rule.id}") for alarm in safety.find(message))


def bad_example(source: Source) -> Iterator[Problem]:
    """An example says what should come of it: `expect` or `route`."""
    for i, example in enumerate(source.examples):
        if not example.expect and not example.route:
            message = "say what should come of it: expect: some-id, expect: none, or route: doctor"
            yield source.problem("examples.yaml", (i,), message, "bad-example")


CHECKS: tuple[Check, ...] = (
    no_entries,
    bad_id,
    unknown_id,
    unknown_card,
    quote_not_in_article,
    empty_text,
    control_character,
    bad_markup,
    bad_name,
    too_long,
    bad_sign,
    circular_group,
    rule_without_proof,
    unknown_source,
    rule_proof_fails,
    unexpected_card,
    unknown_mention,
    bad_example,
)
TRIALS: tuple[Check, ...] = (bad_sign, rule_proof_fails, unexpected_card, unknown_mention)
"""What is found here depends only on the safety rules, the mentions and the phrasings, and takes
most of the time: the rules are tried on thousands of messages."""


def faults(source: Source, *, is_tried: bool = False) -> list[Problem]:
    """Every fault of the knowledge, of its form and of what it says, in the order of the files.

    Args:
        source: what was read.
        is_tried: the very same rules, mentions and phrasings were already found in order.
    """
    checks = [check for check in CHECKS if not (is_tried and check in TRIALS)]
    found = [problem for check in checks for problem in check(source)]
    return sorted({*source.problems, *found})


def _texts(source: Source) -> Iterator[tuple[str, Loc, str]]:
    """Every text that stands in the files: file, place, text."""
    knowledge = source.knowledge
    roots = {
        "qa.yaml": knowledge.entries,
        "words.yaml": knowledge.words,
        "safety.yaml": knowledge.safety,
        "mentions.yaml": knowledge.mentions,
        "texts.yaml": knowledge.texts,
        "examples.yaml": source.examples,
    }
    for file, root in roots.items():
        lines = source.lines.get(file, {})
        yield from ((file, loc, text) for loc, text in _leaves(root, ()) if loc in lines)


def _leaves(value: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(value, str):
        yield loc, value
    elif is_dataclass(value):
        for item in fields(value):
            yield from _leaves(getattr(value, item.name), (*loc, item.name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*loc, key))
    elif isinstance(value, Iterable):
        for i, item in enumerate(value):
            yield from _leaves(item, (*loc, i))


def _named(loc: Loc) -> str:
    keys = [str(step) for step in loc if isinstance(step, str)]
    return f'"{keys[-1]}"' if keys else "an item"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
