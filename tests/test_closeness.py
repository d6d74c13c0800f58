"""Which pairs of entries are easily taken for each other, and by which messages."""

from types import SimpleNamespace

from bot.curation.closeness import CLEAR_LEAD, LEANING, close_pairs
from bot.model import Candidate, Entry, Example

KNEAD = Entry("knead", "", "How do I knead?", ("kneading",), "")
RISE = Entry("rise", "", "How does it rise?", (), "")
BAKE = Entry("bake", "", "How do I bake?", (), "")
CONFIDENCES = {
    "How do I knead?": {},
    "kneading": {RISE.id: 0.3},
    "How does it rise?": {KNEAD.id: 0.1, BAKE.id: LEANING / 2},
    "How do I bake?": {KNEAD.id: 0.2},
    "clear": {KNEAD.id: 0.9},
    "which": {KNEAD.id: 0.05},
}


class Ranks:
    """A matcher to which the right entry is certain and others are as likely as the table says."""

    entries = (KNEAD, RISE, BAKE)
    is_clear = False

    def stems(self, text):
        return [text]

    def vector(self, stems):
        return stems

    def scores(self, _):
        lead = CLEAR_LEAD * (1 if self.is_clear else 0.9)
        return [0.0, 0.0, lead, 9.0] if self.is_clear else [lead, 0.0, 0.0, 9.0]

    def rank(self, text):
        found = CONFIDENCES[text]
        return [Candidate(entry, found.get(entry.id, 0.0)) for entry in self.entries]


def pairs(*examples, matcher=None):
    return [
        (pair.first.id, pair.second.id, [(lean.text, lean.of.id) for lean in pair.leanings])
        for pair in close_pairs(matcher or Ranks(), examples)
    ]


def test_a_pair_holds_the_messages_of_both_that_lean_to_the_other():
    """The closest pair first, in it the message that leans most; a mere trace is none."""
    assert pairs() == [
        ("knead", "rise", [("kneading", "knead"), ("How does it rise?", "rise")]),
        ("knead", "bake", [("How do I bake?", "bake")]),
    ]


def test_examples_count_too():
    """Those that ask for one entry and stand alone."""
    examples = (
        Example("clear", ("bake",)),
        Example("which", ("knead", "bake")),
        Example("which", ("bake",), after="rise"),
        Example("which", ("none",)),
        Example("which", ("gone",)),
        Example("which", route="doctor"),
    )
    assert pairs(*examples)[0] == (
        "knead",
        "bake",
        [("clear", "bake"), ("How do I bake?", "bake")],
    )
    assert sum(len(messages) for *_, messages in pairs(*examples)) == 4


def test_a_phrasing_with_a_clear_lead_is_not_looked_at_closely():
    """The one entry that is ahead of all others keeps its phrasings out of every pair."""
    matcher = Ranks()
    matcher.is_clear = True

    assert ("How do I bake?", "bake") not in [
        message for *_, messages in pairs(matcher=matcher) for message in messages
    ]


def test_one_entry_is_close_to_none():
    """There is nobody to be taken for."""
    alone = SimpleNamespace(
        entries=(KNEAD,),
        stems=list,
        vector=list,
        scores=lambda _: [0.1, 0.0],
        rank=lambda _: [Candidate(KNEAD, 0.9)],
    )
    assert close_pairs(alone, ()) == ()
