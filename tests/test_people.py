"""The people's side: what reaches the bot and what privacy mode keeps from it."""

import pytest
from offline_chat import ANNA, BERT, TOKEN, in_loop

from bot.offline.api import FakeBotApi

HEARD = {
    "plain words": ("good morning", {}, False),
    "a mention": ("good morning @offline_bot", {}, True),
    "a mention in great letters": ("@OFFLINE_BOT hi", {}, True),
    "a longer name": ("@offline_bots hi", {}, False),
    "a bare command": ("/help", {}, True),
    "a command for this bot": ("/help@offline_bot", {}, True),
    "a command for another bot": ("/help@another_bot", {}, False),
    "a command that comes later": ("try /help", {}, False),
    "a reply to the bot": (
        "thanks",
        {"reply_to_message": {"from": {"id": 123456789, "is_bot": True}}},
        True,
    ),
    "a reply to a person": ("thanks", {"reply_to_message": {"from": {"id": BERT.id}}}, False),
    "what the bot wrote inline": ("x", {"via_bot": {"id": 123456789}}, True),
}


@pytest.mark.parametrize("has_privacy", [True, False])
@pytest.mark.parametrize(("text", "more", "is_heard"), HEARD.values(), ids=HEARD)
def test_privacy(text, more, is_heard, has_privacy):
    """With privacy mode on, a bot hears in a group what is meant for it; without, everything."""
    api = FakeBotApi(TOKEN)
    group = api.new_group("Bakers", [ANNA, BERT], has_privacy=has_privacy)

    act = api.write(ANNA, group.id, text=text, **more)

    assert (act.update is not None) == (is_heard or not has_privacy)
    if act.update is None:
        with pytest.raises(LookupError, match="privacy mode"):
            api.say(text, ANNA, group.id, **more)


ASKED_FOR = {
    "everything but a few": ([], "my_chat_member", True),
    "what was named": (["message"], "message", True),
    "nothing else": (["callback_query"], "message", False),
    "reactions only by name": ([], "message_reaction", False),
    "reactions by name": (["message_reaction"], "message_reaction", True),
}


@pytest.mark.parametrize(("allowed", "kind", "comes"), ASKED_FOR.values(), ids=ASKED_FOR)
@in_loop
async def test_what_the_bot_asked_for(allowed, kind, comes):
    """Only what the bot asked for becomes an update, also after a poll that names nothing."""
    api = FakeBotApi(TOKEN)
    await api.call(TOKEN, "getUpdates", {"allowed_updates": allowed})
    await api.call(TOKEN, "getUpdates", {})

    assert (api.updates.add(kind, {}) is not None) == comes


@in_loop
async def test_an_update_keeps_what_was_said():
    """A message that is edited later does not change the update that waits."""
    api = FakeBotApi(TOKEN)
    message = api.say("one")["message"]
    api.edit(message, "two")

    _, body = await api.call(TOKEN, "getUpdates", {})
    texts = [update.get("message", update.get("edited_message")) for update in body["result"]]

    assert [message["text"] for message in texts] == ["one", "two"]


def test_only_own_messages_can_be_edited():
    """Nobody edits what does not exist."""
    api = FakeBotApi(TOKEN)
    api.say("one")

    with pytest.raises(LookupError, match="no message of a person has the number 7"):
        api.change(ANNA.id, 7, "two")


@in_loop
async def test_a_group_becomes_a_supergroup():
    """The bot hears of it in both, and is told the new number when it writes to the old one."""
    api = FakeBotApi(TOKEN)
    group = api.new_group("Bakers", [ANNA], has_topics=True)
    new = api.upgrade(group)

    left, entered = (update["message"] for update in api.updates.waiting[-2:])
    assert (left["chat"]["id"], left["migrate_to_chat_id"]) == (group.id, new.id)
    assert (entered["chat"]["id"], entered["migrate_from_chat_id"]) == (new.id, group.id)
    assert new.has_topics

    _, body = await api.call(TOKEN, "sendMessage", {"chat_id": group.id, "text": "x"})

    assert body["parameters"] == {"migrate_to_chat_id": new.id}


COMMANDS = {
    "for everybody": ({}, ["all"]),
    "for a language": ({"language_code": "de"}, ["german"]),
    "for a language that has none": ({"language_code": "fr"}, ["all"]),
}


@pytest.mark.parametrize(("person", "expected"), COMMANDS.values(), ids=COMMANDS)
@in_loop
async def test_the_menu(person, expected):
    """The menu has the commands of the nearest scope and language."""
    api = FakeBotApi(TOKEN)
    for name, language in (("all", ""), ("german", "de")):
        commands = [{"command": name, "description": name}]
        await api.call(TOKEN, "setMyCommands", {"commands": commands, "language_code": language})

    found = api.profile.commands_in("private", ANNA.id, person.get("language_code", "en"))

    assert [command["command"] for command in found] == expected
    assert api.profile.commands_in("channel", 7, "en")[0]["command"] == "all"
    await api.call(TOKEN, "deleteMyCommands", {})
    assert api.profile.commands_in("supergroup", 7, "en") == []
