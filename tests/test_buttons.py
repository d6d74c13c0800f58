"""Buttons: old ones, those of others, and what a screen reader makes of them."""

from dataclasses import replace

import pytest
from offline_chat import BERT, OfflineChat, bread, in_loop, shipped

from bot.answering.compose import Composer

GROUP = -100


def renamed(answerer):
    """The same knowledge in which kneading has got another name, and the oven has taken its own."""
    knowledge = answerer.knowledge
    new = {"how-long-to-knead": "kneading", "how-hot": "heat"}
    entries = tuple(
        replace(
            entry,
            id=new.get(entry.id, entry.id),
            formerly=(entry.id, "knead-time") if entry.id in new else (),
            related=tuple(new.get(id, id) for id in entry.related),
        )
        for entry in knowledge.entries
    )
    knowledge = replace(knowledge, entries=entries)
    matcher = replace(answerer.matcher, entries=entries)
    return replace(answerer, knowledge=knowledge, matcher=matcher, composer=Composer(knowledge, {}))


@pytest.mark.parametrize("old", ["q:how-long-to-knead", "q:kneading", "q:knead-time"])
@in_loop
async def test_a_button_of_an_entry_that_was_renamed(old):
    """It leads to the entry under its new name, as far as that says what it was called."""
    async with OfflineChat(renamed(bread())) as chat:
        await chat.say("hello")
        assert "ten minutes" in await chat.press_data(old)


@in_loop
async def test_a_link_to_an_entry_that_was_renamed():
    """Links that stand in other people's messages go on working."""
    async with OfflineChat(renamed(bread())) as chat:
        assert "230 degrees" in await chat.say("/start q_how-hot")


@in_loop
async def test_a_new_entry_may_take_an_old_name():
    """Who has the name now is meant, not who had it."""
    answerer = renamed(bread())
    taken = tuple(
        replace(entry, formerly=("kneading",)) if entry.id == "heat" else entry
        for entry in answerer.knowledge.entries
    )
    answerer = replace(answerer, knowledge=replace(answerer.knowledge, entries=taken))
    async with OfflineChat(answerer) as chat:
        await chat.say("hello")
        assert "ten minutes" in await chat.press_data("q:kneading")


@in_loop
async def test_asked_in_general_under_an_answer_that_was_renamed():
    """The entries under such a card are found by their old names too."""
    async with OfflineChat(bread()) as chat:
        await chat.say("i am coeliac. how long do i knead?")
        assert "bread is full of gluten" in chat.replies[-1]
        chat.current.answerer = renamed(bread())

        said = await chat.press("I asked in general")
        assert "ten minutes" in said
        assert "Who cannot stand gluten asks first." in said


@in_loop
async def test_a_notice_is_a_window_that_is_read_out():
    """What passes by at the edge of the screen is not read out to who cannot see it."""
    async with OfflineChat() as chat:
        await chat.say("@offline_bot my knee is swollen", group=GROUP)
        assert await chat.press("I asked in general", BERT, GROUP) == ""

        answers = [e.data for e in chat.api.world.log.events if e.kind == "callback_answer"]
    assert answers[-1]["text"] == shipped().knowledge.texts.not_yours
    assert answers[-1]["show_alert"] is True


@in_loop
async def test_nobody_softens_a_card_that_was_called_for_in_the_name_of_a_group():
    """Anybody may stand behind it; the card stays."""
    sender = {
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Bakers"},
    }
    async with OfflineChat() as chat:
        await chat.say("@offline_bot my knee is swollen", group=GROUP, **sender)
        assert await chat.press("I asked in general", group=GROUP) == ""


@in_loop
async def test_every_label_says_something():
    """A button is read out by its label: words, not only signs."""
    async with OfflineChat() as chat:
        for text in ("/start", "/topics", "my knee is swollen", "what about the muscles", "pizza"):
            await chat.say(text)
        rows = [m.get("reply_markup", {}).get("inline_keyboard", []) for m in chat.sent()]
    labels = [button["text"] for keyboard in rows for row in keyboard for button in row]
    assert labels
    assert all(any(char.isalpha() for char in label) for label in labels)


@in_loop
async def test_nothing_is_said_by_emoji_or_layout_alone():
    """What is said stands in words: the warning sign stands beside "doctor"; no tables."""
    async with OfflineChat() as chat:
        said = [
            await chat.say(text) for text in ("/start", "/help", "/about", "my knee is swollen")
        ]
    for text in said:
        assert not set(text) & {"│", "┃", "║", "\t"}
    assert "⚠️ Please see a doctor first" in said[-1]


@in_loop
async def test_a_game_button_is_harmless():
    """A press without data, which this bot never offers, leads to the topics."""
    async with OfflineChat(bread()) as chat:
        await chat.say("hello")
        update = chat.api.press_data("x", chat.sent()[-1])
        del update["callback_query"]["data"]
        update["callback_query"]["game_short_name"] = "bake"
        assert "no longer here" in await chat.give(update)


@pytest.mark.parametrize("why", ["it was deleted", "the group has another number"])
@in_loop
async def test_turning_a_page_that_is_not_there_any_more(why):
    """The page is shown anew: a button that does nothing would be worse."""
    async with OfflineChat(bread()) as chat:
        await chat.say("/topics@offline_bot", group=GROUP)
        here = chat.api.chats[GROUP]
        pressed = chat.api.press("The oven", group=GROUP)
        if why == "it was deleted":
            here.messages.pop()
        else:
            here = chat.api.upgrade(here)

        assert "The oven" in await chat.give(pressed, group=here.id)


@in_loop
async def test_a_section_is_shown_as_it_is_called():
    """What looks like markup in its title is none."""
    whole = bread()
    entries = tuple(replace(entry, section="Salt & <pepper>") for entry in whole.knowledge.entries)
    knowledge = replace(whole.knowledge, entries=entries)
    answerer = replace(whole, knowledge=knowledge, composer=Composer(knowledge, {}))
    async with OfflineChat(answerer) as chat:
        await chat.say("/topics")
        assert "Salt & <pepper>" in await chat.press("Salt & <pepper>")
        assert len(chat.sent()) == 1


PIZZA, KNEAD, SIGN = "best pizza in town", "how long do i knead", "i am coeliac"
PRESSES = {
    "a question": (PIZZA, ["q:how-hot"]),
    "a question that is gone": (PIZZA, ["q:nowhere"]),
    "none of these": (PIZZA, ["none"]),
    "all topics": (PIZZA, ["topics"]),
    "a page of the topics": ("/topics", ["s:0"]),
    "the same page again": ("/topics", ["s:0", "s:0"]),
    "a page that is no number": ("/topics", ["s:\N{SUPERSCRIPT TWO}"]),
    "asked in general": (SIGN, ["g:"]),
    "asked in general, of what is gone": (SIGN, ["g:a00000000"]),
    "it helped, and again": (KNEAD, ["h+", "h+"]),
    "it did not help": (KNEAD, ["h-"]),
    "passed on, and again": (PIZZA, ["p:", "p:"]),
    "passed on too late": (KNEAD, ["p:"]),
    "taken back, and again": (PIZZA, ["p:", "t:", "t:"]),
    "thanks": (KNEAD, ["h+", "ok:"]),
    "anything": (KNEAD, ["\N{SNOWMAN}"]),
}


@pytest.mark.parametrize(("said", "presses"), PRESSES.values(), ids=PRESSES)
@in_loop
async def test_every_press_stops_the_clock_of_its_button(said, presses):
    """Once, and before anything else is sent: until then the button spins."""
    async with OfflineChat(bread()) as chat:
        await chat.say(said)
        under = {start: dict(chat.sent()[-1]) for start in ("p:", "h+", "h-", "s:", "g:")}
        for data in presses:
            message = under.get(data) or chat.sent()[-1]
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            found = [b["callback_data"] for row in rows for b in row]
            whole = next((other for other in found if other.startswith(data)), data)
            under[data] = dict(message)
            chat.api.calls.clear()
            await chat.give(chat.api.press_data(whole, message))

            called = [method for method, _ in chat.api.calls]
            assert called[0] == "answerCallbackQuery"
            assert called.count("answerCallbackQuery") == 1
