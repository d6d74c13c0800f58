"""The knowledge against a folder or a git revision, and what cannot be compared."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli import main
from bot.diffing import diff
from bot.errors import KnowledgeError, SettingsError
from bot.settings import Settings

BREAD = Path(__file__).parent / "bread"
FLOUR = "    - what are the ingredients\n"


def git(folder, *arguments):
    who = ("-c", "user.name=Anna", "-c", "user.email=anna@example.org")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def settings(tmp_path):
    """The bread folder in a checkout of its own, with two revisions."""
    folder = tmp_path / "checkout" / "bread"
    shutil.copytree(BREAD, folder)
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-q", "-m", "bread")
    return Settings(knowledge_dir=folder, data_dir=tmp_path / "data")


def edit(folder, old, new, file="qa.yaml"):
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def changed(comparison):
    return {found.asked.example.text for found in comparison.differences}


def test_without_an_edit_nothing_changes(settings):
    """What is compared with the latest revision, when nothing was saved since."""
    found = diff(settings)
    assert changed(found) == set()
    assert not found.is_provisional


@pytest.mark.parametrize("is_quick", [False, True], ids=["learnt", "quick"])
def test_an_edit_against_the_latest_revision(settings, is_quick):
    """Learnt to the end or provisionally, and that is told."""
    edit(settings.knowledge_dir, FLOUR, FLOUR + "    - pantry raid\n")
    found = diff(settings, is_quick=is_quick)
    assert "pantry raid" in changed(found)
    assert found.is_provisional == is_quick


def test_an_edit_against_an_older_revision(settings):
    """Any name that git knows; the working tree stays as it is."""
    edit(settings.knowledge_dir, FLOUR, FLOUR + "    - pantry raid\n")
    git(settings.knowledge_dir, "commit", "-aqm", "pantry")
    assert changed(diff(settings)) == set()
    edit(settings.knowledge_dir, "says 230 degrees", "says 250 degrees")
    before = (settings.knowledge_dir / "qa.yaml").read_text("utf-8")
    found = diff(settings, "HEAD~1", is_quick=True)
    assert "pantry raid" in changed(found)
    assert [item.place for item in found.rewordings] == ["how-hot: answer"]
    assert (settings.knowledge_dir / "qa.yaml").read_text("utf-8") == before


def test_an_edit_against_a_folder(settings):
    """Any folder with such files."""
    edit(settings.knowledge_dir, FLOUR, FLOUR + "    - pantry raid\n")
    assert "pantry raid" in changed(diff(settings, str(BREAD), is_quick=True))


def test_the_folder_of_the_whole_checkout(tmp_path):
    """The knowledge may stand at the top of its checkout."""
    folder = tmp_path / "bread"
    shutil.copytree(BREAD, folder)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "bread")
    found = diff(Settings(knowledge_dir=folder, data_dir=tmp_path / "data"))
    assert changed(found) == set()


UNKNOWN = {
    "no such revision": ("v9.9", "neither a folder nor a git revision v9.9"),
    "what looks like an option": ("--output=here", "neither a folder nor a git revision"),
}


@pytest.mark.parametrize(("other", "words"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_git_does_not_know(settings, other, words):
    with pytest.raises(SettingsError, match=words):
        diff(settings, other)


def test_outside_of_git_another_folder_has_to_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    shutil.copytree(BREAD, tmp_path / "bread")
    settings = Settings(knowledge_dir=tmp_path / "bread", data_dir=tmp_path / "data")
    with pytest.raises(SettingsError, match="in no git checkout"):
        diff(settings)
    with pytest.raises(SettingsError, match="no folder gone"):
        diff(settings, "gone")


def test_a_machine_without_git(settings, monkeypatch):
    """The same as a folder outside of it."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SettingsError, match="in no git checkout"):
        diff(settings)


def test_a_folder_that_does_not_exist(tmp_path):
    with pytest.raises(SettingsError, match="no knowledge folder"):
        diff(Settings(knowledge_dir=tmp_path / "gone", data_dir=tmp_path))


def test_a_revision_with_faults_is_named(settings):
    """Its faults are told with the revision, not with a temporary folder."""
    edit(settings.knowledge_dir, "id: hello", "id: Hello")
    git(settings.knowledge_dir, "commit", "-aqm", "broken")
    edit(settings.knowledge_dir, "id: Hello", "id: hello")
    with pytest.raises(KnowledgeError) as caught:
        diff(settings)
    assert {problem.path for problem in caught.value.problems} == {
        f"HEAD:{settings.knowledge_dir}/qa.yaml"
    }


@pytest.mark.parametrize("is_quick", [False, True], ids=["learnt", "quick"])
def test_an_edit_with_faults_cannot_be_compared(settings, is_quick):
    edit(settings.knowledge_dir, "id: hello", "id: Hello")
    with pytest.raises(KnowledgeError) as caught:
        diff(settings, is_quick=is_quick)
    assert [problem.rule for problem in caught.value.problems] == ["bad-id"]


COMMANDS = {
    "what changed": ([], 0),
    "the same as data": (["--json"], 0),
    "no such revision": (["v9.9"], 2),
}


@pytest.mark.parametrize(("arguments", "code"), COMMANDS.values(), ids=COMMANDS)
def test_the_command(settings, monkeypatch, capsys, arguments, code):
    edit(settings.knowledge_dir, "says 230 degrees", "says 250 degrees")
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))
    assert main(["diff", *arguments, "--quick", "--knowledge", str(settings.knowledge_dir)]) == code
    out, err = capsys.readouterr()
    if code:
        assert "git revision v9.9" in err
    elif arguments:
        assert json.loads(out)["rewordings"][0]["place"] == "how-hot: answer"
    else:
        assert "+ The article says 250 degrees." in out
