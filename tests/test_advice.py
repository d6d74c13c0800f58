"""The warnings: each with what it finds, at its line, and what it lets pass."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.curation import likeness
from bot.curation.advice import ADVICE
from bot.curation.checks import faults
from bot.curation.material import Material, name_of
from bot.curation.reader import read

BREAD = Path(__file__).parent / "bread"
LOOK_ALIKE = "\N{CYRILLIC SMALL LETTER A}"

# sentence: file, what stands there, what is put in its place, words of the line that is to be
# named (empty: any), rule, words of the message
WARNED = {
    "the words of a phrasing in another order under another entry": (
        "qa.yaml",
        "- at what heat do i bake",
        "- hours of rising, how many",
        "- hours of rising",
        "near-phrasing",
        'stands under "how-long-to-rise" too (line 44) as "how many hours of rising"',
    ),
    "a phrasing with the words of what must land nowhere": (
        "words.yaml",
        "- how old is the moon",
        "- temp, oven",
        "- temp, oven",
        "near-phrasing",
        '"temp, oven" must land nowhere, but stands under "how-hot" too (line 65)',
    ),
    "a phrasing with the words of what must not land here": (
        "qa.yaml",
        "- which ingredients do i need\n",
        "- which ingredients do i need\n  not_this:\n    - oven temperatures\n",
        "- oven temperatures",
        "near-phrasing",
        "must land nowhere",
    ),
    "a phrasing that differs in punctuation only": (
        "qa.yaml",
        "- what do i have to buy",
        "- What goes in?!",
        "- what goes in",
        "idle-phrasing",
        'adds nothing to "What goes in?!" in line 11: delete it',
    ),
    "a phrasing that differs in endings and synonyms only": (
        "qa.yaml",
        "- at what heat do i bake",
        "- oven temps",
        "- oven temps",
        "idle-phrasing",
        'adds nothing to "oven temperature"',
    ),
    "few phrasings": (
        "qa.yaml",
        "id: how-hot",
        "id: how-hot",
        "phrasings:\n    - what temperature",
        "few-phrasings",
        '"how-hot" has 8 phrasings; 28 or more',
    ),
    "a phrasing that is nearer to another entry": (
        "qa.yaml",
        "- at what heat do i bake",
        "- what does a finished loaf sound of",
        "- what does a finished loaf sound of",
        "stolen-phrasing",
        'nearer to "what does a finished loaf sound like" of "when-done"',
    ),
    "a phrasing that is nearer to what must land nowhere": (
        "qa.yaml",
        "- at what heat do i bake",
        "- who won the soccer match",
        "- who won the soccer match",
        "stolen-phrasing",
        "of what must land nowhere",
    ),
    "few examples": (
        "qa.yaml",
        "id: how-hot",
        "id: how-hot",
        "id: how-hot",
        "few-examples",
        'has 1 messages for "how-hot"; 5 or more',
    ),
    "an example with the words of a phrasing": (
        "examples.yaml",
        "what temp for the oven",
        "OVEN temperature?",
        "OVEN",
        "learnt-example",
        '"OVEN temperature?" is learnt from',
    ),
    "an example with the words of a counter-example": (
        "examples.yaml",
        "who is the president",
        "sing me a song!",
        "sing me",
        "learnt-example",
        "reword it",
    ),
    "an example with the words of a mention": (
        "examples.yaml",
        "i am coeliac",
        "bread makes me ill",
        "makes me ill",
        "learnt-example",
        "reword it",
    ),
    "an example twice": (
        "examples.yaml",
        "what temp for the oven",
        "how long must I knead it",
        "must I",
        "learnt-example",
        "or stands above",
    ),
    "a number that is not quoted": (
        "qa.yaml",
        "says 230 degrees",
        "says 250 degrees",
        "says 250",
        "unquoted-number",
        '"250" in the answer stands in none of its quotes',
    ),
    "a spelt number that is not quoted": (
        "qa.yaml",
        "says ten minutes",
        "says twelve minutes",
        "says twelve",
        "unquoted-number",
        '"12"',
    ),
    "a strong word of the bot's own": (
        "qa.yaml",
        "says 230 degrees.",
        "says 230 degrees. That is definitely hot.",
        "definitely",
        "strong-word",
        '"definitely" is stronger',
    ),
    "a sentence of the article that no entry quotes": (
        "article.md",
        "It is done when it sounds hollow.",
        "It is done when it sounds hollow. Let it cool.",
        "Bake the loaf",
        "unused-sentence",
        'no entry rests on "Let it cool."',
    ),
    "a group of words that nobody uses": (
        "words.yaml",
        "[temperature, temp]",
        "[temperature, temp]\n  - [knife, blade]",
        "[knife",
        "dead-words",
        'no phrasing has a word of "knife, blade"',
    ),
    "a group of one word in two forms": (
        "words.yaml",
        "[temperature, temp]",
        "[knead, kneading]",
        "[knead",
        "dead-words",
        "is one word to the matcher anyway",
    ),
    "a word in two groups": (
        "words.yaml",
        "[temperature, temp]",
        "[temperature, temp]\n  - [heat, temp]",
        "[heat",
        "dead-words",
        '"temp" stands in another group too',
    ),
    "a letter of another script in a word": (
        "qa.yaml",
        "- what temperature",
        f"- wh{LOOK_ALIKE}t temperature",
        "t temperature",
        "mixed-script",
        "only looks like a Latin letter",
    ),
    "markup in a question": (
        "qa.yaml",
        "question: How hot should the oven be?",
        "question: How <b>hot</b> should the oven be?",
        "How <b>",
        "bad-label",
        "is a label: plain words",
    ),
    "a name in a button": (
        "texts.yaml",
        "disclaimer:",
        "button_none: None of {title}\ndisclaimer:",
        "button_none",
        "bad-label",
        "plain words",
    ),
    "a question that no phone shows whole": (
        "qa.yaml",
        "question: How hot should the oven be?",
        f"question: {'How hot? ' * 8}",
        "How hot? How",
        "bad-label",
        "64 letters at most",
    ),
}


def changed(folder, file, old, new):
    """A copy of the second folder with one change; returns the changed text."""
    shutil.copytree(BREAD, folder, dirs_exist_ok=True)
    text = (folder / file).read_text("utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    (folder / file).write_text(text, "utf-8")
    return text


def advice(folder, rule):
    """What one rule finds in a folder."""
    source = read(folder)
    assert source.problems == ()
    (wanted,) = [found for found in ADVICE if name_of(found) == rule]
    return Material(source).found(wanted)


@pytest.mark.parametrize("sentence", WARNED)
def test_one_warning_is_given(tmp_path, sentence):
    file, old, new, place, rule, words = WARNED[sentence]
    text = changed(tmp_path, file, old, new)
    line = text[: text.index(place)].count("\n") + 1
    found = [problem for problem in advice(tmp_path, rule) if words in problem.message]
    assert [(p.path, p.line, p.level) for p in found] == [(str(tmp_path / file), line, "warning")]
    assert [
        problem for problem in faults(read(tmp_path)) if problem.rule != "rule-proof-fails"
    ] == []


PASSED = {
    "an example right after an answer": (
        "examples.yaml",
        "text: and after that, after: how-long-to-knead",
        "text: oven temperature, after: how-long-to-knead",
        "learnt-example",
    ),
    "a number of a quote in other letters": (
        "qa.yaml",
        "says ten minutes",
        "says 10 minutes",
        "unquoted-number",
    ),
    "a number in small talk": ("qa.yaml", "Hello! Ask", "Hello 2 you! Ask", "unquoted-number"),
    "a strong word as the article's own": (
        "qa.yaml",
        "The article says 230 degrees.",
        "The article says 230 degrees. It says that this is best.",
        "strong-word",
    ),
    "a strong word in quotation marks": (
        "qa.yaml",
        "The article says 230 degrees.",
        "The article says 230 degrees. Many call it “the best heat”.",
        "strong-word",
    ),
    "a word of another script": (
        "words.yaml",
        "- how old is the moon",
        "- где луна",
        "mixed-script",
    ),
    "a sentence that is quoted in part": (
        "qa.yaml",
        '"Mix flour, water, salt and yeast."',
        '"flour, water, salt"',
        "unused-sentence",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "rule"), PASSED.values(), ids=PASSED)
def test_no_warning_for(tmp_path, file, old, new, rule):
    before = [problem.message for problem in advice(BREAD, rule)]
    changed(tmp_path, file, old, new)
    assert [problem.message for problem in advice(tmp_path, rule)] == before


def test_every_warning_is_proved_here():
    """No rule is without a finding in this file."""
    assert {name_of(rule) for rule in ADVICE} == {rule for *_, rule, _ in WARNED.values()}


def test_stolen_phrasings_do_not_make_all_be_compared_with_all(monkeypatch):
    """Twice as many take twice the work, also where every one of them is stolen."""

    def asked(n):
        lines = (
            f"- {{id: {id}, section: S, question: About {id}, answer: A, phrasings: ["
            + ", ".join(f"a{k}x b{k}x c{k}x d{k}x {id}{k}x" for k in range(n))
            + "]}\n"
            for id in ("one", "two")
        )
        return Material(read(BREAD, {"qa.yaml": "".join(lines)}))

    compared = Counter()
    like = likeness._Book._like
    found = {}
    for n in (50, 100):
        monkeypatch.setattr(
            likeness._Book, "_like", lambda *about, n=n: compared.update([n]) or like(*about)
        )
        found[n] = len(asked(n).found(likeness.stolen_phrasing))

    assert (found[50], found[100]) == (100, 200)
    assert compared[100] < 2.5 * compared[50]
