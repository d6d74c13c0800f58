"""Our matcher, behind the same few calls as its rivals; the one place that knows how it is made."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from bot.answering.learn import learn
from bot.model import Entry, Words


class Ours:
    """The counter-examples are learnt as what is none of the bot's business."""

    def __init__(
        self, entries: dict[str, list[str]], none: list[str], groups: list[list[str]]
    ) -> None:
        self.matcher = learn(
            [Entry(id, "", texts[0], tuple(texts[1:]), "") for id, texts in entries.items()],
            Words(groups=tuple(map(tuple, groups)), elsewhere=tuple(none)),
        )
        limits = self.matcher.limits
        self.limits = {"answer": limits.answer, "suggest": limits.suggest, "likely": 0.5}

    def rank(self, text: str) -> list[tuple[str, float]]:
        """The likeliest entries with the probability that each is right."""
        return [(found.entry.id, found.confidence) for found in self.matcher.rank(text)]
