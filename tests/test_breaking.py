"""What people who do not program do to a file: each leads to the right line, and to what to do.

Every case breaks the second folder in one way; the message is what such a person reads.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.curation.checking import examine
from bot.curation.reader import read

BREAD = Path(__file__).parent / "bread"
Edit = Callable[[str], str]


def put(old: str, new: str) -> Edit:
    """Replace the first of some words."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def after(words: str, more: str) -> Edit:
    """Add something after some words."""
    return put(words, words + more)


ANSWER = "  answer: The article says 230 degrees.\n"

# sentence: file, edit, words of the line that is to be named, rule, words that say what to do
BROKEN: dict[str, tuple[str, Edit, str, str, str]] = {
    "a tab in place of spaces": (
        "qa.yaml",
        put("    - oven temperature", "\t- oven temperature"),
        "\t- oven temperature",
        "syntax",
        "a tab stands in the indent: replace it by spaces",
    ),
    "a tab before a key": (
        "qa.yaml",
        put(ANSWER, "\t" + ANSWER.strip() + "\n"),
        "\tanswer: The article says 230",
        "syntax",
        "a tab stands in the indent: replace it by spaces",
    ),
    "a colon in an answer": (
        "qa.yaml",
        put(ANSWER, "  answer: The article says: 230 degrees.\n"),
        "says: 230",
        "syntax",
        "a colon and a space within a text: put the whole text in quotation marks",
    ),
    "a quotation mark that is never closed": (
        "qa.yaml",
        put(ANSWER, '  answer: "The article says 230 degrees.\n'),
        'answer: "The article says 230',
        "syntax",
        "quotation mark",
    ),
    "a quotation mark that is never closed at the end of a file": (
        "texts.yaml",
        put("title: Your First Loaf", 'title: "Your First Loaf'),
        'title: "Your',
        "syntax",
        "a quotation mark is opened here and never closed",
    ),
    "quotation marks around a part of an answer only": (
        "qa.yaml",
        put(ANSWER, '  answer: "230 degrees" says the article.\n'),
        '"230 degrees" says',
        "syntax",
        "put in quotation marks whole",
    ),
    "curly quotation marks from a word processor": (
        "qa.yaml",
        put(ANSWER, "  answer: “The article says: 230 degrees.”\n"),
        "“The article",
        "syntax",
        "type straight ones",
    ),
    "a key that stands too far to the right": (
        "qa.yaml",
        put(ANSWER, "     " + ANSWER),
        "       answer: The article says 230",
        "syntax",
        "indent",
    ),
    "a key that stands too far to the left": (
        "qa.yaml",
        put(ANSWER, ANSWER.strip() + "\n"),
        "answer: The article says 230",
        "syntax",
        "the keys of an item begin exactly below each other",
    ),
    "a bracket that was deleted": (
        "qa.yaml",
        put('["Bake the loaf at 230 degrees for 35 minutes."]', '["Bake the loaf"'),
        '["Bake the loaf"',
        "syntax",
        "each [ needs its ]",
    ),
    "a key without its colon": (
        "qa.yaml",
        put(ANSWER, "  answer The article says 230 degrees.\n"),
        "answer The article says 230",
        "syntax",
        "a key needs a colon",
    ),
    "an answer that begins with a percent sign": (
        "qa.yaml",
        put(ANSWER, "  answer: @home it is 230 degrees, says the article.\n"),
        "@home",
        "syntax",
        "a text cannot begin with this character: put it in quotation marks",
    ),
    "marks that a merge has left": (
        "qa.yaml",
        put(ANSWER, f"<<<<<<< HEAD\n{ANSWER}=======\n{ANSWER}>>>>>>> theirs\n"),
        "<<<<<<< HEAD",
        "syntax",
        "keep the lines that are right",
    ),
    "two documents in one file": (
        "texts.yaml",
        after("title: Your First Loaf\n", "---\ntitle: Another\n"),
        "---",
        "syntax",
        "remove the line ---",
    ),
    "an invisible control character": (
        "texts.yaml",
        put("From one page", "From one\x07 page"),
        "From one\x07",
        "syntax",
        "delete it",
    ),
    "a file that was cut off while it was saved": (
        "qa.yaml",
        lambda text: text[: text.index("temperature for baking") + 11],
        "- id: how-hot",
        "missing-key",
        '"answer" is missing: add it',
    ),
    "a star at the beginning of a text": (
        "qa.yaml",
        put("- oven temperature", "- *oven* temperature"),
        "*oven*",
        "alias",
        "write it out",
    ),
    "an entry that was pasted twice": (
        "qa.yaml",
        put(
            "- id: hello",
            "- id: when-done\n  section: A\n  question: B\n  phrasings: [b]\n"
            "  answer: C\n\n- id: hello",
        ),
        "- id: when-done\n  section: A",
        "duplicate-id",
        'the id "when-done" is already taken above: delete this one or rename it',
    ),
    "an id that was renamed but is still linked": (
        "qa.yaml",
        put("- id: how-hot", "- id: how-hot-is-it"),
        "related: [how-hot]",
        "unknown-id",
        'there is no entry "how-hot": did you mean "how-hot-is-it"?',
    ),
    "an id with capitals and spaces": (
        "qa.yaml",
        put("- id: hello", "- id: Hello There"),
        "Hello There",
        "bad-id",
        "should be small letters, digits and hyphens",
    ),
    "an empty item of a list": (
        "qa.yaml",
        put("    - oven temperature\n", "    - oven temperature\n    -\n"),
        "    -\n",
        "empty-text",
        "write something, or delete it",
    ),
    "an empty answer": ("qa.yaml", put(ANSWER, "  answer:\n"), "answer:\n", "empty-text", "write"),
    "a text in place of a list": (
        "qa.yaml",
        put("phrasings: [hello, hi, hey there", "phrasings: hello # ["),
        "phrasings: hello",
        "wrong-type",
        "should be a list, one item a line, each after a hyphen",
    ),
    "a key that is misspelt": (
        "qa.yaml",
        put(ANSWER, ANSWER.replace("answer", "anwser")),
        "anwser",
        "unknown-key",
        'did you mean "answer"?',
    ),
    "a key that is missing": (
        "qa.yaml",
        put(ANSWER, ""),
        "- id: how-hot",
        "missing-key",
        '"answer" is missing: add it',
    ),
    "a key twice": (
        "qa.yaml",
        put(ANSWER, f"{ANSWER}  answer: Hot.\n"),
        "  answer: Hot.",
        "duplicate-key",
        "delete one of the two",
    ),
    "a new entry without its hyphen": (
        "qa.yaml",
        put("- id: how-hot", "  id: how-hot"),
        "  id: how-hot",
        "duplicate-key",
        "begin a new item with a hyphen",
    ),
    "a very long answer": (
        "qa.yaml",
        put(ANSWER, f"  answer: {'The article says 230 degrees. ' * 20}\n"),
        "answer: The article says 230 degrees. The",
        "too-long",
        "350 at most: shorten it",
    ),
    "a quote that was changed by one letter": (
        "qa.yaml",
        put("Bake the loaf at 230 degrees", "Bake the loaf at 220 degrees"),
        "220 degrees",
        "quote-not-in-article",
        'copy "Bake the loaf at 230 degrees for 35 minutes."',
    ),
    "a bold word that does not end": (
        "qa.yaml",
        put("<b>smooth</b>", "<b>smooth"),
        "<b>smooth",
        "bad-markup",
        "Can't find end tag",
    ),
    "a sign that looks like markup": (
        "qa.yaml",
        put(ANSWER, "  answer: The article says < 240 degrees.\n"),
        "< 240",
        "bad-markup",
        "a < that is no markup is written &lt;",
    ),
    "a date as people write it": (
        "qa.yaml",
        put("checked: 2026-11-23", "checked: 23.11.2026"),
        "23.11.2026",
        "wrong-value",
        "date",
    ),
    "something else than true or false": (
        "qa.yaml",
        put("talk: true", "talk: maybe"),
        "talk: maybe",
        "wrong-value",
        "valid boolean",
    ),
    "an article without headings": (
        "article.md",
        lambda text: text.replace("## ", ""),
        "# Your First Loaf",
        "article-form",
        "parts under headings (## ...)",
    ),
    "a safety rule that forgot what fires it": (
        "safety.yaml",
        put("- i am coeliac, can i eat it", "- i eat no bread"),
        "- i eat no bread",
        "rule-proof-fails",
        'does not fire on "i eat no bread"',
    ),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_one_mistake_leads_to_its_line(tmp_path, sentence):
    file, edit, place, rule, words = BROKEN[sentence]
    shutil.copytree(BREAD, tmp_path, dirs_exist_ok=True)
    text = edit((tmp_path / file).read_text("utf-8"))
    (tmp_path / file).write_text(text, "utf-8")
    found = [p for p in examine(read(tmp_path)) if p.level == "error"]
    line = text[: text.index(place)].count("\n") + 1
    told = [p for p in found if p.rule == rule and p.path == str(tmp_path / file)]
    assert [p.line for p in told if words in p.message][:1] == [line], found
    assert len({p.rule for p in found}) <= 2, "one mistake is not told in many ways"


HARMLESS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "the line ends of Windows": ("qa.yaml", lambda text: text.replace(b"\n", b"\r\n")),
    "the mark that Notepad puts in front": ("qa.yaml", lambda text: b"\xef\xbb\xbf" + text),
    "words that YAML takes for something else": (
        "qa.yaml",
        lambda text: text.replace(b"- oven temperature", b"- yes\n    - 230\n    - 2026-11-23"),
    ),
    "an apostrophe": ("qa.yaml", lambda text: text.replace(b"- oven t", b"- what's the oven t")),
    "a hash within a word": ("qa.yaml", lambda text: text.replace(b"- oven t", b"- no#1 oven t")),
}


@pytest.mark.parametrize(("file", "edit"), HARMLESS.values(), ids=HARMLESS)
def test_no_harm_is_done_by(tmp_path, file, edit):
    shutil.copytree(BREAD, tmp_path, dirs_exist_ok=True)
    (tmp_path / file).write_bytes(edit((tmp_path / file).read_bytes()))
    assert [p for p in examine(read(tmp_path)) if p.level == "error"] == []


def test_another_encoding_is_named_at_its_line(tmp_path):
    """A file that an old editor saved in its own way."""
    shutil.copytree(BREAD, tmp_path, dirs_exist_ok=True)
    (tmp_path / "texts.yaml").write_bytes("title: Loaf\ndisclaimer: é\n".encode("latin-1"))
    (first, *_) = [p for p in examine(read(tmp_path)) if p.level == "error"]
    assert (first.line, first.rule) == (2, "encoding")
    assert first.message.endswith("save the file as UTF-8")
