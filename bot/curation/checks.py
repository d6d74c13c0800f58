"""The rules that forbid serving: what may stand in the files. And `faults`, which asks all of them.

One rule is one generator; its docstring is its manual, its name with hyphens is what is printed.
Faults of form (syntax, unknown keys, wrong types) are found by the reader.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches

from bot.curation import likeness, refusals, trials
from bot.curation.allowing import sifted
from bot.curation.material import Material, Rule, named, short
from bot.curation.parsing import Loc
from bot.curation.reader import Source
from bot.curation.sentences import split
from bot.errors import Problem
from bot.model import Article, Card, Entry, Knowledge
from bot.model import Rule as SafetyRule

ID_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
MOST_ID = 48
"""An id travels in a button's data (64 bytes) and in a deep link (64 characters)."""


def no_entries(material: Material) -> Iterator[Problem]:
    """`qa.yaml` holds at least one entry, and every entry at least one phrasing.

    Write down how people would ask the question; that is all the bot knows it by.
    """
    if material.written.get("qa.yaml") == frozenset():
        yield material.problem("qa.yaml", (), "there is no entry in this file", "no-entries")
    for i, entry in enumerate(material.knowledge.entries):
        if not entry.phrasings:
            message = f'"{entry.id}" has no phrasings: write how people would ask it'
            yield material.problem("qa.yaml", (i, "phrasings"), message, "no-entries")


def bad_id(material: Material) -> Iterator[Problem]:
    """An id is lower case letters, digits and single hyphens, 48 at most.

    It travels in buttons and links, where nothing else is safe.
    """
    for i, entry in enumerate(material.knowledge.entries):
        if not re.fullmatch(ID_PATTERN, entry.id) or len(entry.id) > MOST_ID:
            message = f'"{entry.id}" should be small letters, digits and hyphens, such as some-name'
            yield material.problem("qa.yaml", (i, "id"), message, "bad-id")


def duplicate_id(material: Material) -> Iterator[Problem]:
    """An id stands once: no two entries, cards or safety rules have the same.

    Nor had another entry it before (`formerly`). An entry that was pasted twice? Delete one. A new
    entry that was made from a copy? Give it an id of its own.
    """
    safety = material.knowledge.safety
    lists: dict[tuple[str, Loc], Sequence[Entry | Card | SafetyRule]] = {
        ("qa.yaml", ()): material.knowledge.entries,
        ("safety.yaml", ("cards",)): safety.cards,
        ("safety.yaml", ("rules",)): safety.rules,
    }
    for (file, loc), items in lists.items():
        seen: set[str] = set()
        for i, item in enumerate(items):
            if item.id in seen:
                message = f'the id "{item.id}" is already taken above: delete this one or rename it'
                yield material.problem(file, (*loc, i, "id"), message, "duplicate-id")
            seen.add(item.id)
    ids = {entry.id for entry in material.knowledge.entries}
    for i, entry in enumerate(material.knowledge.entries):
        for j, id in enumerate(entry.formerly):
            if id in ids:
                message = f'"{id}" is the id of an entry today: nobody can have had it before'
                yield material.problem("qa.yaml", (i, "formerly", j), message, "duplicate-id")


def unknown_id(material: Material) -> Iterator[Problem]:
    """Every id that is named somewhere is the id of an entry.

    An entry that was renamed or deleted is still named here: name another one, or take it out.
    """
    written = material.written.get("qa.yaml")
    if not written:
        return
    for file, loc, id in _named_ids(material):
        if id not in written:
            yield material.problem(file, loc, _no_entry(id, written), "unknown-id")


def _no_entry(id: str, written: Collection[str]) -> str:
    near = get_close_matches(id, written, n=1)
    guess = f'did you mean "{near[0]}"?' if near else "name another one, or take it out"
    return f'there is no entry "{id}": {guess}'


def _named_ids(material: Material) -> Iterator[tuple[str, Loc, str]]:
    for i, entry in enumerate(material.knowledge.entries):
        for j, id in enumerate(entry.related):
            yield "qa.yaml", (i, "related", j), id
        for j, follow_up in enumerate(entry.follow_ups):
            yield "qa.yaml", (i, "follow_ups", j, "to"), follow_up.to
    for j, id in enumerate(material.knowledge.texts.starters):
        yield "texts.yaml", ("starters", j), id
    yield from _ids_in_examples(material)


def _ids_in_examples(material: Material) -> Iterator[tuple[str, Loc, str]]:
    for i, example in enumerate(material.examples):
        for id in example.expect:
            if id != "none":
                yield "examples.yaml", (i, "expect"), id
        if example.after:
            yield "examples.yaml", (i, "after"), example.after


def quote_not_in_article(material: Material) -> Iterator[Problem]:
    """Every quote stands in the article letter for letter (white space apart).

    Copy the sentence from `article.md`, mistakes and all. A quote may be a part of a sentence.
    """
    article = _flat(material.knowledge.article)
    for i, entry in enumerate(material.knowledge.entries):
        for j, quote in enumerate(entry.quotes):
            where: Loc = (i, "quotes", j)
            if material.knowledge.article is None:
                message = "a quote needs article.md in this folder to be held against"
                yield material.problem("qa.yaml", where, message, "quote-not-in-article")
            elif " ".join(quote.split()) not in article:
                message = f'the article does not say "{short(quote)}" letter for letter'
                message += _nearest_sentence(quote, material.knowledge.article)
                yield material.problem("qa.yaml", where, message, "quote-not-in-article")


def _nearest_sentence(quote: str, article: Article) -> str:
    said = [s for part in article.parts for text in part.paragraphs for s in split(text)]
    near = get_close_matches(quote, said, n=1)
    return f': copy "{near[0]}"' if near else ": copy it from article.md"


def _flat(article: Article | None) -> str:
    """The words of the article without its headings, single spaces between them."""
    parts = article.parts if article else ()
    return " ".join(" ".join(text for part in parts for text in part.paragraphs).split())


def empty_text(material: Material) -> Iterator[Problem]:
    """No text is empty. Write something after the key or the hyphen, or delete it."""
    for file, loc, text in material.texts:
        is_optional = file == "texts.yaml" and loc[-1] in ("author", "address", "name")
        if not text.strip() and not is_optional:
            yield material.problem(
                file, loc, f"{named(loc)} is empty: write something, or delete it", "empty-text"
            )


def control_character(material: Material) -> Iterator[Problem]:
    """No text holds control characters; they come from copying and nobody sees them.

    Delete the text and type it anew.
    """
    for file, loc, text in material.texts:
        if text.isprintable():
            continue
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in text):
            message = f"{named(loc)} holds an invisible control character: type it anew"
            yield material.problem(file, loc, message, "control-character")


def bad_example(material: Material) -> Iterator[Problem]:
    """An example says what should come of it: `expect` or `route`."""
    for i, example in enumerate(material.examples):
        if not example.expect and not example.route:
            message = "say what should come of it: expect: some-id, expect: none, or route: doctor"
            yield material.problem("examples.yaml", (i,), message, "bad-example")


CHECKS: tuple[Rule, ...] = (
    no_entries,
    bad_id,
    duplicate_id,
    unknown_id,
    quote_not_in_article,
    empty_text,
    control_character,
    likeness.same_phrasing,
    *refusals.CHECKS,
    *trials.CHECKS,
    bad_example,
)
TRIALS: tuple[Rule, ...] = (likeness.same_phrasing, *trials.TRIALS)
"""What is found here depends only on the safety rules, the mentions and the phrasings, and takes
most of the time: the rules are tried on thousands of messages."""


def faults(
    source: Source, tried: Knowledge | None = None, *, is_tried: bool = False
) -> list[Problem]:
    """Every fault of the knowledge, of its form and of what it says, in the order of the files.

    Args:
        source: what was read.
        tried: knowledge that was in order; of what is the same nothing is tried again.
        is_tried: the very same rules, mentions and phrasings were already found in order.
    """
    material = Material(source, tried)
    checks = [check for check in CHECKS if not (is_tried and check in TRIALS)]
    found = [problem for check in checks for problem in material.found(check)]
    return sorted({*source.problems, *sifted(found, source)})
