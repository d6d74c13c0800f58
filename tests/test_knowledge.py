"""What holds for every entry that is shipped: it is found, it is short, and it is safe."""

import pytest

from bot.answering.answerer import ids
from bot.answering.compose import GENERAL, NONE_OF_THESE, QUESTION, TOPICS
from bot.markup import plain
from bot.model import Answer, Context
from bot.telegram.view import render

pytestmark = pytest.mark.repetitive

MOST_CHARACTERS = 350
MOST_BYTES = 64
SIGNS = ("inflamed", "inflammation", "swollen", "anti-inflammatory", "arthritis")


@pytest.fixture(scope="module")
def entries(answerer):
    return answerer.knowledge.entries


@pytest.fixture(scope="module")
def picked(answerer, entries):
    """What pressing the button of each entry brings."""
    return {entry.id: answerer.pick(entry) for entry in entries}


def test_every_phrasing_finds_its_own_entry(answerer, entries):
    """Each question and phrasing ranks its own entry first among what is answered or offered."""
    asked = [(entry.id, text) for entry in entries for text in (entry.question, *entry.phrasings)]
    astray = [(id, text) for id, text in asked if ids(answerer.decide(text))[:1] != (id,)]
    assert astray == []


def test_every_follow_up_finds_its_entry(answerer, entries):
    """Each follow-up is understood after its answer, if only among the choices."""
    astray = [
        (entry.id, follow_up)
        for entry in entries
        for follow_up in entry.follow_ups
        if follow_up.to not in ids(answerer.decide(follow_up.phrasing, Context(entry.id)))
    ]
    assert astray == []


def test_no_sentence_lands_where_it_must_not(answerer, entries):
    """What stands under `not_this` is never answered with that entry."""
    landed = [
        (entry.id, text)
        for entry in entries
        for text in entry.not_this
        if isinstance(found := answerer.decide(text), Answer) and entry.id in ids(found)
    ]
    assert landed == []


def test_every_answer_is_short(entries):
    """With its quote and the disclaimer an answer fits the screen of a phone."""
    assert [entry.id for entry in entries if len(entry.answer) > MOST_CHARACTERS] == []


def test_every_answer_about_the_article_rests_on_a_quote(entries):
    """Only talk says what the article does not."""
    assert [entry.id for entry in entries if not entry.quotes and not entry.talk] == []


def test_every_answer_carries_the_disclaimer_once(answerer, entries, picked):
    """Each answer about the article says once that it is no advice; talk does not."""
    disclaimer = answerer.composer.say(answerer.knowledge.texts.disclaimer)
    said = {id: "\n".join(map(plain, render(outcome.reply))) for id, outcome in picked.items()}
    expected = {entry.id: 0 if entry.talk else 1 for entry in entries}
    assert expected == {id: text.count(plain(disclaimer)) for id, text in said.items()}


def test_every_card_of_an_entry_comes_first(entries, picked):
    """An entry with a safety card brings it before its answer; no other entry brings any."""
    expected = {entry.id: entry.card for entry in entries}
    shown = {
        id: outcome.alarms[0].card.id if outcome.reply.blocks[0].kind == "card" else None
        for id, outcome in picked.items()
    }
    assert expected == shown
    assert any(expected.values())


@pytest.mark.parametrize("sign", SIGNS)
def test_no_question_hides_a_sign_of_inflammation(answerer, entries, sign):
    """A sign of inflammation after any question leads to the doctor, however well it matches."""
    missed = [
        entry.id for entry in entries if answerer.ask(f"{entry.question} {sign}").route != "doctor"
    ]
    assert missed == []


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_that_is_a_fact_shows_the_full_card(answerer, entries, sign):
    """The full card stands first when a question is followed by a sign as a plain fact."""
    asked = {e.id: answerer.ask(f"{e.question} I have {sign} joints.") for e in entries}
    assert [id for id, found in asked.items() if found.reply.blocks[0].kind != "card"] == []


def test_every_answer_is_one_message(picked):
    """No answer has to be split."""
    assert [id for id, outcome in picked.items() if len(render(outcome.reply)) != 1] == []


def test_every_button_fits_telegram(answerer, entries, picked):
    """A button's data has at most 64 bytes, and its label tells something."""
    replies = [outcome.reply for outcome in picked.values()]
    replies += [answerer.ask(entry.question).reply for entry in entries]
    replies += [answerer.none_of_these().reply, answerer.composer.article()]
    buttons = [button for reply in replies for row in reply.buttons for button in row]
    assert buttons
    assert [b for b in buttons if not 0 < len(b.data.encode()) <= MOST_BYTES] == []
    assert [b for b in buttons if not b.label.strip()] == []


def test_every_button_leads_somewhere(answerer, entries, picked):
    """What a button asks for exists, and no reply has the same button twice."""
    known = {f"{QUESTION}{entry.id}" for entry in entries} | {NONE_OF_THESE, TOPICS}
    for outcome in (*picked.values(), answerer.none_of_these()):
        data = [button.data for row in outcome.reply.buttons for button in row]
        general = {item for item in data if item.startswith(GENERAL)}
        assert set(data) - general <= known
        assert all(answerer.in_general(item) for item in general)
        assert len(set(data)) == len(data)


def test_every_rule_fires_as_it_is_served(answerer):
    """What a rule says of itself is true beside what is learnt from messages too."""
    for rule in answerer.knowledge.safety.rules:
        silent = [m for m in rule.fires if not answerer.safety.find(m)]
        loud = [m for m in rule.quiet if rule.id in {a.rule for a in answerer.safety.find(m)}]
        assert silent + loud == [], rule.id


def test_every_quote_stands_under_a_heading(answerer, picked):
    """The source of each quote is a part of the article."""
    texts, article = answerer.knowledge.texts, answerer.knowledge.article
    headings = {
        answerer.composer.say(texts.quote_source, section=part.heading) for part in article.parts
    }
    sources = {
        block.source
        for outcome in picked.values()
        for block in outcome.reply.blocks
        if block.kind == "quote"
    }
    assert sources
    assert sources <= headings
