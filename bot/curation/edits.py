"""What a maintainer wants to change, as values: written into the text of a file, and taken back.

Pure: nothing here touches a file, so that an edit can be tried before it is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from bot.curation import writing
from bot.curation.splices import Value
from bot.errors import Conflict, EditError
from bot.model import Knowledge

MOST_CHARACTERS = 5_000
"""Of one text: more than any answer or quote may have."""
MOST_ITEMS = 200
QA, WORDS = "qa.yaml", "words.yaml"
CHANGEABLE = {"question": "", "answer": "", "quotes": ()}
"""What of an entry can be changed, and what it is when it is missing."""
NEW = {"id", "section", "question", "phrasings", "answer", "quotes", "related"}
LISTS = {"quotes", "phrasings", "related"}


@dataclass(frozen=True, slots=True)
class NewPhrasing:
    """One more way in which people ask what an entry answers."""

    file: ClassVar[str] = QA
    entry: str
    phrasing: str

    @property
    def own(self) -> set[str]:
        """The messages that the edit itself is about."""
        return {self.phrasing}

    def apply(self, text: str) -> str:
        """The text of the file with the edit."""
        return writing.add_phrasing(text, self.entry, self.phrasing)

    def take_back(self, text: str) -> str:
        """The text of the file without it, whatever else has been edited since."""
        return writing.remove_phrasing(text, self.entry, self.phrasing)

    def is_in(self, knowledge: Knowledge) -> bool:
        """Whether a knowledge has it."""
        entry = knowledge.entry(self.entry)
        return entry is not None and self.phrasing in entry.phrasings

    def __str__(self) -> str:
        return f"“{self.phrasing}” asks {self.entry}"


@dataclass(frozen=True, slots=True)
class GonePhrasing:
    """One way less to ask what an entry answers, such as one that belongs to another entry."""

    file: ClassVar[str] = QA
    entry: str
    phrasing: str

    @property
    def own(self) -> set[str]:
        """The messages that the edit itself is about."""
        return {self.phrasing}

    def apply(self, text: str) -> str:
        """The text of the file with the edit."""
        return writing.remove_phrasing(text, self.entry, self.phrasing)

    def take_back(self, text: str) -> str:
        """The text of the file with the phrasing, at the end of the list."""
        return writing.add_phrasing(text, self.entry, self.phrasing)

    def is_in(self, knowledge: Knowledge) -> bool:
        """Whether a knowledge has it, which is that it lacks the phrasing."""
        return not NewPhrasing(self.entry, self.phrasing).is_in(knowledge)

    def __str__(self) -> str:
        return f"“{self.phrasing}” asks {self.entry} no more"


@dataclass(frozen=True, slots=True)
class OtherWords:
    """Other words of an entry: its question, its answer, its quotes."""

    file: ClassVar[str] = QA
    entry: str
    was: Mapping[str, Value]
    """What stood there when the edit was begun."""
    to: Mapping[str, Value]

    @property
    def own(self) -> set[str]:
        """The messages that the edit itself is about."""
        return {str(words["question"]) for words in (self.was, self.to) if "question" in words}

    def apply(self, text: str) -> str:
        """The text of the file with the edit.

        Raises:
            Conflict: what is to be changed is no longer what it was.
        """
        if words_of(text, self.entry) != self.was:
            raise Conflict(f"{self.entry} has been changed by somebody else meanwhile")
        return writing.change_entry(text, self.entry, self.to)

    def take_back(self, text: str) -> str:
        """The text of the file with the words as they were."""
        return OtherWords(self.entry, self.to, self.was).apply(text)

    def is_in(self, knowledge: Knowledge) -> bool:
        """Whether a knowledge has it."""
        entry = knowledge.entry(self.entry)
        return entry is not None and all(
            getattr(entry, key) == (value if isinstance(value, str) else tuple(value))
            for key, value in self.to.items()
        )

    def __str__(self) -> str:
        changed = [key for key in self.to if self.to[key] != self.was.get(key)]
        return f"{' and '.join(changed)} of {self.entry}"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One more question that the bot can answer."""

    file: ClassVar[str] = QA
    values: Mapping[str, Value]

    @property
    def own(self) -> set[str]:
        """The messages that the edit itself is about."""
        return {str(self.values["question"]), *self.values.get("phrasings", ())}

    def apply(self, text: str) -> str:
        """The text of the file with the edit."""
        return writing.add_entry(text, self.values)

    def take_back(self, text: str) -> str:
        """The text of the file without it.

        Raises:
            EditError: it is not there any more, or has been worked on since.
        """
        id = str(self.values["id"])
        if any(now.get("id") == id and now != self.values for now in writing.entries(text)):
            raise EditError(f'"{id}" has been worked on since: remove it by hand')
        return writing.remove_entry(text, id)

    def is_in(self, knowledge: Knowledge) -> bool:
        """Whether a knowledge has it."""
        return knowledge.entry(str(self.values["id"])) is not None

    def __str__(self) -> str:
        return f"new entry {self.values['id']}"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One more message that is none of the bot's business."""

    file: ClassVar[str] = WORDS
    message: str

    @property
    def own(self) -> set[str]:
        """The messages that the edit itself is about."""
        return {self.message}

    def apply(self, text: str) -> str:
        """The text of the file with the edit."""
        return writing.add_elsewhere(text, self.message)

    def take_back(self, text: str) -> str:
        """The text of the file without it."""
        return writing.remove_elsewhere(text, self.message)

    def is_in(self, knowledge: Knowledge) -> bool:
        """Whether a knowledge has it."""
        return self.message in knowledge.words.elsewhere

    def __str__(self) -> str:
        return f"“{self.message}” is none of the bot's business"


Edit = NewPhrasing | GonePhrasing | OtherWords | NewEntry | Elsewhere


def words_of(text: str, entry_id: str) -> dict[str, Value]:
    """What of an entry can be changed, as it stands in the text of `qa.yaml`.

    Raises:
        EditError: there is no such entry, or it has another form than usual.
    """
    entry = _entry(text, entry_id)
    return {key: _value(key, entry.get(key, default)) for key, default in CHANGEABLE.items()}


def phrasings_of(text: str, entry_id: str) -> list[str]:
    """The phrasings of an entry, as they stand in the text of `qa.yaml`.

    Raises:
        EditError: there is no such entry.
    """
    found = _entry(text, entry_id).get("phrasings", ())
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def _entry(text: str, entry_id: str) -> dict[str, Any]:
    found = next((e for e in writing.entries(text) if e.get("id") == entry_id), None)
    if found is None:
        raise EditError(f'there is no entry "{entry_id}" in the file')
    return found


def edit_of(values: Mapping[str, Any]) -> Edit:
    """The edit that data from outside describes; texts lose the white space around them.

    Raises:
        EditError: it describes none.
    """
    kind = values.get("kind")
    if kind == "phrasing":
        return NewPhrasing(_text("entry", values), _text("phrasing", values))
    if kind == "gone":
        return GonePhrasing(_text("entry", values), _text("phrasing", values, is_exact=True))
    if kind == "elsewhere":
        return Elsewhere(_text("message", values))
    if kind == "entry":
        given = _inside("values", values, NEW)
        for key in ("id", "section", "question", "answer"):
            _text(key, given)
        return NewEntry({key: value for key, value in given.items() if value or key == "phrasings"})
    if kind == "words":
        was, to = (_inside(key, values, set(CHANGEABLE)) for key in ("was", "to"))
        return OtherWords(_text("entry", values), was, to)
    raise EditError("there is no such kind of edit")


def _inside(name: str, values: Mapping[str, Any], known: set[str]) -> dict[str, Value]:
    given = values.get(name)
    if not isinstance(given, dict) or not set(given) <= known:
        raise EditError(f"{name} should hold some of: {', '.join(sorted(known))}")
    return {key: _value(key, value) for key, value in given.items()}


def _value(key: str, value: Any) -> Value:
    """A text, or the texts of a list."""
    if key not in LISTS:
        return _text(key, {key: value}, is_needed=False)
    if not isinstance(value, list | tuple) or len(value) > MOST_ITEMS:
        raise EditError(f"{key} should be a list of texts, {MOST_ITEMS} at most")
    return [_text(key, {key: item}) for item in value]


def _text(
    name: str, values: Mapping[str, Any], *, is_needed: bool = True, is_exact: bool = False
) -> str:
    value = values.get(name)
    if not isinstance(value, str) or (is_needed and not value.strip()):
        raise EditError(f"{name} is missing")
    if len(value) > MOST_CHARACTERS:
        raise EditError(f"{name} is too long")
    return value if is_exact else value.strip()
