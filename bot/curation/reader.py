"""Knowledge files -> `Source`: values and the line of each. The only user of yaml.

A fault never stops the reading: the item that holds it is left out, and all faults are returned.
Every scalar is read as text (a phrasing `no` is the word "no", not false); types come later, from
the nouns in `bot/model.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.errors import KnowledgeError, Problem
from bot.model import Article, Entry, Example, Knowledge, Part, SafetyRules, Texts, Words

MAX_BYTES = 5_000_000
MAX_DEPTH = 12
Loc = tuple[int | str, ...]
Lines = dict[Loc, int]

SHAPES: dict[str, Any] = {
    "qa.yaml": tuple[Entry, ...],
    "words.yaml": Words,
    "safety.yaml": SafetyRules,
    "mentions.yaml": dict[str, tuple[str, ...]],
    "texts.yaml": Texts,
    "examples.yaml": tuple[Example, ...],
}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in a knowledge folder, with its lines and the faults of its form."""

    folder: Path
    knowledge: Knowledge
    examples: tuple[Example, ...]
    lines: dict[str, Lines]
    written: dict[str, frozenset[str]]
    """All ids that stand in a file, faults or not; no key for a file that cannot be read."""
    problems: tuple[Problem, ...]

    def problem(
        self, file: str, loc: Loc, message: str, rule: str, *, warning: bool = False
    ) -> Problem:
        """A fault at a place in a file; the nearest line that is known is named."""
        line = _line(self.lines.get(file, {}), loc)
        level = "warning" if warning else "error"
        return Problem(str(self.folder / file), line, message, rule, level)  # type: ignore[arg-type]


def read(folder: Path, drafts: Mapping[str, str] | None = None) -> Source:
    """Everything in a knowledge folder. Faults of form are in `problems`; nothing is raised.

    Args:
        folder: where the files are.
        drafts: texts by the name of a file; each takes the place of what stands in the file, for
            an editor that checks what is not saved yet.
    """
    drafts = drafts or {}
    files = {
        name: _read_file(folder / name, shape, drafts.get(name)) for name, shape in SHAPES.items()
    }
    if "qa.yaml" not in drafts and not (folder / "qa.yaml").exists():
        missing = Problem(str(folder / "qa.yaml"), 1, "this file is required", "missing-file")
        files["qa.yaml"].problems.append(missing)
    article, article_problems = _read_article(folder / "article.md", drafts.get("article.md"))
    knowledge = Knowledge(
        entries=files["qa.yaml"].value or (),
        article=article,
        words=files["words.yaml"].value or Words(),
        safety=files["safety.yaml"].value or SafetyRules(),
        texts=files["texts.yaml"].value or Texts(),
        mentions=files["mentions.yaml"].value or {},
    )
    found = [problem for file in files.values() for problem in file.problems]
    return Source(
        folder=folder,
        knowledge=knowledge,
        examples=files["examples.yaml"].value or (),
        lines={name: file.lines for name, file in files.items()},
        written={name: file.ids for name, file in files.items() if file.ids is not None},
        problems=tuple(found + article_problems),
    )


@dataclass(slots=True)
class _File:
    value: Any = None
    lines: Lines = field(default_factory=dict)
    ids: frozenset[str] | None = frozenset()
    """All ids in it; None for a file that cannot be read."""
    problems: list[Problem] = field(default_factory=list)


def _read_file(path: Path, shape: Any, draft: str | None = None) -> _File:
    file = _File()
    if draft is None and not path.exists():
        return file
    text = _read_text(path, draft, file.problems)
    raw = None if text is None else _Parser(str(path), file).parse(text)
    file.ids = None if file.problems and raw is None else frozenset(_ids(raw))
    for item in raw if isinstance(raw, list) else ():
        if isinstance(item, dict) and isinstance(item.get("expect"), str):
            item["expect"] = [item["expect"]]
    if raw is not None:
        _validate(path, raw, shape, file)
    return file


def _ids(raw: Any) -> Iterator[str]:
    """Every value of a key `id`, at whatever depth."""
    if isinstance(raw, dict):
        if isinstance(raw.get("id"), str):
            yield raw["id"]
        raw = list(raw.values())
    if isinstance(raw, list):
        for item in raw:
            yield from _ids(item)


def _read_text(path: Path, draft: str | None, problems: list[Problem]) -> str | None:
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
        problems.append(Problem(str(path), 1, f"cannot be read: {error.strerror}", "unreadable"))
    return None


def _start(path: Path) -> bytes:
    """A file, but no more of one that is too large than shows that it is."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


class _Parser:
    """YAML events -> lists, dicts and strings, noting the line of each.

    Not `yaml.load`: that keeps no lines, takes the last of two equal keys in silence, expands
    aliases without bound, and a deep nesting crashes the interpreter.
    """

    def __init__(self, path: str, file: _File) -> None:
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
            if "nesting depth" in str(error.problem):  # newer versions of libyaml count too
                self._too_deep(mark.line + 1 if mark else 1)
            else:
                self._fault(mark.line + 1 if mark else 1, _plain_syntax(error), "syntax")
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
            self._fault(
                line, "anchors (&) and aliases (*) are not used here: write it out", "alias"
            )
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
                self._fault(line, f'"{name}" stands here twice', "duplicate-key")
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

    def _too_deep(self, line: int) -> None:
        self._fault(line, "the lists are nested too deeply", "too-deep")

    def _fault(self, line: int, message: str, rule: str) -> None:
        self.file.problems.append(Problem(self.path, line, message, rule))


def _plain_syntax(error: yaml.MarkedYAMLError) -> str:
    what = str(error.problem or error.context or "this is not YAML")
    return f"this is not YAML ({what}); a colon, quote or wrong indent is a common reason"


def _validate(path: Path, raw: Any, shape: Any, file: _File) -> None:
    """Fill `file.value`; items with faults are reported and left out."""
    adapter = TypeAdapter(tuple[shape], config=ConfigDict(extra="forbid"))
    for _ in range(3):
        try:
            (file.value,) = adapter.validate_python((raw,))
        except ValidationError as error:
            faults = [(fault["loc"][1:], fault) for fault in error.errors(include_url=False)]
            for loc, fault in faults:
                message, rule = _plain_fault(loc, fault["type"], fault["msg"])
                file.problems.append(Problem(str(path), _line(file.lines, loc), message, rule))
            whole = [
                loc if fault["type"] == "unexpected_keyword_argument" else _outermost(loc)
                for loc, fault in faults
            ]
            if not _prune(raw, whole, file):
                return
        else:
            return


def _prune(raw: Any, cuts: list[Loc], file: _File) -> bool:
    """Take items and keys with faults out of `raw`, and renumber the lines of what follows."""
    if () in cuts:
        return False
    cuts = [cut for cut in set(cuts) if not any(cut[:n] in cuts for n in range(1, len(cut)))]
    for cut in sorted(cuts, key=lambda loc: (str(loc[:-1]), loc[-1] if loc else 0), reverse=True):
        holder = raw
        for step in cut[:-1]:
            holder = holder[step]
        if isinstance(holder, list):
            del holder[int(cut[-1])]
            file.lines = dict(_renumbered(file.lines, cut))
        elif holder.pop(cut[-1], None) is None:
            return False
    return True


def _outermost(loc: Loc) -> Loc:
    for i, step in enumerate(loc):
        if isinstance(step, int):
            return loc[: i + 1]
    return loc[:1]


def _renumbered(lines: Lines, cut: Loc) -> Iterator[tuple[Loc, int]]:
    """The lines as they are after the list item at `cut` was taken out."""
    at, gone = len(cut) - 1, cut[-1]
    for loc, line in lines.items():
        step = loc[at] if len(loc) > at and loc[:at] == cut[:-1] else -1
        if not isinstance(step, int) or not isinstance(gone, int) or step < gone:
            yield loc, line
        elif step > gone:
            yield (*loc[:at], step - 1, *loc[at + 1 :]), line


def _written(loc: Loc, lines: Lines) -> Loc:
    """The longest beginning of a place that really stands in the file."""
    while loc and loc not in lines:
        loc = loc[:-1]
    return loc


def _line(lines: Lines, loc: Loc) -> int:
    return lines.get(_written(loc, lines), 1)


def _plain_fault(loc: Loc, kind: str, message: str) -> tuple[str, str]:
    """A pydantic error as a sentence for a person, and its rule."""
    key = loc[-1] if loc else "the file"
    what = f"item {key + 1}" if isinstance(key, int) else f'"{key}"'
    if kind == "missing":
        return f"{what} is missing", "missing-key"
    if kind == "unexpected_keyword_argument":
        return f"{what} is no key that is known here (a spelling mistake?)", "unknown-key"
    if kind in ("tuple_type", "list_type"):
        return f"{what} should be a list, one item a line, each after a hyphen", "wrong-type"
    if kind.startswith("dataclass") or kind == "dict_type":
        return f"{what} should be keys with values, such as `id: some-name`", "wrong-type"
    if kind == "string_type":
        return f"{what} should be a text; put it in quotes", "wrong-type"
    return f"{what}: {message[0].lower()}{message[1:]}", "wrong-value"


def _read_article(path: Path, draft: str | None) -> tuple[Article | None, list[Problem]]:
    """The article: `# title`, then parts under `## heading` (its number is dropped)."""
    problems: list[Problem] = []
    if draft is None and not path.exists():
        return None, problems
    text = _read_text(path, draft, problems)
    if text is None:
        return None, problems
    title = re.search(r"^# +(.+)$", text, re.MULTILINE)
    pieces = re.split(r"^## +(?:\d+\. +)?(.+)$", text, flags=re.MULTILINE)
    if not title or len(pieces) < 3:
        message = "the article needs a title (# ...) and parts under headings (## ...)"
        problems.append(Problem(str(path), 1, message, "article-form"))
        return None, problems
    parts = tuple(
        Part(heading.strip(), tuple(p.strip() for p in body.split("\n\n") if p.strip()))
        for heading, body in zip(pieces[1::2], pieces[2::2], strict=True)
    )
    return Article(title[1].strip(), parts), problems


def read_examples(path: Path) -> tuple[Example, ...]:
    """The examples of one file.

    Raises:
        KnowledgeError: the file is missing or has faults of form.
    """
    file = _read_file(path, SHAPES["examples.yaml"])
    if not path.exists():
        file.problems.append(Problem(str(path), 1, "there is no such file", "missing-file"))
    if file.problems:
        raise KnowledgeError(file.problems)
    return file.value or ()
