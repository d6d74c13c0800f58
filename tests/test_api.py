"""The Bot API in memory is as strict as Telegram's."""

import asyncio

import pytest
from offline_chat import BERT, TOKEN, in_loop

from bot.offline.api import ANNA, FakeBotApi, Refusal

ANNAS = ANNA.id


def button(data: str, text: str = "Press") -> dict:
    """A keyboard of one button."""
    return {"inline_keyboard": [[{"text": text, "callback_data": data}]]}


def sent(text: str, **more) -> tuple[str, dict]:
    """A call that sends a text to Anna."""
    return "sendMessage", {"chat_id": ANNAS, "text": text, **more}


def html(text: str) -> tuple[str, dict]:
    """A call that sends HTML to Anna."""
    return sent(text, parse_mode="HTML")


def edited(text: str, message_id: int = 2, **more) -> tuple[str, dict]:
    """A call that edits the bot's only message, which says "Hello" over a button."""
    return "editMessageText", {
        "chat_id": ANNAS,
        "message_id": message_id,
        "text": text,
        **more,
    }


TOO_LONG = "Bad Request: message is too long"
EMPTY = "Bad Request: message text is empty"
NO_CHAT = "Bad Request: chat not found"
NO_MESSAGE = "Bad Request: message to edit not found"
LATE = "Bad Request: query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
UNPARSED = "Bad Request: can't parse entities: "

REFUSED = {
    "a method that does not exist": (("sendMesage", {}), 404, "Not Found"),
    "somebody who never wrote": (
        ("sendMessage", {"chat_id": BERT.id, "text": "Hello"}),
        400,
        NO_CHAT,
    ),
    "a chat name that nobody has": (
        ("sendMessage", {"chat_id": "@nobody_at_all", "text": "Hello"}),
        400,
        NO_CHAT,
    ),
    "an empty text": (sent(""), 400, EMPTY),
    "only white space": (sent(" \n\t"), 400, EMPTY),
    "only markup": (html("<b> </b>"), 400, EMPTY),
    "4,097 letters": (sent("x" * 4097), 400, TOO_LONG),
    "2,049 emojis, two units each": (sent("🙂" * 2049), 400, TOO_LONG),
    "4,097 letters beside markup": (html(f"<b>{'x' * 4097}</b>"), 400, TOO_LONG),
    "a tag that is not closed": (
        html("a <b>word"),
        400,
        UNPARSED + 'Can\'t find end tag corresponding to start tag "b"',
    ),
    "a tag that Telegram does not know": (
        html("<h1>Title</h1>"),
        400,
        UNPARSED + 'Unsupported start tag "h1" at byte offset 0',
    ),
    "a bare less-than sign": (
        html("5 < 6"),
        400,
        UNPARSED + 'Unsupported start tag "" at byte offset 2',
    ),
    "tags that cross": (
        html("<b><i>x</b></i>"),
        400,
        UNPARSED + 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    "a closing tag too many": (
        html("x</b>"),
        400,
        UNPARSED + "Unexpected end tag at byte offset 1",
    ),
    "button data of 65 bytes": (
        sent("x", reply_markup=button("x" * 65)),
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "button data of 33 letters of two bytes": (
        sent("x", reply_markup=button("ж" * 33)),
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "empty button data": (
        sent("x", reply_markup=button("")),
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "a button without a label": (
        sent("x", reply_markup=button("x", "")),
        400,
        "Bad Request: text buttons are unallowed in the inline keyboard",
    ),
    "an edit that changes nothing": (
        edited("Hello", reply_markup=button("hi")),
        400,
        NOT_MODIFIED,
    ),
    "an edit of a message that does not exist": (edited("Bye", 99), 400, NO_MESSAGE),
    "an edit of somebody else's message": (edited("Bye", 1), 400, NO_MESSAGE),
    "an edit in an unknown chat": (
        ("editMessageText", {"chat_id": BERT.id, "message_id": 2, "text": "Bye"}),
        400,
        NO_CHAT,
    ),
    "an edit that is too long": (edited("x" * 4097), 400, TOO_LONG),
    "an answer to a button that nobody pressed": (
        ("answerCallbackQuery", {"callback_query_id": "7"}),
        400,
        LATE,
    ),
    "a description of 513 characters": (
        ("setMyDescription", {"description": "x" * 513}),
        400,
        "Bad Request: DESCRIPTION_TOO_LONG",
    ),
    "a short description of 121 characters": (
        ("setMyShortDescription", {"short_description": "x" * 121}),
        400,
        "Bad Request: SHORT_DESCRIPTION_TOO_LONG",
    ),
    "101 commands": (
        ("setMyCommands", {"commands": [{"command": "x", "description": "x"}] * 101}),
        400,
        "Bad Request: BOT_COMMANDS_TOO_MUCH",
    ),
}

ACCEPTED = {
    "4,096 letters": sent("x" * 4096),
    "2,048 emojis": sent("🙂" * 2048),
    "4,096 letters beside markup": html(f"<b>{'x' * 4096}</b>"),
    "four characters that count as one": html("&lt;" * 4096),
    "a less-than sign that is no markup": sent("5 < 6"),
    "button data of 64 bytes": sent("x", reply_markup=button("ж" * 32)),
    "an edit of the text": edited("Bye", reply_markup=button("hi")),
    "an edit that takes the buttons away": edited("Hello"),
    "a method in small letters": ("sendmessage", {"chat_id": ANNAS, "text": "Hello"}),
    "a description of 512 characters": ("setMyDescription", {"description": "x" * 512}),
}


async def a_chat() -> FakeBotApi:
    """Anna has written, and the bot has said "Hello" over a button."""
    api = FakeBotApi(TOKEN)
    api.say("Hi")
    await api.call(TOKEN, *sent("Hello", reply_markup=button("hi")))
    return api


@pytest.mark.parametrize(("call", "code", "description"), REFUSED.values(), ids=REFUSED)
@in_loop
async def test_refused(call, code, description):
    """What Telegram refuses is refused here with the same words, and nothing is sent."""
    api = await a_chat()

    status, body = await api.call(TOKEN, *call)

    assert (status, body) == (
        code,
        {"ok": False, "error_code": code, "description": description},
    )
    assert [message["text"] for message in api.sent()] == ["Hello"]


@pytest.mark.parametrize("call", ACCEPTED.values(), ids=ACCEPTED)
@in_loop
async def test_accepted(call):
    """What is just within Telegram's limits goes through."""
    api = await a_chat()

    status, body = await api.call(TOKEN, *call)

    assert (status, body["ok"]) == (200, True), body


@in_loop
async def test_a_wrong_token_is_let_into_nothing():
    """Every method says "Unauthorized" to a token that is not the bot's."""
    api = await a_chat()

    for method in ("getMe", "sendMessage", "noSuchMethod"):
        status, body = await api.call("1:wrong", method, {})

        assert (status, body["description"]) == (401, "Unauthorized")


@in_loop
async def test_a_missing_parameter_is_a_bad_request():
    """A call without what it needs is refused, not a crash."""
    api = await a_chat()

    status, body = await api.call(TOKEN, "sendMessage", {"text": "Hello"})

    assert (status, body["error_code"]) == (400, 400)


@in_loop
async def test_markup_becomes_entities_in_utf_16_units():
    """The text of a message is without its markup; the entities say what was where."""
    api = await a_chat()

    _, body = await api.call(TOKEN, *html("🙂 <b>5 &lt; 6</b>"))

    assert body["result"]["text"] == "🙂 5 < 6"
    assert body["result"]["entities"] == [{"type": "bold", "offset": 3, "length": 5}]


@in_loop
async def test_an_edit_replaces_text_and_buttons():
    """An edited message keeps its place and says only the new."""
    api = await a_chat()

    await api.call(TOKEN, *edited("Bye"))

    (message,) = api.sent()
    assert (message["message_id"], message["text"]) == (2, "Bye")
    assert "reply_markup" not in message


@in_loop
async def test_a_button_is_answered_once():
    """The second answer to the same press is too late."""
    api = await a_chat()
    number = api.press("Press")["callback_query"]["id"]

    first, _ = await api.call(TOKEN, "answerCallbackQuery", {"callback_query_id": number})
    second, body = await api.call(TOKEN, "answerCallbackQuery", {"callback_query_id": number})

    assert (first, second, body["description"]) == (200, 400, LATE)


@in_loop
async def test_only_buttons_that_are_there_can_be_pressed():
    """A press needs the label of a button that stands in the chat."""
    api = await a_chat()

    assert api.press("Press")["callback_query"]["data"] == "hi"
    with pytest.raises(LookupError, match="no button says 'Other'"):
        api.press("Other")


async def updates(api: FakeBotApi, **parameters) -> list[int]:
    """The numbers of the updates that getUpdates gives."""
    status, body = await api.call(TOKEN, "getUpdates", parameters)
    assert status == 200
    return [update["update_id"] for update in body["result"]]


async def three_updates() -> FakeBotApi:
    """Two messages (updates 1 and 3) and a press of a button between them (update 2)."""
    api = await a_chat()
    api.press("Press")
    api.say("Are you there?")
    return api


GET_UPDATES = {
    "everything that is not confirmed": ({}, [1, 2, 3]),
    "from the offset on": ({"offset": 2}, [2, 3]),
    "nothing after the last one": ({"offset": 4}, []),
    "not more than the limit": ({"limit": 2}, [1, 2]),
    "offset and limit": ({"offset": 2, "limit": 1}, [2]),
    "only messages": ({"allowed_updates": ["message"]}, [1, 3]),
    "only buttons": ({"allowed_updates": ["callback_query"]}, [2]),
    "an empty list allows all": ({"allowed_updates": []}, [1, 2, 3]),
    "waits for nothing when something is there": ({"timeout": 60}, [1, 2, 3]),
}


@pytest.mark.parametrize(("parameters", "expected"), GET_UPDATES.values(), ids=GET_UPDATES)
@in_loop
async def test_get_updates(parameters, expected):
    """getUpdates gives what was asked for."""
    assert await updates(await three_updates(), **parameters) == expected


@in_loop
async def test_an_offset_confirms_for_good():
    """What came before an offset is never given again."""
    api = await three_updates()

    assert await updates(api, offset=3) == [3]
    assert await updates(api) == [3]


@in_loop
async def test_a_waiting_poll_gets_a_message_at_once():
    """A poll with a timeout is answered as soon as something arrives."""
    api = FakeBotApi(TOKEN)
    poll = asyncio.create_task(updates(api, timeout=60))
    while not api.calls:
        await asyncio.wait([poll], timeout=0)

    api.say("Hi")

    assert await poll == [1]


@in_loop
async def test_a_poll_ends_empty_after_its_timeout():
    """When nothing arrives, there is nothing to give."""
    assert await updates(FakeBotApi(TOKEN), timeout=0.01) == []


@in_loop
async def test_deleting_the_webhook_can_drop_what_is_pending():
    """`drop_pending_updates` forgets what has not been fetched."""
    api = await three_updates()

    await api.call(TOKEN, "deleteWebhook", {})
    assert await updates(api) == [1, 2, 3]

    await api.call(TOKEN, "deleteWebhook", {"drop_pending_updates": True})
    assert await updates(api) == []


PROFILE = {
    "commands": ("Commands", {"commands": [{"command": "help", "description": "Help"}]}),
    "description": ("Description", {"description": "Answers questions."}),
    "short description": ("ShortDescription", {"short_description": "Answers."}),
    "name": ("Name", {"name": "Answerer"}),
}


@pytest.mark.parametrize(("what", "value"), PROFILE.values(), ids=PROFILE)
@in_loop
async def test_profile(what, value):
    """What is set in one language is what is got in that language, and in no other."""
    api = FakeBotApi(TOKEN)

    await api.call(TOKEN, f"setMy{what}", {**value, "language_code": "de"})
    _, german = await api.call(TOKEN, f"getMy{what}", {"language_code": "de"})
    _, default = await api.call(TOKEN, f"getMy{what}", {})

    expected = value if what != "Commands" else value["commands"]
    assert german["result"] == expected
    assert default["result"] != expected


@in_loop
async def test_every_call_is_on_record():
    """The record holds refused calls too, with their parameters."""
    api = FakeBotApi(TOKEN)

    await api.call(TOKEN, "getMe", {})
    await api.call(TOKEN, "sendMesage", {"text": "Hello"})

    assert api.calls == [("getMe", {}), ("sendMesage", {"text": "Hello"})]


def test_a_refusal_carries_its_code():
    """Whoever catches a refusal knows what Telegram would have said."""
    refusal = Refusal(400, "Bad Request: chat not found")

    assert (refusal.code, str(refusal)) == (400, "Bad Request: chat not found")
