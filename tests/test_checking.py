"""`check` whole: its rules and their manuals, and how findings are printed."""

import json
import re
from pathlib import Path

import pytest

from bot.curation import checks
from bot.curation.checking import ADVICE, as_lines, examine, manuals
from bot.curation.material import Material, name_of
from bot.curation.reader import read
from bot.errors import Problem

ROOT = Path(__file__).parent.parent
MANUALS = {manual.rule: manual for manual in manuals()}


@pytest.mark.repetitive
def test_the_shipped_knowledge_has_no_findings():
    """Neither errors nor warnings; what is meant to be so is allowed with a reason."""
    assert list(map(str, examine(read(ROOT / "knowledge")))) == []


def test_no_rule_has_two_names():
    """Each is named once, whether it looks at the form of files or at what they say."""
    assert len(MANUALS) == len(manuals())


@pytest.mark.parametrize("rule", MANUALS)
def test_every_rule_has_a_manual_in_sentences(rule):
    """Its first paragraph says what holds, the rest what to do."""
    text = MANUALS[rule].text
    assert re.match(r"[A-Z`]", text)
    assert text.endswith(".")


def test_every_rule_is_in_the_guide_for_maintainers():
    """The table in README.md of the knowledge folder says of each what `check --rules` says."""
    guide = (ROOT / "knowledge/README.md").read_text("utf-8")
    missing = [
        row
        for rule, manual in MANUALS.items()
        if (row := f"| `{rule}` | {manual.level} | {' '.join(manual.text.split())} |") not in guide
    ]
    assert missing == []
    assert len(re.findall(r"(?m)^\| `[a-z-]+` \| (?:error|warning) \|", guide)) == len(MANUALS)


@pytest.mark.parametrize("rule", [*checks.CHECKS, *ADVICE], ids=name_of)
def test_a_rule_finds_under_its_own_name(rule):
    """What a rule yields carries its name, whatever file is broken."""
    drafts = {
        "qa.yaml": "- {id: A, section: s, question: '<b>', phrasings: [''], answer: '{a} <b> 9',"
        " quotes: [x], related: [z], card: y, talk: true}",
        "safety.yaml": "rules: [{id: a, card: b, signs: [['a*b']], source: S1, fires: [],"
        " quiet: []}]\n"
        "groups: {a: [$a]}",
        "examples.yaml": "- text: a\n- text: a",
        "words.yaml": "groups: [[a]]",
    }
    source = read(ROOT / "nowhere", drafts)
    assert {problem.rule for problem in Material(source).found(rule)} <= {name_of(rule)}


BROKEN = {
    "a file of entries that cannot be read": ("qa.yaml", "- id: a\n  answer: b: c\n"),
    "examples that cannot be read": ("examples.yaml", "- {text: a"),
}


@pytest.mark.parametrize(("file", "text"), BROKEN.values(), ids=BROKEN)
def test_nothing_is_missed_because_of(file, text):
    """What was left out for a fault is not said to be missing, unused or too little."""
    bread = ROOT / "tests/bread"
    before = {str(problem) for problem in examine(read(bread))}
    new = [p for p in examine(read(bread, {file: text})) if str(p) not in before]
    assert [problem.rule for problem in new] == ["syntax"]


def test_progress_is_told_rule_by_rule():
    told = []
    examine(read(ROOT / "tests/bread"), lambda done, all_: told.append((done, all_)))
    assert told == [(n, len(told)) for n in range(len(checks.CHECKS) + len(ADVICE))]


FOUND = [Problem("a,b.yaml", 3, "100 % wrong", "odd"), Problem("c.yaml", 1, "so", "dry", "warning")]
FORMS = {
    "text": ["a,b.yaml:3: 100 % wrong [odd]", "c.yaml:1: warning: so [dry]"],
    "github": [
        "::error file=a%2Cb.yaml,line=3,title=odd::100 %25 wrong",
        "::warning file=c.yaml,line=1,title=dry::so",
    ],
}


@pytest.mark.parametrize("form", FORMS)
def test_findings_are_printed_as(form):
    assert list(as_lines(FOUND, form)) == FORMS[form]


def test_findings_for_programs_are_one_list():
    (text,) = as_lines(FOUND, "json")
    assert [(item["rule"], item["level"]) for item in json.loads(text)] == [
        ("odd", "error"),
        ("dry", "warning"),
    ]
    assert list(as_lines([], "json")) == ["[]"]
