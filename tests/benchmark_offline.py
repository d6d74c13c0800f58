"""How fast the offline server is: `python tests/benchmark_offline.py`.

`sendMessage` requests a second (a form with HTML, over kept-alive connections) beside a bare
endpoint of the same web framework and server, which reads nothing and answers a constant; round by
round in turn.
"""

import argparse
import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 8
OURS = """
import asyncio
from bot.offline.api import FakeBotApi
from bot.offline.server import serving
async def main():
    api = FakeBotApi("1:benchmark")
    api.say("Hi")
    async with serving(api, port=0) as address:
        print(address, flush=True)
        await asyncio.Future()
asyncio.run(main())
"""
BARE = """
import asyncio, socket, uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
async def endpoint(request):
    return JSONResponse({"ok": True, "result": {"message_id": 1, "text": "Hello, world"}})
path = "/bot1:benchmark/sendMessage"
app = Starlette(routes=[Route(path, endpoint, methods=["POST"])])
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
listener.bind(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
config = uvicorn.Config(app, http="h11", log_config=None, access_log=False, lifespan="off")
asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
"""


@contextlib.contextmanager
def server(program: str) -> Iterator[int]:
    """A server in a process of its own; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield int(process.stdout.readline().rpartition(":")[2])
    finally:
        process.kill()
        process.wait()


def request() -> bytes:
    """A `sendMessage` as python-telegram-bot sends it."""
    values = {"chat_id": 1001, "text": "<b>Hello</b>, world &amp; all", "parse_mode": "HTML"}
    body = urlencode(values).encode()
    head = (
        "POST /bot1:benchmark/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def ask(port: int, count: int) -> None:
    """Make so many requests, one after another, over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(count):
        writer.write(request())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        assert head.startswith(b"http/1.1 200"), head
        await reader.readexactly(int(head.partition(b"content-length:")[2].split()[0]))
    writer.close()


async def rate(port: int, count: int) -> float:
    """Requests a second over several connections."""
    start = time.perf_counter()
    await asyncio.gather(*(ask(port, count // CONNECTIONS) for _ in range(CONNECTIONS)))
    return count / (time.perf_counter() - start)


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000, help="a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="(default: %(default)s)")
    options = parser.parse_args()
    with server(OURS) as ours, server(BARE) as bare:
        rates: dict[int, list[float]] = {ours: [], bare: []}
        for _ in range(options.rounds):
            for port, found in rates.items():
                found.append(asyncio.run(rate(port, options.requests)))
    mine, theirs = (statistics.median(found) for found in rates.values())
    pairs = sorted(a / b for a, b in zip(rates[ours], rates[bare], strict=True))
    print(f"sendMessage, offline server:  {mine:7.0f} requests a second")
    print(f"bare Starlette endpoint:      {theirs:7.0f} requests a second")
    print(f"ratio: {statistics.median(pairs):.2f} (each round: {pairs[0]:.2f} to {pairs[-1]:.2f})")


if __name__ == "__main__":
    main()
