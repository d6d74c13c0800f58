"""JSON Schemas of the knowledge files, from the nouns in `bot/model.py`: what an editor shows while
one types. The docstring under a field is what it shows for the key.
"""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from bot import model
from bot.curation.checks import ID_PATTERN, MOST_ID
from bot.curation.material import Material
from bot.curation.reader import SHAPES
from bot.curation.refusals import MOST_UNITS_OF
from bot.errors import Problem

DIALECT = "http://json-schema.org/draft-07/schema#"
"""The newest that editors with the YAML language server know."""
HEAD = "# yaml-language-server: $schema={name}"
TEXT = {"type": ["string", "number", "boolean"], "minLength": 1}
"""What the reader takes as text: it reads `5`, `yes` and `2026-11-23` as they are written."""
FLAG = {"enum": [True, False, "yes", "no", "on", "off"]}
FILES = {
    "qa.yaml": "The questions that the bot can answer. Each begins with a hyphen.",
    "words.yaml": "What the matcher should know about words. Nothing of it is shown to anybody.",
    "safety.yaml": "What the bot notices before it answers, and the cards that it shows then.",
    "mentions.yaml": "Messages by the card that they call for; `none` for those that call for no "
    "card. The bot learns from them.",
    "texts.yaml": "Every other sentence of the bot. What is left out gets a neutral text.",
    "examples.yaml": "Held-out messages and what should come of them. Never learnt from.",
    "allowed.yaml": "Findings of `check` that are meant to be so, each with a reason.",
}
EXAMPLES: dict[tuple[str, str], list[Any]] = {
    ("Entry", "id"): ["how-hot"],
    ("Entry", "section"): ["The oven"],
    ("Entry", "question"): ["How hot should the oven be?"],
    ("Entry", "phrasings"): [["what temperature", "how many degrees does it need"]],
    ("Entry", "answer"): ["The article says 230 degrees."],
    ("Entry", "quotes"): [["Bake the loaf at 230 degrees for 35 minutes."]],
    ("Entry", "related"): [["when-done"]],
    ("Entry", "follow_ups"): [[{"phrasing": "and for how long", "to": "how-long-to-bake"}]],
    ("Entry", "not_this"): [["how hot is it in the kitchen"]],
    ("Entry", "allow"): [[{"rule": "few-examples", "reason": "Nobody asks it in other words."}]],
    ("EditorNote", "checked"): ["2026-11-23"],
    ("Words", "groups"): [[["temperature", "temp"]]],
    ("Words", "elsewhere"): [["best pizza in town"]],
    ("Rule", "signs"): [[["dough", "crust"], ["mouldy", "mould*"]]],
    ("Rule", "not_in"): [["hot tub"]],
    ("Example", "text"): ["what temp for the oven"],
    ("Example", "expect"): ["how-hot", "none", ["how-hot", "when-done"]],
    ("Example", "after"): ["how-long-to-knead"],
    ("Example", "style"): ["plain", "keyword", "phone", "story", "paraphrase"],
    ("Allowed", "rule"): ["unused-sentence"],
    ("Allowed", "about"): ["Read on and be familiar"],
}
NARROWER: dict[tuple[str, str], dict[str, Any]] = {
    ("Entry", "id"): {"type": "string", "pattern": f"^{ID_PATTERN}$", "maxLength": MOST_ID},
    ("Entry", "phrasings"): {"minItems": 1},
    ("EditorNote", "checked"): {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    ("Texts", "author"): {"type": ["string", "null"], "minLength": 0},
    ("Texts", "address"): {"type": ["string", "null"], "minLength": 0},
    ("Texts", "name"): {"maxLength": MOST_UNITS_OF["name"], "minLength": 0},
    ("Texts", "short_description"): {"maxLength": MOST_UNITS_OF["short_description"]},
    ("Texts", "description"): {"maxLength": MOST_UNITS_OF["description"]},
    ("Example", "expect"): {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
}
"""What the rules of `check` want besides, and what the reader takes besides."""
SNIPPETS: dict[str, dict[str, Any]] = {
    "Entry": {
        "id": "${1:some-name}",
        "section": "${2:Heading of the article}",
        "question": "${3:How ...?}",
        "phrasings": ["${4:how people ask it}"],
        "answer": "${5:The article says ...}",
        "quotes": ["${6:A sentence of the article, letter for letter.}"],
    },
    "Example": {"text": "${1:a message}", "expect": "${2:some-name}", "style": "${3:plain}"},
}
"""What the editor offers for a new item."""


def stale_schema(material: Material) -> Iterator[Problem]:
    """The schema that a file names on its first line is the one that belongs to this bot.

    Write it anew with `python -m bot check --write-schemas`; nobody edits it by hand.
    """
    for file in SHAPES:
        folder, name = material.source.folder, schema_name(file)
        is_named = file in material.source.lines and _names_schema(folder / file, name)
        if is_named and _content(folder / name) != schemas()[name]:
            message = f"{name} is not current: python -m bot check --write-schemas"
            yield material.advice(file, (), message, "stale-schema")


def _names_schema(path: Path, name: str) -> bool:
    try:
        with path.open("rb") as file:
            return file.readline().decode("utf-8-sig", "replace").strip() == HEAD.format(name=name)
    except OSError:
        return False


def _content(path: Path) -> str:
    """What stands in a schema; what cannot be read is not current either."""
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def write(folder: Path) -> list[Path]:
    """Write the schemas into a knowledge folder; returns where they are.

    Raises:
        OSError: the folder cannot be written to.
    """
    for name, text in schemas().items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in schemas()]


def schema_name(file: str) -> str:
    """The schema of a knowledge file."""
    return file.replace(".yaml", ".schema.json")


@cache
def schemas() -> dict[str, str]:
    """The schema of each knowledge file: its name and what stands in it."""
    return {schema_name(file): _written(_schema(file, shape)) for file, shape in SHAPES.items()}


def _written(schema: dict[str, Any]) -> str:
    """As JSON, short lists on one line."""
    text = json.dumps(schema, indent=1, ensure_ascii=False)
    return re.sub(r"\[[^][{}]{1,90}\]", lambda found: " ".join(found[0].split()), text) + "\n"


def _schema(file: str, shape: Any) -> dict[str, Any]:
    found = TypeAdapter(tuple[shape]).json_schema(ref_template="#/definitions/{model}")
    nouns = {name: _noun(name, noun) for name, noun in found.pop("$defs", {}).items()}
    whole = _plain(found["prefixItems"][0])
    return {"$schema": DIALECT, "description": FILES[file], **whole, "definitions": nouns}


def _noun(name: str, noun: dict[str, Any]) -> dict[str, Any]:
    """The schema of one kind of item, with examples and nothing but its own keys."""
    found: dict[str, Any] = {**_plain(noun), "additionalProperties": False}
    for key, value in found["properties"].items():
        if (name, key) in EXAMPLES:
            value["examples"] = EXAMPLES[name, key]
        narrower = NARROWER.get((name, key), {})
        if "anyOf" in narrower:  # the reader takes one id for a list of one
            del value["type"], value["items"]
        manual = {"description": text} if (text := _manuals().get((name, key))) else {}
        found["properties"][key] = manual | value | narrower
    if name in SNIPPETS:
        found["defaultSnippets"] = [{"label": f"new {name.lower()}", "body": SNIPPETS[name]}]
    return found


@cache
def _manuals() -> dict[tuple[str, str], str]:
    """The docstring under each field of each noun; pydantic takes ten times as long to find it."""
    nouns = ast.parse(Path(model.__file__).read_text("utf-8")).body
    return {
        (noun.name, field.target.id): " ".join(text.split())
        for noun in nouns
        if isinstance(noun, ast.ClassDef)
        for field, below in pairwise(noun.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(text := below.value.value, str)
    }


def _plain(schema: Any) -> Any:
    """Without titles and defaults that say nothing; values as the reader takes them."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if {"type": "null"} in schema.get("anyOf", ()):  # what may be left out, but not be empty
        schema = {**schema, **schema["anyOf"][0]}
        del schema["anyOf"]
    found = {
        key: {name: _plain(item) for name, item in value.items()}
        if key == "properties"
        else _plain(value)
        for key, value in schema.items()
        if key not in ("title", "default", "format")
    }
    return _as_read(found)


def _as_read(schema: dict[str, Any]) -> dict[str, Any]:
    """A single value as the reader takes it; the description of a noun on one line."""
    if isinstance(schema.get("description"), str):
        schema["description"] = " ".join(schema["description"].split())
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value]
    elif schema.get("type") == "string":
        schema |= TEXT
    elif schema.get("type") == "boolean":
        del schema["type"]
        schema |= FLAG
    return schema
