"""What is learnt from the phrasings, and that nothing but the phrasings decides it."""

from collections import Counter

import pytest

from bot.answering.learn import _logistic_regression, learn
from bot.model import Entry, Words


def entry(id, question, *phrasings, not_this=()):
    return Entry(id, "Kitchen", question, phrasings, "Yes.", not_this=not_this)


SALT = entry(
    "salt",
    "How much salt goes into the water?",
    "spoons of salt per litre",
    "do i salt the water",
    "salt amount",
    "is it too salty",
)
# Shares nearly all its words with SALT, so that only learning from mistakes keeps them apart.
BOIL = entry(
    "boil",
    "How much water goes into the pot?",
    "litres of water per spoon of tea",
    "do i boil the water",
    "water amount",
    "is it too watery",
)
TEA = entry(
    "tea",
    "How long does the tea steep?",
    "minutes for green tea",
    "when do i take the leaves out",
    "steeping time of tea",
)
ENTRIES = (SALT, BOIL, TEA)
ELSEWHERE = Words(elsewhere=("what is the weather", "who won the match", "sing me a song"))
PHRASINGS = {text: e for e in ENTRIES for text in (e.question, *e.phrasings)}


@pytest.mark.parametrize(("text", "expected"), PHRASINGS.items())
def test_every_phrasing_finds_its_own_entry(text, expected):
    """What is written under an entry leads to it, also where entries share most of their words."""
    assert expected == learn(ENTRIES, ELSEWHERE).rank(text)[0].entry


def test_learning_twice_gives_the_same():
    """Same knowledge in, same weights and same confidence out."""
    assert learn(ENTRIES, ELSEWHERE) == learn(ENTRIES, ELSEWHERE)


def test_the_order_of_the_file_does_not_change_the_best():
    """Entries may be moved about in the file."""
    turned = learn(ENTRIES[::-1], ELSEWHERE)
    assert list(PHRASINGS.values()) == [turned.rank(text)[0].entry for text in PHRASINGS]


def test_a_sentence_listed_as_elsewhere_belongs_to_no_entry():
    """What is listed as none of the bot's business scores lower for entries than for elsewhere."""
    text = "how long is the match"
    listed = learn(ENTRIES, Words(elsewhere=(text, "sing me a song")))
    unlisted = learn(ENTRIES, Words(elsewhere=("sing me a song",)))
    tea, other = (m.scores(m.vector(m.stems(text)))[2:] for m in (listed, unlisted))
    assert tea[0] < tea[1]
    assert other[0] > other[1]


def test_not_this_keeps_a_close_sentence_away():
    """A sentence under `not_this` scores lower for its entry than it would without."""
    close = "how much salt is in the sea"
    warned = entry("salt", SALT.question, *SALT.phrasings, not_this=(close,))
    scores = []
    for salt in (SALT, warned):
        matcher = learn((salt, BOIL, TEA), ELSEWHERE)
        scores.append(matcher.scores(matcher.vector(matcher.stems(close))))
    assert scores[1][0] < scores[0][0]
    assert scores[1][-1] == max(scores[1])


def test_words_of_a_group_are_one_word():
    """A message may use any word of a group and is ranked all the same."""
    matcher = learn(ENTRIES, Words(groups=(("litre", "quart", "pint"),)))
    assert matcher.rank("spoons per litre") == matcher.rank("spoons per quart")


def test_a_word_of_one_entry_says_more_than_a_word_of_all():
    """The fewer entries use a word, the more it says; a word in all of them still says a little."""
    rarity = learn(ENTRIES, ELSEWHERE).rarity
    assert rarity["salt"] > rarity["water"] > rarity["the"] > 0


@pytest.mark.parametrize("known", [Words(), ELSEWHERE], ids=["no elsewhere", "elsewhere"])
def test_one_entry_is_enough(known):
    """A Q&A file of one entry can be learnt; so can one without messages from elsewhere."""
    assert learn((SALT,), known).rank("how much salt")[0].entry == SALT


def test_an_entry_without_phrasings_is_found_by_its_question():
    """The question alone is enough to learn from."""
    bare = entry("bare", "Where is the sugar bowl?")
    assert bare == learn((*ENTRIES, bare), ELSEWHERE).rank("the sugar bowl, where?")[0].entry


def test_a_phrasing_of_signs_only_is_harmless():
    """A phrasing without any word neither breaks the learning nor attracts messages."""
    odd = entry("odd", "Sugar?", "???", "🙂")
    assert learn((*ENTRIES, odd), ELSEWHERE).rank("steeping time of tea")[0].entry == TEA


SHARES = {
    "seen right three times in four": ([True, True, True, False] * 50, 0.75),
    "seen right once in ten": (([True] + [False] * 9) * 20, 0.1),
    "seen right as often as not": ([True, False] * 100, 0.5),
}


@pytest.mark.parametrize(("seen", "expected"), SHARES.values(), ids=SHARES)
def test_confidence_is_the_share_that_was_right(seen, expected):
    facts = (1.0, 0.4, 0.2, 1.0, 0.7)
    calibration = _logistic_regression((facts, is_right) for is_right in seen)
    assert expected == pytest.approx(calibration.confidence(facts[1:]), abs=0.01)


def test_confidence_follows_what_tells_right_from_wrong():
    """Where only the lead tells right from wrong, a larger lead means more confidence."""
    rows = Counter({(0.1, False): 30, (0.1, True): 5, (0.5, True): 30, (0.5, False): 5})
    data = [((1.0, 0.6, lead, 1.0, 1.0), is_right) for lead, is_right in rows.elements()]
    calibration = _logistic_regression(data)
    near, far = (calibration.confidence((0.6, lead, 1.0, 1.0)) for lead in (0.1, 0.5))
    assert pytest.approx((near, far), abs=0.02) == (1 / 7, 6 / 7)


def test_nothing_left_out_says_nothing():
    """Without any evidence the confidence is even."""
    assert _logistic_regression([]).confidence((0.9, 0.9, 1.0, 2.0)) == 0.5
