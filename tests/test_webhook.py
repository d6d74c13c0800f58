"""Delivery to a webhook: in order, again after a failure, with growing waits."""

import asyncio

import pytest
from offline_chat import TOKEN, in_loop

from bot.offline.api import FakeBotApi

URL = "https://example.com/hook"


class Hook:
    """A webhook that answers so: statuses, or exceptions; then 200 for ever."""

    def __init__(self, *answers) -> None:
        self.answers = list(answers)
        self.got: list[tuple[int, dict]] = []
        self.waits: list[float] = []
        self.calls: list[tuple[str, dict]] = []
        self.body = b""

    async def post(self, _url, headers, update):
        """Take an update."""
        self.got.append((update["update_id"], headers))
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        return answer, self.body

    async def pause(self, seconds):
        """Note a wait."""
        self.waits.append(seconds)

    async def call(self, method, parameters):
        """Note what the webhook asked for."""
        self.calls.append((method, parameters))


async def delivered(api: FakeBotApi, hook: Hook) -> None:
    """Deliver until nothing waits."""
    delivery = asyncio.create_task(api.webhook.deliver(hook.post, hook.call, hook.pause))
    while api.updates.waiting:
        await asyncio.wait([delivery], timeout=0.001)
    delivery.cancel()
    await asyncio.wait([delivery])


async def with_webhook(**more) -> FakeBotApi:
    """A bot with a webhook, to which Anna has written twice."""
    api = FakeBotApi(TOKEN)
    await api.call(TOKEN, "setWebhook", {"url": URL, **more})
    api.say("one")
    api.say("two")
    return api


DELIVERIES = {
    "at once": ([], [1, 2], []),
    "again after an error": ([500], [1, 1, 2], [1]),
    "after ever longer waits": ([500, 404, OSError("refused")], [1, 1, 1, 1, 2], [1, 2, 4]),
    "the second one again": ([200, 302], [1, 2, 2], [1]),
}


@pytest.mark.parametrize(("answers", "got", "waits"), DELIVERIES.values(), ids=DELIVERIES)
@in_loop
async def test_deliveries(answers, got, waits):
    """Updates come in order, each until it is taken."""
    api, hook = await with_webhook(), Hook(*answers)

    await delivered(api, hook)

    assert [number for number, _ in hook.got] == got
    assert hook.waits == waits


@in_loop
async def test_what_went_wrong_last_can_be_asked():
    """getWebhookInfo tells the last failure and how many wait; setting anew forgets it."""
    api, hook = await with_webhook(max_connections=7, ip_address="127.0.0.1"), Hook(500)

    await delivered(api, hook)
    info = api.webhook.get_webhook_info()

    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    assert (info["last_error_date"], info["max_connections"]) == (api.world.now(), 7)
    api.webhook.set_webhook(URL)
    assert "last_error_message" not in api.webhook.get_webhook_info()


@in_loop
async def test_a_duplicate_is_delivered_twice():
    """The fault reaches webhooks too."""
    api, hook = await with_webhook(), Hook()
    api.fail("duplicate")

    await delivered(api, hook)

    assert [number for number, _ in hook.got] == [1, 1, 2]


ANSWERS = {
    "a method": (b'{"method": "sendMessage", "chat_id": 1}', [("sendMessage", {"chat_id": 1})]),
    "nothing": (b"", []),
    "words": (b"ok", []),
    "something else": (b'{"ok": true}', []),
    "a list": (b"[1]", []),
}


@pytest.mark.parametrize(("body", "calls"), ANSWERS.values(), ids=ANSWERS)
@in_loop
async def test_answers(body, calls):
    """A webhook may answer with one call of a method."""
    api, hook = await with_webhook(), Hook()
    hook.body = body

    await delivered(api, hook)

    assert hook.calls == calls * 2


TOLD = {
    "set": ([{"url": URL}], "Webhook was set"),
    "set again": ([{"url": URL}, {"url": URL}], "Webhook is already set"),
    "deleted": ([{"url": URL}, {"url": ""}], "Webhook was deleted"),
    "nothing to delete": ([{"url": ""}], "Webhook is already deleted"),
}


@pytest.mark.parametrize(("requests", "description"), TOLD.values(), ids=TOLD)
@in_loop
async def test_what_is_told(requests, description):
    """A sentence stands beside the result."""
    api = FakeBotApi(TOKEN)
    for parameters in requests:
        _, body = await api.call(TOKEN, "setWebhook", parameters)

    assert body == {"ok": True, "result": True, "description": description}


@in_loop
async def test_polling_and_webhook_exclude_each_other():
    """Setting a webhook ends a waiting poll; deleting it lets polls in again."""
    api = FakeBotApi(TOKEN)
    poll = asyncio.create_task(api.call(TOKEN, "getUpdates", {"timeout": 50}))
    while not api.calls:
        await asyncio.wait([poll], timeout=0.001)
    await api.call(TOKEN, "setWebhook", {"url": URL})

    status, body = await poll
    assert (status, body["description"]) == (409, "Conflict: terminated by setWebhook request")
    status, body = await api.call(TOKEN, "getUpdates", {})
    assert (status, "use deleteWebhook" in body["description"]) == (409, True)

    await api.call(TOKEN, "deleteWebhook", {})
    assert (await api.call(TOKEN, "getUpdates", {}))[0] == 200
