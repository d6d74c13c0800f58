"""What the operator reads."""

import logging

import pytest

from bot import logs

CREDENTIAL = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


@pytest.fixture(autouse=True)
def _logging_as_before():
    root, ours = logging.getLogger(), logging.getLogger("bot")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before


def record(message, *values, error=None):
    found = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bot.x", logging.ERROR, "x.py", 1, message, values, found)


def raised(text):
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


MENTIONS = {
    "in the message": record(f"refused {CREDENTIAL}"),
    "among the values of the message": record("refused %s", CREDENTIAL),
    "inside an address": record("POST https://api.telegram.org/bot%s/getMe", CREDENTIAL),
    "twice": record(f"{CREDENTIAL} and {CREDENTIAL}"),
    "in the text of an error": record("failed", error=raised(f"/bot{CREDENTIAL}/getUpdates")),
}


@pytest.mark.parametrize("mention", MENTIONS.values(), ids=MENTIONS)
def test_a_token_is_taken_out(mention):
    line = logs.Redacting("%(levelname)s %(message)s").format(mention)
    assert CREDENTIAL not in line
    assert CREDENTIAL.partition(":")[2] not in line
    assert "<token>" in line


def test_a_traceback_is_still_there():
    """Taking the token out leaves the rest of a traceback as it was."""
    line = logs.Redacting("%(message)s").format(record("failed", error=raised(CREDENTIAL)))
    assert line.startswith("failed\nTraceback")
    assert line.endswith("ValueError: <token>")


HARMLESS = {
    "a time of day": "at 12:30:00 sharp",
    "an address with a port": "http://127.0.0.1:8081/",
    "a line of a file": "reader.py:120: too deep",
}


@pytest.mark.parametrize("message", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_token_stays(message):
    assert logs.Redacting("%(message)s").format(record(message)) == message


LEVELS = {
    "the bot speaks from its level on": ("INFO", "bot.cli", logging.INFO, True),
    "the bot is silent below its level": ("WARNING", "bot.cli", logging.INFO, False),
    "a library is silent below WARNING": ("DEBUG", "httpx", logging.INFO, False),
    "a library may warn": ("ERROR", "httpx", logging.WARNING, True),
}


@pytest.mark.parametrize(("level", "name", "at", "is_heard"), LEVELS.values(), ids=LEVELS)
def test_who_is_heard(capsys, level, name, at, is_heard):
    logs.set_up(level)
    logging.getLogger(name).log(at, "called with %s", CREDENTIAL)
    said = capsys.readouterr()
    assert said.out == ""
    assert ("called with <token>" in said.err) == is_heard
    assert CREDENTIAL not in said.err
