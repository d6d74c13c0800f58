"""What is like the messages of a card is noticed without a rule, wherever it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.learn import learn_mentions
from bot.answering.mentions import STEP, WINDOW, Likeness, parts
from bot.answering.safety import Safety
from bot.model import Card, Forms, FormWords, Gentle, Knowledge, Rule, SafetyRules

GENTLE = Gentle(negated="", past="", hypothetical="", general="")
CARDS = (
    Card("swelling", "inflammation", "See a doctor.", "They should.", GENTLE),
    Card("breath", "emergency", "Call for help.", "Call for them.", GENTLE),
)
MENTIONS = {
    "swelling": (
        "my knee looks like a melon",
        "my ankle is as fat as a melon",
        "the knee ate the other knee",
        "my foot no longer fits the shoe",
        "her knee is a melon today",
        "one ankle is twice the other",
    ),
    "breath": (
        "he gasps for air",
        "i cannot get any air",
        "no air gets into her chest",
        "she is blue and gasps",
        "gasping for air since an hour",
    ),
    "none": (
        "a melon costs two pounds",
        "my knee likes the massage",
        "where do i buy a melon",
        "fresh air does me good",
        "how long does it take",
        "the other shoe is in the hall",
        "what does it cost",
        "it was a long day at work",
    ),
}
HOT = Rule("hot", "swelling", (("hot",),), "a book", ("my knee is hot",), ("hot tea",))
DOUBTFUL = Rule("egg", "swelling", (("egg",),), "a book", (), (), doubtful=True)


def knowledge(*rules):
    return Knowledge((), safety=SafetyRules(CARDS, rules), mentions=MENTIONS)


@pytest.fixture(scope="module")
def learnt():
    known = knowledge(HOT)
    return Safety(known.safety, (), learn_mentions(known, ("does it hurt", "who does it")))


FOUND = {
    "words that no rule knows": ("my ankle looks like a melon", ["inflammation:like-swelling"]),
    "an emergency": ("she gasps for air", ["emergency:like-breath"]),
    "nothing": ("how long does it take", []),
    "in the middle of a story": (
        "It was a long day at work and the bus was late. My ankle is as fat as a melon. What does "
        "it cost? How long does it take?",
        ["inflammation:like-swelling"],
    ),
    "what is more urgent than the rule": (
        "My knee is hot. She is blue and gasps for air.",
        ["emergency:like-breath", "inflammation:hot"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FOUND.values(), ids=FOUND)
def test_found(learnt, text, expected):
    assert expected == [alarm.reason for alarm in learnt.find(text)]


class Says:
    """Finds any message like those of one card, as surely as it is told; its last word decides."""

    def __init__(self, card, confidence):
        self.card, self.confidence = card, confidence

    def find(self, text):
        return [Likeness(self.card, self.confidence, 0, len(text))]

    def decisive(self, text, _):
        return text.rindex(" ") + 1


LIKENESS = {
    "sure": ("it looks odd", Says("swelling", 0.9), ["inflammation:like-swelling"], True),
    "not sure": ("it looks odd", Says("swelling", 0.4), [], False),
    "an emergency": ("it looks odd", Says("breath", 0.9), ["emergency:like-breath"], True),
    "a suspected emergency is gentle": (
        "it looks odd",
        Says("breath", 0.6),
        ["emergency:like-breath"],
        False,
    ),
    "an emergency with if is gentle": (
        "what if it looks odd",
        Says("breath", 0.9),
        ["emergency:like-breath"],
        False,
    ),
    "an emergency with no in it is one": (
        "no it looks odd",
        Says("breath", 0.9),
        ["emergency:like-breath"],
        True,
    ),
    "denied": ("no it looks odd", Says("swelling", 0.9), ["inflammation:like-swelling"], False),
    "what a rule has found already": (
        "it is hot",
        Says("swelling", 0.9),
        ["inflammation:hot"],
        True,
    ),
    "a doubtful rule": ("a fresh egg", Says("swelling", 0.2), ["inflammation:egg"], True),
    "a doubtful rule that it is not like": ("a fresh egg", Says("swelling", 0.05), [], False),
    "a doubtful rule like another card": ("a fresh egg", Says("breath", 0.2), [], False),
}


@pytest.mark.parametrize(("text", "alike", "expected", "full"), LIKENESS.values(), ids=LIKENESS)
def test_likeness(text, alike, expected, full):
    forms = Forms(negated=FormWords(before=("no",)), hypothetical=FormWords(before=("if",)))
    found = Safety(SafetyRules(CARDS, (HOT, DOUBTFUL), forms=forms), (), alike).find(text)
    assert expected == [alarm.reason for alarm in found]
    assert full == any(alarm.is_full for alarm in found)


def test_without_messages_the_rules_stand_alone():
    """A doubtful rule then fires like any other."""
    known = Knowledge((), safety=SafetyRules(CARDS, (HOT, DOUBTFUL)))

    assert learn_mentions(known, ()) is None
    assert [alarm.rule for alarm in Safety(known.safety).find("a fresh egg")] == ["egg"]


def test_the_words_around_the_decisive_one_are_shown():
    """The card names them, as far as they stand in the same sentence."""
    found = Safety(SafetyRules(CARDS), (), Says("swelling", 0.9)).find("Hello. My ankle looks odd")

    assert [alarm.words for alarm in found] == ["My ankle looks odd"]


def test_why(learnt):
    """The words that decided and the message that it is most like can be shown."""
    text = "my ankle looks like a melon"
    best = learnt.mentions.find(text)[0]

    assert best.card == "swelling"
    assert "melon" in [item.feature for item in learnt.mentions.explain(text, best)]
    assert learnt.mentions.nearest(text, best) in MENTIONS["swelling"]


PARTS = {
    "nothing": ("", [""]),
    "one sentence": ("it is hot", ["it is hot"]),
    "each sentence and all of them": (
        "it is so hot. is it not? yes it is",
        ["it is so hot. is it not? yes it is", "it is so hot", "is it not", "yes it is"],
    ),
    "a short sentence counts to the next": (
        "Hot. Yes. It is very hot. Oh it is",
        ["Hot. Yes. It is very hot. Oh it is", "Hot. Yes. It is very hot", "Oh it is"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), PARTS.values(), ids=PARTS)
def test_parts(text, expected):
    assert expected == [text[start:end] for start, end in parts(text)]


@given(st.lists(st.sampled_from(["word", "end.", "line\n", "q?", "no"]), max_size=300))
def test_every_word_is_in_a_part_and_the_parts_grow_with_the_message(words):
    """However long a message is, nothing of it is left out or looked at without bound."""
    text = " ".join(words)
    found = list(parts(text))
    seen = {place for start, end in found for place in range(start, end)}

    assert all(place in seen for place, char in enumerate(text) if char.isalpha())
    assert len(found) <= 2 + len(words) / 3 + len(words) / (WINDOW - STEP)
