"""A reply becomes messages that Telegram takes: escaped, short enough, nothing left out."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.markup import parse, plain, units
from bot.model import Block, Button, Reply
from bot.telegram.view import MOST_UNITS, beginning, html, render, render_one, text

BLOCKS = {
    "a card has a warning sign": (
        Block("card", "See a <b>doctor</b>."),
        "⚠️ See a <b>doctor</b>.",
    ),
    "a title is bold and no markup": (
        Block("title", "Is 1 < 2 & why?"),
        "<b>Is 1 &lt; 2 &amp; why?</b>",
    ),
    "a text keeps its markup": (Block("text", "<i>yes</i>"), "<i>yes</i>"),
    "a note is in italics": (Block("note", "Note: <b>x</b>"), "<i>Note: <b>x</b></i>"),
    "a footer is in italics": (Block("footer", "No advice."), "<i>No advice.</i>"),
    "a quote unfolds, names its source and is no markup": (
        Block("quote", "Salt & <water>", "Tea > Coffee"),
        "<blockquote expandable>“Salt &amp; &lt;water&gt;”\n— Tea &gt; Coffee</blockquote>",
    ),
    "each quote has its own quotation marks": (
        Block("quote", "Salt.\nWater.", "Tea"),
        "<blockquote expandable>“Salt.”\n“Water.”\n— Tea</blockquote>",
    ),
    "apostrophes stay readable": (Block("title", 'What\'s "hot"?'), '<b>What\'s "hot"?</b>'),
}


@pytest.mark.parametrize(("block", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_blocks(block, expected):
    assert [expected] == render(Reply((block,)))
    assert expected == html(Reply((block,)))


def test_blocks_are_paragraphs_of_one_message():
    """A reply that fits is one message, an empty line between its blocks."""
    reply = Reply((Block("title", "Tea?"), Block("text", "Hot."), Block("footer", "Bye.")))
    assert render(reply) == ["<b>Tea?</b>\n\nHot.\n\n<i>Bye.</i>"]


def test_nothing_to_say_is_no_message():
    """A reply without blocks sends nothing."""
    assert render(Reply(())) == []


LENGTHS = {
    "blocks that just fit share a message": ([2000, 2094], [4096]),
    "one unit more begins a new message": ([2000, 2095], [2000, 2095]),
    "blocks are filled in as long as they fit": ([2000, 1000, 1500, 1000], [3002, 2502]),
}


@pytest.mark.parametrize(("lengths", "expected"), LENGTHS.values(), ids=LENGTHS)
def test_lengths(lengths, expected):
    reply = Reply(tuple(Block("text", "x" * length) for length in lengths))
    assert expected == [units(plain(message)) for message in render(reply)]


def test_only_what_is_seen_counts():
    """Tags and escapes do not use up the length of a message."""
    reply = Reply((Block("title", "&" * 1500), Block("title", "&" * 1500)))
    assert len(render(reply)) == 1


LONG = {
    "a long paragraph of words": Block("text", "salt &amp; water " * 1000),
    "a long paragraph of emoji": Block("text", "🙂 " * 3000),
    "a word longer than a message": Block("text", "x" * 10_000),
    "escapes without a space": Block("text", "&amp;" * 5000),
    "a long formatted paragraph": Block("text", f"<b>{'salt ' * 2000}</b>"),
    "a long quote": Block("quote", "Salt water. " * 500, "Tea"),
}


@pytest.mark.parametrize("block", LONG.values(), ids=LONG)
def test_long(block):
    messages = render(Reply((Block("title", "Tea?"), block, Block("footer", "Bye."))))
    lengths = [units(plain(message)) for message in messages]
    assert max(lengths) <= MOST_UNITS
    assert min(lengths) > 0
    if block.kind == "text":
        assert _letters(f"Tea?{plain(block.text)}Bye.") == _letters("".join(map(plain, messages)))
    else:
        assert _letters(block.text) in _letters("".join(map(plain, messages)))


PARAGRAPHS = st.builds(
    lambda piece, times, kind: Block(kind, escape(piece, quote=False) * times),
    st.text(min_size=1, max_size=20),
    st.integers(1, 500),
    st.sampled_from(["text", "card"]),
)


@given(st.lists(PARAGRAPHS, min_size=1, max_size=4))
def test_messages_are_short_and_complete(blocks):
    """However long the paragraphs, each message is short enough and every letter is said."""
    messages = render(Reply(tuple(blocks)))
    read = [parse(message)[0] for message in messages]
    assert max(map(units, read)) <= MOST_UNITS
    wanted = "".join(plain(block.text) for block in blocks)
    assert _letters(wanted) == _letters("".join(read))


def _letters(text):
    return "".join(text.replace("⚠️", "").split())


READ = {
    "as a person reads it": (
        Reply((Block("title", "Tea?"), Block("quote", "Hot.", "Intro"))),
        "Tea?\n\n  | “Hot.”\n  | — Intro",
    ),
    "with its buttons in brackets": (
        Reply(
            (Block("text", "Which <b>one</b>?"),),
            ((Button("Salt & tea?", "q:salt"),), (Button("None", "none"),)),
        ),
        "Which one?\n\n[Salt & tea?]\n[None]",
    ),
}


@pytest.mark.parametrize(("reply", "expected"), READ.values(), ids=READ)
def test_read(reply, expected):
    assert expected == text(reply)


CARD, TITLE, FOOTER = (
    Block("card", "See a <b>doctor</b>."),
    Block("title", "T"),
    Block("footer", "F"),
)
SAID = Block("text", "<b>yes</b>")
IN_ONE = {
    "what fits is left as it is": (
        [CARD, TITLE, SAID, Block("quote", "Q", "S"), FOOTER],
        "cards and all",
        ["⚠️ See a doctor.", "T", "yes", "“Q”", "F"],
    ),
    "the last quote goes first": (
        [TITLE, SAID, Block("quote", "a " * 900, "S"), Block("quote", "b " * 1800, "S"), FOOTER],
        "b b",
        ["T", "yes", "a a", "F"],
    ),
    "notes go after the quotes": (
        [CARD, SAID, Block("quote", "a " * 20, "S"), Block("note", "n " * 2100), FOOTER],
        "n n",
        ["⚠️ See a doctor.", "yes", "F"],
    ),
    "the longest of what must stay is cut at a word": (
        [CARD, Block("text", "<b>" + "word &amp; " * 900 + "</b>"), FOOTER],
        "wor…",
        ["⚠️ See a doctor.", "word & word", "…", "F"],
    ),
    "a title may be the longest": (
        [CARD, Block("title", "x<y " * 2000), FOOTER],
        "&lt;",
        ["⚠️ See a doctor.", "x<y x<y", "…", "F"],
    ),
}


@pytest.mark.parametrize(("blocks", "gone", "kept"), IN_ONE.values(), ids=IN_ONE)
def test_one_message(blocks, gone, kept):
    said = parse(render_one(Reply(tuple(blocks))))[0]

    assert units(said) <= MOST_UNITS
    assert gone not in said
    assert [words for words in kept if words not in said] == []


BEGINNINGS = {
    "a short text is whole": ("one two", 7, "one two"),
    "a long one ends after a word": ("one two three", 10, "one two…"),
    "a long word is cut": ("onetwothree", 6, "onetw…"),
    "lines become one": ("one\n\ntwo", 20, "one two"),
}


@pytest.mark.parametrize(("said", "most", "expected"), BEGINNINGS.values(), ids=BEGINNINGS)
def test_beginning(said, most, expected):
    assert expected == beginning(said, most)
    assert len(expected) <= most
