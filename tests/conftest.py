"""Options and fixtures that several test files share."""

import json
import logging
import os
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import settings

from bot.answering.answerer import Answerer
from bot.building import build
from bot.settings import Settings

# The same examples on every run, and nothing of them kept on disk.
settings.register_profile("bot", deadline=None, derandomize=True, database=None, max_examples=100)
settings.load_profile("bot")

LONGEST = (
    "test_campaign.py",
    "test_hostile_telegram.py",
    "test_knowledge.py",
    "test_serving.py",
    "browser/test_editing.py",
    "test_answerer.py",
    "test_following.py",
    "test_building.py",
)
"""They come first, in whatever order, so that in the end no core has to wait long for the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; within a file nothing changes place."""
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONGEST))


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--bot-api=FILE`: hold the bot's calls against a specification of the Bot API."""
    parser.addoption(
        "--bot-api",
        metavar="FILE",
        default=os.environ.get("BOT_API_SPEC", ""),
        help="specification of the Bot API as JSON, from PaulSonOfLars/telegram-bot-api-spec "
        "(default: BOT_API_SPEC)",
    )
    parser.addoption(
        "--hostile", type=int, default=2000, help="so many hostile messages (default: 2,000)"
    )
    parser.addoption("--seed", type=int, default=6, help="of the fault campaign (default: 6)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What is `repetitive` does not count as covering anything: counting takes twice its time."""
    counting = Coverage.current() if item.get_closest_marker("repetitive") else None
    if counting is None:
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()


@pytest.fixture(autouse=True)
def _process_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What logs is set up for the whole process, but the next test knows nothing of it."""
    for where, name in (
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
        (logging, "raiseExceptions"),
    ):
        monkeypatch.setattr(where, name, getattr(where, name))
    names = ("", "bot", "telegram")
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    handlers = loggers[0].handlers[:]
    yield
    loggers[0].handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(scope="session")
def bot_api(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The Bot API as Telegram specifies it."""
    path = request.config.getoption("--bot-api")
    if not path:
        pytest.skip("no specification of the Bot API was given: --bot-api=FILE or BOT_API_SPEC")
    spec: dict[str, Any] = json.loads(Path(path).read_text("utf-8"))
    return spec


@pytest.fixture(scope="session")
def answerer() -> Answerer:
    """The answerer of the shipped knowledge; learnt once for all tests, as that takes a minute."""
    return build(Settings())
