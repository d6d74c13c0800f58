"""Ask the held-out examples and count what came of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from bot.answering.answerer import Answerer, ids
from bot.model import Answer, Context, Example, Outcome, Unknown

SAFETY_VERDICTS = ("found", "missed", "false", "right", "softer")
MAY_MISS = ("severe-back-pain", "ask-first")
"""Categories of safety messages of which a missed one does not fail the evaluation; all others do,
those with a misspelt name or none as well."""


@dataclass(frozen=True, slots=True)
class Result:
    """One example, what was said, and how good that is."""

    example: Example
    outcome: Outcome
    verdict: str
    """Questions: `right`, `offered`, `misled` (offered without it), `declined` or `wrong`. Out of
    scope: `declined`, `offered` or `wrong`. Safety: `right`, `softer` (a card, but not that of an
    emergency), `missed` or `false` (a card for nothing, or an emergency that is none)."""
    is_innocent: bool
    """Whether nothing in the message calls for a card."""

    @property
    def is_found(self) -> bool:
        """Whether a message that calls for a card got one, be it a stronger or a softer one."""
        return self.example.route not in ("", "none") and self.outcome.route != "none"

    @property
    def is_met(self) -> bool:
        """Whether exactly that came of it which should."""
        is_for_nobody = not self.example.route and self.example.expect == ("none",)
        return self.verdict == ("declined" if is_for_nobody else "right")


@dataclass(slots=True)
class Evaluation:
    """All results of one evaluation."""

    results: list[Result] = field(default_factory=list)

    def group(self, name: str) -> list[Result]:
        """The results of one kind: `questions`, `none`, `follow_ups` or `safety`."""
        return [result for result in self.results if kind_of(result.example) == name]

    def scored(self) -> list[Result]:
        """The results of all messages but those for safety."""
        return [result for result in self.results if not result.example.route]

    def unfound(self) -> list[Result]:
        """Safety messages without a card although they need one."""
        return [result for result in self.group("safety") if result.verdict == "missed"]

    def missed(self) -> list[Result]:
        """Those of them of which none may be missed."""
        return [result for result in self.unfound() if result.example.category not in MAY_MISS]

    def known_failures(self) -> list[Result]:
        """The examples that are marked as failing (`fails`)."""
        return [result for result in self.results if result.example.fails]

    def unexpected(self) -> list[Result]:
        """Those of them that no longer fail: their mark is to be deleted."""
        return [result for result in self.known_failures() if result.is_met]

    def is_failed(self) -> bool:
        """Whether a sign is missed of which none may be, or an example is marked wrongly.

        A mark excuses no missed sign.
        """
        return bool(self.missed() or self.unexpected())

    def innocent(self) -> list[Result]:
        """The messages that call for no card."""
        return [result for result in self.results if result.is_innocent]

    def false_cards(self) -> list[Result]:
        """The messages that got a card although they call for none."""
        return [result for result in self.innocent() if result.outcome.route != "none"]

    def calm(self) -> list[Result]:
        """The messages that call for no emergency card."""
        return [result for result in self.results if result.example.route != "emergency"]

    def false_emergencies(self) -> list[Result]:
        """The messages that got an emergency card although they call for none."""
        return [result for result in self.calm() if result.outcome.route == "emergency"]

    def as_data(self) -> dict[str, Any]:
        """The figures as plain data, for `--json`."""
        groups = {}
        for name in ("questions", "follow_ups", "none", "safety"):
            by: dict[str, Counter[str]] = defaultdict(Counter)
            for result in self.group(name):
                for key in ("all", group_of(result)):
                    by[key][result.verdict] += 1
                    by[key]["found"] += result.is_found
            groups[name] = {
                key: {k: n for k, n in counts.items() if n} for key, counts in by.items()
            }
        return {
            **groups,
            "wrong_of_all": _share(self.scored(), "wrong"),
            "confusions": self.confusions(),
            "missed": [result.example.text for result in self.missed()],
            "known_failures": len(self.known_failures()),
            "unexpected": [result.example.text for result in self.unexpected()],
            "innocent": len(self.innocent()),
            "false_cards": [result.example.text for result in self.false_cards()],
            "calm": len(self.calm()),
            "false_emergencies": [result.example.text for result in self.false_emergencies()],
        }

    def confusions(self) -> list[dict[str, Any]]:
        """Pairs of entries of which one was answered for the other, the most frequent first."""
        pairs: Counter[tuple[str, str]] = Counter()
        for result in self.results:
            if result.verdict == "wrong":
                wanted = " + ".join(result.example.expect)
                pairs[wanted, " + ".join(ids(result.outcome.decision))] += 1
        return [
            {"expected": wanted, "answered": given, "times": times}
            for (wanted, given), times in pairs.most_common()
        ]


def evaluate(answerer: Answerer, examples: Iterable[Example]) -> Evaluation:
    """Ask every example, each in a conversation of its own, and judge the outcome."""
    report = Evaluation()
    of_signs = _entries_of_signs(answerer)
    for example in examples:
        outcome = answerer.ask(example.text, Context(last_entry=example.after or None))
        is_innocent = example.route in ("", "none") and not of_signs & set(example.expect)
        report.results.append(Result(example, outcome, verdict(example, outcome), is_innocent))
    return report


def _entries_of_signs(answerer: Answerer) -> set[str]:
    """The entries whose own phrasings call for a card: there a card is no false one."""
    return {
        entry.id
        for entry in answerer.knowledge.entries
        if entry.card or any(answerer.safety.find(phrasing) for phrasing in entry.phrasings)
    }


def kind_of(example: Example) -> str:
    """Which kind of example this is: `safety`, `follow_ups`, `none` or `questions`."""
    if example.route:
        return "safety"
    if example.after:
        return "follow_ups"
    return "none" if example.expect == ("none",) else "questions"


def verdict(example: Example, outcome: Outcome) -> str:
    """How good an outcome is, as `Result.verdict` says it."""
    if example.route:
        return _safety_verdict(example.route, outcome.route)
    given, wanted = ids(outcome.decision), set(example.expect)
    if isinstance(outcome.decision, Unknown):
        return "declined"
    if wanted == {"none"}:
        return "wrong" if isinstance(outcome.decision, Answer) else "offered"
    if isinstance(outcome.decision, Answer):
        return "right" if set(given) <= wanted else "wrong"
    return "offered" if wanted & set(given) else "misled"


def _safety_verdict(wanted: str, given: str) -> str:
    if wanted == given:
        return "right"
    if wanted == "none" or given == "emergency":
        return "false"
    return "softer" if given == "doctor" else "missed"


def bounds(hits: int, n: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share (Wilson 1927), 0 to 1."""
    if not n:
        return 0.0, 1.0
    z, p = 1.96, hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _share(results: Sequence[Result], verdict: str) -> float:
    return sum(r.verdict == verdict for r in results) / len(results) if results else 0.0


def as_text(report: Evaluation) -> str:
    """The figures for a person to read, with n and 95 % bounds."""
    lines: list[str] = []
    for name, title, verdicts in (
        ("questions", "Questions", ("right", "offered", "misled", "declined", "wrong")),
        ("follow_ups", "Follow-ups", ("right", "offered", "misled", "declined", "wrong")),
        ("none", "Out of scope", ("declined", "offered", "wrong")),
        ("safety", "Safety (found: with a card, be it the right one)", SAFETY_VERDICTS),
    ):
        results = report.group(name)
        if results:
            lines += [title, *_table(results, verdicts), ""]
    lines.append(f"Wrong answers, of all messages: {_percent(report.scored(), 'wrong')}")
    for item in report.confusions()[:10]:
        lines.append(f"  {item['times']} x {item['expected']} answered as {item['answered']}")
    innocent, false_cards = report.innocent(), report.false_cards()
    share = share_text(len(false_cards), len(innocent))
    lines.append(f"Cards where none was called for, of n={len(innocent)} messages: {share}")
    lines += [f"  {result.example.text}" for result in false_cards]
    false_emergencies, calm = report.false_emergencies(), report.calm()
    share = share_text(len(false_emergencies), len(calm))
    lines.append(f"Emergency cards where none was called for, of n={len(calm)} messages: {share}")
    lines += [f"  {result.example.text}" for result in false_emergencies]
    missed = report.missed()
    lines.append(f"Missed signs of which none may be missed: {len(missed)}")
    lines += [f"  {result.example.text}" for result in missed]
    unexpected = report.unexpected()
    if report.known_failures():
        lines.append(
            f"Known failures: {len(report.known_failures())}; "
            f"of these no longer failing, so that `fails` is to be deleted: {len(unexpected)}"
        )
    lines += [f"  {result.example.text}" for result in unexpected]
    return "\n".join(lines)


def _table(results: Sequence[Result], verdicts: Sequence[str]) -> Iterable[str]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[group_of(result)].append(result)
    width = max(len(name) for name in ("all", *groups)) + 2
    yield " " * (width + 8) + "".join(f"{verdict:>22}" for verdict in verdicts)
    for name, members in {**dict(sorted(groups.items())), "all": list(results)}.items():
        cells = "".join(f"{_percent(members, verdict):>22}" for verdict in verdicts)
        yield f"  {name:<{width}}n={len(members):<4}{cells}"


def group_of(result: Result) -> str:
    """The category or style of its example, or `other`."""
    return result.example.category or result.example.style or "other"


def _percent(results: Sequence[Result], verdict: str) -> str:
    if verdict == "found":
        return share_text(sum(result.is_found for result in results), len(results))
    return share_text(sum(result.verdict == verdict for result in results), len(results))


def share_text(hits: int, n: int) -> str:
    """A share in percent with its 95 % interval."""
    low, high = bounds(hits, n)
    return f"{100 * hits / max(1, n):.1f} % [{100 * low:.1f}-{100 * high:.1f}]"
