"""The whole path from a message to a reply: it never fails, and safety comes before all else."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.answerer import NOBODY, Answerer, ids, kind, questions
from bot.answering.compose import Composer
from bot.answering.learn import learn
from bot.answering.safety import Safety
from bot.markup import find_fault
from bot.model import (
    Alarm,
    Answer,
    Candidate,
    Card,
    Context,
    Entry,
    FollowUp,
    Forms,
    FormWords,
    Gentle,
    Knowledge,
    Rule,
    SafetyRules,
    Suggest,
    Texts,
    Unknown,
    Words,
)
from bot.telegram.view import html, render

SALT = Entry(
    "salt",
    "Rinsing",
    "How much salt goes into the water?",
    (
        "how salty should the water be",
        "spoons of salt per litre",
        "do i salt the water",
        "salt amount",
        "how much salt do i need",
    ),
    "One spoon.",
    follow_ups=(FollowUp("and for how long", "time"),),
)
TIME = Entry(
    "time",
    "Rinsing",
    "How long should I rinse?",
    (
        "how many minutes of rinsing",
        "rinse time",
        "when may i stop rinsing",
        "is a minute of rinsing enough",
        "rinsing for how long",
    ),
    "One minute.",
)
TEA = Entry(
    "tea",
    "Drinking",
    "Which tea helps a sore throat?",
    (
        "what tea is good for the throat",
        "sage tea or green tea",
        "best tea",
        "is tea any good",
        "tea for a sore throat",
    ),
    "Sage tea.",
)
GUMS = Entry(
    "gums",
    "Rinsing",
    "What about bleeding gums?",
    ("gums bleed", "blood on the toothbrush", "do bleeding gums matter", "my gums are bleeding"),
    "See a dentist.",
    card="dentist",
)
HELLO = Entry("hello", "", "Hello!", ("hi", "hey", "good morning", "hello there"), "Hi.", talk=True)
GENTLE = Gentle("Should it swell, go.", "It was.", "If so, go.", "In general, go.")
CARDS = (
    Card(
        "dentist", "inflammation", "See a dentist.", "They should.", GENTLE, "You said it swells."
    ),
    Card("breath", "emergency", "Call for help.", "Call for them.", GENTLE, "You lacked breath."),
)
RULES = (
    Rule("swelling", "dentist", (("swollen",),), "", (), ()),
    Rule("breath", "breath", (("can not breathe", "cannot breathe"),), "", (), ()),
)
KNOWLEDGE = Knowledge(
    (SALT, TIME, TEA, GUMS, HELLO),
    words=Words(
        question_starts=("how", "which", "what", "is", "do"),
        elsewhere=("what is the weather", "who won the match", "sing me a song", "pizza or pasta"),
    ),
    safety=SafetyRules(CARDS, RULES, forms=Forms(negated=FormWords(before=("not",)))),
    texts=Texts(disclaimer="No advice.", unknown="Unknown.", other_language="English only."),
)
KITCHEN = Answerer(
    KNOWLEDGE,
    learn(KNOWLEDGE.entries, KNOWLEDGE.words),
    Safety(KNOWLEDGE.safety),
    Composer(KNOWLEDGE, {"title": "Rinsing"}),
)
SWELLING = Alarm("inflammation:swelling", CARDS[0], "affirmed", "swollen")
BREATH = Alarm("emergency:breath", CARDS[1], "affirmed", "cannot breathe")


def said(outcome):
    return [(block.kind, block.text) for block in outcome.reply.blocks]


MESSAGES = {
    "a question is answered": ("How much salt goes into the water?", ["salt"], "none"),
    "a question after a greeting is answered": (
        "Hello there! How much salt goes into the water?",
        ["salt"],
        "none",
    ),
    "a greeting is returned": ("good morning", ["hello"], "none"),
    "two questions get two answers": (
        "How much salt goes into the water? Which tea helps a sore throat?",
        ["salt", "tea"],
        "none",
    ),
    "a sign and a question": (
        "How much salt goes into the water? My cheek is swollen.",
        ["salt"],
        "doctor",
    ),
    "a denied sign still mentions the doctor": (
        "How much salt goes into the water? It is not swollen.",
        ["salt"],
        "doctor",
    ),
    "an answer that brings its own card": ("do bleeding gums matter", ["gums"], "doctor"),
    "an emergency leaves no question": (
        "How much salt goes into the water? I cannot breathe.",
        [],
        "emergency",
    ),
    "an emergency that is denied is none": (
        "It is not that I cannot breathe. How much salt goes into the water?",
        ["salt"],
        "doctor",
    ),
    "nothing at all": ("", [], "none"),
    "no words": ("?!? 🙂", [], "none"),
}


@pytest.mark.parametrize(("message", "expected", "route"), MESSAGES.values(), ids=MESSAGES)
def test_messages(message, expected, route):
    outcome = KITCHEN.ask(message)
    assert (expected, route) == (list(ids(outcome.decision)), outcome.route)


def test_an_emergency_says_nothing_but_its_card():
    """Neither an answer nor a button stands beside the card of an emergency."""
    outcome = KITCHEN.ask("I cannot breathe, how much salt goes into the water?")
    assert said(outcome) == [("card", "Call for help.")]
    assert outcome.reply.buttons == ()
    assert outcome.reasons == ("emergency:breath",)


def test_the_most_important_card_is_shown_and_all_reasons_are_told():
    """Of several cards one is shown; why each of them was called for is told."""
    outcome = KITCHEN.ask("do bleeding gums matter? my cheek is swollen and i cannot breathe")
    assert outcome.reasons[:2] == ("emergency:breath", "inflammation:swelling")
    assert said(outcome) == [("card", "Call for help.")]


FOREIGN = {
    "another script": ("Сколько соли нужно?", "English only."),
    "another language in the same script": (
        "wieviel Zucker kommt hinein bitte sehr",
        "English only.",
    ),
    "a single foreign word": ("Zucker", "Unknown."),
    "English about something else": ("who won the match and what is the weather", "Unknown."),
}


@pytest.mark.parametrize(("message", "expected"), FOREIGN.values(), ids=FOREIGN)
def test_foreign(message, expected):
    assert ("text", expected) in said(KITCHEN.ask(message))


MEMORY = {
    "an answer is remembered": ("salt amount", NOBODY, Context("salt")),
    "of two answers the last one": (
        "How much salt goes into the water? Which tea helps a sore throat?",
        NOBODY,
        Context("tea"),
    ),
    "talk leaves the answer before it": ("good morning", Context("salt"), Context("salt")),
    "a decline leaves the answer before it": ("?", Context("salt"), Context("salt")),
    "a sign is remembered without the person's words": (
        "swollen",
        Context("salt"),
        Context("salt", replace(SWELLING, words="")),
    ),
    "a new sign takes the place of the old one": (
        "cannot breathe",
        Context("salt", SWELLING),
        Context("salt", replace(BREATH, words="")),
    ),
    "a sign that is denied is none to remind of": (
        "not swollen, salt amount",
        NOBODY,
        Context("salt"),
    ),
    "a pending sign stays pending": (
        "salt amount",
        Context("tea", SWELLING),
        Context("salt", SWELLING),
    ),
    "an entry that is gone does no harm": ("salt amount", Context("gone"), Context("salt")),
}


@pytest.mark.parametrize(("message", "before", "expected"), MEMORY.values(), ids=MEMORY)
def test_memory(message, before, expected):
    assert expected == KITCHEN.ask(message, before).context


def test_a_follow_up_is_understood_after_its_answer():
    """A short question is about what was answered just before."""
    assert ids(KITCHEN.ask("and for how long", Context("salt")).decision) == ("time",)


def test_a_pending_sign_is_reminded_of():
    """The answers after a sign say it again, with the reason, but a greeting does not."""
    outcome = KITCHEN.ask("salt amount", Context(reminder=SWELLING))
    assert ("text", "You said it swells.") in said(outcome)
    assert (outcome.route, outcome.reasons) == ("doctor", ("context",))
    hello = KITCHEN.ask("good morning", Context(reminder=SWELLING))
    assert (said(hello), hello.route) == ([("text", "Hi.")], "none")


PICKS = {
    "an answer that was picked": (partial(KITCHEN.pick, TEA), ["tea"], "none"),
    "a picked answer brings its card": (partial(KITCHEN.pick, GUMS), ["gums"], "doctor"),
    "a picked answer is reminded of a sign": (
        partial(KITCHEN.pick, TEA, Context(reminder=SWELLING)),
        ["tea"],
        "doctor",
    ),
    "none of the choices": (KITCHEN.none_of_these, [], "none"),
    "none of the choices, with a sign pending": (
        partial(KITCHEN.none_of_these, Context(reminder=SWELLING)),
        [],
        "doctor",
    ),
}


@pytest.mark.parametrize(("pick", "expected", "route"), PICKS.values(), ids=PICKS)
def test_picks(pick, expected, route):
    outcome = pick()
    assert (expected, route) == (list(ids(outcome.decision)), outcome.route)


STARTS = ("how", "which", "is")
QUESTIONS = {
    "one question is not taken apart": ("How much salt?", []),
    "two questions": ("How much salt? Which tea?", ["How much salt", "Which tea"]),
    "two questions in one sentence": (
        "how much salt and which tea",
        ["how much salt", "which tea"],
    ),
    "an and that joins no questions": ("how much salt and water", []),
    "two questions on two lines": ("how much salt\nwhich tea", ["how much salt", "which tea"]),
    "a story around a question": ("I have a cold. How much salt? Thanks.", ["How much salt"]),
    "a question mark makes a question": ("I have salt. Salt helps?", ["Salt helps"]),
    "a single word is no question": ("Salt? Tea? How much salt?", ["How much salt"]),
    "of very many questions the first ones": ("How much? " * 50, ["How much"] * 8),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("message", "expected"), QUESTIONS.values(), ids=QUESTIONS)
def test_questions(message, expected):
    assert expected == questions(message, STARTS)


def test_without_question_words_only_question_marks_tell():
    """A knowledge that lists no question words is still asked two things at once."""
    assert questions("salt much? which tea? thank you", ()) == ["salt much", "which tea"]


CANDIDATES = (Candidate(TEA, 0.9), Candidate(SALT, 0.8))
KINDS = {
    "an answer": (Answer(CANDIDATES), "answer", ("tea", "salt")),
    "choices": (Suggest(CANDIDATES), "suggest", ("tea", "salt")),
    "a decline": (Unknown(), "none", ()),
}


@pytest.mark.parametrize(("decision", "name", "found"), KINDS.values(), ids=KINDS)
def test_kinds(decision, name, found):
    assert (name, found) == (kind(decision), ids(decision))


# From here on the shipped knowledge: whatever the text, there is a reply that Telegram takes.

NASTY = {
    "nothing": "",
    "white space": " \t\r\n\v\f\u00a0\u2028\u3000",
    "control characters": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "the zero character": "does it\x00 hurt",
    "half of a surrogate pair": "does it hurt \ud83d",
    "the other half": "\udc00 is my knee swollen \udfff",
    "surrogates between the signs": "my back \ud83d pain is \ud83d severe",
    "a surrogate within a sign": "my knee is swol\ud83dlen",
    "a byte order mark": "\ufeffdoes it hurt",
    "no character": "\uffff\ufffe\U0010ffff",
    "the names of the texts": "{title} {because} {words} {} {0} {0.__class__} swollen",
    "percent signs": "%s %d %(words)s swollen",
    "markup": "<b>swollen</i> <a href='x'> </blockquote> &lt; & knee",
    "markup between the signs": "severe <b> & </i> back {pain} pain",
    "an expression": "(((((?:a*)*)*)*$ swollen [",
    "a tower of accents": "s" + "\u0301" * 4000,
    "only accents": "\u0301 \u0302",
    "right to left": "\u202eneollows si eenk ym\u202c",
    "a family": "👩‍👩‍👧‍👦" * 300,
    "flags": "🇨🇭" * 500,
    "a very long word": "a" * 4096,
    "a long word with a sign in it": "x" * 2000 + "swollen" + "x" * 2000,
    "single letters": "s w o l l e n " * 290,
    "hyphens": "a-" * 2048,
    "apostrophes": "'" * 4096,
    "full stops": ". " * 2048,
    "only question marks": "?" * 4096,
    "many questions": "does it hurt? " * 290,
    "many and": "and how " * 500,
    "many signs": "swollen not swollen if swollen " * 130,
    "many lines": "\n" * 4096,
    "Chinese": "按摩会痛吗" * 800,
    "Arabic": "هل التدليك مؤلم؟ ركبتي متورمة",
    "Zalgo": "d̷̛̞o̴̢͝e̸͇͝s̶̱̈́ ̷̦͝i̵̜͝t̷̰̚ ̵̮̈h̷̘̓u̴̝͝r̸̪̚t̸̞̾",
    "mathematical letters": "𝓭𝓸𝓮𝓼 𝓲𝓽 𝓱𝓾𝓻𝓽 𝕤𝕨𝕠𝕝𝕝𝕖𝕟",
    "letters that grow when folded": "ßİŉǰΐﬃﷺ" * 400,
}


def check(answerer, message, context=NOBODY):
    """A message gets a reply that Telegram takes, and the same one again."""
    outcome = answerer.ask(message, context)
    assert outcome.reply.blocks
    assert find_fault(html(outcome.reply)) == ""
    assert all(len(part) > 0 and find_fault(part) == "" for part in render(outcome.reply))
    assert outcome == answerer.ask(message, context)
    return outcome


@pytest.mark.parametrize("message", NASTY.values(), ids=NASTY)
def test_nasty(answerer, message):
    check(answerer, message)


ANY_CHARACTER = st.characters(exclude_categories=())
TEXT = st.text(ANY_CHARACTER, max_size=300)
SPEECH = """does it hurt how long and my knee back is swollen severe pain inflammation not no if was
he she years ago chest breathe s w o колено 茶 🙂 ? . { } < > & \u200b \ud83d"""
PIECES = st.sampled_from([*SPEECH.split(), "\n"])
PROSE = st.lists(PIECES | st.text(ANY_CHARACTER, max_size=6), max_size=40).map(" ".join)
LONG = st.builds(
    lambda piece, times: (piece * times)[:4096], st.text(ANY_CHARACTER, min_size=1), st.just(4096)
)


@pytest.mark.repetitive
@given(TEXT | PROSE)
@settings(max_examples=300)
def test_any_text_gets_a_reply(answerer, message):
    """Asking never raises, and what is said is markup that Telegram takes."""
    check(answerer, message)


@pytest.mark.repetitive
@given(LONG)
@settings(max_examples=60)
def test_any_long_text_gets_a_reply(answerer, message):
    """A message as long as Telegram allows is answered like any other one."""
    check(answerer, message)


@pytest.mark.repetitive
@given(PROSE, st.data())
@settings(max_examples=100)
def test_any_context_gets_a_reply(answerer, message, data):
    """Whatever was said before, also about an entry that is gone, the next message is answered."""
    known = [entry.id for entry in answerer.knowledge.entries]
    cards = st.sampled_from(list(answerer.safety.cards.values()))
    forms = st.sampled_from(["affirmed", "negated", "past"])
    context = Context(
        data.draw(st.none() | st.just("gone") | st.sampled_from(known)),
        data.draw(st.none() | st.builds(Alarm, st.just("some:rule"), cards, forms)),
    )
    outcome = check(answerer, message, context)
    if context.last_entry:
        assert outcome.context.last_entry
    if context.reminder:
        assert outcome.context.reminder


@pytest.mark.repetitive
@given(PROSE)
@settings(max_examples=100)
def test_what_was_asked_before_changes_no_answer(answerer, message):
    """Without a context in between, one message leaves no trace in the reply to the next."""
    expected = answerer.ask("does it hurt")
    answerer.ask(message)
    assert expected == answerer.ask("does it hurt")


@pytest.mark.repetitive
@given(PROSE)
@settings(max_examples=100)
def test_a_sign_is_heard_through_any_noise(answerer, message):
    """Whatever else is written, a sign on a line of its own leads to a card."""
    outcome = answerer.ask(f"{message}\n\nmy knee is swollen\n\n{message}")
    assert outcome.route in ("doctor", "emergency")
    assert outcome.reply.blocks[0].kind == "card"
