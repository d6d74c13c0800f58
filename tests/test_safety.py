"""Signs are found however they are written, and how they were mentioned only softens the words."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.safety import (
    MOST_ELSEWHERE,
    MOST_OF_AN_ENTRY,
    Safety,
    importance,
    innocent,
    safety_of,
)
from bot.model import (
    Alarm,
    Card,
    Entry,
    Forms,
    FormWords,
    Gentle,
    Knowledge,
    Rule,
    SafetyRules,
    Words,
)

GENTLE = Gentle(negated="", past="", hypothetical="", general="")
SWELLING = Card("swelling", "inflammation", "See a doctor.", "They should.", GENTLE)
BREATH = Card("breath", "emergency", "Call for help.", "Call for them.", GENTLE)
FORMS = Forms(
    clause_breaks=("but", "although"),
    clause_starts=("my", "it"),
    negated=FormWords(before=("no", "not", "without"), after=("never",), but_not=("no idea",)),
    past=FormWords(before=("used to",), after=("is gone", "years ago")),
    hypothetical=FormWords(before=("if", "in case of")),
    third_person=FormWords(sentence=("my wife", "her")),
    general=FormWords(before=("what is",)),
)


def rule(*signs, id="rule", card="swelling", **more):
    return Rule(id, card, signs, source="", fires=(), quiet=(), **more)


def safety(*rules, ordinary=(), **more):
    return Safety(SafetyRules((SWELLING, BREATH), rules, forms=FORMS, **more), ordinary)


SIGNS = {
    "a plain word": ("swollen", "It is swollen.", True),
    "a plain word is not part of another": ("ill", "it will still be chilly", False),
    "a plain word may not be misspelt": ("swollen", "it is swolen", False),
    "a beginning": ("swell*", "the swellings", True),
    "a beginning is a whole word too": ("swell*", "it may swell", True),
    "a beginning is not in the middle": ("swell*", "upswelling", False),
    "an ending": ("*itis", "arthritis", True),
    "an ending needs something before it": ("*itis", "what is itis", False),
    "an ending is not in the middle": ("*itis", "hepatitises", False),
    "a part": ("*swollen*", "unswollenness", True),
    "a part may be the whole word": ("*swollen*", "swollen", True),
    "a long word may be misspelt": ("~inflammation", "the inflamation", True),
    "a long word may have two slips": ("~inflammation", "the imflamation", True),
    "a long word has no third slip": ("~inflammation", "the imflamatoin", False),
    "a word of eight letters has one slip": ("~swelling", "sweling", True),
    "a word of eight letters has no second slip": ("~swelling", "sweline", False),
    "swapped letters are one slip": ("~swelling", "swellign", True),
    "words in a row": ("can not breathe", "I can not breathe!", True),
    "words in another order are others": ("can not breathe", "breathe, can not", False),
    "words in a row have nothing between them": ("cold sweat", "cold and sweat", False),
    "a gap may be empty": ("knee .. hot", "knee hot", True),
    "a gap takes three words": ("knee .. hot", "knee is really very hot", True),
    "a gap takes no fourth word": ("knee .. hot", "knee is really very very hot", False),
    "a gap reaches past the first word that fits": ("knee .. hot now", "knee hot, hot now", True),
    "capitals do not count": ("swollen", "SWOLLEN", True),
    "a sign may hold accents": ("geschwollen für", "GESCHWOLLEN FÜR", True),
    "accents in the message do not count": ("enfle", "c'est enflé", True),
    "letters typed one by one": ("swollen", "it is s w o l l e n", True),
    "digits for letters": ("swollen", "sw0ll3n", True),
    "nothing": ("swollen", "", False),
}


@pytest.mark.parametrize(("sign", "text", "expected"), SIGNS.values(), ids=SIGNS)
def test_signs(sign, text, expected):
    assert expected == bool(safety(rule((sign,))).find(text))


ORDINARY = {
    "a look-alike is no misspelling": {"look_alikes": ("dwelling",)},
    "an ordinary word is no misspelling": {"ordinary": ("dwelling",)},
}


@pytest.mark.parametrize("known", ORDINARY.values(), ids=ORDINARY)
def test_ordinary(known):
    assert safety(rule(("~swelling",))).find("a nice dwelling")
    assert not safety(rule(("~swelling",)), **known).find("a nice dwelling")
    assert safety(rule(("~swelling",)), **known).find("a nice swelling")


GROUPS = {"joint": ("knee", "ankle", "big toe", "$arm"), "arm": ("elbow", "wrist")}
GROUP_MEMBERS = {
    "a word": ("my knee hurts", True),
    "several words": ("my big toe hurts", True),
    "a group within the group": ("my wrist hurts", True),
    "part of several words": ("my toe hurts", False),
}


@pytest.mark.parametrize(("text", "expected"), GROUP_MEMBERS.values(), ids=GROUP_MEMBERS)
def test_a_group_stands_for_each_of_its_members(text, expected):
    assert expected == bool(safety(rule(("$joint hurts",)), groups=GROUPS).find(text))


HOT_KNEE = rule(
    ("hot", "red"),
    ("knee", "ankle"),
    within=5,
    not_in=("hot dog", "red wine"),
    not_with=("sunburn", "sun burn"),
)
RULES = {
    "one sign of each list": ("my knee is hot", True),
    "in any order": ("a red ankle", True),
    "a sign of one list only": ("it is hot and red", False),
    "too far apart": ("hot today and I sit here with my knee", False),
    "near the second time": ("hot today, I sit with my knee, a hot knee", True),
    "inside a phrase that means something else": ("a hot dog on my knee", False),
    "the phrase and the sign": ("a hot dog on my hot knee", True),
    "with a word that silences it": ("my knee is hot from a sunburn", False),
    "with words that silence it": ("my knee is hot from the sun burn", False),
    "the silencing word in another sentence": ("Never had a sunburn. My knee is hot.", True),
    "the silencing word on another line": ("no sunburn\nmy knee is hot", True),
    "nothing to find": ("the tea is cold", False),
}


@pytest.mark.parametrize(("text", "expected"), RULES.values(), ids=RULES)
def test_rules(text, expected):
    assert expected == bool(safety(HOT_KNEE).find(text))


def test_signs_inside_another_sign_hide_none_outside_it():
    """A sign of the second list counts although others of its list lie within the first sign."""
    severe = rule(("severe .. pain",), ("back", "lower", "spine"))
    assert safety(severe).find("severe lower back spine pain in my back")


MENTIONS = {
    "as a fact": ("my knee is swollen", "affirmed"),
    "denied before": ("my knee is not swollen", "negated"),
    "denied after": ("swollen it was never", "negated"),
    "denied in another clause": ("I do not know why, my knee is swollen", "affirmed"),
    "denied before a turn": ("not nice but swollen", "affirmed"),
    "denied before brackets": ("it is not nice (swollen)", "affirmed"),
    "denied in another sentence": ("It is not nice. Swollen!", "affirmed"),
    "denied on another line": ("it is not nice\nswollen", "affirmed"),
    "denied too far away": ("not one two three four five six seven eight swollen", "affirmed"),
    "what only looks like a denial": ("no idea why it is swollen", "affirmed"),
    "over, said before": ("used to be swollen", "past"),
    "over, said after": ("the swollen knee is gone", "past"),
    "only if": ("what should I do if it is swollen", "hypothetical"),
    "of somebody else": ("my wife has a swollen knee", "third_person"),
    "of somebody else, said after": ("swollen is what my wife says", "third_person"),
    "of somebody else in another sentence": ("I asked my wife. It is swollen.", "affirmed"),
    "in general": ("what is a swollen knee", "general"),
    "denied and then stated": ("not swollen at first but now swollen", "affirmed"),
    "stated and then denied": ("swollen; today not swollen", "affirmed"),
    "denied of somebody else": ("my wife is not swollen", "negated"),
}


@pytest.mark.parametrize(("text", "expected"), MENTIONS.values(), ids=MENTIONS)
def test_mentions(text, expected):
    alarms = safety(rule(("swollen",))).find(text)
    assert [expected] == [alarm.form for alarm in alarms]


SHOWN = {
    "a single word as it was written": (["swollen"], "Is SWOLLEN!", "SWOLLEN"),
    "several words as they were written": (
        ["cold .. sweat"],
        "Cold, damp sweat.",
        "Cold, damp sweat",
    ),
    "from the first sign to the last one": (
        ["swollen", "knee"],
        "My Knee is so swollen.",
        "Knee is so swollen",
    ),
    "line breaks become spaces": (["swollen", "knee"], "knee\n\n  is swollen", "knee is swollen"),
    "far apart, only the signs": (
        ["swollen", "knee"],
        f"knee {'bla ' * 30}swollen",
        "knee … swollen",
    ),
}


@pytest.mark.parametrize(("signs", "text", "expected"), SHOWN.values(), ids=SHOWN)
def test_shown(signs, text, expected):
    alarms = safety(rule(*([sign] for sign in signs))).find(text)
    assert [expected] == [alarm.words for alarm in alarms]


IMPORTANCE = {
    "an emergency before an inflammation": [
        ("emergency", "affirmed"),
        ("inflammation", "affirmed"),
    ],
    "a crisis before an emergency": [("crisis", "affirmed"), ("emergency", "affirmed")],
    "a full card before a gentle word": [("ask-first", "affirmed"), ("emergency", "negated")],
    "of somebody else as full as one's own": [
        ("emergency", "third_person"),
        ("ask-first", "affirmed"),
    ],
    "among gentle words by category": [("emergency", "past"), ("ask-first", "negated")],
}


@pytest.mark.parametrize("expected", IMPORTANCE.values(), ids=IMPORTANCE)
def test_importance(expected):
    alarms = [Alarm("", Card("", category, "", "", GENTLE), form) for category, form in expected]
    alarms.reverse()
    found = [(alarm.card.category, alarm.form) for alarm in sorted(alarms, key=importance)]
    assert expected == found


def test_every_rule_that_fires_is_told_the_most_important_first():
    """No rule silences another one; the order is that of importance, not of the file."""
    rules = (rule(("swollen",), id="knee"), rule(("breathe",), id="air", card="breath"))
    found = safety(*rules).find("it is swollen and I cannot breathe")
    assert [alarm.reason for alarm in found] == ["emergency:air", "inflammation:knee"]


def test_an_alarm_carries_the_language_of_its_rule():
    """The card can answer in the language in which the sign was written."""
    (alarm,) = safety(rule(("geschwollen",), language="de")).find("mein Knie ist geschwollen")
    assert alarm.language == "de"


FAULTS = {
    "a group that does not exist": rule(("$nowhere",)),
    "an empty sign": rule(("",)),
    "a blank sign": rule(("  ",)),
    "a group that does not exist, in an exception": rule(("swollen",), not_in=("$nowhere dog",)),
}


@pytest.mark.parametrize("faulty", FAULTS.values(), ids=FAULTS)
def test_a_faulty_sign_is_refused(faulty):
    with pytest.raises(ValueError, match=r"word group \$nowhere|empty"):
        safety(faulty)


IN_ONE_PROCESS = """
from bot.answering.safety import Safety
from bot.model import Card, Gentle, Rule, SafetyRules

card = Card("c", "inflammation", "", "", Gentle("", "", "", ""))
rules = [Rule(sign, "c", ((sign, more),), "", (), ()) for sign, more in %r]
found = Safety(SafetyRules((card,), tuple(rules))).find(%r)
print([(alarm.reason, alarm.words) for alarm in found])
"""
PROCESSES = {
    "the words shown when two signs begin together": (
        [("swoll*", "swollen knee")],
        "my swollen knee",
    ),
    "the rule when a slip is as near to two words": (
        [("~swelling", "x"), ("~smelling", "x")],
        "sqelling",
    ),
}


@pytest.mark.parametrize(("signs", "text"), PROCESSES.values(), ids=PROCESSES)
def test_every_process_finds_the_same(signs, text):
    code = IN_ONE_PROCESS % (signs, text)
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in range(6)
    }
    assert len(found) == 1, found


EVERYTHING = safety(HOT_KNEE, rule(("$joint .. swell*", "~inflammation"), id="b"), groups=GROUPS)
SPEECH = "hot knee my big toe swelling inflamation not if but no idea s w e l , . ( 🙂 \ud83d"
PIECES = st.sampled_from([*SPEECH.split(), "\n"])


@given(st.lists(PIECES | st.text(max_size=5), max_size=30).map(" ".join))
def test_any_message_is_looked_through(text):
    """Finding never fails, finds each rule once at most, and shows only words of the message."""
    alarms = EVERYTHING.find(text)
    assert len({alarm.reason for alarm in alarms}) == len(alarms)
    written = " ".join(text.split())
    for alarm in alarms:
        assert all(piece in written for piece in alarm.words.split(" … "))


@given(st.lists(PIECES, max_size=12).map(" ".join))
def test_a_sign_cannot_be_talked_away(text):
    """Whatever stands on the lines before and after it, a stated sign calls for the full card."""
    alarms = safety(rule(("swollen",))).find(f"{text}\n\nmine is swollen\n\n{text}")
    assert [alarm.form for alarm in alarms] == ["affirmed"]


def test_more_phrasings_change_nothing_about_safety():
    """Only so many messages show what is ordinary, else the typos in further ones would hide signs.

    A misspelt word among the first phrasings is taken for an ordinary word, a later one is not.
    """
    rules = SafetyRules((SWELLING,), (rule(("~inflammation",)),), forms=FORMS)

    def alarms(phrasings, elsewhere):
        entry = Entry("salt", "", "How much salt?", tuple(phrasings), "One spoon.")
        knowledge = Knowledge((entry,), words=Words(elsewhere=tuple(elsewhere)), safety=rules)
        found = safety_of(knowledge)
        return len(innocent(knowledge, found)), bool(found.find("an inflamation"))

    many = [f"spoons of salt for {i}" for i in range(MOST_OF_AN_ENTRY)]
    others = [f"pizza {i}" for i in range(MOST_ELSEWHERE)]
    most = MOST_OF_AN_ENTRY + MOST_ELSEWHERE + 1
    assert alarms([*many, "my inflamation"], [*others, "another inflamation"]) == (most, True)
    assert alarms(["my inflamation", *many], others) == (most, False)
