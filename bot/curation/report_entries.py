"""The report's sections about the text: the article with its entries, and the list of entries."""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby

from bot.curation.page import grouped, listed, row
from bot.curation.report import EntryReport, Report
from bot.curation.report_figures import bar
from bot.curation.sentences import Sentence
from bot.markup import plain
from bot.model import Entry, Knowledge

NIL = '<span class="nil">&ndash;</span>'
"""A cell that says nothing; a phone leaves it out."""
HUES = 8
MOST_LINES = 4
"""So many entries are drawn as lines under a sentence; its note names all of them."""
Hues = Mapping[str, int]
"""Entry -> which of the colours is its own; neighbours in the file never share one."""


def hues(report: Report) -> Hues:
    """The colours of the entries; three on from each to the next, so that neighbours differ."""
    return {entry.id: 3 * place % HUES for place, entry in enumerate(report.knowledge.entries)}


def article(report: Report) -> Iterator[str]:
    """The article, each sentence coloured by the entries that rest on it."""
    if not report.article:
        yield "<p>There is no article in this folder, so no entry rests on a sentence.</p>"
        return
    yield f"<p>{_coverage(report)} {LEGEND}</p>"
    colours = hues(report)
    for part in report.article:
        yield f'<div class="part"><h3>{escape(part.heading)}</h3>'
        for paragraph in part.paragraphs:
            sentences = (_sentence(sentence, colours, report.excuses) for sentence in paragraph)
            yield f"<p>{' '.join(sentences)}</p>"
        yield "</div>"


LEGEND = (
    "An entry rests on a sentence that it quotes. Each line under a sentence stands for one of its "
    "entries, in the colour of that entry; the note with the same number names them. "
    '<span class="gap">A sentence like this</span> has none.'
)


def _coverage(report: Report) -> str:
    n, gaps = report.sentences, report.gaps
    if not gaps:
        return f"Entries rest on all {n} sentences."
    links = ", ".join(f'<a href="#s{number}">{number}</a>' for number in gaps)
    which = "sentence" if len(gaps) == 1 else "sentences"
    return f"Entries rest on {n - len(gaps)} of {n} sentences; no entry on {which} {links}."


def _sentence(sentence: Sentence, colours: Hues, excuses: Mapping[int, str]) -> str:
    number, entries = sentence.number, sentence.entries
    told = f"entries that rest on sentence {number}: {len(entries)}"
    link = f'<a class="ref" href="#n{number}" aria-label="{told}">{number}</a>'
    own = [colours[entry.id] for entry in entries[:MOST_LINES]]
    lines = "".join(f"--line{place}:var(--hue{hue});" for place, hue in enumerate(own))
    looks = f' style="--tint:var(--tint{own[0]});{lines}"' if own else ""
    kind = f"sentence lines{len(own)}" if own else "sentence gap"
    return (
        f'<span class="{kind}" id="s{number}"{looks}>{escape(sentence.text)}{link}</span>'
        f"{_note(sentence, colours, excuses.get(number, ''))}"
    )


def _note(sentence: Sentence, colours: Hues, excuse: str) -> str:
    """The names of the entries: in the margin, or on a phone at the bottom when it is asked for."""
    number = sentence.number
    names = [
        f'<span class="item" style="--line0:var(--hue{colours[entry.id]})">{_linked(entry)}</span>'
        for entry in sentence.entries
    ]
    none = f'<span class="item none">no entry rests on this sentence</span>{_excused(excuse)}'
    body = "".join(names) or none
    close = f'<a class="close" href="#s{number}">close</a>'
    return f'<span class="note" id="n{number}"><b>{number}</b> {body}{close}</span>'


def _excused(reason: str) -> str:
    return f'<span class="item excuse">{escape(reason)}</span>' if reason else ""


def link(id: str, knowledge: Knowledge) -> str:
    """The question of an entry, leading to it; `none` and entries that are gone lead nowhere."""
    entry = knowledge.entry(id)
    if entry is None:
        return "nothing here" if id == "none" else escape(id)
    return _linked(entry)


def _linked(entry: Entry) -> str:
    return f'<a href="#e-{escape(entry.id)}">{escape(entry.question)}</a>'


COLUMNS = ("question", "phrasings", "examples met", "rests on", "in use")


def entries(report: Report) -> Iterator[str]:
    """All entries by section."""
    phrasings = sum(len(found.entry.phrasings) for found in report.entries)
    yield (
        f"<p>{len(report.entries)} entries with {phrasings:,} phrasings. <b>Examples met</b>: of "
        "those that ask for it, how many got this answer at once; the bar shows the others too. "
        "<b>Rests on</b>: sentences of the article. A press on a question shows its answer.</p>"
    )
    sections = groupby(report.entries, key=lambda found: found.entry.section)
    groups = (
        (section, [row(COLUMNS, tuple(_cells(item)), f"e-{item.entry.id}") for item in found])
        for section, found in sections
    )
    yield from grouped("Entries by section", COLUMNS, groups, "entries cards")


def _cells(found: EntryReport) -> Iterator[str]:
    entry = found.entry
    yield (
        f"<details><summary>{escape(entry.question)} <code>{escape(entry.id)}</code></summary>"
        f"<p>{escape(plain(entry.answer))}</p>{_quotes(entry)}</details>"
    )
    yield str(len(entry.phrasings))
    yield _met(found)
    links = " ".join(f'<a href="#s{number}">{number}</a>' for number in found.sentences)
    yield links or NIL
    yield ", ".join(f"{n:,} {kind}" for kind, n in found.uses.items()) or NIL


def _quotes(entry: Entry) -> str:
    quotes = listed(f"<q>{escape(quote)}</q>" for quote in entry.quotes)
    note = entry.editor_note
    said = f"<p>Editor's note, not from the article: {escape(plain(note.text))}</p>" if note else ""
    return (quotes if entry.quotes else "") + said


def _met(found: EntryReport) -> str:
    if not found.examples:
        return "none"
    grades = {"good": "right", "fair": "offered", "weak": "declined", "poor": "misled"}
    shares = {grade: found.verdicts.get(name, 0) / found.examples for grade, name in grades.items()}
    shares["bad"] = found.verdicts.get("wrong", 0) / found.examples
    return f"{found.verdicts.get('right', 0)} of {found.examples} {bar(shares)}"
