"""What is learnt from the phrasings, and that nothing but the phrasings decides it."""

from collections import Counter

import pytest

from bot.answering.decide import LIMITS
from bot.answering.learn import (
    ANSWER_BETWEEN,
    EACH,
    MOST_IDLE,
    MOST_WRONG,
    SUGGEST_BETWEEN,
    TOGETHER,
    Trial,
    _limits,
    _logistic_regression,
    learn,
)
from bot.answering.ranking import Calibration, Facts
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
    """A message may use any word of a group and scores the same."""
    matcher = learn(ENTRIES, Words(groups=(("litre", "quart", "pint"),)))
    litre, quart = (matcher.facts(f"spoons per {word}") for word in ("litre", "quart"))
    assert [(n, facts.score) for n, facts in litre] == [(n, facts.score) for n, facts in quart]


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


def trial(is_right, **facts):
    """A message of entry 0 that was taken for entry 0 or 1."""
    known = dict.fromkeys(Facts._fields, 0.0) | facts
    return Trial(0, ((0 if is_right else 1, Facts(**known)),))


SHARES = {
    "seen right three times in four": ([True, True, True, False] * 50, 0.75),
    "seen right once in ten": (([True] + [False] * 9) * 20, 0.1),
    "seen right as often as not": ([True, False] * 100, 0.5),
}


@pytest.mark.parametrize("mixes", [EACH, TOGETHER], ids=["each", "together"])
@pytest.mark.parametrize(("seen", "expected"), SHARES.values(), ids=SHARES)
def test_confidence_is_the_share_that_was_right(seen, expected, mixes):
    facts = {"score": 0.4, "lead": 0.2, "near": 0.6, "known": 1.0, "length": 0.7}
    calibration = _logistic_regression([trial(is_right, **facts) for is_right in seen], mixes)
    found = trial(True, **facts).candidates[0][1]
    assert expected == pytest.approx(calibration.confidence(found), abs=0.01)


def test_confidence_follows_what_tells_right_from_wrong():
    """Where only the lead tells right from wrong, a larger lead means more confidence."""
    rows = Counter({(0.1, False): 30, (0.1, True): 5, (0.5, True): 30, (0.5, False): 5})
    trials = [trial(is_right, score=0.6, lead=lead) for lead, is_right in rows.elements()]
    calibration = _logistic_regression(trials, EACH)
    near, far = (
        calibration.confidence(trial(True, score=0.6, lead=lead).candidates[0][1])
        for lead in (0.1, 0.5)
    )
    assert pytest.approx((near, far), abs=0.02) == (1 / 7, 6 / 7)


def test_what_is_weighed_together_keeps_its_proportion():
    """Score and nearness count alike, and a lead a quarter of it, whatever was seen."""
    seen = [trial(score > 0.5, score=score / 10, lead=0.3, near=score / 20) for score in range(10)]
    worth = Facts(*_logistic_regression(seen, TOGETHER).worth)
    assert worth.score > 0
    assert (worth.score, worth.score / 4) == (worth.near, worth.lead)
    assert (worth.known, worth.length) == (0, 0)


def test_nothing_left_out_says_nothing():
    """Without any evidence the confidence is even."""
    assert _logistic_regression([], EACH).confidence((0.9,) * len(Facts._fields)) == 0.5


BY_SCORE = Calibration(0.0, (1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
LEFT_OUT = [trial(i % 5 > 0, score=i / 50 - 2) for i in range(200)]
OUTSIDE = [Trial(2, trial(False, score=i / 50 - 3.2).candidates) for i in range(100)]


def test_mistakes_stay_bearable():
    """Just so many left out messages are answered wrongly as may be, and no fewer than needed."""
    limits = _limits([*LEFT_OUT, *OUTSIDE], BY_SCORE, 2)
    sure = [
        (BY_SCORE.confidence(facts), number)
        for t in (*LEFT_OUT, *OUTSIDE)
        for number, facts in t.candidates
    ]
    wrong = [confidence for confidence, number in sure if number != 0]
    most = int(MOST_WRONG * len(sure))
    assert sum(confidence >= limits.answer for confidence in wrong) == most
    assert sum(confidence >= limits.answer - 1e-9 for confidence in wrong) == most + 1
    assert limits.answer < limits.answer_part < 1


def test_idle_choices_stay_bearable():
    """Of the messages that are none of the bot's business only a share is met with choices."""
    limits = _limits([*LEFT_OUT, *OUTSIDE], BY_SCORE, 2)
    offered = [
        BY_SCORE.confidence(facts) > limits.suggest for t in OUTSIDE for _, facts in t.candidates
    ]
    assert sum(offered) == int(MOST_IDLE * len(OUTSIDE))
    assert 0 < limits.choice < limits.suggest < limits.answer


def test_a_message_of_unknown_words_is_no_question():
    """Not even where there are no counter-examples and each left out phrasing was understood."""
    few = [
        entry(word, f"what is {word}", f"tell me about {word}", f"{word} please", f"say {word}")
        for word in ("salt", "water", "boiling", "steeping", "sugar")
    ]
    matcher = learn(few, Words())
    assert matcher.rank("tell me about sugar")[0].confidence > 0.5
    assert matcher.rank("zzz qqq xyz")[0].confidence < matcher.limits.suggest


LITTLE = {
    "never wrong": [trial(True, score=5.0)] * 10,
    "always wrong": [trial(False, score=5.0)] * 10,
    "nothing left out": [],
}


@pytest.mark.parametrize("trials", LITTLE.values(), ids=LITTLE)
def test_little_knowledge_keeps_the_limits_within_reason(trials):
    limits = _limits(trials, BY_SCORE, 2)
    assert ANSWER_BETWEEN[0] <= limits.answer <= ANSWER_BETWEEN[1]
    assert limits.suggest == LIMITS.suggest


def test_counter_examples_that_are_never_mistaken_keep_the_limit_low():
    """Even then hopeless guesses are not offered."""
    quiet = [Trial(2, trial(False, score=-9.0).candidates)] * 10
    assert _limits(quiet, BY_SCORE, 2).suggest == SUGGEST_BETWEEN[0]


def test_a_pair_of_words_that_occurs_once_is_not_learnt():
    """It generalises nothing and takes the most room; single words are learnt all the same."""
    places = learn((SALT, TEA, BOIL), ELSEWHERE).weights.places
    assert ("water", "amount") not in places
    assert ("the", "water") in places
    assert "amount" in places
