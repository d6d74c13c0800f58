"""The reviewer's sheet shows every rule whole, as text and as one page."""

import pytest
from html_page import Page

from bot.answering.explain import explain_safety
from bot.curation.sheet import as_html, as_text

COUNTS = {"inflammation:swelling": 3, "inflammation:like-inflammation": 5}


@pytest.mark.parametrize("write", [as_text, as_html])
def test_every_rule_is_on_the_sheet(answerer, write):
    """Each with its source, its messages and its card."""
    sheet = write(answerer.knowledge, COUNTS)
    if write is as_html:
        sheet = "".join(Page(sheet).words)
    for rule in answerer.knowledge.safety.rules:
        assert rule.id in sheet
        assert rule.source in sheet
        assert all(message in sheet for message in (*rule.fires, *rule.quiet))
    assert "3 times" in sheet
    assert "5 times" in sheet


def test_the_page_needs_nothing_else(answerer):
    """Every tag is closed, every link leads somewhere, nothing is loaded."""
    page = Page(as_html(answerer.knowledge, {}))

    assert page.open == []
    assert page.loads == []
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= page.anchors
    assert all(link.startswith(("#", "https://", "http://")) for link in page.links)


EXPLAINED = {
    "a rule": ("my knee is swollen", "inflammation:swelling: “swollen”, affirmed -> card"),
    "how it is mentioned": ("what if it swells", "hypothetical -> gentle sentence"),
    "nothing": ("how long does it take", "no card"),
    "what it is like": ("my knee is swollen", "like those for inflammation: "),
    "the nearest message": ("my knee is swollen", "nearest message: "),
    "the words that decided": ("my knee is swollen", "words that decided: "),
}


@pytest.mark.parametrize(("text", "expected"), EXPLAINED.values(), ids=EXPLAINED)
def test_explained(answerer, text, expected):
    assert expected in explain_safety(answerer, text)
