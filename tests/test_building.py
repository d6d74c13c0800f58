"""Knowledge folder -> answerer, kept under its fingerprint."""

import asyncio
import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot import building, loading
from bot.answering import safety
from bot.answering.learn import learn, learn_mentions
from bot.answering.safety import innocent, safety_of
from bot.building import build, build_apart, names
from bot.curation.reader import read
from bot.errors import BotError, KnowledgeError, SettingsError
from bot.loading import mentioned_only, phrased_only, version
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
    """The kept states of the knowledge."""
    return sorted((settings.data_dir / "learnt").glob("*.pickle"))


def parts(settings):
    """The kept parts that the states refer to."""
    learnt = settings.data_dir / "learnt"
    return sorted(
        path for kind in ("entries", "mentions") for path in learnt.glob(f"{kind}/*.pickle")
    )


def edit(settings, file, old, new):
    path = settings.knowledge_dir / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def heard(settings, text="how hot"):
    return view.text(build(settings).ask(text).reply)


def test_what_was_learnt_is_kept(settings):
    """The first building leaves the state, and the two parts that it refers to."""
    build(settings)
    assert len(kept(settings)) == 1
    assert [path.parent.name for path in parts(settings)] == ["entries", "mentions"]


def test_what_was_kept_is_used(settings, reads):
    """The second building does not read the knowledge again, and says the same."""
    first, second = heard(settings), heard(settings)
    assert "230 degrees" in first
    assert second == first
    assert len(reads) == 1


def test_learning_in_a_process_of_its_own_gives_the_same_answers(settings, reads):
    """A bot that serves learns apart; nobody hears a difference."""
    apart = view.text(asyncio.run(build_apart(settings)).ask("how hot").reply)
    assert kept(settings)
    assert apart == heard(settings)
    assert reads == []


def test_faults_found_in_a_process_of_its_own_arrive(settings):
    """Every fault comes back from the process that learns."""
    edit(settings, "qa.yaml", "id: hello", "id: Hello")
    with pytest.raises(KnowledgeError) as caught:
        asyncio.run(build_apart(settings))
    assert [problem.rule for problem in caught.value.problems] == ["bad-id"]


EDITS = {
    "an answer: nothing": ("qa.yaml", "says 230 degrees", "names 230 degrees", []),
    "a related question: nothing": ("qa.yaml", "related: [how-hot]", "related: [hello]", []),
    "a text: nothing": ("texts.yaml", "From one page", "From a page", []),
    "the article: nothing": ("article.md", "## 3. The oven", "## 3. The stove", []),
    "the words of a card: nothing": ("safety.yaml", "is full of", "has a lot of", []),
    "the source of a rule: nothing": ("safety.yaml", "every bag of flour", "a bag of flour", []),
    "an example: nothing": ("examples.yaml", "\n", "\n\n", []),
    "words that begin a question: nothing": ("words.yaml", "[what, which", "[what, why", []),
    "a phrasing: both, as it calls for no card": (
        "qa.yaml",
        "- what temperature",
        "- what temperature then",
        ["entries", "mentions"],
    ),
    "a synonym: the entries": ("words.yaml", "[temperature, temp]", "[heat, temp]", ["entries"]),
    "what must not land here: the entries": (
        "qa.yaml",
        "  talk: true",
        "  talk: true\n  not_this: [hello kitty]",
        ["entries"],
    ),
    "a message elsewhere: both": (
        "words.yaml",
        "best pizza in town",
        "worst pizza in town",
        ["entries", "mentions"],
    ),
    "a mention: the mentions": ("mentions.yaml", "makes me ill\n", "makes me sick\n", ["mentions"]),
    "a sign of a rule: the mentions": ("safety.yaml", "[gluten, wheat]", "[gluten]", ["mentions"]),
    "the category of a card: the mentions": (
        "safety.yaml",
        "category: ask-first",
        "category: inflammation",
        ["mentions"],
    ),
}


@pytest.mark.repetitive
@pytest.mark.parametrize(("file", "old", "new", "expected"), EDITS.values(), ids=EDITS)
def test_what_is_learnt_anew_after_an_edit_of(settings, file, old, new, expected):
    build(settings)
    before = {path: path.stat().st_mtime_ns for path in parts(settings)}
    edit(settings, file, old, new)
    build(settings)
    after = {path: path.stat().st_mtime_ns for path in parts(settings)}
    assert before.items() <= after.items()
    assert sorted(path.parent.name for path in after.keys() - before.keys()) == expected


def test_a_phrasing_after_many_others_is_nothing_to_safety(settings, monkeypatch):
    """What safety knows of ordinary messages stays as it is; only the entries are learnt anew."""
    monkeypatch.setattr(safety, "MOST_OF_AN_ENTRY", 0)
    build(settings)
    before = set(parts(settings))
    edit(settings, "qa.yaml", "- what temperature", "- what temperature then")
    build(settings)
    assert [path.parent.name for path in set(parts(settings)) - before] == ["entries"]


def test_the_parts_depend_on_nothing_but_what_they_are_kept_under():
    """Learning from all of the knowledge gives the same as learning from what names the part."""
    whole = read(BREAD).knowledge
    phrased, mentioned = phrased_only(whole), mentioned_only(whole)
    entries = [learn(known.entries, known.words) for known in (whole, phrased)]
    mentions = [
        learn_mentions(known, innocent(known, safety_of(known))) for known in (whole, mentioned)
    ]
    assert replace(entries[1], entries=whole.entries) == entries[0]
    assert mentions[1] == mentions[0]


TRIED = {
    "a phrasing that fires a rule": [("qa.yaml", "- what temperature", "- my gluten allergy")],
    "the card of an entry is gone": [
        ("qa.yaml", "- what do i have to buy\n", "- i am coeliac\n"),
        ("qa.yaml", "  card: allergy\n", ""),
    ],
    "a message that should fire and does not": [("safety.yaml", "i am coeliac,", "i am here,")],
    "a message that should not fire and does": [("safety.yaml", "what is a coeli", "am i coeliac")],
    "a word group without the word": [("safety.yaml", "[gluten, wheat]", "[wheat]")],
}


@pytest.mark.parametrize("edits", TRIED.values(), ids=TRIED)
def test_rules_are_tried_again_after(settings, edits):
    """What was in order before is refused as soon as a rule does not do what is said of it."""
    *before, last = edits
    for change in before:
        edit(settings, *change)
    build(settings)
    edit(settings, *last)
    with pytest.raises(KnowledgeError) as caught:
        build(settings)
    assert {p.rule for p in caught.value.problems} <= {"rule-proof-fails", "unexpected-card"}


SHARED = {
    "an answer: both parts": ("qa.yaml", "says 230 degrees", "says 250 degrees", True, True),
    "a synonym: the mentions": ("words.yaml", "[temperature, temp]", "[heat, temp]", False, True),
    "a mention: the entries": ("mentions.yaml", "makes me ill\n", "makes me sick\n", True, False),
    "a phrasing: neither": ("qa.yaml", "- what temperature", "- what now", False, False),
}


@pytest.mark.parametrize(("file", "old", "new", "entries", "mentions"), SHARED.values(), ids=SHARED)
def test_what_is_shared_with_what_is_live_after_an_edit_of(
    settings, file, old, new, entries, mentions
):
    """What has not changed is not in memory twice, and nothing stale is said."""
    live = build(settings)
    edit(settings, file, old, new)
    newer = asyncio.run(build_apart(settings, live))
    assert (newer.matcher.weights is live.matcher.weights) == entries
    assert (newer.safety.mentions is live.safety.mentions) == mentions
    alone = build(settings)
    assert newer.knowledge == alone.knowledge
    assert newer.matcher == alone.matcher
    assert newer.safety.mentions == alone.safety.mentions


def test_learning_apart_needs_no_place_to_keep_what_was_learnt(settings):
    """With a data folder that cannot be written, what was learnt comes over by itself."""
    a_file(settings.data_dir)
    found = asyncio.run(build_apart(settings))
    assert "230 degrees" in view.text(found.ask("how hot").reply)


def dies(*_):
    os._exit(1)


def test_a_process_that_dies_while_it_learns_is_an_error(settings, monkeypatch):
    """Whoever waits hears of it instead of waiting for ever."""
    monkeypatch.setattr(building, "_send", dies)
    with pytest.raises(BotError, match="ended before it was done"):
        asyncio.run(build_apart(settings))


DAMAGE = {
    "was cut off": lambda content: content[:-10],
    "holds a wrong byte": lambda content: content[:-1] + bytes([content[-1] ^ 1]),
    "is empty": lambda _: b"",
    "is too short for a digest": lambda _: b"x",
    "is something else": lambda _: b"never gonna give you up" * 100,
    "is a pickle without a digest": lambda _: pickle.dumps(("a", "b", "c")),
}


@pytest.mark.repetitive
@pytest.mark.parametrize("which", [kept, parts], ids=["state", "part"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_kept_file_is_replaced_when_it(settings, reads, damage, which):
    before = heard(settings)
    path = which(settings)[0]
    path.write_bytes(damage(path.read_bytes()))
    assert heard(settings) == before
    assert heard(settings) == before
    assert len(reads) == 2


def a_file(path):
    path.write_text("in the way")


def a_file_below(path):
    path.mkdir()
    (path / "learnt").write_text("in the way")


def a_file_in_place_of_a_part(path):
    (path / "learnt").mkdir(parents=True)
    (path / "learnt" / "entries").write_text("in the way")


UNWRITABLE = {
    "a file stands in place of the data folder": a_file,
    "a file stands below it": a_file_below,
    "a file stands in place of the folder of a part": a_file_in_place_of_a_part,
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
    """Only the last three states, and what was learnt in the last three, take room."""
    for degrees in range(230, 235):
        build(settings)
        edit(settings, "qa.yaml", f"says {degrees} degrees", f"says {degrees + 1} degrees")
        edit(settings, "qa.yaml", "- what temperature", "- what temperature now")
    assert len(kept(settings)) == 3
    assert len(parts(settings)) == 6


def test_nothing_else_in_the_data_folder_is_touched(settings):
    """Other files of the data folder belong to others."""
    (settings.data_dir / "learnt").mkdir(parents=True)
    mine = settings.data_dir / "learnt" / "notes.txt"
    mine.write_text("mine")
    build(settings)
    assert mine.read_text() == "mine"


VERSIONS = {
    "words.yaml, which answers are made from": ("words.yaml", True),
    "safety.yaml, which answers are made from": ("safety.yaml", True),
    "examples.yaml, which only measures": ("examples.yaml", False),
    "README.md, which nobody reads here": ("README.md", False),
}


@pytest.mark.parametrize(("file", "is_new"), VERSIONS.values(), ids=VERSIONS)
def test_whether_the_version_changes_with(settings, file, is_new):
    before = version(settings.knowledge_dir)
    with (settings.knowledge_dir / file).open("a") as stream:
        stream.write("# a note\n")
    assert (version(settings.knowledge_dir) != before) == is_new


def test_the_version_changes_when_a_file_goes(settings):
    """A file that is gone is a change."""
    before = version(settings.knowledge_dir)
    (settings.knowledge_dir / "words.yaml").unlink()
    assert version(settings.knowledge_dir).fingerprint != before.fingerprint


def test_the_version_says_when_the_newest_file_was_saved(settings):
    """A copy of the folder has the same fingerprint, wherever and whenever it was made."""
    before = version(settings.knowledge_dir)
    os.utime(settings.knowledge_dir / "words.yaml", (2e9, 2e9))
    after = version(settings.knowledge_dir)
    assert after.fingerprint == before.fingerprint
    assert str(after) == f"{before.fingerprint[:8]} of 2033-05-18 03:33 UTC"


def test_knowledge_carries_its_version(settings):
    """Whether just learnt, learnt apart or kept, the answerer tells which knowledge it has."""
    expected = version(settings.knowledge_dir)
    assert asyncio.run(build_apart(settings)).knowledge.version == expected
    assert build(settings).knowledge.version == expected
    shutil.rmtree(settings.data_dir)
    assert build(settings).knowledge.version == expected


def test_what_is_saved_while_it_is_read_is_read_again(settings, monkeypatch):
    """What is kept under a version is what stood in that version."""

    def saved_meanwhile(folder):
        source = read(folder)
        if not reads:
            edit(settings, "qa.yaml", "says 230 degrees", "says 250 degrees")
        reads.append(folder)
        return source

    reads = []
    monkeypatch.setattr("bot.curation.reader.read", saved_meanwhile)
    built = build(settings)
    assert len(reads) == 2
    assert built.knowledge.version == version(settings.knowledge_dir)
    assert "250 degrees" in view.text(built.ask("how hot").reply)


@pytest.mark.parametrize("code", ["a new file", "a changed file"])
def test_what_another_version_of_the_code_has_learnt_is_not_used(
    settings, tmp_path, monkeypatch, reads, code
):
    shutil.copytree(loading.CODE, tmp_path / "code", ignore=shutil.ignore_patterns("*pycache*"))
    build(settings)
    name = "new.py" if code == "a new file" else "model.py"
    with (tmp_path / "code" / name).open("a") as stream:
        stream.write("# new\n")
    monkeypatch.setattr(loading, "CODE", tmp_path / "code")
    build(settings)
    assert len(reads) == 2
    assert len(parts(settings)) == 4


def test_who_waits_is_told_only_when_something_is_learnt(settings):
    """An edit of an answer takes a moment, and nobody is asked for patience."""
    told = []
    build(settings, lambda: told.append("first"))
    edit(settings, "qa.yaml", "says 230 degrees", "says 250 degrees")
    build(settings, lambda: told.append("answer"))
    edit(settings, "qa.yaml", "- what temperature", "- what temperature then")
    build(settings, lambda: told.append("phrasing"))
    assert told == ["first", "phrasing"]


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


def test_a_part_that_is_gone_when_it_is_to_be_used_is_learnt_again(settings, monkeypatch):
    """Another process may have cleared the shelf between the learning and the loading."""
    loads = []

    def missing_at_first(*given):
        loads.append(given)
        return loading.load_learnt(*given) if len(loads) > 2 else None

    monkeypatch.setattr(building, "load_learnt", missing_at_first)
    found = asyncio.run(build_apart(settings))
    assert len(loads) == 3
    assert "230 degrees" in view.text(found.ask("how hot").reply)
