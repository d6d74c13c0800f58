"""What must not happen: texts that run, other sites that drive the page, a server that is gone."""

import json
import urllib.error
import urllib.request

import pytest
from offline_chat import held_port
from playwright.sync_api import expect

from bot.offline.api import ANNA, Person
from browser.conftest import Chat, Offline

HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


def test_hostile_texts_are_shown_as_texts(chat, offline):
    """In a message, a name, a title, a button, an answer and a finding."""
    offline.do(offline.api.world.meet, Person(1002, HOSTILE))
    offline.do(offline.api.new_group, HOSTILE, [ANNA])
    offline.do(offline.api.tell_knowledge, {"state": "refused", "findings": [HOSTILE]})
    keyboard = {"inline_keyboard": [[{"text": HOSTILE, "callback_data": "x"}]]}
    offline.call("sendMessage", chat_id=ANNA.id, text=HOSTILE, reply_markup=keyboard)
    chat.sees(HOSTILE)
    chat.say(HOSTILE)

    expect(chat.messages.filter(has_text=HOSTILE)).not_to_have_count(0)
    expect(chat.page.locator(".entry", has_text=HOSTILE)).to_have_count(2)
    expect(chat.page.locator("#knowledge")).to_contain_text(HOSTILE)
    assert chat.page.locator("img, body script").count() == 0
    assert "owned" not in chat.page.title()


def test_an_address_that_would_run_something_is_no_link(chat, offline):
    """Only http, https, tg and mailto are."""
    text = "one two"
    entities = [
        {"type": "text_link", "offset": 0, "length": 3, "url": "javascript:alert(1)"},
        {"type": "text_link", "offset": 4, "length": 3, "url": "tg://resolve?domain=somebody"},
    ]
    message = {
        "message_id": 900, "date": 1_800_000_000, "chat": {"id": ANNA.id, "type": "private"},
        "from": {"id": 5, "is_bot": True, "first_name": "Bot"}, "text": text, "entities": entities,
    }  # fmt: skip

    offline.do(offline.api.world.log.add, "message", message)

    chat.sees(text)
    expect(chat.newest.locator("a")).to_have_count(1)
    expect(chat.newest.locator("a")).to_have_text("two")


def test_the_page_fetches_nothing_from_elsewhere(browser, offline):
    """Every request goes to the server that it came from."""
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(offline.address)
    Chat(page).begin()
    page.close()

    assert [url for url in asked if not url.startswith(offline.address)] == []


FOREIGN = {
    "a foreign Origin": {"Origin": "https://evil.example"},
    "the Origin of a file": {"Origin": "null"},
    "a foreign Host": {"Host": "evil.example"},
    "a form": {"Content-Type": "application/x-www-form-urlencoded"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_other_sites_cannot_drive_it(offline, headers):
    """A request that a foreign page can cause is refused."""
    body = json.dumps({"person": ANNA.id, "text": "hello"}).encode()
    headers = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(f"{offline.address}/offline/send", body, headers)  # noqa: S310

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310 - this machine's own server

    assert refused.value.code == 403
    refused.value.close()


def test_what_cannot_be_sent_is_not_lost(chat, offline):
    """It stands in the input again; what happened meanwhile is there afterwards."""
    chat.page.context.set_offline(True)
    chat.say("are you there?")
    expect(chat.notice).to_contain_text("does not answer")
    expect(chat.input).to_have_value("are you there?")
    offline.do(offline.api.say, "does it hurt?")

    chat.page.context.set_offline(False)

    chat.sees("Does the massage itself hurt?")


def test_it_says_when_the_server_is_gone_and_comes_back_by_itself(browser):
    """A server that was started anew has other chats, and the page shows those."""
    page = browser.new_page()
    gone = page.get_by_role("alert")
    with held_port() as port:
        with Offline(port):
            page.goto(f"http://127.0.0.1:{port}")
            Chat(page).begin()
        expect(gone).to_contain_text("The server is gone")

        with Offline(port):
            expect(page.get_by_role("button", name="Start")).to_be_visible()
            expect(gone).to_have_count(0)
    page.close()
