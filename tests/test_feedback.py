"""What stands under a reply beside its buttons: did it help, and passing a question on."""

from dataclasses import replace

import pytest
from offline_chat import BERT, OfflineChat, bread, in_loop, shipped
from test_hostile_telegram import NASTY

from bot.answering.answerer import NOBODY, Answerer
from bot.answering.safety import safety_of
from bot.model import Knowledge
from bot.offline.api import ANNA
from bot.passed import FILE, Queue
from bot.store import HELPED, NOT_HELPED, PASSED_ON, TAKEN_BACK, today
from bot.telegram.contexts import KEPT_S
from bot.telegram.polling import sound

TEXTS = bread().knowledge.texts
YES, NO = TEXTS.button_helped, TEXTS.button_not_helped
PASS_ON, TAKE_BACK, THANKS = TEXTS.button_pass_on, TEXTS.button_take_back, TEXTS.thanks
GROUP = -100
PIZZA = "best pizza in town"
CHOICE = "How long do I knead?"
KNEAD = "how long do i knead"


def unsure() -> Answerer:
    """The answerer on bread when it is never sure enough to answer, and offers choices."""
    whole = bread()
    limits = replace(whole.matcher.limits, answer=1.1, answer_part=1.1)
    return replace(whole, matcher=replace(whole.matcher, limits=limits))


class Ignorant(Answerer):
    """An answerer that declines whatever it is asked."""

    def ask(self, _text, context=NOBODY):
        """Decline."""
        return self.none_of_these(context)


def ignorant() -> Ignorant:
    """The ignorant answerer, otherwise on bread, without a rule that might fire."""
    whole = bread()
    empty = Knowledge(())
    return Ignorant(whole.knowledge, whole.matcher, safety_of(empty), whole.composer)


def labels(chat: OfflineChat, number: int = -1) -> list[list[str]]:
    """The buttons under a message of the bot, the newest if nothing else is said."""
    rows = chat.sent()[number].get("reply_markup", {}).get("inline_keyboard", [])
    return [[button["text"] for button in row] for row in rows]


def queued(chat: OfflineChat) -> list[tuple[str, str]]:
    """The words that were passed on, and the entry that did not help."""
    queue = Queue(chat.data_dir / FILE, today)
    if not queue.path.exists():
        return []
    with queue.opened() as file:
        return list(file.execute("SELECT words, unhelpful FROM questions ORDER BY words"))


def counted(chat: OfflineChat, kind: str) -> dict[str, int]:
    """What was counted of a kind."""
    chat.counters.flush()
    return chat.counters.of(kind)


def notices(chat: OfflineChat) -> list[str]:
    """What was said in windows over the chat."""
    events = [e.data for e in chat.api.world.log.events if e.kind == "callback_answer"]
    return [event["text"] for event in events if event["show_alert"]]


# ---------------------------------------------------------------- what stands where


@pytest.fixture(scope="module")
def offers():
    """What each kind of message has beside its own buttons, with the shipped knowledge."""
    return {
        "an answer": ("does it hurt?", {YES, NO}),
        "two answers": ("does it hurt? how long do the muscles stay relaxed?", {YES, NO}),
        "a decline": ("what's the best pizza in town", {PASS_ON}),
        "another language": ("wie viel kostet die pizza in berlin heute abend", {PASS_ON}),
        "small talk": ("hello", set()),
        "choices": ("what about the muscles", set()),
        "a doctor card": ("my knee is swollen, does it hurt?", set()),
        "a decline with a card": ("my ankle is puffy", set()),
        "a gentle sentence": ("i have no swelling. does it hurt?", set()),
        "an emergency": ("my chest hurts and i can't breathe", set()),
        "a command": ("/topics", set()),
        "an answer by a link": ("/start q_does-it-hurt", {YES, NO}),
    }


OFFERS = (
    "an answer", "two answers", "a decline", "another language", "small talk", "choices",
    "a doctor card", "a decline with a card", "a gentle sentence", "an emergency", "a command",
    "an answer by a link",
)  # fmt: skip


@pytest.mark.parametrize("what", OFFERS)
@in_loop
async def test_what_is_offered_under(offers, what):
    """Only answers about the article ask whether they helped; only declines can be passed on."""
    text, expected = offers[what]
    async with OfflineChat() as chat:
        await chat.say(text)
        found = {label for row in labels(chat) for label in row}
    assert found & {YES, NO, PASS_ON} == expected


@in_loop
async def test_it_is_one_row_beside_the_related_questions():
    """Two small buttons stand below at most three related questions."""
    async with OfflineChat(bread()) as chat:
        await chat.say(KNEAD)
        assert labels(chat) == [["How long does the dough rise?"], [YES, NO]]


@in_loop
async def test_a_pending_reminder_is_the_end_of_it():
    """As long as somebody is to be reminded of a doctor, nothing is passed on or asked."""
    async with OfflineChat(unsure()) as chat:
        await chat.say(KNEAD)
        assert [TEXTS.button_none] in labels(chat)
        await chat.say("i am coeliac")
        chat.current.answerer = bread()
        for text in (PIZZA, KNEAD):
            await chat.say(text)
            assert not {YES, NO, PASS_ON} & {label for row in labels(chat) for label in row}
        await chat.press(TEXTS.button_none)
        assert [PASS_ON] not in labels(chat)


@in_loop
async def test_in_a_group_nothing_is_offered():
    """A question in a group is not one person's to pass on."""
    async with OfflineChat(bread()) as chat:
        for text in (PIZZA, KNEAD):
            said = await chat.say(f"@offline_bot {text}", group=GROUP)
            assert said
            assert not any(label in said for label in (YES, NO, PASS_ON))


@in_loop
async def test_the_operator_can_switch_the_offer_off():
    """Then no text is kept in memory, and what was passed on before can still be taken back."""
    async with OfflineChat(bread()) as chat:
        await chat.say(PIZZA)
        await chat.press(PASS_ON)
        api, data_dir, kept = chat.api, chat.data_dir, chat.kept
        async with OfflineChat(bread(), api, data_dir, pass_on=False) as other:
            assert PASS_ON not in await other.say(PIZZA)
            await other.say(KNEAD)
            await other.press(NO)
            assert [THANKS] in labels(other)
            await other.press(TAKE_BACK)
            assert queued(other) == []
        assert kept


# ---------------------------------------------------------------- did it help?


RATINGS = {"yes": (YES, HELPED), "no": (NO, NOT_HELPED)}


@pytest.mark.parametrize(("label", "kind"), RATINGS.values(), ids=RATINGS)
@in_loop
async def test_a_rating_is_counted_for_its_entry(label, kind):
    """The keyboard says thank you, the related questions stay, and nobody is named."""
    async with OfflineChat(bread(), pass_on=False) as chat:
        await chat.say(KNEAD)
        await chat.press(label)

        assert labels(chat) == [["How long does the dough rise?"], [THANKS]]
        assert counted(chat, kind) == {"how-long-to-knead": 1}


@in_loop
async def test_two_answers_are_both_rated():
    """The buttons stand under both."""
    async with OfflineChat(bread()) as chat:
        await chat.say("how long do i knead? how hot should the oven be?")
        await chat.press(YES)
        assert counted(chat, HELPED) == {"how-long-to-knead": 1, "how-hot": 1}


@in_loop
async def test_a_double_tap_counts_once():
    """The second press comes before the keyboard has changed on the person's screen."""
    async with OfflineChat(bread()) as chat:
        await chat.say(KNEAD)
        answer = dict(chat.sent()[-1])
        data = answer["reply_markup"]["inline_keyboard"][-1][0]["callback_data"]
        for _ in range(2):
            await chat.give(chat.api.press_data(data, answer))
        assert counted(chat, HELPED) == {"how-long-to-knead": 1}
        await chat.press(THANKS)
        assert labels(chat)[-1] == [THANKS]


@in_loop
async def test_old_messages_can_be_rated():
    """After a restart as well, and when Telegram sends no more of the message than its number."""
    async with OfflineChat(bread()) as chat:
        await chat.say(KNEAD)
        data = chat.sent()[-1]["reply_markup"]["inline_keyboard"][-1][1]["callback_data"]
        async with OfflineChat(bread(), chat.api) as later:
            await later.press(NO)
            assert labels(later)[-1] == [THANKS]
            assert counted(later, NOT_HELPED) == {"how-long-to-knead": 1}

            lost = {"chat": {"id": ANNA.id, "type": "private"}, "message_id": 2, "date": 0}
            await later.give(later.api.press_data(data, lost))
            assert notices(later) == [THANKS]
            assert counted(later, NOT_HELPED) == {"how-long-to-knead": 1}  # the same message


@in_loop
async def test_the_rating_of_an_entry_that_is_gone():
    """There is nothing to count, and the person is thanked all the same."""
    async with OfflineChat(bread()) as chat:
        await chat.say(KNEAD)
        await chat.press_data("h+00000000")
        assert labels(chat)[-1] == [THANKS]
        assert counted(chat, HELPED) == {}


# ---------------------------------------------------------------- passing on


WAYS = {
    "a decline": ([PIZZA], PIZZA, ""),
    "a no": ([KNEAD, f"[{NO}]"], KNEAD, "how-long-to-knead"),
    "none of these": (["how to knead", f"[{TEXTS.button_none}]"], "how to knead", ""),
    "a no to a choice": (
        ["how to knead", f"[{CHOICE}]", f"[{NO}]"],
        "how to knead",
        "how-long-to-knead",
    ),
    "an edited decline": (["who won the match", f"(edit) {PIZZA}"], PIZZA, ""),
}


async def do(chat: OfflineChat, act: str) -> None:
    """Write, press or edit."""
    if act.startswith("["):
        await chat.press(act[1:-1])
    elif act.startswith("(edit) "):
        await chat.edit(1, act.removeprefix("(edit) "))
    else:
        await chat.say(act)


@pytest.mark.parametrize(("acts", "words", "unhelpful"), WAYS.values(), ids=WAYS)
@in_loop
async def test_a_question_is_passed_on(acts, words, unhelpful):
    """The receipt shows exactly what was, and the button takes it back for good."""
    async with OfflineChat(unsure() if "how to knead" in acts else bread()) as chat:
        for act in acts:
            await do(chat, act)
        receipt = await chat.press(PASS_ON)

        assert f"  | {words}\n" in receipt
        assert labels(chat) == [[TAKE_BACK]]
        assert [THANKS] in labels(chat, -2)
        assert queued(chat) == [(words, unhelpful)]
        assert counted(chat, PASSED_ON) == {"": 1}

        assert await chat.press(TAKE_BACK) == TEXTS.taken_back
        assert queued(chat) == []
        assert labels(chat) == []
        assert counted(chat, TAKEN_BACK) == {"": 1}


@in_loop
async def test_what_could_identify_is_left_out_before_it_is_stored():
    """The person sees in the receipt that it is."""
    asked = "what's the best pizza in town on 24.12.2025, tell anna@example.org or @anna_b"
    async with OfflineChat() as chat:
        await chat.say(asked)
        receipt = await chat.press(PASS_ON)
        ((words, _),) = queued(chat)
    assert words in receipt
    assert "best pizza in town" in words
    assert not any(part in words for part in ("example", "@", "anna_b", "24", "2025"))


@in_loop
async def test_nothing_identifies_in_the_store_or_the_log(caplog):
    """Neither the person, nor the chat, nor the message stand in any file or log line."""
    caplog.set_level(1)
    async with OfflineChat(bread()) as chat:
        await chat.say(f"{PIZZA} zebra", BERT)
        await chat.press(PASS_ON, BERT)
        chat.counters.flush()
        kept = b"".join(path.read_bytes() for path in chat.data_dir.rglob("*") if path.is_file())
    assert b"zebra" in kept
    for secret in (str(BERT.id), BERT.first_name):
        assert secret.encode() not in kept
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("bot")]
    assert not any("zebra" in line for line in ours)


@in_loop
async def test_markup_in_a_question_is_no_markup_in_the_receipt():
    """What a person wrote is shown as written."""
    async with OfflineChat(bread()) as chat:
        await chat.say("who won the <b>match</b> & the cup")
        assert "who won the <b>match</b> & the cup" in await chat.press(PASS_ON)


@in_loop
async def test_whatever_is_written_can_be_passed_on(caplog):
    """Nasty texts are stored and shown in the receipt like any other, or refused kindly."""
    async with OfflineChat(ignorant()) as chat:
        for text in NASTY.values():
            if PASS_ON in await chat.give(sound(chat.api.say(text))):
                await chat.press(PASS_ON)
        receipts = [m["text"] for m in chat.sent() if m["text"].startswith("Thank you.")]
        refused = [m["text"] for m in chat.sent() if m["text"] == TEXTS.pass_on_failed]
        kept = len(queued(chat))
    assert kept == len(receipts) > 10
    assert len(refused) > 0
    assert caplog.text == ""


@in_loop
async def test_after_half_an_hour_the_question_is_forgotten():
    """The button says so, and goes."""
    async with OfflineChat(bread()) as chat:
        await chat.say(PIZZA)
        chat.clock.now_s += KEPT_S
        await chat.press(PASS_ON)

        assert notices(chat) == [TEXTS.pass_on_expired]
        assert [PASS_ON] not in labels(chat)
        assert queued(chat) == []


FORGOTTEN = {
    "/forget": ["/forget"],
    "an edit to what calls for a card": ["(edit) i am coeliac"],
}


@pytest.mark.parametrize("acts", FORGOTTEN.values(), ids=FORGOTTEN)
@in_loop
async def test_a_question_that_is_forgotten_at_once(acts):
    """Neither what was erased nor what fires a rule can be passed on any more."""
    async with OfflineChat(bread()) as chat:
        await chat.say(PIZZA)
        pressed = dict(chat.sent()[-1])
        for act in acts:
            await do(chat, act)
        await chat.give(chat.api.press_data("p:", pressed))
        assert notices(chat) == [TEXTS.pass_on_expired]
        assert queued(chat) == []


@in_loop
async def test_a_rule_that_is_new_is_heeded():
    """What fires a rule now is not passed on, though it fired none when it was asked."""
    async with OfflineChat(bread()) as chat:
        assert PASS_ON in await chat.say("my knee is swollen")
        chat.current.answerer = shipped()
        await chat.press(PASS_ON)

        assert notices(chat) == [shipped().knowledge.texts.pass_on_expired]
        assert queued(chat) == []


@in_loop
async def test_a_double_tap_passes_on_once():
    """The words are gone from memory with the first; the second does not say that it failed."""
    async with OfflineChat(bread()) as chat:
        await chat.say(PIZZA)
        pressed = dict(chat.sent()[-1])
        for _ in range(2):
            await chat.give(chat.api.press_data("p:", pressed))
        assert len(queued(chat)) == 1
        assert notices(chat) == []
        assert [THANKS] in labels(chat, -2)


@in_loop
async def test_somebody_else_s_question_cannot_be_passed_on():
    """A press that names another person's message finds nothing."""
    async with OfflineChat(bread()) as chat:
        await chat.say(PIZZA)
        await chat.say("hello", BERT)
        await chat.give(chat.api.press_data("p:", dict(chat.sent()[-1]), BERT))
        assert queued(chat) == []


@in_loop
async def test_a_disk_that_cannot_be_written():
    """The person is told, the answer itself was never in danger, and a second try may succeed."""
    async with OfflineChat(bread()) as chat:
        (chat.data_dir / FILE).mkdir()
        await chat.say(PIZZA)
        assert await chat.press(PASS_ON) == TEXTS.pass_on_failed
        assert [PASS_ON] in labels(chat, -2)

        (chat.data_dir / FILE).rmdir()
        assert PIZZA in await chat.press(PASS_ON)
        assert queued(chat) == [(PIZZA, "")]


@in_loop
async def test_taking_back_what_is_not_there_or_cannot_be_deleted():
    """A receipt works once; a file that cannot be written says so and keeps the button."""
    async with OfflineChat(bread()) as chat:
        await chat.say(PIZZA)
        await chat.press(PASS_ON)
        data = chat.sent()[-1]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        assert len(data.encode()) <= 64

        path = chat.data_dir / FILE
        path.rename(path.with_suffix(".away"))
        path.mkdir()
        await chat.press(TAKE_BACK)
        assert notices(chat) == [TEXTS.take_back_failed]
        assert labels(chat) == [[TAKE_BACK]]
        path.rmdir()
        path.with_suffix(".away").rename(path)

        receipt = dict(chat.sent()[-1])
        assert await chat.press(TAKE_BACK) == TEXTS.taken_back
        assert await chat.give(chat.api.press_data(data, receipt)) == TEXTS.taken_back_gone
        assert counted(chat, TAKEN_BACK) == {"": 1}
