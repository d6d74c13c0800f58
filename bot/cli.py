"""The commands: what they read, print and return. The only place that puts the parts together.

Exit codes: 0 fine, 1 the thing asked for failed, 2 wrong use or settings. Data goes to standard
output, messages to standard error.
"""

import argparse
import asyncio
import contextlib
import io
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import __version__, logs
from bot.answering.answerer import NOBODY, Answerer, ids, kind
from bot.building import build
from bot.errors import BotError, KnowledgeError, SettingsError
from bot.keeping import Shelf, obstacle
from bot.loading import place_of_trial, version
from bot.model import Context, Outcome, Unknown
from bot.options import Commands, parser
from bot.settings import Settings
from bot.stopping import on_stop
from bot.telegram import view

FINE, FAILED, MISUSED = 0, 1, 2
LEARNING = "Learning from {folder}: about half a minute, once for each new question ..."
UNWRITABLE = (
    "DATA_DIR %s cannot be written (%s). The bot serves all the same, but it learns anew at each "
    "start, counts nothing, and `python -m bot health` cannot see it."
)
OFFLINE = """\
Chat page      {address}/
Bot API        {address}/bot{token}/METHOD
To point this bot at it: TELEGRAM_API_URL={address} TELEGRAM_BOT_TOKEN={token} python -m bot run
Ctrl-C stops."""
log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    _prepare_process()
    options = parser(COMMANDS).parse_args(arguments)
    command: Callable[[Settings, argparse.Namespace], int] = options.command
    try:
        settings = Settings.load()
        if "knowledge" in options:
            settings = replace(settings, knowledge_dir=options.knowledge)
        settings = replace(settings, knowledge_dir=_near(settings.knowledge_dir))
        return command(settings, options)
    except KeyboardInterrupt:
        return FINE
    except BrokenPipeError:  # whoever reads has enough; keep the last flush from failing too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        return _tell(BotError(f"cannot go on: {error}"))
    except BotError as error:
        return _tell(error)


def _near(folder: Path) -> Path:
    """The folder as seen from here when it is inside: shorter in messages."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _tell(error: BotError) -> int:
    """Print what a person can put right; returns the exit code."""
    if isinstance(error, KnowledgeError):
        print(error, file=sys.stderr)
        faults = f"faults in the knowledge: {len(error.problems)}"
        print(f"nmt-bot: {faults}; nothing is served until they are mended", file=sys.stderr)
        return FAILED
    print(f"nmt-bot: {logs.redact(str(error))}", file=sys.stderr)
    return MISUSED if isinstance(error, SettingsError) else FAILED


def _prepare_process() -> None:
    """Read and print whatever comes as well as it can be, and end at once on SIGINT and SIGTERM."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _stop)  # asyncio's own handler waits for a blocked readline
        signal.signal(signal.SIGTERM, _stop)


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _answerer(settings: Settings) -> Answerer:
    return build(settings, _on_learning(settings))


def _on_learning(settings: Settings) -> Callable[[], None]:
    """Who waits at a terminal while it learns is told why."""

    def tell() -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            print(LEARNING.format(folder=settings.knowledge_dir), file=sys.stderr, flush=True)

    return tell


def ask(settings: Settings, options: argparse.Namespace) -> int:
    """Print the reply to one question, or to each of many (`--jsonl`)."""
    text = " ".join(options.text)
    if options.jsonl and (text or options.explain):
        raise SettingsError(
            "--jsonl reads the questions from standard input and takes nothing else"
        )
    if options.jsonl:
        return _ask_lines(_answerer(settings))
    if not text.strip():
        raise SettingsError('what is the question? Try: python -m bot ask "does it hurt?"')
    answerer = _answerer(settings)
    outcome = answerer.ask(text)
    print(view.text(outcome.reply))
    if options.explain:
        from bot.answering.explain import explain

        print("\n" + explain(answerer, text, outcome))
    return FINE


def _ask_lines(answerer: Answerer) -> int:
    contexts: dict[str, Context] = {}
    code = FINE
    for line in sys.stdin.buffer if sys.stdin else ():
        if not line.strip():
            continue
        try:
            text, chat = _question(line)
        except ValueError as error:
            print(json.dumps({"error": str(error)}), flush=True)
            code = FAILED
            continue
        outcome = answerer.ask(text, contexts.get(chat, NOBODY) if chat is not None else NOBODY)
        if chat is not None:
            contexts[chat] = outcome.context
        print(json.dumps(as_data(text, outcome)), flush=True)
    return code


def _question(line: bytes) -> tuple[str, str | None]:
    """Text and chat of one line of JSON; a ValueError says what is wrong with it."""
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("this line is no JSON") from None
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise ValueError('a line should be an object such as {"text": "does it hurt?"}')
    chat = item.get("chat")
    if chat is not None and not isinstance(chat, str):
        raise ValueError('"chat" should be a string')
    return item["text"], chat


def as_data(text: str, outcome: Outcome) -> dict[str, Any]:
    """An outcome as the object that `ask --jsonl` writes."""
    decision = outcome.decision
    candidates = () if isinstance(decision, Unknown) else decision.candidates
    chosen = candidates if kind(decision) == "answer" else candidates[:1]
    return {
        "text": text,
        "kind": kind(decision),
        "ids": list(ids(decision)),
        "confidence": round(min((c.confidence for c in chosen), default=0.0), 4),
        "safety": outcome.route,
        "reasons": list(outcome.reasons),
        "html": view.html(outcome.reply),
        "buttons": [[button.label for button in row] for row in outcome.reply.buttons],
    }


def converse(settings: Settings, options: argparse.Namespace) -> int:
    """Without a command: serve Telegram if there is a token, else chat right here."""
    if settings.token:
        return run(settings, options)
    answerer = _answerer(settings)
    from bot import without_telegram

    browse = not options.no_browser
    with contextlib.suppress(asyncio.CancelledError):  # Ctrl-C and SIGTERM
        asyncio.run(without_telegram.converse(settings, answerer, options.port, browse=browse))
    return FINE


def offline(_: Settings, options: argparse.Namespace) -> int:
    """Serve a Bot API on this machine, with its chat page, for any bot."""
    from bot.offline.api import FakeBotApi
    from bot.offline.server import serving

    api = FakeBotApi(options.token, now=lambda: int(time.time()))

    async def serve() -> None:
        stopped = asyncio.Event()
        on_stop(stopped.set)
        async with serving(api, options.host, options.port) as address:
            print(OFFLINE.format(address=address, token=options.token), flush=True)
            await stopped.wait()

    asyncio.run(serve())
    return FINE


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Serve Telegram until told to stop."""
    if not settings.token:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is missing: ask @BotFather in Telegram for one (/newbot) and put "
            "it into .env, see .env.example"
        )
    from bot.telegram import serving

    logs.set_up(settings.log_level, settings.token)
    if getattr(options, "check", False):
        parts = (_examine_telegram, _examine_knowledge, _examine_data)
        return max(examine(settings) for examine in parts)
    if why := obstacle(settings.data_dir):
        log.warning(UNWRITABLE, settings.data_dir, why)
    serving.serve(settings)
    return FINE


def _examine_knowledge(settings: Settings) -> int:
    try:
        build(settings)
    except BotError as error:
        print(f"problem  knowledge: run `python -m bot check` ({settings.knowledge_dir})")
        return _tell(error)
    print(f"ok       knowledge: {settings.knowledge_dir} is in order")
    return FINE


def _examine_telegram(settings: Settings) -> int:
    from bot.telegram import serving

    try:
        lines, is_fine = asyncio.run(serving.examine(settings))
    except BotError as error:
        return _tell(error)
    print("\n".join(lines))
    return FINE if is_fine else FAILED


def _examine_data(settings: Settings) -> int:
    if why := obstacle(settings.data_dir):
        print("problem  data: " + UNWRITABLE % (settings.data_dir, why))
        return FAILED
    print(f"ok       data: {settings.data_dir} can be written")
    return FINE


def tell_version(settings: Settings, _: argparse.Namespace) -> int:
    """Print which bot this is, and in which state its knowledge."""
    print(f"nmt-bot {__version__}")
    if settings.knowledge_dir.is_dir():
        print(f"knowledge {version(settings.knowledge_dir)}")
    return FINE


def check(settings: Settings, options: argparse.Namespace) -> int:
    """Print every fault of the knowledge, and what could be better."""
    from bot.curation import checking, schemas
    from bot.curation.reader import read

    folder = settings.knowledge_dir
    if options.rules:
        print("\n\n".join(map(str, checking.manuals())))
        return FINE
    if not folder.is_dir():
        raise SettingsError(f"there is no knowledge folder {folder}")
    if options.write_schemas:
        print("\n".join(map(str, schemas.write(folder))))
        return FINE
    source = read(folder)
    shelf, place = Shelf(settings.data_dir / "learnt"), place_of_trial(source.knowledge)
    with _progress("Checking") as on_rule:
        is_tried = shelf.load(place) is not None
        problems = checking.examine(source, on_rule, is_tried=is_tried)
    for line in checking.as_lines(problems, options.format):
        print(line)
    print(f"{folder}: {checking.summary(source, problems)}", file=sys.stderr)
    if any(problem.level == "error" for problem in problems):
        return FAILED
    shelf.keep(place, True)
    return FINE


@contextlib.contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show at a terminal how far something is that takes longer than a second."""
    begun, is_shown = time.monotonic(), sys.stderr is not None and sys.stderr.isatty()

    def show(done: int, all_: int) -> None:
        if is_shown and time.monotonic() - begun > 1:
            print(f"\r{what} ... {100 * done // all_} %", end="", file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if is_shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def health(settings: Settings, options: argparse.Namespace) -> int:
    """Print whether the running bot reaches Telegram."""
    from bot.health import read

    found = read(settings.data_dir)
    print(json.dumps(found.as_data()) if options.json else found)
    return FINE if found.is_well else FAILED


def stats(settings: Settings, options: argparse.Namespace) -> int:
    """Print what was counted."""
    from bot.stats import Stats
    from bot.store import FILE, Counters, today

    found = Stats.of(Counters(settings.data_dir / FILE), today())
    print(json.dumps(found.as_data(), indent=2) if options.json else found.as_text())
    return FINE


def evaluate(settings: Settings, options: argparse.Namespace) -> int:
    """Print how well the examples are met."""
    from bot.curation import evaluate as evaluation
    from bot.curation.reader import read_examples

    answerer = _answerer(settings)
    path = options.examples
    examples = read_examples(path or settings.knowledge_dir / "examples.yaml")
    report = evaluation.evaluate(answerer, examples)
    if options.json:
        print(json.dumps(report.as_data(), indent=2))
        return FAILED if report.is_failed() else FINE
    print(evaluation.as_text(report))
    if options.misses:
        for result in report.results:
            if result.verdict not in ("right", "offered", "declined") or (
                result.verdict == "declined" and result.example.expect != ("none",)
            ):
                wanted = result.example.route or " ".join(result.example.expect)
                given = f"{result.outcome.route} {' '.join(ids(result.outcome.decision))}"
                print(f"{result.verdict:9}{wanted} <- {given}: {result.example.text}")
    return FAILED if report.is_failed() else FINE


def diff(settings: Settings, options: argparse.Namespace) -> int:
    """Print what people would notice of an edit."""
    from bot.curation.compare import as_data, as_text
    from bot.diffing import diff

    def on_asked(done: int, of: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            print(f"\r{done:,} of {of:,} messages ...\033[K\r", end="", file=sys.stderr, flush=True)

    found = diff(
        settings,
        options.other,
        is_quick=options.quick,
        on_learning=_on_learning(settings),
        on_asked=on_asked,
    )
    print(json.dumps(as_data(found), indent=2) if options.json else as_text(found))
    return FINE


def safety(settings: Settings, options: argparse.Namespace) -> int:
    """Print all safety rules for a reviewer, or why a message fires them."""
    text = " ".join(options.text)
    if options.text and (options.html or not text.strip()):
        raise SettingsError("--html takes no message, and an empty one fires no rule")
    answerer = _answerer(settings)
    if text:
        from bot.answering.explain import explain_safety

        print(explain_safety(answerer, text))
        return FINE
    from bot.curation import sheet
    from bot.store import FILE, IN_GENERAL, Counters

    counts = Counters(settings.data_dir / FILE).of(IN_GENERAL)
    print((sheet.as_html if options.html else sheet.as_text)(answerer.knowledge, counts))
    return FINE


def review(settings: Settings, options: argparse.Namespace) -> int:
    """Go through what people passed on: step by step, or as the options say."""
    from bot.curation.review import Review
    from bot.curation.verbs import Wanted, one_step
    from bot.passed import FILE, Queue
    from bot.reviewing import Talk
    from bot.store import today

    if (options.entry or options.phrasing) and not options.accept:
        raise SettingsError("--entry and --phrasing belong to --accept GROUP")
    if options.patch and (options.ignore or options.later or options.undo is not None):
        raise SettingsError("--patch shows what accepting changes, nothing else")
    queue = Queue(settings.data_dir / FILE, today)
    found = Review.of(settings, _answerer(settings), queue)
    wanted = Wanted(**{item.name: getattr(options, item.name) for item in fields(Wanted)})
    told = one_step(found, wanted)
    if told is None:
        with contextlib.suppress(ImportError):  # Windows
            import readline  # noqa: F401 - arrow keys in what one types
        Talk(found, print, input).hold()
    else:
        print(told)
    return FINE


def report(settings: Settings, options: argparse.Namespace) -> int:
    """Print all that is known about the knowledge as one page to look at."""
    answerer = _answerer(settings)
    from bot.curation import checking
    from bot.curation import report as gathering
    from bot.curation.reader import read
    from bot.curation.report_page import as_html
    from bot.stats import Stats
    from bot.store import FILE, Counters

    made = datetime.now(UTC)
    source = read(settings.knowledge_dir)
    with _progress("Checking") as on_rule:
        problems = checking.examine(source, on_rule)
    found = gathering.report(
        answerer,
        source,
        stats=Stats.of(Counters(settings.data_dir / FILE), made.date()),
        problems=problems,
        made=made,
    )
    if options.out is None:
        print(as_html(found))
    else:
        options.out.write_text(as_html(found), "ascii")
        print(f"Open {options.out} in a browser.", file=sys.stderr)
    return FINE


COMMANDS: Commands = {
    "": converse,
    "--version": tell_version,
    "ask": ask,
    "offline": offline,
    "run": run,
    "health": health,
    "stats": stats,
    "check": check,
    "diff": diff,
    "safety": safety,
    "report": report,
    "evaluate": evaluate,
    "review": review,
}
