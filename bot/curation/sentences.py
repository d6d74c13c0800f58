"""The sentences of the article, and which entries rest on each by quoting it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.model import Article, Entry

SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)\]]))\s+(?=[\"'“‘(\[]?[^\W_])(?![a-z])")
"""Space after a full stop, where no small letter follows."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the article and the entries that quote it, or a part of it."""

    number: int
    """Counted from 1 through the whole article."""
    text: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class AnnotatedPart:
    """A part of the article: its heading, and the sentences of each paragraph."""

    heading: str
    paragraphs: tuple[tuple[Sentence, ...], ...]


def annotate(article: Article, entries: Sequence[Entry]) -> tuple[AnnotatedPart, ...]:
    """The article with the entries that rest on each of its sentences, in the order of the file."""
    texts = [text for part in article.parts for text in part.paragraphs]
    cut = [[" ".join(piece.split()) for piece in split(text)] for text in texts]
    found = iter(_rested_on([sentence for paragraph in cut for sentence in paragraph], entries))
    paragraphs = iter([tuple(next(found) for _ in paragraph) for paragraph in cut])
    return tuple(
        AnnotatedPart(part.heading, tuple(next(paragraphs) for _ in part.paragraphs))
        for part in article.parts
    )


def split(text: str) -> list[str]:
    """The sentences of a paragraph, each with its full stop."""
    return SENTENCE_END.split(text.strip())


def _rested_on(sentences: Sequence[str], entries: Sequence[Entry]) -> Iterator[Sentence]:
    """Quotes are looked for in the whole text: one may span two sentences, or half of one."""
    whole = " ".join(sentences)
    spans = [
        (at, at + len(quote), entry)
        for entry in entries
        for quote in (" ".join(quote.split()) for quote in entry.quotes)
        for at in _places(quote, whole)
    ]
    start = 0
    for number, text in enumerate(sentences, 1):
        end = start + len(text)
        resting = {e.id: e for first, last, e in spans if first < end and last > start}
        yield Sentence(number, text, tuple(resting.values()))
        start = end + 1


def _places(quote: str, text: str) -> Iterator[int]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)
