"""What was found in order before is not tried again, and nothing that is a fault now is missed."""

import shutil
from pathlib import Path

import pytest

from bot.curation import trials
from bot.curation.checks import faults
from bot.curation.material import Material
from bot.curation.reader import read

BREAD = Path(__file__).parent / "bread"
LONG = """\
rules:
  - id: gut
    card: allergy
    signs: [[diverticulitis]]
    source: The back of every bag of flour
    fires: [i have divertikulitis, diverticulitis again]
    quiet: [what a divertimento]
"""


@pytest.fixture
def folder(tmp_path):
    """The bread folder with a rule that knows misspellings."""
    shutil.copytree(BREAD, tmp_path / "bread")
    path = tmp_path / "bread" / "safety.yaml"
    path.write_text(path.read_text("utf-8").replace("rules:\n", LONG, 1), "utf-8")
    return tmp_path / "bread"


EDITS = {
    "an answer": ("qa.yaml", "says 230 degrees", "says 250 degrees", set()),
    "a harmless phrasing": ("qa.yaml", "- what temperature", "- what temperature now", set()),
    "a phrasing that fires a rule": (
        "qa.yaml",
        "- what temperature",
        "- my gluten allergy",
        {"unexpected-card"},
    ),
    "the card of an entry is gone": ("qa.yaml", "  card: allergy\n", "", set()),
    "a word that is no misspelt sign any more": (
        "qa.yaml",
        "- what temperature",
        "- what divertikulitis",
        {"rule-proof-fails"},
    ),
    "the same, from elsewhere": (
        "words.yaml",
        "  - best pizza in town\n",
        "  - best divertikulitis in town\n",
        {"rule-proof-fails"},
    ),
    "a sign of a rule": (
        "safety.yaml",
        "[gluten, wheat]",
        "[wheat]",
        {"rule-proof-fails"},
    ),
    "a rule that fires on a phrasing": (
        "safety.yaml",
        "[[diverticulitis]]",
        "[[diverticulitis, hottest, temperature]]",
        {"unexpected-card"},
    ),
    "a mention under an unknown card": (
        "mentions.yaml",
        "allergy:\n",
        "allergies:\n",
        {"unknown-mention"},
    ),
    "the same phrasing under two entries": (
        "qa.yaml",
        "- what temperature",
        "- kneading time",
        {"same-phrasing"},
    ),
    "an empty text": ("texts.yaml", "tour:", 'welcome: ""\ntour:', {"empty-text"}),
    "an empty message elsewhere": ("words.yaml", "- best pizza in town", '- ""', {"empty-text"}),
}


@pytest.mark.parametrize(("file", "old", "new", "rules"), EDITS.values(), ids=EDITS)
def test_what_is_found_after(folder, file, old, new, rules):
    tried = read(folder)
    assert faults(tried) == []
    text = (folder / file).read_text("utf-8")
    assert old in text
    source = read(folder, {file: text.replace(old, new, 1)})

    found = faults(source, tried.knowledge)

    assert found == faults(source)
    assert {problem.rule for problem in found} == rules


def test_a_word_that_no_phrasing_has_any_more_is_a_misspelt_sign_again(folder):
    """A message that was quiet because a phrasing knew its word fires now."""
    qa, safety = ((folder / name).read_text("utf-8") for name in ("qa.yaml", "safety.yaml"))
    rule = {"safety.yaml": safety.replace("[what a divertimento]", "[a diverticulytis]")}
    known = qa.replace("- what temperature", "- what diverticulytis")
    before = read(folder, {**rule, "qa.yaml": known})
    assert faults(before) == []

    (problem,) = faults(read(folder, rule), before.knowledge)

    assert problem.rule == "rule-proof-fails"


def test_only_what_is_new_is_tried(folder, monkeypatch):
    """An edit of one phrasing costs the rules one message, not thousands."""
    tried = read(folder)
    text = (folder / "qa.yaml").read_text("utf-8")
    source = read(folder, {"qa.yaml": text.replace("- what temperature", "- what heat")})
    material = Material(source, tried.knowledge)
    asked = []
    find = material.safety.find
    monkeypatch.setattr(material.safety, "find", lambda said: asked.append(said) or find(said))
    for rule in trials.CHECKS:
        assert material.found(rule) == []
    assert asked == ["what heat"]
