"""Knowledge files -> values, their lines and the faults of their form."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from bot.curation import parsing, reader
from bot.errors import KnowledgeError
from bot.model import Example, SafetyRules, Texts, Words

BREAD = Path(__file__).parent / "bread"
CRUST = """\
- id: crust
  section: The oven
  question: Why is the crust hard?
  phrasings: [why so hard]
  answer: The steam is gone.
"""
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + "d: [*c, *c]\n"


def read(folder, name="qa.yaml", content=CRUST):
    """What stands in a folder with one file, and a sound `qa.yaml` if that is another."""
    (folder / "qa.yaml").write_text(CRUST)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return reader.read(folder)


FAULTS = {
    # --- the text of the file
    "a colon in a value": ("texts.yaml", "title: a\nhelp: b: c\n", 2, "syntax", "a colon"),
    "a tab as indent": ("words.yaml", "groups:\n\t- [a]\n", 2, "syntax", "not YAML"),
    "a quote that does not end": ("texts.yaml", 'title: "a\n', 1, "syntax", "never closed"),
    "a list that goes on as keys": ("words.yaml", "- a\nb: c\n", 2, "syntax", "not YAML"),
    "a character that nobody sees": (
        "texts.yaml",
        "title: a\nhelp: b\x07\n",
        2,
        "syntax",
        "invisible control character",
    ),
    "a null byte": (
        "texts.yaml",
        b"title: a\n\nhelp: b\x00\n",
        3,
        "syntax",
        "invisible control character",
    ),
    "a second document": ("texts.yaml", "title: a\n---\ntitle: b\n", 2, "syntax", "one document"),
    "letters of another encoding": (
        "texts.yaml",
        "title: a\nhelp: é\n".encode("latin-1"),
        2,
        "encoding",
        "save the file as UTF-8",
    ),
    "two bytes a letter": ("texts.yaml", "title: a\n".encode("utf-16"), 1, "encoding", "UTF-8"),
    "more than anybody writes": (
        "texts.yaml",
        b"#" * (parsing.MAX_BYTES + 1),
        1,
        "too-large",
        "larger than 5 MB",
    ),
    # --- what would harm the reader
    "an alias": ("words.yaml", "groups:\n- &a [x]\n- *a\n", 2, "alias", "write it out"),
    "an alias of nothing": ("words.yaml", "groups: [[x]]\nelsewhere: *a\n", 2, "alias", "aliases"),
    "a merge of keys": ("texts.yaml", "title: a\n<<: *b\n", 2, "alias", "aliases"),
    "a bomb of aliases": ("words.yaml", BOMB, 1, "alias", "anchors"),
    "lists in lists without end": ("words.yaml", "\n" + "[" * 100_000, 2, "too-deep", "nested"),
    "keys in keys without end": ("words.yaml", "{a: " * 100_000, 1, "too-deep", "nested"),
    "hyphens without end": ("words.yaml", "- " * 100_000, 1, "too-deep", "nested"),
    # --- keys
    "a key that is misspelt": (
        "texts.yaml",
        "title: a\nhlep: b\n",
        2,
        "unknown-key",
        '"hlep" is no key that is known here: did you mean "help"?',
    ),
    "a key of keys": ("texts.yaml", "? [a, b]\n: c\n", 1, "unknown-key", "no key"),
    "a misspelt key deep inside": (
        "safety.yaml",
        "forms:\n  negated:\n    befor: [not]\n",
        3,
        "unknown-key",
        '"befor"',
    ),
    "a key twice": ("texts.yaml", "title: a\nhelp: b\ntitle: c\n", 3, "duplicate-key", '"title"'),
    "a key twice in an item": (
        "qa.yaml",
        CRUST + "  answer: Or not.\n",
        6,
        "duplicate-key",
        '"answer" stands here twice',
    ),
    "an item without a key": (
        "qa.yaml",
        CRUST + CRUST.replace("id: crust", "id: crumb").replace("  section: The oven\n", ""),
        6,
        "missing-key",
        '"section" is missing',
    ),
    "a missing key deep inside": (
        "qa.yaml",
        CRUST + "  follow_ups:\n    - {phrasing: and then}\n",
        7,
        "missing-key",
        '"to" is missing',
    ),
    # --- types
    "a word for a whole file of keys": ("texts.yaml", "hello\n", 1, "wrong-type", "keys"),
    "a list for a whole file of keys": ("texts.yaml", "- a\n", 1, "wrong-type", "keys"),
    "keys for a whole file of items": ("qa.yaml", "id: crust\n", 1, "wrong-type", "a list"),
    "a word for an item": ("qa.yaml", CRUST + "- crumb\n", 6, "wrong-type", "item 2 should be"),
    "a text where a list belongs": (
        "qa.yaml",
        CRUST + "  quotes: hot\n",
        6,
        "wrong-type",
        '"quotes" should be a list',
    ),
    "a list where a text belongs": (
        "texts.yaml",
        "title: a\nhelp: [b]\n",
        2,
        "wrong-type",
        '"help" should be a text; put it in quotation marks',
    ),
    "keys where a text belongs": (
        "qa.yaml",
        CRUST.replace("[why so hard]", "\n    - fine\n    - why: so hard\n"),
        6,
        "wrong-type",
        "item 2 should be a text",
    ),
    "a text where keys belong": (
        "qa.yaml",
        CRUST + "  editor_note: soft\n",
        6,
        "wrong-type",
        '"editor_note" should be keys',
    ),
    "a list where keys belong": ("safety.yaml", "groups: [a]\n", 1, "wrong-type", "keys"),
    # --- values
    "a day that is none": (
        "qa.yaml",
        CRUST + "  editor_note:\n    text: a\n    source: b\n    checked: 2026-02-30\n",
        9,
        "wrong-value",
        '"checked"',
    ),
    "a switch in between": ("qa.yaml", CRUST + "  talk: rather\n", 6, "wrong-value", '"talk"'),
    "a number in words": (
        "safety.yaml",
        "rules:\n- {id: a, card: a, signs: [], source: a, fires: [], quiet: [],\n   within: few}\n",
        3,
        "wrong-value",
        '"within"',
    ),
    "a route that does not exist": (
        "examples.yaml",
        "- text: a\n  route: baker\n",
        2,
        "wrong-value",
        '"route"',
    ),
    # --- the article
    "an article without a title": ("article.md", "## a\n\nb\n", 1, "article-form", "a title"),
    "an article without parts": ("article.md", "# a\n\nb\n", 1, "article-form", "headings"),
    "an empty article": ("article.md", "", 1, "article-form", "a title"),
    "an article in another encoding": ("article.md", b"# a\n\xe9", 2, "encoding", "UTF-8"),
}


@pytest.mark.parametrize(("name", "content", "line", "rule", "words"), FAULTS.values(), ids=FAULTS)
def test_one_fault_is_found(tmp_path, name, content, line, rule, words):
    (problem,) = read(tmp_path, name, content).problems
    assert (problem.path, problem.line) == (str(tmp_path / name), line)
    assert (problem.rule, problem.level) == (rule, "error")
    assert words in problem.message


FINE = {
    "a byte order mark": ("texts.yaml", b"\xef\xbb\xbftitle: a\n"),
    "lines that end as on Windows": ("texts.yaml", b"help: b\r\ntitle: a\r\n"),
    "a document that is marked as one": ("texts.yaml", "---\ntitle: a\n...\n"),
    "comments": ("texts.yaml", "# about\ntitle: a # so\n"),
    "no line break at the end": ("texts.yaml", "title: a"),
    "keys in braces": ("texts.yaml", "{title: a}"),
    "a key in quotes": ("texts.yaml", "'title': \"a\""),
    "a tag, which says nothing": ("texts.yaml", "title: !!python/name:os.system a\n"),
}


@pytest.mark.parametrize(("name", "content"), FINE.values(), ids=FINE)
def test_is_read_with(tmp_path, name, content):
    source = read(tmp_path, name, content)
    assert source.problems == ()
    assert source.knowledge.texts.title == "a"


EMPTY = {"nothing": "", "blank lines": "\n \n", "comments only": "# later\n", "a mark": "\ufeff"}


@pytest.mark.parametrize("content", EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize("name", sorted(reader.SHAPES))
def test_a_file_holds_no_fault_when_it_holds(tmp_path, name, content):
    source = read(tmp_path, name, content)
    assert source.problems == ()
    assert source.knowledge.texts == Texts()
    assert source.knowledge.words == Words()
    assert source.knowledge.safety == SafetyRules()
    assert source.examples == ()
    assert len(source.knowledge.entries) == (name != "qa.yaml")


WORDS = {
    "no": "no",
    "on": "on",
    "Yes": "Yes",
    "true": "true",
    "null": "null",
    "~": "~",
    "12:30": "12:30",
    "007": "007",
    "0x1F": "0x1F",
    "1_000": "1_000",
    "1.50": "1.50",
    "4e3": "4e3",
    ".inf": ".inf",
    "2026-11-23": "2026-11-23",
    "=": "=",
    "''": "",
    '"a\\tb"': "a\tb",
}


@pytest.mark.parametrize(("written", "meant"), WORDS.items(), ids=WORDS)
def test_stays_the_text_that_it_is(tmp_path, written, meant):
    content = CRUST.replace("[why so hard]", f"[fine, {written}]").replace(
        "The steam is gone.", written
    )
    source = read(tmp_path, "qa.yaml", content)
    assert source.problems == ()
    assert source.knowledge.entries[0].phrasings == ("fine", meant)
    assert source.knowledge.entries[0].answer == meant


FIVE = """\
- id: one
  section: s
  question: First?
  phrasings: [a]
  answer: First.
- id: two
  sektion: s
  question: Second?
  phrasings: [b]
  answer: Second.
- id: three
  section: s
  question: Third?
  phrasings:
    - c
    - d
  answer: Third.
- id: four
  section: s
  question: Fourth?
  phrasings: [e, {f: g}]
  answer: Fourth.
  talk: perhaps
- section: s
  question: Fifth?
  phrasings: [h]
  answer: Fifth.
"""


def test_all_faults_of_several_entries_are_found_at_once(tmp_path):
    """Nobody mends one fault only to be told of the next, and none is told twice.

    The key that is misspelt in line 7 is not said to be missing too.
    """
    found = [(p.line, p.rule) for p in sorted(read(tmp_path, "qa.yaml", FIVE).problems)]
    assert found == [
        (7, "unknown-key"),
        (21, "wrong-type"),
        (23, "wrong-value"),
        (24, "missing-key"),
    ]


def test_entries_with_faults_are_left_out_and_the_others_stay(tmp_path):
    """A fault in one entry does not take another one away."""
    source = read(tmp_path, "qa.yaml", FIVE)
    assert [entry.id for entry in source.knowledge.entries] == ["one", "three"]
    assert source.written["qa.yaml"] == {"one", "two", "three", "four"}


STILL_AT = {
    "an entry before": ((0, "answer"), 5),
    "an entry after": ((1, "question"), 13),
    "an item of its list": ((1, "phrasings", 1), 16),
    "what is not written is at its entry": ((1, "card"), 11),
    "what lies below what is not written too": ((1, "editor_note", "text"), 11),
}


@pytest.mark.parametrize(("loc", "line"), STILL_AT.values(), ids=STILL_AT)
def test_lines_are_right_after_others_were_left_out(tmp_path, loc, line):
    source = read(tmp_path, "qa.yaml", FIVE)
    assert source.problem("qa.yaml", loc, "m", "r").line == line


def test_two_neighbours_with_faults_leave_the_lines_right(tmp_path):
    """Leaving out several items in a row moves the lines by as many."""
    content = "\n".join(["- {text: a, expect: x}", "- {b: c}", "- {d: e}", "- {f: g}"])
    source = read(tmp_path, "examples.yaml", f"{content}\n- text: h\n  expect: [y, z]\n")
    assert source.examples == (Example("a", ("x",)), Example("h", ("y", "z")))
    assert source.problem("examples.yaml", (1, "expect"), "m", "r").line == 6


def test_more_than_ten_items_with_faults_are_left_out(tmp_path):
    """Items are counted as numbers: the tenth comes after the ninth."""
    lines = [f"- {{text: t{n}, expect: x}}" if n % 2 else f"- {{bad: t{n}}}" for n in range(30)]
    source = read(tmp_path, "examples.yaml", "\n".join(lines))
    assert [example.text for example in source.examples] == [f"t{n}" for n in range(1, 30, 2)]
    for i in range(15):
        assert source.problem("examples.yaml", (i,), "m", "r").line == 2 * i + 2


def test_a_faulty_rule_and_a_faulty_group_leave_the_others(tmp_path):
    """Only what holds the fault is left out of a file with several lists."""
    rule = "  - {id: %s, card: c, signs: [[x]], source: s, fires: [a], quiet: [b]}\n"
    content = "rules:\n" + rule % "one" + "  - {id: two}\n" + rule % "three"
    content += "groups:\n  fine: [a]\n  bad: [[b]]\nlook_alikes: [c, [d], e]\n"
    source = read(tmp_path, "safety.yaml", content)
    safety = source.knowledge.safety
    assert [item.id for item in safety.rules] == ["one", "three"]
    assert safety.groups["fine"] == ("a",)
    assert safety.look_alikes == ("c", "e")
    assert source.problem("safety.yaml", ("rules", 1, "id"), "m", "r").line == 4


def test_a_faulty_text_is_left_out_and_the_others_stay(tmp_path):
    """A text with a fault falls back to its neutral words."""
    texts = read(tmp_path, "texts.yaml", "title: a\nhelp: [b]\nwelcome: c\n").knowledge.texts
    assert (texts.title, texts.help, texts.welcome) == ("a", Texts().help, "c")


def test_of_a_key_that_stands_twice_the_first_counts(tmp_path):
    """The second of two equal keys is reported, not silently taken."""
    assert read(tmp_path, "texts.yaml", "title: a\ntitle: b\n").knowledge.texts.title == "a"


def test_one_expected_entry_needs_no_list(tmp_path):
    """`expect: some-id` and `expect: [some-id]` are the same."""
    examples = read(tmp_path, "examples.yaml", "- {text: a, expect: b}\n- {text: a, expect: [b]}\n")
    assert examples.examples[0] == examples.examples[1] == Example("a", ("b",))


def test_a_folder_without_its_one_required_file_has_a_fault(tmp_path):
    """`qa.yaml` is the only file that must be there."""
    (problem,) = reader.read(tmp_path).problems
    assert (problem.line, problem.rule) == (1, "missing-file")
    assert "this file is required" in problem.message


def test_a_folder_in_place_of_a_file_is_a_fault(tmp_path):
    """What the system refuses to read is reported, not raised."""
    (tmp_path / "qa.yaml").mkdir()
    (problem,) = reader.read(tmp_path).problems
    assert (problem.line, problem.rule) == (1, "unreadable")


def test_faults_of_several_files_are_found_at_once(tmp_path):
    """A broken file does not hide the faults of another."""
    (tmp_path / "words.yaml").write_text("[")
    source = read(tmp_path, "texts.yaml", "hlep: a\n")
    assert {(Path(p.path).name, p.rule) for p in source.problems} == {
        ("words.yaml", "syntax"),
        ("texts.yaml", "unknown-key"),
    }
    assert source.knowledge.entries[0].id == "crust"


def test_a_warning_names_its_place_too(tmp_path):
    """A finding can be a warning at a place like any other."""
    problem = read(tmp_path).problem("qa.yaml", (0, "answer"), "dry", "dry-bread", warning=True)
    assert str(problem) == f"{tmp_path / 'qa.yaml'}:5: warning: dry [dry-bread]"


def test_the_second_folder_is_read_whole():
    """Every file of a sound folder arrives in its noun."""
    source = reader.read(BREAD)
    assert source.problems == ()
    assert len(source.knowledge.entries) == len(source.written["qa.yaml"]) == 6
    assert source.knowledge.entries[2].editor_note.checked.isoformat() == "2026-11-23"
    assert source.knowledge.safety.rules[0].signs == (("coeliac", "$gluten .. allerg*"),)
    assert source.knowledge.words.groups == (("temperature", "temp"),)
    assert source.knowledge.texts.title == "Your First Loaf"
    assert len(source.examples) == 5


def test_the_article_comes_in_parts_without_their_numbers():
    """A heading's number is for people who read the file."""
    article = reader.read(BREAD).knowledge.article
    assert article.title == "Your First Loaf"
    assert [part.heading for part in article.parts] == ["The dough", "Rising", "The oven"]
    assert article.parts[2].paragraphs == (
        "Bake the loaf at 230 degrees for 35 minutes. It is done when it sounds hollow.",
    )


def test_the_article_reads_the_same_with_the_line_ends_of_windows(tmp_path):
    """Saving the article on Windows changes none of its paragraphs."""
    text = "# Bread\n\n## 1. Dough\n\nMix.\n\nKnead.\n\n## 2. Oven\n\nBake.\n"
    unix = read(tmp_path, "article.md", text).knowledge.article
    windows = read(tmp_path, "article.md", text.replace("\n", "\r\n")).knowledge.article
    assert unix.parts[0].paragraphs == ("Mix.", "Knead.")
    assert windows == unix


def test_examples_can_be_read_from_any_file(tmp_path):
    """A set of examples may lie elsewhere."""
    path = tmp_path / "more.yaml"
    path.write_text("- {text: a, route: doctor, category: b}\n")
    assert reader.read_examples(path) == (Example("a", route="doctor", category="b"),)


NO_EXAMPLES = {
    "a file that is not there": (None, "missing-file"),
    "a file that is no YAML": ("- {", "syntax"),
    "an item with a fault": ("- {text: a, expect: b}\n- {txt: c}\n", "unknown-key"),
}


@pytest.mark.parametrize(("content", "rule"), NO_EXAMPLES.values(), ids=NO_EXAMPLES)
def test_examples_are_refused_from(tmp_path, content, rule):
    path = tmp_path / "more.yaml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KnowledgeError) as caught:
        reader.read_examples(path)
    assert rule in {problem.rule for problem in caught.value.problems}


DRAFTS = {
    "a draft takes the place of the file": (
        {"qa.yaml": CRUST.replace("crust", "crumb")},
        ["crumb"],
    ),
    "a draft of another file leaves it alone": ({"texts.yaml": "title: Bread\n"}, ["crust"]),
    "a draft may begin with a mark of the encoding": ({"qa.yaml": f"\ufeff{CRUST}"}, ["crust"]),
    "a draft may be empty": ({"qa.yaml": ""}, []),
}


@pytest.mark.parametrize(("drafts", "ids"), DRAFTS.values(), ids=DRAFTS)
def test_draft(tmp_path, drafts, ids):
    (tmp_path / "qa.yaml").write_text(CRUST)
    source = reader.read(tmp_path, drafts)
    assert source.problems == ()
    assert [entry.id for entry in source.knowledge.entries] == ids


def test_a_draft_needs_no_file(tmp_path):
    drafts = {"qa.yaml": CRUST, "article.md": "# Bread\n\n## The oven\n\nIt is hot.\n"}
    source = reader.read(tmp_path, drafts)
    assert source.problems == ()
    assert source.knowledge.article.title == "Bread"


def test_half_of_a_letter_in_a_draft_is_a_fault(tmp_path):
    source = reader.read(tmp_path, {"qa.yaml": CRUST, "texts.yaml": "title: a\nhelp: \ud83d\n"})
    assert [(p.line, p.rule) for p in source.problems] == [(2, "encoding")]


@how(max_examples=150, deadline=None, derandomize=True, database=None)
@pytest.mark.repetitive
@given(
    name=st.sampled_from(sorted(reader.SHAPES)),
    content=st.binary(max_size=40)
    | st.text(alphabet="-:?[]{}'\"&*!|>#%@, \n\tab\r\ufeff\u2028é", max_size=60).map(str.encode),
)
def test_nothing_that_a_file_holds_is_raised(tmp_path_factory, name, content):
    """Whatever bytes a file holds, reading ends in values and faults on lines of the file."""
    folder = tmp_path_factory.mktemp("any")
    try:
        source = read(folder, name, content)
        assert all(p.line >= 1 and "\n" not in p.message for p in source.problems)
    finally:
        shutil.rmtree(folder)
