"""The request that carries everything the bot says: it waits, and tries again, until it is through.

Telegram has no key by which it would know a request that is made for the second time. A connection
that breaks after Telegram took a message therefore doubles it when it is sent again; that is the
lesser evil, and counted.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.request import BaseRequest

from bot.logs import Trouble
from bot.store import CUT, WAITED
from bot.telegram.wire import NotConnected

MUST_ARRIVE = frozenset({"sendMessage", "editMessageText"})
"""What is tried until Telegram takes it or refuses it: without it somebody has no answer."""
TRIES, MOST_WAIT_S = 2, 3.0
"""For every other request, which somebody waits for or which is made again at the next start."""
MOST_AT_ONCE = 4
"""So many requests are on their way at a time: enough for forty a second over a slow line, more
than Telegram takes; and each connection more has to be opened and encrypted. Whoever has to wait
before the next try is on nobody's way."""
SLOW_S = 1.0
"""Who is on the way for longer does not count any more: requests that hang hold nobody up."""
LONGEST_PAUSE_S = 30.0
FIRST_TRY_S, LONGEST_TRY_S = 10.0, 80.0
"""What must arrive gets longer from try to try: else a Telegram that is only slow would take the
same message again and again, and we would never hear of it."""
log = logging.getLogger(__name__)


class Wrapped(BaseRequest):
    """A request around another one that does the work; what it adds is in its `do_request`."""

    def __init__(self, inner: BaseRequest) -> None:
        """Wrap a request."""
        self.inner = inner

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


class Patient(Wrapped):
    """Passes requests on to another one until they succeed; for `ApplicationBuilder.request`."""

    def __init__(
        self,
        inner: BaseRequest,
        count: Callable[[str], None] = lambda _: None,
        on_sent: Callable[[int], None] = lambda _: None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Wrap a request.

        Args:
            inner: does the work.
            count: counts what happened, `CUT` or `WAITED`.
            on_sent: gets the time at Telegram, in seconds since 1970, with each message sent.
            pause: waits so many seconds.
        """
        super().__init__(inner)
        self._count = count
        self._on_sent = on_sent
        self._pause = pause
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._trouble = Trouble(
            log, "Messages cannot be sent, trying on: %s", "Messages are sent again."
        )

    @property
    def is_down(self) -> bool:
        """Whether the last message could not be sent, to whomever it was."""
        return self._trouble.is_on

    async def do_request(self, url: str, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """The answer to a request, if need be to the last of several.

        Raises:
            NetworkError: the connection breaks, and the request is none that must arrive.
        """
        method = url.rpartition("/")[2]
        must_arrive = method in MUST_ARRIVE
        status, body = await self._get_through(must_arrive, url, *arguments, **options)
        if must_arrive:
            self._trouble.end()
            if status == httpx.codes.OK:
                with contextlib.suppress(ValueError, KeyError, TypeError):
                    body = self._taken(method, json.loads(body)["result"])
        return status, body

    def _taken(self, method: str, message: dict[str, Any]) -> bytes:
        """Note when Telegram took a message; returns the answer without what the message says.

        python-telegram-bot would make objects of all of it, of every button too, and nobody here
        reads more than its number.
        """
        if method == "sendMessage":
            self._on_sent(message["date"])
        short = {key: message[key] for key in ("message_id", "date", "chat")}
        return json.dumps({"ok": True, "result": short}).encode()

    async def _get_through(
        self, must_arrive: bool, *arguments: Any, **options: Any
    ) -> tuple[int, bytes]:
        for tried in count(1):
            is_last = not must_arrive and tried >= TRIES
            try:
                async with self._place():
                    if must_arrive:
                        status, body = await self._insist(tried, *arguments, **options)
                    else:
                        status, body = await self.inner.do_request(*arguments, **options)
            except (NetworkError, OSError) as error:
                if is_last:
                    raise
                wait_s = _pause_s(tried)
                self._note_cut(error, must_arrive)
            else:
                wait_s = _asked_wait_s(status, body, tried)
                if is_last and not said(body):
                    raise foreign(status)
                if is_last or not wait_s or (not must_arrive and wait_s > MOST_WAIT_S):
                    return status, body
                self._note_wait(status, wait_s, must_arrive)
            await self._pause(wait_s)
        raise AssertionError("counting has no end")

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        """One of the places on the way; who is slow leaves it to others, or they would all wait."""
        await self._room.acquire()
        with contextlib.ExitStack() as leaving:  # closed twice, it leaves once
            leaving.callback(self._room.release)
            late = asyncio.get_running_loop().call_later(SLOW_S, leaving.close)
            leaving.callback(late.cancel)
            yield

    async def _insist(self, tried: int, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        """One try of what must arrive."""
        options["read_timeout"] = min(LONGEST_TRY_S, FIRST_TRY_S * 2 ** (min(tried, 9) - 1))
        try:
            return await self.inner.do_request(*arguments, **options)
        except asyncio.CancelledError:  # the process ends; the next one sends it again
            self._count(CUT)
            raise

    def _note_cut(self, error: Exception, must_arrive: bool) -> None:
        if must_arrive:
            self._trouble.begin(_cause(error))
            if not _is_unsent(error):
                self._count(CUT)

    def _note_wait(self, status: int, wait_s: float, must_arrive: bool) -> None:
        if status == httpx.codes.TOO_MANY_REQUESTS:
            self._count(WAITED)
            log.info("Telegram wants a message to wait s=%.0f", wait_s)
        elif must_arrive:
            self._trouble.begin(f"Telegram answers {status}")


def _pause_s(tried: int) -> float:
    """Seconds before the next try: hardly any at first, then longer and longer."""
    return float(min(LONGEST_PAUSE_S, 0.1 * 2 ** min(tried, 16)))


def _asked_wait_s(status: int, body: bytes, tried: int) -> float:
    """Seconds to wait before the next try; 0 when this answer is final."""
    if status == httpx.codes.OK and body[:1] == b"{":  # to read all of it takes longer
        return 0
    if status == httpx.codes.TOO_MANY_REQUESTS:
        try:
            return max(1.0, float(json.loads(body)["parameters"]["retry_after"]))
        except (ValueError, KeyError, TypeError):
            return max(1.0, _pause_s(tried))
    return _pause_s(tried) if _is_passing(status, body) else 0


def _is_passing(status: int, body: bytes) -> bool:
    """Whether an answer says nothing about the request itself.

    A token that is refused is no refusal of the message: it will be sent with the next token.
    """
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or status == httpx.codes.UNAUTHORIZED:
        return True
    return not said(body)


def said(body: bytes) -> dict[str, Any]:
    """What the Bot API answers; empty when it was something in between, such as a proxy."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) and "ok" in answer else {}


def foreign(status: int) -> NetworkError:
    """An error that is none of the Bot API's: a 404 in between, say, is no refusal of the token."""
    return NetworkError(f"HTTP {status}, which is no answer of the Bot API")


def _is_unsent(error: Exception) -> bool:
    """Whether Telegram surely has not got the request, so that it cannot be doubled."""
    cause = error.__cause__ or error
    never = (NotConnected, httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
    return isinstance(cause, never)


def _cause(error: Exception) -> str:
    """What broke, without the address, in which the token stands."""
    return type(error.__cause__ or error).__name__
