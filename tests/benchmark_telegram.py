"""The bot beside bare echo bots, on the offline server: `python tests/benchmark_telegram.py`.

A bare echo bot of python-telegram-bot, one of aiogram, and this bot with the shipped knowledge,
each in a process of its own; the server and its people in this one. Round by round, in turn:

1. answers a second, when a backlog of questions by many people has to be worked off;
2. the time from a question to its answer, when questions come at a modest rate;
3. the processor time of the bot for one answer, which others on the machine disturb less.

At the end the memory of this bot after 10,000 and after 100,000 questions, and the processor time
of a request by httpx, which python-telegram-bot uses, and by this bot. The echo bots repeat the
question; this bot answers it.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from telegram.request import BaseRequest, HTTPXRequest, RequestData  # noqa: E402
from telegram.request._requestparameter import RequestParameter  # noqa: E402

from bot.offline.api import FakeBotApi, Json  # noqa: E402
from bot.offline.server import serving  # noqa: E402
from bot.telegram.wire import request_to  # noqa: E402

TOKEN = "1:benchmark"  # noqa: S105 - opens nothing
PEOPLE = 1000
OPEN = 60
"""So many questions wait for an answer at a time while the memory is measured."""
WARM = 50
"""So many questions are answered before anything is measured."""
LONGEST_S = 3600
PTB = f"""
import sys
from telegram.ext import ApplicationBuilder, MessageHandler, filters
async def echo(update, _): await update.message.reply_text(update.message.text)
application = ApplicationBuilder().token("{TOKEN}").base_url(sys.argv[1] + "/bot").build()
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
"""
AIOGRAM = f"""
import asyncio, sys
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
async def echo(message): await message.answer(message.text)
async def main():
    session = AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[1]))
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    await dispatcher.start_polling(Bot("{TOKEN}", session=session))
asyncio.run(main())
"""
OURS, THEIRS = "this bot", "echo, python-telegram-bot"
BOTS: dict[str, Callable[[str], list[str]]] = {
    THEIRS: lambda address: ["-c", PTB, address],
    "echo, aiogram": lambda address: ["-c", AIOGRAM, address],
    OURS: lambda _: ["-m", "bot", "run"],
}


class People(FakeBotApi):
    """A Bot API that measures how long its people wait, and keeps nothing of what was said."""

    def __init__(self, questions: list[str]) -> None:
        super().__init__(TOKEN, now=lambda: int(time.time()))
        people = [self.world.new_person("Somebody") for _ in range(PEOPLE)]
        self._next = zip(itertools.cycle(people), itertools.cycle(questions), strict=False)
        self._asked: defaultdict[int, deque[float]] = defaultdict(deque)
        self.waits: list[float] = []
        """Seconds between each question and its answer."""
        self.to_come = 0
        """Questions that are asked as soon as one is answered."""

    def ask(self, count: int = 1) -> None:
        """Let people ask, one after another."""
        for person, question in itertools.islice(self._next, count):
            self._asked[person.id].append(time.perf_counter())
            self.say(question, person)

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer a request; who gets an answer has waited long enough."""
        status, body = await super().call(token, method, parameters)
        self.calls.clear()
        if method.lower() == "sendmessage" and status == 200:
            chat = body["result"]["chat"]["id"]
            if self._asked[chat]:
                self.waits.append(time.perf_counter() - self._asked[chat].popleft())
            self.chats[chat].messages.clear()
            if self.to_come:
                self.to_come -= 1
                self.ask()
        return status, body

    async def answered(self, count: int) -> None:
        """Return when so many questions have been answered in all."""
        async with asyncio.timeout(LONGEST_S):
            while len(self.waits) < count:
                await self.world.log.changed()


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot in a process of its own, which the kernel measures."""

    process: subprocess.Popen[bytes]

    def cpu_s(self) -> float:
        """Processor time so far, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Resident memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


@contextlib.asynccontextmanager
async def started(name: str, address: str) -> AsyncIterator[Bot]:
    """A bot that serves the people at this address; with the shipped knowledge, kept as learnt."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "learnt").symlink_to(ROOT / ".data" / "learnt")
        settings = {"TELEGRAM_API_URL": address, "TELEGRAM_BOT_TOKEN": TOKEN, "DATA_DIR": folder}
        process = subprocess.Popen(  # noqa: ASYNC220 - it is not read from
            [sys.executable, *BOTS[name](address)],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield Bot(process)
        finally:
            process.send_signal(signal.SIGTERM)
            await asyncio.to_thread(process.wait, 60)  # the server must go on meanwhile


@dataclass(slots=True)
class Figures:
    """What was measured of one bot, a value a round."""

    rate: list[float] = field(default_factory=list)
    median_ms: list[float] = field(default_factory=list)
    p99_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


async def measure(name: str, questions: list[str], options: argparse.Namespace) -> list[float]:
    """One round of one bot: the values of `Figures`, in their order."""
    people = People(questions)
    async with serving(people, port=0) as address, started(name, address) as bot:
        people.ask(WARM)
        await people.answered(WARM)
        begun, cpu_s = time.perf_counter(), bot.cpu_s()
        people.ask(options.backlog)
        await people.answered(WARM + options.backlog)
        took_s, cpu_s = time.perf_counter() - begun, bot.cpu_s() - cpu_s
        waits = await at_rate(people, options.rate, options.timed)
    cuts = statistics.quantiles(waits, n=100)
    return [
        options.backlog / took_s,
        1000 * cuts[49],
        1000 * cuts[98],
        1000 * cpu_s / options.backlog,
    ]


async def at_rate(people: People, rate: float, count: int) -> list[float]:
    """Seconds that each of so many questions waits when so many come a second."""
    before, begun = len(people.waits), time.perf_counter()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        people.ask()
    await people.answered(before + count)
    return people.waits[before:]


async def memory(questions: list[str], marks: list[int]) -> list[float]:
    """Resident memory of this bot after so many questions, in MB."""
    people = People(questions)
    found = []
    async with serving(people, port=0) as address, started(OURS, address) as bot:
        people.to_come = marks[-1] - OPEN
        people.ask(OPEN)
        for mark in marks:
            await people.answered(mark)
            found.append(bot.memory_mb())
    return found


async def requests(count: int) -> dict[str, float]:
    """Processor time of a request in ms, by the client that carries it."""
    async with serving(FakeBotApi(TOKEN), port=0) as address:
        return {
            name: await asyncio.to_thread(asyncio.run, asking(address, request, count))
            for name, request in (("httpx", HTTPXRequest()), ("this bot", request_to(address)))
        }


async def asking(address: str, request: BaseRequest, count: int) -> float:
    """The same of one client; in a thread of its own, so that the server's time does not count."""
    form = RequestData([RequestParameter.from_input("text", "x" * 1000)])
    async with request:
        begun = time.thread_time()
        for _ in range(count):
            await request.do_request(f"{address}/bot{TOKEN}/getMe", "POST", form)
        return 1000 * (time.thread_time() - begun) / count


def spread(values: list[float], form: str) -> str:
    """Median, and from where to where."""
    low, middle, high = (
        format(v, form) for v in (min(values), statistics.median(values), max(values))
    )
    return f"{middle} ({low} to {high})"


def show(found: dict[str, Figures]) -> None:
    """Print the table, and this bot's figures as ratios, round by round."""
    columns = {
        "rate": ("answers/s", "4.0f"),
        "median_ms": ("50 %, ms", "4.1f"),
        "p99_ms": ("99 %, ms", "4.1f"),
        "cpu_ms": ("processor ms", "4.2f"),
    }
    print(f"{'':28}" + "".join(f"{title:>24}" for title, _ in columns.values()))
    for name, figures in found.items():
        cells = (spread(getattr(figures, key), form) for key, (_, form) in columns.items())
        print(f"{name:28}" + "".join(f"{cell:>24}" for cell in cells))
    ratios = (
        [a / b for a, b in zip(getattr(found[OURS], key), getattr(found[THEIRS], key), strict=True)]
        for key in columns
    )
    print(f"{'this bot, as a ratio':28}" + "".join(f"{spread(r, '4.2f'):>24}" for r in ratios))


def asked_for() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5, help="(default: %(default)s)")
    parser.add_argument(
        "--backlog", type=int, default=3000, help="questions at once (default: %(default)s)"
    )
    parser.add_argument(
        "--rate", type=float, default=30, help="questions a second (default: %(default)s)"
    )
    parser.add_argument(
        "--timed", type=int, default=900, help="so many of them (default: %(default)s)"
    )
    parser.add_argument(
        "--memory", type=int, default=100_000, help="questions, 0 for none (default: %(default)s)"
    )
    parser.add_argument(
        "--requests", type=int, default=2000, help="0 for none (default: %(default)s)"
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="also the examples that test the safety cards: longer ones, and more than half of all",
    )
    parser.add_argument("--quick", action="store_true", help="one round, a tenth of everything")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.backlog, options.timed = 1, 500, 150
        options.memory //= 20
    return options


def main() -> None:
    """Measure, and print."""
    options = asked_for()
    from bot.curation.reader import read
    from bot.settings import Settings

    subprocess.run(
        [sys.executable, "-m", "bot", "ask", "hi"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    examples = [e for e in read(Settings().knowledge_dir).examples if not e.after]
    questions = [e.text for e in examples if options.all or not e.route]
    found = {name: Figures() for name in BOTS}
    for _ in range(options.rounds):
        for name, figures in found.items():
            values = asyncio.run(measure(name, questions, options))
            for item, value in zip(figures.__slots__, values, strict=True):
                getattr(figures, item).append(value)
    show(found)
    if options.memory:
        marks = [options.memory // 10, options.memory]
        sizes = asyncio.run(memory(questions, marks))
        told = ", ".join(
            f"{size:.1f} MB after {mark:,}" for mark, size in zip(marks, sizes, strict=True)
        )
        print(f"Memory of this bot: {told} questions; ratio {sizes[1] / sizes[0]:.3f}")
    if options.requests:
        spent = asyncio.run(requests(options.requests))
        told = ", ".join(f"{ms:.2f} ms by {name}" for name, ms in spent.items())
        print(f"Processor time of a request: {told}")


if __name__ == "__main__":
    main()
