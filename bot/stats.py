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

    def _lines(self) -> Iterator[str]:
        yield _row("", SPANS)
        kinds = tuple(KINDS.values())
        for title, kind in KINDS.items():
            yield from self._part(title, kind, [n for n in self.ever if n.startswith(kind)])
        known = (*kinds, *OF_ENTRIES)
        yield from self._part("Other", "", [n for n in self.ever if not n.startswith(known)])
        yield from self._entries()

    def _part(self, title: str, kind: str, names: Iterable[str]) -> Iterator[str]:
        names = sorted(names, key=lambda name: (-self.ever[name], name))
        if names:
            yield f"\n{title}"
        for name in names:
            times = [counts.get(name, 0) for counts in (self.today, self.week, self.ever)]
            yield _row(f"  {name.removeprefix(kind)}", times)

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
