"""What stands in Telegram before anybody writes: menus by kind of chat, name, descriptions."""

import logging
from dataclasses import replace

import pytest
from offline_chat import TOKEN, FaultyBotApi, OfflineChat, bread, in_loop, refusal

from bot.answering.compose import Composer
from bot.offline.api import ANNA, FakeBotApi
from bot.offline.request import OfflineRequest
from bot.telegram.profile import NOT_IN_GROUPS

MAINTAINERS = -500
USUAL = [command.name for command in bread().knowledge.texts.commands]
IN_GROUPS = [name for name in USUAL if name not in NOT_IN_GROUPS]
MENUS = {
    "anywhere": ("default", USUAL),
    "in private chats": ("all_private_chats", USUAL),
    "in groups": ("all_group_chats", IN_GROUPS),
    "in a maintainer's private chat": (f"chat {ANNA.id}", [*USUAL, "version"]),
    "in a group of maintainers": (f"chat {MAINTAINERS}", [*IN_GROUPS, "version"]),
}


def known(chat: OfflineChat) -> OfflineChat:
    """A chat with a bot that serves two chats of maintainers."""
    chat.settings["admin_chats"] = (ANNA.id, MAINTAINERS)
    return chat


def with_texts(**texts: object):
    """The answerer on bread with other texts."""
    whole = bread()
    knowledge = replace(whole.knowledge, texts=replace(whole.knowledge.texts, **texts))
    return replace(whole, knowledge=knowledge, composer=Composer(knowledge, {"contact": "nobody"}))


def set_calls(chat: OfflineChat) -> list[str]:
    """The methods that changed the profile."""
    return [method for method, _ in chat.api.calls if method.startswith("set")]


@pytest.mark.parametrize(("scope", "names"), MENUS.values(), ids=MENUS)
@in_loop
async def test_the_menu(scope, names):
    """Each kind of chat has the commands that make sense there."""
    async with known(OfflineChat(bread())) as chat:
        menu = chat.api.profile.parts[f"commands {scope}"]

    assert [item["command"] for item in menu] == names
    assert all(1 <= len(item["description"]) <= 256 for item in menu)


@in_loop
async def test_everything_is_set_once():
    """The second start, with maintainers and a name, changes nothing."""
    api = FakeBotApi(TOKEN)
    for expected in (True, False):
        api.calls.clear()
        async with known(OfflineChat(with_texts(name="The baker"), api)) as chat:
            assert bool(set_calls(chat)) == expected
    assert api.profile.get_my_name() == {"name": "The baker"}


@in_loop
async def test_without_a_name_botfather_s_stays():
    """The name is asked for and set only when the texts have one."""
    async with OfflineChat(bread()) as chat:
        assert not {"getMyName", "setMyName"} & {method for method, _ in chat.api.calls}
        assert chat.api.profile.get_my_name() == {"name": "Offline bot"}


@in_loop
async def test_all_is_set_for_every_language():
    """The texts have one language; nothing depends on that of somebody's app."""
    async with known(OfflineChat(with_texts(name="The baker"))) as chat:
        assert all(not given.get("language_code") for _, given in chat.api.calls)
        menu = chat.api.profile.commands_in("private", 1, language_code="de")
    assert [item["command"] for item in menu] == USUAL


@in_loop
async def test_a_chat_of_maintainers_that_telegram_does_not_know(caplog):
    """A maintainer who never wrote to the bot keeps nobody from starting it."""
    caplog.set_level(logging.WARNING)
    nowhere = refusal(400, "Bad Request: chat not found")
    async with known(OfflineChat(bread(), FaultyBotApi({"getMyCommands": [nowhere] * 5}))) as chat:
        assert "Chat not found" in caplog.text
        assert chat.api.profile.parts["description default"]
        assert "ten minutes" in await chat.say("how long do i knead")


@in_loop
async def test_a_group_of_maintainers_that_has_another_number(caplog):
    """The operator reads that its menu is not set; the number is nobody's business."""
    caplog.set_level(logging.WARNING)
    moved = refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100777)
    async with known(OfflineChat(bread(), FaultyBotApi({"getMyCommands": [moved] * 5}))):
        assert "could not be registered: ChatMigrated" in caplog.text
    assert "777" not in caplog.text


class Strange(OfflineRequest):
    """A server that is none of Telegram's and answers everything about the profile with True."""

    async def do_request(self, url, method, *arguments, **options):
        """Answer."""
        if "My" in url or "Menu" in url:
            return 200, b'{"ok": true, "result": true}'
        return await super().do_request(url, method, *arguments, **options)


@in_loop
async def test_a_server_that_answers_nonsense_is_harmless(caplog):
    """Whatever a server says about the profile, the bot starts and answers."""
    caplog.set_level(logging.WARNING)
    request = Strange(FakeBotApi(TOKEN))
    async with OfflineChat(bread(), request.api, request=request) as chat:
        assert "ten minutes" in await chat.say("how long do i knead")
    assert "could not be registered" in caplog.text


@in_loop
async def test_who_publishes_the_bot_is_told_by_the_command_of_the_standard_policy():
    """`/developer_info` says what /about says, and stands in no menu."""
    async with known(OfflineChat(bread())) as chat:
        assert await chat.say("/developer_info") == bread().knowledge.texts.about.format(
            title="Your First Loaf"
        )
        assert "developer_info" not in str(chat.api.profile.parts)
