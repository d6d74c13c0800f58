"""Sending and changing messages; that they arrive is tested in `test_patience.py`."""

import pytest
from offline_chat import TOKEN, FaultyBotApi, in_loop, refusal
from telegram import Bot
from telegram import Chat as TelegramChat
from telegram.error import BadRequest, Forbidden

from bot.markup import units
from bot.model import Block, Button, Reply
from bot.offline.api import ANNA
from bot.offline.request import OfflineRequest
from bot.telegram.sending import Place, edit, edit_reply, keyboard, send, send_reply

BUTTONS = ((Button("Yes", "yes"), Button("No", "no")), (Button("Perhaps", "perhaps"),))


def annas_chat(*troubles) -> tuple[Place, FaultyBotApi]:
    """The chat with Anna, in which sending first fails in these ways."""
    api = FaultyBotApi({"sendMessage": list(troubles)})
    api.say("Hi")
    request = OfflineRequest(api)
    chat = TelegramChat(ANNA.id, "private")
    chat.set_bot(Bot(TOKEN, request=request, get_updates_request=request))
    return Place(chat), api


def texts(api: FaultyBotApi) -> list[str]:
    """What Anna reads."""
    return [message["text"] for message in api.sent()]


REFUSED = {
    "when the person has blocked the bot": (
        refusal(403, "Forbidden: bot was blocked by the user"),
        Forbidden,
    ),
    "when the message is refused": (refusal(400, "Bad Request: chat not found"), BadRequest),
}


@pytest.mark.parametrize(("trouble", "error"), REFUSED.values(), ids=REFUSED)
@in_loop
async def test_sending_gives_up(trouble, error):
    """What cannot be mended by trying is an error, which the error handler gets."""
    chat, api = annas_chat(trouble)

    with pytest.raises(error):
        await send(chat, "Hello")

    assert [method for method, _ in api.calls] == ["sendMessage"]
    assert texts(api) == []


@in_loop
async def test_a_group_that_has_moved_is_followed():
    """A group that becomes a supergroup gets another number; its question is answered there."""
    api = FaultyBotApi({})
    group, new = (api.new_group(name, [ANNA]) for name in ("Friends", "The same, moved"))
    told = "Bad Request: group chat was upgraded to a supergroup chat"
    api.trouble("sendMessage", refusal(400, told, migrate_to_chat_id=new.id))
    request = OfflineRequest(api)
    chat = TelegramChat(group.id, "group")
    chat.set_bot(Bot(TOKEN, request=request, get_updates_request=request))

    heard: list[int] = []
    message = await send(Place(chat, answers=5, on_moved=heard.append), "Hello")

    assert message.chat.id == new.id
    assert heard == [new.id]


@in_loop
async def test_markup_that_telegram_cannot_read_goes_out_as_plain_text(caplog):
    """A person rather reads an answer without bold words than none; its buttons stay."""
    chat, api = annas_chat()

    await send(chat, "5 &lt; 6 <b>bold", BUTTONS)

    (message,) = api.sent()
    assert message["text"] == "5 &lt; 6 <b>bold"
    assert len(message["reply_markup"]["inline_keyboard"]) == 2
    assert "could not read the markup" in caplog.text
    assert "bold" not in caplog.text


@in_loop
async def test_markup_is_stripped_when_only_telegram_cannot_read_it():
    """What is valid to us and not to Telegram goes out without its tags."""
    chat, api = annas_chat(refusal(400, "Bad Request: can't parse entities: Unsupported tag"))

    await send(chat, "<b>5 &lt; 6</b>")

    assert texts(api) == ["5 < 6"]


@in_loop
async def test_html_is_sent_without_link_previews():
    """A link in an answer is not followed by a picture that buries the answer."""
    chat, api = annas_chat()

    await send(chat, "<b>Hello</b>")

    ((_, parameters),) = api.calls
    assert parameters["parse_mode"] == "HTML"
    assert parameters["link_preview_options"] == {"is_disabled": True}
    assert "reply_markup" not in parameters


# ---------------------------------------------------------------- editing


async def hello(*troubles):
    """The place and the number of the bot's message "Hello", and the Bot API it stands in."""
    place, api = annas_chat()
    message = await send(place, "Hello")
    api.trouble("editMessageText", *troubles)
    return (place, message.message_id), api


@in_loop
async def test_an_edit_replaces_a_message():
    """The message says the new text over the new buttons."""
    here, api = await hello()

    await edit(*here, "<b>Bye</b>", BUTTONS)

    assert texts(api) == ["Bye"]
    assert api.calls[-1][1]["link_preview_options"] == {"is_disabled": True}
    assert api.sent()[0]["reply_markup"]["inline_keyboard"][1][0]["text"] == "Perhaps"


@in_loop
async def test_an_edit_that_changes_nothing_is_no_error():
    """A double tap asks for what is already there."""
    here, api = await hello()

    await edit(*here, "Hello", ())

    assert texts(api) == ["Hello"]


@in_loop
async def test_an_edit_that_is_refused_for_another_reason_is_an_error():
    """Only "message is not modified" is passed over."""
    here, _ = await hello(refusal(400, "Bad Request: message can't be edited"))

    with pytest.raises(BadRequest):
        await edit(*here, "Bye", ())


@in_loop
async def test_a_reply_takes_the_place_of_an_earlier_one():
    """Messages that are there are changed, what is too much goes, what is missing is sent."""
    place, api = annas_chat()
    long, short = paragraphs(3, "x" * 3000), paragraphs(1, "y")

    first = await send_reply(place, short)
    second = await edit_reply(place, first, long)
    third = await edit_reply(place, second, short)

    assert (len(first), len(second), third) == (1, 3, first)
    assert texts(api) == ["y"]
    assert "reply_markup" in api.sent()[0]


@in_loop
async def test_a_rest_that_somebody_has_deleted_is_no_error():
    """What is too much should go, and has gone."""
    place, api = annas_chat()
    numbers = await send_reply(place, paragraphs(3, "x" * 3000))
    api.chats[ANNA.id].messages.pop()

    assert await edit_reply(place, numbers, paragraphs(1, "y")) == numbers[:1]
    assert texts(api) == ["y"]


@in_loop
async def test_a_reply_in_a_group_goes_to_its_topic_and_shows_what_it_answers():
    """In a group several people talk about several things."""
    place, api = annas_chat()
    api.chats[ANNA.id].has_topics = True

    await send(Place(place.chat, topic=7, answers=1), "Hello")

    ((_, parameters),) = api.calls
    assert parameters["message_thread_id"] == 7
    assert parameters["reply_parameters"] == {
        "message_id": 1,
        "allow_sending_without_reply": True,
    }


# ---------------------------------------------------------------- long replies


def paragraphs(count: int, letters: str) -> Reply:
    """A reply of many paragraphs over three buttons."""
    return Reply(tuple(Block("text", letters) for _ in range(count)), BUTTONS)


LONG = {
    "one message that just fits": (paragraphs(1, "x" * 3000), 1),
    "paragraphs that need three messages": (paragraphs(10, "word " * 200), 3),
    "one paragraph without end": (paragraphs(1, "word " * 2000), 3),
    "emojis count twice": (paragraphs(3, "🙂" * 1000), 2),
    "parts that are all the same": (paragraphs(3, "x" * 3000), 3),
    "escapes count once": (paragraphs(2, "&lt;" * 900), 1),
}


@pytest.mark.parametrize(("reply", "parts"), LONG.values(), ids=LONG)
@in_loop
async def test_a_long_reply_is_split(reply, parts):
    """No part is longer than 4,096 units, nothing is lost, and the last part has the buttons."""
    chat, api = annas_chat()

    await send_reply(chat, reply)

    sent = api.sent()
    assert len(sent) == parts
    assert all(units(message["text"]) <= 4096 for message in sent)
    said = "".join("".join(message["text"] for message in sent).split())
    wanted = "".join(block.text for block in reply.blocks).replace("&lt;", "<")
    assert said == "".join(wanted.split())
    assert ["reply_markup" in message for message in sent] == [False] * (parts - 1) + [True]


def test_keyboard():
    """Rows of buttons become rows of an inline keyboard; no buttons, no keyboard."""
    made = keyboard(BUTTONS)

    assert made is not None
    assert [[(b.text, b.callback_data) for b in row] for row in made.inline_keyboard] == [
        [("Yes", "yes"), ("No", "no")],
        [("Perhaps", "perhaps")],
    ]
    assert keyboard(()) is None
