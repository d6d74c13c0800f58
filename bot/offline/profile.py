"""What the bot tells about itself: commands, name, descriptions and the menu button."""

import re
from typing import Any

from bot.markup import units
from bot.offline.chats import World
from bot.offline.parameters import Json, bad_request

MOST_COMMANDS = 100
CHAT_SCOPES = ("chat", "chat_administrators", "chat_member")
SCOPES = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
LIMITS = {"description": 512, "short_description": 120, "name": 64}
ORDER = {
    "private": ("chat {id}", "all_private_chats", "default"),
    "supergroup": ("chat {id}", "all_group_chats", "default"),
}
"""Where Telegram's apps look for the commands of a chat, the first that has some wins."""


class Profile:
    """The bot's profile, each part by scope and language."""

    def __init__(self, world: World) -> None:
        """A profile that says nothing."""
        self.world = world
        self.parts: Json = {}
        """Part, scope and language -> value, such as `commands default` or `name default de`."""

    def set_my_commands(
        self,
        commands: list[Any] | None = None,
        scope: Json | None = None,
        language_code: str = "",
    ) -> bool:
        """The commands in the menu, in this scope and language."""
        if commands is None:
            raise bad_request("commands list is not specified")
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        return self._set("commands", [_command(c) for c in commands], scope, language_code)

    def get_my_commands(self, scope: Json | None = None, language_code: str = "") -> list[Json]:
        """The commands of exactly this scope and language."""
        found: list[Json] = self.parts.get(_key("commands", scope, language_code), [])
        return found

    def delete_my_commands(self, scope: Json | None = None, language_code: str = "") -> bool:
        """No commands in this scope and language."""
        return self._set("commands", [], scope, language_code)

    def commands_in(self, chat_type: str, chat_id: int, language_code: str = "") -> list[Json]:
        """The commands that somebody of that language sees in a chat."""
        for scope in ORDER.get(chat_type, ORDER["supergroup"]):
            for language in (language_code, ""):
                key = f"commands {scope.format(id=chat_id)} {language}".strip()
                if self.parts.get(key):
                    found: list[Json] = self.parts[key]
                    return found
        return []

    def set_my_name(self, name: str = "", language_code: str = "") -> bool:
        """The bot's name in a language."""
        return self._set("name", name.strip(), None, language_code)

    def get_my_name(self, language_code: str = "") -> Json:
        """The bot's name in a language."""
        return {"name": self._in_language("name", language_code) or self.world.me["first_name"]}

    def set_my_description(self, description: str = "", language_code: str = "") -> bool:
        """What an empty chat with the bot says."""
        return self._set("description", description.strip(), None, language_code)

    def get_my_description(self, language_code: str = "") -> Json:
        """What an empty chat with the bot says."""
        return {"description": self._in_language("description", language_code)}

    def set_my_short_description(
        self, short_description: str = "", language_code: str = ""
    ) -> bool:
        """What goes with a link to the bot."""
        return self._set("short_description", short_description.strip(), None, language_code)

    def get_my_short_description(self, language_code: str = "") -> Json:
        """What goes with a link to the bot."""
        return {"short_description": self._in_language("short_description", language_code)}

    def set_chat_menu_button(
        self, chat_id: int | str = "", menu_button: Json | None = None
    ) -> bool:
        """What the button beside the input does, in one chat or in all."""
        button = menu_button or {"type": "default"}
        kind = button.get("type")
        if kind not in ("default", "commands", "web_app"):
            raise bad_request("can't parse menu button: unsupported menu button type")
        if kind == "web_app" and not (button.get("text") and button.get("web_app", {}).get("url")):
            raise bad_request("can't parse menu button: can't find field \"text\"")
        self.parts[self._button_key(chat_id)] = button
        self.world.log.add("profile", {})
        return True

    def get_chat_menu_button(self, chat_id: int | str = "") -> Json:
        """What the button beside the input does."""
        key = self._button_key(chat_id)
        button: Json = self.parts.get(key) or self.parts.get("menu_button", {"type": "default"})
        return button

    def _button_key(self, chat_id: int | str) -> str:
        if not chat_id:
            return "menu_button"
        chat = self.world.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None or chat.type != "private":
            raise bad_request("chat not found")
        return f"menu_button {chat_id}"

    def _in_language(self, part: str, language_code: str) -> str:
        found: str = self.parts.get(_key(part, None, language_code)) or ""
        return found or self.parts.get(_key(part, None, ""), "")

    def _set(self, part: str, value: Any, scope: Json | None, language_code: str) -> bool:
        if part in LIMITS and units(value) > LIMITS[part]:
            raise bad_request(f"bot {part.replace('_', ' ')} is too long")
        self.parts[_key(part, scope, language_code)] = value
        self.world.log.add("profile", {})
        return True


def _command(item: Any) -> Json:
    """A command as it is kept."""
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(item.get(name), str):
            raise bad_request(f"can't parse BotCommand: can't find field \"{name}\"")
    command, description = item["command"].strip().removeprefix("/"), item["description"].strip()
    if not re.fullmatch(r"[a-z0-9_]{1,32}", command, re.ASCII):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= units(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _key(part: str, scope: Json | None, language_code: str) -> str:
    """Where a part of the profile is kept."""
    if language_code and not re.fullmatch("[a-z]{2}", language_code):
        raise bad_request("invalid language code specified")
    kind = (scope or {"type": "default"}).get("type")
    where = ""
    if scope and kind in CHAT_SCOPES:
        if not scope.get("chat_id"):
            raise bad_request("can't parse BotCommandScope: can't find field \"chat_id\"")
        if kind == "chat_member" and not scope.get("user_id"):
            raise bad_request("can't parse BotCommandScope: can't find field \"user_id\"")
        where = f" {scope['chat_id']} {scope.get('user_id', '')}".rstrip()
    elif kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return f"{part} {kind}{where} {language_code}".strip()
