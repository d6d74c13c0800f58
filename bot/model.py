"""The nouns of the bot: frozen values without behaviour of their own. Imports nothing of ours.

The first half is what maintainers write (the shapes of the files in `knowledge/`, where a key's
docstring is its manual), the second half is what happens to a message.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

# ---------------------------------------------------------------- what maintainers write

Category = Literal["crisis", "emergency", "inflammation", "severe-back-pain", "ask-first"]
"""Why a safety card is shown; the order is the order of importance."""

URGENT: tuple[Category, ...] = ("crisis", "emergency")
"""The categories of which a full card is the whole reply."""

Form = Literal["affirmed", "third_person", "past", "hypothetical", "negated", "general"]
"""How a sign was mentioned: as a fact, of others, as over, with "if", as absent, in general."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a person naturally asks next, and the entry that answers it."""

    phrasing: str
    to: str


@dataclass(frozen=True, slots=True)
class EditorNote:
    """One sentence of the editors where established knowledge contradicts the article."""

    text: str
    source: str
    checked: date


@dataclass(frozen=True, slots=True)
class Allowance:
    """A finding of `check` that is accepted here, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One question that the bot can answer (an item of `qa.yaml`)."""

    id: str
    """Short name in lower case with hyphens; never changes, links lead to it."""
    section: str
    """Heading of the article, or any title for what is not in it."""
    question: str
    """The question in its clearest form: heading of the reply and label of buttons."""
    phrasings: tuple[str, ...]
    """Other ways in which people ask it."""
    answer: str
    """What the bot says; never more than the article."""
    quotes: tuple[str, ...] = ()
    """The sentences it rests on, letter for letter."""
    related: tuple[str, ...] = ()
    """Entries to offer as buttons."""
    follow_ups: tuple[FollowUp, ...] = ()
    """Short questions that are understood right after this answer."""
    not_this: tuple[str, ...] = ()
    """Sentences that sound close and must not land here."""
    card: str | None = None
    """Safety card that always goes with this answer."""
    editor_note: EditorNote | None = None
    talk: bool = False
    """Small talk: no disclaimer."""
    formerly: tuple[str, ...] = ()
    """Ids that it had before: old buttons and links still lead to it."""
    allow: tuple[Allowance, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What the matcher should know about words (`words.yaml`)."""

    groups: tuple[tuple[str, ...], ...] = ()
    """Words that mean the same; the first of each group stands for all of them."""
    question_starts: tuple[str, ...] = ()
    """Words with which a question begins: tells two questions in one message from a story."""
    elsewhere: tuple[str, ...] = ()
    """Messages that are none of the bot's business."""


@dataclass(frozen=True, slots=True)
class Gentle:
    """The sentence after the answer in place of a card, by how the sign was mentioned."""

    negated: str
    past: str
    hypothetical: str
    general: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the bot says when a safety rule fires."""

    id: str
    category: Category
    text: str
    """The full card; `{because}` becomes: because you wrote "swollen knee"."""
    third_person: str
    """The full card when it is about somebody else."""
    gentle: Gentle
    reminder: str = ""
    """One sentence, carried by the answers of the next half hour."""
    full_for: tuple[Form, ...] = ("affirmed", "third_person")
    """How a sign must be mentioned for the full card; otherwise the gentle sentence is said."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Signs in a message that call for a card (an item of `rules` in `safety.yaml`).

    A sign is one or more words: `swell*` is a beginning, `*itis` an ending, `*swollen*` a part,
    `~inflammation` may be misspelt, `..` stands for up to three words, `$knee` for a word group.
    """

    id: str
    card: str
    signs: tuple[tuple[str, ...], ...]
    """Lists of signs; of every list one must be there."""
    source: str
    """Where the rule comes from."""
    fires: tuple[str, ...]
    """Messages that must fire it."""
    quiet: tuple[str, ...]
    """Messages that must not."""
    within: int = 0
    """Most words from the first sign to the last one; 0: anywhere in the message."""
    not_in: tuple[str, ...] = ()
    """Phrases in which the same words mean something else."""
    not_with: tuple[str, ...] = ()
    """Words that silence the rule when they stand in the same sentence."""
    language: str = "en"
    doubtful: bool = False
    """Its words have innocent senses: it fires only when the message is also a little like those
    that call for a card (`mentions.yaml`)."""


@dataclass(frozen=True, slots=True)
class FormWords:
    """How to recognise one `Form`."""

    before: tuple[str, ...] = ()
    """Words before the sign, in the same clause."""
    after: tuple[str, ...] = ()
    """Words after the sign, in the same clause."""
    sentence: tuple[str, ...] = ()
    """Words anywhere in the same sentence."""
    but_not: tuple[str, ...] = ()
    """Phrases that only look like it."""


@dataclass(frozen=True, slots=True)
class Forms:
    """Words that tell how a sign was mentioned, and where a clause ends."""

    clause_breaks: tuple[str, ...] = ()
    clause_starts: tuple[str, ...] = ()
    """Words that begin a new clause when they follow a comma."""
    negated: FormWords = FormWords()
    past: FormWords = FormWords()
    hypothetical: FormWords = FormWords()
    third_person: FormWords = FormWords()
    general: FormWords = FormWords()


@dataclass(frozen=True, slots=True)
class Language:
    """The sentence that a card adds in another language."""

    code: str
    name: str
    sentence: str
    reviewed: bool


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """Everything in `safety.yaml`."""

    cards: tuple[Card, ...] = ()
    rules: tuple[Rule, ...] = ()
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Word groups that signs refer to as `$name`."""
    same: tuple[tuple[str, ...], ...] = ()
    """Ways to write the same; the first stands for all of them wherever a sign has it."""
    look_alikes: tuple[str, ...] = ()
    """Ordinary words that are never taken for a misspelling."""
    forms: Forms = Forms()
    languages: tuple[Language, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    """What the rules rest on, by the short name that their `source` uses."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command in Telegram's menu."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Texts:
    """Every other sentence of the bot (`texts.yaml`); what is missing there stays neutral."""

    title: str = "the article"
    author: str = ""
    address: str = ""
    """Where the article can be read, if known."""
    name: str = ""
    """The bot's name in Telegram; empty: the one that BotFather has."""
    short_description: str = "Answers questions about one article."
    description: str = "Ask me about the article. I answer only with what it says."
    welcome: str = "Hello! Ask me about {title}. I answer only with what it says."
    help: str = "Type a question about {title}, or choose one from /topics."
    about: str = "I am a small program that answers from {title} and nothing else."
    privacy: str = "Nothing about you is kept. Questions: {contact}."
    emergency_number: str = "your local emergency number"
    no_contact: str = "whoever gave you the address of this bot"
    forgotten: str = "Done: I have forgotten our conversation."
    article: str = "<b>{title}</b>"
    topics: str = "What would you like to know about?"
    topic_section: str = "<b>{section}</b>"
    suggest: str = "I am not sure what you mean. Is it one of these?"
    unknown: str = (
        "The article does not answer that, or I did not understand. You can ask, for example:"
    )
    unknown_alarm: str = "Apart from that, I can only answer questions about the article."
    quote_source: str = "From the article, {section}"
    editor_note: str = "Editor's note, not from the article: {text} ({source}, checked {checked})"
    disclaimer: str = "From one article, not professional advice."
    because: str = "because you wrote “{words}”"
    other_language: str = "I answer in English."
    starters: tuple[str, ...] = ()
    """Ids of the questions that are offered to begin with."""
    tour: tuple[str, ...] = ()
    """The messages that `python -m bot` plays when it has no input."""
    button_none: str = "None of these"
    button_general: str = "I asked in general"
    button_topics: str = "All topics"
    button_back: str = "Back to all topics"
    button_helped: str = "This helped"
    button_not_helped: str = "It did not help"
    thanks: str = "Thank you!"
    button_pass_on: str = "Pass this question on, without my name"
    passed_on: str = (
        "Thank you. This was passed on, without your name:\n\n<blockquote>{words}</blockquote>"
    )
    pass_on_expired: str = "I do not remember that question any more. Please ask it again."
    pass_on_failed: str = "It could not be passed on now, and nothing was kept."
    button_take_back: str = "Take it back"
    taken_back: str = "It is deleted."
    taken_back_used: str = "It is deleted. What was made of it stays among my answers."
    taken_back_gone: str = "It is not there any more."
    take_back_failed: str = "It could not be deleted now. Please try again in a minute."
    not_yours: str = "This button is for the person who asked."
    no_chat: str = "This button does not work here. Please ask me in our private chat."
    button_private: str = "Ask in private"
    inline_unknown: str = "Not in the article"
    inline_card: str = "Please read this first"
    gone: str = "That question is no longer here. These are the ones I know now:"
    not_text: str = "I can only read text. Please type your question."
    unknown_command: str = "I do not know that command. /help shows what I can do."
    version: str = "I answer from version {version} of the questions and answers."
    error: str = "Something went wrong on my side. Please try again in a minute."
    late: str = "Sorry that this took so long: I was away."
    late_too_many: str = "You wrote more while I was away: please ask again what is still open."
    too_fast: str = (
        "You write faster than I can answer, so I pass some messages over. Please give me a moment."
    )
    commands: tuple[Command, ...] = (
        Command("start", "Say hello"),
        Command("help", "How to ask"),
        Command("topics", "All questions I can answer"),
        Command("article", "Read the article"),
        Command("about", "What this bot is"),
        Command("privacy", "What is kept about you"),
        Command("forget", "Forget our conversation"),
    )
    admin_commands: tuple[Command, ...] = (Command("version", "Which questions are live"),)
    """What the menu has besides these in the chats of the maintainers."""


@dataclass(frozen=True, slots=True)
class Example:
    """A held-out message and what should come of it (an item of `examples.yaml`)."""

    text: str
    expect: tuple[str, ...] = ()
    """Ids that the message asks for; `none` when it is none of the bot's business."""
    route: Literal["", "none", "doctor", "emergency"] = ""
    after: str = ""
    """Entry that was answered just before."""
    style: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the article under its heading."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """The article, its words unchanged."""

    title: str
    parts: tuple[Part, ...]


EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Version:
    """Which state of the knowledge: a fingerprint of its files, and when the newest was saved."""

    fingerprint: str = ""
    """64 hexadecimal digits; empty for what was read from no folder."""
    saved: datetime = EPOCH

    def __str__(self) -> str:
        """Short enough to compare by eye."""
        return f"{self.fingerprint[:8]} of {self.saved:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One state of the knowledge folder, free of faults."""

    entries: tuple[Entry, ...]
    article: Article | None = None
    words: Words = Words()
    safety: SafetyRules = SafetyRules()
    texts: Texts = Texts()
    mentions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Messages by the card that they call for; `none` for those that call for no card."""
    version: Version = Version()

    def entry(self, id: str) -> Entry | None:
        """The entry of that id, or None when there is none (any more)."""
        return next((entry for entry in self.entries if entry.id == id), None)

    def find(self, id: str) -> Entry | None:
        """The entry that has this id, or had it once: what an old button or link asks for."""
        renamed = (entry for entry in self.entries if id in entry.formerly)
        return self.entry(id) or next(renamed, None)


# ---------------------------------------------------------------- what happens to a message


LIKE = "like-"
"""What the name of a reason begins with when no rule fired: like-<card>."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Why a safety card is called for."""

    reason: str
    """`category:rule`, or `entry:id` when the entry that is answered brings its own card."""
    card: Card
    form: Form = "affirmed"
    words: str = ""
    """The person's own words that fired the rule."""
    language: str = "en"

    @classmethod
    def of(
        cls,
        rule: str,
        card: Card,
        form: Form = "affirmed",
        words: str = "",
        language: str = "en",
    ) -> "Alarm":
        """The alarm of a rule."""
        return cls(f"{card.category}:{rule}", card, form, words, language)

    @property
    def rule(self) -> str:
        """The second half of the reason: a rule, a likeness, or an entry."""
        return self.reason.partition(":")[2]

    @property
    def is_full(self) -> bool:
        """Whether the whole card is called for, not only a gentle sentence."""
        return self.form in self.card.full_for

    @property
    def is_emergency(self) -> bool:
        """Whether the card is to be the whole reply."""
        return self.is_full and self.card.category in URGENT


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry and how probable it is that it answers the question, 0 to 1."""

    entry: Entry
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The message asks for this entry; for two when it really asks two things."""

    candidates: tuple[Candidate, ...]

    @property
    def is_talk(self) -> bool:
        """Whether it is small talk and says nothing about the article."""
        return self.candidates[0].entry.talk


@dataclass(frozen=True, slots=True)
class Suggest:
    """It may be one of these, the likeliest first."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The article does not answer the message, or it was not understood."""


Decision = Answer | Suggest | Unknown


@dataclass(frozen=True, slots=True)
class Context:
    """What a chat remembers between two messages; never written to disk."""

    last_entry: str | None = None
    reminder: Alarm | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a reply. `card`, `text`, `note` and `footer` are HTML, the others plain words."""

    kind: Literal["card", "title", "text", "quote", "note", "footer"]
    text: str
    source: str = ""
    """Where a quote comes from."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a reply: its visible label and what pressing it asks for."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot says, before it takes the form of a Telegram message."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that came of one message."""

    decision: Decision
    alarms: tuple[Alarm, ...]
    """Most important first; the first one's card is shown."""
    route: Literal["none", "doctor", "emergency"]
    reasons: tuple[str, ...]
    reply: Reply
    context: Context
