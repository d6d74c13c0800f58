"""What the bot tells about itself: commands, name, descriptions and the menu button."""

import re
from typing import Any

from bot.markup import units
from bot.offline.chats import World
from bot.offline.parameters import Flaw, Json, field, integer, within

MOST_COMMANDS, MOST_NAME, MOST_WORDS = 100, 32, 256
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
        with within("Can't parse BotCommand"):
            read = [_command(item) for item in commands or ()]
        _check(read)
        return self._set("commands", read, scope, language_code)

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
        with within("Can't parse menu button"):
            kind = field(button, "type", "String")
            if kind not in ("default", "commands", "web_app"):
                raise Flaw("MenuButton has unsupported type")
            if kind == "web_app":
                field(button, "text", "String")
                field(field(button, "web_app", "Object"), "url", "String")
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
            raise Flaw("chat not found")
        return f"menu_button {chat_id}"

    def _in_language(self, part: str, language_code: str) -> str:
        found: str = self.parts.get(_key(part, None, language_code)) or ""
        return found or self.parts.get(_key(part, None, ""), "")

    def _set(self, part: str, value: Any, scope: Json | None, language_code: str) -> bool:
        if part in LIMITS and units(value) > LIMITS[part]:
            raise Flaw(f"{part.upper()}_TOO_LONG")
        self.parts[_key(part, scope, language_code)] = value
        self.world.log.add("profile", {})
        return True


def _command(item: Any) -> Json:
    """A command as it is kept."""
    if not isinstance(item, dict):
        raise Flaw("expected an Object")
    command = field(item, "command", "String").strip().removeprefix("/")
    return {"command": command, "description": field(item, "description", "String").strip()}


def _check(commands: list[Json]) -> None:
    """What Telegram refuses only after it has read all commands."""
    if len(commands) > MOST_COMMANDS:
        raise Flaw("BOT_COMMANDS_TOO_MUCH")
    for item in commands:
        for name, most in (("command", MOST_NAME), ("description", MOST_WORDS)):
            what = "Command" if name == "command" else "Command description"
            if not item[name]:
                raise Flaw(f"{what} must be non-empty")
            if len(item[name]) > most:
                raise Flaw(f"{what} length must not exceed {most}")
        if not re.fullmatch("[a-z0-9_]+", item["command"], re.ASCII):
            raise Flaw("BOT_COMMAND_INVALID")


def _key(part: str, scope: Json | None, language_code: str) -> str:
    """Where a part of the profile is kept."""
    if language_code and not re.fullmatch("[a-z]{2}", language_code):
        raise Flaw("Invalid language code specified")
    return f"{part} {_scope(scope or {'type': 'default'})} {language_code}".strip()


def _scope(scope: Json) -> str:
    """A scope as part of a key."""
    with within("Can't parse BotCommandScope"):
        kind: str = field(scope, "type", "String")
        if kind in SCOPES:
            return kind
        if kind not in CHAT_SCOPES:
            raise Flaw("Unsupported type specified")
        chat = field(scope, "chat_id", "String")
        if not chat:
            raise Flaw("Empty chat_id specified")
        if kind != "chat_member":
            return f"{kind} {chat}"
        user = integer(field(scope, "user_id", "Number"))
        if user <= 0:
            raise Flaw("Invalid user_id specified")
        return f"{kind} {chat} {user}"
