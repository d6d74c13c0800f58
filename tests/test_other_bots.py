"""Bots that are not ours run against the offline server: it is no mirror of our own assumptions."""

import asyncio
import contextlib
import json
import re
import shlex
from collections.abc import AsyncIterator, Callable

import aiogram
import httpx
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, Message
from offline_chat import CERTIFICATES, TOKEN, in_loop
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    filters,
)
from telegram.helpers import effective_message_type

from bot.offline.api import FakeBotApi
from bot.offline.server import serving
from bot.settings import CHECKOUT

PATIENCE_S = 60
Bot = Callable[[str], contextlib.AbstractAsyncContextManager[None]]


class AiogramEcho:
    """A small bot as aiogram's users write it: repeats what it gets, answers a button."""

    async def start(self, message: Message) -> None:
        """Greet."""
        button = aiogram.types.InlineKeyboardButton(text="Again", callback_data="again")
        keyboard = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
        await message.answer("<b>Hello</b>", parse_mode="HTML", reply_markup=keyboard)

    async def echo(self, message: Message) -> None:
        """Repeat a text, or name what else it is."""
        if message.text:
            await message.reply(f"You said: {message.text}")
        else:
            await message.answer(f"That is a {message.content_type.value}")

    async def edited(self, message: Message) -> None:
        """Repeat an edited text."""
        await message.answer(f"You meant: {message.text}")

    async def again(self, query: CallbackQuery) -> None:
        """Answer the button."""
        await query.answer("Once more")
        assert isinstance(query.message, Message)
        await query.message.edit_text("Hello again")


@contextlib.asynccontextmanager
async def aiogram_echo(address: str) -> AsyncIterator[None]:
    """The bot polls, as `dispatcher.run_polling` would."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    bot, dispatcher, echo = aiogram.Bot(TOKEN, session=session), aiogram.Dispatcher(), AiogramEcho()
    dispatcher.message.register(echo.start, CommandStart())
    dispatcher.message.register(echo.echo)
    dispatcher.edited_message.register(echo.edited)
    dispatcher.callback_query.register(echo.again)
    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    yield
    await dispatcher.stop_polling()
    await polling


class PtbEcho:
    """The same as python-telegram-bot's users write it."""

    async def start(self, update: Update, _: object) -> None:
        """Greet."""
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Again", callback_data="again")]])
        await update.effective_message.reply_html("<b>Hello</b>", reply_markup=keyboard)

    async def echo(self, update: Update, _: object) -> None:
        """Repeat a text, new or edited, or name what else it is."""
        message = update.effective_message
        if update.edited_message:
            await message.reply_text(f"You meant: {message.text}")
        elif message.text:
            await message.reply_text(f"You said: {message.text}", do_quote=True)
        else:
            await message.reply_text(f"That is a {effective_message_type(message)}")

    async def again(self, update: Update, _: object) -> None:
        """Answer the button."""
        await update.callback_query.answer("Once more")
        await update.callback_query.edit_message_text("Hello again")


@contextlib.asynccontextmanager
async def ptb_echo(address: str) -> AsyncIterator[None]:
    """The bot polls, as `application.run_polling` would."""
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{address}/bot")
    application, echo = builder.base_file_url(f"{address}/file/bot").build(), PtbEcho()
    application.add_handler(CommandHandler("start", echo.start))
    application.add_handler(CallbackQueryHandler(echo.again))
    application.add_handler(MessageHandler(filters.ALL, echo.echo))
    async with application:
        await application.start()
        await application.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        yield
        await application.updater.stop()
        await application.stop()


class People:
    """The people's side over HTTP, as a test in any language would use it."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.seen = 0

    async def do(self, act: str, **values: object) -> dict:
        """Do something; returns what came of it."""
        answer = await self.client.post(f"/offline/{act}", json=values)
        assert answer.status_code == 200, answer.text
        result: dict = answer.json()["result"]
        return result

    async def get(self, act: str, **values: object) -> str:
        """Do something; returns what the bot then says or changes first."""
        done = await self.do(act, **values)
        person = values["person"]
        news = await self.do("wait", person=person, after_event=done["event"], timeout_s=PATIENCE_S)
        return news["messages"][0]["text"]


@pytest.mark.parametrize("echo", [aiogram_echo, ptb_echo])
@in_loop
async def test_echo(echo: Bot):
    """A bot of another make polls, repeats texts, sees photos and edits, and answers a button."""
    api = FakeBotApi(TOKEN)
    async with (
        serving(api, port=0) as address,
        httpx.AsyncClient(base_url=address, verify=CERTIFICATES, timeout=2 * PATIENCE_S) as client,
        echo(address),
    ):
        people = People(client)
        anna = (await people.do("people", first_name="Anna"))["id"]

        assert await people.get("send", person=anna, text="/start") == "Hello"
        assert await people.get("send", person=anna, text="<Hi> & bye") == "You said: <Hi> & bye"
        for kind in ("photo", "voice", "sticker", "location"):
            said = await people.get("send", person=anna, **{kind: True})
            assert said.lower() == f"that is a {kind}"
        assert await people.get("edit", person=anna, message_id=3, text="Ho") == "You meant: Ho"
        assert await people.get("press", person=anna, label="Again") == "Hello again"

        replied = api.chats[anna].message(4)["reply_to_message"]
        assert replied["text"] == "<Hi> & bye"
        assert api.oddities == []


@pytest.mark.parametrize("echo", [aiogram_echo, ptb_echo])
@in_loop
async def test_a_group_with_privacy(echo: Bot):
    """In a group the bot hears its commands and replies to it, and nothing else."""
    async with (
        serving(FakeBotApi(TOKEN), port=0) as address,
        httpx.AsyncClient(base_url=address, verify=CERTIFICATES, timeout=2 * PATIENCE_S) as client,
        echo(address),
    ):
        people = People(client)
        anna = (await people.do("people", first_name="Anna"))["id"]
        group = (await people.do("groups", title="Bakers", members=[anna]))["id"]
        here = {"person": anna, "chat": group}

        unheard = await people.do("send", **here, text="good morning all")
        assert unheard["update_id"] is None
        done = await people.do("send", **here, text="/start@offline_bot")
        news = await people.do("wait", chat=group, after_event=done["event"], timeout_s=PATIENCE_S)
        number = news["messages"][0]["message_id"]
        assert news["messages"][0]["text"] == "Hello"

        done = await people.do("send", **here, text="thanks", reply_to=number)
        news = await people.do("wait", chat=group, after_event=done["event"], timeout_s=PATIENCE_S)
        assert news["messages"][0]["text"] == "You said: thanks"


README = (CHECKOUT / "README.md").read_text("utf-8").partition("## Test any bot against it")[2]
OTHERS = "http://127.0.0.1:8081", "1:offline"
"""The address and the token that the README speaks of."""


@in_loop
async def test_the_examples_of_the_readme_are_true():
    """The lines of Python make bots that reach the server, and every curl line succeeds."""
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    lines = re.findall(r"^\$ (curl .*)$", README, re.MULTILINE)
    api = FakeBotApi(OTHERS[1])
    async with (
        serving(api, port=0) as address,
        httpx.AsyncClient(verify=CERTIFICATES, timeout=PATIENCE_S) as client,
    ):
        made: dict = {}
        exec("".join(code).replace(OTHERS[0], address), made)  # noqa: S102 - our own README
        async with made["application"].bot as bot:
            assert bot.username == "offline_bot"
        async with made["bot"].context() as bot:
            assert (await bot.me()).username == "offline_bot"
            for line in lines:
                _, _, url, *rest = shlex.split(line.replace(OTHERS[0], address))
                body = json.loads(rest[1]) if rest else None
                answer = await client.request("POST" if rest else "GET", url, json=body)
                assert answer.status_code == 200, line
                if url.endswith("/send"):
                    await greet(bot)
        assert len(lines) >= 6


async def greet(bot: aiogram.Bot) -> None:
    """What the bot of the README's example would answer."""
    button = aiogram.types.InlineKeyboardButton(text="Again", callback_data="again")
    keyboard = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
    await bot.send_message(1001, "Hello", reply_markup=keyboard)
