"""What the operator reads."""

import asyncio
import contextlib
import gc
import json
import logging
import os
import re
import subprocess
import sys
import threading
import warnings

import pytest

from bot import logs
from bot.errors import SettingsError
from bot.settings import CHECKOUT, Settings

CREDENTIAL = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
SECRET = CREDENTIAL.partition(":")[2]
WORDS = "my knee is swollen"


def record(message, *values, error=None):
    found = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("bot.x", logging.ERROR, "x.py", 1, message, values, found)
    made.created = 1795559465.5
    return made


def raised(error):
    try:
        raise error
    except BaseException as caught:
        return caught


def line(*arguments, token="", **more):
    """What is written of a record, without its beginning."""
    said = logs.Redacting(token).format(record(*arguments, **more))
    beginning = "2026-11-24T22:31:05.500Z ERROR bot.x: "
    assert said.startswith(beginning)
    assert len(said.splitlines()) == 1
    return said.removeprefix(beginning)


MENTIONS = {
    "in the message": (f"refused {CREDENTIAL}",),
    "among the values of the message": ("refused %s", CREDENTIAL),
    "in an error among them": ("refused: %r", ValueError(CREDENTIAL)),
    "inside an address": ("POST https://api.telegram.org/bot%s/getMe", CREDENTIAL),
    "in an address that is part of another": ("?to=%s", f"bot{CREDENTIAL.replace(':', '%3A')}"),
    "and of one more": ("?to=%s", f"bot{CREDENTIAL.replace(':', '%253a')}"),
    "twice": (f"{CREDENTIAL} and {CREDENTIAL}",),
    "as bytes": ("%r", CREDENTIAL.encode()),
}


@pytest.mark.parametrize("mention", MENTIONS.values(), ids=MENTIONS)
def test_a_token_is_taken_out(mention):
    said = line(*mention)

    assert SECRET not in said
    assert "<token>" in said


OWN = {
    "a short one": ("1:offline", "bot1:offline/getMe", "bot<token>/getMe"),
    "in an address": ("1:offline", "to=1%3Aoffline", "to=<token>"),
    "its second half": (CREDENTIAL, f"key {SECRET}", "key <token>"),
    "in capitals": (CREDENTIAL, SECRET.upper(), "<token>"),
    "but no word that is its second half": ("1:offline", "offline", "offline"),
}


@pytest.mark.parametrize(("token", "message", "expected"), OWN.values(), ids=OWN)
def test_the_own_token_is_taken_out_however_it_looks(token, message, expected):
    assert expected == line(message, token=token)


HARMLESS = {
    "a time of day": "at 12:30:00 sharp",
    "an address with a port": "http://127.0.0.1:8081/",
    "a line of a file": "reader.py:120: too deep",
    "key and value": "Answered kind=answer safety=none ms=4",
}


@pytest.mark.parametrize("message", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_token_stays(message):
    assert message == line(message)
    assert message == logs.redact(message)


FOLDED = {
    "several lines": ("one\ntwo\r\n\n  three\n", "one | two | three"),
    "a line that is made up": ("x\n2026-11-24T22:31:05Z ERROR bot: burning", "x | 2026-11-24T22:3"),
    "a separator of lines that few know": ("one\u2028two\x85three", "one | two | three"),
    "a cursor that moves": ("\x1b[2Jgone\x00", "?[2Jgone?"),
}


@pytest.mark.parametrize(("message", "expected"), FOLDED.values(), ids=FOLDED)
def test_an_event_is_one_line(message, expected):
    assert line("%s", message).startswith(expected)


# ---------------------------------------------------------------- errors


def chained():
    try:
        raised(KeyError(WORDS))
        raise KeyError(WORDS)
    except KeyError:
        return raised(ValueError(WORDS))


HERE = r"tests/test_logs\.py:\d+"
TRACES = {
    "an error and where": (raised(ValueError(WORDS)), rf"ValueError at {HERE}"),
    "one that was never raised": (ValueError(WORDS), "ValueError"),
    "what the system says": (
        raised(OSError(28, "No space left on device", f"/{WORDS}")),
        rf"OSError \(No space left on device\) at {HERE}",
    ),
    "what was there before": (chained(), rf"ValueError at {HERE}, after KeyError at {HERE}"),
    "several at once": (
        ExceptionGroup(WORDS, [ValueError(WORDS), KeyError(WORDS)]),
        "ExceptionGroup, of ValueError, of KeyError",
    ),
}


@pytest.mark.parametrize(("error", "expected"), TRACES.values(), ids=TRACES)
def test_an_error_is_told_without_its_words(error, expected):
    assert re.fullmatch(expected, logs.trace(error))
    assert re.fullmatch(f"failed: {expected}", line("failed", error=error))


def test_a_deep_error_is_told_in_short():
    """The innermost places say most; a chain of causes is cut."""

    def dig(depth):
        if depth == 0:
            raise ValueError
        dig(depth - 1)

    with pytest.raises(ValueError, match=r"^$") as caught:
        dig(99)
    assert len(logs.trace(caught.value).split(" < ")) == logs.MOST_PLACES

    error = ValueError()
    for _ in range(99):
        above = ValueError()
        above.__cause__ = error
        error = above
    assert logs.trace(error).count("after") == 3


def test_our_own_files_are_named_as_in_the_checkout():
    """Whoever reports an error hands on no path of the machine."""
    with pytest.raises(SettingsError) as ours:
        Settings.from_mapping({"LOG_LEVEL": "loud"})
    with pytest.raises(ValueError, match="Expecting") as theirs:
        json.loads("")

    assert re.match(r"SettingsError at bot/settings\.py:\d+ < ", logs.trace(ours.value))
    assert re.match(r"JSONDecodeError at json/decoder\.py:\d+ < ", logs.trace(theirs.value))


# ---------------------------------------------------------------- set up

LEVELS = {
    "the bot speaks from its level on": ("INFO", "bot.cli", logging.INFO, True),
    "the bot is silent below its level": ("WARNING", "bot.cli", logging.INFO, False),
    "a library is silent below WARNING": ("DEBUG", "httpx", logging.INFO, False),
    "a library may warn": ("ERROR", "httpx", logging.WARNING, True),
    "but not the one that would tell people's words": ("DEBUG", "telegram.ext", 50, False),
}


@pytest.mark.parametrize(("level", "name", "at", "is_heard"), LEVELS.values(), ids=LEVELS)
def test_who_is_heard(capsys, level, name, at, is_heard):
    logs.set_up(level)
    logging.getLogger(name).log(at, "called with %s", CREDENTIAL)
    said = capsys.readouterr()
    assert said.out == ""
    assert ("called with <token>" in said.err) == is_heard
    assert SECRET not in said.err


def test_a_warning_of_python_is_one_line(capsys):
    """With the time and the level of any other."""
    logs.set_up("INFO")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"old {CREDENTIAL}", DeprecationWarning, stacklevel=1)

    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    assert re.match(r"\S+Z WARNING py\.warnings: .+ DeprecationWarning: old <token>", said)


def fail():
    raise ValueError(f"{WORDS} {CREDENTIAL}")


def in_a_thread():
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()


def in_a_destructor():
    type("Ends", (), {"__del__": lambda _: fail()})()
    gc.collect()


def in_a_task():
    async def forget():
        logs.watch(asyncio.get_running_loop())
        task = asyncio.create_task(asyncio.to_thread(fail))
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(forget())


def in_a_callback():
    async def call():
        loop = asyncio.get_running_loop()
        logs.watch(loop)
        done = loop.create_future()
        loop.call_soon(lambda _: fail(), WORDS)
        loop.call_soon(done.set_result, None)
        await done

    asyncio.run(call())


UNCAUGHT = {
    "in a thread": (in_a_thread, "A thread ended in an error"),
    "in a destructor": (in_a_destructor, "An error was passed over"),
    "in a task that nobody waits for": (in_a_task, "Task exception was never retrieved"),
    "in a callback of the loop": (in_a_callback, "Exception in callback in_a_callback"),
}


@pytest.mark.parametrize(("act", "expected"), UNCAUGHT.values(), ids=UNCAUGHT)
def test_an_error_that_nobody_catches_is_one_line(capsys, act, expected):
    logs.set_up("INFO")

    act()

    said = capsys.readouterr().err
    assert re.fullmatch(rf"\S+Z ERROR bot\.logs: {expected}: ValueError at .+\n", said)
    assert WORDS not in said
    assert SECRET not in said


def test_a_process_that_ends_by_an_error_says_so_in_one_line():
    """Its exit code is 1, so that a supervisor starts it again."""
    program = f"from bot import logs; logs.set_up('INFO'); assert False, '{WORDS} {CREDENTIAL}'"

    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(
        r"\S+Z ERROR bot\.logs: The process ends by an error of its own: AssertionError at .+\n",
        ended.stderr,
    )
    assert WORDS not in ended.stderr


def test_a_closed_standard_error_ends_nothing(monkeypatch):
    """Who reads the log may go away: the bot serves on, and no traceback is tried either."""
    logs.set_up("INFO")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        monkeypatch.setattr(logging.getLogger().handlers[0], "stream", gone)
        logging.getLogger("bot").error("does anybody hear me?")
        with contextlib.suppress(BrokenPipeError):
            gone.close()


def test_a_trouble_is_told_when_it_begins_and_when_it_is_over(caplog):
    """Not each time that it happens, but each new cause."""
    trouble = logs.Trouble(logging.getLogger("bot"), "No water: %s", "Water again.")
    trouble.end()
    for cause in ("the well is dry", "the well is dry", "the rope is torn"):
        trouble.begin(cause)
    trouble.end()
    trouble.end()
    trouble.begin("frost")

    assert [one.getMessage() for one in caplog.records] == [
        "No water: the well is dry",
        "No water: the rope is torn",
        "Water again.",
        "No water: frost",
    ]
