"""Who may use the people's side, and what they ask for, value by value."""

import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.offline.parameters import Json

MOST_BYTES = 1_000_000
"""Of a request; more than all that somebody could write."""
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - who serves there wants other machines to come
SECURITY = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


class WrongRequest(ValueError):
    """What somebody asked for cannot be done; says what can."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def stranger(headers: Headers, host: str) -> str:
    """Why a request comes from another site than this server's; empty when it does not.

    A bot sends no Origin, and a page of another site cannot help sending its own.

    Args:
        headers: of the request.
        host: the name that is served, besides the loopback names; `0.0.0.0` and `::` are any.
    """
    named = headers.get("host", "")
    try:
        name = urlsplit(f"//{named}").hostname
    except ValueError:
        name = None
    if host not in EVERYWHERE and name not in LOOPBACK | {host}:
        return f"this server is not {named}: open it as localhost"
    origin = headers.get("origin")
    if origin is not None and origin != f"http://{named}":
        return f"pages of {origin} may not use this server"
    return ""


class Guard:
    """Lets only this machine's own pages drive the people's side."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        """Guard an application.

        Args:
            app: what is guarded.
            host: the name it is served under, besides the loopback names.
        """
        self.app = app
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say why not."""
        fault = self._fault(Headers(scope=scope), scope["method"])
        if fault:
            return await refused(WrongRequest(fault, 403))(scope, receive, send)

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [(k.encode(), v.encode()) for k, v in SECURITY.items()]
                message["headers"] = [*message["headers"], *more]
            await send(message)

        return await self.app(scope, receive, secured)

    def _fault(self, headers: Headers, method: str) -> str:
        """Why a request is turned away; empty when it is not."""
        if fault := stranger(headers, self.host):
            return fault
        kind = headers.get("content-type", "").partition(";")[0].strip()
        if method == "POST" and kind != "application/json":
            return "send JSON, with the header Content-Type: application/json"
        return ""


def refused(error: WrongRequest) -> Response:
    """An answer that says what is wrong."""
    return JSONResponse({"ok": False, "error": str(error)}, error.status)


async def given(request: Request) -> "Given":
    """The values of a request."""
    if request.method != "POST":
        more = {"last_event": request.headers.get("last-event-id", "")}
        return Given({**request.query_params, **more})
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise WrongRequest("that is too much", 413)
    try:
        values = json.loads(body)
        json.dumps(values, ensure_ascii=False).encode()
    except (ValueError, RecursionError):  # half a surrogate pair is no text either
        raise WrongRequest("the body is no JSON") from None
    if not isinstance(values, dict):
        raise WrongRequest("the body should be a JSON object")
    return Given(values)


class Given:
    """The values of a request, each asked for by name and kind."""

    def __init__(self, values: Json) -> None:
        """These values."""
        self.values = values

    def text(self, name: str, default: str | None = None) -> str:
        """A text; without a default it must be there and not empty."""
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise WrongRequest(f"{name} should be a text")
        return value

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number; without a default it must be there."""
        value = self.values.get(name, default)
        if isinstance(value, str) and value.removeprefix("-").isdecimal():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise WrongRequest(f"{name} should be a whole number")
        return value

    def truth(self, name: str, default: bool) -> bool:
        """Yes or no."""
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise WrongRequest(f"{name} should be true or false")
        return value
