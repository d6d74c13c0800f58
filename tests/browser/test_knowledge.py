"""What a maintainer does: `python -m bot`, the page beside the editor, a look at the reasons."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def offline(maintained):
    """`python -m bot`, with the page that it serves."""
    return maintained


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
