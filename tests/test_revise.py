"""An edit taken into what was learnt: nearly what learning anew gives."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.learn import learn
from bot.answering.revise import edits, revise
from bot.curation.reader import read
from bot.loading import phrased_only
from bot.model import Entry

BREAD = phrased_only(read(Path(__file__).parent / "bread").knowledge)
LIVE = learn(BREAD.entries, BREAD.words)
IDS = [entry.id for entry in BREAD.entries]
JAM = Entry("jam", "", "How do I make jam?", ("boil berries with sugar", "strawberry jam"), "")


def entry(id):
    return next(entry for entry in BREAD.entries if entry.id == id)


def with_entry(id, **changes):
    """The knowledge with one entry changed."""
    entries = [replace(e, **changes) if e.id == id else e for e in BREAD.entries]
    return replace(BREAD, entries=tuple(entries))


def with_phrasing(id, *texts):
    return with_entry(id, phrasings=(*entry(id).phrasings, *texts))


def with_words(**changes):
    return replace(BREAD, words=replace(BREAD.words, **changes))


def with_entries(*entries):
    return replace(BREAD, entries=entries)


ELSEWHERE = BREAD.words.elsewhere
GROUPS = BREAD.words.groups
FIRST = BREAD.entries[0]
FOUND = {
    "a new phrasing": (with_phrasing("how-hot", "kelvin please"), "kelvin please", "how-hot"),
    "its words in another message": (
        with_phrasing("how-hot", "kelvin please"),
        "so many kelvin",
        "how-hot",
    ),
    "a phrasing that moved to another entry": (
        with_phrasing("hello", "so many kelvin"),
        "so many kelvin",
        "hello",
    ),
    "a new entry at the end": (with_entries(*BREAD.entries, JAM), "making strawberry jam", "jam"),
    "a new entry at the beginning": (
        with_entries(JAM, *BREAD.entries),
        "making strawberry jam",
        "jam",
    ),
    "an old phrasing after a new entry at the beginning": (
        with_entries(JAM, *BREAD.entries),
        entry("how-hot").phrasings[0],
        "how-hot",
    ),
    "an old phrasing when the file is turned around": (
        with_entries(*BREAD.entries[::-1]),
        entry("how-hot").phrasings[0],
        "how-hot",
    ),
    "an old phrasing when another entry is gone": (
        with_entries(*(e for e in BREAD.entries if e.id != FIRST.id)),
        BREAD.entries[-1].phrasings[0],
        IDS[-1],
    ),
    "a new word of a group": (
        with_words(groups=(*GROUPS, ("temperature", "fahrenheit"))),
        "what fahrenheit",
        "how-hot",
    ),
}


@pytest.mark.parametrize(("after", "text", "expected"), FOUND.values(), ids=FOUND)
def test_what_is_found_after_an_edit(after, text, expected):
    assert revise(LIVE, BREAD, after).rank(text)[0].entry.id == expected


def score(matcher, text, id):
    number = [entry.id for entry in matcher.entries].index(id) if id else -1
    return matcher.scores(matcher.vector(matcher.stems(text)))[number]


SCORED = {
    "a phrasing that is gone says less for its entry": (
        with_entry("how-hot", phrasings=entry("how-hot").phrasings[1:]),
        entry("how-hot").phrasings[0],
        "how-hot",
        False,
    ),
    "a new message from elsewhere speaks for elsewhere": (
        with_words(elsewhere=(*ELSEWHERE, "how hot is the sun today")),
        "how hot is the sun",
        "",
        True,
    ),
    "what must not land here speaks for elsewhere": (
        with_entry("how-hot", not_this=("how hot is the sun today",)),
        "how hot is the sun",
        "",
        True,
    ),
}


@pytest.mark.parametrize(("after", "text", "id", "is_more"), SCORED.values(), ids=SCORED)
def test_how_scores_move_after_an_edit(after, text, id, is_more):
    before, now = score(LIVE, text, id), score(revise(LIVE, BREAD, after), text, id)
    assert (now > before) == is_more
    assert now != before


EDITS = {
    "a phrasing": with_phrasing("how-hot", "kelvin please", "how many kelvin"),
    "an entry": with_entries(JAM, *BREAD.entries),
    "an entry less": with_entries(*BREAD.entries[1:]),
    "a synonym that phrasings use": with_words(groups=GROUPS[1:]),
}


@pytest.mark.parametrize("after", EDITS.values(), ids=EDITS)
def test_the_phrasebook_is_that_of_learning_anew(after):
    """Which phrasings hold a word, and what it weighs, is exact; only their order may differ."""
    found = revise(LIVE, BREAD, after).phrasebook
    anew = learn(after.entries, after.words).phrasebook
    for text in ("what temperature", "kelvin", "strawberry jam please"):
        for number in range(len(after.entries)):
            near = found.near(found.message(text, text.split()), number)
            assert near == pytest.approx(anew.near(anew.message(text, text.split()), number))
    assert found.weights == pytest.approx(anew.weights)
    assert sorted(found.phrasings) == sorted(anew.phrasings)


@pytest.mark.parametrize("after", EDITS.values(), ids=EDITS)
def test_how_rare_words_are_is_as_after_learning_anew(after):
    """As far as entries use the words; how many entries there are counts when all is learnt."""
    found, anew = revise(LIVE, BREAD, after).rarity, learn(after.entries, after.words).rarity
    order = sorted(word for word in anew if isinstance(word, str))
    assert set(order) <= set(found)
    assert [found[w] for w in order] == pytest.approx([anew[w] for w in order], abs=0.15)


@pytest.mark.parametrize("after", EDITS.values(), ids=EDITS)
def test_what_was_measured_stays(after):
    """Confidence and limits are those of before; nothing of what was learnt is changed in place."""
    before = learn(BREAD.entries, BREAD.words)
    found = revise(before, BREAD, after)
    assert (found.calibration, found.limits) == (before.calibration, before.limits)
    assert before == LIVE
    assert revise(before, BREAD, after) == found


def test_nothing_edited_is_nothing_revised():
    """Answers may change; the weights are shared."""
    after = with_entry("how-hot", answer="Very hot.")
    found = revise(LIVE, BREAD, after)
    assert found.weights is LIVE.weights
    assert found.phrasebook is LIVE.phrasebook
    assert found.entries == after.entries


def test_edits_one_after_another_are_all_taken():
    """What was revised can be revised again."""
    first = with_phrasing("how-hot", "kelvin please")
    second = replace(first, entries=(JAM, *first.entries))
    found = revise(revise(LIVE, BREAD, first), first, second)
    assert found.rank("kelvin please")[0].entry.id == "how-hot"
    assert found.rank("strawberry jam")[0].entry.id == "jam"


def test_cards_are_revised_without_phrasebook():
    """A matcher that compares no phrasings gets none."""
    bare = learn(BREAD.entries, BREAD.words, compare=False)
    found = revise(bare, BREAD, with_phrasing("how-hot", "kelvin please"))
    assert found.phrasebook is None
    assert found.rank("kelvin please")[0].entry.id == "how-hot"


TAKEN = {
    "a phrasing": (
        with_phrasing("how-hot", "kelvin please"),
        [],
        [("kelvin please", "how-hot")],
    ),
    "a message from elsewhere": (
        with_words(elsewhere=ELSEWHERE[1:]),
        [(ELSEWHERE[0], "")],
        [],
    ),
    "an answer": (with_entry("how-hot", answer="Very hot."), [], []),
}


@pytest.mark.parametrize(("after", "gone", "added"), TAKEN.values(), ids=TAKEN)
def test_which_messages_an_edit_takes_out_and_puts_in(after, gone, added):
    assert [sorted(said.elements()) for said in edits(BREAD, after)] == [gone, added]


def test_a_word_that_is_read_differently_takes_its_messages_out_and_in():
    """A word that leaves its group, with all the messages that hold it."""
    gone, added = edits(BREAD, with_words(groups=()))
    assert gone == added
    assert any("temp" in text for text, _ in gone)
