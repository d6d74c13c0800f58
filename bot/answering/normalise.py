"""Make two ways of writing the same thing equal. No meaning here: no stop words, no rules.

`words` is for the matcher: plain tokens. `read` is for safety: every token with all the spellings
it may stand for and its place in the text, because missing a disguised sign is worse there.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

APOSTROPHES = "'’‘`´ʼʻ＇"
LEET = str.maketrans("013457@$!", "oieastasi")
# Letters of other scripts that look like Latin ones (a subset of Unicode's confusables.txt).
LOOK_ALIKES = str.maketrans("аеорсухіјѕԁһӏɑοαεικνρτυ", "aeopcyxijsdhlaoaeikvptu")
CLOSERS = ".!?;\n"
SENTENCE_END = re.compile(r"[.!?…;]+(?=\s|$)|\n+")
PLAIN_WORD = re.compile(r"[a-zA-Z0-9]+(?:['`]+[a-zA-Z0-9]+)*")
MAY_BE_PIECES = re.compile(r"[^A-Za-z0-9 '`]['`]*[A-Za-z0-9]|\b[A-Za-z0-9] +[A-Za-z0-9]\b")
"""What every word in pieces has, if it is written in plain letters, and few other texts."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a message: the spellings it may stand for, and where it stands in the text."""

    forms: frozenset[str]
    start: int
    end: int
    before: str
    """What stands between the token before and this one."""
    run_end: int = 0
    """Where the last piece ends if it is the first piece of what may be one word in pieces."""


def words(text: str) -> list[str]:
    """The words of a text in lower case, accents and apostrophes dropped, "soooo" as "so"."""
    if text.isascii():
        return list(map(_plain, PLAIN_WORD.findall(text)))
    found = (_plain(text[start:end]) for start, end in spans(text))
    return [word for word in found if word]


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order; line breaks end a sentence too."""
    return [part.strip() for part in SENTENCE_END.split(text) if part.strip()]


def read(text: str) -> list[Token]:
    """The words of a text with every spelling each may stand for.

    A word that is split by hyphens, emoji, invisible characters or a line break ("swol-len"), and
    letters typed one by one ("s w o l l e n"), are also read as one, at their first piece.
    """
    places = spans(text)
    forms = [_forms(text[start:end]) for start, end in places]
    run_ends = [0] * len(places)
    for first, last in _pieces(text, places):
        run_ends[first] = places[last][1]
        forms[first] = forms[first] | _forms(text[places[first][0] : run_ends[first]])
    before = [
        text[a:b]
        for a, b in zip([0, *(end for _, end in places)], [s for s, _ in places], strict=False)
    ]
    return [
        Token(form, start, end, gap, run_end)
        for form, (start, end), gap, run_end in zip(forms, places, before, run_ends, strict=True)
    ]


def spellings_by_word(text: str) -> list[frozenset[str]]:
    """Every spelling that each word of a text may stand for: what `read` says of them, sooner."""
    if text.isascii() and not MAY_BE_PIECES.search(text):
        return list(map(_forms, PLAIN_WORD.findall(text)))
    return [token.forms for token in read(text)]


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    """What a character is to a word: `l`etter, `h` a whole word (Han, Kana), `.` none."""
    if "぀" <= char <= "ヿ" or "㐀" <= char <= "鿿":
        return "h"
    return "l" if unicodedata.category(char)[0] in "LNM" else "."


def spans(text: str) -> list[tuple[int, int]]:
    """Where each word begins and ends; apostrophes and invisible characters do not end a word."""
    if text.isascii():
        return [match.span() for match in PLAIN_WORD.finditer(text)]
    kinds = "".join(
        "'" if char in APOSTROPHES or _is_invisible(char) else _kind(char) for char in text
    )
    return [match.span() for match in re.finditer(r"h|l+(?:'+l+)*", kinds)]


@lru_cache(maxsize=4096)
def _is_invisible(char: str) -> bool:
    return (
        unicodedata.category(char) == "Cf" and char != "\N{ZERO WIDTH JOINER}"
    ) or char in "\u00ad\u200d"


@lru_cache(maxsize=32_768)
def _plain(raw: str) -> str:
    """One word in its plainest spelling."""
    return _squeeze(_unaccented(clean(raw)), 1)


@lru_cache(maxsize=32_768)
def _forms(raw: str) -> frozenset[str]:
    """Every spelling that one written word may stand for."""
    bare = clean(raw)
    leet = clean(raw.translate(LEET)) if any(char.isalpha() for char in raw) else bare
    looks = bare.translate(LOOK_ALIKES) if not bare.isascii() else bare
    spellings = {bare, leet, looks, _unaccented(bare), _unaccented(looks)}
    return frozenset(_squeeze(form, most) for form in spellings for most in (1, 2) if form)


def clean(raw: str) -> str:
    """Compatibility letters plain, lower case, what is no letter or digit dropped."""
    if raw.isascii() and raw.isalnum():
        return raw.lower()
    text = unicodedata.normalize("NFKC", raw).casefold().replace("ı", "i").replace("ـ", "")
    text = unicodedata.normalize("NFC", text.replace("i̇", "i")).replace("ي", "ی").replace("ك", "ک")
    return "".join(char for char in text if _kind(char) != ".")


def _unaccented(text: str) -> str:
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if unicodedata.category(char) != "Mn")


def _squeeze(text: str, most: int) -> str:
    """A letter that is repeated three times or more, repeated `most` times."""
    return re.sub(r"([^\W\d])\1{2,}", lambda match: match[1] * most, text)


def spellings(text: str) -> frozenset[str]:
    """Every spelling that a word of a text may stand for."""
    return frozenset().union(*spellings_by_word(text))


def _pieces(text: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of words (first, last) that may be one word written in pieces."""
    if text.isascii() and not MAY_BE_PIECES.search(text):
        return []  # most messages: a look is cheaper than a walk
    runs = []
    first = 0
    for here in range(1, len(places) + 1):
        if here < len(places) and _is_glue(text, places, here):
            continue
        if here - first > 1:
            runs.append((first, min(here - 1, first + 24)))
        first = here
    return runs


def _is_glue(text: str, places: list[tuple[int, int]], here: int) -> bool:
    """Whether the word at `here` may be a further piece of the word before it."""
    gap = text[places[here - 1][1] : places[here][0]]
    if gap.strip(" \n") or "\n" in gap:
        return " " not in gap
    (a, b), (c, d) = places[here - 1], places[here]
    return (b - a == 1 and d - c == 1) or not gap
