"""What of the reasons for a reply can be edited: what was asked, and the entries to choose from."""

import pytest
from offline_chat import bread

from bot.reasons import Heard, Listened, told

ASKED = {
    "an answer comes first": ("how hot", ["how-hot"]),
    "choices come first": ("when may i slice it", ["when-done", "how-long-to-rise"]),
    "of a decline nothing was chosen": ("who won the match", []),
}


@pytest.mark.parametrize(("text", "chosen"), ASKED.values(), ids=ASKED)
def test_what_can_be_edited(text, chosen):
    """The entries that were answered or offered, then those that were likely, each once."""
    heard: list[Heard] = []
    Listened.to(bread(), heard).ask(text)

    found = told(heard[0])

    ids = [entry["id"] for entry in found["entries"]]
    assert found["asked"] == text
    assert [entry["id"] for entry in found["entries"] if entry["is_chosen"]] == chosen
    assert ids[: len(chosen)] == chosen
    assert ids
    assert len(set(ids)) == len(ids)


def test_of_a_pressed_button_nothing_was_asked():
    """Its entry can be edited; there are no words that could become a phrasing."""
    heard: list[Heard] = []
    answerer = Listened.to(bread(), heard)
    answerer.pick(answerer.knowledge.entries[0])

    found = told(heard[0])

    assert found["asked"] == ""
    assert [entry["id"] for entry in found["entries"]] == ["what-goes-in"]
