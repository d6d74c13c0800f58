"""The report as one page to look at: it needs no script and nothing from elsewhere.

Everything that is read aloud or printed stands in the text; pictures only repeat it.
"""

from collections.abc import Callable, Iterator, Mapping
from html import escape

from bot.curation import report_entries, report_outcomes
from bot.curation.closeness import LEANING, Leaning, Pair
from bot.curation.page import grouped, interval, listed, page, percent, row, table
from bot.curation.report import Report
from bot.curation.report_entries import link
from bot.curation.report_figures import PATTERNS, arcs, curve
from bot.curation.report_outcomes import NO_EXAMPLES
from bot.markup import plain
from bot.stats import KINDS, SPANS

MOST_PAIRS = 15
MOST_MESSAGES = 2
"""So many messages are shown of a pair ..."""
LONGEST_MESSAGE = 110
"""... and so many letters of each."""


def as_html(report: Report) -> str:
    """The whole page."""
    return page(f"Report: {plain(report.knowledge.texts.title)}", _body(report), "report")


def _body(report: Report) -> Iterator[str]:
    yield PATTERNS
    yield (
        f'<p class="when">Questions and answers of version {report.knowledge.version}. '
        f"Page of {report.made:%Y-%m-%d %H:%M} UTC.</p>"
    )
    links = (f'<a href="#{id}">{title}</a>' for id, (title, _) in SECTIONS.items())
    yield f'<nav aria-label="Sections">{listed(links)}</nav>'
    yield from _glance(report)
    for id, (title, draw) in SECTIONS.items():
        yield f'<section id="{id}"><h2>{title}</h2>'
        yield from draw(report)
        yield "</section>"


# ---------------------------------------------------------------- at a glance


def _glance(report: Report) -> Iterator[str]:
    yield '<section id="glance"><h2>At a glance</h2><dl class="tiles">'
    for id, name, figure, said in (*_of_examples(report), *_of_knowledge(report)):
        yield (
            f'<div><dt><a href="#{id}">{name}</a></dt>'
            f"<dd><b>{figure}</b> <small>{said}</small></dd></div>"
        )
    yield "</dl></section>"


def _of_examples(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """Section, name, figure and what it means, as HTML; for what was measured."""
    if "questions" in report.tallies:
        whole = report.tallies["questions"][0]
        right, offered = (whole.verdicts.get(name, 0) for name in ("right", "offered"))
        said = f"of {whole.n} questions are answered at once, {offered} more offered as a choice"
        yield "outcomes", "Right", percent(right, whole.n), said
    scored = report.evaluation.scored()
    if scored:
        wrong = sum(result.verdict == "wrong" for result in scored)
        said = f"of {len(scored)} messages got a wrong answer [{interval(wrong, len(scored))}]"
        yield "mistakes", "Wrong", percent(wrong, len(scored)), said
        error = f"{100 * report.reliability.error:.1f}"
        said = "percentage points between confidence and what is right, on average"
        yield "reliability", "Confidence is off by", error, said
    if "safety" in report.tallies:
        whole = report.tallies["safety"][0]
        said = (
            f"of {whole.calling} messages that call for a card got none; "
            f"{len(report.evaluation.missed())} in categories where none may be missed"
        )
        yield "safety", "Signs missed", str(whole.calling - whole.found), said


def _of_knowledge(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """The same for what is there, was counted and was found."""
    if report.article:
        said = "sentences have an entry that rests on them"
        yield (
            "article",
            "Article",
            f"{report.sentences - len(report.gaps)} of {report.sentences}",
            said,
        )
    phrasings = sum(len(found.entry.phrasings) for found in report.entries)
    yield "entries", "Entries", str(len(report.entries)), f"with {phrasings:,} phrasings"
    messages = sum(n for name, n in report.stats.ever.items() if name.startswith(KINDS["Messages"]))
    said = "messages counted" if messages else "nothing counted yet"
    yield "use", "In use", f"{messages:,}" if messages else "&ndash;", said
    yield "findings", "Findings", str(len(report.problems)), "of <code>check</code>"


# ---------------------------------------------------------------- reliability


def _reliability(report: Report) -> Iterator[str]:
    found, limits = report.reliability, report.limits
    if not found.bins:
        yield NO_EXAMPLES
        return
    yield (
        f"<p>Confidence should be believable: of the messages with confidence 0.8, eight of ten "
        f"should be right. On the dashed line it is exactly so; above it the bot is better than it "
        f"thinks. On average it is {100 * found.error:.1f} points beside the line ({found.n} "
        f"messages; the likeliest entry of each). From {limits.answer:.2f} on it answers, from "
        f"{limits.suggest:.2f} on it offers choices; both limits were measured when the knowledge "
        "was learnt. The bars at the bottom count messages.</p>"
        '<div class="beside"><figure>'
    )
    yield curve(found, limits)
    yield "<figcaption>Share that is right, with its 95&nbsp;% interval.</figcaption></figure>"
    head = ("confidence", "messages", "mean", "right")
    rows = (
        (
            f"{bin.low:.1f}&ndash;{bin.high:.1f}",
            str(bin.n),
            f"{bin.confidence:.2f}",
            f"{percent(bin.right, bin.n)} <small>[{interval(bin.right, bin.n)}]</small>",
        )
        for bin in found.bins
    )
    yield from table("The same in figures", head, rows, "figures")
    yield "</div>"


# ---------------------------------------------------------------- close pairs


def _pairs(report: Report) -> Iterator[str]:
    shown = report.pairs[:MOST_PAIRS]
    if not shown:
        yield "<p>No message of one entry leans to another.</p>"
        return
    yield (
        f"<p>Messages of one entry that lean to another: phrasings and examples to which the bot "
        f"gives the wrong one a confidence of {LEANING} or more. Shown: the closest {len(shown)} "
        f"of {len(report.pairs)} pairs; the thicker the arc, the more messages and the more "
        "strongly. The bot has learnt from the phrasings, so this compares pairs and measures no "
        "mistakes. What helps: phrasings that tell the two apart, or one entry in place of two.</p>"
        '<div class="beside"><figure>'
    )
    yield arcs(shown, report.knowledge.entries)
    yield "<figcaption>Numbers as in the list.</figcaption></figure>"
    yield f'<ol class="pairs">{"".join(f"<li>{_pair(pair, report)}</li>" for pair in shown)}</ol>'
    yield "</div>"


def _pair(pair: Pair, report: Report) -> str:
    both = (link(entry.id, report.knowledge) for entry in (pair.first, pair.second))
    n = len(pair.leanings)
    messages = f" <small>{n} messages, such as</small>" if n > MOST_MESSAGES else ""
    quotes = listed(_leaning(leaning) for leaning in pair.leanings[:MOST_MESSAGES])
    return f"{' <b>&harr;</b> '.join(both)}{messages}{quotes}"


def _leaning(leaning: Leaning) -> str:
    text = leaning.text
    if len(text) > LONGEST_MESSAGE:
        text = f"{text[: LONGEST_MESSAGE - 1].rstrip()}…"
    kind = "example" if leaning.is_example else "phrasing"
    return (
        f"<q>{escape(text)}</q> <small>{kind} of <code>{escape(leaning.of.id)}</code>, "
        f"leans by {leaning.confidence:.2f}</small>"
    )


# ---------------------------------------------------------------- use and findings


def _use(report: Report) -> Iterator[str]:
    if not report.stats.ever:
        yield "<p>Nothing counted yet.</p>"
        return
    yield (
        "<p>How often something happened: on the day of this page, in seven days, and since the "
        "counting began. No text and no person is kept. What concerns an entry stands with it, "
        "below.</p>"
    )
    head = ("what", *SPANS)
    groups = (
        (title, [row(head, (escape(name), *(f"{n:,}" for n in times))) for name, times in rows])
        for title, rows in report.stats.parts()
    )
    yield from grouped("Counters", head, groups, "figures")


def _findings(report: Report) -> Iterator[str]:
    if not report.problems:
        yield "<p><code>python -m bot check</code> finds nothing.</p>"
        return
    found = (f"<code>{escape(str(problem))}</code>" for problem in report.problems)
    yield listed(found, "problems")


SECTIONS: Mapping[str, tuple[str, Callable[[Report], Iterator[str]]]] = {
    "article": ("The article", report_entries.article),
    "outcomes": ("How well it answers", report_outcomes.outcomes),
    "mistakes": ("What went wrong", report_outcomes.mistakes),
    "reliability": ("How sure it is", _reliability),
    "pairs": ("Entries that are close", _pairs),
    "safety": ("Safety", report_outcomes.safety),
    "use": ("In use", _use),
    "findings": ("Findings of check", _findings),
    "entries": ("The entries", report_entries.entries),
}
"""Anchor -> heading, and what draws what stands under it."""
