"""The figures and sets of the benchmark are what they say they are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarking import public
from benchmarking.figures import Guess, auroc, calibration_error, matthews, top
from benchmarking.sets import NONE, clinc150, corpus_2017, hint3, question_set

COMMAND = Path(__file__).parent / "benchmark_matching.py"

MATTHEWS = {
    "all right": ([("a", "a"), ("b", "b"), ("c", "c")], 1.0),
    "always the same guess": ([("a", "a"), ("b", "a"), ("c", "a")], 0.0),
    "two classes, all wrong": ([("a", "b"), ("b", "a")], -1.0),
    "two classes, (6 x 3 - 1 x 2) / sqrt(8 x 7 x 5 x 4)": (
        [*[("a", "a")] * 6, *[("b", "b")] * 3, ("b", "a"), *[("a", "b")] * 2],
        16 / (8 * 7 * 5 * 4) ** 0.5,
    ),
}


@pytest.mark.parametrize(("pairs", "expected"), MATTHEWS.values(), ids=MATTHEWS)
def test_matthews(pairs, expected):
    assert expected == pytest.approx(matthews(pairs))


AREAS = {
    "apart": ([0.9, 0.8], [0.1, 0.2], 1.0),
    "the wrong way round": ([0.1], [0.9], 0.0),
    "equals count half": ([0.5, 0.5], [0.5], 0.5),
    "one pair in four is wrong": ([0.9, 0.3], [0.1, 0.4], 0.75),
}


@pytest.mark.parametrize(("inside", "outside", "expected"), AREAS.values(), ids=AREAS)
def test_auroc(inside, outside, expected):
    assert expected == pytest.approx(auroc(inside, outside))


CALIBRATION = {
    "sure and right": ([(1.0, True)], 0.0),
    "sure and wrong": ([(1.0, False)], 1.0),
    "three in four at three quarters": ([(0.75, True)] * 3 + [(0.75, False)], 0.0),
    "two bins, each off by a tenth": ([(0.9, True), (0.1, False)], 0.1),
}


@pytest.mark.parametrize(("seen", "expected"), CALIBRATION.values(), ids=CALIBRATION)
def test_calibration_error(seen, expected):
    guesses = [Guess("a", ("a" if is_right else "b",), confidence) for confidence, is_right in seen]
    assert expected == pytest.approx(calibration_error(guesses))


def test_top():
    """The right one may be second for the top three, not for the top one."""
    guesses = [Guess("a", ("a", "b"), 1.0), Guess("a", ("b", "a"), 1.0)]
    assert (top(guesses, 1), top(guesses, 3)) == (0.5, 1.0)


def test_what_is_out_of_scope_becomes_elsewhere():
    """Labels become entries; out of scope, however it is called, becomes `words.elsewhere`."""
    found = question_set("x", [("hi", "A"), ("yo", "A"), ("pizza", "None")], [("tea", "oos")])
    assert [(e.id, e.question, e.phrasings) for e in found.entries] == [("A", "hi", ("yo",))]
    assert found.words.elsewhere == ("pizza",)
    assert found.test == (("tea", NONE),)
    assert found.phrasings() == [("hi", "A"), ("yo", "A"), ("pizza", NONE)]


@pytest.fixture
def data(tmp_path):
    """A folder as the public data has it, with next to nothing in it."""
    rows = [("how soft is it", "soft"), ("is it hard", "soft"), ("what does it cost", "cost")]
    for folder in ("hint3-sofmattress", "clinc150-small", "nlu-2017"):
        (tmp_path / folder).mkdir()
    for part in ("train", "test"):
        lines = [f'"{text}",{label}' for text, label in rows]
        path = tmp_path / "hint3-sofmattress" / f"{part}.csv"
        path.write_text("\n".join(["sentence,label", *lines, ""]))
        found = [json.dumps({"text": text, "label": label}) for text, label in rows]
        found += ['{"text": "best pizza", "label": "oos"}'] if part == "test" else []
        (tmp_path / "clinc150-small" / f"{part}.jsonl").write_text("\n".join(found))
    sentences = [{"text": t, "intent": i, "training": kind} for t, i in rows for kind in (0, 1)]
    for name in ("AskUbuntu", "WebApplications", "Chatbot"):
        path = tmp_path / "nlu-2017" / f"{name}Corpus.json"
        path.write_text(json.dumps({"sentences": sentences}))
    return tmp_path


def test_the_sets_are_read(data):
    """Training parts become entries, test parts the messages to guess."""
    sets = [hint3(data), clinc150(data), corpus_2017(data, "Chatbot")]
    assert [[entry.id for entry in found.entries] for found in sets] == [["soft", "cost"]] * 3
    assert [len(found.test) for found in sets] == [3, 4, 3]


def test_the_report_has_a_line_for_each_set(data):
    """Every public set is named with its n."""
    lines = list(public.report(data))
    assert [line.split(":")[0] for line in lines] == [
        "HINT3 SOFMattress, n=3",
        "CLINC150 small, n=3+1",
        "AskUbuntu, n=3",
        "WebApplications, n=3",
        "Chatbot, n=3",
        "NLU corpora 2017, n=9",
    ]


def test_missing_data_is_said(tmp_path):
    """Without the public data the command says so and names the option."""
    done = subprocess.run(
        [sys.executable, COMMAND, "--data", tmp_path / "none"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "--data DIR" in done.stderr
