"""What chats remember is kept for half an hour, apart from each other, and erased on demand."""

import pytest

from bot.model import Context
from bot.telegram.contexts import MOST_CHATS, MOST_REPLIES, Contexts

MINUTE = 60
TEA, SALT, NOTHING = Context("tea"), Context("salt"), Context()


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


LATER = {
    "at once": (0, TEA),
    "after 29 minutes": (29 * MINUTE, TEA),
    "after half an hour no more": (30 * MINUTE, NOTHING),
    "on the next day no more": (24 * 60 * MINUTE, NOTHING),
}


@pytest.mark.parametrize(("seconds", "expected"), LATER.values(), ids=LATER)
def test_later(seconds, expected):
    clock = Clock()
    kept = Contexts(clock)
    kept.keep("anna", TEA)
    clock.now += seconds
    assert expected == kept.of("anna")


def test_who_never_wrote_has_an_empty_context():
    """Nothing is remembered of somebody new, also by a clock that has just begun."""
    clock = Clock()
    clock.now = 0.0
    assert Contexts(clock).of("anna") == NOTHING


def test_each_person_in_each_chat_has_a_context_of_their_own():
    """Two people in one chat, and one person in two chats, do not share what is remembered."""
    kept = Contexts(Clock())
    kept.keep((1, "anna"), TEA)
    kept.keep((1, "ben"), SALT)
    assert [kept.of(key) for key in ((1, "anna"), (1, "ben"), (2, "anna"))] == [TEA, SALT, NOTHING]


def test_every_message_begins_the_half_hour_anew():
    """A conversation is remembered as long as no pause in it lasts half an hour."""
    clock = Clock()
    kept = Contexts(clock)
    for context in (TEA, SALT, TEA):
        kept.keep("anna", context)
        clock.now += 20 * MINUTE
    assert kept.of("anna") == TEA


def test_looking_does_not_prolong():
    """Only a message, not a look at the context, begins the half hour anew."""
    clock = Clock()
    kept = Contexts(clock)
    kept.keep("anna", TEA)
    clock.now += 20 * MINUTE
    kept.of("anna")
    clock.now += 20 * MINUTE
    assert kept.of("anna") == NOTHING


def test_forgetting_is_immediate_and_only_for_one():
    """/forget erases a context at once, nobody else's, and may be asked for twice."""
    kept = Contexts(Clock())
    kept.keep("anna", TEA)
    kept.keep("ben", SALT)
    kept.forget("anna")
    kept.forget("anna")
    assert [kept.of("anna"), kept.of("ben")] == [NOTHING, SALT]


def test_old_contexts_leave_the_memory():
    """With the next message of anybody, what is too old is not only hidden but gone."""
    clock = Clock()
    kept = Contexts(clock)
    kept.keep("anna", TEA)
    clock.now += 10 * MINUTE
    kept.keep("ben", TEA)
    clock.now += 25 * MINUTE
    kept.keep("carla", TEA)
    assert list(kept._kept) == ["ben", "carla"]


@pytest.mark.repetitive
def test_the_longest_silent_chat_goes_first():
    """When there are too many chats, the one that has been silent longest is forgotten."""
    kept = Contexts(Clock())
    kept.keep("anna", TEA)
    kept.keep("ben", TEA)
    kept.keep("anna", SALT)
    for number in range(MOST_CHATS - 1):
        kept.keep(number, TEA)
    assert [kept.of(key) for key in ("anna", "ben", 0)] == [SALT, NOTHING, TEA]


def test_replies_can_be_found_by_their_question():
    """As long as the context is kept; the newest replaces what answered the question before."""
    clock = Clock()
    kept = Contexts(clock)
    kept.keep("anna", TEA)
    kept.keep_reply("anna", 7, [8, 9])
    kept.keep_reply("anna", 7, [10])
    assert kept.replies_to("anna", 7) == (10,)
    kept.keep("anna", SALT)
    assert kept.replies_to("anna", 7) == (10,)
    assert kept.replies_to("anna", 8) == kept.replies_to("bert", 7) == ()
    clock.now += 30 * MINUTE
    assert kept.replies_to("anna", 7) == ()


def test_only_the_newest_replies_are_kept():
    """A long conversation does not grow without bound; forgetting forgets them all."""
    kept = Contexts(Clock())
    kept.keep("anna", TEA)
    for question in range(MOST_REPLIES + 5):
        kept.keep_reply("anna", question, [question + 100])
    known = [n for n in range(MOST_REPLIES + 5) if kept.replies_to("anna", n)]
    assert known == list(range(5, MOST_REPLIES + 5))
    kept.forget("anna")
    assert kept.replies_to("anna", MOST_REPLIES) == ()


def test_a_group_that_has_another_number_goes_on():
    """Each in it has the same context as long as before; its messages are other ones there."""
    clock = Clock()
    kept = Contexts(clock)
    kept.keep((-5, 1), TEA)
    kept.keep_reply((-5, 1), 7, [8])
    kept.keep((-5, 2), SALT)
    kept.keep((-6, 1), SALT)
    clock.now += 20 * MINUTE

    kept.move(-5, -1005)

    keys = ((-1005, 1), (-1005, 2), (-6, 1), (-5, 1))
    assert [kept.of(key) for key in keys] == [TEA, SALT, SALT, NOTHING]
    assert kept.replies_to((-1005, 1), 7) == ()
    clock.now += 10 * MINUTE
    assert kept.of((-1005, 1)) == NOTHING


def test_what_was_said_under_the_new_number_is_newer():
    """A move that is heard of late, or twice, overwrites nothing."""
    kept = Contexts(Clock())
    kept.keep((-5, 1), TEA)
    kept.keep((-1005, 1), SALT)
    kept.move(-5, -1005)
    kept.move(-5, -1005)
    assert kept.of((-1005, 1)) == SALT
