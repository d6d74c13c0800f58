"""What people can be made to do under /offline/, each act with the values of a request."""

from typing import Any

from bot.offline.api import FakeBotApi
from bot.offline.chats import Chat, Person
from bot.offline.guard import Given, WrongRequest
from bot.offline.parameters import Json
from bot.offline.people import buttons

PHOTO = {"file_id": "offline-photo", "file_unique_id": "offline-photo", "file_size": 1024}
SAMPLES: Json = {
    "photo": [{**PHOTO, "width": 90, "height": 60}, {**PHOTO, "width": 900, "height": 600}],
    "voice": {"file_id": "offline-voice", "file_unique_id": "offline-voice", "duration": 3},
    "sticker": {
        "file_id": "offline-sticker", "file_unique_id": "offline-sticker", "type": "regular",
        "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "🙂",
    },
    "location": {"latitude": 48.137, "longitude": 11.575},
}  # fmt: skip
"""What stands for content that a person sends with `true`."""


class Acts:
    """What people do."""

    def __init__(self, api: FakeBotApi) -> None:
        """The people of this Bot API."""
        self.api = api
        self.world = api.world

    # ------------------------------------------------------------ who and where

    async def new_person(self, given: Given) -> Json:
        """Somebody new, with a private chat."""
        names = {
            name: given.text(name, default)
            for name, default in (("last_name", ""), ("username", ""), ("language_code", "en"))
        }
        return self.person(self.world.new_person(given.text("first_name"), **names))

    async def new_group(self, given: Given) -> Json:
        """A group with the bot in it."""
        numbers = given.values.get("members")
        if not isinstance(numbers, list) or not numbers:
            raise WrongRequest("members should be a list of people's numbers")
        people = [self.known(number) for number in numbers]
        more = {
            "has_privacy": given.truth("privacy", True),
            "has_topics": given.truth("topics", False),
        }
        return as_listed(self.api.new_group(given.text("title"), people, **more))

    async def block(self, given: Given) -> Json:
        """A person blocks the bot."""
        return self._done(self.api.block(self.who(given)))

    async def unblock(self, given: Given) -> Json:
        """A person lets the bot write again."""
        return self._done(self.api.unblock(self.who(given)))

    # ------------------------------------------------------------ what people do

    async def send(self, given: Given) -> Json:
        """A person writes, or sends a photo, voice message, sticker or location."""
        person, chat = self.who(given), self.where(given)
        content = self._content(given)
        if given.values.get("reply_to"):
            replied = chat.message(given.number("reply_to"))
            if replied is None:
                raise WrongRequest(f"there is no message {given.number('reply_to')} in this chat")
            content["reply_to_message"] = {
                name: value for name, value in replied.items() if name != "reply_to_message"
            }
        if topic := given.number("topic", 0):
            content |= {"message_thread_id": topic, "is_topic_message": True}
        act = self.api.write(person, chat.id, **content)
        return {"message": act.message, **self._done(act.update)}

    async def edit(self, given: Given) -> Json:
        """A person changes a message of theirs."""
        chat, number = self.where(given), given.number("message_id")
        message = chat.message(number)
        if not message or message["from"]["id"] != self.who(given).id:
            raise WrongRequest(f"message {number} is not one of this person's")
        act = self.api.change(chat.id, number, given.text("text"))
        return {"message": act.message, **self._done(act.update)}

    async def press(self, given: Given) -> Json:
        """A person presses a button."""
        person, chat = self.who(given), self.where(given)
        if "label" not in given.values and "data" not in given.values:
            raise WrongRequest("say which button: label or data")
        key = "text" if "label" in given.values else "callback_data"
        wanted = given.text("label" if key == "text" else "data")
        number = given.number("message_id", 0)
        for message in reversed(chat.messages):
            if number in (0, message["message_id"]):
                for button in buttons(message):
                    if button.get(key) == wanted and "callback_data" in button:
                        update = self.api.press_data(button["callback_data"], message, person)
                        query = update["callback_query"]["id"]
                        return {"callback_query_id": query, **self._done(update)}
        seen = [button["text"] for message in chat.messages[-5:] for button in buttons(message)]
        raise WrongRequest(
            f"no button says {wanted!r}; the newest say: {', '.join(seen) or 'none'}"
        )

    async def inline(self, given: Given) -> Json:
        """A person types `@bot query`."""
        query, offset = given.text("query", ""), given.text("offset", "")
        update = self.api.ask_inline(query, self.who(given), offset)
        return {"inline_query_id": update["inline_query"]["id"], **self._done(update)}

    async def choose(self, given: Given) -> Json:
        """A person picks one of the results of an inline query."""
        query, result_id = given.text("inline_query_id"), given.text("result_id")
        for event in self.world.log.events:
            if event.kind == "inline_answer" and event.data["inline_query_id"] == query:
                for result in event.data["results"]:
                    if result["id"] == result_id:
                        chat = self.where(given)
                        act = self.api.choose_inline(result, self.who(given), chat.id)
                        return {"message": act.message, **self._done(act.update)}
        raise WrongRequest(f"inline query {query} has no result {result_id}")

    # ------------------------------------------------------------ what is meant

    def known(self, number: Any) -> Person:
        person = self.world.people.get(number) if isinstance(number, int) else None
        if person is None:
            raise WrongRequest(f"there is no person {number}; POST /offline/people makes one")
        return person

    def who(self, given: Given) -> Person:
        return self.known(given.number("person"))

    def chat(self, number: int) -> Chat:
        chat = self.world.chats.get(number)
        if chat is None:
            raise WrongRequest(f"there is no chat {number}")
        return chat

    def where(self, given: Given) -> Chat:
        """The chat that is named, or the private one of the person who is."""
        number = given.number("chat", 0)
        if not number:
            return self.world.meet(self.who(given))
        chat = self.chat(number)
        if chat.type == "private" and chat.id != given.number("person", chat.id):
            raise WrongRequest(f"chat {number} is the private chat of somebody else")
        return chat

    def _content(self, given: Given) -> Json:
        """What a person sends; `true` stands for a sample."""
        found = {kind: SAMPLES[kind] for kind in SAMPLES if given.values.get(kind)}
        for kind in found:
            if (value := given.values[kind]) is not True:
                if type(value) is not type(SAMPLES[kind]):
                    raise WrongRequest(f"{kind} should be true, or what Telegram makes of one")
                found[kind] = value
        if not found:
            return {"text": given.text("text")}
        caption = given.text("caption", "")
        return {**found, **({"caption": caption} if caption else {})}

    def person(self, person: Person) -> Json:
        return {**person.as_json(), "blocked": person.id in self.world.blocked}

    def _done(self, update: Json | None) -> Json:
        """What every act returns: the bot's update, and the last event before its answer."""
        number = update["update_id"] if update else None
        return {"update_id": number, "event": self.world.log.last}


def as_listed(chat: Chat) -> Json:
    """A chat as it stands in the list."""
    more = {"members": list(chat.members), "messages_count": len(chat.messages)}
    return {**chat.as_json(), "title": chat.title, **more}
