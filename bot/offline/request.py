"""The seam between python-telegram-bot and the Bot API in memory."""

import json
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.offline.api import FakeBotApi


class OfflineRequest(BaseRequest):
    """Hands every request to a `FakeBotApi`; pass it to `ApplicationBuilder.request`."""

    def __init__(self, api: FakeBotApi) -> None:
        self.api = api

    @property
    def read_timeout(self) -> float:
        """Seconds; of no meaning here."""
        return 5.0

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002 - POST, always
        request_data: RequestData | None = None,
        *_timeouts: Any,
        **_more_timeouts: Any,
    ) -> tuple[int, bytes]:
        """The answer of the Bot API in memory: status and body."""
        rest = url.partition("/bot")[2]
        token, _slash, name = rest.rpartition("/")
        parameters = request_data.parameters if request_data else {}
        status, body = await self.api.call(token, name, dict(parameters))
        return status, json.dumps(body).encode()
