"""The shipped rules find an inflammation word however it is typed, and in whatever it is embedded.

Generated: neighbouring keys, swapped, doubled, dropped and added letters, case, spacing, emoji,
invisible characters, styled and look-alike letters, longer stories around it.
"""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.repetitive

WORDS = (
    "inflammation inflammations inflamed inflaming inflammatory anti-inflammatory swelling "
    "anti-inflammatories swellings swollen oedema tendinitis tendonitis bursitis arthritis "
    "osteoarthritis synovitis epicondylitis fasciitis capsulitis"
).split()
OTHER_WORDS = {"dwelling", "dwellings", "welling", "wellings", "selling"}
"""What one slip makes of `swelling` and is a word of its own."""
LEAST_WITH_A_TYPO = 0.98
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
NOISE = (
    "so hello my left knee is since monday and the doctor said it may be some what how long can i "
    "still come for a massage please 😅 !! ... ok? thx (really) he told me: yes, no. 3x 10%"
).split()
STORY = st.lists(st.sampled_from(NOISE), max_size=40)
CASES = st.sampled_from((str.lower, str.upper, str.title, str.swapcase))


def neighbours(letter: str) -> set[str]:
    """The keys around a letter on the keyboard."""
    for r, row in enumerate(ROWS):
        if letter in row:
            c = row.index(letter)
            near = [line[max(0, c - 1) : c + 2] for line in ROWS[max(0, r - 1) : r + 2]]
            return set("".join(near)) - {letter}
    return set()


def typos(word: str) -> Iterator[str]:
    """Every way to type a word with one slip of the finger."""
    for i, letter in enumerate(word):
        if letter == "-":
            continue
        before, after = word[:i], word[i + 1 :]
        yield before + after
        yield before + letter + letter + after
        yield from (before + near + after for near in neighbours(letter))
        yield from (before + near + letter + after for near in neighbours(letter))
        if after and after[0] not in ("-", letter):
            yield before + after[0] + letter + after[1:]


def is_found(answerer, text: str) -> bool:
    """Whether the rules send the person to a doctor because of an inflammation."""
    return any(alarm.card.category == "inflammation" for alarm in answerer.safety.find(text))


def test_one_typo(answerer):
    """With one typo in a word of eight or more letters at least 98 % are found, of each word."""
    for word in (word for word in WORDS if len(word) >= 8):
        tried = [typo for typo in typos(word) if typo not in OTHER_WORDS]
        missed = [typo for typo in tried if not is_found(answerer, f"my knee has {typo} today")]

        assert len(missed) <= (1 - LEAST_WITH_A_TYPO) * len(tried), f"{word}: {missed}"


def shifted(first: int):
    """Letters moved to a block of Unicode where they have another style."""
    return lambda word, _: "".join(chr(first + ord(c) - 97) if c.isalpha() else c for c in word)


def put(what: str):
    """Something put into a word."""
    return lambda word, at: word[:at] + what + word[at:]


DISGUISES = {
    "as it is": put(""),
    "one letter after the other": lambda word, _: " ".join(word.replace("-", "")),
    "with dots between": lambda word, _: ".".join(word.replace("-", "")),
    "with a hyphen inside": put("-"),
    "with an emoji inside": put("😭"),
    "with an emoji beside": lambda word, _: f"🔥{word}🔥",
    "with a space that nobody sees": put("\N{ZERO WIDTH SPACE}"),
    "with a soft hyphen": put("\N{SOFT HYPHEN}"),
    "with a letter held down": lambda word, at: word[:at] + word[at - 1] * 4 + word[at:],
    "in styled letters": shifted(0x1D41A),
    "in wide letters": shifted(0xFF41),
    "with accents": lambda word, _: word.replace("a", "á").replace("e", "ë"),
    "with look-alike letters": lambda word, _: word.replace("a", "а").replace("o", "о"),
    "with digits for letters": lambda word, _: word.replace("i", "1").replace("o", "0"),
    "in quotes": lambda word, _: f"“{word}”",
    "with a hash": lambda word, _: f"#{word}",
    "with punctuation on both sides": lambda word, _: f"({word}),",
}
"""How a word, correctly spelt, may come out of a phone: of the word and a place inside it."""


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@given(st.data())
def test_a_correctly_spelt_word_is_always_found(answerer, disguise, data):
    """However it is disguised and in whatever story it stands."""
    word = data.draw(st.sampled_from(WORDS))
    shown = data.draw(CASES)(disguise(word, data.draw(st.integers(1, len(word) - 1))))
    text = " ".join([*data.draw(STORY), shown, *data.draw(STORY)])

    assert is_found(answerer, text), text


@given(st.sampled_from(WORDS), st.data())
def test_a_word_in_a_message_of_full_length(answerer, word, data):
    """Telegram's longest message hides nothing, wherever the word stands."""
    words = ["hello massage"] * 290
    words.insert(data.draw(st.integers(0, len(words))), word)

    assert is_found(answerer, " ".join(words)[:4096])
