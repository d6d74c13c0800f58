"""Sets of questions to compare matchers on: other people's data, and ours. Only reads.

The public sets are not part of this repository: they are read from a folder (see
`tests/README.md`). Only their training parts become knowledge; messages that are marked there as
out of scope become `words.elsewhere`, as a maintainer would do it.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.curation.reader import read, read_examples
from bot.model import Entry, Words

NONE = "none"
"""The label of what is out of scope, whatever the data calls it."""
NAMES_OF_NONE = {"NO_NODES_DETECTED", "None", "oos", NONE}
CORPORA_2017 = ("AskUbuntu", "WebApplications", "Chatbot")
ROOT = Path(__file__).resolve().parent.parent.parent

Labelled = tuple[str, str]
"""A message and the id of the entry that it asks for, or `NONE`."""


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
        return known + [(text, NONE) for text in self.words.elsewhere]


def question_set(name: str, training: Iterable[Labelled], test: Iterable[Labelled]) -> QuestionSet:
    """A set whose entries are the labels of its training part."""
    by: dict[str, list[str]] = defaultdict(list)
    for text, label in training:
        by[NONE if label in NAMES_OF_NONE else label].append(text)
    elsewhere = tuple(by.pop(NONE, ()))
    entries = tuple(Entry(id, "", found[0], tuple(found[1:]), "") for id, found in by.items())
    renamed = ((text, NONE if label in NAMES_OF_NONE else label) for text, label in test)
    return QuestionSet(name, entries, Words(elsewhere=elsewhere), tuple(renamed))


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
