"""The nouns of the bot: frozen values without behaviour of their own. Imports nothing of ours.

The first half is what maintainers write (the shapes of the files in `knowledge/`, where a key's
docstring is its manual), the second half is what happens to a message.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
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
    """How it is asked right after this answer, such as: and for how long."""
    to: str
    """Id of the entry that answers it."""


@dataclass(frozen=True, slots=True)
class EditorNote:
    """One sentence of the editors where established knowledge contradicts the article."""

    text: str
    """The sentence; shown apart from the answer, as not from the article."""
    source: str
    """Where it comes from, for people to look up."""
    checked: date
    """When somebody last looked whether it is still so: year-month-day."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """A finding of `check` that is meant to be so in this entry."""

    rule: str
    """Name of the rule, as `check` prints it in [brackets]."""
    reason: str
    """Why it is meant to be so; for whoever comes after you."""


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
    """One sentence where established knowledge contradicts the article."""
    talk: bool = False
    """Small talk: no disclaimer."""
    formerly: tuple[str, ...] = ()
    """Ids that it had before: old buttons and links still lead to it."""
    allow: tuple[Allowance, ...] = ()
    """Findings of `check` about this entry that are meant to be so."""


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
    """When the person says that it is not so."""
    past: str
    """When it is over."""
    hypothetical: str
    """When it is an "if"."""
    general: str
    """When it is asked in general."""


@dataclass(frozen=True, slots=True)
class Card:
    """What the bot says when a safety rule fires."""

    id: str
    """Short name; rules and entries name the card by it."""
    category: Category
    """How serious it is."""
    text: str
    """The full card; `{because}` becomes: because you wrote "swollen knee"."""
    third_person: str
    """The full card when it is about somebody else."""
    gentle: Gentle
    """The sentences that are said after the answer where the full card would be too much."""
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
    """Short name in lower case with hyphens."""
    card: str
    """Id of the card that it shows."""
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
    """Of the signs; a card adds its sentence in that language, from `languages`."""
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
    """Words at which a clause ends, such as but."""
    clause_starts: tuple[str, ...] = ()
    """Words that begin a new clause when they follow a comma."""
    negated: FormWords = FormWords()
    """Absent: I have no swelling."""
    past: FormWords = FormWords()
    """Over: it was swollen last year."""
    hypothetical: FormWords = FormWords()
    """An "if": what if it swells."""
    third_person: FormWords = FormWords()
    """Of somebody else: my mother's knee is swollen."""
    general: FormWords = FormWords()
    """In general: what is swelling."""


@dataclass(frozen=True, slots=True)
class Language:
    """The sentence that a card adds in another language."""

    code: str
    """Two letters, such as es; rules name it as their `language`."""
    name: str
    """In English."""
    sentence: str
    """What the card adds."""
    reviewed: bool
    """Whether somebody who speaks it has read the sentence."""


@dataclass(frozen=True, slots=True)
class SafetyRules:
    """Everything in `safety.yaml`."""

    cards: tuple[Card, ...] = ()
    """What is said."""
    rules: tuple[Rule, ...] = ()
    """When it is said."""
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Word groups that signs refer to as `$name`."""
    same: tuple[tuple[str, ...], ...] = ()
    """Ways to write the same; the first stands for all of them wherever a sign has it."""
    look_alikes: tuple[str, ...] = ()
    """Ordinary words that are never taken for a misspelling."""
    forms: Forms = Forms()
    """How to tell a fact from a "no", an "if" or somebody else's trouble."""
    languages: tuple[Language, ...] = ()
    """What cards add in other languages."""
    sources: dict[str, str] = field(default_factory=dict)
    """What the rules rest on, by the short name that their `source` uses."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command in Telegram's menu."""

    name: str
    """Small letters, digits and _, without the slash."""
    description: str
    """What the menu says beside it."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Every other sentence of the bot (`texts.yaml`); what is missing there stays neutral."""

    title: str = "the article"
    """Name of the article; `{title}` in other texts."""
    author: str = ""
    """Who wrote the article, if known; `{author}` in other texts."""
    address: str = ""
    """Where the article can be read, if known."""
    name: str = ""
    """The bot's name in Telegram; empty: the one that BotFather has."""
    short_description: str = "Answers questions about one article."
    """On the page of the bot in Telegram; 120 characters at most."""
    description: str = "Ask me about the article. I answer only with what it says."
    """What an empty chat shows before anybody writes; 512 characters at most."""
    welcome: str = "Hello! Ask me about {title}. I answer only with what it says."
    """Answer to /start, above the first questions."""
    help: str = "Type a question about {title}, or choose one from /topics."
    """Answer to /help."""
    about: str = "I am a small program that answers from {title} and nothing else."
    """Answer to /about."""
    privacy: str = "Nothing about you is kept. Questions: {contact}."
    """Answer to /privacy: what is kept about people, and whom to ask (`{contact}`)."""
    emergency_number: str = "your local emergency number"
    """What cards name when the operator has set none; `{emergency_number}`."""
    no_contact: str = "whoever gave you the address of this bot"
    """Whom to ask when the operator has set no contact; `{contact}`."""
    forgotten: str = "Done: I have forgotten our conversation."
    """Answer to /forget."""
    article: str = "<b>{title}</b>"
    """Above the whole article (/article)."""
    topics: str = "What would you like to know about?"
    """Above all questions (/topics)."""
    topic_section: str = "<b>{section}</b>"
    """Above the questions of one `{section}`."""
    suggest: str = "I am not sure what you mean. Is it one of these?"
    """Above the choices when it is not clear which question is meant."""
    unknown: str = (
        "The article does not answer that, or I did not understand. You can ask, for example:"
    )
    """When no entry fits, above the first questions."""
    unknown_alarm: str = "Apart from that, I can only answer questions about the article."
    """The same under a safety card."""
    quote_source: str = "From the article, {section}"
    """Under a quote: where it stands, `{section}`."""
    editor_note: str = "Editor's note, not from the article: {text} ({source}, checked {checked})"
    """Around an editor's note: `{text}`, `{source}` and `{checked}`."""
    disclaimer: str = "From one article, not professional advice."
    """Under every answer about the article, under choices and declines."""
    because: str = "because you wrote “{words}”"
    """In a card: the person's own `{words}` that called for it."""
    other_language: str = "I answer in English."
    """When a message is in a language that the bot does not speak."""
    starters: tuple[str, ...] = ()
    """Ids of the questions that are offered to begin with."""
    tour: tuple[str, ...] = ()
    """The messages that `python -m bot` plays when it has no input."""
    button_none: str = "None of these"
    """Under choices: none of them is meant."""
    button_general: str = "I asked in general"
    """Under a card: the person only wanted to know."""
    button_topics: str = "All topics"
    """Leads to all questions."""
    button_back: str = "Back to all topics"
    """Leads from the questions of a section back to all sections."""
    button_helped: str = "This helped"
    """Under an answer: counted, and nothing else."""
    button_not_helped: str = "It did not help"
    """The same; who presses may pass the question on."""
    thanks: str = "Thank you!"
    """Button in place of those that were pressed; 200 characters at most."""
    button_pass_on: str = "Pass this question on, without my name"
    """Under a decline and after "no": its words reach the maintainers (`python -m bot review`)."""
    passed_on: str = (
        "Thank you. This was passed on, without your name:\n\n<blockquote>{words}</blockquote>"
    )
    """The receipt; `{words}` is exactly what was passed on."""
    pass_on_expired: str = "I do not remember that question any more. Please ask it again."
    """Who presses later than half an hour; 200 characters at most."""
    pass_on_failed: str = "It could not be passed on now, and nothing was kept."
    """The disk is full, or no word of the question was left."""
    button_take_back: str = "Take it back"
    """Under the receipt: deletes what was passed on."""
    taken_back: str = "It is deleted. The people who look after my answers may have read it before."
    """In place of the receipt."""
    taken_back_used: str = "It is deleted. What was made of it stays among my answers."
    """The same when maintainers had accepted it, or one like it."""
    taken_back_gone: str = "It is not there any more."
    """The same when it was taken back before, or deleted after 90 days."""
    take_back_failed: str = "It could not be deleted now. Please try again in a minute."
    """When the disk cannot be written; 200 characters at most."""
    not_yours: str = "This button is for the person who asked."
    """To somebody in a group who presses another person's button; 200 characters at most."""
    no_chat: str = "This button does not work here. Please ask me in our private chat."
    """To a press on a button under a message in a chat that the bot is not in."""
    button_private: str = "Ask in private"
    """Leads from a group to the private chat."""
    inline_unknown: str = "Not in the article"
    """Title of the inline result when no entry fits."""
    inline_card: str = "Please read this first"
    """Title of the inline result that is a safety card."""
    gone: str = "That question is no longer here. These are the ones I know now:"
    """When a button asks for an entry that has been deleted."""
    not_text: str = "I can only read text. Please type your question."
    """To a picture, a voice message and the like."""
    unknown_command: str = "I do not know that command. /help shows what I can do."
    """To a command that there is not."""
    version: str = "I answer from version {version} of the questions and answers."
    """Answer to /version: which `{version}` of the files answers."""
    error: str = "Something went wrong on my side. Please try again in a minute."
    """When something broke."""
    late: str = "Sorry that this took so long: I was away."
    """Above the answer to a message that is answered much later."""
    late_too_many: str = "You wrote more while I was away: please ask again what is still open."
    """When somebody wrote so much meanwhile that not all of it is answered."""
    too_fast: str = (
        "You write faster than I can answer, so I pass some messages over. Please give me a moment."
    )
    """To somebody whose messages are passed over for a while."""
    commands: tuple[Command, ...] = (
        Command("start", "Say hello"),
        Command("help", "How to ask"),
        Command("topics", "All questions I can answer"),
        Command("article", "Read the article"),
        Command("about", "What this bot is"),
        Command("privacy", "What is kept about you"),
        Command("forget", "Forget our conversation"),
    )
    """The menu of commands, in this order."""
    admin_commands: tuple[Command, ...] = (Command("version", "Which questions are live"),)
    """What the menu has besides these in the chats of the maintainers."""


@dataclass(frozen=True, slots=True)
class Example:
    """A held-out message and what should come of it (an item of `examples.yaml`)."""

    text: str
    """What a person writes; not among the phrasings, nor anything else that is learnt."""
    expect: tuple[str, ...] = ()
    """Ids that the message asks for; `none` when it is none of the bot's business."""
    route: Literal["", "none", "doctor", "emergency"] = ""
    """Which kind of card it calls for; `none` when it must get none."""
    after: str = ""
    """Entry that was answered just before."""
    style: str = ""
    """How it is written, such as plain, phone or story: `evaluate` counts each on its own."""
    category: str = ""
    """What sign it holds, such as inflammation: `evaluate` counts each on its own."""
    fails: str = ""
    """Why it is known to fail; when it no longer does, `evaluate` says so until this is deleted."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """A finding of `check` that is meant to be so (an item of `allowed.yaml`)."""

    rule: str
    """Name of the rule, as `check` prints it in [brackets]."""
    about: str
    """Some words of the finding, as `check` prints it: of all findings with them."""
    reason: str
    """Why it is meant to be so; for whoever comes after you."""


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
    is_provisional: bool = False
    """Whether the edit was taken into what was learnt before; that is still being learnt anew."""

    def __str__(self) -> str:
        """Short enough to compare by eye."""
        still = ", still being calibrated" if self.is_provisional else ""
        return f"{self.fingerprint[:8]} of {self.saved:%Y-%m-%d %H:%M} UTC{still}"


@dataclass(frozen=True)
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
        return self._by_id.get(id)

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in reversed(self.entries)}

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
