"""The report in a real browser: a phone, the dark, paper, a keyboard, no script at all."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.building import build
from bot.curation import sheet
from bot.curation.reader import read
from bot.curation.report import report
from bot.curation.report_page import as_html
from bot.errors import Problem
from bot.settings import Settings
from bot.stats import Stats
from browser.axe import findings
from browser.test_access import LOOKS, PHONE

BREAD = Path(__file__).parent.parent / "bread"
LONG = "a-very-long-name-without-any-place-to-break-the-line-" * 3


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report and the reviewer's sheet of the second folder."""
    folder = tmp_path_factory.mktemp("pages")
    answerer = build(Settings(knowledge_dir=BREAD, data_dir=folder))
    found = report(
        answerer,
        read(BREAD),
        stats=Stats({}, {}, {"answered how-hot": 3, f"card {LONG}": 1}),
        problems=[Problem(f"{LONG}/qa.yaml", 7, "is this enough?", "few-phrasings", "warning")],
        made=datetime(2026, 11, 24, 22, 40, tzinfo=UTC),
    )
    written = {"report": as_html(found), "sheet": sheet.as_html(answerer.knowledge, {})}
    for name, html in written.items():
        (folder / f"{name}.html").write_text(html, "ascii")
    return {name: folder / f"{name}.html" for name in written}


@pytest.fixture
def look(browser: Browser, pages: dict[str, Path]) -> Iterator[Callable[..., Page]]:
    """Opens a page as a browser of that kind."""
    contexts = []

    def opened(name: str, **kind: Any) -> Page:
        contexts.append(browser.new_context(**kind))
        page = contexts[-1].new_page()
        page.goto(pages[name].as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", ["report", "sheet"])
@pytest.mark.parametrize("kind", LOOKS.values(), ids=LOOKS)
def test_no_serious_findings(look, name, kind):
    """Nor does anything stick out at the side."""
    page = look(name, **kind)

    assert findings(page) == []
    width = page.evaluate("innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_notes_stand_beside_their_sentences(look):
    """On a wide screen; a sentence without an entry says so."""
    page = look("report", java_script_enabled=False, viewport={"width": 1280, "height": 800})
    sentence, note = page.locator("#s3"), page.locator("#n3")

    expect(note).to_contain_text("How long does the dough rise?")
    assert note.bounding_box()["x"] > sentence.bounding_box()["x"] + 600
    assert abs(note.bounding_box()["y"] - sentence.bounding_box()["y"]) < 60
    expect(page.locator("#n4")).to_contain_text("no entry rests on this sentence")


def test_a_phone_shows_a_note_when_it_is_asked_for(look):
    """Without any script: a tap on the number opens it at the bottom, another closes it."""
    page = look("report", java_script_enabled=False, **PHONE)
    note = page.locator("#n3")
    expect(note).to_be_hidden()

    page.locator("#s3 .ref").tap()
    expect(note).to_be_visible()
    assert note.bounding_box()["y"] > PHONE["viewport"]["height"] / 2
    note.get_by_role("link", name="close").tap()

    expect(note).to_be_hidden()


def test_the_keyboard_reaches_every_sentence_and_its_entries(look):
    """Tab shows the note on a narrow screen too; Enter leads to the entry."""
    page = look("report", viewport={"width": 700, "height": 800})
    page.locator("#s3 .ref").focus()
    expect(page.locator("#n3")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="How long does the dough rise?").first).to_be_focused()

    page.keyboard.press("Enter")

    assert page.url.endswith("#e-how-long-to-rise")


def test_an_entry_unfolds_to_its_answer(look):
    """A press on its question, without any script."""
    page = look("report", java_script_enabled=False)
    answer = page.get_by_text("The article says 230 degrees.")
    expect(answer).to_be_hidden()

    page.locator("#e-how-hot summary").click()

    expect(answer).to_be_visible()


def test_paper_is_light_and_has_the_notes(look):
    """Whatever the screen looks like; links that only a screen needs are gone."""
    page = look("report", color_scheme="dark", viewport={"width": 680, "height": 900})
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator("#n3")).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
