"""Find the signs in a message that call for a safety card. The engine; every rule is data.

A rule (`safety.yaml`) lists signs. It fires when of each of its lists one sign is in the message,
near enough to each other, outside the phrases that mean something else. How the first sign was
mentioned (as a fact, denied, over, "if", of somebody else) never silences a rule: it only chooses
gentler words. The cost grows with the length of the message, not with its content: words are looked
up, not searched for, and each word's spellings are compared once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence, Set
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import get_args

from bot.answering.mentions import Likeness, Mentions
from bot.answering.normalise import CLOSERS, Token, read, spellings_by_word, words
from bot.answering.signs import Signs, Span
from bot.model import (
    LIKE,
    URGENT,
    Alarm,
    Card,
    Category,
    Form,
    FormWords,
    Knowledge,
    Rule,
    SafetyRules,
)

BEFORE, AFTER = 7, 5
"""How many words before and after a sign a word such as "no" or "gone" still speaks of it."""
LONGEST = 12
"""More words than any phrase of `forms` has."""
MOST_WORDS_SHOWN = 60
MOST_AROUND = 4
"""So many words on each side of the decisive one are shown where no rule but a likeness spoke."""
MOST_OF_AN_ENTRY, MOST_ELSEWHERE = 70, 2_000
"""So many phrasings of an entry, and messages that belong to none, show safety what is ordinary."""
CATEGORIES: tuple[Category, ...] = get_args(Category)
STRENGTH: tuple[Form, ...] = (
    "affirmed",
    "third_person",
    "past",
    "hypothetical",
    "general",
    "negated",
)
"""If a sign is mentioned in several ways, the first of these counts."""

SURE: Mapping[Category, float] = {
    "crisis": 0.6,
    "emergency": 0.85,
    "inflammation": 0.65,
    "severe-back-pain": 0.65,
    "ask-first": 0.65,
}
"""From which confidence on a message that is like those of a card gets it; chosen on tests/dev."""
SURE_OF_SECOND = 0.9
"""The same when the message is even more like those of another card."""
A_LITTLE, A_LITTLE_URGENT = 0.12, 0.3
"""A doubtful rule is silent unless the message is so much like those that call for such a card."""
SUSPECTED = 0.6
"""From here on an urgent card is at least spoken of: "if that happens, call ..."."""
WORTH_A_LOOK = min(SUSPECTED, *SURE.values())
"""No message gets a card that it is less like."""

Target = tuple[int | str, int | str]
"""(number of the rule, number of the list or "not_in" or "not_with"), or (form, where)."""


@dataclass
class _Hits:
    """Where each list of each rule is met in one message; few messages need more than `at`."""

    text: str
    at: Mapping[Hashable, list[Span]]
    breaks: frozenset[str]
    """Words at which a clause ends."""
    starts: frozenset[str]
    """Words that begin a new clause after a comma."""
    _covered: dict[Target, frozenset[int]] = field(default_factory=dict)
    _sentences: dict[Target, frozenset[int]] = field(default_factory=dict)

    @cached_property
    def tokens(self) -> list[Token]:
        """The words of the message."""
        return read(self.text)

    @cached_property
    def sentence(self) -> list[int]:
        """Which sentence each word belongs to."""
        return list(accumulate(map(_ends_sentence, self.tokens[1:]), initial=0))

    @cached_property
    def clause(self) -> list[int]:
        """Which clause each word belongs to."""
        return list(accumulate(map(self._ends_clause, self.tokens[1:]), initial=0))

    def _ends_clause(self, token: Token) -> bool:
        """Whether a clause ends before a word."""
        breaks = "(" in token.before or not self.breaks.isdisjoint(token.forms)
        turns = "," in token.before and not self.starts.isdisjoint(token.forms)
        return breaks or turns or _ends_sentence(token)

    def covered(self, target: Target) -> frozenset[int]:
        """The numbers of the words that the signs of a list stand on."""
        if target not in self._covered:
            spans = self.at.get(target, ())
            self._covered[target] = frozenset(n for a, b in spans for n in range(a, b))
        return self._covered[target]

    def is_covered(self, target: Target, span: Span) -> bool:
        """Whether a sign of that list overlaps the span."""
        return not self.covered(target).isdisjoint(range(*span))

    def sentences(self, target: Target, but_not: Target | None = None) -> frozenset[int]:
        """The sentences that hold a sign of the one list outside those of the other."""
        if target not in self._sentences:
            self._sentences[target] = frozenset(
                self.sentence[span[0]]
                for span in self.at.get(target, ())
                if but_not is None or not self.is_covered(but_not, span)
            )
        return self._sentences[target]


class Safety:
    """All rules, compiled once; `find` is what it is for."""

    def __init__(
        self, rules: SafetyRules, ordinary: Iterable[str] = (), mentions: Mentions | None = None
    ) -> None:
        """Compile the rules.

        Args:
            rules: the contents of `safety.yaml`.
            ordinary: correctly spelt words that must not be taken for a misspelt sign.
            mentions: what was learnt from messages; None to go by the rules alone.

        Raises:
            ValueError: a sign refers to a word group that does not exist, or is empty.
        """
        self.rules = rules.rules
        self.cards: Mapping[str, Card] = {card.id: card for card in rules.cards}
        self._breaks = frozenset(rules.forms.clause_breaks)
        self._clause_starts = frozenset(rules.forms.clause_starts)
        self._firsts = {(number, 0): number for number in range(len(self.rules))}
        self.mentions = mentions
        known = frozenset(rules.look_alikes) | frozenset(ordinary)
        self._signs = Signs(_all_signs(rules), rules.groups, rules.same, known)

    def taught(self, mentions: Mentions | None) -> "Safety":
        """The same rules with what was learnt from other messages."""
        if mentions is self.mentions:
            return self
        found = copy(self)
        found.mentions = mentions
        return found

    def find(self, text: str) -> tuple[Alarm, ...]:
        """Every reason for a card in the text; the one whose card is to be shown comes first."""
        at = self._signs.met(spellings_by_word(text))
        hits = _Hits(text, at, self._breaks, self._clause_starts)
        likely = self.mentions.find(text) if self.mentions else []
        alarms = [
            self._alarm(hits, number, rule)
            for number, rule in self._met(at)
            if not rule.doubtful or self._bears_out(likely, self._category(rule.card))
        ]
        found = sorted((alarm for alarm in alarms if alarm), key=importance)
        more = self._likely(hits, likely, found[0] if found else None)
        return tuple(sorted((*found, *more), key=importance))

    def _met(self, at: Mapping[Hashable, list[Span]]) -> list[tuple[int, Rule]]:
        """The rules of which every list is met, in order."""
        begun = sorted(self._firsts[target] for target in at if target in self._firsts)
        found = ((number, self.rules[number]) for number in begun)
        return [
            (number, rule)
            for number, rule in found
            if all((number, slot) in at for slot in range(1, len(rule.signs)))
        ]

    def moved(self, before: Set[str], now: Set[str]) -> frozenset[str]:
        """Words that were known to be spelt right and are so no more, or the other way round.

        Only those that might be a misspelt sign; messages without them are read as before.

        Args:
            before: the ordinary messages whose words were known.
            now: those whose words are known.
        """
        changed = {word for text in before ^ now for word in words(text)}
        stayed = [text.casefold() for text in before & now] if changed else []
        return frozenset(
            word
            for word in changed
            if self._signs.is_like(word)
            and not any(word in words(text) for text in stayed if word in text)
        )

    def is_like(self, text: str, card: Card) -> bool:
        """Whether a text is at least a little like those that call for a card of this kind."""
        likely = self.mentions.find(text) if self.mentions else []
        return self._bears_out(likely, card.category)

    def _bears_out(self, likely: Iterable[Likeness], category: Category) -> bool:
        """Whether a doubtful rule for cards of this kind may fire; always if nothing was learnt."""
        least = A_LITTLE_URGENT if category in URGENT else A_LITTLE
        return self.mentions is None or any(
            item.confidence >= least and self._category(item.card) == category for item in likely
        )

    def _category(self, card: str) -> Category:
        return self.cards[card].category

    def _likely(
        self, hits: _Hits, found: Sequence[Likeness], ruled: Alarm | None
    ) -> Iterator[Alarm]:
        """The card that the message is like those that call for it, if the rules found less."""
        known = CATEGORIES.index(ruled.card.category) if ruled else len(CATEGORIES)
        for likeness in found:
            if likeness.confidence < WORTH_A_LOOK:
                return
            category = self._category(likeness.card)
            is_first = likeness is found[0]
            if CATEGORIES.index(category) >= known:
                continue
            if likeness.confidence >= (SURE[category] if is_first else SURE_OF_SECOND):
                yield self._alarm_like(hits, likeness)
                return
            if category in URGENT and likeness.confidence >= SUSPECTED and not ruled:
                alarm = self._alarm_like(hits, likeness)
                yield replace(alarm, form="general") if alarm.is_emergency else alarm
                return

    def _alarm_like(self, hits: _Hits, likeness: Likeness) -> Alarm:
        """The alarm of a card; how it is meant is read around the word that decided.

        Signs of an emergency often hold a "no" or a "not" of their own ("not a drop comes"): what
        is said of them counts only if it is an "if", a question in general or about somebody else.
        """
        start = self.mentions.decisive(hits.text, likeness) if self.mentions else 0
        number = next(n for n, token in enumerate(hits.tokens) if token.end > start)
        card, form = self.cards[likeness.card], _form(hits, (number, number + 1))
        if card.category in URGENT and form in ("negated", "past"):
            form = "affirmed"
        return Alarm.of(f"{LIKE}{card.id}", card, form, _around(hits, number))

    def _alarm(self, hits: _Hits, number: int, rule: Rule) -> Alarm | None:
        """The strongest mention of a rule's signs, None when there is none after all."""
        lists = [
            [span for span in hits.at[number, slot] if not _is_excluded(hits, number, span)]
            for slot in range(len(rule.signs))
        ]
        found = [
            (STRENGTH.index(_form(hits, spans[0])), spans)
            for spans in _together(lists, rule.within)
        ]
        if not found:
            return None
        form, spans = min(found, key=lambda item: item[0])
        words = _shown(hits, spans)
        return Alarm.of(rule.id, self.cards[rule.card], STRENGTH[form], words, rule.language)


def typical(knowledge: Knowledge) -> Knowledge:
    """The knowledge with so many messages of each kind that safety knows what people write.

    More are no gain to it: the larger the share of innocent messages, the less it would notice,
    and the more typos it would take for words.
    """
    entries = (replace(e, phrasings=e.phrasings[:MOST_OF_AN_ENTRY]) for e in knowledge.entries)
    elsewhere = knowledge.words.elsewhere[:MOST_ELSEWHERE]
    return replace(
        knowledge,
        entries=tuple(entries),
        words=replace(knowledge.words, elsewhere=elsewhere),
    )


def safety_of(knowledge: Knowledge) -> Safety:
    """The safety rules of the knowledge; its own words are known to be spelt right."""
    return Safety(knowledge.safety, {word for text in ordinary(knowledge) for word in words(text)})


def ordinary(knowledge: Knowledge) -> set[str]:
    """The messages of the knowledge whose words are known to be spelt right."""
    known = typical(knowledge)
    own = (p for entry in known.entries if not entry.card for p in entry.phrasings)
    return {*own, *known.words.elsewhere}


def innocent(knowledge: Knowledge, rules: Safety) -> list[str]:
    """What people write about the article, or about anything else, that calls for no card."""
    known = typical(knowledge)
    asked = [p for e in known.entries if not e.card for p in (e.question, *e.phrasings)]
    return [text for text in (*asked, *known.words.elsewhere) if not rules.find(text)]


def importance(alarm: Alarm) -> tuple[bool, int]:
    """Sort key: full cards before gentle ones, then by category."""
    return not alarm.is_full, CATEGORIES.index(alarm.card.category)


def _is_excluded(hits: _Hits, number: int, span: Span) -> bool:
    """Whether the words mean something else here."""
    silent = hits.sentences((number, "not_with"))
    return hits.is_covered((number, "not_in"), span) or hits.sentence[span[0]] in silent


def _together(lists: Sequence[Sequence[Span]], within: int) -> Iterator[list[Span]]:
    """For each sign of the first list: it, and the nearest sign of every other list beside it."""
    first, *others = lists
    by_end = [sorted(spans, key=lambda span: span[1]) for spans in others]
    for span in first:
        chosen = [span]
        for spans, ending in zip(others, by_end, strict=True):
            left = bisect_right(ending, span[0], key=lambda s: s[1])
            right = bisect_left(spans, span[1], key=lambda s: s[0])
            near = [*ending[max(0, left - 1) : left], *spans[right : right + 1]]
            if near:
                chosen.append(min(near, key=lambda s: max(s[0] - span[1], span[0] - s[1])))
        reach = max(b for _, b in chosen) - min(a for a, _ in chosen)
        if len(chosen) == len(lists) and (not within or reach <= within):
            yield chosen


def _form(hits: _Hits, span: Span) -> Form:
    """How the sign at `span` was mentioned."""
    for form in ("negated", "hypothetical", "past", "general", "third_person"):
        if any(_speaks_of(hits, form, where, span) for where in ("before", "after", "sentence")):
            return form
    return "affirmed"


def _speaks_of(hits: _Hits, form: str, where: str, span: Span) -> bool:
    """Whether a word of the form stands where it speaks of the sign."""
    but_not = (form, "but_not")
    if where == "sentence":
        return hits.sentence[span[0]] in hits.sentences((form, where), but_not)
    spans = hits.at.get((form, where), ())
    low, high = (
        (span[0] - LONGEST - BEFORE, span[0]) if where == "before" else (span[1], span[1] + AFTER)
    )
    for a, b in spans[bisect_left(spans, (low, 0)) : bisect_right(spans, (high, len(hits.tokens)))]:
        is_near = span[0] - BEFORE <= b <= span[0] if where == "before" else a >= span[1]
        if (
            is_near
            and hits.clause[a] == hits.clause[span[0]]
            and not hits.is_covered(but_not, (a, b))
        ):
            return True
    return False


def _shown(hits: _Hits, spans: Sequence[Span]) -> str:
    """The person's own words: from the first sign to the last one when that is short."""
    ordered = sorted(spans)
    places = [(hits.tokens[a].start, _end(hits.tokens[b - 1])) for a, b in ordered]
    pieces = [hits.text[start:end] for start, end in places]
    whole = hits.text[places[0][0] : max(end for _, end in places)]
    shown = whole if len(whole) <= MOST_WORDS_SHOWN else " … ".join(pieces)
    return " ".join(shown.split())[: 2 * MOST_WORDS_SHOWN]


def _ends_sentence(token: Token) -> bool:
    """Whether a sentence ends before a word."""
    return any(char in token.before for char in CLOSERS)


def _end(token: Token) -> int:
    """Where a word ends, all its pieces included."""
    return max(token.end, token.run_end)


def _around(hits: _Hits, number: int) -> str:
    """The person's own words around a decisive one, within its sentence."""
    near = [
        token
        for n, token in enumerate(hits.tokens)
        if abs(n - number) <= MOST_AROUND and hits.sentence[n] == hits.sentence[number]
    ]
    return " ".join(hits.text[near[0].start : near[-1].end].split())[: 2 * MOST_WORDS_SHOWN]


def _all_signs(rules: SafetyRules) -> Iterator[tuple[Target, str]]:
    for number, rule in enumerate(rules.rules):
        for slot, signs in enumerate(rule.signs):
            yield from (((number, slot), sign) for sign in signs)
        yield from (((number, "not_in"), sign) for sign in rule.not_in)
        yield from (((number, "not_with"), sign) for sign in rule.not_with)
    for form in ("negated", "hypothetical", "past", "general", "third_person"):
        words: FormWords = getattr(rules.forms, form)
        for where in ("before", "after", "sentence", "but_not"):
            yield from (((form, where), sign) for sign in getattr(words, where))
