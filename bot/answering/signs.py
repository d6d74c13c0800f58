"""Find many phrases in a message at once. Knows how signs are written, not what they mean.

All signs together form one network of words: a node for every beginning of a sign, shared by the
signs that begin alike, and a word group is one step in it however many members it has. A message is
walked through it from each of its words, so the cost grows with the length of the message.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from bot.answering.normalise import clean

GAP = ".."
MOST_IN_GAP = 3
FUZZY_FROM_LENGTH = 7
LONG = 8
"""From so many letters on, one slip leaves a word of a sign recognisable."""
MOST_REMEMBERED = 20_000

Span = tuple[int, int]
"""Numbers of the first word and of the word after the last one."""
Parts = tuple[str, ...]


class Signs:
    """Signs with what each of them stands for; `met` is what it is for."""

    def __init__(
        self,
        signs: Iterable[tuple[Hashable, str]],
        groups: Mapping[str, Sequence[str]],
        same: Sequence[Sequence[str]] = (),
        ordinary: Iterable[str] = (),
    ) -> None:
        """Build the network.

        Args:
            signs: what a sign stands for, and the sign as it is written in `safety.yaml`.
            groups: the word groups that signs refer to as `$name`.
            same: ways to write the same; the first of them stands for all wherever it is in a sign.
            ordinary: correctly spelt words that are never taken for a misspelling.

        Raises:
            ValueError: a sign is empty or refers to a word group that does not exist.
        """
        standing: dict[Parts, dict[Hashable, None]] = defaultdict(dict)
        for meaning, sign in signs:
            standing[_parts(sign)][meaning] = None
        self._groups = {name: [_parts(sign) for sign in signs] for name, signs in groups.items()}
        self._same = {_plain(ways[0]): [_parts(way) for way in ways] for ways in same}
        self._next: list[dict[str, tuple[int, ...]]] = [{}]
        self._meanings: dict[int, tuple[Hashable, ...]] = {}
        self._ends: dict[tuple[Hashable, ...], int] = {}
        self._beginnings: dict[tuple[int, str], int] = {}
        for parts, meanings in standing.items():
            self._add(0, parts, self._end(tuple(meanings)))
        words = {word for steps in self._next for word in steps if word != GAP}
        self._spelling = Spelling(words, frozenset(ordinary))
        nothing: dict[str, tuple[int, ...]] = {}
        self._next = [steps or nothing for steps in self._next]
        del self._groups, self._same, self._ends, self._beginnings

    def met(self, spellings: Iterable[frozenset[str]]) -> dict[Hashable, list[Span]]:
        """Where each meaning is met in the words of a message, in order; without the others."""
        words = [self._spelling.of(forms) for forms in spellings]
        found: dict[Hashable, set[Span]] = defaultdict(set)
        begins = self._next[0].keys()
        for here in range(len(words)):
            if not begins.isdisjoint(words[here]) or (words[here] and GAP in begins):
                for node, end in self._ends_from(here, words):
                    for meaning in self._meanings[node]:
                        found[meaning].add((here, end))
        return {meaning: sorted(spans) for meaning, spans in found.items()}

    def is_like(self, word: str) -> bool:
        """Whether a word might be a misspelling of one of a sign."""
        return len(word) >= FUZZY_FROM_LENGTH and any(True for _ in self._spelling.misspelt(word))

    def _ends_from(self, begin: int, words: Sequence[frozenset[str]]) -> Iterator[tuple[int, int]]:
        """Every end that is reached from a word, and the number of the word after it."""
        ways = [(0, begin)]
        while ways:
            node, at = ways.pop()
            if node in self._meanings:
                yield node, at
            steps = self._next[node]
            if not steps or at == len(words):
                continue
            ways += [(after, at + 1) for word in words[at] for after in steps.get(word, ())]
            if GAP in steps:
                ends = range(at, min(at + MOST_IN_GAP + 1, len(words)))
                ways += [(after, ahead) for after in steps[GAP] for ahead in ends]

    def _add(self, node: int, parts: Parts, end: int) -> None:
        """Lead from a node through these parts to an end; signs that begin alike share nodes."""
        if not parts:
            raise ValueError("a sign is empty")
        first, rest = parts[0], parts[1:]
        if not rest:
            self._link(node, first, end)
            return
        if (node, first) not in self._beginnings:
            self._beginnings[node, first] = self._new()
            self._link(node, first, self._beginnings[node, first])
        self._add(self._beginnings[node, first], rest, end)

    def _link(self, node: int, part: str, after: int) -> None:
        """Lead from one node to another over one part: a word, its other spellings, or a group."""
        if part.startswith("$"):
            if part[1:] not in self._groups:
                raise ValueError(f"there is no word group {part}")
            for member in self._groups[part[1:]]:
                self._add(node, member, after)
        for words in self._same.get(part, [(part,)] if not part.startswith("$") else []):
            here = node
            for word in words[:-1]:
                if (here, f"={word}") not in self._beginnings:
                    self._beginnings[here, f"={word}"] = self._new()
                    self._step(here, word, self._beginnings[here, f"={word}"])
                here = self._beginnings[here, f"={word}"]
            self._step(here, words[-1], after)

    def _end(self, meanings: tuple[Hashable, ...]) -> int:
        if meanings not in self._ends:
            self._ends[meanings] = self._new()
            self._meanings[self._ends[meanings]] = meanings
        return self._ends[meanings]

    def _step(self, node: int, word: str, after: int) -> None:
        steps = self._next[node].get(word, ())
        if after not in steps:
            self._next[node][word] = (*steps, after)

    def _new(self) -> int:
        self._next.append({})
        return len(self._next) - 1


class Spelling:
    """Which words of the signs a written word can be."""

    def __init__(self, words: Iterable[str], ordinary: frozenset[str]) -> None:
        """Sort the words of the signs by the way in which they are written."""
        self.exact: set[str] = set()
        self.beginnings: set[str] = set()
        self.endings: set[str] = set()
        self.parts: set[str] = set()
        fuzzy: set[str] = set()
        for word in words:
            bare = word.strip("*~")
            if word.startswith("~"):
                fuzzy.add(bare)
            elif word.startswith("*"):
                (self.parts if word.endswith("*") else self.endings).add(bare)
            else:
                (self.beginnings if word.endswith("*") else self.exact).add(bare)
        self.fuzzy = sorted(fuzzy)
        self.long = sorted(word for word in self.exact if len(word) >= LONG)
        self.ordinary = ordinary
        self.sizes_of_beginnings = sorted({len(word) for word in self.beginnings})
        self.sizes_of_endings = sorted({len(word) for word in self.endings})
        self.known: dict[frozenset[str], frozenset[str]] = {}

    def of(self, forms: frozenset[str]) -> frozenset[str]:
        """The words of the signs that a word with these spellings can be."""
        found = self.known.get(forms)
        if found is None:
            if len(self.known) > MOST_REMEMBERED:
                self.known.clear()
            found = self.known[forms] = frozenset(w for form in forms for w in self._of(form))
        return found

    def _of(self, form: str) -> Iterator[str]:
        if form in self.exact:
            yield form
        for size in self.sizes_of_beginnings:
            if form[:size] in self.beginnings and len(form) >= size:
                yield form[:size] + "*"
        for size in self.sizes_of_endings:
            if form[-size:] in self.endings and len(form) > size:
                yield "*" + form[-size:]
        yield from (f"*{part}*" for part in self.parts if part in form)
        if form in self.fuzzy:
            yield "~" + form
        elif (
            len(form) >= FUZZY_FROM_LENGTH and form not in self.exact and form not in self.ordinary
        ):
            yield from self.misspelt(form)

    def misspelt(self, form: str) -> Iterator[str]:
        """The words that this may be a misspelling of.

        Any long word with one slip; one that is marked ~ with two, if it has more than 8 letters.
        """
        for word, _, _ in extract(form, self.long, scorer=OSA.distance, score_cutoff=1, limit=None):
            yield word
        for word, slips, _ in extract(
            form, self.fuzzy, scorer=OSA.distance, score_cutoff=2, limit=None
        ):
            if slips <= (2 if len(word) > LONG else 1):
                yield "~" + word


def _parts(sign: str) -> Parts:
    return tuple(map(_plain, sign.split()))


def _plain(word: str) -> str:
    """A word of a sign as it is looked up: spelt as `read` spells words, the marks * and ~ kept."""
    bare = word.strip("*~")
    return word if word.startswith("$") or word == GAP else word.replace(bare, clean(bare))
