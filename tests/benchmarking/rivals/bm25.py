"""BM25 as search engines use it: an entry is one document of all its phrasings.

Okapi's weight of a word that half of the entries use is 0, and below 0 beyond: with two entries
nothing is left (the Chatbot corpus).
"""

import re

from rank_bm25 import BM25Okapi


def tokens(text: str) -> list[str]:
    """The words of a text in lower case."""
    return re.findall(r"\w+", text.lower())


class BM25:
    """The counter-examples are a document too: where it wins, the confidence is 0."""

    def __init__(
        self, entries: dict[str, list[str]], none: list[str], groups: list[list[str]]
    ) -> None:
        self.ids = [*entries, ""] if none else [*entries]
        documents = [*entries.values(), none] if none else [*entries.values()]
        self.index = BM25Okapi([tokens(" ".join(texts)) for texts in documents])

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Every entry; the confidence is a bare score without an upper bound."""
        scores = dict(zip(self.ids, self.index.get_scores(tokens(text)).tolist(), strict=True))
        none = scores.pop("", 0.0)
        order = sorted(scores, key=scores.__getitem__, reverse=True)
        return [(id, scores[id] if scores[id] >= none else 0.0) for id in order]
