"""What the bot costs, beside what others would do: `python tests/benchmark.py`.

Three figures, each as a ratio measured side by side in one run:

1. a question (safety, matching, composing) against rapidfuzz's `extractOne` with `WRatio` over the
   same phrasings, one thread;
2. `python -m bot ask` from a cold start (the index kept) against a bare `import rapidfuzz, yaml`;
3. the memory of the running bot against a bare python-telegram-bot echo bot, after 500 messages.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
QUESTION = "how long will i be sore after it"

ECHO = """
from telegram.ext import ApplicationBuilder, MessageHandler, filters
async def echo(update, _): await update.message.reply_text(update.message.text)
application = ApplicationBuilder().token(TOKEN).request(R).get_updates_request(R).build()
application.add_handler(MessageHandler(filters.TEXT, echo))
"""
OURS = """
from dataclasses import replace
from bot.building import build
from bot.settings import Settings
from bot.telegram.app import Current, build_application
settings = replace(Settings(), token=TOKEN)
application = build_application(settings, Current(build(settings)), R)
"""
LEARNING = (
    OURS.replace("import build", "import build_apart")
    .replace("Settings()", "Settings.load()")
    .replace("build(settings)", "asyncio.run(build_apart(settings))")
)
RUN = """
import asyncio, sys
sys.path.insert(0, {root!r})
from bot.offline.api import FakeBotApi
from bot.offline.request import OfflineRequest
from telegram import Update
TOKEN = "1:benchmark"
api = FakeBotApi(TOKEN)
R = OfflineRequest(api)
{build}
async def main():
    async with application:
        for number in range({messages}):
            update = api.say({question!r} + " " * (number % 7))
            await application.process_update(Update.de_json(update, application.bot))
            api.calls.clear()
            api.chats.clear() if number % 100 == 99 else None
asyncio.run(main())
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""


def per_question(rounds: int) -> None:
    """Microseconds a question, ours and WRatio's, in turns."""
    from rapidfuzz import fuzz, process

    from bot.building import build
    from bot.curation.reader import read
    from bot.settings import Settings

    settings = Settings()
    answerer = build(settings)
    questions = [e.text for e in read(settings.knowledge_dir).examples if not e.route][::5]
    phrasings = [p for entry in answerer.knowledge.entries for p in entry.phrasings]
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours += timed(answerer.ask, questions)
        theirs += timed(lambda q: process.extractOne(q, phrasings, scorer=fuzz.WRatio), questions)
    print(f"A question, {len(phrasings)} phrasings, n = {len(ours)}, microseconds:")
    for name, times in (("this bot, all of it", ours), ("extractOne with WRatio", theirs)):
        times.sort()
        p99 = times[int(len(times) * 0.99)]
        print(f"  {name:24} median {statistics.median(times):8.0f}   99th percentile {p99:8.0f}")
    print(f"  ratio of medians {statistics.median(ours) / statistics.median(theirs):.3f}\n")


def timed(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Microseconds of each call."""
    times = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - start) * 1e6)
    return times


def cold_start(runs: int) -> None:
    """Milliseconds of whole processes, in turns."""
    bare = [sys.executable, "-c", "import rapidfuzz, yaml"]
    ours = [sys.executable, "-m", "bot", "ask", QUESTION]
    times: dict[str, list[float]] = {"bare import": [], "ask": []}
    subprocess.run(ours, cwd=ROOT, check=True, capture_output=True)
    for _ in range(runs):
        for name, command in (("bare import", bare), ("ask", ours)):
            start = time.perf_counter()
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            times[name].append((time.perf_counter() - start) * 1e3)
    print(f"From a cold start, n = {runs} each, milliseconds:")
    for name, found in times.items():
        print(f"  {name:24} min {min(found):6.0f}   median {statistics.median(found):6.0f}")
    medians = [statistics.median(found) for found in times.values()]
    print(f"  ratio of medians {medians[1] / medians[0]:.2f}\n")


def memory(messages: int) -> None:
    """Resident memory after some messages, in MB; ours with the index kept, and learning anew."""
    import tempfile

    found = {}
    with tempfile.TemporaryDirectory() as empty:
        for name, build, data in (
            ("echo bot", ECHO, ""),
            ("this bot", OURS, ""),
            ("this bot, having learnt", LEARNING, empty),
        ):
            code = RUN.format(root=str(ROOT), build=build, messages=messages, question=QUESTION)
            environment = {**os.environ, "DATA_DIR": data}
            result = subprocess.run(
                [sys.executable, "-c", code],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            found[name] = int(result.stdout) / 1024
    print(f"Resident memory after {messages} messages, MB:")
    for name, size in found.items():
        print(f"  {name:24} {size:6.1f}   ({size - found['echo bot']:+.1f})")


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--messages", type=int, default=500)
    options = parser.parse_args()
    per_question(options.rounds)
    cold_start(options.runs)
    memory(options.messages)


if __name__ == "__main__":
    main()
