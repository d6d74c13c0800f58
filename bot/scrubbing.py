"""Take out of a question what could tell who wrote it, before anybody else reads it.

Numbers, links, addresses and @names become "…". A name in plain words cannot be told from any other
word: therefore the person is shown what is left, and maintainers see what they take over.
"""

import re
import unicodedata

LEFT_OUT = "…"
MOST_CHARACTERS = 300
"""A longer question is cut: what is asked stands in its first sentences."""
AT, DOT = r"[(\[{<] ?at ?[)\]}>]", r"(?:[(\[{<] ?dot ?[)\]}>]| dot )"
SPELLED_ADDRESS = re.compile(
    rf"(?<!\S)\S+ ?(?:{AT} ?\S+(?: ?{DOT} ?\S+)*| at \S+? ?{DOT} ?\S+)", re.IGNORECASE
)
"""An e-mail address as people hide it from machines: `anna (at) example (dot) org`. It begins with
a word: from the middle of each, somebody's 4,000 letters could keep the bot busy for minutes."""
LINK = re.compile(r"://|\w\.[^\W\d_]{2}")
"""What leads somewhere: `https://...`, `www....`, `example.org/page`."""
AROUND = "\"'“”‘’«»()[]{}<>.,;:!?…*_~`"
"""Punctuation that stays where it was when what it surrounds is left out."""


def scrub(text: str) -> str:
    """The question on one line without numbers, links, addresses and @names.

    Empty when no word is left.
    """
    plain = unicodedata.normalize("NFC", text)
    plain = " ".join("".join(char for char in plain if _is_seen(char)).split())
    plain = SPELLED_ADDRESS.sub(LEFT_OUT, plain)
    left = " ".join(_scrubbed(word) for word in plain.split())
    left = re.sub(rf"{LEFT_OUT}(?:[\s/+-]*{LEFT_OUT})+", LEFT_OUT, left)
    left = _cut(left)
    return left if any(char.isalpha() for char in left) else ""


def _is_seen(char: str) -> bool:
    """Whether a character is white space, or one that can be seen."""
    return char.isspace() or unicodedata.category(char)[0] != "C"


def _scrubbed(word: str) -> str:
    """A word, or "…" between its punctuation if it may identify somebody."""
    read = unicodedata.normalize("NFKC", word)  # wide and circled signs are read like plain ones
    if not (has_number(read) or "@" in read or LINK.search(read)):
        return word
    core = word.strip(AROUND)
    return word.replace(core, LEFT_OUT, 1) if core else LEFT_OUT


def has_number(text: str) -> bool:
    """Whether a text holds a digit or another number sign of any script."""
    return any(unicodedata.category(char)[0] == "N" for char in text)


def _cut(text: str) -> str:
    """The beginning of a long text, up to the end of a word."""
    if len(text) <= MOST_CHARACTERS:
        return text
    beginning = text[: MOST_CHARACTERS - 1]
    return (beginning.rpartition(" ")[0] or beginning).rstrip() + LEFT_OUT
