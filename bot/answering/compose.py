"""Decision -> words. The only place of the disclaimer. Knows nothing of Telegram."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from html import escape
from itertools import groupby
from typing import assert_never

from bot.model import (
    LIKE,
    Alarm,
    Answer,
    Block,
    Button,
    Candidate,
    Decision,
    Entry,
    Knowledge,
    Reply,
    Suggest,
    Unknown,
)

MOST_RELATED = 3
NONE_OF_THESE = "none"
TOPICS = "topics"
QUESTION = "q:"
"""What a button's data begins with that asks for an entry; its id follows."""
GENERAL = "g:"
"""Data of the button "I asked in general": `s` for choices or `a`, then why the reply had a card,
and its entries, each as a hash, since four ids do not fit into the 64 bytes of a button."""
HASH_BYTES, MOST_HASHES = 4, 7


@dataclass(frozen=True)
class Composer:
    """Says things in the words of the knowledge."""

    knowledge: Knowledge
    names: Mapping[str, str]
    """Values of the `{names}` in texts and cards: `title`, `contact`, `emergency_number` ..."""

    def say(self, template: str, **more: str) -> str:
        """A text with its `{names}` filled in."""
        return template.format_map({**self.names, **more})

    def compose(
        self,
        decision: Decision,
        alarm: Alarm | None = None,
        reminder: Alarm | None = None,
        *,
        others: Sequence[Alarm] = (),
        is_foreign: bool = False,
    ) -> Reply:
        """The whole reply.

        Args:
            decision: what the matcher and `decide` found.
            alarm: the most important sign in the message, if any.
            reminder: a sign from earlier in the conversation, if one is still pending.
            others: further signs in the message; what follows when the first was asked in general.
            is_foreign: the message seems to be in a language that the bot does not speak.
        """
        if alarm and alarm.is_emergency:
            return Reply((self._card(alarm),))
        match decision:
            case Answer(candidates):
                blocks, buttons = self._answer([candidate.entry for candidate in candidates])
            case Suggest(candidates):
                blocks, buttons = self._suggest(candidates)
            case Unknown():
                blocks, buttons = self._unknown(alarm, is_foreign)
            case _:
                assert_never(decision)
        gentle = self._gentle(alarm, reminder)
        if alarm and alarm.is_full:
            blocks.insert(0, self._card(alarm))
            buttons = (*buttons, (self._general_button((alarm, *others), decision),))
        is_talk = isinstance(decision, Answer) and decision.is_talk
        if gentle and (alarm or not is_talk):
            blocks.append(Block("text", gentle))
        if not is_talk or alarm:
            blocks.append(self._footer)
        return Reply(tuple(blocks), buttons)

    def first(self) -> list[Entry]:
        """A few questions to begin with."""
        wanted = [self.knowledge.entry(id) for id in self.knowledge.texts.starters]
        return [entry for entry in wanted if entry] or list(self.knowledge.entries[:MOST_RELATED])

    def starters(self) -> tuple[tuple[Button, ...], ...]:
        """Buttons of the questions to begin with, and of all topics."""
        topics = Button(self.knowledge.texts.button_topics, TOPICS)
        return (*map(_row, self.first()), (topics,))

    def article(self) -> Reply:
        """The whole article under its headings; only its title when its text is not known."""
        texts, article = self.knowledge.texts, self.knowledge.article
        blocks = [Block("text", self.say(texts.article))]
        for part in article.parts if article else ():
            blocks.append(Block("title", part.heading))
            blocks += [Block("text", escape(text, quote=False)) for text in part.paragraphs]
        blocks.append(self._footer)
        return Reply(tuple(blocks), ((Button(texts.button_topics, TOPICS),),))

    @cached_property
    def _footer(self) -> Block:
        return Block("footer", self.say(self.knowledge.texts.disclaimer))

    def _answer(
        self, entries: Sequence[Entry]
    ) -> tuple[list[Block], tuple[tuple[Button, ...], ...]]:
        blocks = [block for entry in entries for block in self._entry(entry)]
        ids = {entry.id for entry in entries}
        related = [id for entry in entries for id in entry.related if id not in ids]
        found = [self.knowledge.entry(id) for id in dict.fromkeys(related)]
        return blocks, tuple(_row(entry) for entry in [e for e in found if e][:MOST_RELATED])

    def _entry(self, entry: Entry) -> list[Block]:
        """What an entry says; it always says the same."""
        kept, blocks = self._said.get(entry.id, (None, []))
        if kept is not entry:
            blocks = self._worded(entry)
            self._said[entry.id] = entry, blocks
        return blocks

    @cached_property
    def _said(self) -> dict[str, tuple[Entry | None, list[Block]]]:
        """What `_entry` has put into words, by id."""
        return {}

    def _worded(self, entry: Entry) -> list[Block]:
        texts = self.knowledge.texts
        blocks = [] if entry.talk else [Block("title", entry.question)]
        blocks.append(Block("text", self.say(entry.answer) if entry.talk else entry.answer))
        for heading, quotes in groupby(entry.quotes, lambda quote: self._heading(quote, entry)):
            source = self.say(texts.quote_source, section=heading)
            blocks.append(Block("quote", "\n".join(quotes), source))
        note = entry.editor_note
        if note and self.names.get("editor_notes") != "off":
            said = self.say(
                texts.editor_note,
                text=note.text,
                source=escape(note.source, quote=False),
                checked=note.checked.isoformat(),
            )
            blocks.append(Block("note", said))
        return blocks

    def _heading(self, quote: str, entry: Entry) -> str:
        """The heading under which a quote stands in the article."""
        wanted = " ".join(quote.split())
        return next((h for h, text in self._headed if wanted in text), entry.section)

    @cached_property
    def _headed(self) -> list[tuple[str, str]]:
        """The headings of the article, each with its text on one line."""
        parts = self.knowledge.article.parts if self.knowledge.article else ()
        return [(part.heading, " ".join(" ".join(part.paragraphs).split())) for part in parts]

    def _suggest(
        self, candidates: Sequence[Candidate]
    ) -> tuple[list[Block], tuple[tuple[Button, ...], ...]]:
        texts = self.knowledge.texts
        rows = tuple(_row(candidate.entry) for candidate in candidates)
        none = (Button(texts.button_none, NONE_OF_THESE),)
        return [Block("text", self.say(texts.suggest))], (*rows, none)

    def _unknown(
        self, alarm: Alarm | None, is_foreign: bool
    ) -> tuple[list[Block], tuple[tuple[Button, ...], ...]]:
        texts = self.knowledge.texts
        text = texts.other_language if is_foreign else texts.unknown
        if alarm and not is_foreign:
            text = texts.unknown_alarm
        return [Block("text", self.say(text))], self.starters()

    def _general_button(self, alarms: Sequence[Alarm], decision: Decision) -> Button:
        """What somebody presses who only asked in general: it knows the reply, not the message."""
        kind = "s" if isinstance(decision, Suggest) else "a"
        candidates = () if isinstance(decision, Unknown) else decision.candidates
        names = [*(a.reason for a in alarms), *(c.entry.id for c in candidates)]
        data = hashes(names[:MOST_HASHES])
        return Button(self.knowledge.texts.button_general, f"{GENERAL}{kind}{data}")

    def read_general(self, data: str) -> tuple[tuple[Alarm, ...], Decision] | None:
        """What the data of such a button speaks of: the signs, the first in general, the decision.

        Entries that are gone since are left out; None when the card itself is gone.
        """
        written = data[len(GENERAL) + 1 :]
        found = _hashes_in(written)
        by_hash = {_hash(alarm.reason): alarm for alarm in self._alarms()}
        if not found or found[0] not in by_hash:
            return None
        pressed, *others = (by_hash[key] for key in found if key in by_hash)
        alarms = (replace(pressed, form="general"), *others)
        candidates = tuple(Candidate(entry, 1.0) for entry in self.of_hashes(written))
        if not candidates:
            return alarms, Unknown()
        is_choice = data.startswith(f"{GENERAL}s")
        return alarms, Suggest(candidates) if is_choice else Answer(candidates)

    def of_hashes(self, written: str) -> list[Entry]:
        """The entries whose hashes stand there, under their old names too; others are left out."""
        entries = self.knowledge.entries
        known = {_hash(id): entry for entry in entries for id in (*entry.formerly, entry.id)}
        return [known[key] for key in _hashes_in(written) if key in known]

    def _alarms(self) -> Iterator[Alarm]:
        """Every reason for a card that there is."""
        safety = self.knowledge.safety
        cards = {card.id: card for card in safety.cards}
        for rule in safety.rules:
            yield Alarm.of(rule.id, cards[rule.card], language=rule.language)
        for card in safety.cards:
            yield Alarm.of(f"{LIKE}{card.id}", card)
        for entry in self.knowledge.entries:
            if entry.card in cards:
                yield Alarm(f"entry:{entry.id}", cards[entry.card])

    def _card(self, alarm: Alarm) -> Block:
        texts, card = self.knowledge.texts, alarm.card
        words = _isolated(escape(alarm.words, quote=False))
        because = self.say(texts.because, words=words) if words else ""
        template = card.third_person if alarm.form == "third_person" else card.text
        said = self.say(template, because=because)
        return Block("card", "\n\n".join([said, *self._in_own_language(alarm)]))

    def _gentle(self, alarm: Alarm | None, reminder: Alarm | None) -> str:
        """The sentence after the answer when no full card is called for; empty if none is due."""
        remind = self.say(reminder.card.reminder) if reminder else ""
        if alarm is None or alarm.is_full:
            return remind
        gentle = alarm.card.gentle
        said = {
            "negated": gentle.negated,
            "past": gentle.past,
            "hypothetical": gentle.hypothetical,
        }.get(alarm.form, gentle.general)
        own = " ".join(self._in_own_language(alarm))
        return " ".join(filter(None, (self.say(said, because=""), own, remind)))

    def _in_own_language(self, alarm: Alarm) -> list[str]:
        """What a card says in the language in which the sign was mentioned, if not in English."""
        languages = self.knowledge.safety.languages
        return [x.sentence for x in languages if x.code == alarm.language]


def _isolated(text: str) -> str:
    """Words written from right to left, marked so that they turn nothing around them over."""
    is_turned = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if is_turned else text


def hashes(ids: Iterable[str]) -> str:
    """The hashes of ids, one after another: short enough for the data of a button."""
    return "".join(map(_hash, ids))


def _hashes_in(written: str) -> list[str]:
    size = 2 * HASH_BYTES
    return [written[i : i + size] for i in range(0, len(written), size)]


def _hash(id: str) -> str:
    return blake2b(id.encode(), digest_size=HASH_BYTES).hexdigest()


def entry_button(entry: Entry) -> Button:
    """The button that asks for an entry."""
    return Button(entry.question, f"{QUESTION}{entry.id}")


def _row(entry: Entry) -> tuple[Button, ...]:
    return (entry_button(entry),)
