"""The offline Bot API is as strict as Telegram's: every case of `bot_api_cases.py`, over HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import bot_api_cases as cases
import httpx
import pytest
from bot_api_cases import CASES, No, Yes
from offline_chat import ANNA, BERT, CERTIFICATES, TOKEN, in_loop

from bot.offline.api import Chat, FakeBotApi, Person
from bot.offline.parameters import READERS, integer, text, truth
from bot.offline.server import serving

CARL = Person(cases.CARL, "Carl")


async def world() -> FakeBotApi:
    """The world of the cases."""
    api = FakeBotApi(TOKEN)
    api.say("Hi")
    hello = {"chat_id": ANNA.id, "text": "Hello", "reply_markup": cases.HI}
    await api.call(TOKEN, "sendMessage", hello)
    api.chats[cases.GROUP] = Chat(cases.GROUP, "supergroup", "Bakers", members={ANNA.id: ANNA})
    api.say("Good morning @offline_bot", BERT, cases.GROUP)
    await api.call(TOKEN, "sendMessage", {"chat_id": cases.GROUP, "text": "Good morning"})
    api.chats[cases.FORUM] = Chat(cases.FORUM, "supergroup", "Talk", has_topics=True)
    api.chats[cases.OLD] = Chat(cases.OLD, "group", "Old", migrated_to=-1003)
    api.say("Hi", CARL)
    api.press("Press")
    api.ask_inline("knead")
    api.world.blocked.add(CARL.id)
    api.calls.clear()
    return api


@asynccontextmanager
async def bot(api: FakeBotApi) -> AsyncIterator[httpx.AsyncClient]:
    """A bot that speaks HTTP with an offline Bot API, and nothing but HTTP."""
    async with (
        serving(api, port=0) as address,
        httpx.AsyncClient(
            base_url=f"{address}/bot{TOKEN}/", verify=CERTIFICATES, timeout=60
        ) as client,
    ):
        yield client


def form(parameters: dict[str, Any]) -> dict[str, str]:
    """Parameters as a form has them."""
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
    }


WAYS = {
    "form": lambda parameters: {"data": form(parameters)},
    "JSON": lambda parameters: {"json": parameters},
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("method", "parameters", "expected", "source"), CASES.values(), ids=CASES)
@in_loop
async def test_case(method, parameters, expected, source, way):
    """The answer is Telegram's, whether the parameters come as a form or as JSON."""
    api = await world()
    before = [dict(message) for chat in api.chats.values() for message in chat.messages]

    async with bot(api) as client:
        answer = await client.post(method, **way(parameters))

    body = answer.json()
    if isinstance(expected, No):
        refused = {"ok": False, "error_code": expected.code, "description": expected.description}
        if expected.parameters:
            refused["parameters"] = expected.parameters
        assert (answer.status_code, body) == (expected.code, refused), source
        assert before == [m for chat in api.chats.values() for m in chat.messages]
    else:
        assert (answer.status_code, body["ok"]) == (200, True), body
        check(body["result"], expected)


def check(result: Any, expected: Yes) -> None:
    """Compare a result with what is expected of it."""
    if expected.is_ is not None:
        assert result == expected.is_
    else:
        assert {name: result[name] for name in expected.has} == expected.has
        assert not set(expected.lacks) & set(result)


def test_there_are_enough_cases():
    """No two cases have the same name, each names its source, and most are refusals."""
    assert len(CASES) == sum(map(len, cases.TABLES)) >= 150
    assert all(source for *_, source in CASES.values())
    assert sum(isinstance(expected, No) for _, _, expected, _ in CASES.values()) >= 100


def test_the_sources_in_the_bot_api_exist(bot_api):
    """Every method, type and field that a case refers to stands in Telegram's documentation."""
    places = {source.partition(": ")[2] for *_, source in CASES.values() if "bots/api: " in source}
    known = {
        f"{name}.{field['name']}"
        for things in (bot_api["methods"], bot_api["types"])
        for name, thing in things.items()
        for field in thing.get("fields", [])
    }

    assert places - known - set(bot_api["methods"]) - {"making-requests"} == set()


READ_AS = {"Integer": integer, "Boolean": truth, "String": text}


def test_every_parameter_of_the_bot_api_is_known(bot_api):
    """Of the methods that are there, all parameters are, and each is read as its type asks."""
    methods = FakeBotApi(TOKEN).methods
    spec = {name.lower(): method for name, method in bot_api["methods"].items()}

    for name, known in methods.items():
        fields = {field["name"]: field["types"] for field in spec[name].get("fields", [])}
        assert set(fields) - known == set(), name
        for parameter in set(fields) & set(READERS) - {"chat_id", "message_ids"}:
            (kind, *_) = fields[parameter]
            assert READERS[parameter] is READ_AS.get(kind, READERS[parameter]), parameter
        for parameter in set(fields) - set(READERS):
            is_text = "String" in fields[parameter] or parameter in NEVER_READ
            assert is_text, f"{name}.{parameter} is read as text"


NEVER_READ = {"suggested_post_parameters", "rich_message", "certificate"}
"""Parameters that are passed over, so that nobody cares how they are read."""
