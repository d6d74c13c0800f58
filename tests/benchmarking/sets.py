"""Sets of questions to compare matchers on: other people's data, and ours. Only reads.

The public sets are not part of this repository: they are read from a folder (see
`tests/README.md`). Only their training parts become knowledge; messages that are marked there as
out of scope become `words.elsewhere`, as a maintainer would do it.
"""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarking.figures import NONE
from bot.curation.reader import read, read_examples
from bot.model import Entry, Words

NAMES_OF_NONE = {"NO_NODES_DETECTED", "None", "oos", NONE}
CORPORA_2017 = ("AskUbuntu", "WebApplications", "Chatbot")
ROOT = Path(__file__).resolve().parent.parent.parent

Labelled = tuple[str, str]
"""A message and the id of the entry that it asks for, or `NONE`."""
Lesson = dict[str, Any]
"""`entries` (id -> phrasings), `none` (counter-examples), `groups` (words that mean the same)."""


@dataclass(frozen=True)
class QuestionSet:
    """Knowledge, and messages that were not used to make it."""

    name: str
    entries: tuple[Entry, ...]
    words: Words
    test: tuple[Labelled, ...]

    def phrasings(self) -> list[Labelled]:
        """Everything a matcher may learn from: the phrasings and what is out of scope."""
        known = [(p, e.id) for e in self.entries for p in (e.question, *e.phrasings)]
        none = [*self.words.elsewhere, *(text for e in self.entries for text in e.not_this)]
        return known + [(text, NONE) for text in none]

    def lesson(self, labelled: Iterable[Labelled]) -> Lesson:
        """What a rival is given to learn from, out of these messages."""
        by = by_label(labelled)
        none = by.pop(NONE, [])
        return {"entries": by, "none": none, "groups": [list(g) for g in self.words.groups]}


def question_set(name: str, training: Iterable[Labelled], test: Iterable[Labelled]) -> QuestionSet:
    """A set whose entries are the labels of its training part."""
    by = by_label((text, NONE if label in NAMES_OF_NONE else label) for text, label in training)
    elsewhere = tuple(by.pop(NONE, ()))
    entries = tuple(Entry(id, "", found[0], tuple(found[1:]), "") for id, found in by.items())
    renamed = ((text, NONE if label in NAMES_OF_NONE else label) for text, label in test)
    return QuestionSet(name, entries, Words(elsewhere=elsewhere), tuple(renamed))


def by_label(labelled: Iterable[Labelled]) -> dict[str, list[str]]:
    """The messages of each label, in their order."""
    by: dict[str, list[str]] = defaultdict(list)
    for text, label in labelled:
        by[label].append(text)
    return by


def hint3(data: Path) -> QuestionSet:
    """HINT3, the bot SOFMattress: real users, many of them out of scope."""
    parts = []
    for part in ("train", "test"):
        with (data / "hint3-sofmattress" / f"{part}.csv").open(encoding="utf-8") as file:
            parts.append([(row["sentence"], row["label"]) for row in csv.DictReader(file)])
    return question_set("HINT3 SOFMattress", *parts)


def clinc150(data: Path) -> QuestionSet:
    """CLINC150, ten phrasings an intent."""
    parts = []
    for part in ("train", "test"):
        lines = (data / "clinc150-small" / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
        parts.append([(row["text"], row["label"]) for row in map(json.loads, lines)])
    return question_set("CLINC150 small", *parts)


def corpus_2017(data: Path, name: str) -> QuestionSet:
    """One of the three NLU evaluation corpora of 2017."""
    content = (data / "nlu-2017" / f"{name}Corpus.json").read_text(encoding="utf-8")
    parts: dict[bool, list[Labelled]] = {True: [], False: []}
    for row in json.loads(content)["sentences"]:
        parts[row["training"]].append((row["text"], row["intent"]))
    return question_set(name, parts[True], parts[False])


def article(examples: Iterable[Path], knowledge: Path = ROOT / "knowledge") -> QuestionSet:
    """The shipped knowledge with files of examples: questions that stand alone and need no card."""
    source = read(knowledge)
    test = [
        (example.text, example.expect[0])
        for path in examples
        for example in read_examples(path)
        if len(example.expect) == 1 and not example.after and not example.route
    ]
    return QuestionSet("article", source.knowledge.entries, source.knowledge.words, tuple(test))


def growing(
    sets: Sequence[QuestionSet], sizes: Iterable[int], asked: int, per_entry: int = 10
) -> tuple[dict[int, Lesson], list[str]]:
    """Lessons of growing size out of the texts of all sets, and texts to ask that are in none.

    Neighbours share a label and so their words; `per_entry` of them make an entry. Sizes for which
    there are not enough texts are left out.
    """
    labelled = {(label, text) for s in sets for text, label in (*s.phrasings(), *s.test)}
    texts = list(dict.fromkeys(text for _, text in sorted(labelled)))
    shuffled = random.Random(0)  # noqa: S311 - wanted: the same order each time
    questions = set(shuffled.sample(texts, min(asked, len(texts) // 2)))
    rest = [text for text in texts if text not in questions]
    entries = [rest[i : i + per_entry] for i in range(0, len(rest) - per_entry + 1, per_entry)]
    shuffled.shuffle(entries)
    numbered = {f"entry-{i}": entry for i, entry in enumerate(entries)}
    lessons = {
        size: {
            "entries": dict(islice(numbered.items(), size // per_entry)),
            "none": [],
            "groups": [],
        }
        for size in sizes
        if size <= len(entries) * per_entry
    }
    return lessons, sorted(questions)


def public(data: Path | None) -> tuple[tuple[QuestionSet, ...], list[str]]:
    """The public sets that are in a folder, and what to say about those that are not."""
    if data is None or not data.is_dir():
        return (), ["public data: no such folder; name it with --data DIR"]
    readers = [hint3, clinc150, *(partial(corpus_2017, name=name) for name in CORPORA_2017)]
    found, absent = [], []
    for reader in readers:
        try:
            found.append(reader(data))
        except FileNotFoundError as error:
            absent.append(f"public data: there is no {Path(error.filename).relative_to(data)}")
    return tuple(found), absent
