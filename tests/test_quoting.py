"""How a text is written in a YAML file, and that every reader of YAML reads it back."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.quoting import written

PLAIN = {
    "words": "how long does it last",
    "an apostrophe inside": "what's the gist",
    "quotation marks inside": 'the "same" thing',
    "a question mark at the end": "does it hurt?",
    "a comma": "well, does it",
    "a sign that stands alone": "a - b",
    "a number sign inside of a word": "c#",
    "another script": "болит ли это",
    "an emoji that is joined": "👩‍⚕️ says no",
    "a colon inside of a word": "at 5:00 pm",
    "it begins with a digit": "3 weeks later",
}
QUOTED = {
    "a word that YAML takes as false": "no",
    "a word that older YAML takes as true": "Y",
    "nothing": "null",
    "a number": "12",
    "a number with an exponent": "1e5",
    "a number in base 16": "0x1F",
    "a time": "12:30",
    "a date": "2026-11-24",
    "no text at all": "",
    "a space before": " a",
    "a space after": "a ",
    "a colon and a space": "yes: and",
    "a colon at the end": "why:",
    "a hyphen first": "- x",
    "a number sign first": "#1",
    "a comment": "a #b",
    "a star first": "*a*",
    "an anchor": "&a",
    "a tag": "!a",
    "a bracket first": "[a]",
    "a brace first": "{a}",
    "a quotation mark first": '"a" is it',
    "an at sign first": "@anna",
    "a percent sign first": "%a",
    "the end of a document": "...",
    "a question mark first": "? a",
    "a line break": "a\nb",
    "a tab": "a\tb",
    "a backslash and a break": "a\\\n",
    "a break of another system": "a\u2028b",
    "a character that nobody can see": "a\u200bb",
    "text that runs backwards": "a\u202eb",
    "a control character": "a\x07b",
}
IN_BRACKETS = {"a comma": "a, b", "a bracket": "a]", "a brace": "a}b", "a colon": "a:b"}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_what_is_safe_is_written_plain(text):
    """No quotation marks where none are needed."""
    assert written(text) == text


@pytest.mark.parametrize("text", QUOTED.values(), ids=QUOTED)
def test_what_means_something_else_is_quoted(text):
    """Quotation marks where the plain text would be read as something else."""
    assert written(text).startswith('"')
    assert yaml.safe_load(written(text)) == text


@pytest.mark.parametrize("text", IN_BRACKETS.values(), ids=IN_BRACKETS)
def test_brackets_need_more_quotes(text):
    """What ends an item in brackets is quoted there, and only there."""
    assert written(text) == text
    assert yaml.safe_load(f"[{written(text, in_brackets=True)}, x]") == [text, "x"]
    assert written(text, in_brackets=True) != text


LIKE = {
    "double quotes are kept": ("a", '"', '"a"'),
    "single quotes are kept": ("it's", "'", "'it''s'"),
    "single quotes cannot hold a break": ("a\nb", "'", '"a\\nb"'),
    "plain is kept": ("a", "", "a"),
    "a folded block of one line": ("a: b", ">", ">-\n  a: b"),
    "a folded block of two lines becomes one to the letter": ("a\nb", ">", "|-\n  a\n  b"),
    "a block that ends with a break": ("a\nb\n", "|", "|\n  a\n  b"),
    "a block cannot begin with a space": (" a", "|", '" a"'),
    "a block cannot end with a blank line": ("a\n\n", "|", '"a\\n\\n"'),
}


@pytest.mark.parametrize(("text", "like", "expected"), LIKE.values(), ids=LIKE)
def test_the_style_is_kept(text, like, expected):
    """A text is written as the one that it replaces was, where that is possible."""
    assert written(text, like) == expected


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, st.sampled_from(["", "'", '"', "|", ">"]), st.booleans())
def test_every_text_is_read_back(text, like, in_brackets):
    """Whatever the text and the style, the same text comes back, with libyaml and without."""
    new = written(text, like, in_brackets=in_brackets, indent=4)
    document = f"- [{new}]\n" if in_brackets else f"-\n  - {new}\n"

    assert yaml.load(document, yaml.CSafeLoader) == [[text]]
    assert yaml.load(document, yaml.SafeLoader) == [[text]]
