"""Take an edit into what was learnt, in a tenth of a second where learning anew takes many.

Only what the changed messages say is revised: the mean of their entries, how rare their words are,
and passive-aggressive corrections for them and their likes. Confidence and limits stay as they were
measured. It is nearly what learning from scratch gives, and serves until that is done.
"""

import math
from collections import Counter, defaultdict
from dataclasses import replace

from bot.answering.learn import PASSES, correct, samples_of, synonyms_of
from bot.answering.match import MEND_FROM_LENGTH, Matcher, Vector, features, stem
from bot.answering.normalise import words
from bot.answering.weights import Feature, Weights
from bot.model import Knowledge

ELSEWHERE = ""
"""Stands for the id of what belongs to no entry."""
Said = tuple[str, str]
"""A message and the id of its entry."""


class _Draft(dict[Feature, dict[int, float]]):
    """The weights that are looked at while they are revised, unpacked one by one."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def __missing__(self, feature: Feature) -> dict[int, float]:
        found = self[feature] = defaultdict(float, self.weights.of(feature))
        return found


def revise(live: Matcher, before: Knowledge, after: Knowledge) -> Matcher:
    """A matcher for the knowledge after an edit.

    Args:
        live: what was learnt from the knowledge before.
        before: its entries and words.
        after: those after the edit.
    """
    ids = {entry.id: number for number, entry in enumerate(after.entries)} | {
        ELSEWHERE: len(after.entries)
    }
    synonyms = synonyms_of(after.words)
    gone, added = edits(before, after)
    old, new = _said(before), _said(after)
    numbers = [ids.get(entry.id, -1) for entry in before.entries]

    def stems(text, synonyms):
        return [synonyms.get(stem(w), stem(w)) for w in words(text)]

    changed = {id for _, id in (*gone, *added)} - {ELSEWHERE}
    own_before, own_after = (
        {id: [stems(t, syn) for t, i in said if i == id] for id in changed}
        for said, syn in ((old, live.synonyms), (new, synonyms))
    )
    extra = [stems(t, synonyms) for t, i in added if i == ELSEWHERE]
    rarity = _rarity(live, own_before, own_after, extra)
    blank = replace(
        live,
        entries=after.entries,
        synonyms=synonyms,
        vocabulary=tuple(
            sorted(
                {
                    *live.vocabulary,
                    *(w for t, _ in added for w in words(t) if len(w) >= MEND_FROM_LENGTH),
                }
            )
        ),
        rarity=rarity,
        weights=live.weights.renumbered([*numbers, len(after.entries)]),
    )
    draft = _Draft(blank.weights)
    for id in sorted(changed & set(ids)):
        for feature, value in _centroid(blank, own_after[id]).items():
            draft[feature][ids[id]] += value
        for feature, value in _centroid(live, own_before[id]).items():
            draft[feature][ids[id]] -= value
    labelled = [(_vector(blank, stems(t, synonyms)), ids[i]) for t, i in sorted(added.elements())]
    if REPLAY:
        labelled += [
            (_vector(blank, s), ids[i]) for i in sorted(changed & set(ids)) for s in own_after[i]
        ]
    for _ in range(PASSES):
        for vector, number in labelled:
            correct(draft, vector, number, len(after.entries) + 1)
    revised = dict(blank.weights.revised)
    for feature, by in draft.items():
        revised[feature] = tuple(sorted(by.items()))
    book = live.phrasebook and live.phrasebook.revised(
        [
            (" ".join(words(t)), next(k for k, e in enumerate(before.entries) if e.id == i))
            for t, i in gone.elements()
            if i != ELSEWHERE
        ],
        [
            (" ".join(words(t)), stems(t, synonyms), ids[i])
            for t, i in added.elements()
            if i != ELSEWHERE
        ],
        numbers,
        len(after.entries),
    )
    return replace(blank, weights=replace(blank.weights, revised=revised), phrasebook=book)


REPLAY = False


def edits(before: Knowledge, after: Knowledge) -> tuple[Counter[Said], Counter[Said]]:
    """The messages that are gone and those that are added; both for those whose words are read
    differently now."""
    old, new = _said(before), _said(after)
    gone, added = old - new, new - old
    was, now = synonyms_of(before.words), synonyms_of(after.words)
    moved = {word for word in {*was, *now} if was.get(word) != now.get(word)}
    if moved:
        same = [said for said in new & old if not moved.isdisjoint(map(stem, words(said[0])))]
        gone.update(same)
        added.update(same)
    return gone, added


def _said(knowledge: Knowledge) -> Counter[Said]:
    ids = [*(entry.id for entry in knowledge.entries), ELSEWHERE]
    return Counter(
        (text, ids[number]) for text, number in samples_of(knowledge.entries, knowledge.words)
    )


def _vector(matcher, stems):
    return {f: v for f, v in matcher.vector(stems).items() if f in matcher.rarity}


def _centroid(matcher, many) -> Vector:
    total = defaultdict(float)
    for stems in many:
        for f, v in _vector(matcher, stems).items():
            total[f] += v
    length = math.sqrt(sum(v * v for v in total.values())) or 1.0
    return {f: v / length for f, v in total.items()}


def _rarity(live, own_before, own_after, extra):
    n = math.exp(live.rarity_unknown**2)
    delta, seen = Counter(), Counter()
    for id, many in own_after.items():
        has = Counter(f for s in many for f in features(s))
        seen += has
        had = {f for s in own_before[id] for f in features(s)}
        delta.update(has.keys() - had)
        delta.subtract(had - has.keys())
    for s in extra:
        seen.update(features(s))
    revised = dict(live.rarity.revised)
    for f in {*delta, *seen}:
        known = live.rarity.get(f)
        if known is None and not isinstance(f, str) and seen[f] < 2:
            continue
        if known is not None and not delta[f]:
            continue
        users = (round(n / math.exp(known**2)) if known is not None else 0) + delta[f]
        revised[f] = math.sqrt(max(0.0, math.log(n / max(1, users))))
    return replace(live.rarity, revised=revised)
