"""The whole path of a message on one page: text -> safety -> match -> decide -> compose.

Pure: no I/O, no clock, no Telegram; the same text and context give the same outcome.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.answering.compose import Composer
from bot.answering.decide import decide
from bot.answering.match import Matcher, stem
from bot.answering.normalise import sentences, words
from bot.answering.safety import Safety, importance
from bot.model import (
    Alarm,
    Answer,
    Candidate,
    Context,
    Decision,
    Entry,
    Knowledge,
    Outcome,
    Suggest,
    Unknown,
)

MOST_PARTS = 8
"""Only so many sentences of a long message are also looked at one by one."""
NOBODY = Context()


@dataclass(frozen=True, slots=True)
class Answerer:
    """Everything that is needed to answer, built once from the knowledge."""

    knowledge: Knowledge
    matcher: Matcher
    safety: Safety
    composer: Composer

    def ask(self, text: str, context: Context = NOBODY) -> Outcome:
        """Answer a message. Never raises, whatever the text."""
        return self.respond(text, self.decide(text, context), context)

    def respond(self, text: str, decision: Decision, context: Context = NOBODY) -> Outcome:
        """All that comes of a message, what it asks for being decided."""
        alarms = self.safety.find(text)
        is_foreign = isinstance(decision, Unknown) and self._is_foreign(text)
        return self._outcome(decision, alarms, context, text, is_foreign=is_foreign)

    def alternatives(self, text: str, most: int) -> list[Outcome]:
        """What may be said to a message, the likeliest first, for who chooses among replies.

        Each has the card that the message calls for; beside an emergency there is nothing else.
        Without a message, and after a decline, there is what one can begin with.
        """
        alarms, decision = self.safety.find(text), self.decide(text)
        outcomes = [
            self._outcome(each, alarms, NOBODY, text, is_foreign=self._is_foreign(text))
            for each in self._alternatives(text, decision)[:most]
        ]
        return outcomes[:1] if outcomes[0].route == "emergency" else outcomes

    def _alternatives(self, text: str, decision: Decision) -> list[Decision]:
        if isinstance(decision, Unknown):
            begin: list[Decision] = [Answer((Candidate(e, 1.0),)) for e in self.composer.first()]
            return [decision, *begin] if text.strip() else begin
        likely = [c for c in self.matcher.rank(text) if not c.entry.talk]
        close = [c for c in likely if c.confidence >= self.matcher.limits.choice]
        found = {c.entry.id: c for c in (*decision.candidates, *close)}
        single: list[Decision] = [Answer((candidate,)) for candidate in found.values()]
        is_both = isinstance(decision, Answer) and len(decision.candidates) > 1
        return [decision, *single] if is_both else single

    def pick(self, entry: Entry, context: Context = NOBODY) -> Outcome:
        """The answer to a question that was chosen by a button or a link."""
        return self._outcome(Answer((Candidate(entry, 1.0),)), (), context)

    def none_of_these(self, context: Context = NOBODY) -> Outcome:
        """What to say when no choice was the right one."""
        return self._outcome(Unknown(), (), context)

    def in_general(self, data: str, context: Context = NOBODY) -> Outcome | None:
        """The reply under which "I asked in general" was pressed, its card now a gentle sentence.

        None when what the button speaks of is gone from the knowledge.
        """
        asked = self.composer.read_general(data)
        if asked is None:
            return None
        alarms, decision = asked
        pressed = alarms[0]
        is_withdrawn = context.reminder is not None and context.reminder.reason == pressed.reason
        context = replace(context, reminder=None) if is_withdrawn else context
        return self._outcome(decision, alarms, context, is_foreign=pressed.language != "en")

    def decide(self, text: str, context: Context = NOBODY) -> Decision:
        """What the message asks for, given what was answered before."""
        return self.weigh(text, context)[1]

    def weigh(self, text: str, context: Context = NOBODY) -> tuple[Sequence[Candidate], Decision]:
        """The candidates for the whole message, best first, and what it asks for."""
        before = self.knowledge.entry(context.last_entry) if context.last_entry else None
        whole = self.matcher.rank(text, before.follow_ups if before else ())
        starts = self.knowledge.words.question_starts
        parts = [self.matcher.rank(part) for part in questions(text, starts)]
        return whole, decide(whole, parts, self.matcher.limits)

    def _outcome(
        self,
        decision: Decision,
        alarms: tuple[Alarm, ...],
        context: Context,
        text: str = "",
        *,
        is_foreign: bool = False,
    ) -> Outcome:
        brought = self._brought(decision, alarms, text)
        alarms = tuple(sorted((*alarms, *brought), key=importance))
        alarm = alarms[0] if alarms else None
        is_emergency = alarm is not None and alarm.is_emergency
        if is_emergency:
            decision = Unknown()
        is_talk = isinstance(decision, Answer) and decision.is_talk
        reminder = None if is_talk or _covers(alarm, context.reminder) else context.reminder
        reply = self.composer.compose(
            decision, alarm, reminder, others=_others(alarms), is_foreign=is_foreign
        )
        return Outcome(
            decision=decision,
            alarms=alarms,
            route="emergency" if is_emergency else "doctor" if alarm or reminder else "none",
            reasons=(*(a.reason for a in alarms), *(("context",) if reminder else ())),
            reply=reply,
            context=Context(
                last_entry=_last_entry(decision) or context.last_entry,
                reminder=_reminder(alarms, context.reminder),
            ),
        )

    def _brought(self, decision: Decision, alarms: Sequence[Alarm], text: str) -> list[Alarm]:
        """The cards of the entries that are answered, or offered nearly as likely as the best.

        A guess at such an entry is no reason for a card when the text is not at all like those
        that call for one. Where a rule of the same card fired, it knows better how the sign was
        mentioned.
        """
        if isinstance(decision, Unknown):
            return []
        least = 0.0
        if isinstance(decision, Suggest):
            best = decision.candidates[0].confidence
            least = max(best - self.matcher.limits.margin, self.matcher.limits.brings_card)
        entries = [c.entry for c in decision.candidates if c.confidence >= least]
        found = [Alarm(f"entry:{e.id}", self.safety.cards[e.card]) for e in entries if e.card]
        if isinstance(decision, Suggest) and text:
            found = [alarm for alarm in found if self.safety.is_like(text, alarm.card)]
        forms = {alarm.card.id: alarm.form for alarm in reversed(alarms)}
        return [replace(alarm, form=forms.get(alarm.card.id, "affirmed")) for alarm in found]

    def _is_foreign(self, text: str) -> bool:
        """Whether the message seems to be in a language that the knowledge does not speak."""
        letters = [char for char in text if char.isalpha()]
        if len(letters) >= 4 and sum(char.isascii() for char in letters) < len(letters) / 3:
            return True
        found = words(text[:400])
        known = sum(stem(word) in self.matcher.rarity for word in found)
        return len(found) >= 3 and known <= len(found) / 3


def questions(text: str, starts: Collection[str]) -> list[str]:
    """The questions in a message that holds several, in order; empty when there is but one.

    Args:
        text: the message.
        starts: words with which a question begins; without any, only question marks tell.
    """
    joint = _joint(tuple(starts))
    found = [
        part.strip()
        for sentence in sentences(text)
        for part in (joint.split(sentence) if starts else [sentence])
    ]
    if len(found) < 2:
        return []
    return [part for part in found if _is_question(part, text, starts)][:MOST_PARTS]


@lru_cache(maxsize=8)
def _joint(starts: tuple[str, ...]) -> re.Pattern[str]:
    """What stands between two questions in one sentence."""
    start = "|".join(map(re.escape, starts))
    return re.compile(rf",? (?:and also|and|also|plus|but) (?=(?:{start})\b)", re.IGNORECASE)


def _is_question(part: str, text: str, starts: Collection[str]) -> bool:
    found = words(part)
    return len(found) > 1 and (found[0] in starts or f"{part}?" in text)


def _last_entry(decision: Decision) -> str | None:
    """The entry that "and why?" would now be about."""
    if isinstance(decision, Answer):
        entry = decision.candidates[-1].entry
        return None if entry.talk else entry.id
    return None


def _covers(alarm: Alarm | None, reminder: Alarm | None) -> bool:
    """Whether a full card is shown that says no less than the reminder would."""
    if alarm is None or not alarm.is_full:
        return False
    return reminder is None or importance(alarm) <= importance(reminder)


def _others(alarms: Sequence[Alarm]) -> tuple[Alarm, ...]:
    """Full alarms of other cards than the first, one of each, the most important two."""
    by_card = {alarm.card.id: alarm for alarm in reversed(alarms) if alarm.is_full}
    others = [alarm for alarm in by_card.values() if alarm.card != alarms[0].card]
    return tuple(sorted(others, key=importance)[:2])


def _reminder(alarms: tuple[Alarm, ...], pending: Alarm | None) -> Alarm | None:
    """The most important sign that the person has mentioned, without the person's words."""
    said = [alarm for alarm in alarms if alarm.is_full or alarm.form == "past"]
    own = [replace(alarm, words="") for alarm in said if not alarm.reason.startswith("entry:")]
    return min(filter(None, (*own, pending)), key=importance, default=None)


def kind(decision: Decision) -> str:
    """`answer`, `suggest` or `none`."""
    return {Answer: "answer", Suggest: "suggest", Unknown: "none"}[type(decision)]


def ids(decision: Decision) -> tuple[str, ...]:
    """The answered entry (or two), or the choices offered; empty for none."""
    if isinstance(decision, Unknown):
        return ()
    return tuple(candidate.entry.id for candidate in decision.candidates)
