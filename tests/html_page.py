"""A page as a test reads it: without a browser."""

from html.parser import HTMLParser


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
