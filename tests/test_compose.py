"""The words of a reply: what is said, in which order, and what always goes with it."""

from dataclasses import replace
from datetime import date

import pytest

from bot.answering.compose import Composer
from bot.model import (
    Alarm,
    Answer,
    Article,
    Block,
    Button,
    Candidate,
    Card,
    EditorNote,
    Entry,
    Gentle,
    Knowledge,
    Language,
    Part,
    SafetyRules,
    Suggest,
    Texts,
    Unknown,
)

SALT = Entry(
    "salt",
    "Rinsing",
    "Is salt < sugar?",
    (),
    "The article says <b>yes</b>.",
    quotes=("Salt water & time.", "Rinse.", "Spit."),
    related=("tea", "gone", "pot", "cup", "spoon"),
)
TEA = Entry("tea", "Drinking", "Tea?", (), "Hot.", quotes=("Hot tea.",), related=("salt", "pot"))
NOTED = replace(
    TEA, editor_note=EditorNote("Let it <i>cool</i>.", "A & B", date(2024, 2, 29)), related=()
)
HELLO = Entry("hello", "Talk", "Hello!", (), "Hello from {title}.", talk=True)
POT, CUP, SPOON = (Entry(id, "Things", f"{id}?", (), "Yes.") for id in ("pot", "cup", "spoon"))
ARTICLE = Article(
    "On Tea",
    (
        Part("Intro", ("Salt  water &\ntime.",)),
        Part("Hot < cold", ("Hot tea.", "Rinse. Or not. Spit.")),
    ),
)
TEXTS = Texts(
    title="On Tea",
    disclaimer="Only {title}.",
    suggest="Which?",
    unknown="Not in {title}.",
    unknown_alarm="And else?",
    other_language="English, please.",
    quote_source="From {section}",
    editor_note="Note: {text} ({source}, {checked})",
    because=" for “{words}”",
    starters=("tea", "gone"),
)
CARD = Card(
    "swelling",
    "inflammation",
    "See a doctor{because}; call {emergency_number}.",
    "They should{because}.",
    Gentle("Should it swell, go.", "It was.", "If so, go.", "In general, go."),
    reminder="You said so before.",
)
URGENT = replace(CARD, id="breath", category="emergency")
KNOWLEDGE = Knowledge(
    (SALT, TEA, POT, CUP, SPOON, HELLO),
    article=ARTICLE,
    texts=TEXTS,
    safety=SafetyRules(languages=(Language("de", "German", "Zum Arzt!", reviewed=True),)),
)
COMPOSER = Composer(KNOWLEDGE, {"title": "On Tea", "emergency_number": "112"})
FOOTER = ("footer", "Only On Tea.")
TOPICS = ("All topics", "topics")
TEA_ROW, POT_ROW, CUP_ROW = (("Tea?", "q:tea"), ("pot?", "q:pot"), ("cup?", "q:cup"))


def answer(*entries):
    return Answer(tuple(Candidate(entry, 0.9) for entry in entries))


def alarm(card=CARD, form="affirmed", words="swollen", language="en"):
    return Alarm("inflammation:rule", card, form, words, language)


def blocks(reply):
    return [(block.kind, block.text) for block in reply.blocks]


def buttons(reply):
    return [(button.label, button.data) for row in reply.buttons for button in row]


TEA_SAID = [("title", "Tea?"), ("text", "Hot."), ("quote", "Hot tea.")]
SALT_SAID = [
    ("title", "Is salt < sugar?"),
    ("text", "The article says <b>yes</b>."),
    ("quote", "Salt water & time."),
    ("quote", "Rinse.\nSpit."),
]
DECISIONS = {
    "an answer has its question, its quotes and the disclaimer": (
        answer(TEA),
        [*TEA_SAID, FOOTER],
    ),
    "two answers share one disclaimer": (answer(SALT, TEA), [*SALT_SAID, *TEA_SAID, FOOTER]),
    "an answer without quotes is only said": (
        answer(POT),
        [("title", "pot?"), ("text", "Yes."), FOOTER],
    ),
    "an editor's note stands apart with source and day": (
        answer(NOTED),
        [*TEA_SAID, ("note", "Note: Let it <i>cool</i>. (A &amp; B, 2024-02-29)"), FOOTER],
    ),
    "talk has no title and no disclaimer": (answer(HELLO), [("text", "Hello from On Tea.")]),
    "choices are asked for": (Suggest(answer(TEA, POT).candidates), [("text", "Which?"), FOOTER]),
    "unknown says so": (Unknown(), [("text", "Not in On Tea."), FOOTER]),
}


@pytest.mark.parametrize(("decision", "expected"), DECISIONS.values(), ids=DECISIONS)
def test_decisions(decision, expected):
    assert expected == blocks(COMPOSER.compose(decision))


BUTTONS = {
    "at most three related entries, those that are gone left out": (
        answer(SALT),
        [TEA_ROW, POT_ROW, CUP_ROW],
    ),
    "no answered entry among the related ones, none twice": (
        answer(SALT, TEA),
        [POT_ROW, CUP_ROW, ("spoon?", "q:spoon")],
    ),
    "nothing related, no buttons": (answer(POT), []),
    "every choice and none of them": (
        Suggest(answer(TEA, POT).candidates),
        [TEA_ROW, POT_ROW, ("None of these", "none")],
    ),
    "unknown offers a start and all topics": (Unknown(), [TEA_ROW, TOPICS]),
}


@pytest.mark.parametrize(("decision", "expected"), BUTTONS.values(), ids=BUTTONS)
def test_buttons(decision, expected):
    assert expected == buttons(COMPOSER.compose(decision))


def test_each_button_has_a_row_of_its_own():
    """Long questions stay readable on a phone."""
    reply = COMPOSER.compose(answer(SALT))
    assert [len(row) for row in reply.buttons] == [1, 1, 1]


SOURCES = {
    "the heading under which the quote stands": (TEA, ["From Hot < cold"]),
    "quotes of two headings stand apart, those of one together": (
        SALT,
        ["From Intro", "From Hot < cold"],
    ),
    "the section of the entry when the article does not hold it": (
        replace(TEA, quotes=("Cold tea.",)),
        ["From Drinking"],
    ),
}


@pytest.mark.parametrize(("entry", "expected"), SOURCES.values(), ids=SOURCES)
def test_sources(entry, expected):
    reply = COMPOSER.compose(answer(entry))
    assert expected == [block.source for block in reply.blocks if block.kind == "quote"]


CARD_SAID = ("card", "See a doctor for “swollen”; call 112.")
ALARMS = {
    "a card stands before the answer": (answer(TEA), alarm(), [CARD_SAID, *TEA_SAID, FOOTER]),
    "a card stands before the choices": (
        Suggest(answer(TEA).candidates),
        alarm(),
        [CARD_SAID, ("text", "Which?"), FOOTER],
    ),
    "a card in place of an answer declines in fewer words": (
        Unknown(),
        alarm(),
        [CARD_SAID, ("text", "And else?"), FOOTER],
    ),
    "a card of somebody else": (
        answer(TEA),
        alarm(form="third_person"),
        [("card", "They should for “swollen”."), *TEA_SAID, FOOTER],
    ),
    "a card of the entry itself gives no reason": (
        answer(TEA),
        alarm(words=""),
        [("card", "See a doctor; call 112."), *TEA_SAID, FOOTER],
    ),
    "the person's own words are no markup": (
        answer(TEA),
        alarm(words="swollen <b> & {title}"),
        [
            ("card", "See a doctor for “swollen &lt;b&gt; &amp; {title}”; call 112."),
            *TEA_SAID,
            FOOTER,
        ],
    ),
    "a card in another language adds its sentence": (
        answer(TEA),
        alarm(language="de"),
        [("card", f"{CARD_SAID[1]}\n\nZum Arzt!"), *TEA_SAID, FOOTER],
    ),
    "a language without a sentence adds nothing": (
        answer(TEA),
        alarm(language="fr"),
        [CARD_SAID, *TEA_SAID, FOOTER],
    ),
    "an emergency is said alone": (answer(TEA), alarm(URGENT), [CARD_SAID]),
    "an emergency that is denied leaves the answer": (
        answer(TEA),
        alarm(URGENT, "negated"),
        [*TEA_SAID, ("text", "Should it swell, go."), FOOTER],
    ),
    "a denied sign has a gentle sentence": (
        answer(TEA),
        alarm(form="negated"),
        [*TEA_SAID, ("text", "Should it swell, go."), FOOTER],
    ),
    "a sign of the past has its own": (
        answer(TEA),
        alarm(form="past"),
        [*TEA_SAID, ("text", "It was."), FOOTER],
    ),
    "a supposed sign has its own": (
        answer(TEA),
        alarm(form="hypothetical"),
        [*TEA_SAID, ("text", "If so, go."), FOOTER],
    ),
    "a sign in general has its own": (
        answer(TEA),
        alarm(form="general"),
        [*TEA_SAID, ("text", "In general, go."), FOOTER],
    ),
    "a sign of somebody else may call for a gentle sentence": (
        answer(TEA),
        alarm(replace(CARD, full_for=("affirmed",)), "third_person"),
        [*TEA_SAID, ("text", "In general, go."), FOOTER],
    ),
    "a card within talk brings the disclaimer": (
        answer(HELLO),
        alarm(),
        [CARD_SAID, ("text", "Hello from On Tea."), FOOTER],
    ),
    "a gentle sentence within talk is said": (
        answer(HELLO),
        alarm(form="negated"),
        [("text", "Hello from On Tea."), ("text", "Should it swell, go."), FOOTER],
    ),
}


@pytest.mark.parametrize(("decision", "alarm", "expected"), ALARMS.values(), ids=ALARMS)
def test_alarms(decision, alarm, expected):
    assert expected == blocks(COMPOSER.compose(decision, alarm))


REMINDERS = {
    "a reminder follows the answer": (answer(TEA), None, [*TEA_SAID, ("text", CARD.reminder)]),
    "a reminder follows a decline": (
        Unknown(),
        None,
        [("text", "Not in On Tea."), ("text", CARD.reminder)],
    ),
    "talk is not reminded": (answer(HELLO), None, [("text", "Hello from On Tea.")]),
    "a reminder that says more goes with a new card": (
        answer(TEA),
        alarm(),
        [CARD_SAID, *TEA_SAID, ("text", "You said so before.")],
    ),
}


@pytest.mark.parametrize(("decision", "alarm", "expected"), REMINDERS.values(), ids=REMINDERS)
def test_reminders(decision, alarm, expected):
    reply = COMPOSER.compose(decision, alarm, Alarm("earlier", CARD))
    assert expected == [block for block in blocks(reply) if block != FOOTER]


FOREIGN = {
    "a message in another language is told the language of the bot": (
        None,
        [("text", "English, please."), FOOTER],
    ),
    "a sign in another language comes first": (
        alarm(language="de"),
        [("card", f"{CARD_SAID[1]}\n\nZum Arzt!"), ("text", "English, please."), FOOTER],
    ),
}


@pytest.mark.parametrize(("alarm", "expected"), FOREIGN.values(), ids=FOREIGN)
def test_foreign(alarm, expected):
    assert expected == blocks(COMPOSER.compose(Unknown(), alarm, is_foreign=True))


def test_editor_notes_can_be_switched_off():
    """Who runs the bot may leave out what is not from the article."""
    quiet = Composer(KNOWLEDGE, {**COMPOSER.names, "editor_notes": "off"})
    assert [*TEA_SAID, FOOTER] == blocks(quiet.compose(answer(NOTED)))


def test_without_starters_the_first_entries_are_offered():
    """A knowledge that names no starters offers its first three entries."""
    knowledge = replace(KNOWLEDGE, texts=replace(TEXTS, starters=()))
    rows = Composer(knowledge, COMPOSER.names).starters()
    assert [row[0].data for row in rows] == ["q:salt", "q:tea", "q:pot", "topics"]


def test_the_whole_article():
    """The article is said part by part, its signs no markup, with one disclaimer at the end."""
    expected = [
        Block("text", "<b>On Tea</b>"),
        Block("title", "Intro"),
        Block("text", "Salt  water &amp;\ntime."),
        Block("title", "Hot < cold"),
        Block("text", "Hot tea."),
        Block("text", "Rinse. Or not. Spit."),
        Block("footer", "Only On Tea."),
    ]
    reply = COMPOSER.article()
    assert expected == list(reply.blocks)
    assert ((Button("All topics", "topics"),),) == reply.buttons


def test_an_article_that_is_not_known_is_only_named():
    """Without `article.md` the title and the disclaimer are left."""
    reply = Composer(replace(KNOWLEDGE, article=None), COMPOSER.names).article()
    assert blocks(reply) == [("text", "<b>On Tea</b>"), FOOTER]


def test_words_given_for_once_win():
    """A text is filled with the values of the bot and with those given with it."""
    assert COMPOSER.say("{emergency_number}: {title}", title="On Coffee") == "112: On Coffee"
