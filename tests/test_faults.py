"""Faults on demand: what goes wrong, when, how often, and what cannot be asked for."""

import pytest
from offline_chat import ANNA, BERT, TOKEN, in_loop

from bot.offline.api import FakeBotApi
from bot.offline.faults import FAULTS, Cut, FaultError, Faults

SEND = ("sendMessage", {"chat_id": ANNA.id, "text": "Hello"})


def troubled(fault: str, **more) -> FakeBotApi:
    """A Bot API in which something will go wrong; Anna and Bert have written."""
    api = FakeBotApi(TOKEN)
    api.say("Hi")
    api.say("Hi", BERT)
    api.fail(fault, **more)
    return api


REFUSED = {
    "429": (
        {"retry_after": 7},
        (429, "Too Many Requests: retry after 7", {"retry_after": 7}),
    ),
    "500": ({}, (500, "Internal Server Error", {})),
    "502": ({}, (502, "Bad Gateway", {})),
    "blocked": ({}, (403, "Forbidden: bot was blocked by the user", {})),
    "refusal": (
        {"code": 400, "description": "Bad Request: gone", "migrate_to_chat_id": -1},
        (400, "Bad Request: gone", {"migrate_to_chat_id": -1}),
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
@in_loop
async def test_refused(fault):
    """The bot is told no, nothing happens, and the next call is served."""
    more, (code, description, parameters) = REFUSED[fault]
    api = troubled(fault, **more)

    status, body = await api.call(TOKEN, *SEND)

    assert (status, body["error_code"], body["description"]) == (code, code, description)
    assert body.get("parameters", {}) == parameters
    assert api.sent() == []
    assert (await api.call(TOKEN, *SEND))[0] == 200


MEANT = {
    "every method but getUpdates": ({}, "getUpdates", 200),
    "getUpdates when it is named": ({"method": "getUpdates"}, "getUpdates", 500),
    "one method only": ({"method": "sendmessage"}, "getMe", 200),
    "a method in any letters": ({"method": "sendmessage"}, "sendMessage", 500),
    "one chat only": ({"chat": BERT.id}, "sendMessage", 200),
    "that chat": ({"chat": ANNA.id}, "sendMessage", 500),
}


@pytest.mark.parametrize(("more", "method", "status"), MEANT.values(), ids=MEANT)
@in_loop
async def test_what_is_meant(more, method, status):
    """A fault hits the method and the chat that it names."""
    api = troubled("500", **more)

    assert (await api.call(TOKEN, method, SEND[1] if "send" in method else {}))[0] == status


@in_loop
async def test_how_often():
    """A fault hits as often as it was told to, and is gone when it is cleared."""
    api = troubled("502", times=2)
    statuses = [(await api.call(TOKEN, *SEND))[0] for _ in range(3)]
    api.fail("502", times=5)
    api.faults.clear()

    assert statuses == [502, 502, 200]
    assert (await api.call(TOKEN, *SEND))[0] == 200


@in_loop
async def test_an_outage_lasts_for_its_time():
    """During an outage every connection breaks, polls as well; then all is well."""
    now = [100.0]
    api = FakeBotApi(TOKEN)
    api.faults = Faults(clock=lambda: now[0])
    api.fail("outage", seconds=30)

    for method in ("getMe", "getUpdates"):
        with pytest.raises(Cut):
            await api.call(TOKEN, method, {})
    now[0] += 30
    assert (await api.call(TOKEN, "getMe", {}))[0] == 200


@in_loop
async def test_a_slow_answer():
    """The answer takes as long as it was told to."""
    waits = []

    async def pause(seconds):
        waits.append(seconds)

    api = FakeBotApi(TOKEN)
    api.faults = Faults(pause=pause)
    api.fail("slow", seconds=2.5)

    assert (await api.call(TOKEN, "getMe", {}))[0] == 200
    assert waits == [2.5]


DROPS = {"drop-before": [], "drop-after": ["Hello"]}


@pytest.mark.parametrize(("fault", "said"), DROPS.items())
@in_loop
async def test_drops(fault, said):
    """A connection breaks before or after the effect."""
    api = troubled(fault)

    with pytest.raises(Cut):
        await api.call(TOKEN, *SEND)
    assert [message["text"] for message in api.sent()] == said


@in_loop
async def test_a_duplicate():
    """The next update comes twice."""
    api = troubled("duplicate")

    _, body = await api.call(TOKEN, "getUpdates", {})

    assert [update["update_id"] for update in body["result"]] == [1, 1, 2]


@in_loop
async def test_an_unparsable_update():
    """An update that no library can read waits between the others."""
    api = troubled("unparsable")
    api.say("Are you there?")

    _, body = await api.call(TOKEN, "getUpdates", {})

    assert [update["update_id"] for update in body["result"]] == [1, 2, 3, 4]
    assert body["result"][2]["message"]["message_id"] == "?"


WRONG = {
    "a fault that does not exist": (
        {"fault": "earthquake"},
        f"there is no fault 'earthquake'; there are: {', '.join(FAULTS)}",
    ),
    "something that faults do not have": (
        {"fault": "slow", "speed": 3},
        "a fault has no speed; it has: chat, code, description, fault, method,",
    ),
    "a number that is none": (
        {"fault": "slow", "times": "twice"},
        "times should be a whole number, not 'twice'",
    ),
    "a truth instead of a number": (
        {"fault": "slow", "seconds": True},
        "seconds should be a number, not True",
    ),
    "a method that is no text": ({"fault": "slow", "method": 1}, "method should be a text, not 1"),
    "no times at all": ({"fault": "slow", "times": 0}, "times and retry_after are at least 1"),
}


@pytest.mark.parametrize(("fault", "words"), WRONG.values(), ids=WRONG)
def test_wrong(fault, words):
    """Whoever asks for what there is not reads what there is."""
    with pytest.raises(FaultError) as caught:
        FakeBotApi(TOKEN).fail(**fault)
    assert str(caught.value).startswith(words)
