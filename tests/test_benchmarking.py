"""The figures and sets of the benchmark are what they say they are."""

import json

import pytest
from benchmarking import sets
from benchmarking.figures import (
    NONE,
    Guess,
    Limits,
    auroc,
    calibration_error,
    decided,
    limits,
    matthews,
    micro_f1,
    outcomes,
    top,
)
from benchmarking.sets import clinc150, corpus_2017, hint3, question_set

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


def test_what_is_missing_of_the_public_sets_is_said(data):
    """A set whose file is not there is left out and named; the others are read."""
    (data / "clinc150-small" / "test.jsonl").unlink()

    found, absent = sets.public(data)

    assert [s.name for s in found] == ["HINT3 SOFMattress", *sets.CORPORA_2017]
    assert absent == ["public data: there is no clinc150-small/test.jsonl"]


def test_no_folder_is_said(tmp_path):
    """Without the folder there are no public sets, and the option is named."""
    found, absent = sets.public(tmp_path / "none")

    assert found == ()
    assert "--data DIR" in absent[0]


def test_growing_lessons():
    """Ten texts an entry, sizes that cannot be filled left out, nothing asked that was taught."""
    known = [(f"text {i}", f"label {i // 20}") for i in range(120)]
    lessons, questions = sets.growing([question_set("x", known, [])], (20, 100, 1000), 15)

    taught = {text for texts in lessons[100]["entries"].values() for text in texts}

    assert list(lessons) == [20, 100]
    assert [len(lesson["entries"]) for lesson in lessons.values()] == [2, 10]
    assert len(taught) == 100
    assert len(questions) == 15
    assert taught.isdisjoint(questions)


def test_the_lesson_of_a_set():
    """Rivals are given phrasings by entry, and counter-examples apart from them."""
    found = question_set("x", [("hi", "A"), ("yo", "A"), ("pizza", "None")], [])

    assert found.lesson(found.phrasings()) == {
        "entries": {"A": ["hi", "yo"]},
        "none": ["pizza"],
        "groups": [],
    }


def a(confidence, label="a", best="a"):
    """A guess; right unless said otherwise."""
    return Guess(label, (best,), confidence)


LIMITS = {
    "nothing wrong: everything is answered": ([a(0.9), a(0.2)], Limits(0.2, 0.2, 0.2)),
    "above what is wrong": ([a(0.9), a(0.5, "b"), a(0.2)], Limits(0.9, 0.2, 0.9)),
    "one in fifty wrong is borne": (
        [*[a(0.9)] * 49, a(0.5, "b"), a(0.2)],
        Limits(0.2, 0.2, 0.9),
    ),
    "one in four counter-examples may be offered": (
        [a(0.9), *[a(0.3, NONE)] * 2, *[a(0.1, NONE)] * 6, a(0.2)],
        Limits(0.9, 0.2, 0.9),
    ),
    "equals stand or fall together": ([a(0.8), a(0.8, "b"), a(0.8, "b")], None),
}


@pytest.mark.parametrize(("left_out", "expected"), LIMITS.values(), ids=LIMITS)
def test_limits(left_out, expected):
    never = Limits(*[float("inf")] * 3)
    found = limits(left_out)

    assert (expected or never).answer == found.answer
    assert (expected or never).likely == found.likely
    assert expected is None or expected.suggest == found.suggest


def test_outcomes():
    """Each message in scope is one of four, each one out of scope answered, offered or declined."""
    guesses = [
        a(0.9),
        a(0.9, "b"),
        Guess("a", ("b", "a"), 0.5),
        a(0.5, "b"),
        a(0.1),
        a(0.9, NONE),
        a(0.5, NONE),
        a(0.1, NONE),
        a(0.1, NONE),
        a(0.1, NONE),
    ]

    assert outcomes(guesses, Limits(0.8, 0.4, 0.5)) == pytest.approx(
        {
            "right": 1 / 5,
            "offered": 1 / 5,
            "wrong": 1 / 5,
            "declined": 2 / 5,
            "outside answered": 1 / 5,
            "outside offered": 1 / 5,
            "wrong of all": 2 / 10,
        }
    )


def test_decided():
    """Below the limit a guess is none, which is right for what is out of scope."""
    pairs = decided([a(0.9), a(0.1), a(0.1, NONE), Guess("a", (), 0.0)], 0.5)

    assert pairs == [("a", "a"), ("a", NONE), (NONE, NONE), ("a", NONE)]
    assert micro_f1(pairs) == 0.5
