"""What can be written behind `python -m bot`: commands, their options, and the help for both."""

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.settings import Settings

OFFLINE_TOKEN = "1:offline"  # noqa: S105 - opens nothing but the Bot API in memory
Commands = Mapping[str, Callable[[Settings, argparse.Namespace], int]]
Add = Callable[[str, str], argparse.ArgumentParser]


def parser(commands: Commands) -> argparse.ArgumentParser:
    """What can be written behind `python -m bot`.

    Args:
        commands: name -> what does it; "" without a name, "--version" for that option.
    """
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--knowledge",
        type=Path,
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder with qa.yaml and its companions (default: KNOWLEDGE_DIR, or knowledge/)",
    )
    whole = argparse.ArgumentParser(
        prog="python -m bot",
        description="Answers questions about one article, in Telegram or offline. "
        "Without a command it serves Telegram if TELEGRAM_BOT_TOKEN is set, and else you chat with "
        "it right here.",
        parents=[common],
    )
    whole.set_defaults(command=commands[""])
    whole.add_argument(
        "--port",
        type=_port,
        default=8081,
        help="offline: where the chat page is served (default: %(default)s, or any when taken)",
    )
    whole.add_argument(
        "--no-browser", action="store_true", help="offline: do not open the chat page in a browser"
    )
    whole.add_argument(
        "--version",
        dest="command",
        action="store_const",
        const=commands["--version"],
        help="print which bot and which knowledge this is",
    )
    subs = whole.add_subparsers(metavar="COMMAND")

    def add(name: str, help: str) -> argparse.ArgumentParser:
        sub = subs.add_parser(name, help=help, description=help, parents=[common])
        sub.set_defaults(command=commands[name])
        return sub

    _add_for_all(add)
    _add_for_operators(add)
    _add_for_maintainers(add)
    return whole


def _add_for_all(add: Add) -> None:
    sub = add("ask", "ask one question and print the reply")
    sub.add_argument("text", nargs="*", help="the question, in quotes")
    sub.add_argument(
        "--jsonl", action="store_true", help="read questions as JSON lines, for programs"
    )
    sub.add_argument(
        "--explain", action="store_true", help="also say why: words, candidates, decision"
    )
    _add_address(add("offline", "serve a Bot API on this machine, with a chat page, for any bot"))


def _add_for_operators(add: Add) -> None:
    sub = add("run", "serve Telegram (needs TELEGRAM_BOT_TOKEN)")
    sub.add_argument("--check", action="store_true", help="only look whether everything is ready")
    sub = add("health", "tell whether the running bot reaches Telegram; exit code 1 if not")
    sub.add_argument("--json", action="store_true", help="print it as data")
    sub = add("stats", "print what was counted: messages, cards, buttons, entries, troubles")
    sub.add_argument("--json", action="store_true", help="print it as data")


def _add_for_maintainers(add: Add) -> None:
    sub = add("check", "look for faults in the knowledge files; prints each with its line")
    sub.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="how findings are printed: for people, for programs, or beside a change on GitHub",
    )
    sub.add_argument("--rules", action="store_true", help="print what each rule wants, and why")
    sub.add_argument(
        "--write-schemas", action="store_true", help="write the schemas that an editor reads anew"
    )
    sub = add("diff", "print what an edit changes for people")
    sub.add_argument(
        "other",
        nargs="?",
        default="",
        help="the version before: a folder or a git revision (default: HEAD)",
    )
    sub.add_argument("--json", action="store_true", help="print the changes as data")
    sub.add_argument(
        "--quick", action="store_true", help="do not learn the edit to the end: nearly the same"
    )
    sub = add("safety", "print all safety rules for a reviewer, or explain a message")
    sub.add_argument("text", nargs="*", help="say which rules this message fires, and why")
    sub.add_argument(
        "--html", action="store_true", help="print one page to hand on: safety --html > safety.html"
    )
    sub = add("report", "print one page to look at: report > report.html")
    sub.add_argument("--out", type=Path, metavar="FILE", help="write it into this file instead")
    sub = add("evaluate", "measure how well examples.yaml is met")
    sub.add_argument("--json", action="store_true", help="print the figures as data")
    sub.add_argument("--examples", type=Path, metavar="FILE", help="measure with this file instead")
    sub.add_argument("--misses", action="store_true", help="also list what went wrong")
    _add_review(add("review", "go through the questions that people passed on"))


def _add_review(sub: argparse.ArgumentParser) -> None:
    verbs = sub.add_mutually_exclusive_group()
    verbs.add_argument("--list", action="store_true", help="print all groups as a table")
    verbs.add_argument("--json", action="store_true", help="print all groups as data")
    verbs.add_argument("--accept", metavar="GROUP", help="accept a group as proposed, or ...")
    verbs.add_argument("--ignore", metavar="GROUP", help="ignore a group, and what is like it")
    verbs.add_argument("--later", metavar="GROUP", help="put a group off")
    verbs.add_argument(
        "--undo", metavar="GROUP", nargs="?", const="", help="take back what was decided (last)"
    )
    sub.add_argument("--entry", metavar="ID", help="... for this entry; none: not our business")
    sub.add_argument("--phrasing", metavar="TEXT", help="... in these words")
    sub.add_argument(
        "--patch", action="store_true", help="print the diff of accepting (all), change nothing"
    )


def _add_address(sub: argparse.ArgumentParser) -> None:
    """The options of whatever serves the offline Bot API."""
    sub.add_argument("--host", default="127.0.0.1", help="where to listen (default: %(default)s)")
    sub.add_argument("--port", type=_port, default=8081, help="0 for any (default: %(default)s)")
    sub.add_argument(
        "--token", type=_token, default=OFFLINE_TOKEN, help="the bot's token (default: %(default)s)"
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _token(text: str) -> str:
    if not re.fullmatch(r"\d+:[\w-]+", text, re.ASCII):
        raise argparse.ArgumentTypeError("a token looks like 123456789:AAE-any_letters")
    return text
