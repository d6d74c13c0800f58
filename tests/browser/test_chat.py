"""What people do on the page, with the real bot at the other end."""

import re

from playwright.sync_api import expect

from bot.offline.api import ANNA, Person

BERT = Person(1002, "Bert")


def test_an_empty_chat_shows_what_the_bot_can_do_and_a_start_button(open_page):
    """As in Telegram, nobody can write before START."""
    page = open_page()

    expect(page.get_by_role("region", name="About the bot")).to_contain_text("Ask me anything")
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    expect(page.locator("#composer")).to_be_hidden()


def test_a_question_is_answered_with_its_formatting(chat):
    """Bold stays bold, and the quote stands in a block quote."""
    chat.say("will i be stiff again by friday")

    chat.sees("more relaxed and remain so for 4-14 days")
    expect(chat.newest.locator("strong").first).to_have_text(
        "How long do the muscles stay relaxed?"
    )
    expect(chat.newest.locator("blockquote")).to_contain_text("From the article, After the therapy")
    expect(chat.input).to_have_value("")


def test_pressing_a_choice_answers_it(chat):
    """The button waits until the bot has answered the press."""
    chat.button("Does the massage itself hurt?").click()

    chat.sees("Does the massage itself hurt?")
    expect(chat.newest.locator(".keyboard")).not_to_contain_text("Does the massage itself hurt?")
    expect(chat.page.locator("[aria-busy]")).to_have_count(0)


def test_the_doctor_card_comes_first(chat):
    """And "I asked in general" turns it into an edited, gentler message."""
    chat.say("my knee is swollen, can i still get a massage?")
    chat.sees("Please see a doctor first")

    chat.button("I asked in general").click()

    expect(chat.newest).not_to_contain_text("Please see a doctor first")
    expect(chat.newest.locator(".meta")).to_contain_text("edited")


def test_a_long_quote_opens_and_closes(chat, offline):
    """Three lines of an expandable quote are seen until somebody wants it whole."""
    text = f"<blockquote expandable>{'A line of the article. ' * 30}</blockquote>"
    offline.call("sendMessage", chat_id=ANNA.id, text=text, parse_mode="HTML")
    toggle = chat.page.get_by_role("button", name="Whole quote")
    quote = chat.newest.locator("blockquote")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    short = quote.bounding_box()["height"]

    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    assert quote.bounding_box()["height"] > 2 * short

    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "false")


def test_every_kind_of_formatting(chat, offline):
    """Each entity becomes what it is in HTML; a spoiler is shown when it is pressed."""
    text = (
        "<b>bold</b> <i>italic</i> <u>under</u> <s>gone</s> <code>code</code> <b><i>both</i></b> "
        '😀 <a href="https://example.org/">a link</a> <tg-spoiler>secret</tg-spoiler> /help '
        "<pre>x = 1</pre>"
    )
    offline.call("sendMessage", chat_id=ANNA.id, text=text, parse_mode="HTML")
    said = chat.newest.locator(".text")

    for tag, words in {
        "u": "under",
        "s": "gone",
        "pre": "x = 1",
        ":is(strong em, em strong)": "both",
    }.items():
        expect(said.locator(tag)).to_have_text(words)
    expect(said.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    expect(said.locator(".revealed")).to_have_count(0)
    said.get_by_role("button", name="Hidden text, press to show").click()
    expect(said.locator(".revealed")).to_have_text("secret")
    said.get_by_role("button", name="/help").click()
    chat.sees("How to ask")


def test_the_command_menu(chat):
    """A slash lists the commands; arrows choose, Enter sends, Tab completes."""
    listed = chat.page.get_by_role("option")
    chat.input.press_sequentially("/")
    expect(listed).to_have_count(7)
    chat.input.press_sequentially("pr")
    expect(listed).to_have_count(1)
    chat.input.press("Tab")
    expect(chat.input).to_have_value("/privacy ")
    chat.input.press("Enter")
    chat.sees("Nothing about you is stored")

    chat.page.get_by_role("button", name="Commands").click()
    chat.input.press("ArrowDown")
    chat.input.press("Enter")
    chat.sees("How to ask")
    expect(listed).to_have_count(0)


def test_own_messages_are_edited_with_the_arrow_key(chat):
    """The bot changes its old answer."""
    chat.say("does it hurt?")
    chat.sees("Does the massage itself hurt?")

    chat.input.press("ArrowUp")
    expect(chat.input).to_have_value("does it hurt?")
    chat.say("how long will i be sore afterwards?")

    chat.sees("24-36 hours")
    expect(chat.newest.locator(".meta")).to_contain_text("edited")
    expect(chat.messages.filter(has_text="how long will i be sore")).to_contain_text("edited")


def test_escape_ends_an_edit_and_gives_the_input_back(chat):
    """Nothing is sent."""
    chat.input.press("ArrowUp")
    expect(chat.page.locator("#bar-title")).to_have_text("Edit message")

    chat.input.press("Escape")

    expect(chat.page.locator("#bar")).to_be_hidden()
    expect(chat.input).to_have_value("")


def test_a_reply_names_what_it_replies_to(chat):
    """The menu of a message begins it; the head of the reply leads back."""
    chat.newest.click(button="right")
    chat.page.get_by_role("menuitem", name="Reply").click()
    expect(chat.input).to_be_focused()
    chat.say("does it hurt?")

    expect(chat.messages.filter(has_text="does it hurt?").first.locator(".reply")).to_contain_text(
        "Hello!"
    )


def test_samples_of_other_content(chat):
    """A photo takes what is written as its caption; each is drawn, and the bot answers."""
    chat.input.fill("does it hurt?")
    for label in ("Photo", "Voice message", "Sticker", "Location"):
        chat.page.get_by_role("button", name="Send a sample").click()
        chat.page.get_by_role("menuitem", name=label).click()
        expect(chat.page.get_by_role("img", name=re.compile(f"^{label}"))).to_be_visible()

    expect(chat.messages.filter(has=chat.page.get_by_role("img", name="Photo"))).to_contain_text(
        "does it hurt?"
    )
    expect(chat.messages.filter(has_text="I can only read text")).not_to_have_count(0)


def test_buttons_of_other_kinds(chat, offline):
    """A link opens elsewhere unless it leads to this bot; a text is written into the input."""
    rows = [
        [{"text": "Site", "url": "https://example.org/"}],
        [{"text": "Deep", "url": "https://t.me/offline_bot?start=q_does-it-hurt"}],
        [{"text": "Find", "switch_inline_query_current_chat": "pain"}],
    ]
    keyboard = {"inline_keyboard": rows}
    offline.call("sendMessage", chat_id=ANNA.id, text="Choose", reply_markup=keyboard)
    site = chat.page.get_by_role("link", name="Site")
    expect(site).to_have_attribute("target", "_blank")
    expect(site).to_have_attribute("rel", "noopener noreferrer")

    chat.button("Find").click()
    expect(chat.input).to_have_value("@offline_bot pain")
    chat.page.get_by_role("link", name="Deep").click()
    chat.sees("Does the massage itself hurt?")


def test_an_answer_to_a_press_is_a_notice_or_an_alert(chat, offline):
    """The button is busy until the answer comes."""
    keyboard = {"inline_keyboard": [[{"text": "Tell me", "callback_data": "x"}]]}
    offline.call("sendMessage", chat_id=ANNA.id, text="Ask", reply_markup=keyboard)
    pressed = {"ok": True, "result": {"callback_query_id": "of-no-bot", "update_id": 1}}
    chat.page.route("**/offline/press", lambda route: route.fulfill(json=pressed))
    button = chat.button("Tell me")

    def press_and_answer(**answer):
        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
        told = {"callback_query_id": "of-no-bot", **answer}
        offline.do(offline.api.world.log.add, "callback_answer", told)
        expect(button).not_to_have_attribute("aria-busy", "true")

    press_and_answer(text="A notice", show_alert=False)
    expect(chat.notice).to_have_text("A notice")
    press_and_answer(text="An alert", show_alert=True)
    expect(chat.page.get_by_role("dialog")).to_contain_text("An alert")
    chat.page.get_by_role("button", name="OK").click()
    expect(chat.page.get_by_role("dialog")).to_have_count(0)


def test_inline_results_above_the_input(chat):
    """Typing @bot asks it; the chosen result is written into the chat."""
    chat.input.press_sequentially("@offline_bot how long will i be sore")

    chat.page.get_by_role("option", name="How long does soreness last").click()

    sent = chat.messages.filter(has_text="via @offline_bot")
    expect(sent).to_contain_text("soreness will go away after 24-36 hours")
    expect(chat.input).to_have_value("")


def test_typing_and_deleted_messages(chat, offline):
    """Both come and go as the bot says."""
    offline.call("sendChatAction", chat_id=ANNA.id, action="typing")
    expect(chat.page.locator("#head-detail")).to_have_text("typing…")
    sent = offline.call("sendMessage", chat_id=ANNA.id, text="Forget this")
    chat.sees("Forget this")
    expect(chat.page.locator("#head-detail")).to_contain_text("bot")

    offline.call("deleteMessage", chat_id=ANNA.id, message_id=sent["message_id"])

    expect(chat.messages.filter(has_text="Forget this")).to_have_count(0)


def test_blocking_and_beginning_anew(chat):
    """A person who blocks the bot cannot write until they let it in again."""
    chat.page.get_by_role("button", name="What to do with this chat").click()
    chat.page.get_by_role("menuitem", name="Stop and block bot").click()
    expect(chat.input).to_be_hidden()

    chat.page.get_by_role("button", name="Unblock and restart").click()

    expect(chat.messages).to_have_count(4)
    expect(chat.input).to_be_visible()


def test_new_people_and_a_group(chat):
    """In a group one chooses who writes; what privacy mode keeps from the bot is marked."""
    page = chat.page
    page.get_by_role("button", name="New person").click()
    page.get_by_label("First name").fill("Bert")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#head-detail")).to_contain_text("you are Bert")
    page.get_by_role("button", name="New group").click()
    page.get_by_label("Name", exact=True).fill("Sore backs")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#head-title")).to_have_text("Sore backs")

    chat.say("Anybody here?")
    expect(chat.newest).to_contain_text("not seen by the bot")
    page.get_by_role("button", name="Writing as Anna").click()
    page.get_by_role("menuitemradio", name="Bert").click()
    chat.say("@offline_bot does it hurt?")

    chat.sees("Does the massage itself hurt?")
    expect(chat.newest.locator(".reply")).to_contain_text("Bert")
    expect(page.locator(".entry", has_text="Sore backs")).to_have_attribute("aria-current", "true")


def test_a_message_in_another_chat_is_counted_as_unread(chat, offline):
    """Until that chat is opened."""
    offline.do(offline.api.say, "/start", BERT)
    entry = chat.page.get_by_role("link", name=re.compile("Bert"))
    expect(entry).to_contain_text("1 unread")

    entry.click()

    expect(entry).not_to_contain_text("unread")
    chat.sees("Hello!")


def test_the_panel_tells_why(chat):
    """It explains the newest message of the bot, or the one that is chosen."""
    chat.page.get_by_role("button", name="Why the bot said it").click()
    panel = chat.page.get_by_role("complementary", name="Why?")
    expect(panel).to_contain_text("Hello!")
    expect(panel.locator("#why-reasons section")).to_have_count(2)
    bars = panel.locator(".share i")
    assert bars.first.bounding_box()["width"] > 10 * bars.last.bounding_box()["width"]

    chat.say("does it hurt?")
    expect(panel.locator(".excerpt")).to_contain_text("Does the massage itself hurt?")
    chat.messages.first.locator(".bubble").click()
    expect(panel).to_contain_text("Nobody can say why")
    chat.say("how long does it last?")
    expect(panel.locator(".excerpt")).to_contain_text("How long do the muscles stay relaxed?")
    chat.page.keyboard.press("Escape")
    expect(panel).to_have_count(0)


def test_the_state_of_the_knowledge(chat, offline):
    """Learning, refused with what is wrong, live with a version."""
    status = chat.page.locator("#knowledge")
    told = {"state": "refused", "findings": ["knowledge/qa.yaml:91: no such entry [unknown-id]"]}
    for state, words in [
        ({"state": "learning"}, "Learning"),
        (told, "qa.yaml:91"),
        ({"state": "live", "version": "a3f9c1"}, "a3f9c1"),
    ]:
        offline.do(offline.api.tell_knowledge, state)
        expect(status).to_contain_text(words)
