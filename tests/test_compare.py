"""What an edit changes for people, told in the order in which it matters."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.answering.compose import Composer
from bot.building import build, names
from bot.curation.compare import as_data, as_text, compare, messages
from bot.curation.reader import read
from bot.drafting import draft
from bot.errors import Problem
from bot.model import Example
from bot.settings import Settings

BREAD = Path(__file__).parent / "bread"
EXAMPLES = read(BREAD).examples
QA = (BREAD / "qa.yaml").read_text("utf-8")
FLOUR = "    - what are the ingredients\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(knowledge_dir=BREAD, data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def live(settings):
    return build(settings)


def edited(settings, live, old, new, file="qa.yaml"):
    """The answerer after an edit that is not saved."""
    text = (BREAD / file).read_text("utf-8")
    assert old in text
    found = draft(settings, live, {file: text.replace(old, new, 1)})
    assert isinstance(found, Answerer), [str(problem) for problem in found]
    return found


def told(comparison):
    """The differences as (group, text)."""
    return [(found.group, found.asked.example.text) for found in comparison.differences]


def test_nothing_changes(settings, live):
    """The same knowledge, read once more."""
    found = compare(
        live,
        edited(settings, live, "[temperature, temp]", "[temperature, temp]", "words.yaml"),
        EXAMPLES,
    )
    assert told(found) == []
    assert not found.is_provisional
    assert as_text(found).startswith("Nothing changes for people.")


def test_a_new_phrasing_is_understood(settings, live):
    """What was declined is answered: better."""
    found = compare(live, edited(settings, live, FLOUR, FLOUR + "    - pantry raid\n"), EXAMPLES)
    (difference,) = [d for d in found.differences if d.asked.example.text == "pantry raid"]
    assert difference.group == "better"
    assert (difference.before.verdict, difference.after.verdict) == ("declined", "right")
    assert difference.after.ids == ("what-goes-in",)
    assert found.is_provisional


def test_a_stolen_phrasing_is_worse(settings, live):
    """What belongs to one entry is answered with another: it stands before all else."""
    thief = ("how long must i knead", "knead knead", "must i knead", "long must knead")
    lines = "".join(f"    - {text}\n" for text in thief)
    found = compare(live, edited(settings, live, FLOUR, FLOUR + lines), EXAMPLES)
    assert ("worse", "how long must i knead it") in told(found)
    groups = [difference.group for difference in found.differences]
    assert groups == sorted(groups, key=["worse", "safety", "better", "other"].index)


def test_another_card_is_told(settings, live):
    """An entry that brings no card any more: the answer is the same, what people see is not."""
    found = compare(live, edited(settings, live, "  card: allergy\n", ""), EXAMPLES)
    (difference,) = [d for d in found.differences if d.asked.example.text == "what goes in"]
    assert difference.group == "safety"
    assert (difference.before.route, difference.after.route) == ("doctor", "none")
    assert difference.after.card == ""


def test_an_entry_that_is_gone(settings, live):
    """Links to it lead nowhere, and its phrasings are nobody's."""
    start = QA.index("- id: hello")
    found = compare(live, edited(settings, live, QA[start:], ""), EXAMPLES)
    links = [d for d in found.differences if d.asked.origin == "link"]
    assert [(d.group, d.after.kind, d.asked.example.expect) for d in links] == [
        ("worse", "none", ("hello",))
    ]


def test_a_follow_up_is_asked_in_its_place(settings, live):
    """Where "and after that" leads to is noticed."""
    edit = (
        "{phrasing: and after that, to: how-long-to-rise}",
        "{phrasing: and after that, to: how-hot}",
    )
    found = compare(live, edited(settings, live, *edit), EXAMPLES)
    (difference,) = found.differences
    assert difference.asked.example.after == "how-long-to-knead"
    assert difference.after.ids == ("how-hot",)
    assert "after how-long-to-knead" in as_text(found)


REWORDED = {
    "an answer": ("qa.yaml", "says 230 degrees", "says 250 degrees", "how-hot: answer"),
    "a note": ("qa.yaml", "source: Any baker", "source: My baker", "how-long-to-rise: editor_note"),
    "a text": ("texts.yaml", "From one page", "From a page", "texts.yaml: disclaimer"),
    "the article": ("article.md", "## 3. The oven", "## 3. The stove", "article.md: The stove"),
}


@pytest.mark.parametrize(("file", "old", "new", "place"), REWORDED.values(), ids=REWORDED)
def test_other_words_are_told_once_after_a_change_of(settings, live, file, old, new, place):
    found = compare(live, edited(settings, live, old, new, file), EXAMPLES)
    assert told(found) == []
    assert place in [item.place for item in found.rewordings]
    assert place in as_text(found)


def test_other_words_of_a_card_are_told(settings, live):
    """The words of a card are no new rule: nothing is asked in vain."""
    found = compare(
        live, edited(settings, live, "is full of", "has a lot of", "safety.yaml"), EXAMPLES
    )
    assert told(found) == []
    assert [item.place for item in found.rewordings] == ["card allergy"]


def test_only_what_is_like_the_edit_is_asked(settings, live):
    """The few messages that are asked first show the same differences as all of them."""
    newer = edited(settings, live, FLOUR, FLOUR + "    - shopping for bicycle bread\n")
    everything, some = (compare(live, newer, EXAMPLES, most=most) for most in (None, 30))
    assert everything.asked == everything.of == some.of
    assert some.asked < everything.asked
    assert set(told(some)) == set(told(everything))
    assert f"most like the edit, of {some.of}" in as_text(some)


def test_after_an_edit_of_words_only_nothing_need_be_asked(settings, live):
    """So a page can show at once that an answer that reads differently changes nothing else."""
    newer = edited(settings, live, "says 230 degrees", "says 250 degrees")
    assert compare(live, newer, EXAMPLES, most=100).asked == 0


def test_all_are_asked_where_rules_have_changed(settings, live):
    """What calls for a card may stand in any message."""
    rules = replace(live.knowledge.safety, rules=())
    knowledge = replace(live.knowledge, safety=rules)
    bare = Answerer(
        knowledge,
        live.matcher,
        live.safety.taught(None),
        Composer(knowledge, names(knowledge, settings)),
    )
    found = compare(live, bare, EXAMPLES, most=10_000)
    assert found.asked == found.of


def test_a_message_is_asked_once():
    """What is example and phrasing at once is the example, with what should come of it."""
    knowledge = read(BREAD).knowledge
    example = Example("what are the ingredients", ("none",))
    found = [m for m in messages(knowledge, knowledge, [example]) if m.example.text == example.text]
    assert [(m.example, m.origin) for m in found] == [(example, "example")]


def test_it_can_be_read_by_programs(settings, live):
    """Plain data, with the counts of each group."""
    found = compare(live, edited(settings, live, FLOUR, FLOUR + "    - pantry raid\n"), EXAMPLES)
    data = json.loads(json.dumps(as_data(found)))
    assert data["counts"]["better"] == len(
        [d for d in data["differences"] if d["group"] == "better"]
    )
    assert data["provisional"] is True
    assert data["differences"][0]["is"]["ids"]


def test_who_waits_is_told_how_far_it_is(live):
    """Before the first message, and now and then."""
    heard = []
    compare(live, live, EXAMPLES, on_asked=lambda done, of: heard.append((done, of)))
    assert heard[0][0] == 0
    assert heard[0][1] > 50


REFUSED = {
    "a fault of form": (QA.replace("answer:", "anser:", 1), "unknown-key"),
    "a phrasing that fires a rule": (
        QA.replace("- what temperature", "- my gluten allergy"),
        "unexpected-card",
    ),
}


@pytest.mark.parametrize(("text", "rule"), REFUSED.values(), ids=REFUSED)
def test_a_draft_is_refused_as_check_would(settings, live, text, rule):
    found = draft(settings, live, {"qa.yaml": text})
    assert isinstance(found, list)
    assert rule in {problem.rule for problem in found}


def test_a_draft_of_what_calls_for_a_card_has_to_be_learnt(settings, live):
    """Mentions that are not learnt yet say nothing: nobody is shown what is not so."""
    text = (BREAD / "mentions.yaml").read_text("utf-8").replace("makes me ill\n", "makes me sick\n")
    found = draft(settings, live, {"mentions.yaml": text})
    assert [type(problem) for problem in found] == [Problem]
    assert found[0].rule == "not-learnt-yet"
