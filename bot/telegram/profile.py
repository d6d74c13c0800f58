"""What Telegram shows of the bot before anybody writes to it: commands, descriptions, menu."""

import logging

from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import TelegramError

from bot.model import Texts

log = logging.getLogger(__name__)


async def introduce(bot: Bot, texts: Texts) -> None:
    """Register commands, descriptions and menu where they differ; a failure does no harm."""
    for part in (_commands, _description, _short_description, _menu):
        try:
            await part(bot, texts)
        except TelegramError as error:
            log.warning("A part of the profile could not be registered: %s", error)


async def _commands(bot: Bot, texts: Texts) -> None:
    commands = tuple(BotCommand(item.name, item.description) for item in texts.commands)
    if await bot.get_my_commands() != commands:
        await bot.set_my_commands(commands)


async def _description(bot: Bot, texts: Texts) -> None:
    if (await bot.get_my_description()).description != texts.description:
        await bot.set_my_description(texts.description)


async def _short_description(bot: Bot, texts: Texts) -> None:
    if (await bot.get_my_short_description()).short_description != texts.short_description:
        await bot.set_my_short_description(texts.short_description)


async def _menu(bot: Bot, _: Texts) -> None:
    if not isinstance(await bot.get_chat_menu_button(), MenuButtonCommands):
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
