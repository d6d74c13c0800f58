"""Telegram's HTML: what it would refuse, and the plain text of it."""

import re
from html import unescape
from html.parser import HTMLParser

TAGS = frozenset("b strong i em u ins s strike del a code pre blockquote tg-spoiler span".split())
"""https://core.telegram.org/bots/api#html-style"""
ENTITIES = ("lt", "gt", "amp", "quot")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.fault = ""
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self._note(f"<{tag}> is no markup that Telegram knows")
        elif tag == "a" and not dict(attrs).get("href"):
            self._note('<a> needs an address: <a href="https://...">')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self._note(f"</{tag}> closes what is not open")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            self._note("a bare < is not allowed: write &lt;")
        self.text.append(data)

    def handle_entityref(self, name: str) -> None:
        if name not in ENTITIES:
            self._note(f"&{name}; is not known to Telegram: write the character itself")
        self.text.append(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.text.append(unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        self._note(f"<!-- {data} --> is no markup that Telegram knows")

    def _note(self, fault: str) -> None:
        self.fault = self.fault or fault


def _parse(html: str) -> _Parser:
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return parser


def find_fault(html: str) -> str:
    """Why Telegram would refuse the text as HTML, in a sentence; empty when it would not."""
    parser = _parse(html)
    if not parser.fault and re.search(r"<[^<>]*$", html):
        return "a bare < is not allowed: write &lt;"
    if not parser.fault and parser.open:
        return f"<{parser.open[-1]}> is never closed"
    return parser.fault


def plain(html: str) -> str:
    """The text without its markup."""
    return "".join(_parse(html).text)
