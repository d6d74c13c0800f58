"""The report's sections on what became of the examples: answers, mistakes, safety cards."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from bot.answering.answerer import ids
from bot.curation.evaluate import Result
from bot.curation.page import interval, listed, percent, table
from bot.curation.report import Report, Tally
from bot.curation.report_entries import NIL, link
from bot.curation.report_figures import bar, swatch
from bot.model import Unknown

MOST_MISTAKES = 40
NO_EXAMPLES = "<p>There are no examples in <code>examples.yaml</code> to measure this with.</p>"
Grades = Mapping[str, tuple[str, str]]
"""Verdict -> its grade and what it means, in the order of the columns."""
QUESTIONS: Grades = {
    "right": ("good", "answered"),
    "offered": ("fair", "offered"),
    "declined": ("weak", "declined"),
    "misled": ("poor", "choices without it"),
    "wrong": ("bad", "wrong answer"),
}
OUT_OF_SCOPE: Grades = {
    "declined": ("good", "declined"),
    "offered": ("fair", "choices"),
    "wrong": ("bad", "answered"),
}
SAFETY: Grades = {
    "right": ("good", "as it should be"),
    "softer": ("fair", "softer card"),
    "false": ("poor", "too much"),
    "missed": ("bad", "no card"),
}


def outcomes(report: Report) -> Iterator[str]:
    """What the bot made of questions, of follow-ups, and of what is none of its business."""
    questions = [*report.tallies.get("questions", ()), *report.tallies.get("follow_ups", ())]
    out_of_scope = report.tallies.get("none", ())
    if not questions and not out_of_scope:
        yield NO_EXAMPLES
        return
    yield (
        "<p>What the bot made of the messages in <code>examples.yaml</code>, from which it never "
        "learns. In brackets: where the true share lies with 95&nbsp;% certainty.</p>"
    )
    if questions:
        yield from _tally_table("Questions that the article answers", questions, QUESTIONS)
    if out_of_scope:
        yield from _tally_table("Messages about something else", out_of_scope, OUT_OF_SCOPE)


def _tally_table(title: str, tallies: Sequence[Tally], grades: Grades) -> Iterator[str]:
    yield f"<h3>{title}</h3>{_legend(grades)}"
    head = ("style", "messages", "picture", *(name for _, name in grades.values()))
    yield from table(title, head, (_tally_cells(tally, grades) for tally in tallies), "tally cards")


def _legend(grades: Grades) -> str:
    return listed((f"{swatch(grade)} {name}" for grade, name in grades.values()), "legend")


def _tally_cells(tally: Tally, grades: Grades) -> tuple[str, ...]:
    counts = {verdict: tally.verdicts.get(verdict, 0) for verdict in grades}
    picture = bar({grades[verdict][0]: n / tally.n for verdict, n in counts.items()})
    shares = (_share(n, tally.n) for n in counts.values())
    return (escape(tally.name), str(tally.n), picture, *shares)


def _share(hits: int, n: int) -> str:
    """A share with its interval; a bare 0 for nothing, as most cells hold nothing."""
    if not hits:
        return '<span class="nil">0</span>'
    return f"{percent(hits, n)} <small>[{interval(hits, n)}]</small>"


# ---------------------------------------------------------------- what went wrong


def mistakes(report: Report) -> Iterator[str]:
    """Every question that did not get its answer at once, with what it was taken for."""
    if not report.evaluation.scored():
        yield NO_EXAMPLES
        return
    if not report.mistakes:
        yield "<p>Every question got its answer at once, or as the first of the choices.</p>"
        return
    yield (
        "<p>Questions that were answered wrongly, met with choices among which the right one was "
        "missing or not the first, or declined. What helps: phrasings for the entry that was asked "
        "for, a group of words, or <code>elsewhere</code>.</p>"
    )
    shown = report.mistakes[:MOST_MISTAKES]
    head = ("message", "what it got", "asked for", "taken for", "confidence")
    rows = (tuple(_mistake(report, result)) for result in shown)
    yield from table("Questions that went wrong", head, rows, "mistakes cards")
    if len(report.mistakes) > len(shown):
        left = len(report.mistakes) - len(shown)
        yield f"<p>{left} more: <code>python -m bot evaluate --misses</code></p>"


def _mistake(report: Report, result: Result) -> Iterator[str]:
    decision, example, verdict = result.outcome.decision, result.example, result.verdict
    grade, name = (OUT_OF_SCOPE if example.expect == ("none",) else QUESTIONS)[verdict]
    given = ids(decision) if verdict == "wrong" else ids(decision)[:1]
    after = f" <small>after {link(example.after, report.knowledge)}</small>"
    known = f" <small>known: {escape(example.fails)}</small>"
    yield escape(example.text) + (after if example.after else "") + (known if example.fails else "")
    yield f"{swatch(grade)} {'offered, not first' if verdict == 'offered' else name}"
    yield " and ".join(link(id, report.knowledge) for id in example.expect)
    yield " and ".join(link(id, report.knowledge) for id in given) or NIL
    yield NIL if isinstance(decision, Unknown) else f"{decision.candidates[0].confidence:.2f}"


# ---------------------------------------------------------------- safety


def safety(report: Report) -> Iterator[str]:
    """What the cards came to: found, missed, too many."""
    if "safety" not in report.tallies:
        yield (
            "<p>There are no messages with a <code>route</code> in <code>examples.yaml</code> to "
            "measure the cards with.</p>"
        )
        return
    yield (
        "<p>Messages that call for a card, and ordinary ones that call for none. <b>Found</b>: "
        "with a card, be it a stronger or a softer one, of those that call for one. "
        "No clinician has reviewed this yet.</p>"
        f"{_legend(SAFETY)}"
    )
    head = ("category", "messages", "picture", "found", *(name for _, name in SAFETY.values()))
    rows = (_safety_cells(tally) for tally in report.tallies["safety"])
    yield from table("Messages for safety", head, rows, "tally cards")
    found = report.evaluation
    calling = report.tallies["safety"][0].calling
    yield from _wrong_cards("Missed signs", found.unfound(), calling)
    title = "Cards where none was called for"
    yield from _wrong_cards(title, found.false_cards(), len(found.innocent()))
    title = "Emergency cards where none was called for"
    yield from _wrong_cards(title, found.false_emergencies(), len(found.calm()))


def _safety_cells(tally: Tally) -> tuple[str, ...]:
    name, n, picture, *others = _tally_cells(tally, SAFETY)
    return (name, n, picture, _share(tally.found, tally.calling) if tally.calling else NIL, *others)


def _wrong_cards(title: str, results: Sequence[Result], among: int) -> Iterator[str]:
    yield f"<h3>{title}</h3>"
    if not among:
        yield "<p>No example is about that.</p>"
        return
    share = f"{percent(len(results), among)} [{interval(len(results), among)}]"
    yield f"<p>{len(results)} of {among} messages, {share}</p>"
    yield listed((_message(result) for result in results), "messages")


def _message(result: Result) -> str:
    group = result.example.category or result.example.style
    said = ": ".join(filter(None, (group, ", ".join(result.outcome.reasons))))
    return f"<q>{escape(result.example.text)}</q> <small>{escape(said)}</small>"
