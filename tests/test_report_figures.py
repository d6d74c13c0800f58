"""The pictures of the report say what the figures say."""

import math
import re

import pytest

from bot.answering.decide import Limits
from bot.curation.closeness import Leaning, Pair
from bot.curation.reliability import Judged, reliability
from bot.curation.report_figures import LEFT, PLATE, RIGHT, arcs, bar, curve
from bot.model import Entry

BARS = {
    "one grade fills it": ({"good": 1.0}, [("good", "0.00%", "100.00%")]),
    "what is nothing is not drawn": ({"good": 0.0, "bad": 1.0}, [("bad", "0.00%", "100.00%")]),
    "one after the other": (
        {"good": 0.25, "fair": 0.5, "bad": 0.25},
        [("good", "0.00%", "25.00%"), ("fair", "25.00%", "50.00%"), ("bad", "75.00%", "25.00%")],
    ),
}


@pytest.mark.parametrize(("shares", "expected"), BARS.values(), ids=BARS)
def test_bar(shares, expected):
    assert re.findall(r'class="g-(\w+)" x="([^"]+)" width="([^"]+)"', bar(shares)) == expected


LIMITS = {
    "both in the middle": Limits(answer=0.5, suggest=0.2),
    "answering only when quite sure": Limits(answer=0.8, suggest=0.1),
    "both at the edges": Limits(answer=1.0, suggest=0.0),
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
def test_the_limits_are_drawn_where_they_are(limits):
    """With the same number beside each."""
    drawn = curve(reliability([Judged(0.9, True)]), limits)

    places = [LEFT + limit * (RIGHT - LEFT) for limit in (limits.suggest, limits.answer)]
    assert re.findall(r'class="limit" d="M([\d.]+)', drawn) == [f"{x:.1f}" for x in places]
    assert f"offers choices from {limits.suggest:.2f}" in drawn
    assert f"answers from {limits.answer:.2f}" in drawn


def test_each_bin_has_its_point_its_bounds_and_its_number():
    """As many as there are bins with messages."""
    drawn = curve(reliability([Judged(0.95, True)] * 7 + [Judged(0.05, False)] * 2), Limits())

    assert drawn.count('class="dot"') == drawn.count('class="bounds"') == 2
    assert re.findall(r">(\d+)</text>(?=<rect|</svg>)", drawn) == ["2", "7"]


ENTRIES = [Entry(f"e{i}", "", f"What is number {i} of <many> & more?", (), "") for i in range(8)]
PAIRS = [
    Pair(first, second, (Leaning("text", first, second, 0.9 / (1 + n), is_example=False),))
    for n, (first, second) in enumerate(
        (first, second) for i, first in enumerate(ENTRIES) for second in ENTRIES[i + 1 :]
    )
][:12]


def test_arcs_are_thickest_for_the_closest_pair():
    """Each has its number; every entry in a pair its name, once."""
    drawn = arcs(PAIRS, ENTRIES)
    widths = [float(width) for width in re.findall(r'stroke-width="([\d.]+)"', drawn)]

    assert widths == sorted(widths, reverse=True)
    assert re.findall(r'class="number"[^>]*>(\d+)<', drawn) == [str(n) for n in range(1, 13)]
    assert drawn.count("What is number 3 of &lt;many&gt;") == 1


def test_the_numbers_of_arcs_do_not_hide_each_other():
    """Nested arcs and arcs side by side give way to each other."""
    drawn = arcs(PAIRS, ENTRIES)
    places = re.findall(r'class="plate" cx="([\d.]+)" cy="([\d.]+)"', drawn)
    points = [(float(x), float(y)) for x, y in places]

    assert all(
        math.dist(point, other) > 2 * PLATE - 0.2
        for i, point in enumerate(points)
        for other in points[:i]
    )


def test_one_pair_is_enough():
    """Nothing is divided by a distance of nothing."""
    assert 'class="arc"' in arcs(PAIRS[:1], ENTRIES)
