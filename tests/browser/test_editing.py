"""The everyday work of a maintainer without a terminal: on the page, in the panel."""

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Chat
from browser.test_access import LOOKS, findings

TOO_WIDE = """
[...document.querySelectorAll("#why *")]
  .filter((node) => node.getBoundingClientRect().right > innerWidth)
  .map((node) => node.outerHTML)
"""
ASKED = "when may i slice it"


@pytest.fixture
def offline(maintained):
    """`python -m bot`, with the page that it serves."""
    return maintained


class Panel:
    """What a maintainer does and sees in the panel beside a chat."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.locator("#why")
        self.check = page.get_by_role("region", name="Check")
        self.changes = page.get_by_role("region", name="What changes for other questions")
        self.edits = page.get_by_role("region", name="Edits")
        self.begun = page.get_by_text("This is what you had begun.")

    @classmethod
    def about(cls, chat: Chat, text: str) -> "Panel":
        """Ask the bot, and open the panel about its reply."""
        before = chat.messages.count()
        chat.say(text)
        expect(chat.messages).to_have_count(before + 2)
        panel = cls(chat.page)
        if panel.panel.is_hidden():
            chat.page.locator("#why-toggle").click()
        expect(chat.page.locator("#why-reasons")).to_contain_text("Decision")
        return panel

    def open(self, name: str) -> None:
        """Press a button that opens a form."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def open_answer(self) -> None:
        """Open the form of the answer, and wait until its words are there: they replace others."""
        self.open("Edit this answer")
        expect(self.field("Answer")).not_to_have_value("")

    def field(self, name: str):
        """A field of the form."""
        return self.page.locator("#editor").get_by_label(name, exact=True)

    def find(self, words: str) -> None:
        """Choose an entry that is found by typing."""
        self.field("Find another entry").fill(words)
        self.page.get_by_role("radio").first.check()

    def save(self) -> None:
        """Save, and wait until it is live."""
        self.open("Save")
        expect(self.edits.get_by_role("listitem").first).to_contain_text("Saved and live")


def test_a_message_becomes_a_phrasing_and_no_phrasing_again(chat, offline):
    """Of an entry found by typing; it says what changes, when it is live, and takes it back."""
    before = offline.text()
    panel = Panel.about(chat, ASKED)

    panel.open("Add as a phrasing")
    expect(panel.field("Phrasing")).to_have_value(ASKED)
    panel.find("loaf done")
    expect(panel.check).to_contain_text("Nothing is wrong with it.")
    expect(panel.changes).to_contain_text("is: answers when-done")
    assert offline.text() == before
    panel.save()

    assert f"    - when can i take it out\n    - {ASKED}\n" in offline.text()
    chat.say(ASKED)
    chat.sees("The article says that it sounds hollow.")
    panel.edits.get_by_role("button", name=f"Undo: “{ASKED}” asks when-done").click()
    expect(panel.edits).to_contain_text("Taken back")
    assert offline.text() == before


def test_an_answer_is_edited(chat, offline):
    """What is wrong stands there while one types, and is not saved; what is right is live soon."""
    before = offline.text()
    panel = Panel.about(chat, "how hot")

    panel.open("Edit this answer")
    expect(panel.field("Answer")).to_have_value("The article says 230 degrees.")
    expect(panel.field("Answer")).to_be_focused()
    panel.field("Answer").fill("The article says <b>230.")
    expect(panel.check).to_contain_text("[bad-markup]")
    panel.open("Save")
    expect(panel.check).to_contain_text("Not to be saved like this: 1 fault.")
    assert offline.text() == before
    panel.field("Answer").fill("The article says 230 degrees: hot.")
    panel.field("Find a sentence of the article").fill("sounds hollow")
    chat.page.get_by_role("button", name="sounds hollow").click()
    expect(panel.field("Quotes")).to_have_value(
        "Bake the loaf at 230 degrees for 35 minutes.\nIt is done when it sounds hollow."
    )
    expect(panel.check).to_contain_text("Nothing is wrong with it.")
    panel.save()

    assert '  answer: "The article says 230 degrees: hot."\n' in offline.text()
    chat.say("how hot")
    chat.sees("The article says 230 degrees: hot.")


def test_a_phrasing_is_removed(chat, offline):
    """One that is like the message is at hand; others are found by typing."""
    before = offline.text()
    panel = Panel.about(chat, "is the oven hot")

    panel.open("Remove a phrasing")
    expect(panel.check).to_contain_text("Choose the phrasing that should go.")
    expect(chat.page.get_by_role("radio", name="how hot do i bake it")).to_be_visible()
    panel.field("Find a phrasing").fill("many degrees")
    chat.page.get_by_role("radio", name="how many degrees").check()
    panel.save()

    assert offline.text() == before.replace("    - how many degrees\n", "")
    panel.edits.get_by_role("button", name="Undo").click()
    expect(panel.edits).to_contain_text("Taken back")
    assert offline.text() == before


def test_a_message_is_none_of_the_bots_business(chat, offline):
    """It goes into words.yaml."""
    panel = Panel.about(chat, "how hot is lava")

    panel.open("None of the bot’s business")
    expect(panel.changes).to_contain_text("“how hot is lava”")
    panel.save()

    assert "  - how old is the moon\n  - how hot is lava\n" in offline.text("words.yaml")
    chat.say("how hot is lava")
    expect(chat.newest).not_to_contain_text("230 degrees")


def test_a_new_entry(chat, offline):
    """With an id made from its question, at the end of its section."""
    panel = Panel.about(chat, ASKED)

    panel.open("New entry")
    panel.field("Question").fill("May I slice it while it is hot?")
    expect(panel.field("Id")).to_have_value("may-i-slice-it-while-it-is-hot")
    panel.field("Id").fill("slicing")
    panel.field("Section").fill("The oven")
    panel.field("Answer").fill("The article does not say.")
    panel.field("Related entries").fill("when-done, nothing")
    expect(panel.check).to_contain_text("[unknown-id]")
    panel.field("Related entries").fill("when-done")
    expect(panel.check).to_contain_text("It can be saved; worth a look:")
    panel.save()

    assert offline.text().index("- id: slicing") < offline.text().index("- id: hello")
    chat.say(ASKED)
    chat.sees("The article does not say.")


def test_what_somebody_else_saves_meanwhile_is_shown(chat, offline):
    """What was written stays in the form; it is saved over theirs only when that is wanted."""
    panel = Panel.about(chat, "how hot")
    panel.open_answer()
    panel.field("Answer").fill("Mine says 230 degrees.")
    expect(panel.check).to_contain_text("Nothing is wrong")

    offline.edit("The article says 230 degrees.", "Theirs says 230 degrees.")
    panel.open("Save")
    conflict = chat.page.get_by_role("alert").filter(has_text="Somebody else")
    expect(conflict).to_contain_text("Theirs says 230 degrees.")
    expect(panel.field("Answer")).to_have_value("Mine says 230 degrees.")
    assert "Theirs" in offline.text()
    chat.page.get_by_role("button", name="Keep mine, over theirs").click()
    expect(conflict).to_be_hidden()
    expect(panel.check).to_contain_text("Nothing is wrong")
    panel.save()

    assert "Mine says" in offline.text()
    assert "Theirs" not in offline.text()


def test_what_was_begun_is_there_again(chat):
    """After going back, after reading the page anew, for the entry that was chosen."""
    panel = Panel.about(chat, ASKED)
    panel.open("Add as a phrasing")
    panel.field("Phrasing").fill("may it be sliced")
    panel.find("oven hot")
    chat.page.keyboard.press("Escape")
    expect(panel.check).to_be_hidden()

    chat.page.reload()
    chat.page.locator("#why-toggle").click()
    panel.open("Add as a phrasing")

    expect(panel.begun).to_be_visible()
    expect(panel.field("Phrasing")).to_have_value("may it be sliced")
    expect(chat.page.get_by_role("radio", name="How hot should the oven be?")).to_be_checked()
    panel.open("Start over")
    expect(panel.begun).to_be_hidden()
    expect(panel.field("Phrasing")).to_have_value(ASKED)


def test_nothing_is_written_before_the_words_are_there(chat):
    """What is typed to find another entry is not kept as a text that was begun."""
    waiting = []
    panel = Panel.about(chat, "how hot")
    chat.page.route("**/editing/entry**", lambda route: waiting.append(route))
    panel.open("Edit this answer")
    expect(panel.field("Answer")).not_to_be_editable()
    panel.field("Find another entry").fill("loaf")
    expect(chat.page.get_by_text("1 found")).to_be_visible()

    waiting[0].continue_()
    chat.page.unroute("**/editing/entry**")
    expect(panel.field("Answer")).to_have_value("The article says 230 degrees.")
    expect(panel.field("Answer")).to_be_editable()
    expect(panel.begun).to_be_hidden()
    chat.page.keyboard.press("Escape")
    panel.open("Edit this answer")
    expect(panel.field("Question")).to_have_value("How hot should the oven be?")
    expect(panel.begun).to_be_hidden()


def test_two_pages_see_the_same_edits(chat, open_page):
    """What one saves the other can take back; each keeps its own form."""
    panel = Panel.about(chat, ASKED)
    other = Panel(open_page())
    other.page.locator("#why-toggle").click()
    other.open("Add as a phrasing")
    other.field("Phrasing").fill("may it be sliced")
    panel.open("Add as a phrasing")
    panel.save()

    expect(other.field("Phrasing")).to_have_value("may it be sliced")
    other.open("Back")
    other.edits.get_by_role("button", name="Undo").click()

    expect(panel.edits).to_contain_text("Taken back")
    expect(panel.edits.get_by_role("button", name="Undo")).to_have_count(0)


def test_it_is_done_by_keyboard(chat, offline):
    """Into the form, through it, saved with Ctrl+Enter; the focus goes to what was saved."""
    keys = chat.page.keyboard
    panel = Panel.about(chat, ASKED)
    chat.page.get_by_role("button", name="Add as a phrasing").focus()
    keys.press("Enter")
    expect(panel.field("Phrasing")).to_be_focused()
    keys.press("Tab")
    keys.press("ArrowDown")
    expect(chat.page.get_by_role("radio").nth(1)).to_be_checked()
    keys.press("Tab")
    keys.type("how hot")
    keys.press("Enter")
    keys.press("Space")
    chosen = chat.page.locator("#editor :checked")
    expect(chosen).to_have_value("how-hot")
    keys.press("Escape")
    expect(chat.page.get_by_role("button", name="Add as a phrasing")).to_be_focused()

    keys.press("Enter")
    expect(panel.field("Phrasing")).to_be_focused()
    keys.press("Control+Enter")

    expect(chat.page.get_by_role("heading", name="Edits")).to_be_focused()
    assert f"    - {ASKED}\n" in offline.text()


def test_hostile_texts_stay_texts(chat, offline):
    """In the form, in what changes, and among the edits."""
    text = "<img src=x onerror=alert(1)> \"quoted\": 'it' # & {a} \u202e"
    panel = Panel.about(chat, text)
    panel.open("Add as a phrasing")
    panel.find("oven hot")
    expect(panel.check).to_contain_text("wrong")
    panel.save()

    expect(panel.edits).to_contain_text("<img src=x onerror=alert(1)>")
    assert chat.page.locator("#why img").count() == 0
    assert r"\"quoted\": 'it' # & {a}" in offline.text()


@pytest.mark.parametrize("look", ["light", "phone, dark"])
def test_no_serious_findings(open_page, offline, look):
    """In a form, with faults, with a conflict, and among the edits; nothing sticks out."""
    page = open_page(**LOOKS[look], reduced_motion="reduce")
    if look == "phone, dark":
        page.locator("#chats .entry").tap()
    panel = Panel.about(Chat(page).begin(), "how hot")
    found = {"buttons": findings(page, "#why")}
    panel.open("Add as a phrasing")
    panel.field("Phrasing").fill("what heat")
    expect(panel.changes).to_contain_text("is: answers how-hot")
    found["phrasing"] = findings(page, "#why")
    panel.save()
    found["edits"] = findings(page, "#why")
    panel.open_answer()
    panel.field("Answer").fill("<b>")
    panel.field("Find a sentence of the article").fill("the")
    expect(panel.check).to_contain_text("[bad-markup]")
    found["faults"] = findings(page, "#why")
    offline.edit("The article says 230 degrees.", "Theirs.")
    panel.open("Save")
    expect(page.get_by_role("alert").filter(has_text="Somebody else")).to_be_visible()
    found["conflict"] = findings(page, "#why")

    assert {where: faults for where, faults in found.items() if faults} == {}
    assert page.evaluate(TOO_WIDE) == []
