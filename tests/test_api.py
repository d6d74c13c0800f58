"""The Bot API in memory is as strict as Telegram's."""

import asyncio

import pytest
from offline_chat import TOKEN, in_loop

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


LATE = "Bad Request: query is too old and response timeout expired or query ID is invalid"


async def a_chat() -> FakeBotApi:
    """Anna has written, and the bot has said "Hello" over a button."""
    api = FakeBotApi(TOKEN)
    api.say("Hi")
    await api.call(TOKEN, *sent("Hello", reply_markup=button("hi")))
    return api


@in_loop
async def test_a_wrong_token_is_let_into_nothing():
    """Every method says "Unauthorized" to a token that is not the bot's."""
    api = await a_chat()

    for method in ("getMe", "sendMessage", "noSuchMethod"):
        status, body = await api.call("1:wrong", method, {})

        assert (status, body["description"]) == (401, "Unauthorized")


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
    "what has come already, whatever is asked for": ({"allowed_updates": ["message"]}, [1, 2, 3]),
    "an offset from the end": ({"offset": -2}, [2, 3]),
    "at least one": ({"limit": 0}, [1]),
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
