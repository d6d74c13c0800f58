"""What the rules of `check` look at: a source, and what several of them need, worked out once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any

from bot.answering.match import stem
from bot.answering.normalise import spellings, words
from bot.answering.safety import Safety, ordinary, safety_of
from bot.curation.parsing import Loc
from bot.curation.reader import Source
from bot.errors import Problem
from bot.model import Example, Knowledge

PLAIN = frozenset(
    {"tour", "starters", "commands", "admin_commands", "name", "short_description", "description"}
)
"""Keys of `texts.yaml` that are shown as they are written, and the buttons."""
Placed = tuple[str, Loc, str]
"""File, place and text."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A way to ask an entry's question, as the matcher reads it."""

    text: str
    number: int
    """Of its entry."""
    loc: Loc
    words: tuple[str, ...]
    """In their plainest spelling."""
    stems: tuple[str, ...]
    """The same without endings, one for each group of `words.yaml`."""


@dataclass(frozen=True)
class Material:
    """A source with what rules need of it; a rule runs once, however many ask for its findings."""

    source: Source
    tried: Knowledge | None = None
    """Knowledge that was found in order before; what is the same in it need not be tried again."""
    _found: dict[Callable[..., Any], list[Problem]] = field(default_factory=dict)

    def found(self, rule: "Rule") -> list[Problem]:
        """What a rule finds."""
        if rule not in self._found:
            self._found[rule] = list(rule(self))
        return self._found[rule]

    def is_whole(self, file: str) -> bool:
        """Whether nothing of a file was left out for a fault of its form."""
        return not any(problem.path.endswith(file) for problem in self.source.problems)

    def problem(self, file: str, loc: Loc, message: str, rule: str) -> Problem:
        """A fault at a place in a file."""
        return self.source.problem(file, loc, message, rule)

    def advice(self, file: str, loc: Loc, message: str, rule: str) -> Problem:
        """The same as a warning, which forbids nothing."""
        return self.source.problem(file, loc, message, rule, warning=True)

    @property
    def knowledge(self) -> Knowledge:
        """What the files say."""
        return self.source.knowledge

    @property
    def written(self) -> dict[str, frozenset[str]]:
        """All ids that stand in a file that can be read."""
        return self.source.written

    @property
    def examples(self) -> tuple[Example, ...]:
        """The held-out messages."""
        return self.source.examples

    @cached_property
    def texts(self) -> list[Placed]:
        """Every text that stands in the files, but not what is filled in for a missing one.

        Files that are as they were when all was in order are left out.
        """
        roots: dict[str, Any] = {
            "qa.yaml": self.knowledge.entries,
            "words.yaml": self.knowledge.words,
            "safety.yaml": self.knowledge.safety,
            "mentions.yaml": self.knowledge.mentions,
            "texts.yaml": self.knowledge.texts,
            "examples.yaml": self.examples,
            "allowed.yaml": self.source.allowed,
        }
        tried = self.tried
        known = (tried.words, tried.safety, tried.mentions, tried.texts) if tried else ()
        return [
            (file, loc, text)
            for file, root in roots.items()
            if root not in known
            for loc, text in leaves(root, ())
            if loc in self.source.lines.get(file, {})
        ]

    @cached_property
    def html_texts(self) -> list[Placed]:
        """Those that are said as HTML: answers, notes, cards and most of `texts.yaml`."""
        return [placed for placed in self.texts if _is_html(*placed[:2])]

    @cached_property
    def safety(self) -> Safety:
        """The safety rules ready to be tried; only for rules of which the form is in order."""
        return safety_of(self.knowledge)

    @cached_property
    def are_rules_tried(self) -> bool:
        """Whether the rules are those that were tried before."""
        if self.tried is None:
            return False
        now, before = self.knowledge.safety, self.tried.safety
        cards = [[card.id for card in safety.cards] for safety in (now, before)]
        return cards[0] == cards[1] and replace(now, cards=before.cards) == before

    def is_tried(self, text: str, *about: object) -> bool:
        """Whether the rules were tried on this message before and can only do the same again.

        Args:
            text: a message of a rule or an entry.
            about: the card and the allowances of the entry; nothing for a message of a rule.
        """
        is_known = self.are_rules_tried and (not about or (text, *about) in self._tried_phrasings)
        if not is_known:
            return False
        moved = self._moved
        return not (moved and not moved.isdisjoint(spellings(text)))

    @cached_property
    def _tried_phrasings(self) -> frozenset[tuple[object, ...]]:
        return frozenset(
            (text, entry.card, entry.allow)
            for entry in (self.tried.entries if self.tried else ())
            for text in (entry.question, *entry.phrasings)
        )

    @cached_property
    def _moved(self) -> frozenset[str]:
        tried = self.tried or self.knowledge
        return self.safety.moved(ordinary(tried), ordinary(self.knowledge))

    @cached_property
    def phrasings(self) -> list[Phrasing]:
        """All questions and phrasings, entry after entry, each question before its phrasings."""
        return [
            Phrasing(text, i, loc, tuple(found := words(text)), self.stems(found))
            for i, entry in enumerate(self.knowledge.entries)
            for loc, text in (
                ((i, "question"), entry.question),
                *(((i, "phrasings", j), text) for j, text in enumerate(entry.phrasings)),
            )
        ]

    @cached_property
    def counter_examples(self) -> list[tuple[str, Placed]]:
        """What must land nowhere: the words of each, and where it stands."""
        placed = [
            *(("words.yaml", ("elsewhere", j), t) for j, t in enumerate(self._elsewhere)),
            *(
                ("qa.yaml", (i, "not_this", j), text)
                for i, entry in enumerate(self.knowledge.entries)
                for j, text in enumerate(entry.not_this)
            ),
        ]
        return [(" ".join(words(text)), (file, loc, text)) for file, loc, text in placed]

    @cached_property
    def mentions(self) -> list[tuple[str, int, str]]:
        """The words of each message in `mentions.yaml`, its number, and its card."""
        return [
            (" ".join(words(text)), i, card)
            for card, messages in self.knowledge.mentions.items()
            for i, text in enumerate(messages)
        ]

    @property
    def _elsewhere(self) -> tuple[str, ...]:
        return self.knowledge.words.elsewhere

    @cached_property
    def synonyms(self) -> dict[str, str]:
        """Stem -> the stem that stands for its group."""
        groups = self.knowledge.words.groups
        return {stem(word): stem(group[0]) for group in groups for word in group}

    def stems(self, found: Iterable[str]) -> tuple[str, ...]:
        """Words as the matcher knows them."""
        roots = map(stem, found)
        return tuple(self.synonyms.get(root, root) for root in roots)


Rule = Callable[[Material], Iterator[Problem]]
"""One rule: its docstring is its manual, its name with hyphens the name that is printed."""


def name_of(rule: Rule) -> str:
    """The name of a rule as it is printed."""
    return str(getattr(rule, "__name__", "")).replace("_", "-")


def leaves(value: Any, loc: Loc) -> Iterator[tuple[Loc, str]]:
    """Every text in a value, with its place."""
    if isinstance(value, str):
        yield loc, value
    elif is_dataclass(value):
        for item in fields(value):
            yield from leaves(getattr(value, item.name), (*loc, item.name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*loc, key))
    elif isinstance(value, Iterable):
        for i, item in enumerate(value):
            yield from leaves(item, (*loc, i))


def named(loc: Loc) -> str:
    """The key under which a text stands, for a person to read."""
    keys = [str(step) for step in loc if isinstance(step, str)]
    return f'"{keys[-1]}"' if keys else "an item"


def short(text: str, most: int = 60) -> str:
    """A text, or its beginning when it is long."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _is_html(file: str, loc: Loc) -> bool:
    if file == "qa.yaml":
        return loc[1:] in (("answer",), ("editor_note", "text"))
    if file == "safety.yaml":
        return loc[0] == "cards"
    return file == "texts.yaml" and loc[0] not in PLAIN and not str(loc[0]).startswith("button_")
