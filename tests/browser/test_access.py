"""For everybody: by keyboard, with a screen reader, on a phone, in the dark."""

import pytest
from playwright.sync_api import expect

from browser import axe
from browser.conftest import Chat

# axe measures no contrast on a gradient or a pattern; the lighter end is the harder one for white.
PLAIN = """
document.querySelector('.conversation').style.background = 'var(--wall)';
document.querySelector('.wall')?.remove();
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": PHONE,
    "phone, dark": {**PHONE, "color_scheme": "dark"},
}


def findings(page, part: str = "body") -> list[str]:
    """What axe-core finds on the chat page."""
    page.evaluate(PLAIN)
    return axe.findings(page, part)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_serious_findings(open_page, offline, look):
    """Neither on the welcome screen, in a chat with all there is, in a menu nor in the panel."""
    page = open_page(**look, reduced_motion="reduce")
    found = {}
    offline.do(offline.api.tell_knowledge, {"state": "refused", "findings": ["qa.yaml:1: no"]})
    if "is_mobile" in look:
        expect(page.locator("#chats .entry")).to_be_visible()
        found["list"] = findings(page, ".side")
        page.locator("#chats .entry").tap()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    found["welcome"] = findings(page, "main")
    chat = Chat(page).begin()
    chat.say("my knee is swollen, does https://example.org say whether it hurts?")
    chat.sees("Please see a doctor first")
    text = "<tg-spoiler>a</tg-spoiler> <code>b</code><pre>c</pre><blockquote>d</blockquote> /help"
    offline.call("sendMessage", chat_id=1001, text=text, parse_mode="HTML")
    chat.sees("/help")
    found["chat"] = findings(page)
    chat.input.fill("/")
    expect(page.get_by_role("option").first).to_be_visible()
    found["commands"] = findings(page, ".bottom")
    chat.input.fill("")
    page.get_by_role("button", name="Why the bot said it").click()
    expect(page.locator("#why section").first).to_be_visible()
    found["why"] = findings(page, "#why")

    assert {where: faults for where, faults in found.items() if faults} == {}


def test_the_theme_follows_the_system_until_it_is_switched(open_page):
    """The choice is remembered."""
    page = open_page(color_scheme="dark")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-theme", "light")

    page.get_by_role("button", name="Dark theme").click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.reload()

    expect(root).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", "true")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(23, 33, 43)"


def test_a_phone_shows_the_list_or_the_chat(open_page):
    """Nothing sticks out at 390 pixels; the panel is a sheet at the bottom."""
    page = open_page(**PHONE)
    expect(page.locator("#conversation")).to_be_hidden()
    page.locator("#chats .entry").tap()
    expect(page.locator(".side")).to_be_hidden()
    chat = Chat(page).begin()
    chat.say("will i be stiff again by friday")
    chat.sees("4-14 days")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

    chat.newest.locator("strong").first.tap()
    page.get_by_role("menuitem", name="Why?").tap()
    sheet = page.locator("#why")
    expect(sheet).to_be_visible()
    assert sheet.bounding_box()["y"] > 200
    page.get_by_role("button", name="Close", exact=True).tap()
    page.get_by_role("link", name="Back to the chats").tap()

    expect(page.locator("#chats .entry")).to_be_visible()
    page.go_back()
    expect(chat.newest).to_be_visible()


def test_one_starts_and_asks_by_keyboard(open_page):
    """The focus goes where one needs it next; Shift+Enter begins a line."""
    page = open_page()
    keys = page.keyboard
    chat = Chat(page)
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    keys.press("Enter")
    chat.sees("Hello!")
    expect(chat.input).to_be_focused()

    keys.type("does it hurt?")
    keys.press("Shift+Enter")
    keys.type("really?")
    expect(chat.input).to_have_value("does it hurt?\nreally?")
    keys.press("Enter")

    chat.sees("Does the massage itself hurt?")


def test_one_walks_through_the_messages_by_keyboard(chat):
    """Arrows walk, Enter opens the menu, Escape closes it; the focus is seen."""
    keys = chat.page.keyboard
    chat.page.get_by_role("button", name="What to do with this chat").focus()
    keys.press("Tab")
    expect(chat.newest).to_be_focused()
    keys.press("ArrowUp")
    expect(chat.messages.first).to_be_focused()
    seen = "getComputedStyle(document.activeElement.querySelector('.bubble')).outlineStyle"
    assert chat.page.evaluate(seen) == "solid"

    keys.press("Enter")
    expect(chat.page.get_by_role("menuitem", name="Reply")).to_be_focused()
    keys.press("ArrowDown")
    expect(chat.page.get_by_role("menuitem", name="Edit")).to_be_focused()
    keys.press("Escape")

    expect(chat.messages.first).to_be_focused()


def test_one_presses_a_choice_by_keyboard(chat):
    """Tab leads from the newest message to its buttons; the focus stays near the message."""
    keys = chat.page.keyboard
    chat.newest.focus()
    keys.press("Tab")
    label = chat.page.evaluate("document.activeElement.textContent")

    keys.press("Enter")

    expect(chat.newest.locator("strong").first).to_have_text(label)
    assert chat.page.evaluate("document.activeElement.closest('#log, #composer') !== null")


def test_new_messages_are_told_to_a_screen_reader(chat):
    """Politely, and only what others say."""
    told = chat.page.get_by_role("log", name="New messages")
    expect(told).to_have_attribute("aria-live", "polite")

    chat.say("does it hurt?")

    expect(told).to_contain_text("Offline bot: Does the massage itself hurt?")
    assert "Anna" not in told.inner_text()


def test_who_wants_less_motion_gets_none(open_page):
    """Nothing moves; what is shown takes the focus all the same."""
    page = open_page(reduced_motion="reduce")
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    chat = Chat(page).begin()
    expect(chat.input).to_be_focused()

    assert page.evaluate("document.getAnimations().length") == 0
