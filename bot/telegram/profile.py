"""What Telegram shows of the bot before anybody writes to it: name, commands, descriptions, menu.

All of it is set without a language: the texts have one only, and Telegram falls back to this for
every language that a person's app may have.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    MenuButtonCommands,
)
from telegram.error import TelegramError

from bot.logs import trace
from bot.model import Command, Texts
from bot.telegram.polling import in_short

NOT_IN_GROUPS = {"start", "article"}
"""Who is in a group has begun already, and the whole article would bury what others say."""
Part = Callable[[Bot, Texts], Awaitable[None]]
log = logging.getLogger(__name__)


async def introduce(bot: Bot, texts: Texts, admin_chats: Sequence[int] = ()) -> None:
    """Register what differs from what Telegram has; whatever goes wrong does no harm.

    Args:
        bot: whose profile it is.
        texts: what it says.
        admin_chats: chats whose menu has the maintainers' commands as well.
    """
    admins = (partial(_admin_commands, chat=chat) for chat in admin_chats)
    parts: tuple[Part, ...] = (_commands, *admins, _name, _description, _short_description, _menu)
    for part in parts:
        try:
            await part(bot, texts)
        except Exception as error:  # a server that is not Telegram's may answer anything
            told = in_short(error) if isinstance(error, TelegramError) else trace(error)
            log.warning("A part of the profile could not be registered: %s", told)


async def _commands(bot: Bot, texts: Texts) -> None:
    everywhere = (BotCommandScopeDefault(), BotCommandScopeAllPrivateChats())
    for scope in everywhere:
        await _set_commands(bot, texts.commands, scope)
    await _set_commands(bot, _for_groups(texts), BotCommandScopeAllGroupChats())


async def _admin_commands(bot: Bot, texts: Texts, chat: int) -> None:
    """The menu of a chat of maintainers; a group's number is below zero."""
    usual = _for_groups(texts) if chat < 0 else texts.commands
    await _set_commands(bot, (*usual, *texts.admin_commands), BotCommandScopeChat(chat))


def _for_groups(texts: Texts) -> tuple[Command, ...]:
    return tuple(command for command in texts.commands if command.name not in NOT_IN_GROUPS)


async def _set_commands(bot: Bot, commands: Sequence[Command], scope: BotCommandScope) -> None:
    wanted = tuple(BotCommand(item.name, item.description) for item in commands)
    if await bot.get_my_commands(scope) != wanted:
        await bot.set_my_commands(wanted, scope)


async def _name(bot: Bot, texts: Texts) -> None:
    """Telegram lets a bot change its name a few times a day only; most leave it to BotFather."""
    if texts.name and (await bot.get_my_name()).name != texts.name:
        await bot.set_my_name(texts.name)


async def _description(bot: Bot, texts: Texts) -> None:
    if (await bot.get_my_description()).description != texts.description:
        await bot.set_my_description(texts.description)


async def _short_description(bot: Bot, texts: Texts) -> None:
    if (await bot.get_my_short_description()).short_description != texts.short_description:
        await bot.set_my_short_description(texts.short_description)


async def _menu(bot: Bot, _: Texts) -> None:
    if not isinstance(await bot.get_chat_menu_button(), MenuButtonCommands):
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
