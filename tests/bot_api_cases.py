"""How strict the offline Bot API is: a request, what comes of it, and how that is known.

The world of the cases: Anna (1001) has written "Hi" (message 1), and the bot has answered "Hello"
over a button (message 2). Bert (1002) has never written to the bot but is in the group -1001, where
he wrote message 1 and the bot message 2. Carl (1003) has blocked the bot. -1002 is a group with
topics, -55 a group that became -1003. Anna has pressed a button (query 1) and typed an inline query
(query 2).
"""

from dataclasses import dataclass, field
from typing import Any

ANNA, BERT, CARL, GROUP, FORUM, OLD = 1001, 1002, 1003, -1001, -1002, -55
CLIENT = "tdlib/telegram-bot-api: telegram-bot-api/Client.cpp"
WEBHOOK = "tdlib/telegram-bot-api: telegram-bot-api/WebhookActor.cpp"
TD = "tdlib/td: td/telegram (MessageEntity.cpp, BotCommand.cpp, ReplyMarkup.cpp)"
LIVE = "answers of api.telegram.org that client libraries keep in their tests"
ERRORS = "core.telegram.org/api/errors: the errors of the method underneath"
FEATURES = "core.telegram.org/bots/features and /bots/faq"


@dataclass(frozen=True)
class No:
    """A refusal: its words, its code, and what comes beside it."""

    description: str
    code: int = 400
    parameters: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Yes:
    """A result: equal to `is_`, or an object that has at least these keys."""

    is_: Any = None
    has: dict[str, Any] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()


Case = tuple[str, dict[str, Any], No | Yes, str]


def bad(words: str) -> No:
    """A bad request."""
    return No(f"Bad Request: {words}")


def unparsed(words: str) -> No:
    """Markup that cannot be read."""
    return bad(f"can't parse entities: {words}")


def spec(where: str) -> str:
    """The description of a method's parameter or a type's field in the Bot API, such as
    `sendMessage.text`."""
    return f"core.telegram.org/bots/api: {where}"


def sends(text: Any = "x", **more: Any) -> tuple[str, dict[str, Any]]:
    """The bot writes to Anna."""
    return "sendMessage", {"chat_id": ANNA, "text": text, **more}


def html(text: str) -> tuple[str, dict[str, Any]]:
    """The bot writes HTML to Anna."""
    return sends(text, parse_mode="HTML")


def entity(kind: str = "bold", offset: Any = 0, length: Any = 5, **more: Any) -> tuple[str, dict]:
    """The bot writes "hello" with an entity."""
    return sends("hello", entities=[{"type": kind, "offset": offset, "length": length, **more}])


def button(**more: Any) -> tuple[str, dict[str, Any]]:
    """The bot writes to Anna over a button."""
    return sends(reply_markup={"inline_keyboard": [[{"text": "Press", **more}]]})


def edits(text: Any = "Bye", **more: Any) -> tuple[str, dict[str, Any]]:
    """The bot changes message 2, "Hello" over a button."""
    return "editMessageText", {"chat_id": ANNA, "message_id": 2, "text": text, **more}


def marks(**more: Any) -> tuple[str, dict[str, Any]]:
    """The bot changes the button of message 2."""
    return "editMessageReplyMarkup", {"chat_id": ANNA, "message_id": 2, **more}


def results(*items: Any, **more: Any) -> tuple[str, dict[str, Any]]:
    """The bot answers Anna's inline query."""
    return "answerInlineQuery", {"inline_query_id": "2", "results": list(items), **more}


def article(number: Any = "1", **more: Any) -> dict[str, Any]:
    """A result of an inline query."""
    said = {"input_message_content": {"message_text": "x"}}
    return {"type": "article", "id": number, "title": "A", **said, **more}


def command(name: Any = "help", description: Any = "Help") -> dict[str, Any]:
    """A command for the menu."""
    return {"command": name, "description": description}


HI = {"inline_keyboard": [[{"text": "Press", "callback_data": "hi"}]]}
NOT_MODIFIED = bad(
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
LATE = bad("query is too old and response timeout expired or query ID is invalid")
NO_ID = bad("message identifier is not specified")
TRUE = Yes(is_=True)
MESSAGE = Yes(has={"message_id": 3})
BUTTON = "can't parse inline keyboard button: "
ENTITY = "can't parse MessageEntity: "
COMMAND = "can't parse BotCommand: "
SCOPE = "can't parse BotCommandScope: "
RESULT = "can't parse inline query result: "

TEXTS: dict[str, Case] = {
    "no text": (*sends(""), bad("message text is empty"), LIVE),
    "a missing text": ("sendMessage", {"chat_id": ANNA}, bad("message text is empty"), LIVE),
    "the text is looked at before the chat": (
        "sendMessage",
        {"chat_id": 0},
        bad("message text is empty"),
        LIVE,
    ),
    "only white space": (*sends(" \n\t"), bad("text must be non-empty"), TD),
    "only markup": (*html("<b> </b>"), bad("text must be non-empty"), TD),
    "4,096 letters": (*sends("x" * 4096), MESSAGE, spec("sendMessage.text")),
    "4,097 letters": (*sends("x" * 4097), bad("message is too long"), LIVE),
    "2,048 emojis, two units each": (*sends("🙂" * 2048), MESSAGE, spec("sendMessage.text")),
    "2,049 emojis": (*sends("🙂" * 2049), bad("message is too long"), spec("sendMessage.text")),
    "4,096 letters beside markup": (
        *html(f"<b>{'x' * 4096}</b>"),
        MESSAGE,
        spec("sendMessage.text"),
    ),
    "4,097 letters beside markup": (
        *html(f"<b>{'x' * 4097}</b>"),
        bad("message is too long"),
        spec("sendMessage.text"),
    ),
    "four characters that count as one": (*html("&lt;" * 4096), MESSAGE, spec("sendMessage.text")),
    "over 32,768 bytes": (*sends("x" * 32769), bad("text is too long"), CLIENT),
    "white space at both ends goes": (*sends("\n  hi \n"), Yes(has={"text": "hi"}), TD),
    "a number as a text": (*sends(42), Yes(has={"text": "42"}), CLIENT),
    "a text that looks like JSON": (*sends('{"a": 1}'), Yes(has={"text": '{"a": 1}'}), CLIENT),
    "a bare less-than sign without parse mode": (
        *sends("5 < 6"),
        MESSAGE,
        spec("sendMessage.parse_mode"),
    ),
    "a parse mode that does not exist": (
        *sends(parse_mode="BBCode"),
        bad("unsupported parse_mode"),
        LIVE,
    ),
    "Markdown, the one thing that is missing here": (
        *sends("*x*", parse_mode="MarkdownV2"),
        bad("the offline server reads HTML and entities, no Markdown"),
        "our own words: better than to send what Telegram would refuse",
    ),
    "a parse mode in small letters": (
        *sends("<b>x</b>", parse_mode="html"),
        Yes(has={"text": "x"}),
        LIVE,
    ),
    "parse mode none": (*sends("<b>", parse_mode="None"), Yes(has={"text": "<b>"}), CLIENT),
    "an empty parse mode": (*sends("<b>", parse_mode=""), Yes(has={"text": "<b>"}), CLIENT),
    "line ends of Windows": (*sends("a\r\nb"), Yes(has={"text": "a\nb"}), TD),
}

MARKUP: dict[str, Case] = {
    "a tag that is not closed": (
        *html("<b>unclosed"),
        unparsed('Can\'t find end tag corresponding to start tag "b"'),
        LIVE,
    ),
    "a tag that Telegram does not know": (
        *html("<invalid>test</invalid>"),
        unparsed('Unsupported start tag "invalid" at byte offset 0'),
        LIVE,
    ),
    "a script": (
        *html("<script>alert(1)</script>"),
        unparsed('Unsupported start tag "script" at byte offset 0'),
        LIVE,
    ),
    "an offset in bytes": (
        *html("ж🙂<h1>"),
        unparsed('Unsupported start tag "h1" at byte offset 6'),
        TD,
    ),
    "a bare less-than sign": (
        *html("5 < 6"),
        unparsed('Unsupported start tag "" at byte offset 2'),
        TD,
    ),
    "tags that cross": (
        *html("<b><i>test</b></i>"),
        unparsed('Unmatched end tag at byte offset 10, expected "</i>", found "</b>"'),
        LIVE,
    ),
    "a closing tag too many": (*html("x</b>"), unparsed("Unexpected end tag at byte offset 1"), TD),
    "a line break tag": (
        *html("a<br>b"),
        unparsed('Unsupported start tag "br" at byte offset 1'),
        TD,
    ),
    "a span that is no spoiler": (
        *html('<span class="x">a</span>'),
        unparsed('Tag "span" must have class "tg-spoiler" at byte offset 0'),
        TD,
    ),
    "bold": (
        *html("🙂 <b>5 &lt; 6</b>"),
        Yes(has={"text": "🙂 5 < 6", "entities": [{"type": "bold", "offset": 3, "length": 5}]}),
        spec("MessageEntity.offset"),
    ),
    "a link": (
        *html('<a href="https://example.com/">x</a>'),
        Yes(
            has={
                "entities": [
                    {"type": "text_link", "offset": 0, "length": 1, "url": "https://example.com/"}
                ]
            }
        ),
        spec("MessageEntity.url"),
    ),
    "a link to nowhere is just words": (
        *html('<a href="nowhere">x</a>'),
        Yes(lacks=("entities",)),
        TD,
    ),
    "an expandable quote": (
        *html("<blockquote expandable>x</blockquote>"),
        Yes(has={"entities": [{"type": "expandable_blockquote", "offset": 0, "length": 1}]}),
        spec("MessageEntity.type"),
    ),
    "one inside the other": (
        *html("<b>a<i>b</i></b>"),
        Yes(
            has={
                "entities": [
                    {"type": "bold", "offset": 0, "length": 2},
                    {"type": "italic", "offset": 1, "length": 1},
                ]
            }
        ),
        spec("MessageEntity.type"),
    ),
    "an entity that is cut with the white space": (
        *html("<b> x </b>"),
        Yes(has={"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 1}]}),
        TD,
    ),
    "a command is found": (
        *sends("see /help"),
        Yes(has={"entities": [{"type": "bot_command", "offset": 4, "length": 5}]}),
        spec("MessageEntity.type"),
    ),
    "a mention is found": (
        *sends("ask @offline_bot"),
        Yes(has={"entities": [{"type": "mention", "offset": 4, "length": 12}]}),
        spec("MessageEntity.type"),
    ),
    "an address is found": (
        *sends("https://example.com/a."),
        Yes(has={"entities": [{"type": "url", "offset": 0, "length": 21}]}),
        spec("MessageEntity.type"),
    ),
    "an e-mail address is found": (
        *sends("a@example.com"),
        Yes(has={"entities": [{"type": "email", "offset": 0, "length": 13}]}),
        spec("MessageEntity.type"),
    ),
    "a hashtag is found": (
        *sends("#one"),
        Yes(has={"entities": [{"type": "hashtag", "offset": 0, "length": 4}]}),
        spec("MessageEntity.type"),
    ),
    "nothing is found in code": (
        *html("<code>/help</code>"),
        Yes(has={"entities": [{"type": "code", "offset": 0, "length": 5}]}),
        TD,
    ),
    "a path is no command": (*sends("a/b"), Yes(lacks=("entities",)), TD),
}

ENTITIES: dict[str, Case] = {
    "entities instead of a parse mode": (
        *entity(),
        Yes(has={"entities": [{"type": "bold", "offset": 0, "length": 5}]}),
        spec("sendMessage.entities"),
    ),
    "entities beside a parse mode": (
        *sends("hello", parse_mode="HTML", entities=[{"type": "bold", "offset": 0, "length": 5}]),
        Yes(lacks=("entities",)),
        CLIENT,
    ),
    "entities that are no JSON": (*sends(entities="[oh"), Yes(lacks=("entities",)), CLIENT),
    "an entity that begins after the end": (
        *entity(offset=100, length=1),
        bad("entity begins after the end of the text at UTF-16 offset 100"),
        LIVE,
    ),
    "an entity that ends after the end": (
        *entity(length=100),
        bad(
            "entity beginning at UTF-16 offset 0 "
            "ends after the end of the text at UTF-16 offset 100"
        ),
        LIVE,
    ),
    "an entity before the beginning": (
        *entity(offset=-1, length=1),
        bad("receive an entity with incorrect offset -1"),
        LIVE,
    ),
    "an entity of negative length": (
        *entity(length=-1),
        bad("receive an entity with incorrect length -1"),
        TD,
    ),
    "an entity of a kind that does not exist": (
        *entity("invalid_type"),
        bad(f"{ENTITY}Unsupported type specified"),
        LIVE,
    ),
    "an entity without a place": (
        *sends(entities=[{"type": "bold"}]),
        bad(f'{ENTITY}Can\'t find field "offset"'),
        CLIENT,
    ),
    "an entity that is no object": (
        *sends(entities=["bold"]),
        bad(f"{ENTITY}expected an Object"),
        CLIENT,
    ),
    "an entity that Telegram finds by itself": (
        *entity("hashtag"),
        Yes(lacks=("entities",)),
        CLIENT,
    ),
    "a link that is no address": (
        *entity("text_link", url="not-a-url"),
        bad("entity URL 'not-a-url' is invalid: Wrong HTTP URL"),
        LIVE,
    ),
    "a link without an address": (
        *entity("text_link", url=""),
        bad("entity URL '' is invalid: URL host is empty"),
        LIVE,
    ),
}

CHATS: dict[str, Case] = {
    "no chat": ("sendMessage", {"text": "x"}, bad("chat_id is empty"), LIVE),
    "an empty chat": ("sendMessage", {"chat_id": "", "text": "x"}, bad("chat_id is empty"), LIVE),
    "chat 0": ("sendMessage", {"chat_id": 0, "text": "x"}, bad("chat not found"), LIVE),
    "a chat that does not exist": (
        "sendMessage",
        {"chat_id": 77, "text": "x"},
        bad("chat not found"),
        LIVE,
    ),
    "a name that nobody has": (
        "sendMessage",
        {"chat_id": "@nobody_at_all", "text": "x"},
        bad("chat not found"),
        LIVE,
    ),
    "words as a chat": (
        "sendMessage",
        {"chat_id": "not_a_chat", "text": "x"},
        bad("chat not found"),
        LIVE,
    ),
    "a number as a text does": (
        "sendMessage",
        {"chat_id": str(ANNA), "text": "x"},
        MESSAGE,
        CLIENT,
    ),
    "somebody who has blocked the bot": (
        "sendMessage",
        {"chat_id": CARL, "text": "x"},
        No("Forbidden: bot was blocked by the user", 403),
        CLIENT,
    ),
    "somebody who has never written": (
        "sendMessage",
        {"chat_id": BERT, "text": "x"},
        No("Forbidden: bot can't initiate conversation with a user", 403),
        FEATURES,
    ),
    "a group that became a supergroup": (
        "sendMessage",
        {"chat_id": OLD, "text": "x"},
        No(
            "Bad Request: group chat was upgraded to a supergroup chat",
            parameters={"migrate_to_chat_id": -1003},
        ),
        spec("ResponseParameters.migrate_to_chat_id"),
    ),
    "a group": (
        "sendMessage",
        {"chat_id": GROUP, "text": "x"},
        MESSAGE,
        spec("sendMessage.chat_id"),
    ),
    "a topic": (
        "sendMessage",
        {"chat_id": FORUM, "text": "x", "message_thread_id": 5},
        Yes(has={"message_thread_id": 5, "is_topic_message": True}),
        spec("sendMessage.message_thread_id"),
    ),
    "a topic where there are none": (
        *sends(message_thread_id=999999999),
        bad("message thread not found"),
        LIVE,
    ),
    "typing": (
        "sendChatAction",
        {"chat_id": ANNA, "action": "typing"},
        TRUE,
        spec("sendChatAction.action"),
    ),
    "typing in great letters": (
        "sendChatAction",
        {"chat_id": ANNA, "action": "TYPING"},
        TRUE,
        CLIENT,
    ),
    "an action that does not exist": (
        "sendChatAction",
        {"chat_id": ANNA, "action": "juggling"},
        bad("wrong parameter action in request"),
        CLIENT,
    ),
    "no action": (
        "sendChatAction",
        {"chat_id": ANNA},
        bad("wrong parameter action in request"),
        CLIENT,
    ),
    "typing in no chat": (
        "sendChatAction",
        {"chat_id": 77, "action": "typing"},
        bad("chat not found"),
        LIVE,
    ),
    "about a person's chat": (
        "getChat",
        {"chat_id": ANNA},
        Yes(has={"type": "private", "first_name": "Anna"}),
        spec("ChatFullInfo.type"),
    ),
    "about a group": (
        "getChat",
        {"chat_id": GROUP},
        Yes(has={"type": "supergroup", "title": "Bakers"}),
        spec("ChatFullInfo.title"),
    ),
    "about no chat": ("getChat", {}, bad("chat_id is empty"), LIVE),
    "about an unknown chat": ("getChat", {"chat_id": 77}, bad("chat not found"), LIVE),
    "the bot in a group": (
        "getChatMember",
        {"chat_id": GROUP, "user_id": 123456789},
        Yes(has={"status": "member"}),
        spec("getChatMember.user_id"),
    ),
    "a person in a group": (
        "getChatMember",
        {"chat_id": GROUP, "user_id": BERT},
        Yes(has={"status": "member"}),
        spec("getChatMember.user_id"),
    ),
    "a person who is not in a group": (
        "getChatMember",
        {"chat_id": GROUP, "user_id": CARL},
        Yes(has={"status": "left"}),
        spec("ChatMemberLeft.status"),
    ),
    "a person whom nobody knows in a group": (
        "getChatMember",
        {"chat_id": GROUP, "user_id": 77},
        bad("PARTICIPANT_ID_INVALID"),
        ERRORS,
    ),
    "no person in a group": (
        "getChatMember",
        {"chat_id": GROUP},
        bad("invalid user_id specified"),
        CLIENT,
    ),
    "how many are in a group": ("getChatMemberCount", {"chat_id": GROUP}, Yes(is_=3), CLIENT),
    "how many are in a private chat": ("getChatMemberCount", {"chat_id": ANNA}, Yes(is_=2), CLIENT),
}

REPLIES: dict[str, Case] = {
    "a reply": (
        *sends(reply_parameters={"message_id": 1}),
        Yes(has={"message_id": 3}),
        spec("ReplyParameters.message_id"),
    ),
    "a reply to nothing": (
        *sends(reply_parameters={"message_id": 999999999}),
        bad("message to be replied not found"),
        LIVE,
    ),
    "a reply to nothing that may go out without": (
        *sends(reply_parameters={"message_id": 999999999, "allow_sending_without_reply": True}),
        Yes(lacks=("reply_to_message",)),
        LIVE,
    ),
    "a reply without a number": (
        *sends(reply_parameters={"quote": "hello"}),
        bad('can\'t find field "message_id"'),
        LIVE,
    ),
    "an empty reply is none": (
        *sends(reply_parameters={}),
        Yes(lacks=("reply_to_message",)),
        CLIENT,
    ),
    "a reply that is no JSON": (
        *sends(reply_parameters="{oh"),
        bad("can't parse reply parameters JSON object"),
        CLIENT,
    ),
    "a reply that is no object": (
        *sends(reply_parameters=[1]),
        bad("object expected as reply parameters"),
        CLIENT,
    ),
    "a quote": (
        *sends(reply_parameters={"message_id": 1, "quote": "Hi"}),
        Yes(has={"quote": {"text": "Hi", "position": 0, "is_manual": True}}),
        spec("ReplyParameters.quote"),
    ),
    "a quote that nobody said": (
        *sends(reply_parameters={"message_id": 1, "quote": "Bye"}),
        bad("QUOTE_TEXT_INVALID"),
        ERRORS,
    ),
    "a preview that is turned off by a word": (
        *sends(link_preview_options={"is_disabled": "yes"}),
        bad('field "is_disabled" must be of type Boolean'),
        LIVE,
    ),
    "a small preview by a word": (
        *sends(link_preview_options={"prefer_small_media": "yes"}),
        bad('field "prefer_small_media" must be of type Boolean'),
        LIVE,
    ),
    "a preview of nothing": (
        *sends(link_preview_options={"url": "not-a-url"}),
        bad("WEBPAGE_URL_INVALID"),
        LIVE,
    ),
    "a preview that is no JSON": (
        *sends(link_preview_options="{oh"),
        bad("can't parse link preview options JSON object"),
        CLIENT,
    ),
    "a preview that is no object": (
        *sends(link_preview_options=[]),
        bad("object expected as link preview options"),
        CLIENT,
    ),
}

KEYBOARDS: dict[str, Case] = {
    "a button": (*button(callback_data="x"), MESSAGE, spec("InlineKeyboardButton.callback_data")),
    "button data of 64 bytes": (
        *button(callback_data="ж" * 32),
        MESSAGE,
        spec("InlineKeyboardButton.callback_data"),
    ),
    "button data of 65 bytes": (*button(callback_data="x" * 65), bad("BUTTON_DATA_INVALID"), LIVE),
    "button data of 33 letters of two bytes": (
        *button(callback_data="ж" * 33),
        bad("BUTTON_DATA_INVALID"),
        spec("InlineKeyboardButton.callback_data"),
    ),
    "empty button data": (
        *button(callback_data=""),
        bad(f"{BUTTON}Text buttons are unallowed in the inline keyboard"),
        LIVE,
    ),
    "a button that does nothing": (
        *button(),
        bad(f"{BUTTON}Text buttons are unallowed in the inline keyboard"),
        CLIENT,
    ),
    "a button without a label": (
        *sends(reply_markup={"inline_keyboard": [[{"callback_data": "x"}]]}),
        bad(f'{BUTTON}Can\'t find field "text"'),
        CLIENT,
    ),
    "a button with an empty label": (
        *sends(reply_markup={"inline_keyboard": [[{"text": "", "callback_data": "x"}]]}),
        bad("BUTTON_TEXT_INVALID"),
        ERRORS,
    ),
    "a label that is no text": (
        *sends(reply_markup={"inline_keyboard": [[{"text": [], "callback_data": "x"}]]}),
        bad(f'{BUTTON}Field "text" must be of type String'),
        CLIENT,
    ),
    "a button that is no object": (
        *sends(reply_markup={"inline_keyboard": [["Press"]]}),
        bad(f"{BUTTON}InlineKeyboardButton must be an Object"),
        CLIENT,
    ),
    "a button to an address": (
        *button(url="https://example.com"),
        MESSAGE,
        spec("InlineKeyboardButton.url"),
    ),
    "a button to a person": (
        *button(url="tg://user?id=1001"),
        MESSAGE,
        spec("InlineKeyboardButton.url"),
    ),
    "a button to no address": (
        *button(url="not-a-url"),
        bad("inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL"),
        LIVE,
    ),
    "a button to this machine": (
        *button(url="http://localhost:8080"),
        bad("inline keyboard button URL 'http://localhost:8080' is invalid: Wrong HTTP URL"),
        LIVE,
    ),
    "a button to a file server": (
        *button(url="ftp://example.com"),
        bad("inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol"),
        LIVE,
    ),
    "a button to an app over HTTP": (
        *button(web_app={"url": "http://example.com"}),
        bad(
            "inline keyboard button Web App URL 'http://example.com' is invalid: "
            "Only HTTPS links are allowed"
        ),
        LIVE,
    ),
    "a button to an app without an address": (
        *button(web_app={}),
        bad(f'{BUTTON}Can\'t find field "url"'),
        CLIENT,
    ),
    "a button to pay for nothing": (*button(pay=True), bad("BUTTON_TYPE_INVALID"), LIVE),
    "a button that copies nothing": (
        *button(copy_text={"text": ""}),
        bad("BUTTON_COPY_TEXT_INVALID"),
        LIVE,
    ),
    "a button for another chat": (
        *button(switch_inline_query=""),
        MESSAGE,
        spec("InlineKeyboardButton.switch_inline_query"),
    ),
    "a keyboard that is no JSON": (
        *sends(reply_markup="{oh"),
        bad("can't parse reply keyboard markup JSON object"),
        CLIENT,
    ),
    "a keyboard that is no object": (
        *sends(reply_markup=[]),
        bad("object expected as reply markup"),
        CLIENT,
    ),
    "rows that are no list": (
        *sends(reply_markup={"inline_keyboard": "bad"}),
        bad('field "inline_keyboard" must be of type Array'),
        LIVE,
    ),
    "a row that is no list": (
        *sends(reply_markup={"inline_keyboard": [{}]}),
        bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'),
        CLIENT,
    ),
    "an empty keyboard is none": (
        *sends(reply_markup={"inline_keyboard": []}),
        Yes(lacks=("reply_markup",)),
        CLIENT,
    ),
    "a keyboard of the app is no part of the message": (
        *sends(reply_markup={"keyboard": [["Yes", {"text": "No"}]]}),
        Yes(lacks=("reply_markup",)),
        spec("sendMessage.reply_markup"),
    ),
    "a row of the app's keyboard that is no list": (
        *sends(reply_markup={"keyboard": ["Yes"]}),
        bad('field "keyboard" must be an Array of Arrays'),
        CLIENT,
    ),
    "a button of the app's keyboard that is none": (
        *sends(reply_markup={"keyboard": [[7]]}),
        bad("can't parse keyboard button: KeyboardButton must be a String or an Object"),
        CLIENT,
    ),
    "a keyboard that is removed by a word": (
        *sends(reply_markup={"remove_keyboard": "yes"}),
        bad('field "remove_keyboard" must be of type Boolean'),
        LIVE,
    ),
    "a reply that is forced by a word": (
        *sends(reply_markup={"force_reply": "yes"}),
        bad('field "force_reply" must be of type Boolean'),
        LIVE,
    ),
    "101 buttons": (
        *sends(reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 101]}),
        bad("reply markup is too long"),
        CLIENT,
    ),
}

EDITS: dict[str, Case] = {
    "an edit": (*edits(), Yes(has={"message_id": 2, "text": "Bye"}), spec("editMessageText.text")),
    "an edit without buttons takes them away": (*edits(), Yes(lacks=("reply_markup",)), FEATURES),
    "an edit of the text over the same button": (
        *edits(reply_markup=HI),
        Yes(has={"text": "Bye", "reply_markup": HI}),
        spec("editMessageText.reply_markup"),
    ),
    "an edit that changes nothing": (*edits("Hello", reply_markup=HI), NOT_MODIFIED, CLIENT),
    "an edit that changes only white space": (
        *edits(" Hello\n", reply_markup=HI),
        NOT_MODIFIED,
        TD,
    ),
    "an edit that only adds bold": (
        *edits("<b>Hello</b>", parse_mode="HTML", reply_markup=HI),
        Yes(has={"text": "Hello"}),
        CLIENT,
    ),
    "an edit of a message that does not exist": (
        *edits(message_id=99),
        bad("message to edit not found"),
        CLIENT,
    ),
    "an edit of a person's message": (*edits(message_id=1), bad("message can't be edited"), CLIENT),
    "an edit of no message": ("editMessageText", {"text": "x"}, NO_ID, CLIENT),
    "an edit in a chat without a message": (
        "editMessageText",
        {"chat_id": ANNA, "text": "x"},
        bad("message to edit not found"),
        CLIENT,
    ),
    "an edit without a chat": (
        "editMessageText",
        {"message_id": 2, "text": "x"},
        bad("chat_id is empty"),
        CLIENT,
    ),
    "an edit in an unknown chat": (*edits(chat_id=77), bad("chat not found"), LIVE),
    "an edit to no text": (*edits(""), bad("message text is empty"), CLIENT),
    "an edit that is too long": (
        *edits("x" * 4097),
        bad("message is too long"),
        spec("editMessageText.text"),
    ),
    "an edit with broken markup": (
        *edits("<b>x", parse_mode="HTML"),
        unparsed('Can\'t find end tag corresponding to start tag "b"'),
        LIVE,
    ),
    "an edit with a keyboard of the app": (
        *edits(reply_markup={"keyboard": [["Yes"]]}),
        bad("inline keyboard expected"),
        TD,
    ),
    "an edit of an inline message that was never sent": (
        "editMessageText",
        {"inline_message_id": "x", "text": "x"},
        bad("MESSAGE_ID_INVALID"),
        ERRORS,
    ),
    "the button goes": (
        *marks(),
        Yes(lacks=("reply_markup",)),
        spec("editMessageReplyMarkup.reply_markup"),
    ),
    "the button stays": (*marks(reply_markup=HI), NOT_MODIFIED, CLIENT),
    "the button of a message that does not exist": (
        *marks(message_id=99),
        bad("message to edit not found"),
        CLIENT,
    ),
    "the button of a person's message": (
        *marks(message_id=1),
        bad("message can't be edited"),
        CLIENT,
    ),
    "the button of no message": ("editMessageReplyMarkup", {}, NO_ID, CLIENT),
    "a message is deleted": (
        "deleteMessage",
        {"chat_id": ANNA, "message_id": 2},
        TRUE,
        spec("deleteMessage.message_id"),
    ),
    "a person's message in private is deleted": (
        "deleteMessage",
        {"chat_id": ANNA, "message_id": 1},
        TRUE,
        spec("deleteMessage"),
    ),
    "a person's message in a group is not": (
        "deleteMessage",
        {"chat_id": GROUP, "message_id": 1},
        bad("message can't be deleted"),
        spec("deleteMessage"),
    ),
    "a message that does not exist is deleted": (
        "deleteMessage",
        {"chat_id": ANNA, "message_id": 99},
        bad("message to delete not found"),
        CLIENT,
    ),
    "nothing is deleted": ("deleteMessage", {"chat_id": ANNA}, NO_ID, CLIENT),
    "something is deleted nowhere": (
        "deleteMessage",
        {"message_id": 2},
        bad("chat identifier is not specified"),
        CLIENT,
    ),
    "several are deleted, one of which is not there": (
        "deleteMessages",
        {"chat_id": ANNA, "message_ids": [2, 99]},
        TRUE,
        spec("deleteMessages.message_ids"),
    ),
    "no several are deleted": (
        "deleteMessages",
        {"chat_id": ANNA},
        bad("message identifiers are not specified"),
        CLIENT,
    ),
    "101 are deleted": (
        "deleteMessages",
        {"chat_id": ANNA, "message_ids": list(range(1, 102))},
        bad("too many message identifiers specified"),
        CLIENT,
    ),
    "a word is deleted": (
        "deleteMessages",
        {"chat_id": ANNA, "message_ids": ["two"]},
        bad("can't parse message identifier as Number"),
        CLIENT,
    ),
    "message 0 is deleted": (
        "deleteMessages",
        {"chat_id": ANNA, "message_ids": [0]},
        bad("invalid message identifier specified"),
        CLIENT,
    ),
    "an object is deleted": (
        "deleteMessages",
        {"chat_id": ANNA, "message_ids": [{}]},
        bad("message identifier must be a Number"),
        CLIENT,
    ),
}

QUERIES: dict[str, Case] = {
    "a press is answered": (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        TRUE,
        spec("answerCallbackQuery"),
    ),
    "a press that was not": ("answerCallbackQuery", {"callback_query_id": "77"}, LATE, CLIENT),
    "no press": ("answerCallbackQuery", {}, LATE, CLIENT),
    "a notice of 200 characters": (
        "answerCallbackQuery",
        {"callback_query_id": "1", "text": "x" * 200, "show_alert": True},
        TRUE,
        spec("answerCallbackQuery.text"),
    ),
    "a notice of 201 characters": (
        "answerCallbackQuery",
        {"callback_query_id": "1", "text": "x" * 201},
        bad("MESSAGE_TOO_LONG"),
        ERRORS,
    ),
    "an address that is no game": (
        "answerCallbackQuery",
        {"callback_query_id": "1", "url": "https://example.com"},
        bad("URL_INVALID"),
        ERRORS,
    ),
    "an inline query is answered": (*results(article()), TRUE, spec("answerInlineQuery.results")),
    "an inline query is answered with nothing": (*results(), TRUE, CLIENT),
    "an inline query that was not": (
        "answerInlineQuery",
        {"inline_query_id": "77", "results": []},
        LATE,
        CLIENT,
    ),
    "50 results": (
        *results(*(article(str(n)) for n in range(50))),
        TRUE,
        spec("answerInlineQuery.results"),
    ),
    "51 results": (
        *results(*(article(str(n)) for n in range(51))),
        bad("too many inline query results specified"),
        CLIENT,
    ),
    "two results of one number": (
        *results(article(), article()),
        bad("RESULT_ID_DUPLICATE"),
        ERRORS,
    ),
    "a result's number of 65 bytes": (
        *results(article("x" * 65)),
        bad("RESULT_ID_INVALID"),
        ERRORS,
    ),
    "a result without a number": (
        *results({"type": "article", "title": "A"}),
        bad(f'{RESULT}Can\'t find field "id"'),
        CLIENT,
    ),
    "a result without a type": (
        *results({"id": "1"}),
        bad(f'{RESULT}Can\'t find field "type"'),
        CLIENT,
    ),
    "a result of a type that does not exist": (
        *results({"type": "smell", "id": "1"}),
        bad(f'{RESULT}type "smell" is unsupported for the inline query result'),
        CLIENT,
    ),
    "a result that is no object": (
        *results("one"),
        bad(f"{RESULT}Inline query result must be an object"),
        CLIENT,
    ),
    "an article without a title": (
        *results({**article(), "title": None}),
        bad(f'{RESULT}Can\'t find field "title"'),
        CLIENT,
    ),
    "an article that says nothing": (
        *results({"type": "article", "id": "1", "title": "A"}),
        bad(f'{RESULT}Can\'t find field "message_text"'),
        CLIENT,
    ),
    "an article with broken markup": (
        *results(article(input_message_content={"message_text": "<b>", "parse_mode": "HTML"})),
        bad(f"{RESULT}Can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        CLIENT,
    ),
    "results that are no list": (
        "answerInlineQuery",
        {"inline_query_id": "2", "results": {}},
        bad("expected an Array of inline query results"),
        CLIENT,
    ),
    "results that are no JSON": (
        "answerInlineQuery",
        {"inline_query_id": "2", "results": "[oh"},
        bad("can't parse JSON encoded inline query results"),
        CLIENT,
    ),
    "a button above the results": (
        *results(button={"text": "Ask in private", "start_parameter": "inline"}),
        TRUE,
        spec("InlineQueryResultsButton.start_parameter"),
    ),
    "a button above the results that does nothing": (
        *results(button={"text": "Ask"}),
        bad(
            "can't parse inline query results button: "
            "InlineQueryResultsButton must have exactly one optional field"
        ),
        CLIENT,
    ),
    "a button above the results with a strange payload": (
        *results(button={"text": "Ask", "start_parameter": "a b"}),
        bad("START_PARAM_INVALID"),
        spec("InlineQueryResultsButton.start_parameter"),
    ),
    "the place of more results in 65 bytes": (
        *results(next_offset="x" * 65),
        bad("NEXT_OFFSET_INVALID"),
        spec("answerInlineQuery.next_offset"),
    ),
}

PROFILE: dict[str, Case] = {
    "commands": ("setMyCommands", {"commands": [command()]}, TRUE, spec("setMyCommands.commands")),
    "100 commands": (
        "setMyCommands",
        {"commands": [command(f"c{n}") for n in range(100)]},
        TRUE,
        spec("setMyCommands.commands"),
    ),
    "101 commands": (
        "setMyCommands",
        {"commands": [command(f"c{n}") for n in range(101)]},
        bad("BOT_COMMANDS_TOO_MUCH"),
        spec("setMyCommands.commands"),
    ),
    "no commands": ("setMyCommands", {}, TRUE, CLIENT),
    "a command in great letters": (
        "setMyCommands",
        {"commands": [command("Help")]},
        bad("BOT_COMMAND_INVALID"),
        spec("BotCommand.command"),
    ),
    "a command with its slash": ("setMyCommands", {"commands": [command("/help")]}, TRUE, TD),
    "an empty command": (
        "setMyCommands",
        {"commands": [command("")]},
        bad("command must be non-empty"),
        TD,
    ),
    "a command of 33 characters": (
        "setMyCommands",
        {"commands": [command("x" * 33)]},
        bad("command length must not exceed 32"),
        TD,
    ),
    "a command that explains nothing": (
        "setMyCommands",
        {"commands": [command(description=" ")]},
        bad("command description must be non-empty"),
        TD,
    ),
    "a command that explains too much": (
        "setMyCommands",
        {"commands": [command(description="x" * 257)]},
        bad("command description length must not exceed 256"),
        TD,
    ),
    "a command without a description": (
        "setMyCommands",
        {"commands": [{"command": "help"}]},
        bad(f'{COMMAND}Can\'t find field "description"'),
        CLIENT,
    ),
    "a command that is no object": (
        "setMyCommands",
        {"commands": ["help"]},
        bad(f"{COMMAND}expected an Object"),
        CLIENT,
    ),
    "commands that are no list": (
        "setMyCommands",
        {"commands": {}},
        bad("expected an Array of BotCommand"),
        CLIENT,
    ),
    "commands that are no JSON": (
        "setMyCommands",
        {"commands": "[oh"},
        bad("can't parse commands JSON object"),
        CLIENT,
    ),
    "commands for groups": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "all_group_chats"}},
        TRUE,
        spec("setMyCommands.scope"),
    ),
    "commands for one chat": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "chat", "chat_id": ANNA}},
        TRUE,
        spec("BotCommandScopeChat.chat_id"),
    ),
    "commands for no chat": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "chat"}},
        bad(f'{SCOPE}Can\'t find field "chat_id"'),
        CLIENT,
    ),
    "commands for nobody in a chat": (
        "setMyCommands",
        {"commands": [command()], "scope": {"type": "chat_member", "chat_id": GROUP}},
        bad(f'{SCOPE}Can\'t find field "user_id"'),
        CLIENT,
    ),
    "commands in a scope that does not exist": (
        "getMyCommands",
        {"scope": {"type": "everywhere"}},
        bad(f"{SCOPE}Unsupported type specified"),
        CLIENT,
    ),
    "a scope that is no object": (
        "getMyCommands",
        {"scope": []},
        bad(f"{SCOPE}BotCommandScope must be an Object"),
        CLIENT,
    ),
    "a scope that is no JSON": (
        "getMyCommands",
        {"scope": "{oh"},
        bad("can't parse BotCommandScope JSON object"),
        CLIENT,
    ),
    "a language of three letters": (
        "getMyCommands",
        {"language_code": "deu"},
        bad("invalid language code specified"),
        TD,
    ),
    "commands that were never set": ("getMyCommands", {}, Yes(is_=[]), spec("getMyCommands")),
    "commands are deleted": ("deleteMyCommands", {}, TRUE, spec("deleteMyCommands")),
    "a description of 512 characters": (
        "setMyDescription",
        {"description": "x" * 512},
        TRUE,
        spec("setMyDescription.description"),
    ),
    "a description of 513 characters": (
        "setMyDescription",
        {"description": "x" * 513},
        bad("DESCRIPTION_TOO_LONG"),
        spec("setMyDescription.description"),
    ),
    "a short description of 121 characters": (
        "setMyShortDescription",
        {"short_description": "x" * 121},
        bad("SHORT_DESCRIPTION_TOO_LONG"),
        spec("setMyShortDescription.short_description"),
    ),
    "a name of 65 characters": (
        "setMyName",
        {"name": "x" * 65},
        bad("NAME_TOO_LONG"),
        spec("setMyName.name"),
    ),
    "the name that was never set": (
        "getMyName",
        {},
        Yes(is_={"name": "Offline bot"}),
        spec("BotName.name"),
    ),
    "the description that was never set": (
        "getMyDescription",
        {"language_code": "de"},
        Yes(is_={"description": ""}),
        spec("BotDescription.description"),
    ),
    "a menu button": (
        "setChatMenuButton",
        {"menu_button": {"type": "commands"}},
        TRUE,
        spec("setChatMenuButton.menu_button"),
    ),
    "a menu button of a kind that does not exist": (
        "setChatMenuButton",
        {"menu_button": {"type": "lever"}},
        bad("can't parse menu button: MenuButton has unsupported type"),
        CLIENT,
    ),
    "a menu button that is no object": (
        "setChatMenuButton",
        {"menu_button": []},
        bad("can't parse menu button: MenuButton must be an Object"),
        CLIENT,
    ),
    "a menu button to an app without a label": (
        "setChatMenuButton",
        {"menu_button": {"type": "web_app"}},
        bad("can't parse menu button: Can't find field \"text\""),
        CLIENT,
    ),
    "the menu button that was never set": (
        "getChatMenuButton",
        {},
        Yes(is_={"type": "default"}),
        spec("getChatMenuButton"),
    ),
    "the menu button of an unknown chat": (
        "getChatMenuButton",
        {"chat_id": 77},
        bad("chat not found"),
        LIVE,
    ),
}

DELIVERY: dict[str, Case] = {
    "who the bot is": (
        "getMe",
        {},
        Yes(has={"id": 123456789, "is_bot": True, "username": "offline_bot"}),
        spec("User.is_bot"),
    ),
    "a method in small letters": ("getme", {}, Yes(has={"is_bot": True}), spec("making-requests")),
    "a method that does not exist": ("sendMesage", {}, No("Not Found", 404), LIVE),
    "a parameter that does not exist is passed over": (*sends(txt="x"), MESSAGE, CLIENT),
    "a number that is none counts as zero": (
        "getChatMember",
        {"chat_id": GROUP, "user_id": "one"},
        bad("invalid user_id specified"),
        CLIENT,
    ),
    "no webhook": (
        "getWebhookInfo",
        {},
        Yes(has={"url": "", "has_custom_certificate": False, "pending_update_count": 5}),
        spec("WebhookInfo.url"),
    ),
    "a webhook without HTTPS": (
        "setWebhook",
        {"url": "http://example.com/hook"},
        bad("bad webhook: An HTTPS URL must be provided for webhook"),
        WEBHOOK,
    ),
    "a webhook on another port": (
        "setWebhook",
        {"url": "https://example.com:8080/hook"},
        bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
        WEBHOOK,
    ),
    "a webhook to nowhere": (
        "setWebhook",
        {"url": "https://:port/"},
        bad("invalid webhook URL specified"),
        CLIENT,
    ),
    "a webhook's secret with a space": (
        "setWebhook",
        {"url": "https://example.com/", "secret_token": "a b"},
        bad("secret token contains unallowed characters"),
        CLIENT,
    ),
    "a webhook's secret of 257 characters": (
        "setWebhook",
        {"url": "https://example.com/", "secret_token": "x" * 257},
        bad("secret token is too long"),
        CLIENT,
    ),
    "a webhook": ("setWebhook", {"url": "https://example.com/hook"}, TRUE, spec("setWebhook.url")),
    "no webhook any more": ("deleteWebhook", {}, TRUE, spec("deleteWebhook")),
    "an empty webhook": ("setWebhook", {"url": ""}, TRUE, spec("setWebhook.url")),
    "logging out": ("logOut", {}, TRUE, spec("logOut")),
    "closing": ("close", {}, TRUE, spec("close")),
}

TABLES = (TEXTS, MARKUP, ENTITIES, CHATS, REPLIES, KEYBOARDS, EDITS, QUERIES, PROFILE, DELIVERY)
CASES: dict[str, Case] = {name: case for table in TABLES for name, case in table.items()}
