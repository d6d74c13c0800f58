"""Findings that are meant to be so."""

import shutil
from pathlib import Path

import pytest

from bot.curation.checking import examine
from bot.curation.checks import faults
from bot.curation.reader import read

BREAD = Path(__file__).parent / "bread"
ALLOW = "  allow: [{{rule: {rule}, reason: so}}]\n"
HOT = "  section: The oven\n  question: How hot should the oven be?\n"


def folder_with(folder, allow="", allowed="", file="", old="", new=""):
    """The second folder with allowances in the entry `how-hot` and in `allowed.yaml`."""
    shutil.copytree(BREAD, folder, dirs_exist_ok=True)
    qa = (folder / "qa.yaml").read_text("utf-8")
    assert HOT in qa
    (folder / "qa.yaml").write_text(qa.replace(HOT, HOT + allow), "utf-8")
    (folder / "allowed.yaml").write_text(allowed, "utf-8")
    if file:
        (folder / file).write_text((folder / file).read_text("utf-8").replace(old, new), "utf-8")
    return read(folder)


def rules(problems):
    return {problem.rule for problem in problems}


def test_an_entry_allows_a_rule_for_all_that_is_found_in_it(tmp_path):
    """Other entries, and other rules in the same entry, are still told."""
    before, after = (
        examine(folder_with(tmp_path / name, allow))
        for name, allow in {"a": "", "b": ALLOW.format(rule="few-phrasings")}.items()
    )
    few = [[p.message for p in found if p.rule == "few-phrasings"] for found in (before, after)]
    assert [m for m in few[0] if m not in few[1]] == [m for m in few[0] if '"how-hot"' in m] != []
    assert len(before) == len(after) + 1
    assert "needless-allowance" not in rules(after)


def test_a_file_allows_a_finding_by_its_words(tmp_path):
    """What belongs to no entry is allowed in `allowed.yaml`."""
    allowed = "- {rule: unused-sentence, about: A cold kitchen, reason: it is a detail}\n"
    found = examine(folder_with(tmp_path, allowed=allowed))
    assert rules(found).isdisjoint({"unused-sentence", "needless-allowance"})


def test_the_one_error_that_can_be_allowed(tmp_path):
    """A phrasing that fires a rule is an error until its entry allows it."""
    risky = {"file": "qa.yaml", "old": "- what temperature\n", "new": "- i am coeliac\n"}
    assert rules(faults(folder_with(tmp_path / "a", **risky))) == {"unexpected-card"}
    allowed = folder_with(tmp_path / "b", ALLOW.format(rule="unexpected-card"), **risky)
    assert faults(allowed) == []
    assert "needless-allowance" not in rules(examine(allowed))


@pytest.mark.parametrize("is_tried", [False, True])
def test_an_allowance_is_judged_each_time(tmp_path, is_tried):
    """Also when the rules were tried before on the very same phrasings."""
    allow = ALLOW.format(rule="unexpected-card")
    needless = folder_with(tmp_path / "needless", allow)
    risky = {"file": "qa.yaml", "old": "- what temperature\n", "new": "- i am coeliac\n"}
    needed = folder_with(tmp_path / "needed", allow, **risky)

    assert "needless-allowance" in rules(examine(needless, is_tried=is_tried))
    assert not {"needless-allowance", "unexpected-card"} & rules(examine(needed, is_tried=is_tried))


NEEDLESS = {
    "an entry allows what is not found in it": (
        ALLOW.format(rule="strong-word"),
        "",
        '"strong-word" finds nothing here any more',
    ),
    "a file allows what is not found": (
        "",
        "- {rule: unused-sentence, about: Let it cool, reason: so}\n",
        '"unused-sentence" finds nothing here any more',
    ),
    "a rule that there is not": (
        ALLOW.format(rule="strong-words"),
        "",
        'there is no rule "strong-words"',
    ),
    "an error": ("", "- {rule: bad-id, about: id, reason: so}\n", '"bad-id" cannot be allowed'),
}


@pytest.mark.parametrize(("allow", "allowed", "words"), NEEDLESS.values(), ids=NEEDLESS)
def test_an_allowance_that_is_not_needed_is_told(tmp_path, allow, allowed, words):
    found = [
        p for p in examine(folder_with(tmp_path, allow, allowed)) if p.rule == "needless-allowance"
    ]
    assert [(p.level, words in p.message) for p in found] == [("warning", True)]
    assert found[0].line == (61 if allow else 1)


def test_an_error_is_not_allowed_away(tmp_path):
    """What forbids serving stays, whatever a file allows, and no allowance is judged before."""
    source = folder_with(
        tmp_path,
        allowed="- {rule: bad-id, about: id, reason: so}\n",
        file="qa.yaml",
        old="id: hello",
        new="id: Hello",
    )
    assert "bad-id" in rules(faults(source))
    assert "needless-allowance" not in rules(examine(source))
