"""The Bot API in memory behind HTTP, with the people's side and the chat page.

`/bot<token>/<method>` is Telegram's; `/offline/` belongs to people and tests; `/` is the page.
"""

import asyncio
import contextlib
import email
import email.policy
import json
import logging
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.offline import control
from bot.offline.api import FakeBotApi
from bot.offline.editing import Editing
from bot.offline.faults import Cut
from bot.offline.guard import LOOPBACK, Guard, stranger
from bot.offline.parameters import Flaw, Json, Refusal, Upload

PAGE = Path(__file__).with_name("page")
HOST, PORT = "127.0.0.1", 8081
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
KEPT_S = 75
"""Connections are kept for longer than by clients: what is asked as one closes goes astray."""
MOST_BYTES = 50 * 1024 * 1024
DELIVERY_TIMEOUT_S = 60
GRACE_S = 1
log = logging.getLogger(__name__)


class PortInUse(OSError):
    """Somebody else listens there; says so in one line."""


@contextlib.asynccontextmanager
async def serving(
    api: FakeBotApi,
    host: str = HOST,
    port: int = PORT,
    why: control.Why | None = None,
    editing: Editing | None = None,
) -> AsyncIterator[str]:
    """Serve inside the running event loop; gives the address, such as http://127.0.0.1:8081.

    Args:
        api: what is served.
        host: the name or address to listen at.
        port: its port, 0 for any that is free.
        why: tells why the bot said a message: chat and message number -> what the page shows.
        editing: edits what the bot knows; never for other machines than this one.

    Raises:
        PortInUse: the port cannot be had.
    """
    if editing and host not in LOOPBACK:
        raise ValueError(f"whoever can reach {host} could edit")
    listener = _listener(host, port)
    config = uvicorn.Config(
        application(api, why, host, editing),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=KEPT_S,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listener])
    delivery = asyncio.create_task(_deliver(api))
    try:
        name = f"[{host}]" if ":" in host else host
        yield f"http://{name}:{listener.getsockname()[1]}"
    finally:
        delivery.cancel()
        api.updates.dismiss()
        api.world.log.close()
        await _stop(server)


async def _stop(server: uvicorn.Server) -> None:
    """Close all connections; uvicorn's own way always waits a tenth of a second."""
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    tasks = list(server.server_state.tasks)
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=GRACE_S)
        for task in late:
            task.cancel()


def _listener(host: str, port: int) -> socket.socket:
    """A socket that listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends answers at once; else each waits 40 ms for more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # now, so that of two that start at once only one gets the port
    except OSError as error:
        listener.close()
        where = f"{host}:{port} cannot be listened at ({error.strerror or error})"
        raise PortInUse(f"{where}; choose another one with --port") from None
    return listener


async def _deliver(api: FakeBotApi) -> None:
    """Bring updates to the bot's webhook when it has one."""
    async with contextlib.AsyncExitStack() as stack:
        clients: list[httpx.AsyncClient] = []

        async def post(url: str, headers: dict[str, str], update: Json) -> tuple[int, bytes]:
            if not clients:
                # Self-signed certificates are fine on this machine.
                client = httpx.AsyncClient(timeout=DELIVERY_TIMEOUT_S, verify=False)  # noqa: S501
                clients.append(await stack.enter_async_context(client))
            try:
                answer = await clients[0].post(url, headers=headers, json=update)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise OSError(str(error)) from None
            return answer.status_code, answer.content

        async def call(method: str, parameters: Json) -> Any:
            return await api.call(api.token, method, parameters)

        await api.webhook.deliver(post, call)


def application(
    api: FakeBotApi,
    why: control.Why | None = None,
    host: str = HOST,
    editing: Editing | None = None,
) -> ASGIApp:
    """Everything that is served, as an ASGI application."""
    routes = [
        Route("/", _index),
        Mount("/page", StaticFiles(directory=PAGE, check_dir=False)),
        Mount("/offline", routes=control.routes(api, why, editing)),
    ]
    people = Guard(Starlette(routes=routes), host)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/bot"):
            if fault := stranger(Headers(scope=scope), host):
                return await _answer(send, 403, Refusal(403, f"Forbidden: {fault}").as_json())
            await _bot_api(api, scope, receive, send)
        elif scope["type"] == "http":
            await people(scope, receive, send)
        return None

    return served


async def _index(_: Request) -> Response:
    return FileResponse(PAGE / "index.html")


# ------------------------------------------------------------ the bot's side


async def _bot_api(api: FakeBotApi, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request of the bot."""
    token, _, method = scope["path"].removeprefix("/bot").partition("/")
    try:
        parameters = await _parameters(scope, receive)
    except Flaw as refusal:
        return await _answer(send, refusal.code, refusal.as_json())
    except ClientDisconnect:  # half a request is none
        return None
    try:
        status, body = await api.call(token, method, parameters)
    except Cut:
        await _cut(scope, receive)
        return None
    except Exception:  # a fault of ours must not look like a lost connection to a bot
        log.exception("%s could not be answered", method)
        return await _answer(send, 500, Refusal(500, "Internal Server Error").as_json())
    return await _answer(send, status, body)


async def _cut(scope: Scope, receive: Receive) -> None:
    """Break the connection, and wait until uvicorn has noticed."""
    transport = _Protocol.open.get(scope["client"])
    if transport:
        transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, status: int, body: Json) -> None:
    written = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(written))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": written})


async def _parameters(scope: Scope, receive: Receive) -> Json:
    """All parameters of a request, from its address and its body."""
    found: Json = dict(parse_qsl(scope["query_string"].decode(), keep_blank_values=True))
    header = dict(scope["headers"]).get(b"content-type", b"")
    kind = header.decode("latin-1").partition(";")[0].strip().lower()
    body = await _body(receive)
    if kind == "multipart/form-data":
        found |= _multipart(header, body)
    elif kind == JSON and body:
        found |= _json(body)
    elif kind == FORM:
        found |= dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return found


def _json(body: bytes) -> Json:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise Flaw("can't parse request body as JSON object") from None
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Flaw("strings must be encoded in UTF-8") from None
    if not isinstance(parsed, dict):
        raise Flaw("request body must be a JSON object")
    return parsed


def _multipart(header: bytes, body: bytes) -> Json:
    """The fields of a form with files, which is how aiogram sends everything."""
    written = b"Content-Type: " + header + b"\r\n\r\n" + body
    message = email.message_from_bytes(written, policy=email.policy.HTTP)
    if not message.is_multipart():
        raise Flaw("can't parse multipart body")
    found: Json = {}
    for part in message.iter_parts():
        content = bytes(part.get_payload(decode=True) or b"")
        name = str(part.get_param("name", "", "content-disposition"))
        filename = part.get_filename()
        found[name] = content.decode("utf-8", "replace")
        if filename is not None:
            found[name] = Upload(filename, len(content))
    return found


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            raise Flaw("request entity too large")
        if not message.get("more_body"):
            return body


class _Protocol(H11Protocol):
    """Knows the transport of each connection, so that a fault can break it."""

    open: ClassVar[dict[Any, asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        super().connection_made(transport)
        self.open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self.open.pop(self.client, None)
        super().connection_lost(exc)
