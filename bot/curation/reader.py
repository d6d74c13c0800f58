"""Knowledge files -> `Source`: values and the line of each, and what is wrong with their form.

A fault never stops the reading: the item that holds it is left out, and all faults are returned.
Every scalar is read as text (a phrasing `no` is the word "no", not false); types come later, from
the nouns in `bot/model.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot import model
from bot.curation import parsing
from bot.curation.parsing import Lines, Loc, parse, read_text
from bot.errors import KnowledgeError, Problem
from bot.model import (
    Allowed,
    Article,
    Entry,
    Example,
    Knowledge,
    Part,
    SafetyRules,
    Texts,
    Words,
)

SHAPES: dict[str, Any] = {
    "qa.yaml": tuple[Entry, ...],
    "words.yaml": Words,
    "safety.yaml": SafetyRules,
    "mentions.yaml": dict[str, tuple[str, ...]],
    "texts.yaml": Texts,
    "examples.yaml": tuple[Example, ...],
    "allowed.yaml": tuple[Allowed, ...],
}
FORM = {
    **parsing.FORM,
    "missing-file": "The folder holds `qa.yaml`; all other files may be missing.",
    "missing-key": "An item has all keys that it needs. Add the key, such as `answer:`.",
    "unknown-key": "An item has only keys that are known. Look for a spelling mistake or a wrong "
    "indent; a text that holds `: ` is put in quotation marks.",
    "wrong-type": "A list is a list and a text is a text: list items stand one a line, each after "
    "a hyphen; a text that begins with [ or { is put in quotation marks.",
    "wrong-value": "A value is one of those that are possible: a date such as 2026-11-23, true or "
    "false, a whole number, or a word of the list that the message names.",
    "article-form": "`article.md` has a title (`# ...`) and parts under headings (`## ...`).",
}
"""The rules of the form of the files: name -> manual."""
UNKNOWN = "unexpected_keyword_argument"
"""What pydantic calls an unknown key."""
KEYS = {
    item.name
    for noun in vars(model).values()
    if hasattr(noun, "__dataclass_fields__")
    for item in fields(noun)
}


@dataclass(frozen=True, slots=True)
class Source:
    """What stands in a knowledge folder, with its lines and the faults of its form."""

    folder: Path
    knowledge: Knowledge
    examples: tuple[Example, ...]
    allowed: tuple[Allowed, ...]
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
        missing = Problem(
            str(folder / "qa.yaml"),
            1,
            "this file is required: it holds the questions",
            "missing-file",
        )
        files["qa.yaml"].problems.append(missing)
    article = _read_article(folder / "article.md", drafts.get("article.md"))
    knowledge = Knowledge(
        entries=files["qa.yaml"].value or (),
        article=article.value,
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
        allowed=files["allowed.yaml"].value or (),
        lines={name: file.lines for name, file in files.items()} | {"article.md": article.lines},
        written={name: file.ids for name, file in files.items() if file.ids is not None},
        problems=tuple(found + article.problems),
    )


@dataclass(slots=True)
class _File:
    value: Any = None
    lines: Lines = field(default_factory=dict)
    ids: frozenset[str] | None = frozenset()
    """All ids in it; None for a file that cannot be read."""
    problems: list[Problem] = field(default_factory=list)


def _read_file(path: Path, shape: Any, draft: str | None = None) -> _File:
    if draft is None and not path.exists():
        return _File()
    problems: list[Problem] = []
    text = read_text(path, draft, problems)
    if text is None:
        return _File(ids=None, problems=problems)
    parsed = parse(path, text)
    raw = parsed.value
    file = _File(None, parsed.lines, frozenset(_ids(raw)), parsed.problems)
    if file.problems and raw is None:
        file.ids = None
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


def _validate(path: Path, raw: Any, shape: Any, file: _File) -> None:
    """Fill `file.value`; items with faults are reported and left out."""
    adapter = TypeAdapter(tuple[shape], config=ConfigDict(extra="forbid"))
    for _ in range(3):
        try:
            (file.value,) = adapter.validate_python((raw,))
        except ValidationError as error:
            faults = [(fault["loc"][1:], fault) for fault in error.errors(include_url=False)]
            misspelt = {
                (*loc[:-1], _meant(str(loc[-1])))
                for loc, fault in faults
                if fault["type"] == UNKNOWN
            }
            for loc, fault in faults:
                if fault["type"] == "missing" and loc in misspelt:
                    continue  # it is there, under a name that is reported
                message, rule = _plain_fault(loc, fault["type"], fault["msg"])
                file.problems.append(Problem(str(path), _line(file.lines, loc), message, rule))
            whole = [loc if fault["type"] == UNKNOWN else _outermost(loc) for loc, fault in faults]
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


def _meant(key: str) -> str:
    """The known key that is most like a misspelt one; empty for none."""
    return next(iter(get_close_matches(key, KEYS, n=1)), "")


def _plain_fault(loc: Loc, kind: str, message: str) -> tuple[str, str]:
    """A pydantic error as a sentence for a person, and its rule."""
    key = loc[-1] if loc else "the file"
    what = f"item {key + 1}" if isinstance(key, int) else f'"{key}"'
    if kind == "missing":
        return f"{what} is missing: add it, or look whether it is misspelt", "missing-key"
    if kind == UNKNOWN:
        near = _meant(str(key))
        guess = f'did you mean "{near}"?' if near else "a spelling mistake, or a wrong indent?"
        return f"{what} is no key that is known here: {guess}", "unknown-key"
    if kind in ("tuple_type", "list_type"):
        return f"{what} should be a list, one item a line, each after a hyphen", "wrong-type"
    if kind.startswith("dataclass") or kind == "dict_type":
        return f"{what} should be keys with values, such as `id: some-name`", "wrong-type"
    if kind == "string_type":
        return f"{what} should be a text; put it in quotation marks", "wrong-type"
    return f"{what}: {message[0].lower()}{message[1:]}", "wrong-value"


def _read_article(path: Path, draft: str | None) -> _File:
    """The article: `# title`, then parts under `## heading` (its number is dropped)."""
    file = _File()
    if draft is None and not path.exists():
        return file
    text = read_text(path, draft, file.problems)
    if text is None:
        return file
    title = re.search(r"^# +(.+)$", text, re.MULTILINE)
    pieces = re.split(r"^## +(?:\d+\. +)?(.+)$", text, flags=re.MULTILINE)
    if not title or len(pieces) < 3:
        message = "the article needs a title (# ...) and parts under headings (## ...)"
        file.problems.append(Problem(str(path), 1, message, "article-form"))
        return file
    parts = tuple(
        Part(heading.strip(), tuple(p.strip() for p in body.split("\n\n") if p.strip()))
        for heading, body in zip(pieces[1::2], pieces[2::2], strict=True)
    )
    file.value, file.lines = Article(title[1].strip(), parts), dict(_paragraph_lines(text, parts))
    return file


def _paragraph_lines(text: str, parts: Sequence[Part]) -> Iterator[tuple[Loc, int]]:
    at = 0
    for i, part in enumerate(parts):
        for j, paragraph in enumerate(part.paragraphs):
            at = text.index(paragraph, at)
            yield (i, j), text.count("\n", 0, at) + 1


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
