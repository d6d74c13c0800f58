"""What `review` does in one step, for scripts."""

import json

import pytest

from bot.curation.verbs import Wanted, one_step
from bot.errors import BotError
from tests.test_review import WARM, folder, group, learnt, queue, review, state  # noqa: F401

# ruff: noqa: F811 - fixtures have the names of the arguments


def qa(review):
    return (review.settings.knowledge_dir / "qa.yaml").read_text()


def test_without_a_verb_nothing_is_done(review):
    assert one_step(review, Wanted()) is None


def test_the_table(review):
    """The open groups first; of each what is proposed, or what was made of it."""
    first = group(review, "freeze?").id
    review.ignore(first)

    head, warm, freezing = one_step(review, Wanted(list=True)).splitlines()

    assert head.split() == ["group", "state", "people", "entry", "typical", "question"]
    assert warm.split(maxsplit=4)[1:] == ["new", "2", "how-hot", WARM[0]]
    assert freezing.split(maxsplit=3) == [first, "ignored", "3", "do i freeze the loaf"]


def test_a_long_question_is_cut_in_the_table(review):
    review.decisions.queue.pass_on("my xylophone " * 9)

    assert one_step(review, Wanted(list=True)).splitlines()[-1].endswith("my xylophone my x…")


def test_the_data(review):
    """All that is known of a group; no receipt."""
    review.decisions.queue.pass_on(WARM[1], "when-done")
    found = json.loads(one_step(review, Wanted(json=True)))
    warm = next(item for item in found if item["phrasing"] in WARM)
    (best, *_), id = warm.pop("candidates"), warm.pop("group")

    assert warm == {
        "state": "new",
        "people": 3,
        "questions": [
            {"words": WARM[0], "day": "2026-11-24", "unhelpful": ""},
            {"words": WARM[1], "day": "2026-11-24", "unhelpful": ""},
            {"words": WARM[1], "day": "2026-11-24", "unhelpful": "when-done"},
        ],
        "phrasing": WARM[1],
        "entry": "how-hot",
    }
    assert best["entry"] == "how-hot"
    assert 0 < best["confidence"] <= 1
    assert len(id) == 8


ACCEPTED = {
    "as proposed": (Wanted(), "qa.yaml", f"    - {WARM[0]}\n", f"“{WARM[0]}” asks how-hot"),
    "for another entry": (Wanted(entry="when-done"), "qa.yaml", f"    - {WARM[0]}\n", "when-done"),
    "in other words": (Wanted(phrasing="oven warmth"), "qa.yaml", "    - oven warmth\n", "how-hot"),
    "as none of the bot's business": (Wanted(entry="none"), "words.yaml", WARM[0], "none of"),
}


@pytest.mark.parametrize(("how", "file", "line", "told"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepting_and_taking_back(review, how, file, line, told):
    """A group may be named by the beginning of its id; the last decision needs no name."""
    id, path = group(review, WARM[0]).id, review.settings.knowledge_dir / file
    before = path.read_text()
    said = one_step(review, Wanted(accept=id[:5], entry=how.entry, phrasing=how.phrasing))

    assert told in said
    assert line in path.read_text()
    assert f"(“{WARM[0]}”)" in one_step(review, Wanted(undo=""))
    assert path.read_text() == before


def test_ignoring_and_putting_off(review):
    one_step(review, Wanted(ignore=group(review, WARM[0]).id))
    one_step(review, Wanted(later=group(review, "freeze?").id))

    assert (state(review, WARM[0]), state(review, "freeze?")) == ("ignored", "pending")
    one_step(review, Wanted(undo=group(review, WARM[0]).id))
    assert state(review, WARM[0]) == "new"


def test_a_patch_of_all_leaves_out_what_would_be_refused(review):
    """And says so before it, where `git apply` reads over it."""
    review.decisions.queue.pass_on("i am coeliac, how long do i knead")

    told, *patch = one_step(review, Wanted(patch=True)).splitlines()

    assert told.startswith("Left out: “i am coeliac, how long do i knead” asks how-long-to-knead: ")
    assert patch[0].startswith("--- a/")
    assert "+    - " + WARM[0] in patch


def test_a_patch_changes_nothing(review):
    """Of one group, or of all that have an entry that fits."""
    before, id = qa(review), group(review, WARM[0]).id
    one = one_step(review, Wanted(accept=id, phrasing="oven warmth", patch=True))
    every = one_step(review, Wanted(patch=True))

    assert "\n+    - oven warmth\n" in one
    assert f"\n+    - {WARM[0]}\n" in every
    assert qa(review) == before
    assert state(review, WARM[0]) == "new"


FAILING = {
    "a group that is not there": (lambda _: Wanted(ignore="zzz"), "no groups"),
    "an entry that is not there": (lambda id: Wanted(accept=id, entry="gone"), "no entry"),
    "what fires a safety rule": (lambda id: Wanted(accept=id, phrasing="i am coeliac"), "refused"),
    "a patch of it": (
        lambda id: Wanted(accept=id, phrasing="i am coeliac", patch=True),
        "unexpected-card",
    ),
    "nothing to take back": (lambda _: Wanted(undo=""), "no decision to take back"),
    "no decision about this group": (lambda id: Wanted(undo=id), "no decision to take back"),
}


@pytest.mark.parametrize(("wanted", "reason"), FAILING.values(), ids=FAILING)
def test_what_cannot_be_done(review, wanted, reason):
    """Says why, and changes nothing."""
    before = qa(review)
    with pytest.raises(BotError, match=reason):
        one_step(review, wanted(group(review, WARM[0]).id))

    assert qa(review) == before
    assert state(review, WARM[0]) == "new"


def test_where_no_entry_fits_one_has_to_be_named(review):
    """A new entry is written by hand, or step by step."""
    review.decisions.queue.pass_on("xylophone")

    with pytest.raises(BotError, match="say which one with --entry"):
        one_step(review, Wanted(accept=group(review, "xylophone").id))
