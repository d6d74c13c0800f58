"""The commands, as people and programs call them."""

import io
import json
import logging
import re
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import __version__, cli
from bot.answering.decide import Limits
from bot.building import build
from bot.errors import BotError
from bot.loading import version
from bot.passed import Queue
from bot.telegram import serving

ROOT = Path(__file__).parent.parent
BREAD = Path(__file__).parent / "bread"
CREDENTIAL = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
KEYS = ["text", "kind", "ids", "confidence", "safety", "reasons", "html", "buttons"]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch, data_dir):
    """No setting of this machine is heard; signals and logging are as before afterwards."""
    for name in (
        "TELEGRAM_BOT_TOKEN",
        "TELEGRAM_API_URL",
        "OPERATOR_CONTACT",
        "EMERGENCY_NUMBER",
        "ADMIN_CHATS",
        "LOG_LEVEL",
        "EDITOR_NOTES",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KNOWLEDGE_DIR", str(BREAD))
    monkeypatch.setenv("DATA_DIR", str(data_dir))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    root, ours = logging.getLogger(), logging.getLogger("bot")
    before = root.handlers[:], root.level, ours.level
    yield
    root.handlers[:], root.level, ours.level = before
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command in this process: exit code, standard output, standard error."""

    def run(*arguments, given=b""):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given), "utf-8"))
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = left.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def lines(run):
    """Asks by `--jsonl`: exit code, and what came back line by line."""

    def lines(*items, arguments=()):
        given = b"\n".join(
            item if isinstance(item, bytes) else json.dumps(item).encode() for item in items
        )
        code, out, _ = run("ask", "--jsonl", *arguments, given=given)
        return code, [json.loads(line) for line in out.splitlines()]

    return lines


@pytest.fixture
def changed(tmp_path):
    """A copy of the second folder with one change."""

    def changed(file, old, new):
        folder = tmp_path / "changed"
        if not folder.exists():
            shutil.copytree(BREAD, folder)
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")
        return folder

    return changed


@pytest.fixture
def urgent(changed):
    """The second folder with its one card made an emergency."""
    return changed("safety.yaml", "category: ask-first", "category: emergency")


@pytest.fixture
def process(tmp_path, data_dir):
    """Runs `python -m bot` in a process of its own, with nothing but these settings."""

    def process(*arguments, given=None, **environment):
        return subprocess.run(
            [sys.executable, "-m", "bot", *map(str, arguments)],
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            cwd=tmp_path,
            env={
                "PYTHONPATH": str(ROOT),
                "KNOWLEDGE_DIR": str(BREAD),
                "DATA_DIR": str(data_dir),
                "PYTHONIOENCODING": "utf-8",
                **environment,
            },
            timeout=120,
            check=False,
        )

    return process


# ---------------------------------------------------------------- ask


def test_ask_prints_the_reply_as_a_person_reads_it(run):
    """The question it understood, the answer, the quote, the disclaimer, the buttons."""
    code, out, err = run("ask", "how long must i knead it")
    assert (code, err) == (0, "")
    assert out == (
        "How long do I knead?\n\n"
        "The article says ten minutes, until the dough is smooth.\n\n"
        "  | “Knead the dough for ten minutes, until it is smooth.”\n"
        "  | — From the article, The dough\n\n"
        "From one page on bread.\n\n"
        "[How long does the dough rise?]\n"
    )


ASKED = {
    "words without quotes are one question": (["how", "hot"], "230 degrees"),
    "a card comes with its reason": (["i am coeliac"], "because you wrote “coeliac”"),
    "what is not in the article is declined": (["best pizza in town"], "That is not in Your"),
    "small talk is answered": (["hello"], "Hello! Ask me about Your First Loaf."),
    "a question after a double hyphen": (["--", "--how hot--"], "230 degrees"),
}


@pytest.mark.parametrize(("words", "expected"), ASKED.values(), ids=ASKED)
def test_ask(run, words, expected):
    code, out, _ = run("ask", *words)
    assert code == 0
    assert expected in out


def test_ask_explain_says_why(run):
    """A maintainer sees the signs, the candidates, the words and the decision."""
    code, out, _ = run("ask", "--explain", "i am coeliac, how hot is the oven")
    assert code == 0
    reply, _, why = out.partition("\n\nWhy:\n")
    assert "230 degrees" in reply
    assert "route: doctor" in why
    assert "ask-first:gluten: “coeliac”, affirmed -> card “allergy”" in why
    assert "how-hot" in why
    assert "Decision\n    answer how-hot" in why


@pytest.mark.parametrize("question", ["best pizza in town", "🥖", "dough oven", "i am coeliac"])
def test_ask_explain_never_fails(run, question):
    code, out, _ = run("ask", question, "--explain")
    assert code == 0
    assert "Why:" in out


# ---------------------------------------------------------------- ask --jsonl


def test_each_line_is_answered_in_order(lines):
    """One object a line comes back for each that goes in, with these keys first."""
    code, found = lines({"text": "how hot"}, {"text": "best pizza in town"}, {"text": "hi"})
    assert code == 0
    assert [item["text"] for item in found] == ["how hot", "best pizza in town", "hi"]
    assert all(list(item)[: len(KEYS)] == KEYS for item in found)


OBJECTS = {
    "an answer": (
        "how hot",
        {"kind": "answer", "ids": ["how-hot"], "safety": "none", "reasons": [], "buttons": []},
    ),
    "two answers": (
        "which temperature does the oven need? and how long should i knead?",
        {"kind": "answer", "ids": ["how-hot", "how-long-to-knead"]},
    ),
    "the related are buttons and no ids": (
        "how long should i knead",
        {"ids": ["how-long-to-knead"], "buttons": [["How long does the dough rise?"]]},
    ),
    "no answer": (
        "best pizza in town",
        {"kind": "none", "ids": [], "confidence": 0, "safety": "none", "reasons": []},
    ),
    "small talk is an answer": ("hi there", {"kind": "answer", "ids": ["hello"], "buttons": []}),
    "a command is a question": ("/help", {"kind": "none", "text": "/help"}),
    "an empty text is a question": ("", {"kind": "none", "ids": [], "text": ""}),
    "a full card": (
        "i am coeliac, how hot is the oven",
        {"kind": "answer", "safety": "doctor", "reasons": ["ask-first:gluten"]},
    ),
    "a gentle card": (
        "i am not coeliac. how hot is the oven",
        {"kind": "answer", "safety": "doctor", "reasons": ["ask-first:gluten"]},
    ),
    "the card of an entry": (
        "what are the ingredients",
        {"ids": ["what-goes-in"], "safety": "doctor", "reasons": ["entry:what-goes-in"]},
    ),
    "a card without an answer": (
        "i am coeliac",
        {"safety": "doctor", "reasons": ["ask-first:gluten"]},
    ),
    "a broken character": ("\ud83d how hot", {"kind": "answer", "text": "\ud83d how hot"}),
}


@pytest.mark.parametrize(("text", "expected"), OBJECTS.values(), ids=OBJECTS)
def test_the_object_of(lines, text, expected):
    code, (found,) = lines({"text": text})
    assert code == 0
    assert {key: found[key] for key in expected} == expected


def test_choices_are_ids_and_buttons(lines, monkeypatch):
    """When in doubt the ids are the choices offered, and the labels are theirs."""
    unsure = Limits(answer=1.1, suggest=0.01)

    def hesitant(given, _):
        answerer = build(given)
        return replace(answerer, matcher=replace(answerer.matcher, limits=unsure))

    monkeypatch.setattr(cli, "build", hesitant)
    _, (found,) = lines({"text": "how long should the dough rise"})
    assert found["kind"] == "suggest"
    assert found["ids"][0] == "how-long-to-rise"
    assert 2 <= len(found["ids"]) <= 4
    assert found["buttons"][0] == ["How long does the dough rise?"]
    assert found["buttons"][-1] == ["None of these"]
    assert len(found["buttons"]) == len(found["ids"]) + 1
    assert 0 < found["confidence"] <= 1


def test_confidence_is_a_probability(lines):
    """It lies between 0 and 1, and is above 0 whenever there are ids."""
    texts = ["how hot", "dough", "hi", "how hot is it and how long should i knead?", "pizza"]
    _, found = lines(*({"text": text} for text in texts))
    for item in found:
        assert 0 <= item["confidence"] <= 1
        assert (item["confidence"] > 0) == bool(item["ids"])


def test_an_emergency_is_nothing_but_its_card(lines, urgent):
    """No answer, no ids, no confidence, no buttons beside an emergency."""
    _, (found,) = lines(
        {"text": "i am coeliac, how hot is the oven"}, arguments=("--knowledge", urgent)
    )
    assert found["kind"] == "none"
    assert (found["ids"], found["confidence"], found["buttons"]) == ([], 0, [])
    assert (found["safety"], found["reasons"]) == ("emergency", ["emergency:gluten"])
    assert "gluten" in found["html"]
    assert "230" not in found["html"]


def test_the_html_is_the_whole_reply(lines):
    """The reply's markup comes as Telegram would get it."""
    _, (found,) = lines({"text": "how hot"})
    assert found["html"] == (
        "<b>How hot should the oven be?</b>\n\nThe article says 230 degrees.\n\n"
        "<blockquote expandable>“Bake the loaf at 230 degrees for 35 minutes.”\n"
        "— From the article, The oven</blockquote>\n\n<i>From one page on bread.</i>"
    )


def test_what_is_written_is_ascii(run):
    """Letters beyond ASCII are escaped, so that no program stumbles over an encoding."""
    code, out, _ = run("ask", "--jsonl", given='{"text": "wie heiß?"}\n'.encode())
    assert code == 0
    assert out.isascii()
    assert json.loads(out)["text"] == "wie heiß?"


def test_lines_of_a_chat_share_their_context(lines):
    """ "And after that" is understood in the chat where kneading was answered, and nowhere else."""
    code, found = lines(
        {"text": "how long should i knead", "chat": "anna"},
        {"text": "how hot", "chat": "ben"},
        {"text": "and after that", "chat": "anna"},
        {"text": "and after that", "chat": "ben"},
        {"text": "and after that"},
        {"text": "and after that", "chat": None},
    )
    assert code == 0
    assert found[2]["ids"] == ["how-long-to-rise"]
    for item in found[3:]:
        assert item["kind"] != "answer"


def test_a_reminder_stays_in_its_chat(lines):
    """After a card, the next answer of that chat carries a sentence of it, small talk does not."""
    _, found = lines(
        {"text": "i am coeliac", "chat": "anna"},
        {"text": "hello", "chat": "anna"},
        {"text": "how hot", "chat": "anna"},
        {"text": "how hot", "chat": "ben"},
        {"text": "how hot"},
    )
    assert [item["safety"] for item in found] == ["doctor", "none", "doctor", "none", "none"]
    assert [item["reasons"] for item in found[1:]] == [[], ["context"], [], []]
    assert "You mentioned gluten before" in found[2]["html"]
    assert "You mentioned gluten before" not in found[1]["html"]


BAD_LINES = {
    "no JSON": b"how hot",
    "half an object": b'{"text": "how hot"',
    "bytes of no encoding": b'{"text": "\xff\xfe"}',
    "a list": [["text", "how hot"]],
    "a text alone": "how hot",
    "a number": 5,
    "nothing": None,
    "an object without text": {"txt": "how hot"},
    "a text that is a number": {"text": 5},
    "a text that is null": {"text": None},
    "a chat that is a number": {"text": "how hot", "chat": 5},
    "lists without end": b"[" * 100_000,
    "a number without end": b'{"text": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("bad", BAD_LINES.values(), ids=BAD_LINES)
def test_a_line_is_refused_and_the_run_goes_on_after(lines, bad):
    code, found = lines({"text": "hi"}, bad, {"text": "how hot"})
    assert code == 1
    assert [list(item) for item in found[1:2]] == [["error"]]
    assert found[0]["ids"] == ["hello"]
    assert found[2]["ids"] == ["how-hot"]


def test_blank_lines_are_skipped(lines):
    """A blank line is no fault and gets no answer."""
    code, found = lines(b"", b"   ", {"text": "hi"}, b"\t\r", {"text": "how hot"}, b"")
    assert code == 0
    assert [item["text"] for item in found] == ["hi", "how hot"]


def test_no_lines_give_none(run):
    """Without input there is nothing to say."""
    assert run("ask", "--jsonl") == (0, "", "")


def test_further_keys_of_a_line_do_no_harm(lines):
    """A program may send more than the bot knows."""
    code, found = lines({"text": "how hot", "id": 7, "lang": "en"})
    assert (code, found[0]["ids"]) == (0, ["how-hot"])


def test_a_closed_standard_input_is_no_input(capsys, monkeypatch):
    """`ask --jsonl <&-` has nothing to answer and does not crash."""
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main(["ask", "--jsonl"]) == 0
    assert capsys.readouterr().out == ""


# ---------------------------------------------------------------- check


def test_check_finds_the_second_folder_in_order(run):
    """Exit code 0, nothing but warnings on standard output, the figures on standard error."""
    code, out, err = run("check")
    assert code == 0
    assert all(": warning: " in line for line in out.splitlines())
    assert err == (
        f"{BREAD}: in order (6 entries, 47 phrasings, 1 safety rules, 5 examples), "
        f"warnings: {len(out.splitlines())}\n"
    )


def test_check_prints_every_fault_with_its_line(run, changed):
    """Exit code 1, one line a fault, in the order of the files."""
    changed("qa.yaml", "- id: what-goes-in", "- id: What-goes-in")
    folder = changed("texts.yaml", "disclaimer: From", "disclaimer: <p>From")
    code, out, err = run("check", "--knowledge", folder)
    assert code == 1
    assert err.startswith(f"{folder}: errors: 3, warnings: ")
    found = [line for line in out.splitlines() if ": warning: " not in line]
    assert found[0].startswith(f"{folder / 'qa.yaml'}:3: ")
    assert found[0].endswith(" [bad-id]")
    assert found[1].startswith(f"{folder / 'texts.yaml'}:2: Telegram would refuse this")
    assert found[1].endswith(" [bad-markup]")


def test_check_for_programs_prints_one_list(run, changed):
    """`--format json` is a list of objects, an empty one included."""
    folder = changed("qa.yaml", "- id: what-goes-in", "- id: What-goes-in")
    code, out, _ = run("check", "--format", "json", "--knowledge", folder)
    assert code == 1
    found = next(item for item in json.loads(out) if item["level"] == "error")
    assert found == {
        "path": str(folder / "qa.yaml"),
        "line": 3,
        "message": '"What-goes-in" should be small letters, digits and hyphens, such as some-name',
        "rule": "bad-id",
        "level": "error",
    }


def test_check_for_github_annotates_lines(run, changed):
    """`--format github` is what GitHub shows beside the lines of a change."""
    folder = changed("qa.yaml", "- id: what-goes-in", "- id: What-goes-in")
    _, out, _ = run("check", "--format", "github", "--knowledge", folder)
    assert f'::error file={folder / "qa.yaml"},line=3,title=bad-id::"What-goes-in" sho' in out
    assert f"::warning file={folder / 'qa.yaml'},line=6,title=few-phrasings::" in out


def test_check_prints_the_manual_of_every_rule(run):
    """`--rules` needs no folder."""
    code, out, _ = run("check", "--rules", "--knowledge", "nothing")
    assert code == 0
    assert "\n\nstolen-phrasing (warning)\n    Left out, a phrasing would still find" in out


def test_check_writes_the_schemas(run, changed):
    """`--write-schemas` writes one for each YAML file and names them."""
    folder = changed("qa.yaml", "- id: what", "- id: what")
    code, out, _ = run("check", "--write-schemas", "--knowledge", folder)
    assert code == 0
    assert out.splitlines()[0] == str(folder / "qa.schema.json")
    assert all(Path(line).is_file() for line in out.splitlines())


def test_what_was_tried_once_is_not_tried_again(run, monkeypatch):
    """A second check of the same rules and phrasings finds the same, sooner."""
    first = run("check")
    monkeypatch.setattr("bot.curation.material.safety_of", None)  # nobody asks for the rules
    assert run("check") == first


def test_check_shows_at_a_terminal_how_far_it_is(run, monkeypatch):
    """A check that takes longer than a second says so, and leaves nothing on the line."""
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    clock = iter(range(1000))
    monkeypatch.setattr("bot.cli.time.monotonic", lambda: next(clock))
    run("check")
    assert re.search(r"\rChecking \.\.\. 9\d %", terminal.getvalue())
    assert "\r\x1b[K" in terminal.getvalue()


# ---------------------------------------------------------------- evaluate


def test_evaluate_prints_figures_for_people(run):
    """Shares with their bounds, exit code 0 when nothing important is missed."""
    code, out, err = run("evaluate")
    assert (code, err) == (0, "")
    assert "Questions" in out
    assert "100.0 % [34.2-100.0]" in out


def test_who_waits_at_a_terminal_is_told_why(run, monkeypatch, tmp_path):
    """Learning takes a while; only a person who looks at it hears of it, and only once."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    assert "Learning from" in run("ask", "how hot")[2]
    assert "Learning from" not in run("ask", "how hot")[2]


SAFETY = {
    "all rules": (["safety"], 0, "RULE gluten -> card allergy"),
    "all rules as a page": (["safety", "--html"], 0, "<!doctype html>"),
    "why a message gets a card": (["safety", "i am coeliac"], 0, "ask-first:gluten: “coeliac”"),
    "why a message gets none": (["safety", "how hot"], 0, "no card"),
    "a page of one message": (["safety", "how hot", "--html"], 2, "takes no message"),
}


@pytest.mark.parametrize(("arguments", "code", "words"), SAFETY.values(), ids=SAFETY)
def test_safety(run, arguments, code, words):
    """The rules can be read by a reviewer, and tried."""
    found, out, err = run(*arguments)

    assert found == code
    assert words in out + err


def test_report_prints_a_page(run):
    """Like the other commands, to standard output."""
    code, out, err = run("report")

    assert (code, err) == (0, "")
    assert out.startswith("<!doctype html>")
    assert "Report: Your First Loaf" in out


def test_report_writes_a_page(run, tmp_path):
    """`--out` names a file; then only where it is goes to standard error."""
    code, out, err = run("report", "--out", str(tmp_path / "it.html"))

    assert (code, out) == (0, "")
    assert "it.html in a browser" in err
    assert (tmp_path / "it.html").read_text("ascii").startswith("<!doctype html>")


def test_report_into_no_folder(run, tmp_path):
    """A file that cannot be written is told in one line."""
    code, out, err = run("report", "--out", str(tmp_path / "gone" / "it.html"))

    assert (code, out) == (1, "")
    assert err.count("\n") == 1


def test_evaluate_prints_figures_for_programs(run):
    """`--json` gives the same figures as data."""
    code, out, _ = run("evaluate", "--json")
    data = json.loads(out)
    assert code == 0
    assert data["questions"]["all"] == {"right": 2}
    assert data["follow_ups"]["all"] == {"right": 1}
    assert data["none"]["far"] == {"declined": 1}
    assert data["safety"]["ask-first"] == {"right": 1, "found": 1}
    assert data["missed"] == []


FAILING = {
    "an emergency": "emergency",
    "an inflammation": "inflammation",
    "a crisis": "crisis",
}


@pytest.mark.parametrize("category", FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("options", [(), ("--json",)], ids=["as text", "as data"])
def test_evaluate_fails_when_it_misses(run, tmp_path, category, options):
    path = tmp_path / "more.yaml"
    path.write_text(f"- {{text: the oven burns, route: emergency, category: {category}}}\n")
    code, out, _ = run("evaluate", "--examples", path, *options)
    assert code == 1
    assert "the oven burns" in out


def test_evaluate_lists_what_went_wrong(run, tmp_path):
    """`--misses` shows each example that was not met, with what was said instead."""
    path = tmp_path / "more.yaml"
    path.write_text(
        "- {text: how hot, expect: how-hot}\n"
        "- {text: how long should i knead, expect: when-done}\n"
        "- {text: best pizza in town, expect: how-hot}\n"
        "- {text: best pizza in town, expect: none}\n"
        "- {text: i am coeliac, route: none}\n"
    )
    code, out, _ = run("evaluate", "--misses", "--examples", path)
    assert code == 0
    assert "wrong    when-done <- none how-long-to-knead: how long should i knead\n" in out
    assert "declined how-hot <- none : best pizza in town\n" in out
    assert re.search("^false    none <- doctor .*: i am coeliac$", out, re.MULTILINE)
    assert out.count(" <- ") == 3


NO_EXAMPLES = {
    "are not there": None,
    "are no YAML": "- {text: [\n",
    "have a misspelt key": "- {txt: how hot, expect: how-hot}\n",
}


@pytest.mark.parametrize("content", NO_EXAMPLES.values(), ids=NO_EXAMPLES)
def test_evaluate_fails_when_the_examples_of_a_file(run, tmp_path, content):
    path = tmp_path / "more.yaml"
    if content is not None:
        path.write_text(content)
    code, out, err = run("evaluate", "--examples", path)
    assert code in (1, 2)
    assert out == ""
    assert f"{path}:" in err


def test_evaluate_fails_when_the_examples_of_the_folder_have_faults(run, changed):
    """What cannot be read is not silently left out of the measure."""
    folder = changed("examples.yaml", "{text: i am coeliac, route", "{txt: i am coeliac, route")
    code, _, err = run("evaluate", "--knowledge", folder)
    assert code == 1
    assert "examples.yaml:5: " in err


# ---------------------------------------------------------------- review


@pytest.fixture
def passed(tmp_path, monkeypatch):
    """A data folder in which one question waits."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    today = datetime.now(UTC).date()
    Queue(tmp_path / "passed.sqlite", lambda: today).pass_on("how warm must the oven get")
    shutil.copytree(BREAD, tmp_path / "edited")
    return tmp_path / "edited"


def test_review_step_by_step(run, passed):
    """What was accepted is in the file; the next review has nothing to do."""
    code, out, _ = run("review", "--knowledge", passed, given=b"a\n")

    assert code == 0
    assert "Group 1 of 1: passed on once" in out
    assert "accepted: “how warm must the oven get” asks how-hot" in out
    assert "    - how warm must the oven get\n" in (passed / "qa.yaml").read_text()
    assert "Groups that wait: 0" in run("review", "--knowledge", passed)[1]


def test_review_takes_what_is_no_text_as_it_can(run, passed):
    """A terminal of another encoding ends in no traceback."""
    code, out, _ = run("review", "--knowledge", passed, given=b"\xff\nq\n")

    assert code == 0
    assert "? tells what the keys do." in out


def test_what_review_prints_for_programs_no_terminal_can_spoil(run, passed, tmp_path):
    """It is pure ASCII."""
    today = datetime.now(UTC).date()
    Queue(tmp_path / "passed.sqlite", lambda: today).pass_on("wie heiß muss er sein")

    _, out, _ = run("review", "--knowledge", passed, "--json")

    assert out.isascii()
    assert "wie heiß muss er sein" in {q["words"] for g in json.loads(out) for q in g["questions"]}


REVIEWED = {
    "a table": (["--list"], 0, "how warm must the oven get"),
    "data": (["--json"], 0, '"state": "new"'),
    "a patch": (["--patch"], 0, "\n+    - how warm must the oven get\n"),
    "nothing to take back": (["--undo"], 1, "there is no decision to take back"),
    "a group that is not there": (["--accept", "zzz"], 1, 'there are no groups "zzz"'),
    "an entry without a group": (["--entry", "how-hot"], 2, "belong to --accept"),
    "words without a group": (["--phrasing", "so hot"], 2, "belong to --accept"),
    "a patch of ignoring": (["--ignore", "zzz", "--patch"], 2, "--patch shows"),
}


@pytest.mark.parametrize(("options", "code", "words"), REVIEWED.values(), ids=REVIEWED)
def test_review_in_one_step(run, passed, options, code, words):
    found, out, err = run("review", "--knowledge", passed, *options)

    assert found == code
    assert words in out + err
    assert (passed / "qa.yaml").read_bytes() == (BREAD / "qa.yaml").read_bytes()


# ---------------------------------------------------------------- run


class Serving:
    """Stands in for Telegram: keeps what was served."""

    def __init__(self, is_fine=True):
        self.is_fine = is_fine
        self.served = []

    async def examine(self, settings):
        return [f"ok       token: {settings.api_url}"], self.is_fine

    def serve(self, settings):
        self.served.append(settings)


@pytest.fixture
def serve(monkeypatch):
    found = Serving()
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", CREDENTIAL)
    monkeypatch.setattr(serving, "examine", found.examine)
    monkeypatch.setattr(serving, "serve", found.serve)
    return found


@pytest.mark.parametrize("arguments", [[], ["run"]], ids=["no command", "run"])
def test_with_a_token_telegram_is_served_by(run, serve, arguments):
    code, out, _ = run(*arguments)
    assert (code, out) == (0, "")
    (settings,) = serve.served
    assert settings.token == CREDENTIAL


def test_run_check_only_looks(run, serve, data_dir):
    """`run --check` prints what it looked at and serves nobody."""
    code, out, _ = run("run", "--check")
    assert code == 0
    assert out.splitlines() == [
        "ok       token: https://api.telegram.org",
        f"ok       knowledge: {BREAD} is in order",
        f"ok       data: {data_dir} can be written",
    ]
    assert serve.served == []


def test_run_check_fails_when_something_is_in_the_way(run, serve):
    """A problem that Telegram reports is exit code 1."""
    serve.is_fine = False
    assert run("run", "--check")[0] == 1


def test_run_check_looks_at_the_knowledge_too(run, serve, changed):  # noqa: ARG001
    """Broken knowledge would not be served, and `run --check` says so."""
    folder = changed("qa.yaml", "- id: hello", "- id: Hello")
    code, _, err = run("run", "--check", "--knowledge", folder)
    assert code == 1
    assert "[bad-id]" in err


def test_run_check_looks_at_the_data_folder_too(run, serve, tmp_path, monkeypatch):  # noqa: ARG001
    """Where nothing can be kept, `run --check` says what that costs."""
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file"))
    code, out, _ = run("run", "--check")
    assert code == 1
    assert f"problem  data: DATA_DIR {tmp_path / 'file'} cannot be written (File exists)." in out


def test_run_check_fails_when_telegram_cannot_be_reached(process):
    """An address where nobody listens is exit code 1 and one line, without the token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        found = process("run", "--check", TELEGRAM_BOT_TOKEN=CREDENTIAL, TELEGRAM_API_URL=address)
    err = found.stderr.decode()
    assert found.returncode == 1
    assert b"knowledge" in found.stdout
    assert err.startswith(f"nmt-bot: {address} cannot be reached")
    assert err.count("\n") == 1
    assert CREDENTIAL.partition(":")[2] not in err


# ---------------------------------------------------------------- wrong use, faults, exit codes

MISUSE = {
    "run without a token": (["run"], {}, "TELEGRAM_BOT_TOKEN is missing"),
    "run --check without a token": (["run", "--check"], {}, "TELEGRAM_BOT_TOKEN is missing"),
    "run --check with a malformed token": (
        ["run", "--check"],
        {"TELEGRAM_BOT_TOKEN": "hunter2"},
        "TELEGRAM_BOT_TOKEN is malformed",
    ),
    "no command with a malformed token": ([], {"TELEGRAM_BOT_TOKEN": "hunter2"}, "malformed"),
    "a malformed setting": (["ask", "hi"], {"LOG_LEVEL": "CHATTY"}, "LOG_LEVEL"),
    "ask without a question": (["ask"], {}, "what is the question"),
    "ask with an empty question": (["ask", ""], {}, "what is the question"),
    "ask of no folder": (["ask", "hi", "--knowledge", "cake"], {}, "no knowledge folder cake"),
    "check of no folder": (["check", "--knowledge", "cake"], {}, "no knowledge folder cake"),
    "evaluate of no folder": (["evaluate", "--knowledge", "cake"], {}, "folder cake"),
    "chat with no folder": (["--knowledge", "cake"], {}, "no knowledge folder cake"),
    "ask of no folder from the settings": (["ask", "hi"], {"KNOWLEDGE_DIR": "cake"}, "cake"),
    "a file for a folder": (["check", "--knowledge", __file__], {}, "no knowledge folder"),
    "a command that does not exist": (["bake"], {}, "invalid choice"),
    "an option that does not exist": (["ask", "--loudly", "hi"], {}, "unrecognized arguments"),
    "an option without its value": (["check", "--knowledge"], {}, "expected one argument"),
}


@pytest.mark.parametrize(("arguments", "environment", "words"), MISUSE.values(), ids=MISUSE)
def test_wrong_use_is_exit_code_2(run, monkeypatch, arguments, environment, words):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert "hunter2" not in err


@pytest.mark.parametrize("arguments", [["ask", "how hot"], ["ask", "--jsonl"], ["evaluate"], []])
def test_broken_knowledge_is_exit_code_1_and_every_fault(run, changed, arguments):
    """Nothing is served from knowledge with faults; all of them are printed."""
    changed("qa.yaml", "- id: hello", "- id: Hello")
    folder = changed("texts.yaml", "not in {title}", "not in {titel}")
    code, out, err = run(*arguments, "--knowledge", folder, given=b'{"text": "how hot"}\n')
    assert (code, out) == (1, "")
    assert "qa.yaml:" in err
    assert "[bad-id]" in err
    assert "[bad-name]" in err
    assert "nothing is served" in err


RAISED = {
    "a failure on purpose": (BotError("the mill is closed"), 1, "nmt-bot: the mill is closed\n"),
    "Ctrl-C": (KeyboardInterrupt(), 0, ""),
}


@pytest.mark.parametrize(("error", "code", "said"), RAISED.values(), ids=RAISED)
def test_the_exit_code_after(run, monkeypatch, error, code, said):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr(cli, "build", broken)
    assert run("ask", "hi") == (code, "", said)


def test_help_names_every_command(run):
    """`--help` is the table of contents."""
    code, out, _ = run("--help")
    assert code == 0
    for command in ("ask", "run", "offline", "check", "evaluate", "--knowledge", "--version"):
        assert command in out


@pytest.mark.parametrize(
    "command", ["ask", "run", "health", "stats", "offline", "check", "evaluate"]
)
def test_every_command_has_its_help(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert "--knowledge DIR" in out


def test_the_version_is_that_of_the_package_and_of_the_knowledge(run):
    """`--version` prints which bot this is and which knowledge, if there is any."""
    assert run("--version")[:2] == (
        0,
        f"nmt-bot {__version__}\nknowledge {version(BREAD)}\n",
    )
    assert run("--version", "--knowledge", "nowhere")[1] == f"nmt-bot {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [["ask", "hi", "--knowledge", BREAD], ["--knowledge", BREAD, "ask", "hi"]],
    ids=["after the command", "before the command"],
)
def test_the_folder_may_be_named(run, monkeypatch, tmp_path, arguments):
    monkeypatch.setenv("KNOWLEDGE_DIR", str(tmp_path / "cake"))
    code, out, _ = run(*arguments)
    assert (code, out) == (0, "Hello! Ask me about Your First Loaf.\n")


def test_settings_come_from_the_file_in_the_working_directory(run, monkeypatch, tmp_path):
    """`.env` says which folder, unless the environment does."""
    monkeypatch.delenv("KNOWLEDGE_DIR")
    (tmp_path / "here" / ".env").write_text(f"KNOWLEDGE_DIR={BREAD}\n")
    assert run("ask", "hi")[1] == "Hello! Ask me about Your First Loaf.\n"


# ---------------------------------------------------------------- without a token, offline


def test_each_line_of_the_input_is_a_message(process):
    """Replies come through the real handlers, in order, blank lines skipped."""
    given = "how long should i knead\n\n  \nand after that\n/about\nwie heiß?\r\n".encode()
    found = process(given=given)
    out = found.stdout.decode()
    assert (found.returncode, found.stderr.count(b"\n")) == (0, 1)
    assert found.stderr.startswith(b"Chat page: http://127.0.0.1:")
    assert "http://" not in out
    places = [
        out.index(words)
        for words in ("ten minutes", "two hours", "I am a small program", "not in Your")
    ]
    assert places == sorted(places)


def test_without_any_input_the_tour_is_played(process):
    """The messages of the tour and their replies are shown, then the bot ends."""
    found = process()
    out = found.stdout.decode()
    assert found.returncode == 0
    assert [line for line in out.splitlines() if line.startswith("> ")] == [
        "> how long should i knead",
        "> and after that",
        "> best pizza in town",
    ]
    assert "two hours" in out
    assert b"tour" in found.stderr


def test_a_closed_input_is_no_input(capsys, monkeypatch):
    """Without standard input the tour is played too."""
    monkeypatch.setattr("sys.stdin", None)
    assert cli.main([]) == 0
    assert capsys.readouterr().out.startswith("> how long should i knead\n")


def test_what_is_no_text_is_read_as_well_as_can_be(run):
    """Bytes of no encoding in the input do not stop the bot."""
    code, out, _ = run(given=b"\xff\xfe how hot\nhi\n")
    assert code == 0
    assert "Hello! Ask me about Your First Loaf." in out


def test_an_emergency_is_alone_in_the_chat_too(run, urgent):
    """The card, and nothing after it."""
    code, out, _ = run("--knowledge", urgent, given=b"i am coeliac, how hot is the oven\n")
    assert code == 0
    assert "bread is full of gluten" in out
    assert "230" not in out
    assert "[" not in out


class Terminal(io.StringIO):
    """A person at a keyboard."""

    def isatty(self):
        return True


def test_in_a_terminal_one_chats_and_numbers_press_buttons(capsys, monkeypatch):
    """The end of input ends the chat."""
    monkeypatch.setattr("sys.stdin", Terminal("how long should i knead\n\n1\n99\n"))
    assert cli.main([]) == 0
    said = capsys.readouterr()
    assert "ten minutes" in said.out
    assert "[1] How long does the dough rise?" in said.out
    assert "two hours" in said.out
    assert "offline" in said.err
    assert "offline" not in said.out


# ---------------------------------------------------------------- processes


def test_commands_of_maintainers_need_neither_telegram_nor_a_server(tmp_path):
    """`ask`, `check` and the import of `bot.cli` load neither Telegram nor a web server."""
    code = """
import json, sys
from bot import cli
if __name__ == "__main__":  # the process that learns beside this one imports this file too
    seen = {"import": sorted(sys.modules)}
    for name, arguments in {"ask": ["ask", "how hot", "--explain"], "check": ["check"]}.items():
        assert cli.main(arguments) == 0
        seen[name] = sorted(sys.modules)
    print(json.dumps(seen))
"""
    (tmp_path / "bot_modules.py").write_text(code)
    found = subprocess.run(
        [sys.executable, "bot_modules.py"],
        capture_output=True,
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(ROOT),
            "KNOWLEDGE_DIR": str(BREAD),
            "DATA_DIR": str(tmp_path / "fresh"),
            "PYTHONIOENCODING": "utf-8",
        },
        timeout=120,
        check=True,
    )
    heavy = {"telegram", "httpx", "aiohttp", "tornado", "starlette", "uvicorn", "fastapi", "flask"}
    for after, modules in json.loads(found.stdout.splitlines()[-1]).items():
        tops = {name.partition(".")[0] for name in modules}
        assert not heavy & tops, after
        assert not {"http.server", "wsgiref", "socketserver"} & set(modules), after
        assert "bot.telegram.app" not in modules, after


def test_the_answers_come_one_by_one(data_dir, tmp_path):
    """Each answer is flushed: a program may wait for it before it asks on."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(ROOT),
            "KNOWLEDGE_DIR": str(BREAD),
            "DATA_DIR": str(data_dir),
        },
    ) as asking:
        for text, id in (("how hot", "how-hot"), ("hi", "hello")):
            asking.stdin.write(json.dumps({"text": text}).encode() + b"\n")
            asking.stdin.flush()
            assert json.loads(asking.stdout.readline())["ids"] == [id]
        asking.stdin.close()
        assert asking.wait(60) == 0


def test_a_reader_who_has_enough_is_no_failure(data_dir, tmp_path):
    """`... | head -1` ends the bot quietly and well."""
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"text": "how hot"}\n' * 3000)
    with (
        questions.open("rb") as given,
        subprocess.Popen(
            [sys.executable, "-m", "bot", "ask", "--jsonl"],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env={
                "PYTHONPATH": str(ROOT),
                "KNOWLEDGE_DIR": str(BREAD),
                "DATA_DIR": str(data_dir),
            },
        ) as asking,
    ):
        asking.stdout.readline()
        asking.stdout.close()
        assert asking.stderr.read() == b""
        assert asking.wait(60) == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_reply_is_printed_whatever_the_terminal_can_show(process, encoding):
    found = process("ask", "i am coeliac", PYTHONIOENCODING=encoding)
    assert b"Traceback" not in found.stderr
    assert found.returncode == 0
    assert b"bread is full of gluten" in found.stdout


def test_exit_codes_leave_the_process(process, tmp_path):
    """`python -m bot` ends with the exit code of the command."""
    (tmp_path / "cake").mkdir()
    (tmp_path / "cake" / "qa.yaml").write_text("- id: [\n")
    assert process("check").returncode == 0
    assert process("check", "--knowledge", "cake").returncode == 1
    assert process("check", "--knowledge", "nothing").returncode == 2
