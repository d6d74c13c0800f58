"""The Bot API over HTTP: all kinds of bodies, malformed ones, faults on the wire, the address."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest
from offline_chat import ANNA, CERTIFICATES, TOKEN, in_loop

from bot import cli
from bot.offline.api import FakeBotApi
from bot.offline.server import PortInUse, serving
from bot.settings import CHECKOUT

TEXT = {"chat_id": ANNA.id, "text": "жö & = 🙂"}
SECRET = "quiet"  # noqa: S105 - keeps nothing
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Served:
    """An offline Bot API to which Anna has written, and a client of it."""

    def __init__(self, api: FakeBotApi | None = None, **more) -> None:
        self.api = api or FakeBotApi(TOKEN)
        self.api.say("Hi")
        self.more = more

    async def __aenter__(self) -> "Served":
        self.serving = serving(self.api, port=0, **self.more)
        address = await self.serving.__aenter__()
        self.client = httpx.AsyncClient(base_url=address, verify=CERTIFICATES, timeout=60)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()
        await self.serving.__aexit__(None, None, None)

    async def call(self, method: str, **parameters) -> httpx.Response:
        """The bot calls a method with a form."""
        return await self.client.post(f"/bot{TOKEN}/{method}", data=parameters)

    def said(self) -> list[str]:
        """What Anna reads."""
        return [message["text"] for message in self.api.sent()]


WAYS = {
    "the address": {"method": "GET", "params": TEXT},
    "the address of a POST": {"method": "POST", "params": TEXT},
    "a form": {"method": "POST", "data": TEXT},
    "JSON": {"method": "POST", "json": TEXT},
    "multipart": {"method": "POST", "data": TEXT, "files": {"unused": b"\x00\xff"}},
    "the address and a form": {
        "method": "POST",
        "params": {"chat_id": ANNA.id},
        "data": {"text": TEXT["text"]},
    },
}


@pytest.mark.parametrize("request_", WAYS.values(), ids=WAYS)
@in_loop
async def test_ways(request_):
    """Parameters may come in the address, as a form, as JSON or as multipart."""
    async with Served() as here:
        answer = await here.client.request(url=f"/bot{TOKEN}/sendMessage", **request_)

        assert answer.json()["result"]["text"] == TEXT["text"]
        assert here.said() == [TEXT["text"]]


MALFORMED = {
    "JSON that is none": (
        {"content": b"{oh", "headers": {"content-type": "application/json"}},
        "Bad Request: can't parse request body as JSON object",
    ),
    "JSON that is no object": (
        {"content": b"[1]", "headers": {"content-type": "application/json"}},
        "Bad Request: request body must be a JSON object",
    ),
    "multipart without a boundary": (
        {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
        "Bad Request: can't parse multipart body",
    ),
    "a body of an unknown kind is passed over": (
        {"content": b"x", "headers": {"content-type": "text/plain"}},
        "Bad Request: message text is empty",
    ),
    "a form in a broken encoding": (
        {"content": b"text=%ff", "headers": FORM},
        "Bad Request: chat_id is empty",
    ),
    "a file instead of a text": (
        {"files": {"text": b"x"}, "data": {"chat_id": ANNA.id}},
        "Bad Request: message text is empty",
    ),
}


@pytest.mark.parametrize(("body", "description"), MALFORMED.values(), ids=MALFORMED)
@in_loop
async def test_malformed(body, description):
    """What cannot be read is a bad request that says so."""
    async with Served() as here:
        answer = await here.client.post(f"/bot{TOKEN}/sendMessage", **body)

        assert answer.json() == {"ok": False, "error_code": 400, "description": description}


@in_loop
async def test_a_body_that_is_too_large(monkeypatch):
    """More than Telegram takes is refused without being kept."""
    monkeypatch.setattr("bot.offline.server.MOST_BYTES", 100)
    async with Served() as here:
        answer = await here.call("sendMessage", chat_id=ANNA.id, text="x" * 200)

        assert answer.json()["description"] == "Bad Request: request entity too large"


@in_loop
async def test_half_a_request_is_none():
    """A bot that dies while it is asking for something has not asked."""
    async with Served() as here:
        host, _, port = str(here.client.base_url).rpartition("//")[2].strip("/").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        body = f"chat_id={ANNA.id}&text=Hello"
        writer.write(
            f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: {host}\r\n"
            f"Content-Type: {FORM['content-type']}\r\nContent-Length: {len(body) + 1}\r\n\r\n"
            f"{body}".encode()
        )
        writer.close()
        await writer.wait_closed()
        await here.call("getMe")

    assert [method for method, _ in here.api.calls] == ["getMe"]


PLAIN = ["x\n", "a\r\nb\n\n", "жö🙂 --x\n--", "a\rb\x0b\u2028c", "=?utf-8?q?x?= &", "x" * 3000]


@pytest.mark.parametrize("text", PLAIN, ids=ascii)
@in_loop
async def test_multipart_keeps_every_letter(text):
    """What stands in a field of a form with files arrives as it was sent."""
    async with Served() as here:
        data = {"chat_id": ANNA.id, "text": text}
        await here.client.post(f"/bot{TOKEN}/sendMessage", data=data, files={"f": b"\x00\xff"})

        assert here.api.calls[0][1]["text"] == text


TOKENS = {"another": ("1:another", 401, "Unauthorized"), "none": ("secret", 404, "Not Found")}


@pytest.mark.parametrize(("token", "code", "description"), TOKENS.values(), ids=TOKENS)
@in_loop
async def test_tokens(token, code, description):
    """A token of another bot is unauthorized; what is no token is not found."""
    async with Served() as here:
        answer = await here.client.get(f"/bot{token}/getMe")

        assert (answer.status_code, answer.json()["description"]) == (code, description)


@in_loop
async def test_a_connection_that_breaks_before_the_effect():
    """The bot gets no answer, and nothing has been sent."""
    async with Served() as here:
        here.api.fail("drop-before", method="sendMessage")

        with pytest.raises(httpx.RemoteProtocolError):
            await here.call("sendMessage", **TEXT)
        assert here.said() == []
        assert (await here.call("sendMessage", **TEXT)).status_code == 200


@in_loop
async def test_a_connection_that_breaks_after_the_effect(caplog):
    """The bot gets no answer, but the message is there; uvicorn does not complain."""
    async with Served() as here:
        here.api.fail("drop-after", method="sendMessage")

        with pytest.raises(httpx.RemoteProtocolError):
            await here.call("sendMessage", **TEXT)
        assert here.said() == [TEXT["text"]]
    assert "uvicorn" not in caplog.text


@in_loop
async def test_a_poll_that_waits_does_not_hold_up_the_end():
    """Who waits for updates when the server stops gets none, at once."""
    async with Served() as here:
        await here.call("getUpdates", offset=2)
        poll = asyncio.create_task(here.call("getUpdates", timeout=50))
        while len(here.api.calls) < 2:
            await asyncio.wait([poll], timeout=0.001)
        await here.serving.__aexit__(None, None, None)

        assert (await poll).json()["result"] == []
        here.serving = serving(here.api, port=0)
        await here.serving.__aenter__()


@in_loop
async def test_two_polls_are_a_conflict():
    """The older of two polls is sent away with 409."""
    async with Served() as here:
        await here.call("getUpdates", offset=2)
        old = asyncio.create_task(here.call("getUpdates", timeout=50))
        while len(here.api.calls) < 2:
            await asyncio.wait([old], timeout=0.001)
        new = await here.call("getUpdates")

        assert new.json() == {"ok": True, "result": []}
        assert (await old).status_code == 409
        assert "make sure that only one bot instance is running" in (await old).text


@in_loop
async def test_a_port_in_use_is_told_in_one_line():
    """Who cannot listen is told where, why and what to do."""
    async with Served() as here:
        port = here.client.base_url.port

        with pytest.raises(PortInUse, match=rf"127\.0\.0\.1:{port} .*in use.*--port"):
            async with serving(FakeBotApi(TOKEN), port=port):
                pass


@in_loop
async def test_the_address_of_another_loopback():
    """IPv6 addresses stand in brackets."""
    async with serving(FakeBotApi(TOKEN), "::1", 0) as address:
        assert address.startswith("http://[::1]:")


@in_loop
async def test_updates_are_delivered_to_a_webhook():
    """Another server gets the update with the secret, and what it answers is done."""
    got = asyncio.Event()
    heard = []

    async def hook(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].split()[0])
        heard.append((head, json.loads(await reader.readexactly(length))))
        body = json.dumps({"method": "sendMessage", **TEXT}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()
        got.set()

    async with Served() as here, await asyncio.start_server(hook, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"http://127.0.0.1:{port}/hook"
        answer = await here.call("setWebhook", url=url, secret_token=SECRET)
        await asyncio.wait_for(got.wait(), 60)
        said = await here.api.world.log.first(lambda event: event.kind == "message", after=2)

        assert answer.json()["description"] == "Webhook was set"
        ((head, update),) = heard
        assert f"x-telegram-bot-api-secret-token: {SECRET}" in head
        assert update["message"]["text"] == "Hi"
        assert said[0].data["text"] == TEXT["text"]
        assert (await here.call("getUpdates")).status_code == 409
        assert (await here.call("getWebhookInfo")).json()["result"]["pending_update_count"] == 0


# ---------------------------------------------------------------- python -m bot offline

COMMAND = [sys.executable, "-m", "bot", "offline"]


def test_the_command_serves_until_it_is_stopped(tmp_path):
    """It prints the address, the token and how to point a bot at it, and ends well."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0", "--token", TOKEN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        lines = [process.stdout.readline() for _ in range(4)]
        address = lines[0].split()[-1].rstrip("/")
        me = httpx.get(f"{address}/bot{TOKEN}/getMe", verify=CERTIFICATES, timeout=60).json()
        process.send_signal(signal.SIGTERM)
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()

    assert me["result"]["username"] == "offline_bot"
    assert f"TELEGRAM_API_URL={address} TELEGRAM_BOT_TOKEN={TOKEN} python -m bot run" in lines[2]
    assert (process.returncode, errors) == (0, "")


WRONG_USE = {
    "a port that is none": (["--port", "99999"], "a port is a number from 0 to 65535"),
    "a word for a port": (["--port", "http"], "a port is a number from 0 to 65535"),
    "a token that is none": (["--token", "secret"], "a token looks like 123456789:AAE"),
    "an option that does not exist": (["--speed", "3"], "unrecognized arguments"),
}


@pytest.fixture
def _signals():
    """The signals are as before afterwards."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals")
@pytest.mark.parametrize(("options", "words"), WRONG_USE.values(), ids=WRONG_USE)
def test_wrong_use(options, words, capsys):
    """A wrong option says what is right; the exit code is 2."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["offline", *options])

    assert ended.value.code == 2
    assert words in capsys.readouterr().err


@pytest.mark.usefixtures("_signals")
def test_a_port_in_use_is_one_line_for_the_command(capsys):
    """The exit code is 1, and the line says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = cli.main(["offline", "--port", str(port)])

    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert len(said.err.splitlines()) == 1
    assert f"127.0.0.1:{port} cannot be listened at" in said.err


NESTED = {
    "places of an entity as texts": (
        "sendMessage",
        {"text": "Hi", "entities": [{"type": "bold", "offset": "0", "length": "2"}]},
        200,
    ),
    "a place that is no number": (
        "sendMessage",
        {"text": "Hi", "entities": [{"type": "bold", "offset": "x", "length": "2"}]},
        400,
    ),
    "a text to copy that is a number": (
        "sendMessage",
        {
            "text": "Hi",
            "reply_markup": {"inline_keyboard": [[{"text": "a", "copy_text": {"text": 5}}]]},
        },
        200,
    ),
    "an app without an address": (
        "sendMessage",
        {"text": "Hi", "reply_markup": {"inline_keyboard": [[{"text": "a", "web_app": {"x": 5}}]]}},
        400,
    ),
    "half a letter": ("sendMessage", {"text": "\ud800"}, 400),
    "a webhook at half an address": ("setWebhook", {"url": "http://[::1/"}, 400),
}


@pytest.mark.parametrize(("method", "parameters", "status"), NESTED.values(), ids=NESTED)
@in_loop
async def test_odd_values_are_refused_and_break_nothing(method, parameters, status):
    """Whatever stands deep inside of a request, the answer is Telegram's, never a broken server."""
    async with Served(FakeBotApi(TOKEN)) as here:
        here.api.say("hello")
        body = json.dumps({"chat_id": ANNA.id, **parameters})
        headers = {"content-type": "application/json"}
        answer = await here.client.post(f"/bot{TOKEN}/{method}", content=body, headers=headers)

        assert answer.status_code == status
        assert answer.json()["ok"] == (status == 200)


@in_loop
async def test_a_fault_of_ours_is_an_answer(monkeypatch, caplog):
    """A bot that meets it is told, and the cause is logged."""
    async with Served(FakeBotApi(TOKEN)) as here:
        monkeypatch.setattr(here.api, "call", None)
        answer = await here.client.post(f"/bot{TOKEN}/getMe")

        assert answer.status_code == 500
        assert answer.json()["description"] == "Internal Server Error"
        assert "getMe could not be answered" in caplog.text
