"""A Bot API in memory: method and parameters in, Telegram's JSON out. No sockets.

Two sides look at the same chats: the bot through `call`, the people through `say`, `press` and the
rest, which hand out updates just as getUpdates would. Error codes and texts are Telegram's own.
"""

import asyncio
import inspect
import re
from collections.abc import Callable
from typing import Any

from bot.offline.chats import ANNA, Chat, Person, World
from bot.offline.faults import Cut, FaultError, Faults
from bot.offline.inline import Inline
from bot.offline.messages import Messages
from bot.offline.parameters import Json, Refusal, read
from bot.offline.people import People
from bot.offline.profile import Profile
from bot.offline.updates import Updates
from bot.offline.webhook import Told, Webhook

__all__ = ["ANNA", "Chat", "FakeBotApi", "Json", "Person", "Refusal"]
IGNORED = {
    "sendmessage": "business_connection_id direct_messages_topic_id disable_notification "
    "protect_content allow_paid_broadcast message_effect_id suggested_post_parameters",
    "editmessagetext": "business_connection_id rich_message",
    "editmessagereplymarkup": "business_connection_id",
    "sendchataction": "business_connection_id",
    "answerinlinequery": "is_personal",
    "setwebhook": "certificate",
}
"""Parameters that Telegram knows and that change nothing here."""

TOKEN_FORM = re.compile(r"\d+:[\w-]+", re.ASCII)
Method = tuple[Callable[..., Any], frozenset[str]]


class FakeBotApi(People):
    """Telegram's server as far as a bot that answers questions sees it."""

    def __init__(
        self,
        token: str,
        username: str = "offline_bot",
        now: int | Callable[[], int] = 1_800_000_000,
    ) -> None:
        """An empty Telegram that knows one bot.

        Args:
            token: the only token that is let in.
            username: the bot's name without @.
            now: the date of all messages, seconds since 1970, or what tells it.
        """
        super().__init__()
        self.token = token
        number = int(token.partition(":")[0])
        me = {"id": number, "is_bot": True, "first_name": "Offline bot", "username": username}
        self.world = World(me, now if callable(now) else lambda: now)
        self.faults = Faults()
        self.updates = Updates(self.faults)
        self.messages = Messages(self.world)
        self.profile = Profile(self.world)
        self.webhook = Webhook(self.updates, self.world.now)
        self.calls: list[tuple[str, Json]] = []
        """Every call with its parameters, in order."""
        self.oddities: list[str] = []
        """What bots said that Telegram ignores, such as parameters that do not exist."""
        self.knowledge: Json | None = None
        """What the bot's owner last said about what it knows."""
        parts = (self, self.messages, Inline(self), self.profile, self.updates, self.webhook)
        self._methods = {
            name.lower(): method for part in parts for name, method in _methods(part).items()
        }
        self.methods = {
            name: accepted | {*IGNORED.get(name, "").split()}
            for name, (_, accepted) in self._methods.items()
        }
        """The methods that there are, in small letters, with the names of their parameters."""

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer a request of the bot: HTTP status and body.

        Raises:
            Cut: a fault breaks the connection.
        """
        name = method.lower()
        try:
            if token != self.token:
                is_one = TOKEN_FORM.fullmatch(token)
                raise Refusal(401, "Unauthorized") if is_one else Refusal(404, "Not Found")
            given = self._read(method, parameters)
            is_lost = await self.faults.strike(name, given)
            if name not in self._methods:
                raise Refusal(404, "Not Found")
            function, accepted = self._methods[name]
            result = function(**{k: v for k, v in given.items() if k in accepted})
            if asyncio.iscoroutine(result):
                result = await result
            if is_lost:
                raise Cut("dropped after the effect")
        except Refusal as refusal:
            return refusal.code, refusal.as_json()
        if isinstance(result, Told):
            return 200, {"ok": True, "result": True, "description": result.description}
        return 200, {"ok": True, "result": result}

    def _read(self, method: str, parameters: Json) -> Json:
        """The parameters as the method takes them; notes the call."""
        try:
            # An empty value counts as left out.
            said = {name: value for name, value in parameters.items() if value not in ("", None)}
            given = {name: read(name, value) for name, value in said.items()}
        except Refusal:
            self.calls.append((method, dict(parameters)))
            raise
        self.calls.append((method, given))
        known = self.methods.get(method.lower())
        if known is not None:
            unknown = set(given) - known
            self.oddities += [f"{method} has no parameter {odd!r}" for odd in sorted(unknown)]
        return given

    def get_me(self) -> Json:
        """The bot as it is seen from inside."""
        return {
            **self.world.me,
            "first_name": self.profile.get_my_name()["name"],
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
        }

    def log_out(self) -> bool:
        """Leave this server; there is no other here, so nothing happens."""
        return True

    def close(self) -> bool:
        """Let another server take over; nothing happens here."""
        return True

    @property
    def chats(self) -> dict[int, Chat]:
        """All chats by number."""
        return self.world.chats

    def fail(self, fault: str, **more: Any) -> None:
        """Let something go wrong, see `bot.offline.faults.Fault`.

        Raises:
            FaultError: there is no such fault, or something about it is wrong.
        """
        method = more.get("method")
        if isinstance(method, str) and method and method.lower() not in self.methods:
            raise FaultError(f"there is no method {method}; there are: {', '.join(self.methods)}")
        planned = self.faults.plan(fault, **more)
        if fault == "unparsable":
            self.faults.planned.remove(planned)
            for _ in range(planned.times):
                self.updates.poison()

    def tell_knowledge(self, state: Json) -> None:
        """Note what the bot knows now, for the page: `state`, `version`, `findings`."""
        self.knowledge = state
        self.world.log.add("knowledge", state)


def _methods(part: object) -> dict[str, Method]:
    """The Bot API's methods among those of an object, with the names of their parameters."""
    found: dict[str, Method] = {}
    for name, method in inspect.getmembers(part, inspect.ismethod):
        if re.match("get_|set_|delete_|send_|edit_|answer_|log_out$|close$", name):
            known = frozenset(inspect.signature(method).parameters)
            found[name.replace("_", "")] = (method, known)
    return found
