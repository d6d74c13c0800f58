"""Messages find the entry that is meant, however they are worded, cut or misspelt."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.learn import learn
from bot.answering.match import MOST_WORDS, similarity, stem
from bot.answering.weights import Places, Weights
from bot.model import Entry, FollowUp, Words


def entry(id, question, *phrasings):
    return Entry(id, "Kitchen", question, phrasings, "Yes.")


SALT = entry(
    "salt",
    "How much salt goes into the water?",
    "how salty should the water be",
    "spoons of salt per litre",
    "do i salt the water",
    "salt amount",
)
TEA = entry(
    "tea",
    "How long does the tea steep?",
    "minutes for green tea",
    "when do i take the leaves out",
    "steeping time of tea",
    "is three minutes enough",
)
POT = entry(
    "pot",
    "Which teapot is the best one?",
    "what teapot should i buy",
    "is glass better than china",
    "best pot for beginners",
    "cast iron or porcelain",
)
KITCHEN = learn(
    (SALT, TEA, POT),
    Words(
        groups=(("porcelain", "ceramic"), ("minutes", "mins")),
        elsewhere=("what is the weather today", "who won the match", "tell me a joke"),
    ),
)

STEMS = {
    "relaxes": "relax",
    "relaxed": "relax",
    "relaxing": "relax",
    "stopped": "stop",
    "pressing": "press",
    "bodies": "body",
    "knees": "kne",
    "knee": "kne",
    "is": "is",
    "pus": "pus",
    "red": "red",
    "gas": "gas",
    "sing": "sing",
    "stress": "stress",
    "80s": "80s",
}


@pytest.mark.parametrize(("word", "expected"), STEMS.items())
def test_stem(word, expected):
    """Endings go, the root stays; short words and what has digits stay whole."""
    assert expected == stem(word)


BEST = {
    "the question itself": ("How long does the tea steep?", TEA),
    "words in another order": ("the water, how much salt?", SALT),
    "another form of a word": ("salted waters", SALT),
    "a typo": ("stepeing time of tea", TEA),
    "two letters swapped": ("porclain or iron pto", POT),
    "a synonym": ("ceramic", POT),
    "a short form": ("three mins", TEA),
    "shouting": ("GLASS OR CHINA??", POT),
    "politeness around it": ("hello there, could you kindly tell me the salt amount", SALT),
}


@pytest.mark.parametrize(("text", "expected"), BEST.values(), ids=BEST)
def test_best(text, expected):
    assert expected == KITCHEN.rank(text)[0].entry


def test_rank_holds_every_entry_once_the_likeliest_first():
    """Ranking leaves none of a few entries out and falls from the best to the worst."""
    ranked = KITCHEN.rank("how long for the teapot")
    assert {SALT, TEA, POT} == {candidate.entry for candidate in ranked}
    assert len(ranked) == 3
    assert sorted((c.confidence for c in ranked), reverse=True) == [c.confidence for c in ranked]


@pytest.mark.parametrize("text", ["", "  \n", "?!", "🙂🙂"])
def test_no_words_no_candidates(text):
    """A text without words ranks nothing."""
    assert list(KITCHEN.rank(text)) == []


LESS_SURE = {
    "unknown words make it less sure": ("salt amount", "zebra quantum salt amount xylophone"),
    "a message from elsewhere is less sure": ("is three minutes enough", "tell me a joke"),
    "one shared word is less sure than the question": (
        "Which teapot is the best one?",
        "which horse is the best",
    ),
}


@pytest.mark.parametrize(("sure", "unsure"), LESS_SURE.values(), ids=LESS_SURE)
def test_less_sure(sure, unsure):
    assert KITCHEN.rank(sure)[0].confidence > KITCHEN.rank(unsure)[0].confidence


FOLLOW_UPS = (FollowUp("and which one do you like", "pot"), FollowUp("why", "salt"))


def test_a_follow_up_leads_to_its_entry():
    """What is naturally asked next is understood after the answer, better than without it."""
    text = "and which one do you like"
    alone = {c.entry: c.confidence for c in KITCHEN.rank(text)}
    after = KITCHEN.rank(text, FOLLOW_UPS)[0]
    assert after.entry == POT
    assert after.confidence > alone[POT]


def test_a_follow_up_never_weakens_its_own_entry():
    """A question that hardly resembles the follow-up to its entry is no less sure for it."""
    text = "How long does the tea steep?"
    follow_up = FollowUp("and with milk, is that longer", "tea")
    assert list(KITCHEN.rank(text)) == list(KITCHEN.rank(text, [follow_up]))


def test_a_follow_up_never_stands_in_the_way():
    """A full question after an answer finds its own entry in spite of the follow-ups."""
    assert KITCHEN.rank("How long does the tea steep?", FOLLOW_UPS)[0].entry == TEA


PLACES = {
    "at the beginning": ["best teapot", *["bla"] * 900],
    "at the end": [*["bla"] * 900, "best teapot"],
}


@pytest.mark.parametrize("message", PLACES.values(), ids=PLACES)
def test_a_question_in_a_long_story_is_heard(message):
    assert KITCHEN.rank(" ".join(message))[0].entry == POT


def test_a_long_message_is_cut():
    """Of a very long message no more words are looked at than the bound says."""
    assert len(KITCHEN.stems("tea " * 2000)) == MOST_WORDS


def test_explain_names_the_words_that_decided():
    """The weightiest words are named first, and none that spoke neither for nor against."""
    named = KITCHEN.explain("salt amount, zebra", SALT)
    assert {"salt", "amount"} <= {item.feature for item in named[:3]} | {"salt amount"}
    assert all("zebra" not in item.feature.split() for item in named)
    weights = [abs(item.weight) for item in named]
    assert sorted(weights, reverse=True) == weights
    assert len(KITCHEN.explain("salt amount", SALT, most=2)) == 2


def test_explained_words_add_up_to_the_score():
    """The words that decided for an entry sum up to its score."""
    text = "how much salt for the tea"
    score = KITCHEN.scores(KITCHEN.vector(KITCHEN.stems(text)))[0]
    assert score == pytest.approx(sum(c.weight for c in KITCHEN.explain(text, SALT, most=99)))


NEAREST = {
    "a phrasing": ("porcelain or is it iron", POT, "cast iron or porcelain"),
    "the question counts too": ("how long does tea steep", TEA, "How long does the tea steep?"),
}


@pytest.mark.parametrize(("text", "wanted", "expected"), NEAREST.values(), ids=NEAREST)
def test_nearest_phrasing(text, wanted, expected):
    assert expected == KITCHEN.nearest_phrasing(text, wanted)


def test_a_text_is_most_like_itself():
    """Likeness is 1 for the same words and 0 where nothing is shared."""
    salt, tea = (KITCHEN.vector(KITCHEN.stems(text)) for text in ("salt amount", "green leaves"))
    assert pytest.approx(similarity(salt, salt)) == 1
    assert similarity(salt, tea) == 0


NOTES = "salt watr teaa steep zebra pot one mins 茶 🙂"


@given(st.lists(st.sampled_from(NOTES.split()), max_size=12))
def test_mending_knows_no_before(tokens):
    """What was asked before does not change how a message is ranked."""
    text = " ".join(tokens)
    fresh = replace(KITCHEN)
    fresh.rank("zebra watr pto xylophone")
    assert list(KITCHEN.rank(text)) == list(fresh.rank(text))


FEATURES = ("tea", ("^", "tea"), "green", ("tea", "$"), ("green", "tea"), ("tea", "tea"))
IS_A_FEATURE = {
    **{f"{feature!r} is one of them": (feature, True) for feature in FEATURES},
    "a word that is not known": ("salt", False),
    "the beginning of a message is no word of its own": ("^", False),
    "a pair in the other order": (("tea", "green"), False),
    "known words that never met": (("green", "$"), False),
    "known words that never met, numbered after all pairs": (("$", "$"), False),
    "a pair that begins with an unknown word": (("salt", "tea"), False),
    "a pair that ends with an unknown word": (("tea", "salt"), False),
}


@pytest.mark.parametrize(("feature", "expected"), IS_A_FEATURE.values(), ids=IS_A_FEATURE)
def test_places_know_their_features(feature, expected):
    places = Places.of(FEATURES)
    assert (feature in places) is expected
    assert (places.get(feature) is not None) is expected


A_WORD = st.sampled_from(["^", "a", "b", "c", "$"])


@given(st.sets(A_WORD | st.tuples(A_WORD, A_WORD)), A_WORD | st.tuples(A_WORD, A_WORD))
def test_places_are_numbered_one_by_one(features, asked):
    """Every feature has a place of its own, without gaps, in the order of iteration; no other."""
    places = Places.of(sorted(features, key=str))
    assert set(places) == features
    assert [places[feature] for feature in places] == list(range(len(features)))
    assert (asked in places) == (asked in features)


def test_packed_weights_are_those_of_their_feature():
    """Packing loses and mixes up nothing, whatever the order."""
    learnt = {f: {n + 1: n / 2, n: -1.0} for n, f in enumerate(FEATURES)}
    packed = Weights.pack(learnt)
    assert {feature: dict(packed.of(feature)) for feature in FEATURES} == learnt
    assert not dict(packed.of(("tea", "green")))


def test_rarity_has_the_places_of_the_weights():
    """The features are kept once for both."""
    assert KITCHEN.rarity.places is KITCHEN.weights.places
    assert list(KITCHEN.rarity) == list(KITCHEN.weights.places)
    assert len(KITCHEN.rarity) == len(KITCHEN.weights.places)
