"""What is left of a question before a maintainer reads it: nothing of the person."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.scrubbing import MOST_CHARACTERS, has_number, scrub

SCRUBBED = {
    "a plain question stays as it is": ("Does it hurt, mostly?", "Does it hurt, mostly?"),
    "a number": ("i am 47 and sore", "i am … and sore"),
    "a number of several words": ("call 0170 123 45-67 please", "call … please"),
    "a number with its sign": ("+49 (170) 123/456 is mine", "… (…) … is mine"),
    "numbers in the digits of another script": ("i am ४७ or ٤٧ or ④", "i am … or … or …"),
    "a number inside of a word": ("my car is M-AB123!", "my car is …!"),
    "a number split by something invisible": ("call 01\u200b70", "call …"),
    "a half": ("for ½ an hour", "for … an hour"),
    "a link": ("is https://example.org/a?b=anna right?", "is … right?"),
    "a link without its beginning": ("see example.org/me, or www.me", "see …, or …"),
    "a link to a chat": ("write me: t.me/anna_b", "write me: …"),
    "a link that opens an app": ("tg://user?id=7 is me", "… is me"),
    "an e-mail address": ("(anna.b@example.org)", ""),
    "an e-mail address in a sentence": ("ask anna@example.org.", "ask …."),
    "an e-mail address in disguise": ("me: anna (at) example [dot] org thanks", "me: … thanks"),
    "an e-mail address in words": ("anna at example dot org wants it", "… wants it"),
    "a @name": ("thanks @anna_b, does it hurt?", "thanks …, does it hurt?"),
    "a @name with a wide sign": ("thanks ＠anna", "thanks …"),
    "an e-mail address of which half is hidden": ("anna (at) example.org is me", "… is me"),
    "two e-mail addresses in one word": ("a(at)x(dot)org,b(at)y(dot)org please", "… please"),
    "an e-mail address with room in it": ("anna  ( at )  example\n(dot)  org", ""),
    "being at a place is no address": ("does it hurt at work", "does it hurt at work"),
    "lines become one": ("hello\n\n  does it\thurt", "hello does it hurt"),
    "control characters and marks that turn the line": (
        "does \x07it \u202ehurt\u202c",
        "does it hurt",
    ),
    "nothing but a number": ("0170 1234567", ""),
    "nothing at all": ("", ""),
    "only a smile": ("🙂", ""),
    "an abbreviation is no link": ("e.g. in the a.m. please", "e.g. in the a.m. please"),
    "accents and other scripts": ("ça fait mal? Больно?", "ça fait mal? Больно?"),
}


@pytest.mark.parametrize(("text", "left"), SCRUBBED.values(), ids=SCRUBBED)
def test_scrub(text, left):
    assert scrub(text) == left


def test_a_long_question_is_cut_at_a_word():
    """Who tells a story is not kept with all of it."""
    left = scrub("does it hurt " * 100)

    assert len(left) <= MOST_CHARACTERS
    assert left.endswith(("does…", "it…", "hurt…"))


HOSTILE = ("<at>", "a<at>", "x at ", "< at >", "a<at>b<dot>", "…", "a@", "a.b", " - …", "😀")


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_message_keeps_the_bot_busy(piece):
    """Scrubbing holds up everybody else; a message has 4,096 characters at most."""
    begun = time.process_time()
    scrub(piece * (4096 // len(piece)))

    assert time.process_time() - begun < 1


@given(st.text(max_size=600))
def test_whatever_is_written_leaves_no_number_and_no_name(text):
    """And what is left is one line that can be scrubbed again without a change."""
    left = scrub(text)

    assert not has_number(left)
    assert "@" not in left
    assert "://" not in left
    assert len(left) <= MOST_CHARACTERS
    assert "\n" not in left
    assert scrub(left) == left
