"""Warnings: what serves people well enough and could be better. Nothing here forbids serving.

The rules that compare phrasings are in `likeness`.
"""

import re
from collections import Counter
from collections.abc import Iterator

from bot.answering.match import stem
from bot.answering.normalise import LOOK_ALIKES, sentences, spans, words
from bot.curation import likeness
from bot.curation.material import Material, Rule, named, short
from bot.curation.parsing import Loc
from bot.curation.sentences import annotate
from bot.errors import Problem
from bot.markup import plain

FEWEST_EXAMPLES = 5
MOST_LABEL = 64
"""Letters of a button that a phone still shows."""
STRONG = re.compile(
    r"\b(?:best|definitely|certainly|surely|always|never|immediately|instantly|completely|totally"
    r"|guaranteed?s?|cures?|proven|perfect(?:ly)?|100 ?%)(?!\w)",
    re.IGNORECASE,
)
OF_THE_ARTICLE = re.compile(r"\barticle\b|\bit (?:says|calls|names|adds)\b", re.IGNORECASE)
NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
).split()
"""From 2 on; "one" is as often no number."""
SPELT = {word: str(number) for number, word in enumerate(NUMBERS, 2)}
OTHER_SCRIPT = re.compile(f"[{''.join(map(chr, LOOK_ALIKES))}]".replace("ɑ", ""))


def few_examples(material: Material) -> Iterator[Problem]:
    """An entry has five messages in `examples.yaml` or more, or nobody knows how well it is found.

    Write some that are not among its phrasings, better still, let somebody else write them.
    """
    if not material.examples or not material.is_whole("examples.yaml"):
        return
    asked = Counter(id for example in material.examples for id in example.expect)
    for i, entry in enumerate(material.knowledge.entries):
        if asked[entry.id] < FEWEST_EXAMPLES:
            message = (
                f'examples.yaml has {asked[entry.id]} messages for "{entry.id}"; '
                f"{FEWEST_EXAMPLES} or more are wanted"
            )
            yield material.advice("qa.yaml", (i,), message, "few-examples")


def learnt_example(material: Material) -> Iterator[Problem]:
    """An example has other words than what the bot learns from, and stands once.

    What is learnt is met for sure, so that the example measures nothing. Say it in other words.
    """
    seen = {" ".join(phrasing.words) for phrasing in material.phrasings}
    seen |= {said for said, _ in material.counter_examples}
    seen |= {said for said, *_ in material.mentions}
    for i, example in enumerate(material.examples):
        said = " ".join([*words(example.text), example.after]).strip()
        if said and said in seen:
            message = f'"{short(example.text)}" is learnt from, or stands above: reword it'
            yield material.advice("examples.yaml", (i,), message, "learnt-example")
        seen.add(said)


def unquoted_number(material: Material) -> Iterator[Problem]:
    """A number in an answer stands in its quotes too.

    Either the number is wrong, or the sentence that it comes from is missing under `quotes`.
    """
    for i, entry in enumerate(material.knowledge.entries):
        quoted = {number for quote in entry.quotes for number in _numbers(quote)}
        for number in sorted(_numbers(plain(entry.answer)) - quoted):
            if not entry.talk:
                message = f'"{number}" in the answer stands in none of its quotes: mend or quote it'
                yield material.advice("qa.yaml", (i, "answer"), message, "unquoted-number")


def _numbers(text: str) -> set[str]:
    """The numbers of a text as digits, those that are spelt too."""
    found = re.findall(r"\d+|[a-z]+", text.lower())
    return {SPELT.get(word, word) for word in found if word.isdigit() or word in SPELT}


def strong_word(material: Material) -> Iterator[Problem]:
    """Words like "best" or "immediately" stand in an answer only as the article's own.

    The sentence says "the article says", or has the word in quotation marks; otherwise weaken it.
    """
    for i, entry in enumerate(material.knowledge.entries):
        for sentence in () if entry.talk else sentences(plain(entry.answer)):
            found = STRONG.search(re.sub(r"[\"“].*?[\"”]", "", sentence))
            if found and not OF_THE_ARTICLE.search(sentence):
                message = f'"{found[0]}" is stronger than the bot may be: write "the article says"'
                yield material.advice("qa.yaml", (i, "answer"), message, "strong-word")


def unused_sentence(material: Material) -> Iterator[Problem]:
    """Every sentence of the article is quoted by an entry, whole or in part.

    What rests on nothing is not told to anybody: add an entry for it, or allow it with a reason.
    """
    article, entries = material.knowledge.article, material.knowledge.entries
    is_quoted = material.is_whole("qa.yaml") and any(entry.quotes for entry in entries)
    for i, part in enumerate(annotate(article, entries) if article and is_quoted else ()):
        for j, paragraph in enumerate(part.paragraphs):
            for sentence in paragraph:
                if not sentence.entries:
                    message = f'no entry rests on "{short(sentence.text)}": is a question missing?'
                    yield material.advice("article.md", (i, j), message, "unused-sentence")


def dead_words(material: Material) -> Iterator[Problem]:
    """A group in `words.yaml` makes words the same that would not be so without it.

    It has two words or more, at least one of them occurs in a phrasing, and each word stands in one
    group only. Endings fall off by themselves: relax, relaxed and relaxes need no group.
    """
    groups = material.knowledge.words.groups if material.is_whole("qa.yaml") else ()
    used = {stem(word) for phrasing in material.phrasings for word in phrasing.words}
    used |= {stem(word) for said, _ in material.counter_examples for word in said.split()}
    seen: dict[str, int] = {}
    for i, group in enumerate(groups):
        roots = [stem(word) for word in group]
        if not used & set(roots):
            message = f'no phrasing has a word of "{", ".join(group)}": delete the group'
            yield material.advice("words.yaml", ("groups", i), message, "dead-words")
        if len(set(roots)) < 2:
            message = f'"{", ".join(group)}" is one word to the matcher anyway: delete the group'
            yield material.advice("words.yaml", ("groups", i), message, "dead-words")
        for root, word in zip(roots, group, strict=True):
            if seen.setdefault(root, i) != i:
                message = f'"{word}" stands in another group too: delete it in one of them'
                yield material.advice("words.yaml", ("groups", i), message, "dead-words")


def mixed_script(material: Material) -> Iterator[Problem]:
    """No word mixes letters of two scripts, such as a Cyrillic "а" in a Latin word.

    They look the same, but nothing that a person types is ever like it: type the word anew.
    """
    for file, loc, text in material.texts:
        if text.isascii() or not OTHER_SCRIPT.search(text):
            continue
        for start, end in spans(text):
            word = text[start:end]
            found = OTHER_SCRIPT.search(word)
            if found and re.search("[a-zA-Z]", word):
                message = (
                    f'"{found[0]}" in "{word}" of {named(loc)} only looks like a Latin letter: '
                    "type the word anew"
                )
                yield material.advice(file, loc, message, "mixed-script")


def bad_label(material: Material) -> Iterator[Problem]:
    """A question and the text of a button are plain: no markup, no {names}, 64 letters at most.

    A label is shown as it is written, and a phone cuts off what is longer.
    """
    labels: list[tuple[str, Loc, str]] = [
        ("qa.yaml", (i, "question"), entry.question)
        for i, entry in enumerate(material.knowledge.entries)
    ]
    labels += [
        (file, loc, text)
        for file, loc, text in material.texts
        if file == "texts.yaml" and str(loc[0]).startswith("button_")
    ]
    for file, loc, text in labels:
        if re.search(r"</?[a-z]|&\w+;|\{\w*\}|\n", text) or len(text) > MOST_LABEL:
            message = f'"{short(text)}" is a label: plain words, {MOST_LABEL} letters at most'
            yield material.advice(file, loc, message, "bad-label")


ADVICE: tuple[Rule, ...] = (
    *likeness.ADVICE,
    few_examples,
    learnt_example,
    unquoted_number,
    strong_word,
    unused_sentence,
    dead_words,
    mixed_script,
    bad_label,
)
