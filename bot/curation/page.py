"""What the pages for reading have in common: one file each that needs nothing else.

A page is pure ASCII (everything else is written as a character reference), so that no shell that
puts it into a file can spoil it.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from bot.curation.evaluate import bounds

STYLE = Path(__file__).with_name("page.css")


def page(title: str, body: Iterable[str], kind: str) -> str:
    """A whole page.

    Args:
        title: plain words.
        body: pieces of HTML.
        kind: which part of the style it wants, `report` or `sheet`.
    """
    style = STYLE.read_text("ascii")
    content = "\n".join(body)
    html = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>
{style}</style></head><body class="{kind}"><main>
<h1>{escape(title)}</h1>
{content}
</main></body></html>
"""
    return html.encode("ascii", "xmlcharrefreplace").decode("ascii")


def table(
    caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = ""
) -> Iterator[str]:
    """A table; on a phone each row becomes a card whose cells carry the names of their columns.

    Args:
        caption: plain words that say what is in it.
        head: the names of the columns, plain words.
        rows: cells as HTML; the first of each row names it.
        kind: a class for the style.
    """
    yield _head(caption, head, kind)
    yield "<tbody>"
    yield from (row(head, cells) for cells in rows)
    yield "</tbody></table>"


def grouped(
    caption: str, head: Sequence[str], groups: Iterable[tuple[str, Iterable[str]]], kind: str
) -> Iterator[str]:
    """The same with a heading over each group of rows; the rows as `row` makes them."""
    yield _head(caption, head, kind)
    for title, rows in groups:
        across = f'<th scope="rowgroup" colspan="{len(head)}">{escape(title)}</th>'
        yield f'<tbody><tr class="group">{across}</tr>'
        yield from rows
        yield "</tbody>"
    yield "</table>"


def _head(caption: str, head: Sequence[str], kind: str) -> str:
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    caption = f"<caption>{escape(caption)}</caption>"
    return f'<table class="{kind}">{caption}<thead><tr>{names}</tr></thead>'


def row(head: Sequence[str], cells: Sequence[str], id: str = "") -> str:
    """One row of a table with these columns."""
    named, *rest = cells
    anchor = f' id="{escape(id)}"' if id else ""
    others = "".join(
        f'<td data-label="{escape(name)}">{cell}</td>'
        for name, cell in zip(head[1:], rest, strict=True)
    )
    return f'<tr{anchor}><th scope="row">{named}</th>{others}</tr>'


def listed(items: Iterable[str], kind: str = "") -> str:
    """A list of pieces of HTML; nothing for none."""
    entries = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul class="{kind}">{entries}</ul>' if entries else ""


def percent(hits: int, n: int) -> str:
    """A share of `n` in percent, as HTML."""
    return "100&nbsp;%" if hits == n else f"{100 * hits / n:.1f}&nbsp;%"


def interval(hits: int, n: int) -> str:
    """Where the true share lies with 95 % certainty, in percent, as HTML."""
    low, high = (100 * bound for bound in bounds(hits, n))
    digits = 1 if high < 10 else 0
    return f"{low:.{digits}f}&ndash;{high:.{digits}f}"
