"""Rules over the knowledge: each with the fault that it finds, at its line."""

import shutil
from pathlib import Path

import pytest

from bot.building import build
from bot.curation.checks import CHECKS, faults
from bot.curation.reader import read
from bot.settings import Settings

BREAD = Path(__file__).parent / "bread"

# sentence: file, what stands there, what is put in its place, words of the line that is to be
# named, rule, words of the message
BROKEN = {
    "an entry without phrasings": (
        "qa.yaml",
        "phrasings: [hello, hi, hey there, good morning, good evening, hello there, hi there]",
        "phrasings: []",
        "phrasings: []",
        "no-entries",
        '"hello" has no phrasings',
    ),
    "an id with a capital": ("qa.yaml", "- id: hello", "- id: Hello", "id: Hello", "bad-id", "sm"),
    "an id with a space": ("qa.yaml", "id: hello", "id: hel lo", "hel lo", "bad-id", '"hel lo"'),
    "an id with two hyphens": ("qa.yaml", "id: hello", "id: hel--lo", "hel--", "bad-id", "hel--"),
    "an id that ends in a hyphen": ("qa.yaml", "id: hello", "id: hel-", "hel-", "bad-id", "hel-"),
    "an id with a line break": ("qa.yaml", "id: hello", 'id: "he\\n"', 'he\\n"', "bad-id", "small"),
    "an id that is too long": ("qa.yaml", "id: hello", f"id: {'x' * 49}", "xxx", "bad-id", "xxx"),
    "an id of foreign letters": ("qa.yaml", "id: hello", "id: grüße", "grüße", "bad-id", "grüße"),
    "an id twice": (
        "qa.yaml",
        "id: hello",
        "id: when-done",
        "id: when-done\n  section: Small talk",
        "duplicate-id",
        '"when-done" is already taken',
    ),
    "an id that another entry has had before": (
        "qa.yaml",
        "id: hello",
        "id: hello\n  formerly: [when-done]",
        "formerly:",
        "duplicate-id",
        '"when-done" is the id of an entry today',
    ),
    "a related entry that does not exist": (
        "qa.yaml",
        "related: [how-hot]",
        "related:\n    - when-done\n    - how-cold",
        "- how-cold",
        "unknown-id",
        'no entry "how-cold"',
    ),
    "a follow-up to nowhere": (
        "qa.yaml",
        "and after that, to: how-long-to-rise",
        "and then, to: nowhere",
        "and then",
        "unknown-id",
        'no entry "nowhere"',
    ),
    "a starter that does not exist": (
        "texts.yaml",
        "[what-goes-in, how-hot]",
        "[what-goes-in, how-cold]",
        "how-cold",
        "unknown-id",
        '"how-cold"',
    ),
    "an example that expects what does not exist": (
        "examples.yaml",
        "expect: how-hot",
        "expect: how-cold",
        "how-cold",
        "unknown-id",
        '"how-cold"',
    ),
    "an example after what does not exist": (
        "examples.yaml",
        "after: how-long-to-knead",
        "after: nothing",
        "after: nothing",
        "unknown-id",
        '"nothing"',
    ),
    "an entry with a card that does not exist": (
        "qa.yaml",
        "card: allergy",
        "card: nuts",
        "card: nuts",
        "unknown-card",
        '"nuts" in safety.yaml',
    ),
    "a rule with a card that does not exist": (
        "safety.yaml",
        "    card: allergy",
        "    card: nuts",
        "card: nuts",
        "unknown-card",
        '"nuts" in this file',
    ),
    "a quote in other words": (
        "qa.yaml",
        '["Bake the loaf at 230 degrees for 35 minutes."]',
        '\n    - "It is done when it sounds hollow."\n    - "Bake it at 230 degrees."',
        '- "Bake it at 230 degrees."',
        "quote-not-in-article",
        '"Bake it at 230 degrees." letter for letter',
    ),
    "a quote of a heading": (
        "qa.yaml",
        '["It is done when it sounds hollow."]',
        "[The oven]",
        "[The oven]",
        "quote-not-in-article",
        "letter for letter",
    ),
    "a quote across two parts of the article with its heading": (
        "qa.yaml",
        '["It is done when it sounds hollow."]',
        '["until it is smooth. Rising Cover the dough"]',
        "Rising Cover",
        "quote-not-in-article",
        "letter for letter",
    ),
    "a long quote in other words is shortened in the message": (
        "qa.yaml",
        '["It is done when it sounds hollow."]',
        f'["{"crumbs " * 20}"]',
        "crumbs",
        "quote-not-in-article",
        '..." letter for letter',
    ),
    "an empty question": ("qa.yaml", "question: Hello", "question: ''", "''", "empty-text", '"que'),
    "a phrasing of spaces": (
        "qa.yaml",
        "    - kneading time",
        "    - '  '",
        "- '  '",
        "empty-text",
        '"phrasings" is empty',
    ),
    "a key without a value": (
        "texts.yaml",
        "title: Your First Loaf",
        "title:",
        "title:",
        "empty-text",
        '"title"',
    ),
    "an empty word in a group": (
        "words.yaml",
        "[temperature, temp]",
        "[temperature, '']",
        "temperature",
        "empty-text",
        '"groups"',
    ),
    "an empty example": (
        "examples.yaml",
        "text: i am coeliac",
        "text: ''",
        "text: ''",
        "empty-text",
        '"text"',
    ),
    "a bell in an answer": (
        "qa.yaml",
        "answer: The article says 230 degrees.",
        'answer: "230\\a degrees."',
        "230\\a",
        "control-character",
        '"answer"',
    ),
    "a delete in a card": (
        "safety.yaml",
        "negated: If gluten",
        'negated: "If\\x7f it does" #',
        "x7f",
        "control-character",
        '"negated"',
    ),
    "a tag that Telegram does not know": (
        "qa.yaml",
        "<b>smooth</b>",
        "<h1>smooth</h1>",
        "<h1>",
        "bad-markup",
        "&lt;",
    ),
    "a tag that does not end": (
        "qa.yaml",
        "<b>smooth</b>",
        "<b>smooth",
        "<b>",
        "bad-markup",
        "end tag",
    ),
    "a bare < in a text": (
        "texts.yaml",
        "disclaimer: From",
        "disclaimer: a < b. From",
        "a < b",
        "bad-markup",
        "Telegram would refuse",
    ),
    "crossed tags in a card": (
        "safety.yaml",
        "<b>Ask somebody who knows</b>",
        "<b><i>Ask</b></i>",
        "<b><i>",
        "bad-markup",
        "</i>",
    ),
    "a bad tag in an editor's note": (
        "qa.yaml",
        "text: Dough also",
        "text: <u>Dough</b> also",
        "<u>",
        "bad-markup",
        "Telegram",
    ),
    "a name that nobody fills in": (
        "texts.yaml",
        "not in {title}",
        "not in {titel}",
        "{titel}",
        "bad-name",
        "{titel} is not known here; known are address, author, contact",
    ),
    "a name of another text": (
        "texts.yaml",
        "not in {title}",
        "not in {section}",
        "{section}",
        "bad-name",
        "{section}",
    ),
    "a place without a name": (
        "texts.yaml",
        "not in {title}",
        "not in {}",
        "{}",
        "bad-name",
        "not known",
    ),
    "a name with a part of it": (
        "texts.yaml",
        "not in {title}",
        "not in {title.upper}",
        "{title.upper}",
        "bad-name",
        "not known",
    ),
    "a name with a format that text does not have": (
        "texts.yaml",
        "not in {title}",
        "not in {title:the loaf}",
        "{title:",
        "bad-name",
        "{",
    ),
    "a name with a conversion that does not exist": (
        "texts.yaml",
        "not in {title}",
        "not in {title!x}",
        "{title!x}",
        "bad-name",
        "{",
    ),
    "a single brace": (
        "texts.yaml",
        "not in {title}",
        "not in {title",
        "{title",
        "bad-name",
        "{{ or }}",
    ),
    "a single closing brace in a card": (
        "safety.yaml",
        "Who cannot stand gluten",
        "Who} cannot",
        "Who}",
        "bad-name",
        "{{ or }}",
    ),
    "a name in an answer, which nobody fills in": (
        "qa.yaml",
        "says 230 degrees",
        "says {title} degrees",
        "{title} degrees",
        "bad-name",
        "filled in only in small talk",
    ),
    "an unknown name in a card": (
        "safety.yaml",
        "knows</b>{because}",
        "knows</b>{why}",
        "{why}",
        "bad-name",
        "because",
    ),
    "an unknown name in small talk": (
        "qa.yaml",
        "about {title}.",
        "about {loaf}.",
        "{loaf}",
        "bad-name",
        "{loaf}",
    ),
    "an answer that does not fit a screen": (
        "qa.yaml",
        "The article says 230 degrees.",
        "Hot. " * 71,
        "Hot. Hot.",
        "too-long",
        "the answer has 354 characters; 350 at most",
    ),
    "a short description that Telegram refuses": (
        "texts.yaml",
        "disclaimer:",
        f"short_description: {'x' * 121}\ndisclaimer:",
        "xxx",
        "too-long",
        "121 characters; Telegram takes 120",
    ),
    "an answer to a button that Telegram refuses": (
        "texts.yaml",
        "disclaimer:",
        f"not_yours: {'x' * 201}\ndisclaimer:",
        "xxx",
        "too-long",
        "201 characters; Telegram takes 200",
    ),
    "a description that Telegram refuses": (
        "texts.yaml",
        "disclaimer:",
        f"description: {'x' * 513}\ndisclaimer:",
        "xxx",
        "too-long",
        "513 characters; Telegram takes 512",
    ),
    "the same phrasing under two entries": (
        "qa.yaml",
        "- at what heat do i bake",
        "- HOW many hours, of rising?",
        "- HOW many",
        "same-phrasing",
        'stands under "how-long-to-rise" too (line 44)',
    ),
    "a command with its slash": (
        "texts.yaml",
        "disclaimer:",
        "commands: [{name: /start, description: Go}]\ndisclaimer:",
        "/start",
        "bad-command",
        '"/start" should be small letters',
    ),
    "a command twice": (
        "texts.yaml",
        "disclaimer:",
        "commands:\n- {name: go, description: Go}\n- {name: go, description: Gone}\ndisclaimer:",
        "description: Gone",
        "bad-command",
        "stands here twice",
    ),
    "a command with a long description": (
        "texts.yaml",
        "disclaimer:",
        f"commands: [{{name: go, description: {'x' * 257}}}]\ndisclaimer:",
        "name: go",
        "bad-command",
        "longer than 256",
    ),
    "a text of nothing but markup": (
        "texts.yaml",
        "disclaimer: From one page on bread.",
        "disclaimer: <b> </b>",
        "<b> </b>",
        "refused-text",
        "nothing is left",
    ),
    "a text that is longer than a message": (
        "texts.yaml",
        "disclaimer: From one page on bread.",
        f"help: {'x' * 4097}\ndisclaimer: From one page on bread.",
        "help: ",
        "refused-text",
        "4097 characters; 4096 at most",
    ),
    "a name that breaks the text around it": (
        "texts.yaml",
        "disclaimer: From one page on bread.",
        "address: '<'\nhelp: '{address}'\ndisclaimer: From one page on bread.",
        "address:",
        "bad-markup",
        "Telegram would refuse this",
    ),
    "an answer that is too long with its note": (
        "qa.yaml",
        "Dough also rises overnight in a refrigerator.",
        "Dough. " * 600,
        "answer: The article says two hours",
        "refused-text",
        "with all that goes with it",
    ),
    "a rule without signs": (
        "safety.yaml",
        '[["coeliac", "$gluten .. allerg*"]]',
        "[]",
        "signs: []",
        "bad-sign",
        "at least one sign",
    ),
    "a rule with an empty list of signs": (
        "safety.yaml",
        '[["coeliac", "$gluten .. allerg*"]]',
        '[["coeliac"], []]',
        "signs: [[",
        "bad-sign",
        "every list",
    ),
    "a sign of a group that does not exist": (
        "safety.yaml",
        "$gluten ..",
        "$nuts ..",
        "id: gluten",
        "bad-sign",
        "there is no word group $nuts",
    ),
    "a star inside a word": (
        "safety.yaml",
        '"coeliac"',
        '"coel*iac"',
        "id: gluten",
        "bad-sign",
        '"coel*iac"',
    ),
    "a sign of two words in one": (
        "safety.yaml",
        '"coeliac"',
        '"coeliac", "free-from"',
        "id: gluten",
        "bad-sign",
        '"free-from"',
    ),
    "a sign of a star alone": (
        "safety.yaml",
        '"coeliac"',
        '"coeliac", "*"',
        "id: gluten",
        "bad-sign",
        '"*"',
    ),
    "an unreadable phrase that means something else": (
        "safety.yaml",
        "    card: allergy",
        '    not_in: ["$nuts"]\n    card: allergy',
        "id: gluten",
        "bad-sign",
        "$nuts",
    ),
    "a form of a group that does not exist": (
        "safety.yaml",
        'before: ["not", "no"]',
        'before: ["$nuts"]',
        None,
        "bad-sign",
        "$nuts",
    ),
    "a group of a group that does not exist": (
        "safety.yaml",
        "[gluten, wheat]",
        "[gluten, $nuts]",
        None,
        "bad-sign",
        "$nuts",
    ),
    "a group of itself": (
        "safety.yaml",
        "[gluten, wheat]",
        "[wheat, $gluten]",
        None,
        "circular-group",
        "$gluten",
    ),
    "a rule without a source": (
        "safety.yaml",
        "source: The back of every bag of flour",
        "source: ''",
        None,
        "rule-without-proof",
        'needs "source"',
    ),
    "a rule that no message fires": (
        "safety.yaml",
        "    fires:\n      - i am coeliac, can i eat it\n      - my gluten allergy is bad\n",
        "    fires: []\n",
        "id: gluten",
        "rule-without-proof",
        'needs "fires"',
    ),
    "a rule that no message leaves quiet": (
        "safety.yaml",
        "    quiet:\n      - is there gluten in it\n      - what is a coeli\n",
        "    quiet: []\n",
        "id: gluten",
        "rule-without-proof",
        'needs "quiet"',
    ),
    "a rule that does not fire where it must": (
        "safety.yaml",
        "- my gluten allergy is bad",
        "- my allergy is bad",
        "- my allergy is bad",
        "rule-proof-fails",
        'the rule "gluten" does not fire on "my allergy is bad"',
    ),
    "a rule that rests on a source that is nowhere": (
        "safety.yaml",
        "source: The back of every bag of flour",
        "source: S99 (a book)",
        "source: S99",
        "unknown-source",
        "rests on S99",
    ),
    "a phrasing that fires a rule": (
        "qa.yaml",
        "- what temperature",
        "- what temperature for a coeliac",
        "- what temperature for a coeliac",
        "unexpected-card",
        'the rule "gluten" fires on "what temperature for a coeliac" of "how-hot"',
    ),
    "a message under two cards": (
        "mentions.yaml",
        "  - which flour is cheapest",
        "  - which flour is cheapest\n  - Bread makes me ill!",
        "- Bread makes me ill!",
        "unknown-mention",
        'stands under "allergy" too',
    ),
    "messages under a card that does not exist": (
        "mentions.yaml",
        "allergy:",
        "allergies:",
        "allergies:",
        "unknown-mention",
        'no card "allergies"',
    ),
    "a rule that fires where it must not": (
        "safety.yaml",
        "- what is a coeli",
        "- what is a coeliac",
        "- what is a coeliac",
        "rule-proof-fails",
        'the rule "gluten" fires on "what is a coeliac"',
    ),
    "an example that expects nothing": (
        "examples.yaml",
        "route: doctor, category",
        "category",
        "i am coeliac",
        "bad-example",
        "expect: some-id",
    ),
}
MORE_THAN_ONE = {"a rule without a source"}
"""What breaks another rule as well: a source that is empty is an empty text."""


def broken(folder, file, old, new):
    """A copy of the second folder with one change; returns the changed text."""
    shutil.copytree(BREAD, folder, dirs_exist_ok=True)
    text = (folder / file).read_text("utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    (folder / file).write_text(changed, "utf-8")
    return changed


@pytest.mark.parametrize("sentence", BROKEN)
def test_one_fault_is_found(tmp_path, sentence):
    file, old, new, place, rule, words = BROKEN[sentence]
    text = broken(tmp_path, file, old, new)
    found = faults(read(tmp_path))
    wanted = [problem for problem in found if problem.rule == rule]
    assert len(wanted) == 1
    assert sentence in MORE_THAN_ONE or found == wanted
    if place:
        line = text[: text.index(place)].count("\n") + 1
        start = f"{tmp_path / file}:{line}: "
        assert str(wanted[0]) == f"{start}{wanted[0].message} [{rule}]"
    assert words in wanted[0].message
    assert wanted[0].level == "error"


SOUND = {
    "an id of digits": ("qa.yaml", "id: hello", "id: 2-loaves"),
    "an id of 48 letters": ("qa.yaml", "id: hello", f"id: {'x' * 48}"),
    "a quote that was wrapped": (
        "qa.yaml",
        '["It is done when it sounds hollow."]',
        '["It is\n   done  when it sounds hollow."]',
    ),
    "a quote across paragraphs of two parts": (
        "qa.yaml",
        '["It is done when it sounds hollow."]',
        '["until it is smooth. Cover the dough"]',
    ),
    "an author who is not known": ("texts.yaml", "title:", 'author: ""\naddress: ""\ntitle:'),
    "a line break and a tab": (
        "texts.yaml",
        "disclaimer: From",
        'disclaimer: "From\\n\\there\\n" # ',
    ),
    "markup that Telegram knows": (
        "qa.yaml",
        "<b>smooth</b>",
        '<a href="https://example.org">smooth</a> &lt;3',
    ),
    "braces in an answer that nobody fills in": (
        "qa.yaml",
        "says 230 degrees",
        "says {230} degrees",
    ),
    "braces that are doubled": ("texts.yaml", "not in {title}", "not in {title} {{}}"),
    "names that the bot fills in": (
        "texts.yaml",
        "not in {title}",
        "{title} {author} {address} {contact} {emergency_number}",
    ),
    "an answer of 350 characters": ("qa.yaml", "The article says 230 degrees.", "x" * 350),
    "markup does not count in the length": (
        "qa.yaml",
        "The article says 230 degrees.",
        f"<b>{'x' * 350}</b>",
    ),
    "a sign of several words with a gap": (
        "safety.yaml",
        '"coeliac"',
        '"coeliac", "*free* .. ~bread it*"',
    ),
    "a sign with a capital": ("safety.yaml", '"coeliac"', '"Coeliac"'),
    "a sign of another script": ("safety.yaml", '"coeliac"', '"coeliac", "глютен*"'),
    "an example that is none of the bot's business": (
        "examples.yaml",
        "expect: how-hot",
        "expect: none",
    ),
    "an example with two entries": (
        "examples.yaml",
        "expect: how-hot",
        "expect: [how-hot, when-done]",
    ),
}


@pytest.mark.parametrize(("file", "old", "new"), SOUND.values(), ids=SOUND)
def test_no_fault_is(tmp_path, file, old, new):
    broken(tmp_path, file, old, new)
    assert faults(read(tmp_path)) == []


def test_the_second_folder_is_in_order():
    """The folder that all these faults are made in has none itself."""
    assert faults(read(BREAD)) == []


@pytest.mark.parametrize("left_out", ["article.md", "words.yaml", "texts.yaml", "examples.yaml"])
def test_only_one_file_is_required(tmp_path, left_out):
    """A folder without one of the other files is in order, but for quotes without an article."""
    shutil.copytree(BREAD, tmp_path, dirs_exist_ok=True)
    (tmp_path / left_out).unlink()
    rules = {problem.rule for problem in faults(read(tmp_path))}
    assert rules == ({"quote-not-in-article"} if left_out == "article.md" else set())


def test_quotes_without_an_article_are_refused_one_by_one(tmp_path):
    """Without `article.md` nothing can be quoted, and the message says why."""
    shutil.copytree(BREAD, tmp_path, dirs_exist_ok=True)
    (tmp_path / "article.md").unlink()
    found = faults(read(tmp_path))
    assert len(found) == 5
    assert all("needs article.md" in problem.message for problem in found)


def test_an_empty_folder_has_no_entries(tmp_path):
    """Nothing can be served from nothing."""
    (tmp_path / "qa.yaml").write_text("# soon\n")
    (problem,) = faults(read(tmp_path))
    assert str(problem) == (
        f"{tmp_path / 'qa.yaml'}:1: there is no entry in this file [no-entries]"
    )


def test_faults_of_form_and_of_what_is_said_come_together_in_the_order_of_the_files(tmp_path):
    """One run of `check` shows everything."""
    text = broken(tmp_path, "qa.yaml", "id: hello", "id: Hello")
    (tmp_path / "qa.yaml").write_text(text.replace("  section: Rising\n", ""), "utf-8")
    (tmp_path / "texts.yaml").write_text("titel: a\nunknown: Not in {titel}.\n")
    assert [(Path(p.path).name, p.rule) for p in faults(read(tmp_path))] == [
        ("qa.yaml", "missing-key"),
        ("qa.yaml", "bad-id"),
        ("texts.yaml", "unknown-key"),
        ("texts.yaml", "bad-name"),
    ]


FOLLOWERS = {
    "an entry with a fault is still known by its id": (
        "qa.yaml",
        "  question: How hot should the oven be?\n",
        "",
        {"missing-key"},
    ),
    "a card with a fault is still known by its id": (
        "safety.yaml",
        "category: ask-first",
        "category: ask-last",
        {"wrong-value"},
    ),
    "a file of entries that cannot be read is the only fault": (
        "qa.yaml",
        "answer: The article says",
        "answer: The article: it says",
        {"syntax"},
    ),
    "a file of safety rules that cannot be read is the only fault": (
        "safety.yaml",
        "general: Who",
        "general: Who: who",
        {"syntax"},
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "rules"), FOLLOWERS.values(), ids=FOLLOWERS)
def test_one_mistake_is_told_once(tmp_path, file, old, new, rules):
    broken(tmp_path, file, old, new)
    assert {problem.rule for problem in faults(read(tmp_path))} == rules


SAYABLE = {
    "a name in the reason of a card": ("because: ", 'because: " ({title}) "\n# '),
    "every name in the source of a quote": (
        "because",
        "quote_source: '{title} {section}'\nbecause",
    ),
    "every name in the editor's note": (
        "because",
        "editor_note: '{title} {text} {source} {checked}'\nbecause",
    ),
}


@pytest.mark.parametrize(("old", "new"), SAYABLE.values(), ids=SAYABLE)
def test_what_is_let_pass_can_be_said(tmp_path, old, new):
    broken(tmp_path / "k", "texts.yaml", old, new)
    if not faults(read(tmp_path / "k")):
        answerer = build(Settings(knowledge_dir=tmp_path / "k", data_dir=tmp_path / "data"))
        assert answerer.ask("i am coeliac, how long does the dough rise").reply.blocks


def test_every_rule_is_proved_here():
    """No rule is without a fault that it finds in this file."""
    proved = {rule.replace("-", "_") for *_, rule, _ in BROKEN.values()}
    assert {check.__name__ for check in CHECKS} <= proved
