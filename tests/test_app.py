"""The handlers: who is answered, what is remembered, and what happens when something fails."""

import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from offline_chat import (
    BERT,
    TOKEN,
    FaultyBotApi,
    OfflineChat,
    bread,
    in_loop,
    refusal,
    shipped,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.answering.answerer import Answerer
from bot.answering.compose import GENERAL, Composer
from bot.loading import version
from bot.logs import Redacting
from bot.markup import plain
from bot.offline.api import ANNA, Chat, FakeBotApi
from bot.offline.content import find_entities
from bot.offline.request import OfflineRequest
from bot.store import ERROR, IN_GENERAL
from bot.telegram.app import ALLOWED_UPDATES, cause
from bot.telegram.contexts import KEPT_S

pytestmark = pytest.mark.filterwarnings(
    # python-telegram-bot says so to everybody who is told to wait, see PTB_TIMEDELTA.
    "ignore:.*attribute `retry_after` will be of type:telegram.warnings.PTBDeprecationWarning"
)
BREAD = Path(__file__).parent / "bread"
GROUP = {"id": -100, "type": "supergroup", "title": "Bakers"}
PRIVATE = {"id": ANNA.id, "type": "private", "first_name": "Anna"}
CHANNEL = {"id": -200, "type": "channel", "title": "Bread"}
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]


def message(chat=PRIVATE, sender=ANNA, **content) -> dict:
    """A message as Telegram writes it; a text that begins with / is a command."""
    if content.get("text", "").startswith("/"):
        length = len(content["text"].split()[0])
        content["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    written = {"message_id": 7, "date": 1_800_000_000, "chat": chat, **content}
    return {**written, "from": sender.as_json()} if chat is not CHANNEL else written


def sends(chat: OfflineChat) -> list[dict]:
    """The parameters of everything that the bot has tried to send."""
    return [parameters for method, parameters in chat.api.calls if method == "sendMessage"]


# ---------------------------------------------------------------- commands


@in_loop
async def test_every_command_of_the_menu_is_handled():
    """No command in Telegram's menu is unknown to the bot."""
    texts = shipped().knowledge.texts
    async with OfflineChat() as chat:
        unknown = [
            command.name
            for command in texts.commands
            if await chat.say(f"/{command.name}") in ("", texts.unknown_command)
        ]

    assert unknown == []


@in_loop
async def test_every_command_has_a_line_in_the_help_text():
    """/help has a line for each command but /start and itself, which one has just used."""
    names = {command.name for command in shipped().knowledge.texts.commands} - {"start", "help"}
    async with OfflineChat() as chat:
        firsts = {line.partition(" ")[0] for line in (await chat.say("/help")).splitlines()}

    assert {name for name in names if f"/{name}" not in firsts} == set()


@in_loop
async def test_a_command_for_another_bot_is_not_ours():
    """In a private chat the bot says that it does not know the command."""
    async with OfflineChat(bread()) as chat:
        assert "I do not know that command" in await chat.say("/topics@another_bot")


# ---------------------------------------------------------------- the profile


def set_calls(chat: OfflineChat) -> list[str]:
    """The methods that changed the profile."""
    return [method for method, _ in chat.api.calls if method.startswith("set")]


@in_loop
async def test_the_profile_is_registered_at_the_first_start():
    """Commands, both descriptions and the menu button stand in Telegram after the start."""
    async with OfflineChat(bread()) as chat:
        texts = bread().knowledge.texts

        assert chat.api.profile.parts["commands default"] == [
            {"command": command.name, "description": command.description}
            for command in texts.commands
        ]
        assert chat.api.profile.parts["description default"] == texts.description
        assert chat.api.profile.parts["short_description default"] == texts.short_description
        assert chat.api.profile.parts["menu_button"] == {"type": "commands"}


@in_loop
async def test_the_second_start_sets_nothing_again():
    """What already stands in Telegram is left alone."""
    async with OfflineChat(bread()) as first:
        api = first.api
    api.calls.clear()

    async with OfflineChat(bread(), api) as second:
        assert set_calls(second) == []


@in_loop
async def test_only_what_has_changed_is_set_anew():
    """A changed description is set, and the commands are left alone."""
    async with OfflineChat(bread()) as first:
        api = first.api
    api.profile.parts["description default"] = "Something old"
    api.calls.clear()

    async with OfflineChat(bread(), api) as second:
        assert "setMyDescription" in set_calls(second)
        assert "setMyCommands" not in set_calls(second)
        assert api.profile.parts["description default"] == bread().knowledge.texts.description


@in_loop
async def test_version_tells_which_knowledge_answers():
    """`/version` is not in the menu, and whoever knows it sees what is live."""
    async with OfflineChat(bread()) as chat:
        assert str(version(BREAD)) in await chat.say("/version")
        assert "gluten" in await chat.say("/version i am coeliac")


class Swapping(FakeBotApi):
    """A Bot API during whose first answer to a button newer knowledge takes over."""

    chat: OfflineChat
    newer: Answerer

    async def call(self, token, method, parameters):
        if method == "answerCallbackQuery":
            self.chat.current.answerer = self.newer
        return await super().call(token, method, parameters)


def renamed(answerer: Answerer) -> Answerer:
    """The same knowledge with other titles of all sections, and without one entry."""
    knowledge = answerer.knowledge
    entries = tuple(
        replace(entry, section=f"New: {entry.section}")
        for entry in knowledge.entries
        if entry.id != "how-hot"
    )
    knowledge = replace(knowledge, entries=entries)
    return replace(answerer, knowledge=knowledge, composer=Composer(knowledge, {}))


@pytest.mark.parametrize(
    ("button", "old", "new"),
    [
        ("All topics", "[The oven]", "[New: The oven]"),
        ("How hot should the oven be?", "230 degrees", "no longer here"),
    ],
    ids=["a list of sections", "an answer that is gone afterwards"],
)
@in_loop
async def test_an_update_is_answered_from_one_knowledge(button, old, new):
    """What is pressed while newer knowledge takes over gets the old answer, the next one the new"""
    api = Swapping(TOKEN)
    async with OfflineChat(bread(), api) as chat:
        api.chat, api.newer = chat, renamed(bread())
        await chat.say("best pizza in town")
        before = await chat.press(button)
        assert old in before
        assert new not in before
        assert new in await chat.press(button)


PROFILE_METHODS = [
    "getMyCommands",
    "setMyCommands",
    "getMyDescription",
    "setMyDescription",
    "getMyShortDescription",
    "setMyShortDescription",
    "setChatMenuButton",
]
TROUBLES = {
    "a server without it": refusal(404, "Not Found"),
    "a bad request": refusal(400, "Bad Request: DESCRIPTION_TOO_LONG"),
    "too many requests": refusal(429, "Too Many Requests: retry after 60", retry_after=60),
    "a lost connection": ConnectionResetError("connection reset"),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
@pytest.mark.parametrize("method", PROFILE_METHODS)
@in_loop
async def test_a_profile_that_cannot_be_registered_is_harmless(method, trouble, caplog):
    """A call that fails, tried twice at most, is logged; the bot answers all the same."""
    async with OfflineChat(bread(), FaultyBotApi({method: [trouble] * 2})) as chat:
        assert "A part of the profile could not be registered" in caplog.text

        assert "ten minutes" in await chat.say("how long do i knead")


# ---------------------------------------------------------------- when something fails


class Broken(Answerer):
    """An answerer that fails over every message, and tells the message in its error."""

    def ask(self, text, _context=None):
        """Fail."""
        raise RuntimeError(f"cannot answer {text}")


def broken() -> Broken:
    """The broken answerer, otherwise on bread."""
    whole = bread()
    return Broken(whole.knowledge, whole.matcher, whole.safety, whole.composer)


@in_loop
async def test_a_failure_is_told_to_the_person(caplog):
    """The person gets a sentence, and the operator the place without the person's words."""
    async with OfflineChat(broken()) as chat:
        reply = await chat.say("my secret complaint")

        assert chat.counted(ERROR) == {"RuntimeError": 1}
    assert reply == bread().knowledge.texts.error
    assert "RuntimeError at " in caplog.text
    assert "app.py:" in caplog.text
    assert "secret" not in caplog.text
    assert TOKEN not in caplog.text


@in_loop
async def test_a_failure_stops_nothing():
    """After a failure other things still work."""
    async with OfflineChat(broken()) as chat:
        await chat.say("how long do i knead")

        assert "What would you like to know about?" in await chat.say("/topics")


class Lost(OfflineRequest):
    """A network that loses the first message, and tells the whole address in its error."""

    is_lost = False

    async def do_request(self, url, method, *arguments, **options):
        """Lose a message."""
        if url.endswith("/sendMessage") and not self.is_lost:
            self.is_lost = True
            raise OSError(f"{url} is lost")
        return await super().do_request(url, method, *arguments, **options)


@in_loop
async def test_a_token_in_an_error_does_not_reach_the_log(caplog):
    """An address with the token in it, as libraries like to put into their errors, is not told."""
    request = Lost(FakeBotApi(TOKEN))
    async with OfflineChat(bread(), request.api, request=request) as chat:
        assert await chat.say("my secret complaint")

    logged = [Redacting().format(record) for record in caplog.records]
    assert any("Messages cannot be sent, trying on: OSError" in line for line in logged)
    assert not any(TOKEN in line or TOKEN.partition(":")[2] in line for line in logged)
    assert not any("secret" in line for line in logged)


LATE = {
    "a question": ("how long do i knead", True),
    "a sign, before which nothing stands": ("i am coeliac", False),
    "a command": ("/about", False),
}


@pytest.mark.parametrize(("text", "is_sorry"), LATE.values(), ids=LATE)
@in_loop
async def test_what_has_waited_for_long_is_answered_with_an_apology(text, is_sorry):
    """It stands before the answer."""
    async with OfflineChat(bread()) as chat:
        chat.is_late = True
        said = await chat.say(text)
    assert said.startswith(plain(bread().knowledge.texts.late)) == is_sorry


SILENT = {
    "blocked by the person": refusal(403, "Forbidden: bot was blocked by the user"),
    "an account that is no more": refusal(403, "Forbidden: user is deactivated"),
    "a chat that is no more": refusal(400, "Bad Request: chat not found"),
    "a group in which only some may write": refusal(
        400, "Bad Request: not enough rights to send text messages to the chat"
    ),
    "a topic that was closed": refusal(400, "Bad Request: TOPIC_CLOSED"),
    "a topic that was deleted": refusal(400, "Bad Request: message thread not found"),
}


@pytest.mark.parametrize("answer", SILENT.values(), ids=SILENT)
@in_loop
async def test_nobody_is_told_where_nobody_listens(answer, caplog):
    """The bot does not send a second message into a chat that is closed to it."""
    async with OfflineChat(bread(), FaultyBotApi({"sendMessage": [answer]})) as chat:
        caplog.set_level(logging.INFO, "bot")
        await chat.say("how long do i knead")

        assert chat.count("sendMessage") == 1
        told = [r.levelname for r in caplog.records if r.getMessage().startswith("Telegram: ")]
        assert told == ["INFO"]
        assert chat.counted(ERROR) == {}
        assert "two hours" in await chat.say("how long should the dough rise")


@in_loop
async def test_a_group_that_has_become_a_supergroup_is_answered_there():
    """It has another number since; nobody has to ask again."""
    async with OfflineChat(bread()) as chat:
        asked = chat.api.say("@offline_bot how long do i knead", group=-100)
        moved = chat.api.upgrade(chat.api.chats[-100])

        await chat.give(asked)

        assert "ten minutes" in chat.sent(group=moved.id)[-1]["text"]


@pytest.mark.parametrize("place", [0, 1], ids=["the old group", "the new one"])
@in_loop
async def test_what_a_group_talked_about_goes_with_it(place):
    """Telegram tells of the move in both groups, and either is enough; nothing is said to it."""
    async with OfflineChat(bread()) as chat:
        await chat.say("@offline_bot how long do i knead", group=-100)
        new = chat.api.upgrade(chat.api.chats[-100])
        told = chat.api.updates.waiting[-2:][place]

        assert await chat.give(told, group=told["message"]["chat"]["id"]) == ""
        assert "two hours" in await chat.say("@offline_bot and after that", group=new.id)


@in_loop
async def test_an_apology_that_cannot_be_sent_is_harmless():
    """When the apology fails too, that is the end of it."""
    bad = refusal(400, "Bad Request: something odd")
    async with OfflineChat(bread(), FaultyBotApi({"sendMessage": [bad, bad]})) as chat:
        assert await chat.say("how long do i knead") == ""
        assert "ten minutes" in await chat.say("how long do i knead")


CAUSES = {
    "a refusal of Telegram": (BadRequest("Chat not found"), "Telegram: BadRequest: Chat not found"),
    "a block": (Forbidden("Forbidden: bot was blocked by the user"), "Telegram: Forbidden: "),
    "anything else is without its words": (ValueError("my secret"), "ValueError"),
    "a group that has moved, without its number": (ChatMigrated(-100777), "Telegram: ChatMigrated"),
    "nothing": (None, "no error"),
}


@pytest.mark.parametrize(("error", "beginning"), CAUSES.values(), ids=CAUSES)
def test_cause(error, beginning):
    """The operator reads what went wrong, and nothing of what a person wrote."""
    assert cause(error).startswith(beginning)
    assert "secret" not in cause(error)
    assert "777" not in cause(error)


# ---------------------------------------------------------------- who is answered


QUESTION = {"text": "how long do i knead"}
UNANSWERED = {
    "an edited question whose answer is not known": {
        "edited_message": message(**QUESTION, edit_date=1_800_000_001)
    },
    "an edited command": {"edited_message": message(text="/help", edit_date=1_800_000_001)},
    "an edited command with words": {
        "edited_message": message(text="/help how long do i knead", edit_date=1_800_000_001)
    },
    "a post in a channel": {"channel_post": message(CHANNEL, **QUESTION)},
    "a command in a channel": {"channel_post": message(CHANNEL, text="/help")},
    "an edited post": {"edited_channel_post": message(CHANNEL, **QUESTION, edit_date=1)},
    "talk in a group": {"message": message(GROUP, **QUESTION)},
    "a photo in a group": {"message": message(GROUP, photo=PHOTO)},
    "a photo with words in a group": {
        "message": message(GROUP, photo=PHOTO, caption="how long do i knead")
    },
    "an unknown command in a group": {"message": message(GROUP, text="/roll")},
    "a command for another bot in a group": {"message": message(GROUP, text="/help@another_bot")},
    "somebody joins a group": {"message": message(GROUP, new_chat_members=[BERT.as_json()])},
    "a pinned message": {"message": message(pinned_message=message(**QUESTION))},
}


@pytest.mark.parametrize("update", UNANSWERED.values(), ids=UNANSWERED)
@in_loop
async def test_unanswered(update):
    """Nothing is said where nobody asked this bot."""
    async with OfflineChat(bread()) as chat:
        for known in (GROUP, PRIVATE, CHANNEL):
            chat.api.chats[known["id"]] = Chat(known["id"], known["type"], "Known")

        await chat.give({"update_id": 1, **update})

        assert sends(chat) == []


@pytest.mark.parametrize("command", ["/help@offline_bot", "/help"])
@in_loop
async def test_a_command_in_a_group_is_answered_there(command):
    """A command that reaches the bot in a group gets its answer in the group."""
    async with OfflineChat(bread()) as chat:
        chat.api.chats[-100] = Chat(-100, "supergroup", "Bakers")

        await chat.give({"update_id": 1, "message": message(GROUP, text=command)})

        assert [call["chat_id"] for call in sends(chat)] == [-100]


NO_TEXT = {
    "a photo": {"photo": PHOTO},
    "a place": {"location": {"latitude": 48.1, "longitude": 11.5}},
    "a contact": {"contact": {"phone_number": "1", "first_name": "Bert"}},
    "a voice message": {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
}


@pytest.mark.parametrize("content", NO_TEXT.values(), ids=NO_TEXT)
@in_loop
async def test_what_is_no_text_gets_a_hint(content):
    """Whoever sends something else is told that only text is read."""
    async with OfflineChat(bread()) as chat:
        assert await chat.send(**content) == bread().knowledge.texts.not_text


def test_only_updates_that_are_handled_are_asked_for():
    """Telegram sends messages, edits, presses of buttons and inline queries, and nothing else."""
    handled = {"message", "edited_message", "callback_query", "inline_query"}
    assert set(ALLOWED_UPDATES) == handled


# ---------------------------------------------------------------- every surface passes the rules

SWOLLEN = "my knee is swollen"
DOCTOR = "Please see a doctor first"
SURFACES = {
    "a text": {"text": SWOLLEN},
    "a caption": {"photo": PHOTO, "caption": SWOLLEN},
    "a forwarded text": {
        "text": SWOLLEN,
        "forward_origin": {
            "type": "hidden_user",
            "sender_user_name": "Somebody",
            "date": 1_800_000_000,
        },
    },
    "the words after a command": {"text": f"/start {SWOLLEN}"},
    "the words after an unknown command": {"text": f"/massage {SWOLLEN}"},
    "a text that quotes another": {"text": SWOLLEN, "reply_to_message": message(text="Hi")},
}


@pytest.mark.parametrize("content", SURFACES.values(), ids=SURFACES)
@in_loop
async def test_every_surface_passes_the_rules(content):
    """Whichever way a sign reaches the bot, the doctor comes first."""
    async with OfflineChat() as chat:
        chat.api.say("/help")

        await chat.give({"update_id": 1, "message": message(**content)})

        assert DOCTOR in sends(chat)[-1]["text"]


IN_GROUPS = {
    "a mention": {"text": f"@offline_bot {SWOLLEN}"},
    "a mention at the end": {"text": f"{SWOLLEN} @Offline_Bot"},
    "a reply to the bot": {
        "text": SWOLLEN,
        "reply_to_message": {
            "message_id": 1,
            "date": 1,
            "chat": GROUP,
            "from": {"id": 123456789, "is_bot": True, "first_name": "Offline bot"},
        },
    },
    "a caption that mentions it": {"photo": PHOTO, "caption": f"@offline_bot {SWOLLEN}"},
    "the words after a command": {"text": f"/help@offline_bot {SWOLLEN}"},
}


@pytest.mark.parametrize("content", IN_GROUPS.values(), ids=IN_GROUPS)
@in_loop
async def test_a_group_is_answered_when_it_speaks_to_the_bot(content):
    """The reply stands in the group's topic under the message that it answers."""
    async with OfflineChat() as chat:
        chat.api.chats[-100] = Chat(-100, "supergroup", "Bakers", has_topics=True)
        written = message(GROUP, **content, message_thread_id=3, is_topic_message=True)
        words = written.get("text") or written["caption"]
        key = "entities" if "text" in written else "caption_entities"
        written[key] = list(find_entities(words))

        await chat.give({"update_id": 1, "message": written})

        (call,) = sends(chat)
        assert DOCTOR in call["text"]
        assert (call["chat_id"], call["message_thread_id"]) == (-100, 3)
        assert call["reply_parameters"]["message_id"] == 7


@in_loop
async def test_an_edit_changes_the_old_answer():
    """Whoever mends a question gets the new answer in place of the old one, never a second one."""
    async with OfflineChat() as chat:
        asked = chat.api.say("does it hurt?")
        assert "Does the massage itself hurt" in await chat.give(asked)

        said = await chat.give(chat.api.edit(asked["message"], f"does it hurt? {SWOLLEN}"))

        assert said.startswith("⚠️ Please see a doctor first")
        assert len(chat.api.sent()) == 1
        assert chat.count("sendMessage") == 1


@in_loop
async def test_an_edit_in_a_group_changes_the_old_answer():
    """A mention that is edited is still one question."""
    async with OfflineChat() as chat:
        asked = chat.api.say("@offline_bot does it hurt?", group=-100)
        await chat.give(asked)

        await chat.give(chat.api.edit(asked["message"], f"@offline_bot {SWOLLEN}"))

        (answer,) = [m for m in chat.api.chats[-100].messages if m["from"]["is_bot"]]
        assert DOCTOR in answer["text"]


EDITS_LATER = {"a sign gets its card": (SWOLLEN, True), "a question stays": ("is it ok?", False)}


@pytest.mark.parametrize(("text", "is_answered"), EDITS_LATER.values(), ids=EDITS_LATER)
@in_loop
async def test_an_edit_whose_answer_is_forgotten(text, is_answered):
    """After half an hour only a card is worth a second message."""
    async with OfflineChat() as chat:
        asked = chat.api.say("does it hurt?")
        await chat.give(asked)
        chat.clock.now_s += KEPT_S

        said = await chat.give(chat.api.edit(asked["message"], text))

        assert (DOCTOR in said) == is_answered


# ---------------------------------------------------------------- "I asked in general"

GENERAL_BUTTON = "I asked in general"


@in_loop
async def test_who_asked_in_general_gets_the_gentle_form(tmp_path):
    """The card goes, its sentence stays, and the pending reminder is withdrawn."""
    async with OfflineChat(data_dir=tmp_path) as chat:
        assert f"[{GENERAL_BUTTON}]" in await chat.say("does it hurt when my knee is swollen?")

        said = await chat.press(GENERAL_BUTTON)

        assert "If there is inflammation" in said
        assert DOCTOR not in said
        assert GENERAL_BUTTON not in said
        assert "Can I have the massage if there is inflammation" in said
        assert len(chat.api.sent()) == 1
        assert "You mentioned" not in await chat.say("how long am i sore?")
        assert chat.counted(IN_GENERAL) == {"inflammation:swelling": 1}


@in_loop
async def test_only_who_asked_can_soften_a_card_in_a_group(tmp_path):
    """Somebody else who presses gets a notice; the card stays and nothing is counted."""
    async with OfflineChat(data_dir=tmp_path) as chat:
        await chat.give(chat.api.say(f"@offline_bot {SWOLLEN}", group=-100))
        (card,) = [m for m in chat.api.chats[-100].messages if m["from"]["is_bot"]]
        button = card["reply_markup"]["inline_keyboard"][-1][0]

        await chat.give(chat.api.press_data(button["callback_data"], card, BERT))
        assert DOCTOR in card["text"]
        assert chat.counted(IN_GENERAL) == {}

        await chat.give(chat.api.press_data(button["callback_data"], card, ANNA))
        assert DOCTOR not in card["text"]


@in_loop
async def test_a_card_reaches_who_deleted_the_old_answer():
    """An edit whose old answer is gone gets a new message."""
    async with OfflineChat() as chat:
        asked = chat.api.say("does it hurt?")
        await chat.give(asked)
        chat.api.chats[ANNA.id].messages.pop()

        assert DOCTOR in await chat.give(chat.api.edit(asked["message"], SWOLLEN))


PIECES = {
    "i n f l a m m a t i o n": "i n f l a m m a t i o n",
    "gym/inflammation": "gym/inflammation",
    "s.w.o.l.l.e.n": "s.w.o.l.l.e.n",
}


@pytest.mark.parametrize(("text", "shown"), PIECES.items())
def test_a_sign_in_pieces_is_named_whole(text, shown):
    """The card names what the person wrote, not its first letter."""
    assert shipped().safety.find(f"my knee {text} today")[0].words == shown


@in_loop
async def test_choices_stay_when_the_card_goes(tmp_path):
    """Under choices the button leaves the choices."""
    async with OfflineChat(data_dir=tmp_path) as chat:
        before = await chat.say("puffy knee, what can it do for me")
        assert "Is it one of these?" in before

        said = await chat.press(GENERAL_BUTTON)

        assert "Is it one of these?" in said
        assert before.count("[") - said.count("[") == 1


@pytest.mark.parametrize("text", ["my chest hurts and i can't breathe", "i want to die"])
@in_loop
async def test_an_emergency_has_no_way_around(text):
    """Neither the emergency nor the crisis card has buttons."""
    async with OfflineChat() as chat:
        await chat.say(text)

        assert "reply_markup" not in chat.api.sent()[-1]


@in_loop
async def test_a_general_button_of_a_rule_that_is_gone():
    """A button that speaks of nothing known leads to the topics."""
    async with OfflineChat() as chat:
        await chat.say("hello")

        assert "no longer here" in await chat.press_data(f"{GENERAL}a000000")


@in_loop
async def test_nothing_of_a_message_that_fired_a_rule_is_stored_or_logged(tmp_path, caplog):
    """Neither the words nor the person get into a log or a file."""
    caplog.set_level(1)
    async with OfflineChat(data_dir=tmp_path) as chat:
        await chat.say("my zebra knee is swollen")
        await chat.press(GENERAL_BUTTON)

    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept
    for secret in ("zebra", "swollen", str(ANNA.id), ANNA.first_name):
        assert secret.encode() not in kept
    assert "zebra" not in "".join(r.getMessage() for r in caplog.records if "bot" in r.name[:4])


LOGGED = {
    "an answer": ("how long do i knead", "Answered kind=answer safety=none"),
    "nothing found": ("where is the moon", "Answered kind=none safety=none"),
    "a card": ("i am coeliac", "Answered kind=none safety=doctor"),
    "a command": ("/help", "Said text=help"),
    "the article": ("/article", "Said"),
}


@pytest.mark.parametrize(("text", "expected"), LOGGED.values(), ids=LOGGED)
@in_loop
async def test_what_is_dealt_with_is_one_line(caplog, text, expected):
    """The operator sees what is going on and how long it takes, and nothing of who or what."""
    caplog.set_level(logging.INFO, "bot")
    async with OfflineChat(bread()) as chat:
        caplog.clear()
        await chat.say(text)

    assert [r.getMessage() for r in caplog.records if r.name == "bot.telegram.turn"] == [
        f"{expected} ms=0"
    ]


COUNTED = {
    "a question": (
        ("say", "how long do i knead"),
        {"outcome answer": 1, "answered how-long-to-knead": 1},
    ),
    "a command": (("say", "/help"), {"command help": 1}),
    "a command that does not exist": (("say", "/bake my zebra"), {"command unknown": 1}),
    "a button": (
        ("press_data", "q:how-long-to-knead"),
        {"button question": 1, "opened how-long-to-knead": 1},
    ),
    "a button of what is gone": (("press_data", "q:zebra"), {"button gone": 1}),
    "a button that somebody made up": (("press_data", "zebra"), {"button gone": 1}),
    "a page of the topics": (("press_data", "s:0"), {"button section": 1}),
}


@pytest.mark.parametrize(("act", "expected"), COUNTED.values(), ids=COUNTED)
@in_loop
async def test_what_is_counted(act, expected):
    """Kinds and entries, nothing that somebody has written."""
    async with OfflineChat(bread()) as chat:
        await chat.say("hello")
        before = chat.counted("")
        name, *arguments = act
        await getattr(chat, name)(*arguments)
        after = chat.counted("")

    assert Counter(expected) == Counter(after) - Counter(before)


# ---------------------------------------------------------------- buttons


def pressed(data: str, under: dict) -> dict:
    """An update: Anna presses a button that Telegram has a number 99 for."""
    query = {"id": "99", "from": ANNA.as_json(), "chat_instance": "1", "data": data}
    return {"update_id": 9, "callback_query": {**query, "message": under}}


@in_loop
async def test_a_late_press_is_answered_all_the_same(caplog):
    """Telegram no longer wants to hear that the button was pressed; the person gets the answer."""
    async with OfflineChat(bread()) as chat:
        await chat.say("/start")
        caplog.clear()

        reply = await chat.give(pressed("q:how-hot", chat.api.sent()[-1]))

    assert "230 degrees" in reply
    assert caplog.text == ""


@in_loop
async def test_a_press_is_acknowledged_first():
    """The button's clock stops before the answer is written."""
    async with OfflineChat(bread()) as chat:
        await chat.say("/start")
        chat.api.calls.clear()
        await chat.press("How hot should the oven be?")

        assert [method for method, _ in chat.api.calls] == ["answerCallbackQuery", "sendMessage"]


@in_loop
async def test_turning_to_the_page_that_is_there_is_harmless(caplog):
    """A double tap on a topic shows its page, and nobody is told of an error."""
    async with OfflineChat(bread()) as chat:
        await chat.say("/topics")
        page = await chat.press_data("s:0")
        caplog.clear()

        assert "How long do I knead?" in page
        assert await chat.press_data("s:0") == ""
        assert caplog.text == ""


OLD = {"chat": PRIVATE, "message_id": 2, "date": 0}


@pytest.mark.parametrize("data", ["q:how-hot", "none", "topics", "s:0", "s:", "anything"])
@in_loop
async def test_a_button_under_a_message_that_telegram_has_lost(data):
    """Of a very old message Telegram sends no more than its number; the answer comes anew."""
    async with OfflineChat(bread()) as chat:
        await chat.say("hello")

        reply = await chat.give(pressed(data, OLD))

        assert reply
        assert reply != bread().knowledge.texts.error


def test_all_button_data_fits():
    """Every question and every section can be a button (64 bytes)."""
    for answerer in (shipped(), bread()):
        entries = answerer.knowledge.entries

        assert all(len(f"q:{entry.id}".encode()) <= 64 for entry in entries)


# ---------------------------------------------------------------- what is remembered


HALF_AN_HOUR_S = 30 * 60


async def knows_what_came_before(chat: OfflineChat, person=ANNA) -> bool:
    """Whether "and after that" is understood as about the how-long-to-knead."""
    return "two hours" in await chat.say("and after that", person)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, True), (HALF_AN_HOUR_S - 1, True), (HALF_AN_HOUR_S, False), (10**6, False)],
)
@in_loop
async def test_a_conversation_is_remembered_for_half_an_hour(seconds, expected):
    """After 30 minutes nobody knows what the last question was."""
    async with OfflineChat(bread()) as chat:
        await chat.say("how long do i knead")
        chat.clock.now_s += seconds

        assert await knows_what_came_before(chat) == expected


@in_loop
async def test_a_reminder_is_kept_for_half_an_hour():
    """A sign is remembered as long as the last question."""
    reminder = "You mentioned gluten before, so ask first."
    async with OfflineChat(bread()) as chat:
        assert "bread is full of gluten" in await chat.say("i am coeliac")
        chat.clock.now_s += HALF_AN_HOUR_S - 1
        assert reminder in await chat.say("how long do i knead")
        chat.clock.now_s += HALF_AN_HOUR_S
        assert reminder not in await chat.say("how long do i knead")


WAYS = {
    "a question": ("say", "how long do i knead"),
    "a link": ("say", "/start q_how-long-to-knead"),
    "a button": ("press_data", "q:how-long-to-knead"),
    "none of these": ("press_data", "none"),
    "a picture with words": ("send", None),
}


@pytest.mark.parametrize(("way", "words"), WAYS.values(), ids=WAYS)
@in_loop
async def test_a_reminder_comes_with_whatever_is_asked(way, words):
    """However somebody asks on, what was mentioned before is not forgotten."""
    async with OfflineChat(bread()) as chat:
        await chat.say("i am coeliac")
        if words:
            said = await getattr(chat, way)(words)
        else:
            said = await chat.send(photo=PHOTO, caption="how long do i knead")
        assert "You mentioned gluten before, so ask first." in said


@in_loop
async def test_a_card_after_a_command_ends_no_talk():
    """What was asked before can still be followed up."""
    async with OfflineChat(bread()) as chat:
        await chat.say("how long do i knead")
        assert "bread is full of gluten" in await chat.say("/about i am coeliac")

        assert await knows_what_came_before(chat)


@in_loop
async def test_in_private_nothing_is_quoted():
    """There is nobody else whose message could be meant; in a group there is."""
    async with OfflineChat(bread()) as chat:
        for text in ("how long do i knead", "/about", "my secret"):
            await chat.say(text)
        assert not any("reply_parameters" in call for call in sends(chat))


@in_loop
async def test_everybody_has_their_own_conversation():
    """What one person asked is not known in the chat of another."""
    async with OfflineChat(bread()) as chat:
        await chat.say("how long do i knead")

        assert not await knows_what_came_before(chat, BERT)
        assert await knows_what_came_before(chat, ANNA)


@in_loop
async def test_every_chat_is_a_conversation_of_its_own():
    """What a person opens in a group is not known in their private chat."""
    async with OfflineChat(bread()) as chat:
        chat.api.chats[-100] = Chat(-100, "supergroup", "Bakers")
        link = message(GROUP, text="/start@offline_bot q_how-long-to-knead")
        await chat.give({"update_id": 1, "message": link})

        assert "ten minutes" in sends(chat)[-1]["text"]
        assert not await knows_what_came_before(chat)


@in_loop
async def test_forgetting_is_for_one_person_only():
    """/forget erases the own conversation at once, and no other."""
    async with OfflineChat(bread()) as chat:
        await chat.say("how long do i knead", ANNA)
        await chat.say("how long do i knead", BERT)
        assert "forgotten" in await chat.say("/forget", ANNA)

        assert not await knows_what_came_before(chat, ANNA)
        assert await knows_what_came_before(chat, BERT)


@pytest.mark.parametrize("way", ["/start q_how-long-to-knead", "button"])
@in_loop
async def test_a_link_or_a_button_can_be_followed_up(way):
    """A question that was picked is what the next one is about."""
    async with OfflineChat(bread()) as chat:
        if way == "button":
            await chat.say("/topics")
            await chat.press("The dough")
            await chat.press("How long do I knead?")
        else:
            await chat.say(way)

        assert await knows_what_came_before(chat)


def test_the_memory_of_a_restarted_bot_is_empty():
    """Nothing of a conversation survives in the Bot API or on disk."""
    api = FakeBotApi(TOKEN)

    @in_loop
    async def first():
        async with OfflineChat(bread(), api) as chat:
            await chat.say("how long do i knead")

    @in_loop
    async def second():
        async with OfflineChat(bread(), api) as chat:
            assert not await knows_what_came_before(chat)

    first()
    second()


@pytest.fixture(autouse=True)
def _log_everything(caplog):
    """Failures are logged from WARNING on; so is what libraries have to say."""
    caplog.set_level(logging.WARNING)
