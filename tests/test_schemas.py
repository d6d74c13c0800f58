"""The schemas of the knowledge files: what an editor accepts, underlines and explains."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.curation.checking import examine
from bot.curation.reader import SHAPES, read
from bot.curation.schemas import EXAMPLES, HEAD, SNIPPETS, schema_name, schemas, write

ROOT = Path(__file__).parent.parent
SHIPPED, BREAD = ROOT / "knowledge", ROOT / "tests/bread"


class EditorsYaml(yaml.SafeLoader):
    """YAML 1.2 as editors read it: a date is a text, `yes` and `no` are words."""


EditorsYaml.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if first not in "yYnNoO"
}


def underlined(file, text):
    """What an editor with the schema of a file objects to."""
    value = yaml.load(text, Loader=EditorsYaml)  # noqa: S506 - a safe loader that knows less
    return [error.message for error in Draft7Validator(schema(file)).iter_errors(value)]


def schema(file):
    return json.loads(schemas()[schema_name(file)])


@pytest.mark.parametrize("file", SHAPES)
def test_a_schema_is_sound(file):
    """Each is a JSON Schema itself."""
    Draft7Validator.check_schema(schema(file))


@pytest.mark.parametrize("path", [*SHIPPED.glob("*.yaml"), *BREAD.glob("*.yaml")], ids=str)
@pytest.mark.repetitive
def test_files_in_order_are_accepted(path):
    assert underlined(path.name, path.read_text("utf-8")) == []


ENTRY = """\
- id: crust
  section: The oven
  question: Why is the crust hard?
  phrasings: [why so hard]
  answer: The steam is gone.
"""
ACCEPTED = {
    "numbers, dates and truth values where texts belong": (
        "qa.yaml",
        ENTRY.replace("[why so hard]", "[1, 2.5, true, 2026-11-23, no]"),
    ),
    "one id": ("examples.yaml", "- {text: a, expect: crust}"),
    "two ids": ("examples.yaml", "- {text: a, expect: [crust, crumb]}"),
    "a known failure": ("examples.yaml", "- {text: a, expect: crust, fails: it is too hard}"),
    "no author": ("texts.yaml", "author:\naddress: ''"),
    "small talk": ("qa.yaml", f"{ENTRY}  talk: yes"),
    "a note with its date": (
        "qa.yaml",
        f"{ENTRY}  editor_note: {{text: a, source: b, checked: 2026-11-23}}",
    ),
}


@pytest.mark.parametrize(("file", "text"), ACCEPTED.values(), ids=ACCEPTED)
def test_what_the_reader_takes_is_accepted(tmp_path, file, text):
    assert underlined(file, text) == []
    assert read(tmp_path, {"qa.yaml": ENTRY, file: text}).problems == ()


REFUSED = {
    "a key that is misspelt": ("qa.yaml", ENTRY.replace("answer", "anwser")),
    "a key that is missing": ("qa.yaml", ENTRY.replace("  section: The oven\n", "")),
    "a text in place of a list": ("qa.yaml", ENTRY.replace("[why so hard]", "why so hard")),
    "a list in place of a text": (
        "qa.yaml",
        ENTRY.replace("The steam is gone.", "[The steam is gone]"),
    ),
    "no phrasings": ("qa.yaml", ENTRY.replace("[why so hard]", "[]")),
    "an empty answer": ("qa.yaml", ENTRY.replace(" The steam is gone.", "")),
    "an id with a capital": ("qa.yaml", ENTRY.replace("id: crust", "id: Crust")),
    "something else than true or false": ("qa.yaml", f"{ENTRY}  talk: maybe"),
    "a date as people write it": (
        "qa.yaml",
        f"{ENTRY}  editor_note: {{text: a, source: b, checked: 23.11.2026}}",
    ),
    "a route that there is not": ("examples.yaml", "- {text: a, route: nurse}"),
    "a card of no category": ("safety.yaml", "cards: [{id: a, category: flu}]"),
    "an allowance without a reason": ("allowed.yaml", "- {rule: a, about: b}"),
    "a single message in place of many": ("mentions.yaml", "none: hello"),
    "words that are in no group": ("words.yaml", "groups: [temp]"),
}


@pytest.mark.parametrize(("file", "text"), REFUSED.values(), ids=REFUSED)
def test_what_check_refuses_is_underlined(tmp_path, file, text):
    assert underlined(file, text) != []
    found = examine(read(tmp_path, {"qa.yaml": ENTRY, file: text}))
    assert [p for p in found if p.level == "error" and p.path == str(tmp_path / file)] != []


@pytest.mark.parametrize("file", SHAPES)
def test_every_key_is_explained(file):
    """Who hovers over a key reads what it is for."""
    silent = [
        f"{name}.{key}"
        for name, noun in schema(file)["definitions"].items()
        for key, value in noun["properties"].items()
        if not value.get("description")
    ]
    assert silent == []


@pytest.mark.parametrize("path", [*SHIPPED.glob("*.yaml")], ids=lambda path: path.name)
def test_every_shipped_file_names_its_schema(path):
    first = path.read_text("utf-8").partition("\n")[0]
    assert first == HEAD.format(name=schema_name(path.name))


def test_the_shipped_schemas_are_current():
    """They are generated: python -m bot check --write-schemas."""
    shipped = {path.name: path.read_text("utf-8") for path in SHIPPED.glob("*.schema.json")}
    assert shipped == schemas()


@pytest.mark.parametrize("state", ["missing", "changed", "current", "not named"])
def test_check_tells_a_schema_that_is_not_current(tmp_path, state):
    """Only a file that names its schema needs one."""
    head = "" if state == "not named" else HEAD.format(name="qa.schema.json") + "\n"
    (tmp_path / "qa.yaml").write_text(head + ENTRY)
    if state == "current":
        write(tmp_path)
    if state == "changed":
        (tmp_path / "qa.schema.json").write_text("{}")
    found = [p for p in examine(read(tmp_path)) if p.rule == "stale-schema"]
    assert [(p.line, p.level) for p in found] == [(2, "warning")] * (
        state in ("missing", "changed")
    )


def test_a_schema_that_is_no_text_is_not_current(tmp_path):
    """Whatever stands there, `check` goes on."""
    (tmp_path / "qa.yaml").write_text(f"{HEAD.format(name='qa.schema.json')}\n- id: a\n", "utf-8")
    (tmp_path / "qa.schema.json").write_bytes(b"\xff")

    assert "stale-schema" in {problem.rule for problem in examine(read(tmp_path))}


def test_examples_in_schemas_are_of_no_shipped_subject():
    """The bot knows no article: its examples are about bread."""
    shipped = set(re.findall(r"(?m)^- id: (.*)$", (SHIPPED / "qa.yaml").read_text("utf-8")))
    assert shipped & set(re.findall(r"'([a-z-]+)'", f"{EXAMPLES} {SNIPPETS}")) == set()
