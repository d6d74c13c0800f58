"""Every figure of one rival: how well it answers, what it costs, how its times grow."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarking.environments import MissingError, Rival, command, packages_of_node
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
from benchmarking.process import Process
from benchmarking.sets import Labelled, Lesson, QuestionSet

FOLDS = 3
LONGEST_FIT_S = 120.0
"""A rival that took longer to learn is not given more phrasings."""
WARM_UP = 20
MOST_LEFT_OUT = 1500
"""So many left-out messages are asked at most, evenly drawn: enough to choose two limits by."""

Figures = dict[str, float]


@dataclass(frozen=True)
class Cost:
    """What it takes to serve a lesson."""

    median_us: float
    p99_us: float
    fit_s: float
    start_ms: float
    """A new process takes up what was learnt and gives the first answer."""
    memory_mb: float
    """Added to the bare interpreter by the imports and by what was learnt."""
    kept_mb: float
    """What was learnt, on disk."""


@dataclass
class Result:
    """What was measured of one rival."""

    rival: Rival
    missing: str = ""
    """Why it could not be run, or not to the end."""
    versions: dict[str, str] = field(default_factory=dict)
    installed_mb: float = float("nan")
    figures: dict[str, Figures] = field(default_factory=dict)
    """By the name of the set."""
    cost: Cost | None = None
    growth: dict[int, Cost] = field(default_factory=dict)
    """By the number of phrasings."""


@dataclass(frozen=True)
class Contest:
    """What every rival has to do."""

    article: QuestionSet
    public: tuple[QuestionSet, ...]
    lessons: Mapping[int, Lesson]
    """To see how times grow, by the number of phrasings."""
    questions: Sequence[str]


def measure(rival: Rival, contest: Contest, cache: Path, say: Callable[[str], None]) -> Result:
    """Everything about a rival; what it cannot do is said in the result."""
    result = Result(rival)
    try:
        start = command(rival, cache)
        _packages(result, start, cache)
        with Process(start) as process:
            for questions in (contest.article, *contest.public):
                say(f"{rival.name}: {questions.name}")
                result.figures[questions.name] = quality(process, questions)
        say(f"{rival.name}: cost")
        lesson = contest.article.lesson(contest.article.phrasings())
        result.cost = cost(start, lesson, [text for text, _ in contest.article.test])
        for size, lesson in contest.lessons.items() if rival.grows else ():
            say(f"{rival.name}: {size} phrasings")
            result.growth[size] = cost(start, lesson, contest.questions)
            if result.growth[size].fit_s > LONGEST_FIT_S:
                break
    except MissingError as error:
        result.missing = str(error)
    return result


def quality(process: Process, questions: QuestionSet) -> Figures:
    """How well a rival answers the test part, having learnt the training part."""
    known = questions.phrasings()
    process.ask("fit", questions.lesson(known))
    guesses = guess(process, questions.test)
    own = process.ask("limits")
    chosen = Limits(**own) if own else limits(left_out(process, questions, known))
    inside = [g for g in guesses if g.label != NONE]
    outside = [g for g in guesses if g.label == NONE]
    pairs = decided(guesses, chosen.likely)
    return {
        "top-1": top(inside, 1),
        "top-3": top(inside, 3),
        "auroc": auroc([g.confidence for g in inside], [g.confidence for g in outside]),
        "calibration": _calibration(guesses),
        "matthews": matthews(pairs),
        "micro-f1": micro_f1(pairs),
        "n": len(guesses),
        **outcomes(guesses, chosen),
    }


def guess(process: Process, labelled: Sequence[Labelled]) -> list[Guess]:
    """What a rival makes of these messages."""
    found = process.ask("rank", [text for text, _ in labelled])
    return [
        Guess(label, tuple(id for id, _ in best), best[0][1] if best else 0.0)
        for (_, label), best in zip(labelled, found, strict=True)
    ]


def left_out(process: Process, questions: QuestionSet, known: Sequence[Labelled]) -> list[Guess]:
    """What a rival makes of phrasings and counter-examples, each third left out in turn."""
    found = []
    every = -(-len(known) // MOST_LEFT_OUT)
    for fold in range(FOLDS):
        rest = [item for i, item in enumerate(known) if i % FOLDS != fold]
        process.ask("fit", questions.lesson(rest))
        found += guess(process, known[fold::FOLDS][::every])
    return found


def cost(start: list[str], lesson: Lesson, questions: Sequence[str]) -> Cost:
    """What it costs to serve a lesson: learnt in one process, served by a new one."""
    with tempfile.TemporaryDirectory() as folder:
        kept = str(Path(folder) / "kept")
        with Process(start) as process:
            fit_s = process.ask("fit", lesson)
            size = process.ask("keep", kept)
        began = time.perf_counter()
        with Process(start) as process:
            process.ask("load", kept)
            process.ask("time", questions[:1])
            start_ms = (time.perf_counter() - began) * 1e3
            process.ask("time", _warm_up(lesson))
            times = sorted(process.ask("time", questions))
            memory = process.ask("memory")
    return Cost(
        median_us=statistics.median(times),
        p99_us=times[int(len(times) * 0.99)],
        fit_s=fit_s,
        start_ms=start_ms,
        memory_mb=float("nan") if memory is None else memory / 1e6,
        kept_mb=size / 1e6,
    )


def _warm_up(lesson: Lesson) -> list[str]:
    """Known phrasings: they wake up what is lazy without showing a question before its time."""
    return [texts[0] for texts in lesson["entries"].values()][:WARM_UP]


def _calibration(guesses: Iterable[Guess]) -> float:
    """The calibration error; not a number for scores that are no probabilities."""
    found = list(guesses)
    is_probability = all(0 <= g.confidence <= 1.000001 for g in found)
    return calibration_error(found) if is_probability else float("nan")


def _packages(result: Result, start: list[str], cache: Path) -> None:
    """Note the versions of what a rival names, and the size of that and all it needs."""
    rival = result.rival
    if rival.is_javascript:
        found = named = packages_of_node(rival, cache)
    else:
        needs = [*rival.needs, *rival.has]
        with Process(start) as process:
            found = process.ask("packages", needs)
        named = {need.partition("==")[0]: found[need.partition("==")[0]] for need in needs}
    result.versions = {name: version for name, (version, _) in named.items()}
    result.installed_mb = sum(size for _, size in found.values()) / 1e6
