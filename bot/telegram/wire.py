"""The bot's side of HTTP: requests over connections that are kept open, and no more than that.

python-telegram-bot's own client, httpx, spends more processor time on a request than the bot on the
answer that it carries. This one leaves the reading and writing of HTTP to h11, as httpx does, and
the rest to asyncio; it takes a quarter of the time (tests/benchmark_telegram.py). It knows no
proxies and no files: who needs a proxy gets httpx, see `request_to`.
"""

import asyncio
import ssl
import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

import h11
import httpx
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.errors import SettingsError

CONNECT_S = READ_S = 5.0
NEXT_ADDRESS_S = 0.25
"""When an address of the server does not answer, the next one is tried beside it (RFC 8305)."""
KEPT_S = 5.0
"""A connection that was idle for longer may be closed at the other end; httpx takes as long."""


class NotConnected(OSError):
    """There is no connection; so nothing was sent."""


def request_to(url: str) -> BaseRequest:
    """What carries requests to a server: through a proxy when the environment names one.

    Raises:
        SettingsError: the proxy cannot be used, or whom to trust cannot be read.
    """
    parts = urlsplit(url)
    is_proxied = bool({parts.scheme, "all"} & set(getproxies()))
    if not is_proxied or proxy_bypass(parts.netloc):
        return Wire(url)
    try:
        return HTTPXRequest()
    except (RuntimeError, ValueError, OSError) as error:  # it may name the proxy, with its password
        raise SettingsError(
            "The proxy that HTTPS_PROXY or ALL_PROXY names cannot be used "
            f"({type(error).__name__}): it should be such as http://127.0.0.1:3128"
        ) from None


class Wire(BaseRequest):
    """Carries requests to one server."""

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing is opened yet.

        Args:
            url: where the server is, such as https://api.telegram.org.
            clock: seconds that never go back.

        Raises:
            SettingsError: whom to trust cannot be read.
        """
        parts = urlsplit(url)
        self._host, self._netloc = parts.hostname or "", parts.netloc
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = _tls() if parts.scheme == "https" else None
        self._clock = clock
        self._idle: deque[tuple[float, _Connection]] = deque()
        """Since when, and which; the one that was used last at the end."""

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take, unless a request says otherwise."""
        return READ_S

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Close what is idle."""
        while self._idle:
            self._idle.pop()[1].close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - counts as reading
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - it is CONNECT_S
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - there is no limit
    ) -> tuple[int, bytes]:
        """Make a request; returns the status and the body of the answer.

        Raises:
            TimedOut: no answer came in time.
            NetworkError: there is no connection, or it broke.
        """
        body = request_data.json_payload if request_data else b"{}"
        head = h11.Request(
            method=method,
            target=quote(f"/{url.split('/', 3)[3]}", safe="/:%"),
            headers=[
                ("Host", self._netloc),
                ("Content-Type", "application/json"),
                ("Content-Length", str(len(body))),
            ],
        )
        is_given = read_timeout is not BaseRequest.DEFAULT_NONE
        connection = await self._connection()
        try:
            async with asyncio.timeout(read_timeout if is_given else READ_S):
                return await connection.ask(head, body)
        except TimeoutError as error:
            raise TimedOut from error
        except (OSError, h11.RemoteProtocolError) as error:
            raise NetworkError(f"the connection broke: {type(error).__name__}") from error
        finally:
            if connection.is_usable:
                self._idle.append((self._clock(), connection))
            else:
                connection.close()

    async def _connection(self) -> "_Connection":
        """The connection that was used last, or a new one."""
        while self._idle and self._clock() - self._idle[0][0] > KEPT_S:
            self._idle.popleft()[1].close()
        while self._idle:
            _, found = self._idle.pop()
            if found.is_usable:
                return found
            found.close()
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_S):
                _, connection = await loop.create_connection(
                    _Connection,
                    self._host,
                    self._port,
                    ssl=self._tls,
                    happy_eyeballs_delay=NEXT_ADDRESS_S,
                )
        except (OSError, TimeoutError) as error:
            raise NetworkError(f"no connection: {type(error).__name__}") from NotConnected(error)
        return connection


def _tls() -> ssl.SSLContext:
    """Whom to trust, as with httpx: certifi's list, or what SSL_CERT_FILE or SSL_CERT_DIR name."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise SettingsError(
            f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read "
            f"({error.strerror}): correct it, or remove it from the environment."
        ) from None


class _Connection(asyncio.Protocol):
    """One request after another over one connection."""

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT)
        self._heard = asyncio.Event()
        self._is_open = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be used."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """The other side says something."""
        if self._http.our_state is h11.IDLE:  # what nobody asked for is no answer to the next one
            self.close()
        else:
            self._http.receive_data(data)
        self._heard.set()

    def eof_received(self) -> None:
        """The other side says no more; asyncio closes the connection."""
        self._is_open = False
        self._http.receive_data(b"")
        self._heard.set()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - any is the end
        """It is closed, or broken."""
        self._is_open = False
        self._heard.set()

    @property
    def is_usable(self) -> bool:
        """Whether it can take a request: none is on its way, and no side has closed it."""
        is_idle = self._http.our_state is h11.IDLE and not self._http.trailing_data[0]
        return is_idle and self._is_open and not self._transport.is_closing()

    def close(self) -> None:
        """Close it, whatever is on its way."""
        self._transport.abort()

    async def ask(self, head: h11.Request, body: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer to a request."""
        parts = (head, h11.Data(data=body), h11.EndOfMessage())
        self._transport.write(b"".join(self._http.send(part) or b"" for part in parts))
        status, content = 0, bytearray()
        while not isinstance(event := await self._next(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                content += event.data
        if self._http.our_state is self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        return status, bytes(content)

    async def _next(self) -> object:
        """The next thing that the other side says, an event of h11."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if not self._is_open:
                raise ConnectionResetError("the connection is closed")
            self._heard.clear()
            await self._heard.wait()
        return event
