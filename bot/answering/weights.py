"""What every word and pair of words says, packed: a tenth of the memory of dicts. No learning here.

`learn` fills it, `match` reads it; values in single precision, nothing hashed together. `revise`
lays before it what an edit has changed since.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise
from typing import Any

Feature = str | tuple[str, str]
"""A word or a pair of neighbouring words."""
FEATURE = str, tuple


@dataclass(frozen=True, slots=True)
class Places(Mapping[Feature, int]):
    """Features numbered from 0, words before pairs.

    A pair is kept as one number, first word * all words + second word, not as a tuple in a dict:
    eight bytes instead of more than a hundred.
    """

    words: Mapping[str, int]
    """Word -> its number; last those that stand in pairs only, such as the "^" of a beginning."""
    single: int
    """So many of the words are features on their own."""
    pairs: "array[int]"
    """In rising order."""

    @classmethod
    def of(cls, features: Collection[Feature]) -> "Places":
        """A place for each of these features, of which no two are the same."""
        single = [feature for feature in features if isinstance(feature, str)]
        pairs = [feature for feature in features if not isinstance(feature, str)]
        every = dict.fromkeys(chain(single, *pairs))
        words = {word: number for number, word in enumerate(every)}
        packed = sorted(words[first] * len(words) + words[second] for first, second in pairs)
        return cls(words, len(single), array("Q", packed))

    def find(self, feature: Feature) -> int:
        """The place of a feature, -1 for an unknown one: nearly all pairs are, an error is slow."""
        if isinstance(feature, str):
            place = self.words.get(feature, self.single)
            return place if place < self.single else -1
        first, second = self.words.get(feature[0]), self.words.get(feature[1])
        if first is None or second is None:
            return -1
        pair = first * len(self.words) + second
        place = bisect_left(self.pairs, pair)
        is_known = place < len(self.pairs) and self.pairs[place] == pair
        return self.single + place if is_known else -1

    def __getitem__(self, feature: Feature) -> int:
        place = self.find(feature)
        if place < 0:
            raise KeyError(feature)
        return place

    def __contains__(self, feature: object) -> bool:
        return isinstance(feature, FEATURE) and self.find(feature) >= 0

    def __iter__(self) -> Iterator[Feature]:
        words = list(self.words)
        yield from words[: self.single]
        for pair in self.pairs:
            first, second = divmod(pair, len(words))
            yield words[first], words[second]

    def __len__(self) -> int:
        return self.single + len(self.pairs)


@dataclass(frozen=True, slots=True)
class Weights:
    """What every feature says for or against every entry; the entry after the last is `elsewhere`.

    Numbers and values of all features stand one after the other.
    """

    places: Places
    """Feature -> its place in `starts`."""
    starts: "array[int]"
    numbers: "array[int]"
    values: "array[float]"
    revised: Mapping[Feature, tuple[tuple[int, float], ...]] = field(default_factory=dict)
    """What holds in place of the packed ones."""

    @classmethod
    def pack(cls, weights: Mapping[Feature, Mapping[int, float]]) -> "Weights":
        """Pack weights by feature and number of the entry."""
        places = Places.of(weights)
        starts, numbers, values = array("I", [0]), array("H"), array("f")
        for feature in places:
            by = weights[feature]
            for number in sorted(by):
                numbers.append(number)
                values.append(by[number])
            starts.append(len(numbers))
        return cls(places, starts, numbers, values)

    def of(self, feature: Feature) -> Iterable[tuple[int, float]]:
        """Number and weight of each entry that the feature speaks of."""
        return self._of(feature, self.places.find(feature))

    def scores(self, vector: Mapping[Feature, float], places: Iterable[int], n: int) -> list[float]:
        """What a vector comes to for each of `n` entries, given the places of its features."""
        scores = [0.0] * n
        for (feature, value), place in zip(vector.items(), places, strict=True):
            for number, weight in self._of(feature, place):
                scores[number] += weight * value
        return scores

    def _of(self, feature: Feature, place: int) -> Iterable[tuple[int, float]]:
        if feature in self.revised:
            return self.revised[feature]
        if place < 0:
            return ()
        here = slice(self.starts[place], self.starts[place + 1])
        return zip(self.numbers[here], self.values[here], strict=True)

    def renumbered(self, numbers: Sequence[int]) -> "Weights":
        """The same for entries that are numbered anew; those whose new number is -1 are gone."""
        if all(old == new for old, new in enumerate(numbers)):
            return self
        starts, kept, values = array("I", [0]), array("H"), array("f")
        for first, last in pairwise(self.starts):
            for number, value in zip(
                self.numbers[first:last], self.values[first:last], strict=True
            ):
                if numbers[number] >= 0:
                    kept.append(numbers[number])
                    values.append(value)
            starts.append(len(kept))
        revised = {
            feature: tuple((numbers[old], value) for old, value in by if numbers[old] >= 0)
            for feature, by in self.revised.items()
        }
        return Weights(self.places, starts, kept, values, revised)


@dataclass(frozen=True, slots=True)
class Rarity(Mapping[Feature, float]):
    """How much each feature says, whatever the entry; its places are those of the weights."""

    places: Places
    packed: "array[float]"
    revised: Mapping[Feature, float] = field(default_factory=dict)
    """What holds in place of the packed ones."""

    def __getitem__(self, feature: Feature) -> float:
        own = self.revised.get(feature)
        return self.packed[self.places[feature]] if own is None else own

    def get(self, feature: Feature, default: Any = None) -> Any:
        """How much a feature says; the default for an unknown one."""
        if self.revised and (own := self.revised.get(feature)) is not None:
            return own
        place = self.places.find(feature)
        return default if place < 0 else self.packed[place]

    def of(
        self, features: Collection[Feature], places: Iterable[int], default: float
    ) -> list[float]:
        """How much each of these features says, given its place; the default for unknown ones."""
        found = [default if place < 0 else self.packed[place] for place in places]
        if self.revised:
            return list(map(self.revised.get, features, found))
        return found

    def strange(self, words: Sequence[str]) -> list[int]:
        """Which of these words stand nowhere in the knowledge."""
        places, single = self.places.words, self.places.single
        return [
            number
            for number, word in enumerate(words)
            if places.get(word, single) >= single and word not in self.revised
        ]

    def __contains__(self, feature: object) -> bool:
        return feature in self.places or feature in self.revised

    def __iter__(self) -> Iterator[Feature]:
        yield from self.places
        yield from (feature for feature in self.revised if feature not in self.places)

    def __len__(self) -> int:
        return sum(1 for _ in self)
