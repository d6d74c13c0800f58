"""The people's side over HTTP: what they do, what they see, and who is kept out."""

import asyncio
import json
from typing import Any

import pytest
from offline_chat import ANNA, BERT, TOKEN, in_loop
from test_server import Served

from bot.offline.api import FakeBotApi

GROUP = -1_001_000_000_001


def why(chat: int, number: int) -> dict[str, Any] | None:
    """What the page shows about message 2."""
    return {"sections": [{"title": f"In {chat}", "rows": []}]} if number == 2 else None


class Watched(Served):
    """Anna has written "Hi" and the bot "Hello" over buttons; they and Bert have a group."""

    def __init__(self) -> None:
        super().__init__(FakeBotApi(TOKEN), why=why)
        self.api.world.meet(BERT)
        self.api.new_group("Bakers", [ANNA, BERT])

    async def __aenter__(self) -> "Watched":
        await super().__aenter__()
        row = [{"text": "Yes", "callback_data": "y"}, {"text": "Site", "url": "https://a.example"}]
        await self.call(
            "sendMessage",
            chat_id=ANNA.id,
            text="Hello",
            reply_markup=json.dumps({"inline_keyboard": [row]}),
        )
        return self

    async def do(self, act: str, **values: Any) -> Any:
        """Do something that must succeed."""
        answer = await self.client.post(f"/offline/{act}", json=values)
        assert answer.json()["ok"], answer.text
        return answer.json()["result"]

    async def get(self, path: str) -> Any:
        """Look at something that must be there."""
        answer = await self.client.get(f"/offline/{path}")
        assert answer.json()["ok"], answer.text
        return answer.json()["result"]


WRONG = {
    "no JSON": ("send", b"{oh", "the body is no JSON"),
    "half a letter": ("send", b'{"person": 1001, "text": "\\ud800"}', "the body is no JSON"),
    "a wait without end": ("faults", b'{"fault": "slow", "seconds": 1e999}', "times and retry"),
    "a fault of no method": (
        "faults",
        {"fault": "500", "method": "sendMesage"},
        "there is no method sendMesage; there are: ",
    ),
    "the private chat of somebody else": (
        "send",
        {"person": 1002, "chat": 1001, "text": "x"},
        "chat 1001 is the private chat of somebody else",
    ),
    "a photo that is none": (
        "send",
        {"person": 1001, "photo": "abc"},
        "photo should be true, or what Telegram makes of one",
    ),
    "no object": ("send", b"[]", "the body should be a JSON object"),
    "nobody": ("send", {}, "person should be a whole number"),
    "somebody unknown": ("send", {"person": 7, "text": "x"}, "there is no person 7; POST"),
    "a person that is no number": ("send", {"person": True}, "person should be a whole number"),
    "nothing to say": ("send", {"person": 1001}, "text should be a text"),
    "only white space": ("send", {"person": 1001, "text": " "}, "text should be a text"),
    "a chat that does not exist": (
        "send",
        {"person": 1001, "chat": 5, "text": "x"},
        "there is no chat 5",
    ),
    "a reply to nothing": (
        "send",
        {"person": 1001, "text": "x", "reply_to": 99},
        "there is no message 99 in this chat",
    ),
    "a name that is no text": ("people", {"first_name": 7}, "first_name should be a text"),
    "a group of nobody": ("groups", {"title": "x"}, "members should be a list of people's numbers"),
    "a group of somebody unknown": (
        "groups",
        {"title": "x", "members": [7]},
        "there is no person 7",
    ),
    "privacy by a word": (
        "groups",
        {"title": "x", "members": [1001], "privacy": "yes"},
        "privacy should be true or false",
    ),
    "an edit of the bot's message": (
        "edit",
        {"person": 1001, "message_id": 2, "text": "x"},
        "message 2 is not one of this person's",
    ),
    "a press of what is not said": ("press", {"person": 1001}, "say which button: label or data"),
    "a press of no button": (
        "press",
        {"person": 1001, "label": "No"},
        "no button says 'No'; the newest say: Yes, Site",
    ),
    "a press of a link": (
        "press",
        {"person": 1001, "label": "Site"},
        "no button says 'Site'; the newest say: Yes, Site",
    ),
    "a result that was not shown": (
        "choose",
        {"person": 1001, "inline_query_id": "1", "result_id": "1"},
        "inline query 1 has no result 1",
    ),
    "a fault that does not exist": (
        "faults",
        {"fault": "earthquake"},
        "there is no fault 'earthquake'; there are: 429, ",
    ),
    "no fault": ("faults", {}, "there is no fault ''; there are: 429, "),
    "an act that does not exist": ("dance", {}, "there is nothing here; there are: GET /offline/"),
}


@pytest.mark.parametrize(("act", "body", "words"), WRONG.values(), ids=WRONG)
@in_loop
async def test_wrong(act, body, words):
    """Whoever asks for the impossible reads what is possible."""
    async with Watched() as here:
        more = {"content": body} if isinstance(body, bytes) else {"json": body}
        headers = {"content-type": "application/json"}
        answer = await here.client.post(f"/offline/{act}", headers=headers, **more)

        assert answer.status_code in (400, 404)
        assert answer.json()["ok"] is False
        assert answer.json()["error"].startswith(words)


OUTSIDERS = {
    "another name": ("GET", {"host": "evil.example"}, 403, "this server is not evil.example"),
    "a name that is none": ("GET", {"host": "[::1"}, 403, "this server is not [::1"),
    "a name of this machine": ("GET", {"host": "localhost:1"}, 200, ""),
    "an address of this machine": ("GET", {"host": "[::1]:1"}, 200, ""),
    "another site": (
        "POST",
        {"origin": "https://evil.example"},
        403,
        "pages of https://evil.example may not use this server",
    ),
    "a site that hides its name": ("GET", {"origin": "null"}, 403, "pages of null"),
    "another port": ("POST", {"origin": "http://127.0.0.1:1"}, 403, "pages of"),
    "a form": (
        "POST",
        {"content-type": "application/x-www-form-urlencoded"},
        403,
        "send JSON, with the header Content-Type: application/json",
    ),
}


@pytest.mark.parametrize(("verb", "headers", "status", "words"), OUTSIDERS.values(), ids=OUTSIDERS)
@in_loop
async def test_outsiders(verb, headers, status, words):
    """Other sites, and other names for this machine, are kept out of the people's side."""
    async with Watched() as here:
        answer = await here.client.request(verb, "/offline/state", headers=headers)

        assert answer.status_code == status
        assert answer.json().get("error", "").startswith(words)


@in_loop
async def test_the_own_page_is_let_in_and_locked_up():
    """The page may use the server; it may run and load nothing from elsewhere."""
    async with Watched() as here:
        origin = str(here.client.base_url).rstrip("/")
        answer = await here.client.get("/offline/state", headers={"origin": origin})

        assert answer.status_code == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'self';")
        assert answer.headers["x-content-type-options"] == "nosniff"
        page = await here.client.get("/")
        assert page.headers["content-type"].startswith("text/html")


@in_loop
async def test_state():
    """The page learns who is there, and what the bot tells about itself."""
    async with Watched() as here:
        commands = json.dumps([{"command": "help", "description": "Help"}])
        await here.call("setMyCommands", commands=commands)
        await here.call("setMyDescription", description="Answers.")
        await here.call("getMe", verbose="1")
        here.api.tell_knowledge({"state": "live", "version": "1"})
        state = await here.get("state")

        assert state["me"]["description"] == "Answers."
        assert [person["first_name"] for person in state["people"]] == ["Anna", "Bert"]
        private = {"type": "private", "title": "Anna", "members": [1001], "messages_count": 2}
        assert private.items() <= state["chats"][0].items()
        assert state["chats"][2]["members"] == [1001, 1002]
        assert state["commands"][str(GROUP)][0]["command"] == "help"
        assert state["knowledge"] == {"state": "live", "version": "1"}
        assert state["oddities"] == ["getMe has no parameter 'verbose'"]


@in_loop
async def test_people_and_groups():
    """A new person gets a number and a private chat; a group has the bot in it, which hears so."""
    async with Watched() as here:
        carl = await here.do("people", first_name="Carl", username="carl", language_code="de")
        group = await here.do("groups", title="Talk", members=[carl["id"]], topics=True)
        done = await here.do(
            "send", person=carl["id"], chat=group["id"], topic=5, text="/help@offline_bot"
        )

        assert (carl["id"], carl["username"], carl["blocked"]) == (1003, "carl", False)
        assert group["is_forum"] is True
        assert done["message"]["message_thread_id"] == 5
        kinds = [next(k for k in u if k != "update_id") for u in here.api.updates.waiting]
        assert kinds == ["message", "my_chat_member", "my_chat_member", "message"]


@in_loop
async def test_what_people_send():
    """Photos, voices, stickers and places, a caption, a reply; true stands for a sample."""
    async with Watched() as here:
        photo = await here.do("send", person=1001, photo=True, caption="see /help")
        place = await here.do("send", person=1001, location={"latitude": 1, "longitude": 2})
        reply = await here.do("send", person=1001, text="and?", reply_to=2)

        assert photo["message"]["caption_entities"][0]["type"] == "bot_command"
        assert place["message"]["location"] == {"latitude": 1, "longitude": 2}
        assert reply["message"]["reply_to_message"]["text"] == "Hello"
        assert "reply_to_message" not in reply["message"]["reply_to_message"]


@in_loop
async def test_a_message_is_edited():
    """The bot hears of the edit, and the transcript shows the message as it stands."""
    async with Watched() as here:
        done = await here.do("edit", person=1001, message_id=1, text="Ho")

        assert here.api.updates.waiting[-1]["edited_message"]["text"] == "Ho"
        assert done["update_id"] == here.api.updates.waiting[-1]["update_id"]
        assert [m["text"] for m in await here.get("transcript?chat=1001")] == ["Ho", "Hello"]
        text = await here.client.get("/offline/transcript?chat=1001&format=text")
        assert text.text == "Anna: Ho\n\nOffline bot: Hello\n\n[Yes]\n[Site]\n"


@in_loop
async def test_a_press_is_answered():
    """The notice comes to who waits for it."""
    async with Watched() as here:
        press = await here.do("press", person=1001, message_id=2, data="y")
        number = press["callback_query_id"]
        await here.call("answerCallbackQuery", callback_query_id=number, text="Fine")
        waited = await here.do("wait", callback_query_id=number)

        expected = {"callback_query_id": number, "text": "Fine", "show_alert": False}
        assert waited["answer"] == expected


@in_loop
async def test_an_inline_query_is_answered_and_chosen():
    """Results come to who waits for them; the chosen one is written into the chat."""
    async with Watched() as here:
        asked = await here.do("inline", person=1001, query="knead")
        said = {"message_text": "<b>Ten</b> minutes", "parse_mode": "HTML"}
        result = {"type": "article", "id": "a", "title": "Ten", "input_message_content": said}
        number = asked["inline_query_id"]
        await here.call("answerInlineQuery", inline_query_id=number, results=json.dumps([result]))
        waited = await here.do("wait", inline_query_id=number)
        chosen = await here.do(
            "choose", person=1001, chat=GROUP, inline_query_id=number, result_id="a"
        )

        assert waited["answer"]["results"][0]["title"] == "Ten"
        assert chosen["message"]["text"] == "Ten minutes"
        assert chosen["message"]["entities"][0]["type"] == "bold"
        assert chosen["message"]["via_bot"]["is_bot"]


@in_loop
async def test_blocking():
    """Who blocks the bot gets nothing more until they unblock it, or write."""
    async with Watched() as here:
        text = {"chat_id": 1001, "text": "x"}
        await here.do("block", person=1001)
        assert (await here.call("sendMessage", **text)).status_code == 403
        await here.do("unblock", person=1001)
        assert (await here.call("sendMessage", **text)).status_code == 200
        await here.do("block", person=1001)
        await here.do("send", person=1001, text="Sorry")
        assert (await here.call("sendMessage", **text)).status_code == 200
        changes = [u["my_chat_member"] for u in here.api.updates.waiting if "my_chat_member" in u]
        statuses = [change["new_chat_member"]["status"] for change in changes]
        assert statuses[1:] == ["kicked", "member", "kicked", "member"]


@in_loop
async def test_waiting():
    """Who waits is answered when the bot writes or edits, at once if it already has."""
    async with Watched() as here:
        assert (await here.do("wait", person=1001, after=1))["messages"][0]["text"] == "Hello"
        news = asyncio.create_task(here.do("wait", chat=1001, after=2, timeout_s=60))
        while not here.api.world.log._waiting:
            await asyncio.wait([news], timeout=0.001)
        await here.call("editMessageText", chat_id=1001, message_id=2, text="Bye")

        assert [message["text"] for message in (await news)["messages"]] == ["Bye"]


@in_loop
async def test_waiting_in_vain():
    """After its time, who waits reads that the bot did nothing."""
    async with Watched() as here:
        answer = await here.client.post(
            "/offline/wait", json={"person": 1001, "after": 2, "timeout_s": 0}
        )

        assert (answer.status_code, answer.json()["error"]) == (
            408,
            "the bot did nothing within 0 s",
        )


async def read_events(here: Watched, last: str, count: int) -> list[tuple[str, Any]]:
    """So many server-sent events after that one: kind and data."""
    found: list[tuple[str, Any]] = []
    headers = {"last-event-id": last}
    async with here.client.stream("GET", "/offline/events", headers=headers) as stream:
        kind = ""
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                found.append((kind, json.loads(value)))
                if len(found) == count:
                    break
    return found


@in_loop
async def test_events():
    """Everything that happens is told in order; who comes back misses nothing."""
    async with Watched() as here:
        start = here.api.world.log.last
        await here.call("sendChatAction", chat_id=1001, action="typing")
        await here.call("editMessageText", chat_id=1001, message_id=2, text="Bye")
        await here.call("deleteMessage", chat_id=1001, message_id=2)
        here.api.tell_knowledge({"state": "learning"})

        found = await read_events(here, str(start), 4)

        assert [kind for kind, _ in found] == ["action", "edited", "deleted", "knowledge"]
        assert found[2][1] == {"chat_id": 1001, "message_id": 2}
        assert (await read_events(here, str(start + 2), 1))[0][0] == "deleted"


@in_loop
async def test_events_from_now_on():
    """Without a last event one hears what happens from now on."""
    async with Watched() as here:
        reading = asyncio.create_task(read_events(here, "", 1))
        while not here.api.world.log._waiting:
            await asyncio.wait([reading], timeout=0.001)
        here.api.say("News")

        assert (await reading)[0][1]["text"] == "News"


@in_loop
async def test_why():
    """What the callable says about a message is passed on; else nobody can say."""
    async with Watched() as here:
        assert (await here.get("why?chat=1001&message_id=2"))["sections"][0]["title"] == "In 1001"
        answer = await here.client.get("/offline/why?chat=1001&message_id=1")
        assert (answer.status_code, answer.json()["error"]) == (404, "nobody can say why")


@in_loop
async def test_faults_over_http():
    """A fault is planned, listed, hits once, and can be cleared."""
    async with Watched() as here:
        planned = await here.do("faults", fault="429", method="sendMessage", retry_after=3)
        answer = await here.call("sendMessage", chat_id=1001, text="x")
        await here.do("faults", fault="slow", seconds=100)

        assert planned[0]["retry_after"] == 3
        assert answer.json()["parameters"] == {"retry_after": 3}
        assert [fault["fault"] for fault in await here.get("faults")] == ["slow"]
        assert (await here.client.delete("/offline/faults")).json()["result"] == []
        assert (await here.call("getMe")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}],
    ids=str,
)
@in_loop
async def test_no_other_site_can_play_the_bot(headers):
    """A page that somebody visits cannot set a webhook or write in the name of the bot."""
    async with Watched() as here:
        form = {"url": "https://evil.example/"}
        answer = await here.client.post(f"/bot{TOKEN}/setWebhook", data=form, headers=headers)

        assert answer.status_code == 403
        assert answer.json()["description"].startswith("Forbidden: ")
        assert here.api.webhook.get_webhook_info()["url"] == ""


@in_loop
async def test_a_transcript_tells_of_what_is_no_text():
    """A photo has its caption there, and a voice message at least a line."""
    async with Watched() as here:
        await here.do("send", person=1001, photo=True, caption="My knee")
        await here.do("send", person=1001, voice=True)
        answer = await here.client.get("/offline/transcript?chat=1001&format=text")

        assert "Anna: My knee" in answer.text
        assert "Anna: (no text)" in answer.text
