"""Two copies with one token, as they take turns at ending each other's asking: one goes on."""

from dataclasses import dataclass, field

import pytest
from offline_chat import Clock

from bot.telegram.polling import POLL_S
from bot.telegram.quarrel import PAUSE_S, Quarrel

RESTART_S = 12.0
"""A supervisor waits ten seconds, and then the bot takes two to start."""


@dataclass
class Copy:
    """A copy of the bot, as far as it asks for updates."""

    name: str
    clock: Clock
    asks_at_s: float
    quarrel: Quarrel = field(init=False)
    has_begun: bool = False

    def __post_init__(self):
        self.quarrel = Quarrel(self.clock)

    def is_thrown_out(self) -> bool:
        """Its asking is ended by another's; whether it gives way."""
        self.asks_at_s = self.clock.now_s + PAUSE_S
        return self.quarrel.is_lost()


def play(starts: dict[str, float], until_s: float, *, supervised: bool) -> list[tuple[str, int]]:
    """Let copies ask for so many seconds; returns who gave way, and after how many seconds."""
    clock, ended = Clock(0.0), []
    copies = [Copy(name, clock, start) for name, start in starts.items()]
    asking = None
    while copies:
        copy = min(copies, key=lambda copy: copy.asks_at_s)
        if copy.asks_at_s > until_s:
            break
        clock.now_s = copy.asks_at_s
        if not copy.has_begun:
            copy.has_begun = True
            copy.quarrel.begin()
        copy.quarrel.ask()
        before, asking, copy.asks_at_s = asking, copy, clock.now_s + POLL_S
        if before not in (None, copy) and before.is_thrown_out():
            ended.append((before.name, round(clock.now_s)))
            copies.remove(before)
            if supervised:
                copies.append(Copy(f"{before.name}'", clock, clock.now_s + RESTART_S))
    return ended


QUARRELS = {
    "two that were started at once": ({"a": 0, "b": 0.1}, ["a"]),
    "one that was started a moment later": ({"a": 0, "b": 4}, ["a"]),
    "one that was started while the other was new": ({"a": 0, "b": 30}, ["b"]),
    "one that was started when the other had served for long": ({"a": 0, "b": 4000.3}, ["b"]),
    "a third, after two that were started at once": ({"a": 0, "b": 0.1, "c": 25}, ["a", "c"]),
    "a third, much later": ({"a": 0, "b": 0.1, "c": 4000.3}, ["a", "c"]),
    "three at once": ({"a": 0, "b": 0.1, "c": 0.2}, ["a", "b"]),
}


@pytest.mark.parametrize(("starts", "expected"), QUARRELS.values(), ids=QUARRELS)
def test_one_goes_on(starts, expected):
    """Who has served longer, as far as that can be told; never none."""
    ended = play(starts, 5000, supervised=False)

    assert [name for name, _ in ended] == expected


@pytest.mark.parametrize("starts", [q[0] for q in QUARRELS.values()], ids=QUARRELS)
def test_where_supervisors_start_each_again_one_stays_all_the_same(starts):
    """They do not throw each other out in turn: it is always one of those started last."""
    ended = play(starts, 9000, supervised=True)

    later = [name for name, when_s in ended if when_s > max(starts.values()) + 20]
    assert later
    assert len({name.rstrip("'") for name in later}) == len(starts) - 1


def test_conflicts_of_long_ago_do_not_count():
    """A copy that is replaced now and then by mistake is as patient each time."""
    clock = Clock()
    quarrel = Quarrel(clock)
    quarrel.begin()
    clock.now_s += 60
    for _ in range(50):
        quarrel.ask()
        clock.now_s += 300
        assert not quarrel.is_lost()
        assert not quarrel.is_lost()
