"""The pictures of the report as SVG. Every mark has a label or a pattern, none rests on colour."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from bot.answering.decide import Limits
from bot.curation.closeness import Pair
from bot.curation.evaluate import bounds
from bot.curation.reliability import Bin, Reliability
from bot.model import Entry

WIDTH = 400
"""Of the larger pictures, in their own units: about a phone's screen, so that letters stay legible
there."""
PATTERNS = """\
<svg class="patterns" aria-hidden="true" width="0" height="0"><defs>
<pattern id="fair" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="fair" width="6" height="6"/><rect class="stripe" width="2" height="6"/></pattern>
<pattern id="weak" width="6" height="6" patternUnits="userSpaceOnUse">
<rect class="weak" width="6" height="6"/><circle class="stripe" cx="3" cy="3" r="1.2"/></pattern>
<pattern id="poor" width="5" height="5" patternUnits="userSpaceOnUse">
<rect class="poor" width="5" height="5"/><path class="hatch" d="M0 0H5M0 0V5"/></pattern>
<pattern id="bad" width="6" height="6" patternUnits="userSpaceOnUse">
<rect class="bad" width="6" height="6"/><path class="cross" d="M1 1 5 5M5 1 1 5"/></pattern>
</defs></svg>"""
"""One fill for each grade below `good`; they stand once on the page."""


def bar(shares: Mapping[str, float]) -> str:
    """A bar split by grade (`good`, `fair`, `weak`, `poor`, `bad`), each 0 to 1.

    It says nothing of its own to a screen reader: the figures stand beside it.
    """
    rects, start = [], 0.0
    for grade, share in shares.items():
        if share:
            place = f'x="{100 * start:.2f}%" width="{100 * share:.2f}%"'
            rects.append(f'<rect class="g-{grade}" {place} height="100%"/>')
            start += share
    return f'<svg class="bar" aria-hidden="true">{"".join(rects)}</svg>'


def swatch(grade: str) -> str:
    """A little square with the fill of a grade, for a legend."""
    return (
        '<svg class="swatch" aria-hidden="true">'
        f'<rect class="g-{grade}" width="100%" height="100%"/></svg>'
    )


# ---------------------------------------------------------------- the reliability curve

LEFT, RIGHT, TOP, BOTTOM = 46, 392, 44, 320
"""The edges of the curve's field."""
FLOOR, MOST_BAR = 396, 50
"""Where the bars of the messages stand, and how high the highest is."""


def _x(confidence: float) -> float:
    return LEFT + confidence * (RIGHT - LEFT)


def _y(share: float) -> float:
    return BOTTOM - share * (BOTTOM - TOP)


def curve(found: Reliability, limits: Limits) -> str:
    """Confidence against the share that is right, with the limits and the messages of each bin."""
    said = f"Reliability curve of {found.n} messages; the table holds the same figures."
    parts = [*_zones(limits), *_grid(), *_points(found.bins), *_messages(found.bins)]
    return _svg(450, said, parts, "curve")


def _svg(height: float, said: str, parts: Sequence[str], kind: str) -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'aria-label="{escape(said)}">{"".join(parts)}</svg>'
    )


def _zones(limits: Limits) -> Iterator[str]:
    """What the bot does from which confidence on."""
    edges = {"declines": (0.0, limits.suggest), "answers": (limits.answer, 1.0)}
    for name, (low, high) in edges.items():
        width = _x(high) - _x(low)
        yield (
            f'<rect class="zone {name}" x="{_x(low):.1f}" y="{TOP}" width="{width:.1f}" '
            f'height="{BOTTOM - TOP}"/>'
        )
    marks = ((limits.suggest, "offers choices", 14), (limits.answer, "answers", 30))
    for limit, does, y in marks:
        anchor = "end" if limit > 0.6 else "start"
        shift = -4 if limit > 0.6 else 4
        yield f'<path class="limit" d="M{_x(limit):.1f} {y - 10}V{BOTTOM}"/>'
        yield (
            f'<text x="{_x(limit) + shift:.1f}" y="{y}" text-anchor="{anchor}">'
            f"{does} from {limit:.2f}</text>"
        )


def _grid() -> Iterator[str]:
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        yield f'<path class="grid" d="M{LEFT} {_y(tick):.1f}H{RIGHT}"/>'
        height = _y(tick) + 4
        yield f'<text x="{LEFT - 6}" y="{height:.1f}" text-anchor="end">{100 * tick:.0f}</text>'
        yield f'<text x="{_x(tick):.1f}" y="{FLOOR + 16}" text-anchor="middle">{tick:g}</text>'
    yield f'<path class="ideal" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    middle = (TOP + BOTTOM) / 2
    yield (
        f'<text transform="translate(14 {middle:g}) rotate(-90)" text-anchor="middle">'
        "right, in %</text>"
    )
    yield f'<text x="{_x(0.5):.1f}" y="{FLOOR + 34}" text-anchor="middle">confidence</text>'


def _points(bins: Sequence[Bin]) -> Iterator[str]:
    line = " ".join(f"{_x(bin.confidence):.1f},{_y(bin.share):.1f}" for bin in bins)
    yield f'<polyline class="line" points="{line}"/>'
    for bin in bins:
        low, high = bounds(bin.right, bin.n)
        x = f"{_x(bin.confidence):.1f}"
        yield f'<path class="bounds" d="M{x} {_y(low):.1f}V{_y(high):.1f}"/>'
        yield f'<circle class="dot" cx="{x}" cy="{_y(bin.share):.1f}" r="4.5"/>'


def _messages(bins: Sequence[Bin]) -> Iterator[str]:
    """How many messages each bin holds; by the square root, so that few are seen beside many."""
    most = max((bin.n for bin in bins), default=1)
    for bin in bins:
        height = MOST_BAR * math.sqrt(bin.n / most)
        left, right = _x(bin.low) + 2, _x(bin.high) - 2
        yield (
            f'<rect class="count" x="{left:.1f}" y="{FLOOR - height:.1f}" '
            f'width="{right - left:.1f}" height="{height:.1f}"/>'
        )
        yield (
            f'<text class="small" x="{(left + right) / 2:.1f}" y="{FLOOR - height - 4:.1f}" '
            f'text-anchor="middle">{bin.n}</text>'
        )


# ---------------------------------------------------------------- which entries are close

NAMES_END, ROW = 238, 19
"""Where the names of the entries end, and how far one is below the other."""
LONGEST_NAME = 34
PLATE = 8
"""Radius of the little plate with the number of an arc."""
ALONG = (0.0, 0.45, -0.45, 0.8, -0.8, 1.1, -1.1)
"""Where on its arc a plate may lie (radians): the first place that is free."""


def arcs(pairs: Sequence[Pair], order: Sequence[Entry]) -> str:
    """Arcs between entries that are close, the thicker the closer; numbers as in the list.

    Args:
        pairs: the closest first; at least one.
        order: all entries, from top to bottom.
    """
    named = {entry.id for pair in pairs for entry in (pair.first, pair.second)}
    shown = [entry for entry in order if entry.id in named]
    y = {entry.id: ROW * (number + 0.5) for number, entry in enumerate(shown)}
    spans = [sorted((y[pair.first.id], y[pair.second.id])) for pair in pairs]
    farthest = max(bottom - top for top, bottom in spans)
    drawn, plates = [], []
    taken: list[tuple[float, float]] = []
    for number, (pair, (top, bottom)) in enumerate(zip(pairs, spans, strict=True), 1):
        reach = 16 + 112 * math.sqrt((bottom - top) / farthest)
        drawn.append(_arc(top, bottom, reach, 1 + 4 * pair.weight / pairs[0].weight))
        taken.append(_free(top, bottom, reach, taken))
        plates.append(_plate(number, *taken[-1]))
    said = f"{len(pairs)} pairs of entries joined by arcs; the list beside it names the same pairs."
    return _svg(ROW * len(shown), said, [*_names(shown, y), *drawn, *plates], "arcs")


def _names(shown: Sequence[Entry], y: Mapping[str, float]) -> Iterator[str]:
    for entry in shown:
        name, height = entry.question, y[entry.id]
        if len(name) > LONGEST_NAME:
            name = f"{name[: LONGEST_NAME - 1].rstrip()}…"
        yield f'<circle class="dot" cx="{NAMES_END + 6}" cy="{height:.1f}" r="2.5"/>'
        yield (
            f'<text x="{NAMES_END}" y="{height + 4:.1f}" text-anchor="end">{escape(name)}</text>'
        )


def _arc(top: float, bottom: float, reach: float, width: float) -> str:
    start = NAMES_END + 8
    return (
        f'<path class="arc" stroke-width="{width:.1f}" d="M{start} {top:.1f}'
        f'A{reach:.1f} {(bottom - top) / 2:.1f} 0 0 1 {start} {bottom:.1f}"/>'
    )


def _free(
    top: float, bottom: float, reach: float, taken: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """A place on the arc where no plate lies yet; its middle when all are taken."""
    places = [
        (
            NAMES_END + 8 + reach * math.cos(angle),
            (top + bottom) / 2 + (bottom - top) / 2 * math.sin(angle),
        )
        for angle in ALONG
    ]
    free = (p for p in places if all(math.dist(p, other) > 2 * PLATE for other in taken))
    return next(free, places[0])


def _plate(number: int, x: float, y: float) -> str:
    return (
        f'<circle class="plate" cx="{x:.1f}" cy="{y:.1f}" r="{PLATE}"/><text class="number" '
        f'x="{x:.1f}" y="{y + 3.5:.1f}" text-anchor="middle">{number}</text>'
    )
