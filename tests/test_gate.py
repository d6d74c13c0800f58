"""Who has to wait, and who is passed over: one person's flood, and questions of long ago."""

from datetime import UTC, datetime

import pytest
from offline_chat import Clock
from telegram import CallbackQuery, Chat, Message, Update, User

from bot.telegram.gate import (
    AT_ONCE,
    EVERY_S,
    LATE_TOGETHER_S,
    MOST_LATE,
    MOST_WAITING,
    NOW,
    Gate,
    Lateness,
    Pass,
    Skip,
)

NOW_S = 1_800_000_000.0
GROUP = Chat(-5, "group")


def said(
    text: str = "hello", person: int = 1, chat: Chat | None = None, age_s: float = 0
) -> Update:
    """A person has written."""
    date = datetime.fromtimestamp(NOW_S - age_s, UTC)
    user = User(person, "Anna", is_bot=False)
    where = chat or Chat(person, "private")
    return Update(1, message=Message(1, date, where, from_user=user, text=text))


def pressed(person: int = 1) -> Update:
    """A person has pressed a button."""
    user = User(person, "Anna", is_bot=False)
    message = said(person=person).message
    return Update(1, callback_query=CallbackQuery("1", user, "1", message, data="x"))


class Door:
    """A gate at a clock that stands still."""

    def __init__(self) -> None:
        self.clock = Clock()
        lateness = Lateness(600, self.clock, lambda: NOW_S)
        self.gate = Gate(self.clock, lateness, lambda text: text if "pain" in text else "")

    def judge(self, *updates: Update) -> list[Pass | Skip]:
        """What becomes of each."""
        return [self.gate.judge(update) for update in updates]

    def fill(self, person: int = 1, chat: Chat | None = None) -> None:
        """Let a person write as much as is dealt with."""
        while not isinstance(self.gate.judge(said(person=person, chat=chat)), Skip):
            pass


def test_who_writes_as_people_do_never_waits():
    """A burst of questions is answered as it comes."""
    assert set(Door().judge(*[said()] * AT_ONCE)) == {NOW}


def test_who_writes_faster_waits():
    """Each further one a little longer than the one before."""
    door = Door()
    door.judge(*[said()] * AT_ONCE)

    found = door.judge(*[said()] * 3)

    assert found == [Pass(door.clock.now_s + n * EVERY_S) for n in (1, 2, 3)]


def test_a_flood_is_passed_over_with_one_sentence():
    """So many are dealt with, one sentence says so, then nothing."""
    found = Door().judge(*[said()] * 500)

    answered = [verdict for verdict in found if isinstance(verdict, Pass)]
    assert len(answered) == AT_ONCE + MOST_WAITING
    assert found[len(answered) :] == [Skip("too_fast")] + [Skip("")] * (499 - len(answered))


def test_a_flood_does_not_fill_the_places_anew():
    """Else what waits at Telegram would keep everybody else's messages out for minutes."""
    door = Door()
    door.fill()
    door.clock.now_s += MOST_WAITING * EVERY_S

    assert door.judge(said(), said()) == [Skip(""), Skip("")]


def test_a_flood_is_of_one_person_only():
    """Everybody else is answered at once."""
    door = Door()
    door.fill(person=1)

    assert door.judge(said(person=2)) == [NOW]


def test_several_floods_share_the_places_to_wait():
    """Telegram gives a hundred updates at once: the waiting ones must leave room for others."""
    door = Door()
    found = door.judge(*[said(person=person) for _ in range(200) for person in range(5)])

    waiting = [v for v in found if isinstance(v, Pass) and v.not_before]
    assert len(waiting) <= MOST_WAITING * 1.5


def test_after_a_rest_a_person_is_welcome_again():
    """With the same patience, and the sentence if need be."""
    door = Door()
    door.fill()
    door.clock.now_s += (AT_ONCE + MOST_WAITING) * EVERY_S

    found = door.judge(*[said()] * 500)

    assert found[:AT_ONCE] == [NOW] * AT_ONCE
    assert Skip("too_fast") in found


def test_in_a_group_nobody_waits():
    """Others there would wait as well: what is too much is passed over at once."""
    found = Door().judge(*[said(chat=GROUP)] * (AT_ONCE + 2))

    assert found == [NOW] * AT_ONCE + [Skip("too_fast"), Skip("")]


def test_a_sign_is_answered_in_a_flood_too():
    """Each card once: it could be a flood of emergencies."""
    door = Door()
    door.fill()

    assert door.judge(said("chest pain"), said("chest pain"), said("back pain"), said()) == [
        NOW,
        Skip(""),
        NOW,
        Skip(""),
    ]


def test_a_sign_that_is_written_into_an_older_message_is_one_too():
    """An edit in a flood is passed over like all else, but not the card that it calls for."""
    door = Door()
    door.fill()
    edits = [Update(1, edited_message=said(text).message) for text in ("chest pain", "hello")]

    assert door.judge(*edits) == [NOW, Skip("")]


def test_a_sign_under_a_picture_is_one_too():
    """The words are the same."""
    door = Door()
    door.fill()
    user, chat = User(1, "Anna", is_bot=False), Chat(1, "private")
    date = datetime.fromtimestamp(NOW_S, UTC)
    picture = Message(1, date, chat, from_user=user, caption="chest pain")

    assert door.judge(Update(1, message=picture)) == [NOW]


def test_who_has_calmed_down_leaves_the_memory():
    """Thousands may come by in a year; only who writes or was away just now is remembered."""
    door = Door()
    for person in range(50):
        door.judge(said(person=person), said(person=person, age_s=7200))
        door.clock.now_s += LATE_TOGETHER_S + 1

    assert len(door.gate._floods) == len(door.gate._absences) == 1


def test_who_writes_for_a_group_floods_in_that_group_only():
    """Telegram names one and the same user for all of them."""
    door = Door()
    user = User(1087968824, "Group", is_bot=True)
    groups = [Chat(-number, "supergroup") for number in (5, 6)]
    date = datetime.fromtimestamp(NOW_S, UTC)
    floods = [
        Update(1, message=Message(1, date, group, from_user=user, sender_chat=group, text="hello"))
        for group in groups
    ]

    assert Skip("too_fast") in door.judge(*floods[:1] * 100)
    assert door.judge(floods[1]) == [NOW]


def test_buttons_are_not_told():
    """Nobody needs a sentence for each press too much."""
    door = Door()
    while not isinstance(door.gate.judge(pressed()), Skip):
        pass

    assert door.judge(pressed(), said()) == [Skip(""), Skip("too_fast")]


def test_what_nobody_has_sent_is_not_judged():
    """Such as a post in a channel."""
    assert Door().judge(Update(1)) == [NOW]


# ---------------------------------------------------------------- what is late


def test_of_late_questions_three_are_answered():
    """Who wrote ten times while the bot was away gets three answers and a sentence."""
    found = Door().judge(*[said(age_s=7200)] * 10)

    assert found == [NOW] * MOST_LATE + [Skip("late_too_many")] + [Skip("")] * 6


def test_late_questions_are_counted_by_chat_and_absence():
    """Another chat, another day: three again."""
    door = Door()
    door.judge(*[said(age_s=7200)] * 10)

    assert door.judge(said(person=2, age_s=7200)) == [NOW]
    door.clock.now_s += LATE_TOGETHER_S + 1
    assert door.judge(said(age_s=7200)) == [NOW]


def test_a_late_sign_is_answered_all_the_same():
    """Whoever mentions something that calls for a doctor hears so, however late."""
    door = Door()
    door.judge(*[said(age_s=7200)] * 5)

    assert door.judge(said("chest pain", age_s=7200), said(age_s=7200)) == [NOW, Skip("")]


def test_what_is_new_is_answered_after_an_absence():
    """Only old questions are passed over."""
    door = Door()
    door.judge(*[said(age_s=7200)] * 10)

    assert door.judge(said()) == [NOW]


LATE = {
    "just sent": (0, False),
    "as old as may be": (600, False),
    "older": (601, True),
    "of a day ago": (86_400, True),
    "of the future, as a clock is wrong": (-86_400, False),
}


@pytest.mark.parametrize(("age_s", "expected"), LATE.values(), ids=LATE)
def test_lateness(age_s, expected):
    """By the time of this machine as long as Telegram has told no other."""
    late = Lateness(600, Clock(), lambda: NOW_S)
    message = said(age_s=age_s).message
    assert message is not None
    assert late(message) is expected


def test_a_wrong_clock_is_put_right_by_telegram():
    """This machine is a day ahead: nothing is late any more once Telegram has told the time."""
    late, message = Lateness(600, Clock(), lambda: NOW_S + 86_400), said().message
    assert message is not None
    assert late(message)

    late.note(NOW_S)

    assert not late(message)
