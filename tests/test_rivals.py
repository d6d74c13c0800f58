"""The benchmark of matchers, with a toy for a rival: processes, tables, picture, command."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from benchmarking import environments
from benchmarking.environments import RIVALS, MissingError, Rival, command
from benchmarking.measuring import Contest, Cost, Result, measure, quality
from benchmarking.plot import Axis, apart, decades, picture
from benchmarking.process import Process
from benchmarking.sets import growing, question_set
from benchmarking.table import BEGIN, END, replaced, section

COMMAND = Path(__file__).parent / "benchmark_matching.py"
TOY = """
print("a library that talks on standard output")
class Toy:
    def __init__(self, entries, none, groups):
        self.entries = {id: set(" ".join(texts).split()) for id, texts in entries.items()}
    def rank(self, text):
        words = set(text.split())
        found = {id: len(words & known) / len(words) for id, known in self.entries.items()}
        return sorted(found.items(), key=lambda item: (-item[1], item[0]))
class Sure(Toy):
    limits = {"answer": 0.0, "suggest": 0.0, "likely": 0.0}
class Broken(Toy):
    def rank(self, text):
        raise ValueError("too hot")
"""
TRAINING = [
    ("how soft is it", "soft"),
    ("is it soft or hard", "soft"),
    ("so soft", "soft"),
    ("what does it cost", "cost"),
    ("the cost of one", "cost"),
    ("cost please", "cost"),
    ("tell me a joke", "none"),
]
TEST = [("soft", "soft"), ("cost of it", "cost"), ("cost", "soft"), ("pizza", "none")]
KINDS = ("Toy", "Sure", "Broken")


@pytest.fixture
def toy(tmp_path):
    """A rival by the name of its class."""
    script = tmp_path / "toy.py"
    script.write_text(TOY)
    return {kind: Rival(kind.lower(), kind, script, kind, grows=True) for kind in KINDS}


@pytest.fixture
def contest():
    """A contest of two labels."""
    article = question_set("article", TRAINING, TEST)
    lessons, questions = growing(
        [question_set("x", [(f"t {i}", "l") for i in range(60)], [])], (10, 30), 9
    )
    return Contest(article, (question_set("Chatbot", TRAINING, TEST),), lessons, questions)


def test_what_is_measured(toy, contest, tmp_path):
    """Accuracy from the guesses, cost from a new process, growth for each size."""
    result = measure(toy["Toy"], contest, tmp_path, lambda _: None)
    figures = result.figures["article"]

    assert (figures["top-1"], figures["top-3"], figures["n"]) == (pytest.approx(2 / 3), 1.0, 4)
    assert figures["right"] + figures["offered"] + figures["wrong"] + figures["declined"] == 1
    assert figures == result.figures["Chatbot"]
    assert result.missing == ""
    assert result.cost is not None
    assert 0 < result.cost.median_us <= result.cost.p99_us
    assert result.cost.start_ms > 1
    assert list(result.growth) == [10, 30]


def test_own_limits_are_kept(toy, contest):
    """A matcher with limits of its own is measured by them: this one answers whatever comes."""
    with Process(command(toy["Sure"], Path())) as process:
        figures = quality(process, contest.article)

    assert figures["outside answered"] == 1
    assert figures["right"] == figures["top-1"]


def test_what_breaks_is_said(toy, contest, tmp_path):
    """A rival that ends early says with what, and stops nothing."""
    result = measure(toy["Broken"], contest, tmp_path, lambda _: None)

    assert result.missing == "ended at 'rank': ValueError: too hot"
    assert result.figures == {}


def test_versions_are_those_of_what_is_installed(toy, tmp_path):
    """Packages are named with their version, and counted with all that they need."""
    with Process(command(toy["Toy"], tmp_path)) as process:
        found = process.ask("packages", ["pytest==1", "none-such"])

    assert found["pytest"][0] == pytest.__version__
    assert found["pluggy"][1] > 10_000
    assert "none-such" not in found


def test_our_own_matcher_is_one_of_them(tmp_path):
    """The adapter of ours learns, ranks and has limits, as the others do."""
    (ours,) = (rival for rival in RIVALS if rival.name == "ours")
    with Process(command(ours, tmp_path)) as process:
        process.ask("fit", question_set("x", TRAINING, []).lesson(TRAINING))
        ((best, *_),) = process.ask("rank", ["how soft"])
        limits = process.ask("limits")

    assert best[0] == "soft"
    assert 0 < best[1] < 1
    assert set(limits) == {"answer", "suggest", "likely"}


def test_the_fuzzy_rivals_take_the_best_phrasing(tmp_path):
    """The best single phrasing wins, and a counter-example that wins means no confidence."""
    (wratio,) = (rival for rival in RIVALS if rival.name == "wratio")
    with Process(command(wratio, tmp_path)) as process:
        process.ask("fit", question_set("x", TRAINING, []).lesson(TRAINING))
        known, strange = process.ask("rank", ["What does it COST?", "tell me a joke"])

    assert known[0] == ["cost", 1.0]
    assert strange[0][1] == 0


def test_an_environment_that_cannot_be_made_is_said(tmp_path, monkeypatch):
    """What cannot be installed is missing, not an error; the installer's last words are kept."""
    fails = [sys.executable, "-c", "raise SystemExit('no route')"]
    monkeypatch.setattr(environments, "_steps", lambda *_: [fails])
    with pytest.raises(MissingError, match="could not be installed: no route"):
        command(Rival("x", "x", Path("x.py"), "X", needs=("x==1",)), tmp_path)


def test_without_node_its_rival_is_missing(tmp_path, monkeypatch):
    """A program that is not there is named."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="node is not installed"):
        command(Rival("x", "x", Path("x.js"), needs=("x@1",)), tmp_path)


def test_an_environment_is_made_once(tmp_path, monkeypatch):
    """The second time nothing is installed; other versions make another environment."""
    ran: list[list[str]] = []
    monkeypatch.setattr(
        environments, "_run", lambda step, folder: (ran.append(step), folder.mkdir())
    )
    monkeypatch.setattr(environments, "_steps", lambda rival, _: [[*rival.needs]])
    for version in ("1", "1", "2"):
        command(Rival("x", "x", Path("x.py"), "X", needs=(f"x=={version}",)), tmp_path)

    assert ran == [["x==1"], ["x==2"]]


COST = Cost(1234.5, 5000.0, 2.0, 80.0, 12.0, 0.5)


def result(name, median=1234.5, missing=""):
    """A result as it could have been measured."""
    article = {"top-1": 0.5, "top-3": 0.75, "n": 8}
    cost = Cost(median, median * 2, 1.0, 80.0, 12.0, 0.5)
    rival = Rival(name, name, Path("x.py"), grows=True)
    figures = {} if missing else {"article": article}
    growth = {} if missing else {1000: cost, 10000: COST}
    return Result(rival, missing, {name: "1.0"}, 3.0, figures, None if missing else cost, growth)


def test_the_section():
    """Every rival has its row, what is missing is said, ratios and versions are named."""
    found = section(
        [result("ours", 100), result("x", 400), result("y", missing="no network")], ["z"]
    )

    assert "| x | 50.0 | 75.0 | – |" in found
    assert "| y | – |" in found
    assert "- y: no network" in found
    assert "- z" in found
    assert (
        "- x takes so many times as long as ours: 4.0 on the shipped knowledge, 4.0 at 1,000"
        in found
    )
    assert "from 1,000 to 10,000 phrasings, ours takes 12.3 times as long" in found
    assert "| ours | 100 / 200; 1.0; 12 | 1,234 / 5,000; 2.0; 12 |" in found
    assert "ours 1.0, x 1.0, y 1.0" in found
    assert "nan" not in found


def test_a_rerun_replaces_the_section():
    """What stands between the markers goes, everything around it stays."""
    first = replaced(f"before {BEGIN} old {END} after", "new")

    assert first == f"before {BEGIN}\n\nnew\n\n{END} after"
    assert replaced(first, "newer") == f"before {BEGIN}\n\nnewer\n\n{END} after"


def test_without_markers_nothing_is_replaced():
    """A file without the markers is an error, not a file with the tables somewhere."""
    with pytest.raises(ValueError, match="rivals: begin"):
        replaced("text", "new")


def test_the_picture():
    """Well-formed, a point for each rival and size, every name readable, light and dark."""
    found = picture([result("ours", 100), result("x < y", 400), result("z", missing="no")])
    tree = ET.fromstring(found)  # noqa: S314 - our own
    kinds = [element.tag.rpartition("}")[2] for element in tree.iter()]
    texts = [element.text for element in tree.iter() if element.tag.endswith("text")]

    assert kinds.count("circle") == 2 + 2 * 2
    assert kinds.count("polyline") == 2
    assert (texts.count("ours"), texts.count("x < y"), texts.count("z")) == (2, 2, 0)
    assert "prefers-color-scheme: dark" in found


def test_a_picture_of_nothing_is_still_one():
    """Without results there are no panels."""
    assert "circle" not in picture([result("y", missing="no network")])


def test_axes():
    """A logarithmic axis puts powers of ten at equal distances."""
    axis = Axis(*decades([20, 900]), 0, 100)

    assert axis.ticks() == [10, 100, 1000]
    assert [axis.place(value) for value in axis.ticks()] == [0, 50, 100]
    assert decades([10]) == (10, 100)


NAMES = {
    "far enough: nothing moves": ([(0, 10, "a"), (0, 50, "b")], [10, 50]),
    "too near: the lower one moves": ([(0, 10, "a"), (0, 12, "b")], [10, 25]),
    "in any order": ([(0, 12, "a"), (0, 10, "b"), (0, 11, "c")], [40, 10, 25]),
    "side by side: nothing moves": ([(0, 10, "a"), (100, 12, "b")], [10, 12]),
    "a long name reaches the next": ([(0, 10, "a" * 20), (100, 12, "b")], [10, 25]),
}


@pytest.mark.parametrize(("labels", "expected"), NAMES.values(), ids=NAMES)
def test_names_are_moved_apart(labels, expected):
    assert expected == apart(labels)


BREAD = Path(__file__).parent / "bread"
BREAD_RUN = ("--knowledge", BREAD, "--examples", BREAD / "examples.yaml", "--no-growth")
COMMANDS = {
    "tables and picture go into a folder": (BREAD_RUN, 0, "name it with --data DIR"),
    "an unknown rival is wrong use": (("--rivals", "ours,nobody"), 2, "no such rival: nobody"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), COMMANDS.values(), ids=COMMANDS)
def test_the_command(arguments, code, said, tmp_path):
    """One command fills the README of a folder and draws the picture; what is missing is said."""
    (tmp_path / "README.md").write_text(f"# Tests\n\n{BEGIN}\n{END}\n")
    done = subprocess.run(
        [sys.executable, COMMAND, "--out", tmp_path, *arguments], capture_output=True, text=True
    )

    assert (done.returncode, said in done.stderr) == (code, True)
    assert ("| ours | " in (tmp_path / "README.md").read_text()) == (code == 0)
    assert (tmp_path / "matching.svg").exists() == (code == 0)
