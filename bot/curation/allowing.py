"""Findings that are meant to be so: which allowance covers which finding.

An entry allows a rule for all that is found in it (`allow`); other warnings are allowed in
`allowed.yaml`, by some words of the finding. Errors cannot be allowed, with one exception, and that
in its entry: what serves depends on nothing but the files that answers are made from.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.curation.parsing import Loc
from bot.curation.reader import Source
from bot.errors import Problem

ALLOWABLE = frozenset({"unexpected-card"})
"""Errors that can be allowed nevertheless: people may ask of one illness at a time."""
Place = tuple[str, Loc]
"""File and place of an allowance."""


def sifted(problems: Iterable[Problem], source: Source) -> list[Problem]:
    """What is left of findings without those that are allowed."""
    entries = _EntryLines(source)
    return [p for p in problems if not any(True for _ in _covering(p, source, entries))]


def used(problems: Iterable[Problem], source: Source) -> set[Place]:
    """The places of the allowances that cover one of these findings."""
    entries = _EntryLines(source)
    return {place for problem in problems for place in _covering(problem, source, entries)}


def allowances(source: Source) -> Iterator[tuple[Place, str]]:
    """Every allowance: its place, and the rule that it names."""
    for i, entry in enumerate(source.knowledge.entries):
        for j, allowance in enumerate(entry.allow):
            yield ("qa.yaml", (i, "allow", j)), allowance.rule
    for i, allowed in enumerate(source.allowed):
        yield ("allowed.yaml", (i,)), allowed.rule


class _EntryLines:
    """Which entry a line of `qa.yaml` belongs to."""

    def __init__(self, source: Source) -> None:
        lines = source.lines.get("qa.yaml", {})
        self._entries = source.knowledge.entries
        self._firsts = [lines.get((i,), 0) for i in range(len(self._entries))]

    def at(self, problem: Problem) -> int:
        """The number of the entry that a finding is about; -1 for one elsewhere."""
        is_here = Path(problem.path).name == "qa.yaml"
        return bisect_right(self._firsts, problem.line) - 1 if is_here else -1


def _covering(problem: Problem, source: Source, entries: _EntryLines) -> Iterator[Place]:
    if problem.level == "error" and problem.rule not in ALLOWABLE:
        return
    i = entries.at(problem)
    for j, allowance in enumerate(source.knowledge.entries[i].allow if i >= 0 else ()):
        if allowance.rule == problem.rule:
            yield "qa.yaml", (i, "allow", j)
    for j, allowed in enumerate(source.allowed if problem.level == "warning" else ()):
        if allowed.rule == problem.rule and allowed.about and allowed.about in problem.message:
            yield "allowed.yaml", (j,)
