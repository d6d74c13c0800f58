"""The report as one page: whole, harmless, and in order without what a folder may lack."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from html_page import Page

from bot.building import build
from bot.curation.checks import faults
from bot.curation.reader import read
from bot.curation.report import report
from bot.curation.report_page import SECTIONS, as_html
from bot.errors import Problem
from bot.settings import Settings
from bot.stats import Stats

BREAD = Path(__file__).parent / "bread"
MADE = datetime(2026, 11, 24, 22, 40, tzinfo=UTC)
COUNTS = {"answered how-hot": 3, "offered how-hot": 2, "outcome answer": 17}


def written(folder, data, **given):
    source = read(folder)
    assert [problem for problem in faults(source) if problem.level == "error"] == []
    answerer = build(Settings(knowledge_dir=folder, data_dir=data))
    given = {"stats": Stats({}, {}, {}), "problems": (), "made": MADE, **given}
    return as_html(report(answerer, source, **given))


@pytest.fixture(scope="module")
def bread(tmp_path_factory):
    """The page of the second folder."""
    problem = Problem("qa.yaml", 7, "is <b>this</b> “enough”?", "few-phrasings", "warning")
    return written(
        BREAD,
        tmp_path_factory.mktemp("data"),
        stats=Stats(COUNTS, COUNTS, COUNTS),
        problems=[problem],
    )


def test_the_page_needs_nothing_else(bread):
    """Every tag is closed, every link leads somewhere on the page, nothing is loaded or run."""
    page = Page(bread)

    assert page.open == []
    assert page.loads == []
    assert {link[1:] for link in page.links if link.startswith("#")} <= page.anchors
    assert [link for link in page.links if not link.startswith("#")] == []
    assert "<script" not in bread
    assert "url(" not in bread.replace("url(#", "")


SAID = {
    "which version": "version ",
    "when it was made": "Page of 2026-11-24 22:40 UTC",
    "the article": "Mix flour, water, salt and yeast.",
    "the gap in it": "no entry rests on this sentence",
    "how much of it is covered": "Entries rest on 5 of 6 sentences; no entry on sentence 4.",
    "a share with its interval": "100\xa0% [34–100]",
    "the limits": "offers choices from",
    "an entry's answer without markup": "until the dough is smooth.",
    "an editor's note": "Dough also rises overnight in a refrigerator.",
    "how often an entry was used": "3 answered, 2 offered",
    "other counters": "Messages",
    "a finding, as it stands": "qa.yaml:7: warning: is <b>this</b> “enough”? [few-phrasings]",
}


@pytest.mark.parametrize("words", SAID.values(), ids=SAID)
def test_the_page_says(bread, words):
    assert words in " ".join("".join(Page(bread).words).split(" "))


def test_every_section_is_there_and_in_the_contents(bread):
    """In the same order."""
    headings = [bread.index(f'<section id="{id}">') for id in SECTIONS]

    assert headings == sorted(headings)
    assert all(f'<a href="#{id}">{title}</a>' in bread for id, (title, _) in SECTIONS.items())


def test_the_page_is_ascii(bread):
    """So that no shell that redirects it into a file can spoil it."""
    assert bread.isascii()
    assert "&#8220;enough&#8221;" in bread


def test_an_entry_has_the_colour_of_its_note(bread):
    """The line under a sentence and the bar in its note."""
    assert 'id="s2" style="--tint:var(--tint3);--line0:var(--hue3);"' in bread
    assert 'style="--line0:var(--hue3)"><a href="#e-how-long-to-knead">' in bread


LACKING = {
    "article.md": "There is no article in this folder",
    "examples.yaml": "There are no examples in",
    "words.yaml": "The entries",
    "texts.yaml": "Report: the article",
    "safety.yaml mentions.yaml": "There are no messages with a",
}


@pytest.mark.parametrize("files", LACKING)
def test_a_page_without(files, tmp_path):
    """What is missing is said in a sentence; the rest of the page is there."""
    folder = Path(copytree(BREAD, tmp_path / "bread"))
    for name in files.split():
        (folder / name).unlink()
    lines = (folder / "qa.yaml").read_text().splitlines(keepends=True)
    if files == "article.md":
        lines = [line for line in lines if "quotes:" not in line]
    if files.startswith("safety"):
        lines = [line for line in lines if "card:" not in line]
        (folder / "examples.yaml").write_text("- {text: hm, expect: none}\n")
    (folder / "qa.yaml").write_text("".join(lines))

    page = Page(written(folder, tmp_path / "data"))

    assert LACKING[files] in "".join(page.words)
    assert "Nothing counted yet." in "".join(page.words)
    assert "check finds nothing." in "".join(page.words)
    assert page.open == []


EVIL = """</q></style><script>alert(1)</script><img src=x onerror=alert(1)>"&amp;'"""


def test_hostile_texts_are_shown_as_they_are(tmp_path):
    """Whatever stands in the files, none of it becomes markup."""
    folder = tmp_path / "evil"
    folder.mkdir()
    quoted = "'" + EVIL.replace("'", "''") + "'"
    other = quoted.replace("alert(1)", "alert(2)")
    (folder / "qa.yaml").write_text(
        f"- id: one\n  section: {quoted}\n  question: {quoted}\n  phrasings: [{quoted}]\n"
        f"  answer: '&lt;script&gt; no'\n  quotes: [{quoted}]\n"
        f"- id: two\n  section: Two\n  question: {other}\n  phrasings: [bake]\n"
        "  answer: Yes.\n"
    )
    (folder / "article.md").write_text(f"# {EVIL}\n\n## {EVIL}\n\n{EVIL} . And {EVIL}\n")
    (folder / "allowed.yaml").write_text(
        f"- {{rule: unused-sentence, about: And, reason: {quoted}}}\n"
    )
    (folder / "texts.yaml").write_text("title: '&lt;script&gt; & more'\n")
    (folder / "examples.yaml").write_text(
        f"- {{text: {quoted}, expect: two, style: {quoted}, fails: {quoted}}}\n"
        f"- {{text: bake, expect: one, after: two, style: plain}}\n"
        f"- {{text: {quoted}, route: doctor, category: {quoted}}}\n"
    )
    html = written(folder, tmp_path / "data", stats=Stats({}, {EVIL: 3}, {EVIL: 3}))
    page = Page(html)

    assert page.open == []
    assert page.loads == []
    assert "<script" not in html
    assert "".join(page.words).count(EVIL) > 10
    assert "Report: <script> & more" in page.words
