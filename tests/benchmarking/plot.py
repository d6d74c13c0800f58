"""Results as a picture: accuracy against time, and time against the number of phrasings.

SVG by hand, with no plotting library. Its colours follow the reader's light or dark scheme; every
point and line carries its name, so that no colour has to be told from another.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from benchmarking.measuring import Result
from benchmarking.table import ARTICLE

WIDTH, HEIGHT = 1080, 420
TOP, BOTTOM = 54, 370
PANELS = ((60, 455), (640, 930))
"""Left and right edge of each; there is room for names to the right of both."""
LINE_PX = 15
"""Names nearer than this above each other are moved apart."""
LETTER_PX = 7.5
"""How wide a letter is taken to be."""

STYLE = """
svg { font: 13px system-ui, sans-serif; background: #fff }
text { fill: #24292f; paint-order: stroke; stroke: #fff; stroke-width: 3px }
.faint { fill: #57606a }
.title { font-weight: 600 } .grid { stroke: #d0d7de; stroke-width: 1 }
.dot { fill: #57606a } .line { fill: none; stroke: #57606a; stroke-width: 2 }
.ours.dot { fill: #0969da } .ours.line { stroke: #0969da; stroke-width: 3 }
text.ours { fill: #0969da; font-weight: 600 }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117 } text { fill: #e6edf3; stroke: #0d1117 } .faint { fill: #9198a1 }
  .grid { stroke: #30363d } .dot { fill: #9198a1 } .line { stroke: #9198a1 }
  .ours.dot { fill: #4493f8 } .ours.line { stroke: #4493f8 } text.ours { fill: #4493f8 }
}
"""


@dataclass(frozen=True)
class Axis:
    """From values to pixels."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = True

    def place(self, value: float) -> float:
        """Where a value stands."""
        low, high, value = (
            (math.log10(v) for v in (self.low, self.high, value))
            if self.is_log
            else (self.low, self.high, value)
        )
        return self.start + (value - low) / (high - low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Powers of ten, or tens."""
        if self.is_log:
            first, last = round(math.log10(self.low)), round(math.log10(self.high))
            return [10.0**power for power in range(first, last + 1)]
        return [float(value) for value in range(int(self.low), int(self.high) + 1, 10)]


@dataclass(frozen=True)
class Mark:
    """A point with its name."""

    name: str
    x: float
    y: float

    @property
    def style(self) -> str:
        """Ours stands out."""
        return "ours" if self.name == "ours" else "rival"


def picture(results: Sequence[Result]) -> str:
    """The picture of all results; a panel without any stays empty."""
    parts = [*_accuracy(results), *_growth(results)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            "<title>Accuracy against time, and time against the number of phrasings</title>",
            f"<style>{STYLE}</style>",
            *parts,
            "</svg>\n",
        ]
    )


def decades(values: Iterable[float]) -> tuple[float, float]:
    """The powers of ten around some values."""
    found = list(values)
    low = 10.0 ** math.floor(math.log10(min(found)))
    return low, max(10.0 ** math.ceil(math.log10(max(found))), low * 10)


def apart(labels: Sequence[tuple[float, float, str]]) -> list[float]:
    """The y of each label (x, y, text), moved down past those above that it would lie on."""
    moved = [y for _, y, _ in labels]
    placed: list[tuple[float, float, float]] = []
    for i in sorted(range(len(labels)), key=moved.__getitem__):
        x, y, text = labels[i]
        end = x + LETTER_PX * len(text)
        for other_y, other_x, other_end in sorted(placed):
            if x < other_end and other_x < end and abs(y - other_y) < LINE_PX:
                y = other_y + LINE_PX
        placed.append((y, x, end))
        moved[i] = y
    return moved


def _accuracy(results: Sequence[Result]) -> Iterator[str]:
    """Panel one: top-1 on the shipped knowledge against the median time."""
    marks = [
        Mark(_name(r), r.cost.median_us, 100 * r.figures[ARTICLE]["top-1"])
        for r in results
        if r.cost and ARTICLE in r.figures
    ]
    if not marks:
        return
    lowest = 10.0 * math.floor(min(mark.y for mark in marks) / 10)
    x = Axis(*decades(mark.x for mark in marks), *PANELS[0])
    y = Axis(min(lowest, 90.0), 100.0, BOTTOM, TOP, is_log=False)
    yield from _frame(x, y, "Right at once (top-1), %", "median µs a question", "%")
    for mark in marks:
        yield _dot(x.place(mark.x), y.place(mark.y), mark.style, 5)
    yield from _named(marks, x, y)


def _growth(results: Sequence[Result]) -> Iterator[str]:
    """Panel two: the median time against the number of phrasings."""
    grown = [r for r in results if r.growth]
    if not grown:
        return
    x = Axis(*decades(size for r in grown for size in r.growth), *PANELS[1])
    y = Axis(*decades(c.median_us for r in grown for c in r.growth.values()), BOTTOM, TOP)
    yield from _frame(x, y, "Median µs a question", "phrasings", "")
    lines = [[Mark(_name(r), s, c.median_us) for s, c in sorted(r.growth.items())] for r in grown]
    for line in lines:
        points = " ".join(f"{x.place(m.x):.1f},{y.place(m.y):.1f}" for m in line)
        yield f'<polyline class="{line[0].style} line" points="{points}"/>'
        for mark in line:
            yield _dot(x.place(mark.x), y.place(mark.y), mark.style, 3.5)
    yield from _named([line[-1] for line in lines], x, y)


def _named(marks: Sequence[Mark], x: Axis, y: Axis) -> Iterator[str]:
    """The names of points, to the right of them."""
    names = apart([(x.place(mark.x), y.place(mark.y), mark.name) for mark in marks])
    for mark, name_y in zip(marks, names, strict=True):
        yield _text(x.place(mark.x) + 9, name_y + 4, mark.name, mark.style)


def _name(result: Result) -> str:
    """The title as a label: without its marks, and without how its vectors are used."""
    return result.rival.title.replace("`", "").partition(",")[0]


def _frame(x: Axis, y: Axis, title: str, below: str, unit: str) -> Iterator[str]:
    yield _text(x.start, TOP - 22, title, "title")
    for value in y.ticks():
        down = y.place(value)
        yield f'<path class="grid" d="M{x.start} {down:.1f}H{x.end}"/>'
        yield _text(x.start - 8, down + 4, f"{value:,.0f}{unit}", "faint", is_left=True)
    for value in x.ticks():
        across = x.place(value)
        yield f'<path class="grid" d="M{across:.1f} {BOTTOM}v5"/>'
        yield _text(across, BOTTOM + 20, f"{value:,.0f}", "faint", anchor="middle")
    yield _text((x.start + x.end) / 2, BOTTOM + 40, below, "faint", anchor="middle")


def _dot(x: float, y: float, style: str, r: float) -> str:
    return f'<circle class="{style} dot" cx="{x:.1f}" cy="{y:.1f}" r="{r}"/>'


def _text(
    x: float, y: float, text: str, style: str, is_left: bool = False, anchor: str = ""
) -> str:
    """A text that starts at a place, or stands to the left of it."""
    anchor = anchor or ("end" if is_left else "start")
    where = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text class="{style}" {where}>{escape(text)}</text>'
