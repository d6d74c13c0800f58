"""What was counted, as a table for the operator and as data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot import store
from bot.store import Counters

Counts = Mapping[str, int]
KINDS = {
    "Messages": store.OUTCOME,
    "Safety cards": store.CARD,
    "“I asked in general”": store.IN_GENERAL,
    "Buttons": store.BUTTON,
    "Commands": store.COMMAND,
    "Errors": store.ERROR,
}
"""Title of a part of the table -> what it counts."""
OF_ENTRIES = (store.ANSWERED, store.OFFERED, store.OPENED, store.HELPED, store.NOT_HELPED)
SPANS = ("today", "7 days", "all")
NAME, NUMBER = 34, 14
"""Characters of a column."""
NOTHING = "Nothing counted yet"


@dataclass(frozen=True, slots=True)
class Stats:
    """How often each thing has happened; days are those of UTC."""

    today: Counts
    week: Counts
    """In the last seven days, today among them."""
    ever: Counts

    @classmethod
    def of(cls, counters: Counters, today: date) -> "Stats":
        """What was counted until today.

        Raises:
            BotError: The counters cannot be read.
        """
        week = counters.since(today - timedelta(days=6))
        return cls(counters.since(today), week, counters.since())

    def as_data(self) -> dict[str, Counts]:
        """For a program: name -> times."""
        return {"today": self.today, "last_7_days": self.week, "all": self.ever}

    def as_text(self) -> str:
        """A table to look at, what is most frequent first."""
        return "\n".join(self._lines()) if self.ever else NOTHING

    def parts(self) -> Iterator[tuple[str, list[tuple[str, list[int]]]]]:
        """All but the entries: title of each part that holds anything, what, and how often.

        The most frequent first; the numbers are those of `SPANS`.
        """
        known = (*KINDS.values(), *OF_ENTRIES)
        for title, kind in KINDS.items():
            yield from self._part(title, kind, [n for n in self.ever if n.startswith(kind)])
        yield from self._part("Other", "", [n for n in self.ever if not n.startswith(known)])

    def of_entry(self, id: str) -> dict[str, int]:
        """How often each thing has happened with an entry, in all; what never did is left out."""
        times = {kind.strip(): self.ever.get(f"{kind}{id}", 0) for kind in OF_ENTRIES}
        return {kind: n for kind, n in times.items() if n}

    def _part(
        self, title: str, kind: str, names: Iterable[str]
    ) -> Iterator[tuple[str, list[tuple[str, list[int]]]]]:
        spans = (self.today, self.week, self.ever)
        rows = [
            (name.removeprefix(kind), [counts.get(name, 0) for counts in spans])
            for name in sorted(names, key=lambda name: (-self.ever[name], name))
        ]
        if rows:
            yield title, rows

    def _lines(self) -> Iterator[str]:
        yield _row("", SPANS)
        for title, rows in self.parts():
            yield f"\n{title}"
            yield from (_row(f"  {name}", times) for name, times in rows)
        yield from self._entries()

    def _entries(self) -> Iterator[str]:
        """Entries: the columns count another thing each, in all."""

        def times(id: str) -> list[int]:
            return [self.ever.get(f"{kind}{id}", 0) for kind in OF_ENTRIES]

        ids = {
            name.removeprefix(kind)
            for kind in OF_ENTRIES
            for name in self.ever
            if name.startswith(kind)
        }
        if ids:
            yield "\n" + _row("Entries, in all", [kind.strip() for kind in OF_ENTRIES])
        for id in sorted(ids, key=lambda id: ([-n for n in times(id)], id)):
            yield _row(f"  {id}", times(id))


def _row(name: str, cells: Iterable[str | int]) -> str:
    shown = (f"{cell:,}" if isinstance(cell, int) else cell for cell in cells)
    return f"{name:<{NAME}}" + "".join(f"{cell:>{NUMBER}}" for cell in shown)
