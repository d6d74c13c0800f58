"""The request that fetches updates, kept from two deaths of a polling bot.

An update that python-telegram-bot cannot read would stop the polling for everybody, and put the
people's words into the log; a token that is refused later would end it while the process lives on.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.request import BaseRequest

log = logging.getLogger(__name__)


class Polling(BaseRequest):
    """Passes requests on to another one; pass it to `ApplicationBuilder.get_updates_request`."""

    def __init__(self, inner: BaseRequest, on_refused: Callable[[], None]) -> None:
        """Wrap a request.

        Args:
            inner: does the work.
            on_refused: called when Telegram no longer knows the token.
        """
        self.inner = inner
        self.on_refused = on_refused
        self.is_refused = False

    @property
    def read_timeout(self) -> float | None:
        """Seconds."""
        return self.inner.read_timeout

    async def initialize(self) -> None:
        """Open what the inner request needs."""
        await self.inner.initialize()

    async def shutdown(self) -> None:
        """Close it."""
        await self.inner.shutdown()

    async def do_request(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """The answer, with what cannot be read replaced by an empty update of the same number."""
        status, body = await self.inner.do_request(*arguments, **options)
        if status in (401, 404) and not self.is_refused:
            self.is_refused = True
            self.on_refused()
            await asyncio.Future()  # until the stop that was called for cancels the polling
        return status, _readable(body) if status == 200 else body


def _readable(body: bytes) -> bytes:
    answer = json.loads(body)
    updates = answer.get("result")
    if not isinstance(updates, list):
        return body
    for place, update in enumerate(updates):
        try:
            Update.de_json(update)
        except Exception as error:
            log.error("Update %d was skipped: %s", update["update_id"], type(error).__name__)
            updates[place] = {"update_id": update["update_id"]}
    return json.dumps(answer).encode()
