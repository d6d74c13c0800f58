"""From an update that was fetched to one that is dealt with, through the real handlers."""

import asyncio

import pytest
from offline_chat import BERT, OfflineChat, bread, in_loop
from telegram import Update

from bot.offline.api import ANNA, Json, Person
from bot.offline.chats import Event
from bot.offline.people import heard
from bot.store import SKIPPED
from bot.telegram.gate import AT_ONCE, MOST_WAITING, Gate
from bot.telegram.inbox import Inbox
from bot.telegram.progress import Progress

KNEAD, RISE = "how long do i knead", "how long should the dough rise"


class Desk:
    """An inbox over the real handlers, with people who write."""

    def __init__(self, chat: OfflineChat) -> None:
        self.chat = chat
        self.progress = Progress(chat.data_dir / "answered")
        gate = Gate(chat.clock, lambda _: False, lambda text: text if "swollen" in text else "")
        self.inbox = Inbox(chat.application, gate, self.progress, chat.clock, chat.counters.add)

    def take(self, update: Json) -> None:
        """Let an update come in as polling does."""
        assert self.progress.begin(update)
        self.inbox.take(Update.de_json(update, self.chat.application.bot))

    async def said(self, person: Person) -> None:
        """Return when the bot has said something to a person."""

        def is_said(event: Event) -> bool:
            is_bots = event.kind == "message" and event.data["from"]["is_bot"]
            return is_bots and event.data["chat"]["id"] == person.id

        async with asyncio.timeout(60):
            await self.chat.api.world.log.first(is_said, after=0)

    async def done(self, but: int = 0) -> None:
        """Return when all is dealt with, but for so many."""
        async with asyncio.timeout(60):
            while self.progress.waiting > but:
                await self.inbox.lanes.rest(0.05)


@in_loop
async def test_every_update_is_dealt_with_and_noted():
    """Messages of several people, and what no handler wants."""
    async with OfflineChat(bread()) as chat:
        desk = Desk(chat)
        desk.take(chat.api.say(KNEAD))
        desk.take(chat.api.say(RISE, BERT))
        desk.take({"update_id": 900, "poll": None})
        await desk.done()

        assert "ten minutes" in chat.api.sent(ANNA)[-1]["text"]
        assert "two hours" in chat.api.sent(BERT)[-1]["text"]
        assert desk.progress.offset == 901


@in_loop
async def test_a_chat_that_has_to_wait_blocks_no_other():
    """Telegram tells the bot to wait with Anna's answer; Bert has his at once."""
    async with OfflineChat(bread()) as chat:
        chat.api.fail("429", method="sendMessage", chat=ANNA.id, retry_after=600)
        desk = Desk(chat)
        desk.take(chat.api.say(KNEAD))
        desk.take(chat.api.say(RISE, BERT))
        await desk.done(but=1)

        assert "two hours" in chat.api.sent(BERT)[-1]["text"]
        assert chat.api.sent(ANNA) == []
        await desk.inbox.lanes.close(0)
        assert desk.progress.waiting == 1  # not dealt with: the next process fetches it


@in_loop
async def test_a_flood_is_answered_in_part_and_told_once():
    """In its order; whoever else asks is answered at once; a sign in it has its card."""
    async with OfflineChat(bread()) as chat:
        desk = Desk(chat)
        for _ in range(AT_ONCE + MOST_WAITING + 50):
            desk.take(chat.api.say(KNEAD))
        desk.take(chat.api.say("my hand is swollen"))
        desk.take(chat.api.say(RISE, BERT))
        await desk.said(BERT)
        assert "two hours" in chat.api.sent(BERT)[-1]["text"]

        chat.clock.now_s += 3600
        await desk.inbox.lanes.close(0.2)
        assert chat.counted(SKIPPED) == {"": 50}


@in_loop
async def test_who_writes_too_fast_is_answered_later(monkeypatch):
    """Each further question half a second after the one before."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    async with OfflineChat(bread()) as chat:
        desk = Desk(chat)
        monkeypatch.setattr(asyncio, "sleep", pause)
        for _ in range(AT_ONCE + 3):
            desk.take(chat.api.say(KNEAD))
        await desk.done()

    assert [seconds for seconds in waits if seconds] == [0.5, 1.0, 1.5]


@in_loop
async def test_what_is_passed_over_is_done_with():
    """Else it would be fetched for ever, and answered after a restart."""
    async with OfflineChat(bread()) as chat:
        group = chat.api.new_group("Bakers", [ANNA])
        desk = Desk(chat)
        for _ in range(AT_ONCE + 3):
            desk.take(chat.api.say(f"@offline_bot {KNEAD}", group=group.id))
        await desk.done()

        assert "You write faster" in chat.sent(group=group.id)[-1]["text"]
        assert chat.counted(SKIPPED) == {"": 3}


@in_loop
async def test_an_update_that_breaks_everything_is_done_with(monkeypatch, caplog):
    """Not even a fault of the library keeps the next one from its turn."""
    async with OfflineChat(bread()) as chat:
        desk = Desk(chat)
        process = chat.application.process_update

        async def broken(_, update: Update) -> None:
            if update.message and update.message.text == KNEAD:
                raise ValueError("my secret")
            await process(update)

        monkeypatch.setattr(type(chat.application), "process_update", broken)
        desk.take(chat.api.say(KNEAD))
        desk.take(chat.api.say(RISE))
        await desk.done()

        assert "two hours" in chat.api.sent(ANNA)[-1]["text"]
    assert "ValueError at " in caplog.text
    assert "secret" not in caplog.text


@in_loop
async def test_a_refusal_is_the_end_of_an_update():
    """Whoever has blocked the bot gets no answer, and nobody waits for that."""
    async with OfflineChat(bread()) as chat:
        desk = Desk(chat)
        update = chat.api.say(KNEAD)
        chat.api.block(ANNA)
        desk.take(update)
        await desk.done()

        assert desk.progress.waiting == 0


@pytest.mark.parametrize("command", ["/roll@dice_bot", "/roll"])
@in_loop
async def test_a_flood_of_commands_for_other_bots_is_none_of_its_business(command):
    """Nobody is told to write more slowly who does not write to this bot."""
    async with OfflineChat(bread()) as chat:
        group = chat.api.new_group("Bakers", [ANNA], has_privacy=False)
        desk = Desk(chat)
        for _ in range(AT_ONCE + 5):
            desk.take(chat.api.say(command, group=group.id))
        desk.take(chat.api.say(f"@offline_bot {KNEAD}", group=group.id))
        await desk.done()

        (answer,) = chat.sent(group=group.id)
        assert "ten minutes" in answer["text"]


@in_loop
async def test_in_a_group_only_what_is_said_to_the_bot_counts():
    """Who chats with others there writes no flood."""
    async with OfflineChat(bread()) as chat:
        group = chat.api.new_group("Bakers", [ANNA, BERT], has_privacy=False)
        desk = Desk(chat)
        for number in range(AT_ONCE + 5):
            said = chat.api.say("nice weather", group=group.id)
            desk.take(said)
            if number == 0:
                first = said["message"]["message_id"]
            desk.take(heard(chat.api.change(group.id, first, f"nice weather {number}")))
        desk.take(chat.api.say(f"@offline_bot {KNEAD}", group=group.id))
        await desk.done()

        (answer,) = chat.sent(group=group.id)
        assert "ten minutes" in answer["text"]
