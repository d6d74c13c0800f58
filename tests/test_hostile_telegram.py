"""Hostile messages: the same nasty text in every place where Telegram lets people put text.

No exception reaches the error handler, nothing goes out that the Bot API refuses, and in private
something is always said. `--hostile=100000` tries so many messages instead of a few thousand.
"""

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offline_chat import TOKEN, OfflineChat
from telegram import Update

from bot.offline.acts import SAMPLES
from bot.offline.api import ANNA, FakeBotApi, Json, Person
from bot.offline.request import OfflineRequest
from bot.telegram.polling import sound

pytestmark = pytest.mark.repetitive

GROUP, TOPIC = -1001, 7
COMMANDS = "start help topics article about developer_info privacy version forget x".split()
DATA = ["q:", "s:", "g:", "none", "topics", "q:does-it-hurt", "s:0", "g:inflammation:swelling", ""]
DATA += ["h+", "h-", "h-00000000", "p:", "t:", "t:AAAAAAAAAAAAAAAA", "ok:", "r:", "r:a00000000"]

NASTY = {
    "nothing but spaces": " \t\n\r\x0b\x0c\u00a0\u2003\u3000",
    "control characters": "".join(map(chr, range(32))) + "\x7f\x80\x9f",
    "null bytes": "does it hurt\x00\x00",
    "a lone high surrogate": "does it \ud800 hurt",
    "a lone low surrogate": "\udfff",
    "surrogates the wrong way round": "\ude00\ud83d my knee is swollen",
    "no characters": "\ufffe\uffff\ufdd0\U0010ffff",
    "right to left": "\u202edoes it hurt\u202c \u200f\u061c",
    "isolates without end": "\u2066\u2067\u2068 does it hurt",
    "zero width": "d\u200bo\u200ces\u200d i\u2060t h\ufeffurt",
    "zalgo": "".join(letter + "\u0301\u0489\u0334\u0353" * 8 for letter in "my knee is swollen"),
    "emojis with skin tones and joiners": "👩🏽‍⚕️👨‍👩‍👧‍👦🏳️‍🌈🇩🇪🇩" + "👍🏿" * 40,
    "astral letters": "𝕕𝕠𝕖𝕤 𝕚𝕥 𝕙𝕦𝕣𝕥",
    "2,048 astral characters": "𓀀" * 2048,
    "homoglyphs": "dоеs іt hurt, mу knее іs swоllеn",
    "full width": "ｄｏｅｓ　ｉｔ　ｈｕｒｔ",
    "ligatures and big letters": "ﬁﬂﬃ ẞß İıIi ǅ ΣσςΑΙ ﷺ ǰ",
    "Arabic, Hebrew, Hindi, Thai": "هل يؤلم ركبتي متورمة זה כואב क्या दर्द होता है เจ็บไหม",
    "Chinese without spaces": "这个按摩疼吗我的膝盖肿了" * 30,
    "HTML": "<b>does <i>it</b> hurt</i> <script>alert(1)</script> <a href='tg://user?id=1'>x</a>",
    "HTML around a sign": "my <b>knee</b> is <u>swollen & red</u> <3",
    "entities": "&lt;b&gt; &amp;amp; &#0; &#x110000; &nbsp; &quot; &",
    "half a tag": "my knee is swollen <b",
    "Markdown": "*does* _it_ `hurt` [x](http://y) ```\n|| >",
    "braces": "{title} {because} {0} {} {{ }} {words!r:>99999} {contact.__class__}",
    "format strings": "%s %n %d %(x)s %99999d $HOME ${PATH} `id` $(id)",
    "a backslash": "\\ \\n \\u0000 \\x00 \\",
    "SQL": "'; DROP TABLE counters; -- \" OR 1=1",
    "paths": "../../etc/passwd C:\\CON \\\\server\\x /dev/null file:///",
    "ANSI escapes": "\x1b[2J\x1b[31m does it hurt \x1b]0;x\x07",
    "a regular expression": "(a+)+$ [ ( * \\1 (?P<x>",
    "JSON": '{"text": null, "a": [1e999, NaN]}',
    "YAML": "- !!python/object:os.system\n&a *a\n? :\n",
    "numbers": "0 -1 1e309 ٣ ² ½ Ⅷ ௧ 9999999999999999999999",
    "one long word": "swollen" * 580,
    "one letter": "a" * 4096,
    "4,096 brackets": "<" * 4096,
    "4,096 ampersands": "&" * 4096,
    "quotes of every kind": "'\"`´‘’“”„«»‹›" * 60,
    "2,000 words": "my knee is swollen " * 215,
    "1,000 line breaks": "\n".join("ab" for _ in range(1000)),
    "many mentions": "@offline_bot " * 60 + "does it hurt",
    "an address, a link and a number": "me@example.org http://1.2.3.4:99999/ +49 170 1234567",
    "a command in the middle": "does it /start@other_bot hurt /",
    "commands": "/start /start@offline_bot /q_ //",
    "deep links": "q_does-it-hurt q_ q_../x",
    "a payload that is none": "q_" + "x" * 62,
    "only punctuation": "?!.,;:-_/\\()[]{}<>|~^",
    "an emergency in disguise": "c\u200bhest p\u0430in <b>now</b>\x00",
    "an emergency": "i have chest pain and my left arm is numb {because}",
    "a doctor's sign": "my <b>kneé</b> is \u202eswollen\u202c & {hot}",
    "two questions": "does it hurt? " * 20 + "how long does it take?",
    "a question": "does it hurt",
    "empty": "",
}


class Sieve(FakeBotApi):
    """A Bot API that keeps what it refuses, and what could not even be written as UTF-8."""

    def __init__(self) -> None:
        super().__init__(TOKEN)
        self.refused: list[str] = []

    async def call(self, token: str, method: str, parameters: Json) -> tuple[int, Json]:
        """Answer, and keep a refusal."""
        try:
            json.dumps(parameters, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            self.refused.append(f"{method}: {error}")
        status, body = await super().call(token, method, parameters)
        if status != 200 and "message is not modified" not in body["description"]:
            self.refused.append(f"{method}: {body['description']}")
        return status, body

    def forget(self) -> None:
        """Begin anew, so that 100,000 messages need no more room than one."""
        for kept in (self.calls, self.oddities, self.chats, self.world.people, self.inline):
            kept.clear()
        self.updates.waiting.clear()
        self.messages.callbacks.clear()


class Hostile:
    """Somebody who puts a text everywhere."""

    def __init__(self, api: Sieve, text: str) -> None:
        self.api = api
        self.text = _cut(text, 4096)
        self.who = Person(ANNA.id, _cut(text, 64), "en", _cut(text, 64))
        self.turn = sum(map(ord, text))
        """Chooses among commands and the like."""

    def updates(self) -> Iterator[Json]:
        """All that the bot gets; each is made when the one before it is dealt with."""
        yield from self.in_private()
        yield from self.pressed()
        yield from self.in_groups()
        yield self.api.ask_inline(_cut(self.text, 256), self.who, _cut(self.text, 64))

    def in_private(self) -> Iterator[Json]:
        api, text, who = self.api, self.text, self.who
        command = COMMANDS[self.turn % len(COMMANDS)]
        yield api.say(text, who)
        yield api.say(_cut(f"/{command} {text}", 4096), who)
        yield api.say(_cut(f"/{text}", 4096), who)
        yield api.send(who, photo=SAMPLES["photo"], caption=_cut(text, 1024))
        yield api.edit(api.chats[who.id].messages[0], text[::-1])
        yield api.send(who, contact={"phone_number": text, "first_name": text, "vcard": text})
        yield api.send(who, document={**SAMPLES["voice"], "file_name": text}, caption="")
        quote = {"text": _cut(text, 1024), "position": 0}
        origin = {"type": "hidden_user", "sender_user_name": text, "date": 1}
        yield api.say(text, who, quote=quote, forward_origin=origin, author_signature=text)

    def pressed(self) -> Iterator[Json]:
        api, who = self.api, self.who
        below = api.sent(who)[-1]
        yield api.press_data(_bytes(self.text), below, who)
        yield api.press_data(_bytes(DATA[self.turn % len(DATA)] + self.text), below, who)
        yield api.press_data(DATA[self.turn % len(DATA)], below, who)
        gone = {"chat": below["chat"], "message_id": below["message_id"], "date": 0}
        yield api.press_data(_bytes(f"s:{self.text}"), gone, who)
        yield api.press_inline(_bytes(self.text), who)

    def in_groups(self) -> Iterator[Json]:
        api, text, who = self.api, self.text, self.who
        chat = api.new_group(text, [who], has_privacy=False, has_topics=bool(self.turn % 2))
        more = {"message_thread_id": TOPIC, "is_topic_message": True} if self.turn % 2 else {}
        yield api.say(text, who, chat.id, **more)
        named = api.say(_cut(f"@offline_bot {text}", 4096), who, chat.id, **more)
        yield named
        reply = next((m for m in reversed(chat.messages) if m["from"]["is_bot"]), None)
        yield api.say(text, who, chat.id, reply_to_message=reply or chat.messages[0], **more)
        yield api.say(_cut(f"/help@offline_bot {text}", 4096), who, chat.id, **more)
        yield api.edit(named["message"], _cut(f"@offline_bot {text[::-1]}", 4096))
        yield api.send(who, chat.id, new_chat_title=text)


def _cut(text: str, most: int) -> str:
    """As much of a text as Telegram takes, in UTF-16 units."""
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * most]
    return kept.decode("utf-16-le", "surrogatepass")


def _bytes(text: str) -> str:
    """As much of a text as fits into a button."""
    return text.encode("utf-8", "surrogatepass")[:64].decode("utf-8", "ignore")


class Trial:
    """The bot, and what went wrong with it."""

    def __init__(self, runner: asyncio.Runner, chat: OfflineChat, api: Sieve) -> None:
        self.runner = runner
        self.chat = chat
        self.api = api
        self.tried = 0
        self.wrong: list[str] = []

    def of(self, text: str) -> list[str]:
        """What goes wrong with a text, wherever it stands."""
        self.wrong.clear()
        self.api.refused.clear()
        self.runner.run(self._give(text))
        unanswered = [number for number, done in self.api.messages.callbacks.items() if not done]
        self.wrong += [f"button {number} spins" for number in unanswered]
        self.wrong += [f"nobody answers inline query {number}" for number in self.api.inline]
        self.api.forget()
        return self.wrong + self.api.refused

    async def _give(self, text: str) -> None:
        bot = self.chat.application.bot
        for update in Hostile(self.api, text).updates():
            self.tried += 1
            said = len(self.api.calls)
            received = sound(json.loads(json.dumps(update)))
            await self.chat.application.process_update(Update.de_json(received, bot))
            is_private = update.get("message", {}).get("chat", {}).get("type") == "private"
            if is_private and "sendMessage" not in [m for m, _ in self.api.calls[said:]]:
                self.wrong.append(f"no answer to {ascii(received['message'])[:300]}")


class Ear(logging.Handler):
    """Hears what the operator would have to worry about."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.wrong = wrong

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.wrong.append(record.getMessage())


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    """The bot with the shipped knowledge, without HTTP."""
    api = Sieve()
    chat = OfflineChat(api=api, request=OfflineRequest(api))
    with asyncio.Runner() as runner:
        runner.run(chat.__aenter__())
        trial = Trial(runner, chat, api)
        ear = Ear(trial.wrong)
        logging.getLogger("bot").addHandler(ear)
        yield trial
        logging.getLogger("bot").removeHandler(ear)
        runner.run(chat.__aexit__(None, None, None))
    print(f"\n{trial.tried} hostile messages")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_a_nasty_text_harms_nowhere(trial, text):
    """Each of the corpus, everywhere."""
    assert trial.of(text) == []


ANY = st.characters(exclude_categories=())
WORDS = st.sampled_from("does it hurt swollen knee".split())
TEXTS = st.one_of(
    st.text(ANY, max_size=200),
    st.lists(st.sampled_from([text[:40] for text in NASTY.values()]), max_size=6).map("".join),
    st.lists(st.text(ANY, max_size=12) | WORDS).map(" ".join),
)


def test_no_text_harms_anywhere(trial, request):
    """Texts that Hypothesis thinks up, everywhere; with `--hostile` as many as one likes."""
    begun, most = trial.tried, request.config.getoption("--hostile")

    @settings(max_examples=max(1, most // 20))
    @given(TEXTS)
    def nowhere(text: str) -> None:
        assert trial.of(text) == []

    nowhere()
    assert trial.tried - begun >= most
