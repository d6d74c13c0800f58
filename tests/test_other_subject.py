"""Nothing in `bot/` knows the shipped article: another folder makes another bot."""

import ast
import io
import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from bot import cli
from bot.building import build
from bot.curation.checks import faults
from bot.curation.reader import read
from bot.model import Category, Texts
from bot.settings import Settings
from bot.telegram import view

ROOT = Path(__file__).parent.parent
BREAD = Path(__file__).parent / "bread"
FOREIGN = re.compile(
    r"massage|neuromuscular|inflam|muscle|muscular|ischemi|therap|posture|nerve|back.pain|swell",
    re.IGNORECASE,
)
"""Words of the shipped article."""
COMMANDS = ("/start", "/help", "/topics", "/article", "/about", "/privacy", "/forget", "/bake")


@pytest.fixture(scope="module")
def baker(tmp_path_factory):
    return build(Settings(knowledge_dir=BREAD, data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def chat(capsys, monkeypatch, tmp_path):
    """What the bot says offline to these messages, through the real handlers."""

    def chat(folder, *messages):
        monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
        monkeypatch.chdir(tmp_path)
        given = io.BytesIO("\n".join(messages).encode())
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(given, "utf-8"))
        assert cli.main(["--knowledge", str(folder)]) == 0
        said = capsys.readouterr()
        assert re.fullmatch(r"Chat page: http://127\.0\.0\.1:\d+/ .*\n", said.err)
        return said.out

    return chat


def test_the_second_folder_is_in_order():
    """`check` accepts another subject."""
    assert faults(read(BREAD)) == []


@pytest.mark.parametrize("entry", read(BREAD).knowledge.entries, ids=lambda entry: entry.id)
def test_each_question_of_the_second_folder_finds_its_answer(baker, entry):
    for phrasing in (entry.question, *entry.phrasings):
        found = baker.ask(phrasing)
        assert [c.entry.id for c in found.decision.candidates[:1]] == [entry.id], phrasing


MESSAGES = {
    "an answer": "how hot",
    "a card": "i am coeliac",
    "a gentle card": "i am not coeliac, how hot is the oven",
    "a card about somebody else": "my son is coeliac",
    "a word of the shipped article": "what is neuromuscular massage",
    "a sign of the shipped folder": "my knee is swollen and inflamed",
    "an emergency of the shipped folder": "i cannot feel my legs and have chest pain",
    "something else": "best pizza in town",
    "another language": "¿Cuánto tiempo tengo que amasar la masa del pan?",
    "nothing": "",
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
def test_no_word_of_the_shipped_article_is_in_the_reply_to(baker, message):
    found = baker.ask(message)
    assert not FOREIGN.search(view.text(found.reply))
    assert not FOREIGN.search(" ".join(found.reasons))


def test_signs_of_the_shipped_folder_mean_nothing_to_the_second(baker):
    """Safety is data too: only the second folder's rules fire."""
    assert baker.safety.find("my knee is swollen and inflamed, i have chest pain") == ()
    assert baker.ask("i am coeliac").reasons == ("ask-first:gluten",)


def test_no_word_of_the_shipped_article_is_in_what_the_handlers_say(chat):
    """Commands, answers and declines speak of bread alone."""
    said = chat(BREAD, *COMMANDS, *filter(None, MESSAGES.values()))
    assert "Your First Loaf" in said
    assert "230 degrees" in said
    assert not FOREIGN.search(said)


def test_one_file_is_enough(chat, tmp_path):
    """With `qa.yaml` alone, neutral words stand in for every text."""
    (tmp_path / "crumbs").mkdir()
    (tmp_path / "crumbs" / "qa.yaml").write_text(
        "- id: crust\n  section: Oven\n  question: Why is the crust hard?\n"
        "  phrasings: [why so hard, hard crust]\n  answer: The steam is gone.\n"
    )
    said = chat(tmp_path / "crumbs", *COMMANDS, "why is the crust so hard", "best pizza in town")
    assert "The steam is gone." in said
    assert not FOREIGN.search(said)


@pytest.mark.parametrize(
    "command",
    [["check"], ["report"], ["evaluate"], ["evaluate", "--json"]],
    ids=lambda command: command[-1],
)
def test_no_word_of_the_shipped_article_is_printed_by(capsys, monkeypatch, tmp_path, command):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    assert cli.main([*command, "--knowledge", str(BREAD)]) == 0
    said = capsys.readouterr()
    assert not FOREIGN.search(said.out + said.err)


@pytest.mark.parametrize("text", fields(Texts), ids=lambda text: text.name)
def test_the_neutral_text_names_no_subject(text):
    assert not FOREIGN.search(str(text.default))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "bot").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_no_word_of_the_shipped_article_is_in_the_code_of(path):
    allowed = set(get_args(Category))
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
        and node.value not in allowed
        and FOREIGN.search(node.value)
    ]
    assert found == []


def test_the_words_of_the_shipped_article_are_known_to_this_test():
    """If the shipped knowledge held none of these words, the tests above would prove nothing."""
    shipped = (ROOT / "knowledge" / "article.md").read_text("utf-8")
    assert len({word.lower() for word in FOREIGN.findall(shipped)}) >= 5
