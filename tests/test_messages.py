"""Messages of every kind: who is answered in private and in groups, and what becomes of edits."""

import pytest
from offline_chat import BERT, OfflineChat, bread, in_loop

from bot.offline.api import ANNA, Chat
from bot.offline.people import People
from bot.telegram.contexts import KEPT_S, MOST_REPLIES

pytestmark = pytest.mark.filterwarnings(
    # python-telegram-bot says so of every duration, see PTB_TIMEDELTA.
    "ignore:.*will be of type `datetime.timedelta`:telegram.warnings.PTBDeprecationWarning"
)
GROUP = -100
GLUTEN = "bread is full of gluten"
TEN = "ten minutes"
NOT_TEXT = bread().knowledge.texts.not_text
UNKNOWN = bread().knowledge.texts.unknown_command
FILE = {"file_id": "f", "file_unique_id": "f"}
PHOTO = [{**FILE, "width": 90, "height": 90}]
CONTENT = {
    "a photo": {"photo": PHOTO},
    "a voice message": {"voice": {**FILE, "duration": 3}},
    "a video": {"video": {**FILE, "width": 9, "height": 9, "duration": 3}},
    "a round video": {"video_note": {**FILE, "length": 9, "duration": 3}},
    "music": {"audio": {**FILE, "duration": 3}},
    "a file": {"document": FILE},
    "an animation": {"animation": {**FILE, "width": 9, "height": 9, "duration": 3}},
    "a sticker": {
        "sticker": {
            **FILE, "type": "regular", "width": 9, "height": 9, "is_animated": False,
            "is_video": False,
        }
    },
    "a place": {"location": {"latitude": 48.1, "longitude": 11.5}},
    "a venue": {
        "venue": {"location": {"latitude": 1, "longitude": 1}, "title": "Oven", "address": "Here"}
    },
    "a contact": {"contact": {"phone_number": "1", "first_name": "Bert"}},
    "a poll": {
        "poll": {
            "id": "1", "question": "Rye?", "options": [], "total_voter_count": 0,
            "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": False, "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "a game": {"game": {"title": "Bake", "description": "A game", "photo": PHOTO}},
    "a story": {"story": {"id": 1, "chat": {"id": 5, "type": "private"}}},
    "paid media": {"paid_media": {"star_count": 1, "paid_media": [{"type": "preview"}]}},
    "a checklist": {"checklist": {"title": "Flour", "tasks": []}},
    "an invoice": {
        "invoice": {
            "title": "A loaf", "description": "Rye", "start_parameter": "x", "currency": "EUR",
            "total_amount": 1,
        }
    },
    "a giveaway": {
        "giveaway": {"chats": [], "winners_selection_date": 1_800_000_000, "winner_count": 1}
    },
    "a forwarded photo": {
        "photo": PHOTO,
        "forward_origin": {"type": "hidden_user", "sender_user_name": "B", "date": 1_800_000_000},
    },
    "something that was invented later": {"hologram": {"depth": 3}},
    "nothing at all": {},
}  # fmt: skip
SERVICE = {
    "somebody joins": {"new_chat_members": [BERT.as_json()]},
    "somebody leaves": {"left_chat_member": BERT.as_json()},
    "a new title": {"new_chat_title": "Loaves"},
    "a topic is made": {"forum_topic_created": {"name": "Rye", "icon_color": 1}},
    "a call begins": {"video_chat_started": {}},
    "messages vanish after a day": {
        "message_auto_delete_timer_changed": {"message_auto_delete_time": 9}
    },
    "the group moves": {"migrate_to_chat_id": -1001},
    "leave to write": {"write_access_allowed": {}},
    "a boost": {"boost_added": {"boost_count": 1}},
    "a payment": {
        "successful_payment": {
            "currency": "EUR", "total_amount": 1, "invoice_payload": "x",
            "telegram_payment_charge_id": "x", "provider_payment_charge_id": "x",
        }
    },
}  # fmt: skip


def in_group(chat: OfflineChat, **more: bool) -> None:
    """A group in which the bot reads everything, so that it is its own doing when it is silent."""
    chat.api.chats[GROUP] = Chat(GROUP, "supergroup", "Bakers", has_privacy=False, **more)


def sends(chat: OfflineChat) -> list[dict]:
    """The parameters of everything that the bot has tried to send."""
    return [parameters for method, parameters in chat.api.calls if method == "sendMessage"]


# ---------------------------------------------------------------- what is no text


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
@in_loop
async def test_what_is_no_text_gets_a_friendly_sentence(content):
    """Whatever a person sends in private, the bot says that it reads text only."""
    async with OfflineChat(bread()) as chat:
        assert await chat.send(**content) == NOT_TEXT


@pytest.mark.parametrize("content", CONTENT.values(), ids=CONTENT)
@in_loop
async def test_in_a_group_only_what_is_for_the_bot_gets_one(content):
    """A picture that somebody shows the others is none of its business; a reply to it is."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        assert await chat.send(group=GROUP, **content) == ""
        answer = await chat.say("/about@offline_bot", group=GROUP)
        assert answer
        replied = chat.sent(group=GROUP)[-1]

        assert await chat.send(group=GROUP, reply_to_message=replied, **content) == NOT_TEXT


@pytest.mark.parametrize("content", SERVICE.values(), ids=SERVICE)
@in_loop
async def test_what_telegram_itself_writes_is_no_message(content):
    """Nobody asked anything when a group gets a new title."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        assert await chat.send(**content) == ""
        assert await chat.send(group=GROUP, **content) == ""
        assert sends(chat) == []


@in_loop
async def test_an_album_gets_one_sentence():
    """Ten pictures at once are one thing that cannot be read; the next album is another."""
    async with OfflineChat(bread()) as chat:
        for album in ("a", "b"):
            said = [await chat.send(photo=PHOTO, media_group_id=album) for _ in range(10)]
            assert said == [NOT_TEXT, *[""] * 9]
        assert await chat.send(photo=PHOTO) == NOT_TEXT


@in_loop
async def test_the_caption_of_an_album_is_the_question():
    """Telegram puts the words under the first picture; the others are not spoken of."""
    async with OfflineChat(bread()) as chat:
        album = {"photo": PHOTO, "media_group_id": "a"}
        assert TEN in await chat.send(**album, caption="how long do i knead")
        assert [await chat.send(**album) for _ in range(3)] == ["", "", ""]
        assert GLUTEN in await chat.send(**album, caption="i am coeliac")


@in_loop
async def test_a_live_location_is_answered_once():
    """It edits itself every few seconds, which asks nothing."""
    async with OfflineChat(bread()) as chat:
        update = chat.api.send(location={"latitude": 48.1, "longitude": 11.5, "live_period": 600})
        assert await chat.give(update) == NOT_TEXT
        chat.api.calls.clear()
        moved = {**update["message"], "edit_date": 1_800_000_009}
        assert await chat.give({"update_id": 9, "edited_message": moved}) == ""
        assert chat.api.calls == []


# ---------------------------------------------------------------- groups


ADDRESSED = {
    "its name": ("@offline_bot how long do i knead", TEN),
    "its name in other letters": ("how long do i knead @Offline_BOT ?", TEN),
    "nothing but its name": ("@offline_bot", "Hello! Ask me about"),
    "a command with its name": ("/about@offline_bot", "I am a small program"),
    "a command with its name in other letters": ("/About@OFFLINE_bot", "I am a small program"),
    "a command": ("/about", "I am a small program"),
    "an unknown command with its name": ("/roll@offline_bot", UNKNOWN),
    "an unknown command with its name and a sign": ("/roll@offline_bot i am coeliac", GLUTEN),
    "an unknown command after its name": ("@offline_bot /roll", UNKNOWN),
    "a link that somebody added it with": ("/start@offline_bot q_how-hot", "230 degrees"),
    "a link to nowhere": ("/start@offline_bot from_the_leaflet", "Hello! Ask me about"),
}
NOT_ADDRESSED = {
    "talk": "how long do i knead",
    "talk of signs": "i am coeliac",
    "an unknown command": "/roll",
    "a command of another bot": "/about@another_bot",
    "a command of another bot with the bot's name in it": "/ask@another_bot who is @offline_bot",
    "the name of another bot": "@offline_bot2 how long do i knead",
    "an address that has the name in it": "write to baker@offline_bot.example",
}


@pytest.mark.parametrize(("text", "expected"), ADDRESSED.values(), ids=ADDRESSED)
@in_loop
async def test_addressed_in_a_group(text, expected):
    """Who speaks to the bot gets an answer, under the message and in its topic."""
    async with OfflineChat(bread()) as chat:
        in_group(chat, has_topics=True)
        topic = {"message_thread_id": 3, "is_topic_message": True}

        assert expected in await chat.say(text, group=GROUP, **topic)

        (call,) = sends(chat)
        assert (call["chat_id"], call["message_thread_id"]) == (GROUP, 3)
        assert call["reply_parameters"]["message_id"] == 1
        assert call["reply_parameters"]["allow_sending_without_reply"] is True


@pytest.mark.parametrize("text", NOT_ADDRESSED.values(), ids=NOT_ADDRESSED)
@in_loop
async def test_not_addressed_in_a_group(text):
    """Where people talk among themselves, the bot is silent."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        assert await chat.say(text, group=GROUP) == ""
        assert sends(chat) == []


@in_loop
async def test_a_reply_to_the_bot_is_for_it():
    """A question, an unknown command, and one for another bot, each as a reply to the bot."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        await chat.say("/about@offline_bot", group=GROUP)
        reply = {"group": GROUP, "reply_to_message": chat.sent(group=GROUP)[-1]}

        assert TEN in await chat.say("how long do i knead", **reply)
        assert await chat.say("/roll", **reply) == UNKNOWN
        assert await chat.say("/roll@dice_bot", **reply) == ""


@in_loop
async def test_a_text_that_names_the_bot_without_its_username():
    """A mention of somebody who has no username carries the account instead."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        user = chat.api.world.me
        entity = {"type": "text_mention", "offset": 0, "length": 5, "user": user}
        said = await chat.say("Baker how long do i knead", group=GROUP, entities=[entity])
        assert TEN in said


ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
AS_GROUP = {
    "from": ANONYMOUS,
    "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Bakers"},
}
AS_CHANNEL = {
    "from": {"id": 136817688, "is_bot": True, "first_name": "Channel"},
    "sender_chat": {"id": -300, "type": "channel", "title": "Bread"},
}


@pytest.mark.parametrize("sender", [AS_GROUP, AS_CHANNEL], ids=["the group", "a channel"])
@in_loop
async def test_who_speaks_in_the_name_of_a_group_is_answered_and_forgotten(sender):
    """Several people may stand behind one name: what one said must not be told to another."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        said = await chat.say(
            "@offline_bot i am coeliac, how long do i knead", group=GROUP, **sender
        )
        assert TEN in said
        assert GLUTEN in said

        said = await chat.say("@offline_bot how hot should the oven be", group=GROUP, **sender)
        assert "You mentioned" not in said
        assert "two hours" not in await chat.say(
            "@offline_bot and after that", group=GROUP, **sender
        )


@in_loop
async def test_an_edit_in_the_name_of_a_group_changes_the_old_answer():
    """Which message answered is remembered; it tells nothing about anybody."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        await chat.say("@offline_bot how long do i knead", group=GROUP, **AS_GROUP)
        number = chat.api.chats[GROUP].messages[0]["message_id"]
        chat.api.chats[GROUP].messages[0]["from"] = {**ANONYMOUS, "is_bot": False}
        update = chat.api.change(GROUP, number, "@offline_bot how hot should the oven be").update
        update["edited_message"]["from"] = ANONYMOUS

        assert "230 degrees" in await chat.give(update, group=GROUP)
        assert len(chat.sent(group=GROUP)) == 1


DICE = {"id": 5, "is_bot": True, "first_name": "Dice"}
OURS = {"id": 123456789, "is_bot": True, "first_name": "Offline bot"}
IGNORED = {
    "another bot": {"from": DICE},
    "a post of the group's channel": {**AS_CHANNEL, "is_automatic_forward": True},
    "the bot's own inline result": {"via_bot": OURS},
}


@pytest.mark.parametrize("sender", IGNORED.values(), ids=IGNORED)
@in_loop
async def test_who_is_ignored(sender):
    """Bots that answer bots never end, and what the bot said itself is no question."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        for text in ("@offline_bot how long do i knead", "/about@offline_bot", "/about"):
            assert await chat.say(text, group=GROUP, **sender) == ""
            assert await chat.say(text, **sender) == ""
        assert sends(chat) == []


@in_loop
async def test_what_comes_through_another_bot_is_a_message():
    """A person has chosen to send it."""
    async with OfflineChat(bread()) as chat:
        assert TEN in await chat.say("how long do i knead", via_bot=DICE)


@in_loop
async def test_contexts_in_a_group_are_each_person_s_own():
    """What one asks is not what another's "and after that" is about."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        await chat.say("@offline_bot how long do i knead", group=GROUP)
        after = "@offline_bot and after that"
        assert "two hours" not in await chat.say(after, BERT, GROUP)
        assert "two hours" not in await chat.say("and after that")
        assert "two hours" in await chat.say(after, ANNA, GROUP)


# ---------------------------------------------------------------- edits


def texts(chat: People, number: int = ANNA.id) -> list[str]:
    """What the bot has written, as it stands."""
    return [m["text"] for m in chat.chats[number].messages if m["from"]["is_bot"]]


EDITS = {
    "a question becomes another": ("how long do i knead", "how hot should the oven be", "230"),
    "a question becomes a command": ("how long do i knead", "/about", "I am a small program"),
    "a command becomes another": ("/about", "/topics", "What would you like to know about?"),
    "a command becomes a question": ("/about", "how long do i knead", TEN),
    "a command becomes an unknown one": ("/about", "/abuot", UNKNOWN),
    "a command gets a sign": ("/about", "/about i am coeliac", GLUTEN),
    "a link becomes another": ("/start q_how-hot", "/start q_how-long-to-knead", TEN),
    "hello becomes a question": ("/start", "how long do i knead", TEN),
    "the article becomes a question": ("/article", "how long do i knead", TEN),
    "a question becomes a farewell": ("how long do i knead", "/forget", "I have forgotten"),
    "a question gets a sign": ("how long do i knead", "i am coeliac", GLUTEN),
}


@pytest.mark.parametrize(("before", "after", "expected"), EDITS.values(), ids=EDITS)
@in_loop
async def test_an_edit_changes_the_answer_that_is_there(before, after, expected):
    """There is one answer to one message, whatever it was and becomes."""
    async with OfflineChat(bread()) as chat:
        await chat.say(before)

        assert expected in await chat.edit(1, after)
        (text,) = texts(chat.api)
        assert expected in text


@in_loop
async def test_a_caption_that_is_edited():
    """Words under a picture are changed, or added where there were none."""
    async with OfflineChat(bread()) as chat:
        await chat.send(photo=PHOTO, caption="how long do i knead")
        assert "230 degrees" in await chat.edit(1, "how hot should the oven be")

        assert await chat.send(photo=PHOTO) == NOT_TEXT
        assert TEN in await chat.edit(3, "how long do i knead")
        assert len(texts(chat.api)) == 2


@in_loop
async def test_an_edit_that_changes_nothing_is_harmless(caplog):
    """Telegram refuses to write what stands there already; that is no failure."""
    async with OfflineChat(bread()) as chat:
        await chat.say("how long do i knead")
        assert await chat.edit(1, "how long do i knead?") == ""
        assert len(texts(chat.api)) == 1
    assert caplog.text == ""


TOO_LATE = {
    "a question": ("how long do i knead", "how hot should the oven be", ""),
    "a command": ("/about", "/topics", ""),
    "the article": ("/about", "/article", ""),
    "a sign is urgent": ("how long do i knead", "i am coeliac", GLUTEN),
    "a sign after a command is urgent": ("/about", "/about i am coeliac", GLUTEN),
    "that all is forgotten is said in any case": ("/about", "/forget", "I have forgotten"),
}


@pytest.mark.parametrize(("before", "after", "expected"), TOO_LATE.values(), ids=TOO_LATE)
@pytest.mark.parametrize("why", ["half an hour", "many messages", "a restart"])
@in_loop
async def test_an_edit_whose_answer_is_not_remembered(before, after, expected, why):
    """A second copy would only confuse, so that only what is urgent is said."""
    async with OfflineChat(bread()) as chat:
        await chat.say(before)
        if why == "half an hour":
            chat.clock.now_s += KEPT_S
        for _ in range(MOST_REPLIES if why == "many messages" else 0):
            await chat.say("hello")
        api = chat.api
    async with OfflineChat(bread(), api) if why == "a restart" else chat as chat:
        said = await chat.edit(1, after)

    assert expected in said
    assert bool(expected) == bool(said)


@in_loop
async def test_the_edit_of_what_was_not_for_the_bot():
    """Who did not ask the bot does not ask it by mending a typo; a sign to it is answered."""
    async with OfflineChat(bread()) as chat:
        in_group(chat)
        await chat.say("how long do i knead", group=GROUP)
        assert await chat.edit(1, "how hot should the oven be", group=GROUP) == ""
        assert await chat.edit(1, "@offline_bot how hot is it", group=GROUP) == ""
        assert GLUTEN in await chat.edit(1, "@offline_bot i am coeliac", group=GROUP)


@in_loop
async def test_an_edited_question_is_what_the_next_one_is_about():
    """The context follows the edit."""
    async with OfflineChat(bread()) as chat:
        await chat.say("how hot should the oven be")
        await chat.edit(1, "how long do i knead")
        assert "two hours" in await chat.say("and after that")


@pytest.fixture(autouse=True)
def _log(caplog):
    caplog.set_level("WARNING")
