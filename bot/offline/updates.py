"""What the bot has not heard yet: the queue of updates, long polling and its conflicts."""

import asyncio
import itertools
from typing import Any

from bot.offline.faults import Faults
from bot.offline.parameters import Json, Refusal

MOST_UPDATES = 100
LONGEST_S = 50
ASKED_FOR_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that come only when the bot names them."""
OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
OTHER_WAY = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
NEW_WEBHOOK = "Conflict: terminated by setWebhook request"


class Updates:
    """The updates that wait for the bot, oldest first."""

    def __init__(self, faults: Faults) -> None:
        """An empty queue.

        Args:
            faults: may double what is fetched.
        """
        self.waiting: list[Json] = []
        self.allowed: list[str] = []
        """Kinds of updates that the bot asked for last; empty: all but a few."""
        self.webhook: Json = {}
        """What setWebhook said; empty when the bot polls."""
        self.numbers = itertools.count(1)
        self.faults = faults
        self._poll: asyncio.Future[str] | None = None
        self._arrived: set[asyncio.Future[None]] = set()

    def add(self, kind: str, content: Json) -> Json | None:
        """A new update; None when the bot has not asked for its kind."""
        if kind not in self.allowed if self.allowed else kind in ASKED_FOR_ONLY:
            return None
        update = {"update_id": next(self.numbers), kind: content}
        self.waiting.append(update)
        self._end_poll("")
        for waiting in self._arrived:
            if not waiting.done():
                waiting.set_result(None)
        return update

    def confirm(self, offset: int) -> None:
        """Forget what comes before the offset; a negative one counts from the end."""
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset:
            self.waiting = [u for u in self.waiting if u["update_id"] >= offset]

    async def arrival(self) -> None:
        """Return when there is an update that waits."""
        while not self.waiting:
            arrived = asyncio.get_running_loop().create_future()
            self._arrived.add(arrived)
            try:
                await arrived
            finally:
                self._arrived.discard(arrived)

    async def get_updates(
        self,
        offset: int = 0,
        limit: int = MOST_UPDATES,
        timeout: int = 0,  # noqa: ASYNC109 - the Bot API's own parameter
        allowed_updates: list[str] | None = None,
    ) -> list[Json]:
        """Fetch updates; who waits here already is sent away."""
        if self.webhook:
            raise Refusal(409, OTHER_WAY)
        self._end_poll(OTHER_POLL)
        if allowed_updates is not None:
            self.allowed = allowed_updates
        self.confirm(offset)
        if not self.waiting and timeout > 0:
            await self._wait(min(timeout, LONGEST_S))
        found = self.waiting[: min(max(limit, 1), MOST_UPDATES)]
        return [twin for update in found for twin in [update] * self.faults.copies()]

    async def _wait(self, seconds: float) -> None:
        self._poll = poll = asyncio.get_running_loop().create_future()
        try:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes with the result.
            async with asyncio.timeout(seconds):
                ended = await poll
        except TimeoutError:
            return
        finally:
            if self._poll is poll:
                self._poll = None
        if ended:
            raise Refusal(409, ended)

    def _end_poll(self, why: str) -> None:
        """Wake a poll that waits: with updates, or with the conflict that ends it."""
        if self._poll and not self._poll.done():
            self._poll.set_result(why)

    def dismiss(self) -> None:
        """Let a poll that waits go home with nothing."""
        self._end_poll("")

    def take_over(self, webhook: Json) -> None:
        """Deliver to a webhook from now on; to none if it is empty."""
        self.webhook = webhook
        if webhook:
            self._end_poll(NEW_WEBHOOK)
        for waiting in self._arrived:
            if not waiting.done():
                waiting.set_result(None)

    def next(self) -> list[Json]:
        """The oldest update, as often as it is to be delivered."""
        return [*self.waiting[:1] * self.faults.copies()] if self.waiting else []

    def forget(self, update: Json) -> None:
        """An update has been delivered."""
        self.waiting = [u for u in self.waiting if u["update_id"] != update["update_id"]]

    def poison(self) -> Any:
        """Queue an update that no library can read."""
        update = {"update_id": next(self.numbers), "message": {"message_id": "?", "chat": [0]}}
        self.waiting.append(update)
        self._end_poll("")
        return update
