"""The reviewer's sheet shows every rule whole, as text and as one page."""

from html.parser import HTMLParser

import pytest

from bot.answering.explain import explain_safety
from bot.curation.sheet import as_html, as_text

COUNTS = {"inflammation:swelling": 3, "inflammation:like-inflammation": 5}


class Page(HTMLParser):
    """The words, links and anchors of a page, and whether every tag is closed."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.anchors, self.open, self.loads = [], [], set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.anchors |= {found["id"]} & set(found.values()) if "id" in found else set()
        self.links += [found["href"]] if "href" in found else []
        self.loads += [found["src"]] if "src" in found else []
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


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
