"""Take an edit into what was learnt, in a few tenths of a second: learning anew takes many seconds.

Only what the edited messages touch is revised: the mean of their entries, how rare their words are,
the phrasebook, and passive-aggressive corrections for the messages that are new. Confidence and
limits stay as they were measured. What comes of it is provisional: it serves until all is learnt.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.answering.learn import PASSES, correct, samples_of, synonyms_of
from bot.answering.match import MEND_FROM_LENGTH, Matcher, Vector, features, stem
from bot.answering.normalise import words
from bot.answering.phrasebook import Phrasebook
from bot.answering.weights import Feature, Rarity, Weights
from bot.model import Knowledge

ELSEWHERE = ""
"""Stands for the id of what belongs to no entry."""
MOST_REHEARSED = 500
"""Where an entry is new, so many other messages that are most like it are learnt once more: what
told their entries from all others knew nothing of this one."""
Said = tuple[str, str]
"""A message and the id of its entry."""
Stems = Sequence[str]


def revise(live: Matcher, before: Knowledge, after: Knowledge) -> Matcher:
    """A matcher for the knowledge after an edit; the same edit gives the same.

    Args:
        live: what was learnt from the knowledge before, or revised since.
        before: its entries and words.
        after: those after the edit.
    """
    gone, added = edits(before, after)
    numbers = _numbers(after)
    if not gone and not added and [*numbers] == [*_numbers(before)]:
        return replace(live, entries=after.entries, synonyms=synonyms_of(after.words))
    blank = _blank(live, before, after, added)
    had, has = _by_entry(before, live, [*gone, *added]), _by_entry(after, blank, [*gone, *added])
    outside = [learnt_stems(blank, text) for text, id in added if id == ELSEWHERE]
    matcher = replace(blank, rarity=_rarity(live, had, has, outside))
    draft = _Draft(matcher.weights)
    for id in sorted(has.keys() - {ELSEWHERE}):
        _shift(draft, numbers[id], _centroid(live, had.get(id, ())), _centroid(matcher, has[id]))
    said = [*_rehearsed(matcher, before, after), *sorted(added.elements())]
    labelled = [(_vector(matcher, learnt_stems(matcher, text)), numbers[id]) for text, id in said]
    for _ in range(PASSES):
        for vector, number in labelled:
            correct(draft, vector, number, len(numbers))
    return replace(
        matcher,
        weights=draft.revised(),
        phrasebook=_phrasebook(matcher, before, after, gone, added),
    )


def edits(before: Knowledge, after: Knowledge) -> tuple[Counter[Said], Counter[Said]]:
    """What is learnt no more, and what is new; both for messages whose words are read differently.

    Args:
        before: entries and words before an edit.
        after: those after it.
    """
    old, new = _said(before), _said(after)
    gone, added = old - new, new - old
    was, now = synonyms_of(before.words), synonyms_of(after.words)
    moved = {word for word in {*was, *now} if was.get(word) != now.get(word)}
    if moved:
        both = [said for said in old & new if not moved.isdisjoint(map(stem, words(said[0])))]
        gone.update(both)
        added.update(both)
    return gone, added


class _Draft(dict[Feature, dict[int, float]]):
    """The weights that are looked at while they are revised; each is unpacked when it is needed."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self._weights = weights

    def __missing__(self, feature: Feature) -> dict[int, float]:
        found = self[feature] = defaultdict(float, self._weights.of(feature))
        return found

    def revised(self) -> Weights:
        """The weights with what was revised before what is packed."""
        mine = {feature: tuple(sorted(by.items())) for feature, by in self.items()}
        return replace(self._weights, revised={**self._weights.revised, **mine})


def _said(knowledge: Knowledge) -> Counter[Said]:
    ids = [*(entry.id for entry in knowledge.entries), ELSEWHERE]
    samples = samples_of(knowledge.entries, knowledge.words)
    return Counter((text, ids[number]) for text, number in samples)


def _numbers(knowledge: Knowledge) -> dict[str, int]:
    ids = [*(entry.id for entry in knowledge.entries), ELSEWHERE]
    return {id: number for number, id in enumerate(ids)}


def _blank(live: Matcher, before: Knowledge, after: Knowledge, added: Iterable[Said]) -> Matcher:
    """What was learnt, for the entries and words of after the edit; nothing is revised yet."""
    numbers = _numbers(after)
    fresh = (word for text, _ in added for word in words(text) if len(word) >= MEND_FROM_LENGTH)
    return replace(
        live,
        entries=after.entries,
        synonyms=synonyms_of(after.words),
        vocabulary=tuple(sorted({*live.vocabulary, *fresh})),
        weights=live.weights.renumbered([numbers.get(id, -1) for id in _numbers(before)]),
    )


def learnt_stems(matcher: Matcher, text: str) -> list[str]:
    """The words as they are learnt: what stands in the knowledge is no typo."""
    return [matcher.synonyms.get(found, found) for found in map(stem, words(text))]


def _by_entry(
    knowledge: Knowledge, matcher: Matcher, edited: Iterable[Said]
) -> dict[str, list[Stems]]:
    """All phrasings of the entries that an edit has touched, by their id."""
    touched = {id for _, id in edited}
    return {
        entry.id: [learnt_stems(matcher, text) for text in (entry.question, *entry.phrasings)]
        for entry in knowledge.entries
        if entry.id in touched
    }


def _rarity(
    live: Matcher,
    had: Mapping[str, Sequence[Stems]],
    has: Mapping[str, Sequence[Stems]],
    outside: Iterable[Stems],
) -> Rarity:
    """How much the features say, now that more or fewer entries use some of them."""
    n = math.exp(live.rarity_unknown**2)
    users: Counter[Feature] = Counter()
    seen: Counter[Feature] = Counter(f for stems in outside for f in features(stems))
    for id in sorted({*had, *has}):
        old, new = (Counter(f for s in by.get(id, ()) for f in features(s)) for by in (had, has))
        users.update(new.keys() - old.keys())
        users.subtract(old.keys() - new.keys())
        seen.update(new)
    revised: dict[Feature, float] = {}
    for feature in {*users, *seen}:
        known = live.rarity.get(feature)
        if known is None and (isinstance(feature, str) or seen[feature] > 1):
            revised[feature] = math.sqrt(math.log(n / max(1, users[feature])))
        elif known is not None and users[feature]:
            by = round(n / math.exp(known**2)) + users[feature]
            revised[feature] = math.sqrt(max(0.0, math.log(n / max(1, by))))
    return replace(live.rarity, revised={**live.rarity.revised, **revised})


def _vector(matcher: Matcher, stems: Stems) -> Vector:
    known = matcher.rarity
    return {f: value for f, value in matcher.vector(stems).items() if f in known}


def _centroid(matcher: Matcher, phrasings: Iterable[Stems]) -> Vector:
    """The mean direction of an entry's phrasings, of unit length."""
    total: dict[Feature, float] = defaultdict(float)
    for stems in phrasings:
        for feature, value in _vector(matcher, stems).items():
            total[feature] += value
    length = math.sqrt(sum(value * value for value in total.values())) or 1.0
    return {feature: value / length for feature, value in total.items()}


def _shift(draft: _Draft, number: int, old: Vector, new: Vector) -> None:
    """Put one mean direction of an entry in the place of another."""
    for feature, value in new.items():
        draft[feature][number] += value
    for feature, value in old.items():
        draft[feature][number] -= value


def _rehearsed(matcher: Matcher, before: Knowledge, after: Knowledge) -> Iterator[Said]:
    """Where entries are new, the messages of all others that are most like them."""
    known = {entry.id for entry in before.entries}
    fresh = [entry for entry in after.entries if entry.id not in known]
    texts = [text for entry in fresh for text in (entry.question, *entry.phrasings)]
    touched = {word for text in texts for word in learnt_stems(matcher, text)}
    found = [
        (-likeness(matcher, touched, text), text, id)
        for text, id in (_said(after) if fresh else ())
        if id in known or id == ELSEWHERE
    ]
    yield from ((text, id) for _, text, id in sorted(found)[:MOST_REHEARSED])


def likeness(matcher: Matcher, touched: Collection[str], text: str) -> float:
    """What the words of a text have in common with these stems, by weight and by its length."""
    stems = dict.fromkeys(learnt_stems(matcher, text))
    weighed = {word: matcher.rarity.get(word, matcher.rarity_unknown) ** 2 for word in stems}
    shared = sum(weight for word, weight in weighed.items() if word in touched)
    return shared / math.sqrt(sum(weighed.values())) if shared else 0.0


def _phrasebook(
    matcher: Matcher,
    before: Knowledge,
    after: Knowledge,
    gone: Counter[Said],
    added: Counter[Said],
) -> Phrasebook | None:
    """The phrasebook without what is gone and with what is new."""
    if matcher.phrasebook is None:
        return None
    old, new = _numbers(before), _numbers(after)
    return matcher.phrasebook.revised(
        gone=[(" ".join(words(text)), old[id]) for text, id in gone.elements() if id],
        added=[
            (" ".join(words(text)), learnt_stems(matcher, text), new[id])
            for text, id in sorted(added.elements())
            if id
        ],
        numbers=[new.get(entry.id, -1) for entry in before.entries],
        n=len(after.entries),
    )
