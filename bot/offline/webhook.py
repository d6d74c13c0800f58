"""Delivery to a webhook: what the bot set, and the loop that brings it the updates."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.offline.parameters import Flaw, Json
from bot.offline.updates import Updates

PORTS = (443, 80, 88, 8443)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MOST_SECRET, MOST_CONNECTIONS, USUAL_CONNECTIONS = 256, 100, 40
LONGEST_WAIT_S = 60
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
Post = Callable[[str, dict[str, str], Json], Awaitable[tuple[int, bytes]]]
"""Sends JSON to an address with these headers: status and body; an OSError when it cannot."""
Call = Callable[[str, Json], Awaitable[Any]]
"""Calls a method of the Bot API."""


@dataclass(frozen=True, slots=True)
class Told:
    """A result that is true, with a sentence beside it."""

    description: str


class Webhook:
    """Where the bot wants its updates delivered."""

    def __init__(self, updates: Updates, now: Callable[[], int]) -> None:
        """No webhook yet.

        Args:
            updates: the queue.
            now: the time in seconds since 1970.
        """
        self.updates = updates
        self.now = now
        self.secret = ""
        self.trouble: Json = {}
        self._changed = asyncio.Event()

    def set_webhook(
        self,
        url: str = "",
        ip_address: str = "",
        max_connections: int = USUAL_CONNECTIONS,
        allowed_updates: list[str] | None = None,
        drop_pending_updates: bool = False,
        secret_token: str = "",
    ) -> "Told":
        """Deliver updates to an address from now on; an empty one ends it."""
        was = self.updates.webhook
        _check(url, secret_token)
        if allowed_updates is not None:
            self.updates.allowed = allowed_updates
        if drop_pending_updates:
            self.updates.waiting.clear()
        self.secret, self.trouble = secret_token, {}
        address = {"ip_address": ip_address} if ip_address else {}
        most = min(max(max_connections, 1), MOST_CONNECTIONS)
        known = {"url": url, "max_connections": most, **address}
        self.updates.take_over(known if url else {})
        self._changed.set()
        return Told(_told(url, was == self.updates.webhook))

    def delete_webhook(self, drop_pending_updates: bool = False) -> "Told":
        """Deliver to no address any more."""
        return self.set_webhook(drop_pending_updates=drop_pending_updates)

    def get_webhook_info(self) -> Json:
        """Where updates go, how many wait, and what went wrong last."""
        allowed = {"allowed_updates": self.updates.allowed} if self.updates.allowed else {}
        return {
            "url": "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.waiting),
            **self.updates.webhook,
            **allowed,
            **self.trouble,
        }

    async def deliver(
        self,
        post: Post,
        call: Call,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Bring the bot every update, one after another, until cancelled.

        Args:
            post: sends an update.
            call: does what the bot asks for in its answer.
            pause: waits that many seconds before the next try; twice as long after each failure.
        """
        wait_s = 1.0
        while True:
            self._changed.clear()
            if not self.updates.webhook:
                await self._changed.wait()
                continue
            await self.updates.arrival()
            is_taken = all([await self._is_taken(post, call, u) for u in self.updates.next()])
            if is_taken:
                wait_s = 1.0
            else:
                await pause(wait_s)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    async def _is_taken(self, post: Post, call: Call, update: Json) -> bool:
        """Bring one update; whether the bot took it."""
        url = self.updates.webhook.get("url", "")
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            status, body = await post(url, headers, update)
        except OSError as error:
            self._note(f"Connection failed: {error}")
            return False
        if not 200 <= status < 300:
            self._note(f"Wrong response from the webhook: {status}")
            return False
        self.updates.forget(update)
        await _do(call, body)
        return True

    def _note(self, words: str) -> None:
        self.trouble = {"last_error_date": self.now(), "last_error_message": words}


async def _do(call: Call, body: bytes) -> None:
    """What a bot may ask for in its answer to a delivery: {"method": "sendMessage", ...}."""
    try:
        asked = json.loads(body)
    except ValueError:
        return
    if isinstance(asked, dict) and isinstance(asked.get("method"), str):
        await call(asked.pop("method"), asked)


def _told(url: str, is_same: bool) -> str:
    if url:
        return "Webhook is already set" if is_same else "Webhook was set"
    return "Webhook is already deleted" if is_same else "Webhook was deleted"


def _check(url: str, secret: str) -> None:
    """Telegram wants HTTPS on a few ports; on this machine, as on a local server, all are fine."""
    if not url:
        return
    try:
        address = urlsplit(url if "://" in url else f"https://{url}")
        port = address.port or PORTS[0]
    except ValueError:
        raise Flaw("invalid webhook URL specified") from None
    if not address.hostname or address.scheme not in ("http", "https"):
        raise Flaw("invalid webhook URL specified")
    if len(secret) > MOST_SECRET:
        raise Flaw("secret token is too long")
    if not re.fullmatch(r"[\w-]*", secret, re.ASCII):
        raise Flaw("secret token contains unallowed characters")
    if address.hostname not in LOOPBACK:
        _check_outside(address.scheme, port)


def _check_outside(scheme: str, port: int) -> None:
    if scheme != "https":
        raise Flaw("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise Flaw("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
