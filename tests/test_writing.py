"""Edits of the text of a knowledge file: before and after, and what stays to the letter."""

import difflib

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.curation import writing
from bot.curation.writing import (
    add_elsewhere,
    add_entry,
    add_phrasing,
    change_entry,
    remove_elsewhere,
    remove_entry,
    remove_phrasing,
)
from bot.errors import EditError


def data(text):
    """What a reader of YAML that is not ours finds in a text, all as texts."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts


ADDED = {
    "in lines": (
        "- id: x\n  phrasings:\n    - a # note\n    # more\n  answer: b\n",
        "- id: x\n  phrasings:\n    - a # note\n    - new\n    # more\n  answer: b\n",
    ),
    "in lines that are not indented": (
        "- id: x\n  phrasings:\n  - a\n  answer: b\n",
        "- id: x\n  phrasings:\n  - a\n  - new\n  answer: b\n",
    ),
    "in lines with wide hyphens": (
        "- id: x\n  phrasings:\n    -   a\n",
        "- id: x\n  phrasings:\n    -   a\n    -   new\n",
    ),
    "after one in quotes": (
        "- id: x\n  phrasings:\n    - 'a'\n",
        "- id: x\n  phrasings:\n    - 'a'\n    - 'new'\n",
    ),
    "after one of two lines": (
        "- id: x\n  phrasings:\n    - a\n      b\n\n  answer: c\n",
        "- id: x\n  phrasings:\n    - a\n      b\n    - new\n\n  answer: c\n",
    ),
    "after a block": (
        "- id: x\n  phrasings:\n    - >-\n      a\n      b\n\n\n  answer: c\n",
        "- id: x\n  phrasings:\n    - >-\n      a\n      b\n    - new\n\n\n  answer: c\n",
    ),
    "after a block that keeps its blank lines": (
        "- id: x\n  phrasings:\n    - |+\n      a\n\n  answer: c\n",
        "- id: x\n  phrasings:\n    - |+\n      a\n\n    - new\n  answer: c\n",
    ),
    "without a line break at the end": (
        "- id: x\n  phrasings:\n    - a",
        "- id: x\n  phrasings:\n    - a\n    - new",
    ),
    "with the line ends of Windows": (
        "- id: x\r\n  phrasings:\r\n    - a\r\n  answer: b\r\n",
        "- id: x\r\n  phrasings:\r\n    - a\r\n    - new\r\n  answer: b\r\n",
    ),
    "with the mark that some editors put first": (
        "\ufeff- id: x\n  phrasings: [a]\n",
        "\ufeff- id: x\n  phrasings: [a, new]\n",
    ),
    "in brackets": ("- id: x\n  phrasings: [a, 'b']\n", "- id: x\n  phrasings: [a, 'b', 'new']\n"),
    "in brackets with a comma at the end": (
        "- id: x\n  phrasings: [a,]\n",
        "- id: x\n  phrasings: [a, new,]\n",
    ),
    "in empty brackets": ("- id: x\n  phrasings: []\n", "- id: x\n  phrasings: [new]\n"),
    "in brackets over lines": (
        "- id: x\n  phrasings: [\n    a, # one\n    b  # two\n  ]\n",
        "- id: x\n  phrasings: [\n    a, # one\n    b,  # two\n    new\n  ]\n",
    ),
    "in brackets over lines, a comma at the end": (
        "- id: x\n  phrasings: [\n    a,\n    b, # two\n  ]\n",
        "- id: x\n  phrasings: [\n    a,\n    b, # two\n    new,\n  ]\n",
    ),
    "in brackets, broken for their length": (
        "- id: x\n  phrasings: [a,\n    b]\n",
        "- id: x\n  phrasings: [a,\n    b, new]\n",
    ),
    "where the list is empty": (
        "- id: x\n  phrasings: # none yet\n  answer: b\n",
        "- id: x\n  phrasings: # none yet\n    - new\n  answer: b\n",
    ),
    "where there is no list": (
        "- id: x\n  question: a # note\n  answer: b\n",
        "- id: x\n  question: a # note\n  phrasings:\n    - new\n  answer: b\n",
    ),
    "where there is no list, and it comes last": (
        "- section: s\n  id: x",
        "- section: s\n  phrasings:\n    - new\n  id: x",
    ),
    "in an entry in brackets": (
        "[{id: x, phrasings: [a], answer: b}]\n",
        "[{id: x, phrasings: [a, new], answer: b}]\n",
    ),
    "in an entry in brackets without a list": (
        "- {id: x, answer: b}\n",
        "- {id: x, phrasings: [new], answer: b}\n",
    ),
    "among others": (
        "- id: w\n  phrasings: [a]\n# x\n- id: x\n  phrasings:\n    - a\n"
        "- id: z\n  phrasings: [a]\n",
        "- id: w\n  phrasings: [a]\n# x\n- id: x\n  phrasings:\n    - a\n    - new\n"
        "- id: z\n  phrasings: [a]\n",
    ),
    "after a text beyond the usual characters": (
        "# 🦴\n- id: x\n  phrasings:\n    - 🦵 hurts\n",
        "# 🦴\n- id: x\n  phrasings:\n    - 🦵 hurts\n    - new\n",
    ),
    "in a document with its marks": (
        "---\n- id: x\n  phrasings:\n    - a\n...\n",
        "---\n- id: x\n  phrasings:\n    - a\n    - new\n...\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_a_phrasing_is_added(before, after):
    """At the end of its list, written as its neighbours are."""
    assert add_phrasing(before, "x", "new") == after


NOT_BACK = {"where the list is empty", "where there is no list", "in an entry in brackets without"}


@pytest.mark.parametrize(
    ("before", "after"),
    [case for name, case in ADDED.items() if not name.startswith(tuple(NOT_BACK))],
    ids=[name for name in ADDED if not name.startswith(tuple(NOT_BACK))],
)
def test_taking_it_out_again_gives_the_same_data(before, after):
    """What was added can be removed; a comma that was needed may stay."""
    back = remove_phrasing(after, "x", "new")

    assert data(back) == data(before)


REMOVED = {
    "from lines, with its comment": (
        "- id: x\n  phrasings:\n    - a\n    - old # typo\n    # more\n    - b\n",
        "- id: x\n  phrasings:\n    - a\n    # more\n    - b\n",
    ),
    "the only one in lines": (
        "- id: x\n  phrasings: # note\n    - old\n  answer: b\n",
        "- id: x\n  phrasings: [] # note\n  answer: b\n",
    ),
    "the only one in brackets": ("- id: x\n  phrasings: [old,]\n", "- id: x\n  phrasings: []\n"),
    "the first in brackets": ("- id: x\n  phrasings: [old, b]\n", "- id: x\n  phrasings: [b]\n"),
    "the last in brackets": ("- id: x\n  phrasings: [a, old]\n", "- id: x\n  phrasings: [a]\n"),
    "one in the middle": ("- id: x\n  phrasings: [a, old, b]\n", "- id: x\n  phrasings: [a, b]\n"),
    "one in a line of its own in brackets": (
        "- id: x\n  phrasings: [\n    old, # one\n    b, # two\n  ]\n",
        "- id: x\n  phrasings: [\n    b, # two\n  ]\n",
    ),
    "one after a break in brackets": (
        "- id: x\n  phrasings: [a, # one\n    old, b]\n",
        "- id: x\n  phrasings: [a, # one\n    b]\n",
    ),
    "the later one of two": (
        "- id: x\n  phrasings:\n    - old # first\n    - old\n",
        "- id: x\n  phrasings:\n    - old # first\n",
    ),
    "with the line ends of Windows": (
        "- id: x\r\n  phrasings:\r\n    - a\r\n    - old\r\n",
        "- id: x\r\n  phrasings:\r\n    - a\r\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), REMOVED.values(), ids=REMOVED)
def test_a_phrasing_is_removed(before, after):
    """With its line or its comma, and nothing else."""
    assert remove_phrasing(before, "x", "old") == after


CHANGED = {
    "a plain answer": ("  answer: b # note\n", {"answer": "c"}, "  answer: c # note\n"),
    "a plain answer that needs quotes": ("  answer: b\n", {"answer": "b: c"}, '  answer: "b: c"\n'),
    "an answer in quotes": ("  answer: 'b'\n", {"answer": "it's"}, "  answer: 'it''s'\n"),
    "an answer of two lines": ("  answer: b\n    c\n", {"answer": "d"}, "  answer: d\n"),
    "a folded answer, its note kept": (
        "  answer: > # note\n    b\n    c\n\n  related: [y]\n",
        {"answer": "d"},
        "  answer: >- # note\n    d\n\n  related: [y]\n",
    ),
    "an answer to the letter": (
        "  answer: |\n    b\n    c\n",
        {"answer": "b\nd\n"},
        "  answer: |\n    b\n    d\n",
    ),
    "an answer that was a block and can be none, its note kept": (
        "  answer: | # note\n    b\n",
        {"answer": " c"},
        '  answer: " c" # note\n',
    ),
    "an answer that was empty": ("  answer:\n", {"answer": "c"}, "  answer: c\n"),
    "an answer that was missing": (
        "  related: [y]\n",
        {"answer": "c"},
        "  answer: c\n  related: [y]\n",
    ),
    "nothing": ("  answer: b\n", {"answer": "b"}, "  answer: b\n"),
    "one of two quotes": (
        '  answer: b\n  quotes:\n    # first\n    - "p"\n    # second\n    - "q"\n',
        {"quotes": ["p", "r"]},
        '  answer: b\n  quotes:\n    # first\n    - "p"\n    # second\n    - "r"\n',
    ),
    "a quote more": (
        '  answer: b\n  quotes: ["p"]\n',
        {"quotes": ["p", "q"]},
        '  answer: b\n  quotes: ["p", "q"]\n',
    ),
    "a quote less": (
        '  answer: b\n  quotes:\n    - "p"\n    - "q"\n',
        {"quotes": ["q"]},
        '  answer: b\n  quotes:\n    - "q"\n',
    ),
    "no quotes any more": (
        '  answer: b\n  quotes:\n    - "p"\n',
        {"quotes": []},
        "  answer: b\n  quotes: []\n",
    ),
    "quotes that were missing": (
        "  answer: b\n  related: [y]\n",
        {"quotes": ["p"]},
        '  answer: b\n  quotes:\n    - "p"\n  related: [y]\n',
    ),
    "quotes in another order": (
        "  answer: b\n  quotes: [p, q]\n",
        {"quotes": ["q", "p"]},
        "  answer: b\n  quotes: [q, p]\n",
    ),
    "several at once": (
        "  question: a\n  answer: b\n",
        {"question": "c", "answer": "d"},
        "  question: c\n  answer: d\n",
    ),
}


@pytest.mark.parametrize(("before", "values", "after"), CHANGED.values(), ids=CHANGED)
def test_an_entry_is_changed(before, values, after):
    """In the style in which it was written, whatever stands around it."""
    frame = "# top\n\n- id: w\n  answer: b\n\n- id: x\n{}# end\n- id: z\n  answer: b\n"

    assert change_entry(frame.format(before), "x", values) == frame.format(after)


ENTRY = {"phrasings": ["a", "no"], "answer": "b: c", "id": "new", "section": "Two", "question": "q"}
LINES = """\
- id: new
  section: Two
  question: q
  phrasings:
    - a
    - "no"
  answer: "b: c"
"""
NEW = {
    "after the last of its section": (
        "- id: a\n  section: Two\n\n- id: b\n  section: Two\n  related: [a] # note\n  # more\n\n"
        "# Three\n- id: c\n  section: Three\n",
        "- id: a\n  section: Two\n\n- id: b\n  section: Two\n  related: [a] # note\n  # more\n\n"
        f"{LINES}\n# Three\n- id: c\n  section: Three\n",
    ),
    "at the end when its section is new": (
        "- id: a\n  section: One\n\n- id: b\n  section: Zero\n",
        f"- id: a\n  section: One\n\n- id: b\n  section: Zero\n\n{LINES}",
    ),
    "close to the others where they are close": (
        "- id: a\n  section: One\n- id: b\n  section: Two\n- id: c\n  section: Three",
        f"- id: a\n  section: One\n- id: b\n  section: Two\n{LINES}- id: c\n  section: Three",
    ),
    "where there is one": ("- id: a\n  section: One\n", f"- id: a\n  section: One\n\n{LINES}"),
    "where there is none": ("# The questions.\n", f"# The questions.\n{LINES}"),
    "in an empty file": ("", LINES),
    "without a line break at the end": (
        "- id: a\n  section: Two",
        f"- id: a\n  section: Two\n\n{LINES}".rstrip("\n"),
    ),
    "with the line ends of Windows": (
        "- id: a\r\n  section: Two\r\n",
        f"- id: a\n  section: Two\n\n{LINES}".replace("\n", "\r\n"),
    ),
    "after one that begins below its hyphen": (
        "-\n  id: a\n  section: Two\n",
        f"-\n  id: a\n  section: Two\n\n{LINES}",
    ),
    "in a list that is indented": (
        "  - id: a\n    section: Two\n",
        "  - id: a\n    section: Two\n\n" + "".join(f"  {line}\n" for line in LINES.splitlines()),
    ),
    "in brackets": (
        "[{id: a, section: Two}]\n",
        '[{id: a, section: Two}, {id: new, section: Two, question: q, phrasings: [a, "no"], '
        'answer: "b: c"}]\n',
    ),
}


@pytest.mark.parametrize(("before", "after"), NEW.values(), ids=NEW)
def test_an_entry_is_added(before, after):
    """After the last of its section, in the style of the guide."""
    assert add_entry(before, ENTRY) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case
        for name, case in NEW.items()
        if name not in ("in brackets", "in an empty file", "where there is none")
    ],
)
def test_an_entry_is_removed_again(before, after):
    """An entry that was added goes with its blank line."""
    assert remove_entry(after, "new") == before


def test_the_first_entry_is_removed():
    """What follows becomes the beginning."""
    assert remove_entry("- id: new\n  answer: b\n\n- id: x\n", "new") == "- id: x\n"


def test_related_entries_stand_in_one_line():
    """Lists of ids are short."""
    new = add_entry(
        "- id: a\n", {"id": "b", "related": ["a", "c"], "quotes": ["q"], "talk": "true"}
    )

    assert new == '- id: a\n\n- id: b\n  quotes:\n    - "q"\n  related: [a, c]\n  talk: true\n'


ELSEWHERE = {
    "after the others": (
        "groups: []\nelsewhere:\n  - a\n# end\n",
        "groups: []\nelsewhere:\n  - a\n  - new\n# end\n",
    ),
    "as the first": ("groups:\n  - [a, b]\n", "groups:\n  - [a, b]\nelsewhere:\n  - new\n"),
    "in a file with comments only": ("# words\n", "# words\nelsewhere:\n  - new\n"),
    "in a file that is not there": ("", "elsewhere:\n  - new\n"),
    "in empty brackets": ("{}\n", "{elsewhere: [new]}\n"),
    "in brackets": ("{other: x}\n", "{elsewhere: [new], other: x}\n"),
    "before a key that nobody knows": ("other: x\n", "elsewhere:\n  - new\nother: x\n"),
}


@pytest.mark.parametrize(("before", "after"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_message_is_none_of_the_bots_business(before, after):
    """It goes to the end of the list in words.yaml, and can be taken out again."""
    assert add_elsewhere(before, "new") == after
    assert "new" not in remove_elsewhere(after, "new")


REFUSED = {
    "no such entry": (add_phrasing, "- id: y\n", ("x", "a"), 'no entry "x"'),
    "two such entries": (add_phrasing, "- id: x\n- id: x\n", ("x", "a"), '2 entries "x"'),
    "the phrasing is there": (
        add_phrasing, "- id: x\n  phrasings: ['a']\n", ("x", "a"), "already",
    ),
    "the phrasing is not there": (remove_phrasing, "- id: x\n", ("x", "a"), "does not stand"),
    "no list": (add_phrasing, "- id: x\n  phrasings: a\n", ("x", "b"), "is no list"),
    "no YAML": (add_phrasing, "- id: x\n\tb: c\n", ("x", "b"), "line 2"),
    "a control character": (add_phrasing, "- id: x\n# \x07\n", ("x", "b"), "control character"),
    "no text": (change_entry, "- id: x\n  answer: [b]\n", ("x", {"answer": "c"}), "another form"),
    "a key twice": (add_phrasing, "- id: x\n  id: y\n", ("x", "b"), "twice"),
    "a key that is a list": (add_phrasing, "- id: x\n  [a]: y\n", ("x", "b"), "key is no text"),
    "an alias": (add_phrasing, "- id: x\n  a: &b c\n", ("x", "b"), "write them out"),
    "two documents": (add_phrasing, "- id: x\n---\n- id: y\n", ("x", "b"), "one document"),
    "too deep": (add_phrasing, "[" * 20 + "]" * 20, ("x", "b"), "too deeply"),
    "the id is there": (add_entry, "- id: x\n", ({"id": "x"},), "an entry"),
    "the only entry": (remove_entry, "- id: x\n", ("x",), "without changing more"),
    "an entry in brackets": (
        remove_entry, "[{id: x}, {id: y}]\n", ("x",), "change it in the file",
    ),
    "an item behind two hyphens": (
        remove_phrasing, "- id: x\n  phrasings: # \n  -\n    a\n", ("x", "a"), "change it",
    ),
    "half of a character": (add_phrasing, "- id: x\n", ("x", "\ud83d"), "without changing more"),
    "keys in place of a list": (
        change_entry, "- {id: x, quotes: {a: b}}\n", ("x", {"quotes": ["c"]}), "another form",
    ),
    "a list in place of keys": (add_elsewhere, "- [a, b]\n", ("c",), "another form"),
    "no list of entries": (add_entry, "id: x\n", ({"id": "y"},), "another form"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "text", "values", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_refused(edit, text, values, words):
    """A sentence says why."""
    with pytest.raises(EditError, match=words):
        edit(text, *values)


def test_a_wrong_edit_is_never_returned(monkeypatch):
    """Were something else changed than what was meant, the edit would be refused."""
    monkeypatch.setattr(writing.splices, "added", lambda *_: [(0, 0, "- id: y\n")])

    with pytest.raises(EditError, match="without changing more"):
        add_phrasing("- id: x\n  phrasings: [a]\n", "x", "b")


# ---------------------------------------------------------------- whatever the file

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NOTES = st.sampled_from(["", "", " # note", "  # - x: ["])
WORDS = st.sampled_from(
    ["a", "b c", "'no'", '"d: e"', "'it''s'", "🦵 f", "g\n      h", '"i\n      j"']
)
BLOCKS = st.sampled_from([">-\n      k\n      l", "|\n      m", "|2-\n      o"])
BETWEEN = st.sampled_from(["", "", "\n", "    # between\n", "# at the left\n", "\n\n"])


@st.composite
def listed(draw):
    """A list in lines or in brackets, with comments and blank lines."""
    items = draw(st.lists(WORDS, max_size=4))
    if draw(st.booleans()) or not items:
        inside = draw(st.sampled_from([", ", ",\n      ", ", # note\n      "])).join(items)
        end = draw(st.sampled_from(["", ",", "\n      ", " # end\n      "])) if items else ""
        return f" [{inside}{end}]{draw(NOTES)}\n"
    lines = []
    for item in items:
        text = draw(st.one_of(st.just(item + draw(NOTES)), BLOCKS))
        lines.append(f"    - {text}\n{draw(BETWEEN)}")
    return f"{draw(NOTES)}\n" + "".join(lines)


@st.composite
def files(draw):
    """A file of three entries."""
    entries = []
    for name in "xyz":
        keys = [
            f"section: {draw(st.sampled_from('ST'))}\n",
            f"answer: {draw(WORDS)}{draw(NOTES)}\n",
        ]
        keys.insert(1, f"phrasings:{draw(listed())}")
        keys += draw(
            st.lists(st.sampled_from(["related: [y]\n", "quotes:\n    - q\n"]), unique=True)
        )
        entries.append(f"- id: {name}\n" + "".join(f"  {key}" for key in keys))
    text = draw(st.sampled_from(["", "\n", "\n# ---- next ----\n"])).join(entries)
    text = text.rstrip("\n") if draw(st.booleans()) else text
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def lost(before, after):
    """The lines that are not there any more."""
    lines = [text.splitlines(keepends=False) for text in (before, after)]
    return [line[2:] for line in difflib.ndiff(*lines) if line.startswith("- ")]


@pytest.mark.repetitive
@given(files(), TEXTS)
@settings(max_examples=50)
def test_adding_to_any_file(text, phrasing):
    """Every line stays, but for one that gets a comma; the line ends are those of the file."""
    before = data(text)
    assume(phrasing not in before[1]["phrasings"])

    after = add_phrasing(text, "y", phrasing)

    before[1]["phrasings"].append(phrasing)
    assert data(after) == before
    assert len(lost(text, after)) <= 1
    assert after.endswith("\n") == text.endswith("\n")
    assert ("\r" in after) == ("\r" in text)


@pytest.mark.repetitive
@given(files())
@settings(max_examples=50)
def test_removing_from_any_file(text):
    """Every other phrasing, and every other line, stays."""
    before = data(text)
    after = text
    for phrasing in list(before[1]["phrasings"]):
        after = remove_phrasing(after, "y", phrasing)
        assert after.count("#") >= text.count("#") - len(before[1]["phrasings"])

    before[1]["phrasings"] = []
    assert data(after) == before


@pytest.mark.repetitive
@given(files(), TEXTS)
@settings(max_examples=50)
def test_changing_any_answer(text, answer):
    """Nothing but the answer is replaced."""
    before = data(text)

    after = change_entry(text, "y", {"answer": answer})

    before[1]["answer"] = answer
    assert data(after) == before
    assert after.count("#") >= text.count("#")
    assert len(lost(text, after)) <= 2


@pytest.mark.repetitive
@given(files(), TEXTS, st.lists(TEXTS, min_size=1, max_size=3, unique=True))
@settings(max_examples=50)
def test_a_new_entry_in_any_file(text, answer, phrasings):
    """It is all that is added, and taking it out gives the file as it was."""
    entry = {"id": "new", "section": "T", "phrasings": phrasings, "answer": answer}
    after = add_entry(text, entry)

    found = [other for other in data(after) if other["id"] != "new"]
    assert found == data(text)
    assert entry in data(after)
    assert lost(text, after) == []
    assert data(remove_entry(after, "new")) == data(text)
