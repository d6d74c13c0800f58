"""Results as Markdown. Pure: nothing is measured or written here."""

import math
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence

from benchmarking.figures import LIMIT_RULE
from benchmarking.measuring import Cost, Result
from benchmarking.published import PUBLISHED

BEGIN, END = "<!-- rivals: begin -->", "<!-- rivals: end -->"
ARTICLE, HINT3, CLINC150 = "article", "HINT3 SOFMattress", "CLINC150 small"
CORPORA = ("Chatbot", "AskUbuntu", "WebApplications")
ABSENT = "–"

Column = tuple[str, Callable[[Result], str]]


def replaced(text: str, section: str) -> str:
    """A text with the section between the markers, in place of the one that stood there.

    Raises:
        ValueError: the text has no markers.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"there is no {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n\n{section}\n\n{END}{after}"


def section(results: Sequence[Result], absent: Iterable[str] = ()) -> str:
    """All tables, with what is missing and the exact versions."""
    parts = [
        *_article(results),
        _rows(results, PUBLIC),
        *_cost(results),
        *_growth(results),
        "Published by others, not measured here:",
        _published(),
        *_missing(results, absent),
        _versions(results),
    ]
    return "\n\n".join(parts)


def percent(set_name: str, key: str, digits: int = 1) -> Callable[[Result], str]:
    """A share of a set in percent."""
    return lambda result: _number(100 * _figure(result, set_name, key), digits)


def decimal(set_name: str, key: str) -> Callable[[Result], str]:
    """A figure of a set between -1 and 1."""
    return lambda result: _number(_figure(result, set_name, key), 3)


def f1(result: Result) -> str:
    """Micro-F1 of the three corpora of 2017 together, and of each."""
    sizes = [_figure(result, name, "n") for name in CORPORA]
    each = [_figure(result, name, "micro-f1") for name in CORPORA]
    total = sum(n * value for n, value in zip(sizes, each, strict=True)) / sum(sizes)
    if math.isnan(total):
        return ABSENT
    return f"{total:.3f} ({' / '.join(f'{value:.2f}' for value in each)})"


def of_cost(value: Callable[[Cost], float], digits: int = 0) -> Callable[[Result], str]:
    """A figure of the cost."""
    return lambda result: _number(value(result.cost), digits) if result.cost else ABSENT


QUALITY: tuple[Column, ...] = (
    ("top-1", percent(ARTICLE, "top-1")),
    ("top-3", percent(ARTICLE, "top-3")),
    ("right", percent(ARTICLE, "right")),
    ("offered", percent(ARTICLE, "offered")),
    ("wrong", percent(ARTICLE, "wrong")),
    ("declined", percent(ARTICLE, "declined")),
    ("out of scope: answered", percent(ARTICLE, "outside answered")),
    ("out of scope: offered", percent(ARTICLE, "outside offered")),
    ("wrong, of all", percent(ARTICLE, "wrong of all")),
    ("AUROC", percent(ARTICLE, "auroc")),
    ("calibration error", percent(ARTICLE, "calibration")),
)
PUBLIC: tuple[Column, ...] = (
    ("HINT3 SOFMattress: Matthews", decimal(HINT3, "matthews")),
    ("CLINC150 small: top-1", percent(CLINC150, "top-1")),
    ("top-3", percent(CLINC150, "top-3")),
    ("AUROC", percent(CLINC150, "auroc")),
    ("NLU corpora 2017: micro-F1 (Chatbot / AskUbuntu / WebApplications)", f1),
)
COST: tuple[Column, ...] = (
    ("median µs", of_cost(lambda cost: cost.median_us)),
    ("99th percentile µs", of_cost(lambda cost: cost.p99_us)),
    ("start ms", of_cost(lambda cost: cost.start_ms)),
    ("fit s", of_cost(lambda cost: cost.fit_s, 1)),
    ("memory MB", of_cost(lambda cost: cost.memory_mb)),
    ("learnt MB", of_cost(lambda cost: cost.kept_mb, 1)),
    ("installed MB", lambda result: _number(result.installed_mb, 0)),
)


def _article(results: Sequence[Result]) -> list[str]:
    messages = next((r.figures[ARTICLE]["n"] for r in results if ARTICLE in r.figures), 0)
    return [
        f"On the shipped knowledge, {messages:.0f} messages that nobody learnt from, in %. "
        f"{LIMIT_RULE}",
        _rows(results, QUALITY),
        "On other people's data, with nothing changed but the knowledge:",
    ]


def _cost(results: Sequence[Result]) -> list[str]:
    return [
        "What it costs to serve the shipped knowledge: one thread, each in a process of its own. "
        "*Start* is a new process that takes up what was learnt and gives its first answer; "
        "*memory* is what that process has more than its bare interpreter.",
        _rows(results, COST),
    ]


def _growth(results: Sequence[Result]) -> list[str]:
    grown = [result for result in results if result.growth]
    if not grown:
        return _ratios(results, ())
    sizes = sorted({size for result in grown for size in result.growth})
    columns: list[Column] = [(f"{size:,}", _grown(size)) for size in sizes]
    return [
        "How it grows with the number of phrasings, ten an entry: median µs / 99th percentile µs; "
        "fit s; memory MB.",
        _rows(grown, columns),
        *_ratios(results, sizes),
    ]


def _grown(size: int) -> Callable[[Result], str]:
    def cell(result: Result) -> str:
        cost = result.growth.get(size)
        if cost is None:
            return ABSENT
        times = f"{cost.median_us:,.0f} / {cost.p99_us:,.0f}"
        return f"{times}; {_number(cost.fit_s, 1)}; {_number(cost.memory_mb, 0)}"

    return cell


def _ratios(results: Sequence[Result], sizes: Sequence[int]) -> list[str]:
    ours = next((result for result in results if result.rival.name == "ours"), None)
    if ours is None:
        return []
    lines = [
        f"- {result.rival.title} takes so many times as long as ours: {', '.join(found)}"
        for result in results
        if result is not ours and (found := list(_times_ours(result, ours, sizes)))
    ]
    if {1_000, 10_000} <= ours.growth.keys():
        factor = ours.growth[10_000].median_us / ours.growth[1_000].median_us
        lines.append(f"- from 1,000 to 10,000 phrasings, ours takes {factor:.1f} times as long")
    return ["\n".join(lines)] if lines else []


def _times_ours(result: Result, ours: Result, sizes: Sequence[int]) -> Iterator[str]:
    if result.cost and ours.cost:
        factor = result.cost.median_us / ours.cost.median_us
        yield f"{factor:,.1f} on the shipped knowledge"
    for size in sizes:
        if size in result.growth and size in ours.growth:
            factor = result.growth[size].median_us / ours.growth[size].median_us
            yield f"{factor:,.1f} at {size:,}"


def _published() -> str:
    lines = ["| setting | figures | source |", "|---|---|---|"]
    for setting, figures, source in PUBLISHED:
        named = ", ".join(f"{system} {figure}" for system, figure in figures.items())
        lines.append(f"| {setting} | {named} | {source} |")
    return "\n".join(lines)


def _missing(results: Iterable[Result], absent: Iterable[str]) -> list[str]:
    lines = [f"- {r.rival.title}: {r.missing}" for r in results if r.missing]
    lines += [f"- {line}" for line in absent]
    return ["Missing from this run:\n\n" + "\n".join(lines)] if lines else []


def _versions(results: Iterable[Result]) -> str:
    found = {item for result in results for item in result.versions.items()}
    named = ", ".join(f"{name} {version}" for name, version in sorted(found))
    return f"Measured with Python {platform.python_version()} on {platform.machine()}: {named}."


def _rows(results: Iterable[Result], columns: Sequence[Column]) -> str:
    lines = [
        f"| | {' | '.join(heading for heading, _ in columns)} |",
        "|---" * (len(columns) + 1) + "|",
    ]
    for result in results:
        cells = " | ".join(cell(result) for _, cell in columns)
        lines.append(f"| {result.rival.title} | {cells} |")
    return "\n".join(lines)


def _figure(result: Result, set_name: str, key: str) -> float:
    return result.figures.get(set_name, {}).get(key, math.nan)


def _number(value: float, digits: int) -> str:
    return ABSENT if math.isnan(value) else f"{value:,.{digits}f}"
