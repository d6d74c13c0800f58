"""The bot's side of HTTP: answers of every form, connections that break, are kept and grow old."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme
from offline_chat import Clock, in_loop
from telegram.error import NetworkError, TimedOut
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.errors import SettingsError
from bot.telegram.wire import KEPT_S, NotConnected, Wire, request_to

DATA = RequestData([RequestParameter.from_input("text", "жö & =")])


class Other:
    """The other side: gives these answers, one a request, and counts connections."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.asked: list[bytes] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer until there are no answers left, or nobody asks."""
        self.connections += 1
        self.writers.append(writer)
        try:
            while self.answers:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.partition(b"Content-Length: ")[2].split()[0])
                self.asked.append(head + await reader.readexactly(length))
                writer.write(self.answers.pop(0))
                if self.answers[:1] == [b""]:
                    del self.answers[0]
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def connected(
    other: Other, clock: Clock | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the other side, and its address."""
    server = await asyncio.start_server(other.serve, "127.0.0.1", 0, ssl=tls)
    url = f"http{'s' if tls else ''}://localhost:{server.sockets[0].getsockname()[1]}"
    wire = Wire(url, clock or Clock())
    async with server:
        await wire.initialize()
        yield wire, f"{url}/bot1:x/sendMessage"
        await wire.shutdown()


def certified(name: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> ssl.SSLContext:
    """The other side shows a certificate for this name, of somebody whom the bot trusts."""
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    authority.cert_pem.write_to_path(folder / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
    return context


async def noticed(wire: Wire) -> None:
    """Return when the bot has seen that no connection can be used any more."""
    async with asyncio.timeout(60):
        while any(kept.is_usable for _, kept in wire._idle):  # noqa: ASYNC110 - it wakes nobody
            await asyncio.sleep(0)


KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
ANSWERS = {
    "with a length": (KEPT, (200, b"hi")),
    "with no body": (b"HTTP/1.1 502 Bad Gateway\r\ncontent-length:0\r\n\r\n", (502, b"")),
    "in chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"4;x=y\r\nhell\r\nA\r\no, world! \r\n0\r\nTrailer: x\r\n\r\n",
        (200, b"hello, world! "),
    ),
    "until the end": (b"HTTP/1.0 404 Not Found\r\n\r\nnothing", (404, b"nothing")),
}


@pytest.mark.parametrize(("answer", "expected"), ANSWERS.values(), ids=ANSWERS)
@in_loop
async def test_answers(answer, expected):
    """Status and body are read, however the other side says how long it is."""
    other = Other(answer, b"")
    async with connected(other) as (wire, url):
        assert await wire.do_request(url, "POST", DATA) == expected

    (asked,) = other.asked
    assert asked.startswith(b"POST /bot1:x/sendMessage HTTP/1.1\r\nHost: localhost:")
    assert json.loads(asked.partition(b"\r\n\r\n")[2]) == {"text": "жö & ="}


@in_loop
async def test_a_connection_is_kept_until_it_is_old():
    """The second request uses it again, one after a long rest does not."""
    clock, other = Clock(), Other(KEPT, KEPT, KEPT)
    async with connected(other, clock) as (wire, url):
        await wire.do_request(url, "POST")
        await wire.do_request(url, "POST")
        assert other.connections == 1
        clock.now_s += KEPT_S + 1
        await wire.do_request(url, "POST")

    assert other.connections == 2


@in_loop
async def test_a_connection_that_is_closed_is_not_used_again():
    """Neither one that the other side has closed, nor one that it will close."""
    closing = KEPT.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    other = Other(KEPT, b"", closing, KEPT)
    async with connected(other) as (wire, url):
        for _ in range(3):
            assert await wire.do_request(url, "POST") == (200, b"hi")
            await noticed(wire)

    assert other.connections == 3


@pytest.mark.parametrize("surplus", [KEPT, b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
@pytest.mark.parametrize("is_later", [False, True])
@in_loop
async def test_what_nobody_asked_for_is_no_answer(surplus, is_later):
    """A connection on which more comes than was asked for is not used again."""
    first, second = KEPT.replace(b"hi", b"1."), KEPT.replace(b"hi", b"2.")
    other = Other(first if is_later else first + surplus, second)
    async with connected(other) as (wire, url):
        assert await wire.do_request(url, "POST") == (200, b"1.")
        if is_later:
            other.writers[0].write(surplus)
            await noticed(wire)
        assert await wire.do_request(url, "POST") == (200, b"2.")

    assert other.connections == 2


BROKEN = {
    "before the answer": b"",
    "in the head": b"HTTP/1.1 200 OK\r\nConte",
    "in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
    "by nonsense": b"good morning\r\n\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
@in_loop
async def test_a_connection_that_breaks(answer):
    """It is an error, without the address in it, for there stands the token."""
    async with connected(Other(answer, b"")) as (wire, url):
        with pytest.raises(NetworkError) as caught:
            await wire.do_request(url, "POST", DATA)

    assert "bot1:x" not in str(caught.value)
    assert not isinstance(caught.value.__cause__, NotConnected)


@in_loop
async def test_an_answer_that_does_not_come():
    """After the time that the request gives."""
    async with connected(Other(b"HTTP/1.1 200 OK\r\n", KEPT)) as (wire, url):
        with pytest.raises(TimedOut):
            await wire.do_request(url, "POST", read_timeout=0.01)


@in_loop
async def test_nobody_is_there():
    """What was surely not sent is known as such."""
    async with connected(Other()) as (wire, url):
        pass
    with pytest.raises(NetworkError) as caught:
        await wire.do_request(url, "POST")

    assert isinstance(caught.value.__cause__, NotConnected)


@in_loop
async def test_over_tls(monkeypatch, tmp_path):
    """Encrypted it is the same: kept, used again, closed."""
    other = Other(KEPT, KEPT, b"")
    async with connected(other, tls=certified("localhost", monkeypatch, tmp_path)) as (wire, url):
        assert await wire.do_request(url, "POST", DATA) == (200, b"hi")
        assert await wire.do_request(url, "POST", DATA) == (200, b"hi")
        await noticed(wire)
        with pytest.raises(NetworkError):
            await wire.do_request(url, "POST", DATA)

    assert other.connections == 2


@in_loop
async def test_a_long_answer_over_tls(monkeypatch, tmp_path):
    """Longer than one record, and than what is read at a time."""
    long = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000
    async with connected(Other(long), tls=certified("localhost", monkeypatch, tmp_path)) as (
        wire,
        url,
    ):
        assert await wire.do_request(url, "POST", DATA) == (200, b"x" * 300_000)


@pytest.mark.parametrize("how", ["of another name", "of a stranger"])
@in_loop
async def test_a_server_that_cannot_be_trusted(how, monkeypatch, tmp_path):
    """It does not get the token: nothing is sent to it."""
    tls = certified("localhost" if how == "of a stranger" else "other", monkeypatch, tmp_path)
    if how == "of a stranger":
        monkeypatch.delenv("SSL_CERT_FILE")
    other = Other(KEPT)
    async with connected(other, tls=tls) as (wire, url):
        with pytest.raises(NetworkError, match="SSLCertVerificationError") as caught:
            await wire.do_request(url, "POST", DATA)

    assert isinstance(caught.value.__cause__, NotConnected)
    assert other.asked == []


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_certificates_that_cannot_be_read(content, monkeypatch, tmp_path):
    """The operator is told which setting is wrong."""
    if content:
        (tmp_path / "authority.pem").write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
        Wire("https://api.telegram.org")


PROXIES = {
    "none": ({}, Wire),
    "for this scheme": ({"HTTPS_PROXY": "http://127.0.0.1:1"}, HTTPXRequest),
    "for everything": ({"ALL_PROXY": "http://127.0.0.1:1"}, HTTPXRequest),
    "for another scheme": ({"HTTP_PROXY": "http://127.0.0.1:1"}, Wire),
    "not for this host": (
        {"HTTPS_PROXY": "http://127.0.0.1:1", "NO_PROXY": "api.telegram.org"},
        Wire,
    ),
}


@pytest.mark.parametrize(("environment", "kind"), PROXIES.values(), ids=PROXIES)
def test_a_proxy(environment, kind, monkeypatch):
    """Who has to go through a proxy gets a client that can."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert type(request_to("https://api.telegram.org")) is kind


@pytest.mark.parametrize("proxy", ["socks9://127.0.0.1:1", "gopher://127.0.0.1:1"])
def test_a_proxy_that_cannot_be_used(proxy, monkeypatch):
    """The operator is told which setting is wrong."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(SettingsError, match="HTTPS_PROXY or ALL_PROXY"):
        request_to("https://api.telegram.org")
