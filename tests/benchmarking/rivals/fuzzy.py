"""rapidfuzz over all phrasings, the way of the tutorials: the best single phrasing wins."""

from collections.abc import Callable
from typing import ClassVar

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process


class Fuzzy:
    """The counter-examples are choices as well: when one of them wins, the confidence is 0."""

    scorer: ClassVar[Callable[..., float]]

    def __init__(
        self, entries: dict[str, list[str]], none: list[str], groups: list[list[str]]
    ) -> None:
        known = [(text, id) for id, texts in entries.items() for text in texts]
        known += [(text, "") for text in none]
        self.texts = [default_process(text) for text, _ in known]
        self.ids = [id for _, id in known]

    def answer(self, text: str) -> object:
        """What a tutorial would call."""
        return process.extractOne(default_process(text), self.texts, scorer=self.scorer)

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Every entry by its best phrasing; the score, 0 to 100, is taken for a percentage."""
        found = process.extract(
            default_process(text), self.texts, scorer=self.scorer, limit=len(self.texts)
        )
        best: dict[str, float] = {}
        for _, score, place in found:
            best.setdefault(self.ids[place], score / 100)
        none = best.pop("", 0.0)
        return [(id, score if score >= none else 0.0) for id, score in best.items()]


class WRatio(Fuzzy):
    """The default scorer of `extractOne`."""

    scorer = staticmethod(fuzz.WRatio)


class TokenSetRatio(Fuzzy):
    """The best of the simple scorers."""

    scorer = staticmethod(fuzz.token_set_ratio)
