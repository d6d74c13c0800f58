"""Telegram's HTML is read as Telegram's own server reads it, and refused for the same reasons."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import Entity, MarkupError, find_fault, parse, plain, readable, units

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)

TEXTS = {
    "no markup": ("tea", "tea", []),
    "nothing": ("", "", []),
    "bold": ("<b>hot</b> tea", "hot tea", [Entity("bold", 0, 3)]),
    "another name for bold": ("<strong>hot</strong>", "hot", [Entity("bold", 0, 3)]),
    "capitals in a tag": ("<B>hot</b>", "hot", [Entity("bold", 0, 3)]),
    "one within the other": (
        "<b>hot <i>tea</i></b>",
        "hot tea",
        [Entity("bold", 0, 7), Entity("italic", 4, 3)],
    ),
    "one after the other": (
        "<u>hot</u><s>tea</s>",
        "hottea",
        [Entity("underline", 0, 3), Entity("strikethrough", 3, 3)],
    ),
    "an end tag without a name": ("<b>hot</>", "hot", [Entity("bold", 0, 3)]),
    "a link": (
        '<a href="https://x.org/?a=1&amp;b=2">x</a>',
        "x",
        [Entity("text_link", 0, 1, "https://x.org/?a=1&b=2")],
    ),
    "a link in single quotes": (
        "<a href='https://x.org'>x</a>",
        "x",
        [Entity("text_link", 0, 1, "https://x.org")],
    ),
    "a link without quotes": (
        "<a href=https://x.org>x</a>",
        "x",
        [Entity("text_link", 0, 1, "https://x.org")],
    ),
    "a quote": ("<blockquote>q</blockquote>", "q", [Entity("blockquote", 0, 1)]),
    "a quote that unfolds": (
        "<blockquote expandable>q</blockquote>",
        "q",
        [Entity("expandable_blockquote", 0, 1)],
    ),
    "a spoiler": ("<tg-spoiler>s</tg-spoiler>", "s", [Entity("spoiler", 0, 1)]),
    "another spoiler": ('<span class="tg-spoiler">s</span>', "s", [Entity("spoiler", 0, 1)]),
    "code": ("<pre>x</pre><code>y</code>", "xy", [Entity("pre", 0, 1), Entity("code", 1, 1)]),
    "an empty tag leaves nothing": ("a<b></b>z", "az", []),
    "emoji count twice": ("🙂<b>🙂</b>", "🙂🙂", [Entity("bold", 2, 2)]),
    "the four names": ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
    "numbers": ("&#39;&#x2019;", "'’", []),
    "other names stay as they are": ("&nbsp;&eacute;", "&nbsp;&eacute;", []),
    "a bare &": ("salt & water &", "salt & water &", []),
    "a bare >": ("2 > 1", "2 > 1", []),
    "what is decoded once": ("&amp;lt;", "&lt;", []),
    "half of a surrogate pair before a tag": ("\ud83d<b>x</b>", "\ud83dx", [Entity("bold", 1, 1)]),
}


@pytest.mark.parametrize(("html", "text", "entities"), TEXTS.values(), ids=TEXTS)
def test_texts(html, text, entities):
    assert (text, entities) == parse(html)


FAULTS = {
    "a tag that is never closed": ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    "a tag that was never opened": ("x</b>", "Unexpected end tag at byte offset 1"),
    "tags that cross": (
        "<b><i>x</b></i>",
        'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    ),
    "a tag that Telegram does not know": ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    "a line break as a tag": ("x<br>y", 'Unsupported start tag "br" at byte offset 1'),
    "a bare < before a space": ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    "a bare < before a word": ("1 <two", 'Unsupported start tag "two" at byte offset 2'),
    "a start tag cut off": ("<b", "Unclosed start tag at byte offset 0"),
    "an end tag cut off": ("<b>x</b", "Unclosed end tag at byte offset 4"),
    "offsets are counted in bytes": ("é🙂<p>", 'Unsupported start tag "p" at byte offset 6'),
    "a span of another class": (
        '<span class="x">x</span>',
        'Tag "span" must have class "tg-spoiler" at byte offset 0',
    ),
}


@pytest.mark.parametrize(("html", "expected"), FAULTS.values(), ids=FAULTS)
def test_faults(html, expected):
    with pytest.raises(MarkupError) as caught:
        parse(html)
    assert expected == str(caught.value)
    assert find_fault(html).startswith(expected)
    assert html == plain(html)


def test_valid_markup_has_no_fault():
    """What Telegram accepts has no fault and reads without its tags."""
    assert find_fault("<b>hot</b> &amp; cold") == ""
    assert plain("<b>hot</b> &amp; cold") == "hot & cold"


UNITS = {"tea": 3, "té": 2, "茶": 1, "🙂": 2, "👩‍🔬": 5, "\ud83d": 1, "": 0}


@pytest.mark.parametrize(("text", "expected"), UNITS.items(), ids=map(ascii, UNITS))
def test_units(text, expected):
    """A length is counted as Telegram counts: an emoji is two units or more."""
    assert expected == units(text)


READABLE = {
    "formatting leaves no trace": ("<b>hot</b> tea", "hot tea"),
    "each line of a quote has a bar": (
        "He:\n<blockquote>a\nb</blockquote>\nShe.",
        "He:\n  | a\n  | b\nShe.",
    ),
    "two quotes, and emoji before them": (
        "🙂<blockquote>a</blockquote>🙂<blockquote expandable>b</blockquote>",
        "🙂  | a🙂  | b",
    ),
}


@pytest.mark.parametrize(("html", "expected"), READABLE.values(), ids=READABLE)
def test_readable(html, expected):
    assert expected == readable(*parse(html))


@given(ANY_TEXT)
def test_escaped_text_comes_back(text):
    """What is escaped reads as it was written, and holds no formatting."""
    assert (text, []) == parse(escape(text))
    assert (text, []) == parse(escape(text, quote=False))


SCRAPS = "< > </ <b> </b> <i> & &lt; <a href= ' \" x 🙂 é"


@given(st.lists(st.sampled_from([*SCRAPS.split(), " "])).map("".join))
def test_any_markup_is_read_or_refused(html):
    """Broken markup is refused with a reason, and only then; entities lie within the text."""
    if find_fault(html):
        assert html == plain(html)
        return
    text, entities = parse(html)
    assert all(0 <= e.offset < e.offset + e.length <= units(text) for e in entities)
