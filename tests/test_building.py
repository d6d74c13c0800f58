"""Knowledge folder -> answerer, kept under its fingerprint."""

import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot import building
from bot.building import build, fingerprint, names
from bot.curation.reader import read
from bot.errors import KnowledgeError, SettingsError
from bot.model import Knowledge, Texts
from bot.settings import Settings
from bot.telegram import view

BREAD = Path(__file__).parent / "bread"


@pytest.fixture
def settings(tmp_path):
    shutil.copytree(BREAD, tmp_path / "bread")
    return Settings(knowledge_dir=tmp_path / "bread", data_dir=tmp_path / "data")


@pytest.fixture
def reads(monkeypatch):
    """The folders that were read, one for each building."""
    found = []

    def noting(folder):
        found.append(folder)
        return read(folder)

    monkeypatch.setattr("bot.curation.reader.read", noting)
    return found


def kept(settings):
    return sorted((settings.data_dir / "learnt").glob("*"))


def edit(settings, file, old, new):
    path = settings.knowledge_dir / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def heard(settings, text="how hot"):
    return view.text(build(settings).ask(text).reply)


def test_what_was_learnt_is_kept(settings):
    """The first building leaves one file, named by the fingerprint."""
    build(settings)
    (path,) = kept(settings)
    assert path.name == f"{fingerprint(settings.knowledge_dir)}.pickle"


def test_what_was_kept_is_used(settings, reads):
    """The second building does not read the knowledge again, and says the same."""
    first, second = heard(settings), heard(settings)
    assert "230 degrees" in first
    assert second == first
    assert len(reads) == 1


def test_learning_in_a_process_of_its_own_gives_the_same_answers(settings, reads):
    """A bot that serves learns apart; nobody hears a difference."""
    apart = view.text(build(settings, apart=True).ask("how hot").reply)
    assert kept(settings)
    assert apart == heard(settings)
    assert reads == []


def test_faults_found_in_a_process_of_its_own_arrive(settings):
    """Every fault comes back from the process that learns."""
    edit(settings, "qa.yaml", "id: hello", "id: Hello")
    with pytest.raises(KnowledgeError) as caught:
        build(settings, apart=True)
    assert [problem.rule for problem in caught.value.problems] == ["bad-id"]


DAMAGE = {
    "was cut off": lambda content: content[:-10],
    "holds a wrong byte": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "is empty": lambda _: b"",
    "is too short for a digest": lambda _: b"x",
    "is something else": lambda _: b"never gonna give you up" * 100,
    "is a pickle without a digest": lambda _: pickle.dumps(("a", "b", "c")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_kept_file_is_replaced_when_it(settings, reads, damage):
    before = heard(settings)
    (path,) = kept(settings)
    path.write_bytes(damage(path.read_bytes()))
    assert heard(settings) == before
    assert heard(settings) == before
    assert len(reads) == 2


def a_file(path):
    path.write_text("in the way")


def a_file_below(path):
    path.mkdir()
    (path / "learnt").write_text("in the way")


def a_folder_in_place_of_the_file(path):
    (path / "learnt" / f"{fingerprint(path.parent / 'bread')}.pickle").mkdir(parents=True)


UNWRITABLE = {
    "a file stands in place of the data folder": a_file,
    "a file stands below it": a_file_below,
    "a folder stands in place of the kept file": a_folder_in_place_of_the_file,
}


@pytest.mark.parametrize("obstacle", UNWRITABLE.values(), ids=UNWRITABLE)
def test_the_bot_answers_although(settings, obstacle):
    obstacle(settings.data_dir)
    assert "230 degrees" in heard(settings)
    assert "230 degrees" in heard(settings)


CHANGES = {
    "an answer": ("qa.yaml", "says 230 degrees", "says 250 degrees", "250 degrees"),
    "a text": ("texts.yaml", "From one page on bread", "From a torn page", "From a torn page"),
    "the article's heading": ("article.md", "## 3. The oven", "## 3. The stove", "The stove"),
}


@pytest.mark.parametrize(("file", "old", "new", "words"), CHANGES.values(), ids=CHANGES)
def test_it_is_heard_at_once_when_somebody_changes(settings, file, old, new, words):
    assert words not in heard(settings)
    edit(settings, file, old, new)
    assert words in heard(settings)


def test_what_is_stale_is_removed(settings):
    """Only what was learnt in the last three states takes room."""
    for degrees in range(230, 235):
        build(settings)
        edit(settings, "qa.yaml", f"says {degrees} degrees", f"says {degrees + 1} degrees")
    assert len(kept(settings)) == 3


def test_nothing_else_in_the_data_folder_is_touched(settings):
    """Other files of the data folder belong to others."""
    (settings.data_dir / "learnt").mkdir(parents=True)
    mine = settings.data_dir / "learnt" / "notes.txt"
    mine.write_text("mine")
    build(settings)
    assert mine.read_text() == "mine"


FINGERPRINTS = {
    "words.yaml, which answers are made from": ("words.yaml", True),
    "safety.yaml, which answers are made from": ("safety.yaml", True),
    "examples.yaml, which only measures": ("examples.yaml", False),
    "README.md, which nobody reads here": ("README.md", False),
}


@pytest.mark.parametrize(("file", "is_new"), FINGERPRINTS.values(), ids=FINGERPRINTS)
def test_whether_the_fingerprint_changes_with(settings, file, is_new):
    before = fingerprint(settings.knowledge_dir)
    with (settings.knowledge_dir / file).open("a") as stream:
        stream.write("# a note\n")
    assert (fingerprint(settings.knowledge_dir) != before) == is_new


def test_the_fingerprint_changes_when_a_file_goes(settings):
    """A file that is gone is a change."""
    before = fingerprint(settings.knowledge_dir)
    (settings.knowledge_dir / "words.yaml").unlink()
    assert fingerprint(settings.knowledge_dir) != before


def test_the_fingerprint_changes_with_the_code(settings, tmp_path, monkeypatch):
    """What another version of the code has learnt is not used."""
    before = fingerprint(settings.knowledge_dir)
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "model.py").write_text("# new\n")
    monkeypatch.setattr(building, "CODE", tmp_path / "code")
    assert fingerprint(settings.knowledge_dir) != before


def test_a_folder_that_is_not_there_is_an_error_of_the_settings(tmp_path):
    """The message says which folder, and what to set."""
    with pytest.raises(SettingsError, match="KNOWLEDGE_DIR") as caught:
        build(Settings(knowledge_dir=tmp_path / "cake", data_dir=tmp_path))
    assert str(tmp_path / "cake") in str(caught.value)


def test_knowledge_with_faults_is_not_served_and_not_kept(settings):
    """Every fault is in the error, in order, and nothing is left behind."""
    edit(settings, "qa.yaml", "id: hello", "id: Hello")
    edit(settings, "texts.yaml", "not in {title}", "not in {titel}")
    with pytest.raises(KnowledgeError) as caught:
        build(settings)
    problems = caught.value.problems
    assert [problem.rule for problem in problems] == ["bad-id", "bad-name"]
    assert list(problems) == sorted(problems)
    assert kept(settings) == []


def test_faults_of_the_examples_do_not_stop_the_serving(settings):
    """Examples measure answers; none is made from them."""
    (settings.knowledge_dir / "examples.yaml").write_text("- {text: [\n")
    assert "230 degrees" in heard(settings)


NAMES = {
    "the title": (Texts(title="Bread"), {}, "title", "Bread"),
    "the author": (Texts(author="A baker"), {}, "author", "A baker"),
    "the address": (Texts(address="https://example.org"), {}, "address", "https://example.org"),
    "the operator's contact": (Texts(), {"operator_contact": "the mill"}, "contact", "the mill"),
    "without one, the words for it": (Texts(no_contact="nobody"), {}, "contact", "nobody"),
    "the emergency number": (Texts(), {"emergency_number": "112"}, "emergency_number", "112"),
    "without one, the words for it too": (
        Texts(emergency_number="the brigade"),
        {},
        "emergency_number",
        "the brigade",
    ),
    "notes that are on": (Texts(), {}, "editor_notes", "on"),
    "notes that are off": (Texts(), {"editor_notes": False}, "editor_notes", "off"),
}


@pytest.mark.parametrize(("texts", "given", "name", "value"), NAMES.values(), ids=NAMES)
def test_what_a_name_stands_for(texts, given, name, value):
    assert names(Knowledge((), texts=texts), Settings(**given))[name] == value


def test_settings_are_heard_without_learning_anew(settings, reads):
    """What was learnt does not depend on the settings."""
    edit(settings, "texts.yaml", "That is not in {title}.", "Ask {contact}.")
    for contact in ("the mill", "the baker"):
        assert f"Ask {contact}." in heard(replace(settings, operator_contact=contact), "zzz")
    assert len(reads) == 1


def test_notes_of_the_editors_can_be_switched_off(settings):
    """With EDITOR_NOTES off, only the article speaks."""
    question = "how long should the dough rise"
    assert "refrigerator" in heard(settings, question)
    assert "refrigerator" not in heard(replace(settings, editor_notes=False), question)


CONTACTS = {
    "an address in angle brackets": "Jo <jo@example.org>",
    "an ampersand": "Flour & Sons",
    "braces": "{jo}",
}


@pytest.mark.parametrize("contact", CONTACTS.values(), ids=CONTACTS)
def test_a_contact_is_shown_as_it_stands_with(settings, contact):
    edit(settings, "texts.yaml", "That is not in {title}.", "Ask {contact}.")
    assert f"Ask {contact}." in heard(replace(settings, operator_contact=contact), "zzz")
