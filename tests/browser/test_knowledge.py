"""What a maintainer does: `python -m bot`, the page beside the editor, a look at the reasons."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.settings import CHECKOUT

BREAD = Path(__file__).parents[1] / "bread"


@dataclass
class Tried:
    """A bot that answers from a copy of the small knowledge, and its page."""

    address: str
    folder: Path

    def edit(self, old: str, new: str) -> None:
        """Save a change of the questions and answers."""
        path = self.folder / "qa.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def offline(tmp_path: Path) -> Iterator[Tried]:
    """`python -m bot` as a process, until the end of its input."""
    folder = tmp_path / "bread"
    shutil.copytree(BREAD, folder)
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "--port", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(CHECKOUT),
            "KNOWLEDGE_DIR": str(folder),
            "DATA_DIR": str(tmp_path / "data"),
            **{name: value for name, value in os.environ.items() if name.startswith("COV")},
        },
    ) as process:
        try:
            address = process.stderr.readline().split()[2]
            yield Tried(address, folder)
            process.stdin.close()
            assert process.wait(10) == 0
        finally:
            process.kill()


def test_edit_the_knowledge_and_see_the_new_answer(chat, offline):
    """The page says what becomes of an edit; the same question gets the new text."""
    said = chat.page.get_by_role("status").filter(has_text="nowledge")
    chat.say("how hot")
    chat.sees("The article says 230 degrees.")
    before = said.inner_text()
    assert before.startswith("Knowledge is live")

    offline.edit("says 230 degrees", "says 250 degrees")
    expect(said).not_to_have_text(before, use_inner_text=True)
    expect(said).to_contain_text("Knowledge is live")
    chat.say("how hot")
    chat.sees("The article says 250 degrees.")

    chat.page.locator("#why-toggle").click()
    panel = chat.page.get_by_role("complementary", name="Why")
    expect(panel).to_contain_text("answer how-hot")
    expect(panel).to_contain_text("The article says 250 degrees.")


def test_a_fault_is_shown_with_its_line(chat, offline):
    """Until it is mended the old answer stays."""
    said = chat.page.get_by_role("status").filter(has_text="nowledge")
    offline.edit("id: hello", "id: Hello")
    expect(said).to_contain_text("The new knowledge was refused")
    expect(said).to_contain_text("[bad-id]")
    chat.say("hi there")
    chat.sees("Ask me about Your First Loaf")

    offline.edit("id: Hello", "id: hello")
    expect(said).to_contain_text("Knowledge is live")
