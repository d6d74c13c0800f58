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
from typing import Any
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
MOST_READ = 64 * 1024


class NotConnected(OSError):
    """There is no connection; so nothing was sent."""


def request_to(url: str) -> BaseRequest:
    """What carries requests to a server: through a proxy when the environment names one."""
    parts = urlsplit(url)
    is_proxied = bool({parts.scheme, "all"} & set(getproxies()))
    if is_proxied and not proxy_bypass(parts.netloc):
        return HTTPXRequest()
    return Wire(url)


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
        self._host, self._netloc = parts.hostname or "", parts.netloc.rpartition("@")[2]
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
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - always the same
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - there is no limit
    ) -> tuple[int, bytes]:
        """Make a request; returns the status and the body of the answer.

        Raises:
            TimedOut: no answer came in time.
            NetworkError: there is no connection, or it broke.
        """
        body = request_data.json_payload if request_data else b"{}"  # a form takes longer to write
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
        try:
            async with asyncio.timeout(CONNECT_S):
                streams = await asyncio.open_connection(
                    self._host, self._port, ssl=self._tls, happy_eyeballs_delay=NEXT_ADDRESS_S
                )
        except (OSError, TimeoutError) as error:
            raise NetworkError(f"no connection: {type(error).__name__}") from NotConnected(error)
        return _Connection(*streams)


def _tls() -> ssl.SSLContext:
    """Whom to trust, as with httpx: certifi's list, or what SSL_CERT_FILE or SSL_CERT_DIR name."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        raise SettingsError(
            f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read "
            f"({error.strerror}): correct it, or remove it from the environment."
        ) from None


class _Connection:
    """One request after another over one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT)

    @property
    def is_usable(self) -> bool:
        """Whether it can take a request: none is on its way, and no side has closed it."""
        is_idle = self._http.our_state is h11.IDLE
        return is_idle and not self._reader.at_eof() and not self._writer.is_closing()

    def close(self) -> None:
        """Close it, whatever is on its way."""
        self._writer.transport.abort()

    async def ask(self, head: h11.Request, body: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer to a request."""
        parts = (head, h11.Data(data=body), h11.EndOfMessage())
        self._writer.write(b"".join(self._http.send(part) or b"" for part in parts))
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
            self._http.receive_data(await self._reader.read(MOST_READ))
        return event
