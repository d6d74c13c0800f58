"""Inline mode: what `@bot question` offers, and what is sent when somebody takes it."""

import asyncio
from dataclasses import replace

import pytest
from offline_chat import BERT, FaultyBotApi, OfflineChat, bread, in_loop, refusal, shipped

from bot.answering.compose import Composer
from bot.offline.api import ANNA
from bot.telegram.inline import CACHE_S, MOST_RESULTS

DISCLAIMER = "From one page on bread."
EMERGENCY = "my chest hurts and i can't breathe"


def content(result: dict) -> str:
    """The words that a result puts into the chat."""
    return result["input_message_content"]["message_text"]


def titles(answer: dict) -> list[str]:
    """What is offered."""
    return [result["title"] for result in answer["results"]]


def links(result: dict) -> dict[str, str]:
    """Labels and addresses of the buttons under a result."""
    rows = result.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button["url"] for row in rows for button in row}


OFFERED = {
    "a clear question": ("how long do i knead", "How long do I knead?", "ten minutes"),
    "a guess": ("how long", "How long does the dough rise?", "two hours"),
    "two questions": (
        "how long do i knead? how hot should the oven be?",
        "How long do I knead? How hot should the oven be?",
        "230 degrees",
    ),
    "small talk": ("hello", "Hello", "Ask me about Your First Loaf"),
    "nothing of the article's": ("best pizza in town", "Not in the article", "That is not in"),
    "nothing typed yet": ("", "What goes into the dough?", "flour, water, salt and yeast"),
    "only spaces": ("   ", "What goes into the dough?", "flour, water, salt and yeast"),
}


@pytest.mark.parametrize(("query", "title", "words"), OFFERED.values(), ids=OFFERED)
@in_loop
async def test_the_likeliest_reply_comes_first(query, title, words):
    """The first result is what the bot would say, whole, with what it says above and below."""
    async with OfflineChat(bread()) as chat:
        answer = await chat.inline(query)

    first = answer["results"][0]
    assert first["title"] == title
    assert words in content(first)
    assert (DISCLAIMER in content(first)) == (title != "Hello")
    assert 1 <= len(answer["results"]) <= MOST_RESULTS
    assert answer["button"]["text"] == "Ask in private"


@in_loop
async def test_a_result_is_the_whole_reply():
    """Question, answer, quote and disclaimer are in it as in the private chat."""
    async with OfflineChat(bread()) as chat:
        (first, *_) = (await chat.inline("how long do i knead"))["results"]
        await chat.say("how long do i knead")

        said = chat.sent()[-1]
        assert content(first) == said["text"]
        assert first["input_message_content"]["entities"] == said["entities"]
        assert first["description"].startswith("The article says ten minutes")


@in_loop
async def test_there_are_five_at_most():
    """However many could be meant: it is a list to choose from, not to read."""
    whole = bread()
    limits = replace(whole.matcher.limits, choice=0.0)
    answerer = replace(whole, matcher=replace(whole.matcher, limits=limits))
    both = "how long do i knead? how hot should the oven be?"
    assert len(answerer.alternatives(both, 99)) > MOST_RESULTS
    async with OfflineChat(answerer) as chat:
        assert len((await chat.inline(both))["results"]) == MOST_RESULTS == 5


@in_loop
async def test_a_link_in_a_result_has_no_preview():
    """A picture would bury the answer, in other chats as well."""
    async with OfflineChat(bread()) as chat:
        await chat.inline("how long do i knead")
        (given,) = [given for method, given in chat.api.calls if method == "answerInlineQuery"]
    contents = [result["input_message_content"] for result in given["results"]]
    assert contents
    assert all(c["link_preview_options"] == {"is_disabled": True} for c in contents)


@in_loop
async def test_two_questions_are_offered_together_and_one_by_one():
    """Who wants only one of the answers can take that."""
    async with OfflineChat(bread()) as chat:
        offered = titles(await chat.inline("how long do i knead? how hot should the oven be?"))

    assert {"How long do I knead?", "How hot should the oven be?"} < {*offered}


@in_loop
async def test_a_decline_shows_what_can_be_asked():
    """Below it stand the questions to begin with."""
    async with OfflineChat(bread()) as chat:
        answer = await chat.inline("best pizza in town")

    decline, *others = answer["results"]
    assert [result["title"] for result in others] == [
        "What goes into the dough?",
        "How hot should the oven be?",
    ]
    assert links(decline) == {
        "What goes into the dough?": "https://t.me/offline_bot?start=q_what-goes-in",
        "How hot should the oven be?": "https://t.me/offline_bot?start=q_how-hot",
        "All topics": "https://t.me/offline_bot?start=topics",
    }


@in_loop
async def test_the_links_lead_somewhere():
    """What a link carries, /start understands: an entry, the topics, the way to ask."""
    async with OfflineChat(bread()) as chat:
        assert "230 degrees" in await chat.say("/start q_how-hot")
        assert "What would you like to know about?" in await chat.say("/start topics")
        assert "Hello!" in await chat.say("/start ask")


@in_loop
async def test_buttons_in_other_chats_are_links_only():
    """A press elsewhere has no chat to answer in; "None of these" and the like are left out."""
    queries = ["how long do i knead", "how long", "i am coeliac, how hot should the oven be"]
    async with OfflineChat(bread()) as chat:
        for query in queries:
            for result in (await chat.inline(query))["results"]:
                rows = result.get("reply_markup", {}).get("inline_keyboard", [])
                assert all("callback_data" not in button for row in rows for button in row)


@in_loop
async def test_every_result_has_the_card_that_the_query_calls_for():
    """Whatever somebody takes, the card stands first, in the list as in the message."""
    async with OfflineChat() as chat:
        answer = await chat.inline("puffy knee, what can it do for me")

    assert len(answer["results"]) > 1
    for result in answer["results"]:
        assert content(result).startswith("⚠️ Please see a doctor first")
        assert result["description"].startswith("Please see a doctor first")
        assert content(result).endswith("From one blog article, not medical advice.")


@in_loop
async def test_a_gentle_sentence_goes_along():
    """What is denied or over is no reason for a card, but for a sentence."""
    async with OfflineChat() as chat:
        first = (await chat.inline("i have no swelling, does it hurt?"))["results"][0]

    assert "Please see a doctor first" not in content(first)
    assert "See a doctor first if swelling, redness or heat shows up" in content(first)


@pytest.mark.parametrize("query", [EMERGENCY, "i want to die"])
@in_loop
async def test_an_emergency_is_the_only_result(query):
    """There is nothing else to choose, no button under it, and none above it."""
    async with OfflineChat() as chat:
        answer = await chat.inline(query)

    (only,) = answer["results"]
    assert only["title"] == "Please read this first"
    assert links(only) == {}
    assert answer["button"] is None
    assert "From one blog article" not in content(only)


@in_loop
async def test_what_was_said_in_private_stays_there():
    """Neither the last question nor a reminder is used for a query, nor changed by one."""
    async with OfflineChat(bread()) as chat:
        await chat.say("i am coeliac, how long do i knead")
        assert "coeliac" not in str(await chat.inline("how hot should the oven be"))
        assert "You mentioned" not in str(await chat.inline("how hot should the oven be"))
        assert titles(await chat.inline("and after that"))[0] != "How long does the dough rise?"

        assert "two hours" in await chat.say("and after that")

        await chat.inline("i am coeliac", BERT)
        assert "gluten" not in await chat.say("how hot should the oven be", BERT)


@in_loop
async def test_result_numbers_are_stable_and_short():
    """The same reply has the same number, whoever asks, in at most 64 bytes."""
    async with OfflineChat() as chat:
        first = [r["id"] for r in (await chat.inline("does it hurt"))["results"]]
        second = [r["id"] for r in (await chat.inline("does it hurt", BERT))["results"]]

    assert first == second
    assert all(len(number.encode()) <= 64 for number in first)


@in_loop
async def test_an_edit_shows_soon():
    """Telegram may keep results for seconds only, so that no old answer is offered for long."""
    async with OfflineChat(bread()) as chat:
        await chat.inline("how hot should the oven be")
        calls = [given for method, given in chat.api.calls if method == "answerInlineQuery"]

    assert [given["cache_time"] for given in calls] == [CACHE_S]
    assert CACHE_S <= 10


@in_loop
async def test_what_somebody_has_taken_is_not_answered():
    """The bot gets its own result back as a message, in private and in groups."""
    async with OfflineChat(bread()) as chat:
        result = (await chat.inline("how long do i knead"))["results"][0]
        for group in (None, -100):
            chat.api.calls.clear()
            taken = chat.api.choose_inline(result, ANNA, group)
            assert await chat.give(taken.update, ANNA, group) == ""
            assert chat.api.calls == []


@pytest.mark.parametrize("data", ["q:how-hot", "none", "g:a00000000", "s:1", "anything", ""])
@in_loop
async def test_a_button_without_a_chat_is_answered_with_a_sentence(data, caplog):
    """Old or strange buttons under inline messages crash nothing."""
    async with OfflineChat(bread()) as chat:
        await chat.give(chat.api.press_inline(data))

        answers = [e.data for e in chat.api.world.log.events if e.kind == "callback_answer"]
        assert [answer["text"] for answer in answers] == [bread().knowledge.texts.no_chat]
        assert answers[0]["show_alert"] is True
    assert caplog.text == ""


@in_loop
async def test_a_late_answer_to_a_query_is_harmless(caplog):
    """Who typed on gets the answer to the newer query; the old one is not news."""
    old = refusal(
        400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    async with OfflineChat(bread(), FaultyBotApi({"answerInlineQuery": [old]})) as chat:
        await chat.give(chat.api.ask_inline("how hot"))
        assert titles(await chat.inline("how hot"))
    assert caplog.text == ""


@in_loop
async def test_markup_that_telegram_cannot_read_is_left_out(caplog):
    """The same words are offered without it."""
    unread = refusal(400, "Bad Request: can't parse entities: unclosed tag at byte offset 7")
    async with OfflineChat(bread(), FaultyBotApi({"answerInlineQuery": [unread]})) as chat:
        first = (await chat.inline("how long do i knead"))["results"][0]

    assert "until the dough is smooth." in content(first)
    assert "entities" not in first["input_message_content"]
    assert "could not read the markup" in caplog.text


@in_loop
async def test_a_query_that_cannot_be_answered_is_logged(caplog):
    """There is nobody to tell; the operator reads the cause, without the words of the query."""
    bad = refusal(400, "Bad Request: RESULT_ID_INVALID")
    async with OfflineChat(bread(), FaultyBotApi({"answerInlineQuery": [bad]})) as chat:
        await chat.give(chat.api.ask_inline("my secret"))

        assert chat.sent() == []
    assert "Result_id_invalid" in caplog.text
    assert "secret" not in caplog.text


LONG = "loaf & <more> " * 90


@in_loop
async def test_a_reply_that_is_too_long_is_one_message_all_the_same():
    """Quotes go first; the question, the answer and the disclaimer stay."""
    whole = bread()
    entries = tuple(
        replace(entry, quotes=(LONG.strip(), LONG.strip() + "!", LONG.strip() + "?", LONG))
        for entry in whole.knowledge.entries
    )
    knowledge = replace(whole.knowledge, entries=entries)
    matcher = replace(whole.matcher, entries=entries)
    answerer = replace(
        whole, knowledge=knowledge, matcher=matcher, composer=Composer(knowledge, {})
    )
    async with OfflineChat(answerer) as chat:
        first = (await chat.inline("how long do i knead"))["results"][0]

    assert len(content(first)) <= 4096
    assert "ten minutes" in content(first)
    assert "loaf" not in content(first)
    assert content(first).endswith(DISCLAIMER)


def test_every_question_can_be_offered():
    """Each phrasing of the shipped knowledge gives results that the Bot API takes."""

    async def ask_all():
        async with OfflineChat() as chat:
            for entry in shipped().knowledge.entries:
                answer = await chat.inline(entry.question)
                assert entry.question in titles(answer), entry.id

    asyncio.run(ask_all())
