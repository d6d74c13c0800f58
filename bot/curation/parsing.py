"""YAML text -> lists, dicts and strings, and the line of each. Knows no shapes. Reads yaml alone.

A fault is a `Problem` that says what to do, at the line where a person would look for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.errors import Problem

MAX_BYTES = 5_000_000
MAX_DEPTH = 12
Loc = tuple[int | str, ...]
Lines = dict[Loc, int]

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CURLY = "“”„‘’«»"
MARKS_OF_A_MERGE = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$")

FORM = {
    "unreadable": "A file can be read. Look whether it is a file, and whether you may open it.",
    "too-large": "A file is no larger than 5 MB. Nobody writes so much by hand: look what got in.",
    "encoding": "A file is saved as UTF-8. Choose that encoding when you save it.",
    "syntax": "A file is YAML. A colon, a quotation mark, a bracket or the indent is wrong: "
    "compare with what stands above, and put a text that holds `: ` in quotation marks.",
    "alias": "Anchors (&) and aliases (*) are not used. Write it out, or put a text that "
    "begins with & or * in quotation marks.",
    "too-deep": "Lists and keys are nested a few levels deep at most. A bracket too many, perhaps.",
    "duplicate-key": "A key stands once in an item. Delete one of the two, or begin a new item "
    "with a hyphen.",
}
"""The rules of the form of a file: name -> manual."""

NEVER_CLOSED = "a quotation mark is opened here and never closed: add the missing one"
MOST_LOOKED_BACK = 30
"""Lines in which a quotation mark is looked for that was never closed."""
PLAIN = (
    (
        "cannot start any token",
        "a text cannot begin with this character: put it in quotation marks, and indent with "
        "spaces, never with the tab key",
    ),
    (
        "mapping values are not allowed",
        "a colon and a space within a text: put the whole text in quotation marks. Or the indent "
        "is wrong: compare with the lines above",
    ),
    ("unexpected end of stream", NEVER_CLOSED),
    (
        "expected ',' or ']'",
        "a bracket [ is opened here and never closed, or a comma is missing: each [ needs its ]",
    ),
    (
        "expected ',' or '}'",
        "a bracket { is opened here and never closed, or a comma is missing: each { needs its }",
    ),
    (
        "could not find expected ':'",
        "a key needs a colon and a space after it, such as `answer: The article says ...`; a text "
        "that goes on over several lines is indented under its key",
    ),
    (
        "expected <block end>",
        "the indent or a quotation mark is wrong: items of a list begin with hyphens that stand "
        "exactly below each other, keys of an item as well",
    ),
    (
        "did not find expected key",
        "the indent or a quotation mark is wrong: all keys of an item begin exactly below each "
        "other, and a text with a quotation mark in its middle is put in quotation marks whole",
    ),
    (
        "did not find expected '-' indicator",
        "the indent or a hyphen is wrong: the keys of an item begin exactly below each other, and "
        "a new item begins with a hyphen exactly below the hyphens above",
    ),
    (
        "unknown escape character",
        "a backslash within double quotation marks: use single quotation marks, or write \\\\",
    ),
    ("block sequence entries are not allowed", "a hyphen here begins no item: check the indent"),
)
"""What libyaml says, and what a person can do about it."""
OPENED_BEFORE = ("quoted scalar", "flow sequence", "flow mapping", "simple key")
"""Where these go wrong, the place to mend is where they begin."""


@dataclass(slots=True)
class Parsed:
    """What stands in one file, with the line of each value and the faults of its form."""

    value: Any = None
    lines: Lines = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_text(path: Path, draft: str | None, problems: list[Problem]) -> str | None:
    """The text of a file, or of the draft in its place; None when it cannot be taken as one."""
    content = b""
    try:
        # Half of a surrogate pair is no letter: refused below, as other bytes that are none.
        content = _start(path) if draft is None else draft.encode("utf-8", "surrogatepass")
        if len(content) > MAX_BYTES:
            message = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
            problems.append(Problem(str(path), 1, message, "too-large"))
            return None
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.append(
            Problem(str(path), line, "this is not UTF-8 text: save the file as UTF-8", "encoding")
        )
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        problems.append(Problem(str(path), 1, message, "unreadable"))
    return None


def _start(path: Path) -> bytes:
    """A file, but no more of one that is too large than shows that it is."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def parse(path: Path, text: str) -> Parsed:
    """The value of a YAML text; None as value when it cannot be read at all."""
    parsed = Parsed()
    parsed.problems += _marks_of_a_merge(path, text)
    if not parsed.problems:
        parsed.value = _Parser(str(path), parsed).parse(text)
    return parsed


def _marks_of_a_merge(path: Path, text: str) -> Iterator[Problem]:
    """What git leaves where two people changed the same lines; nothing else counts before that."""
    if "\n<<<<<<<" not in f"\n{text}":
        return
    for number, line in enumerate(text.split("\n"), 1):
        if MARKS_OF_A_MERGE.match(line):
            message = (
                "two versions of this file were merged here: keep the lines that are right, and "
                "delete this mark with the other ones (<<<<<<<, =======, >>>>>>>)"
            )
            yield Problem(str(path), number, message, "syntax")


class _Parser:
    """YAML events -> lists, dicts and strings, noting the line of each.

    Not `yaml.load`: that keeps no lines, takes the last of two equal keys in silence, expands
    aliases without bound, and a deep nesting crashes the interpreter.
    """

    def __init__(self, path: str, file: Parsed) -> None:
        self.path = path
        self.file = file
        self.stack: list[tuple[Any, Loc, list[str]]] = []
        self.root: Any = None

    def parse(self, text: str) -> Any:
        """The value of the document; None when it cannot be read at all."""
        try:
            for event in yaml.parse(text, Loader=LOADER):
                if not self._take(event):
                    return None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            if "nesting depth" in str(error.problem):  # newer versions of libyaml count too
                self._too_deep(line)
            elif "scanning an a" in str(error.context):  # a word that begins with * or &
                self._alias(line)
            else:
                self._fault(*_plain_syntax(error, text), "syntax")
            return None
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            self._fault(line, "here stands an invisible control character: delete it", "syntax")
            return None
        return self.root

    def _take(self, event: Any) -> bool:
        """Work in one event; False when reading on makes no sense."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._alias(line)
            return False
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._fault(line, "a file holds one document: remove the line ---", "syntax")
            return False
        if isinstance(event, yaml.ScalarEvent):
            self._add(event.value, line, is_key_possible=True)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(self.stack) >= MAX_DEPTH:
                self._too_deep(line)
                return False
            self._open([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        return True

    def _open(self, container: Any, line: int) -> None:
        loc = self._add(container, line, is_key_possible=False)
        self.stack.append((container, loc, []))

    def _add(self, value: Any, line: int, *, is_key_possible: bool) -> Loc:
        """Put a value where it belongs; a string in a mapping may be the next key."""
        if not self.stack:
            self.root = value
            self.file.lines[()] = line
            return ()
        parent, loc, key = self.stack[-1]
        if isinstance(parent, list):
            here: Loc = (*loc, len(parent))
            parent.append(value)
        elif not key:
            name = value if is_key_possible else "?"
            if name in parent:
                first = self.file.lines[(*loc, name)]
                message = (
                    f'"{name}" stands here twice (first in line {first}): delete one of the two, '
                    "or begin a new item with a hyphen"
                )
                self._fault(line, message, "duplicate-key")
            key.append(name)
            self.file.lines.setdefault((*loc, name), line)
            return (*loc, name)
        else:
            here = (*loc, key[0])
            parent.setdefault(key.pop(), value)
            if not isinstance(value, str):
                return here
        self.file.lines.setdefault(here, line)
        return here

    def _alias(self, line: int) -> None:
        message = (
            "anchors (&) and aliases (*) are not used here: write it out, and put a text that "
            "begins with & or * in quotation marks"
        )
        self._fault(line, message, "alias")

    def _too_deep(self, line: int) -> None:
        self._fault(line, "the lists are nested too deeply: is a bracket too many?", "too-deep")

    def _fault(self, line: int, message: str, rule: str) -> None:
        self.file.problems.append(Problem(self.path, line, message, rule))


def _plain_syntax(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Where a person would look for the fault, counted from 1, and what there is to do."""
    what = str(error.problem or error.context or "it cannot be read")
    mark = error.problem_mark or error.context_mark
    if error.context_mark and any(kind in str(error.context) for kind in OPENED_BEFORE):
        mark = error.context_mark
    lines = text.split("\n")
    line = min(mark.line + 1 if mark else 1, len(lines))
    written = lines[line - 1]
    advice = next((said for words, said in PLAIN if words in what), f"{what}: check the indent")
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return line, "this is not YAML: a tab stands in the indent: replace it by spaces"
    if opened := _never_closed(lines[:line]):
        return opened, f"this is not YAML: {NEVER_CLOSED}"
    if any(mark in written for mark in CURLY):
        advice += f". Curly quotation marks ({CURLY[:2]}) are letters to YAML: type straight ones"
    return line, f"this is not YAML: {advice}"


def _never_closed(lines: list[str]) -> int:
    """The last line whose text begins with a quotation mark that has no second; 0 for none.

    To YAML such a text goes on to the next quotation mark, and the fault is only noticed there.
    """
    for number, line in list(enumerate(lines, 1))[-MOST_LOOKED_BACK:][::-1]:
        found = re.match(r"""\s*(?:- )*(?:[\w-]+: +)?(["'])(.*)""", line)
        if found and found[1] not in re.sub(r"\\.|''", "", found[2]):
            return number
    return 0
