"""Hostile requests: whatever a bot sends, the answer is one that Telegram could give."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_strictness import world

from bot.offline.api import TOKEN_FORM, FakeBotApi
from bot.offline.parameters import READERS

pytestmark = pytest.mark.repetitive

API = asyncio.run(world())
TOKEN = API.token
SCALARS = st.none() | st.booleans() | st.integers(-3, 2**70) | st.text(max_size=5) | st.just(1001)
NAMES = st.sampled_from(
    "type id text url callback_data inline_keyboard keyboard message_id chat_id offset length user "
    "command description quote input_message_content message_text title web_app copy_text".split()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
PARAMETERS = st.sampled_from(sorted({"text", "parse_mode", "callback_query_id", *READERS}))


@given(
    st.sampled_from(sorted(set(API.methods) - {"getupdates"})),
    st.dictionaries(PARAMETERS, VALUES, max_size=6),
)
def test_any_request_has_an_answer(method, parameters):
    """It is a result or a refusal, and both can be written as JSON."""
    status, body = asyncio.run(API.call(TOKEN, method, parameters))

    assert status in (200, 400, 403)
    assert body["ok"] == (status == 200)
    assert json.loads(json.dumps(body))


@given(st.text(max_size=30))
def test_any_token_is_known_or_not(token):
    """A token that is none is not found, another one is unauthorized."""
    status, _ = asyncio.run(FakeBotApi(TOKEN).call(token, "getMe", {}))

    assert status == (401 if TOKEN_FORM.fullmatch(token) else 404)
