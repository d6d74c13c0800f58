"""`check` whole: every rule asked, what is allowed left out, the findings in the wanted form.

Whoever serves asks `checks.faults` instead: warnings take longer, and forbid nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from inspect import cleandoc
from typing import Literal

from bot.curation import advice, checks, reader, schemas, trials
from bot.curation.allowing import ALLOWABLE, allowances, sifted, used
from bot.curation.material import Material, Rule, name_of
from bot.curation.reader import Source
from bot.errors import Problem

ADVICE: tuple[Rule, ...] = (*advice.ADVICE, schemas.stale_schema)


@dataclass(frozen=True, slots=True)
class Manual:
    """What a rule wants, and what to do about a finding."""

    rule: str
    level: Literal["error", "warning"]
    text: str

    def __str__(self) -> str:
        """As `check --rules` prints it."""
        lines = (f"    {line}".rstrip() for line in self.text.splitlines())
        return "\n".join([f"{self.rule} ({self.level})", *lines])


def examine(
    source: Source,
    on_rule: Callable[[int, int], None] = lambda _done, _all: None,
    *,
    is_tried: bool = False,
) -> list[Problem]:
    """Every error and warning that is not allowed, in the order of the files.

    Args:
        source: what was read.
        on_rule: called before each rule with the number of rules that are done, and of all.
        is_tried: the very same rules, mentions and phrasings were already found in order.
    """
    material, found = Material(source), list(source.problems)
    rules: list[Rule] = [*checks.CHECKS, *ADVICE]
    if is_tried:
        rules = [rule for rule in rules if rule not in checks.TRIALS] + [trials.allowed_card]
    for number, rule in enumerate(rules):
        on_rule(number, len(rules))
        found += material.found(rule)
    left = sifted(found, source)
    if not any(problem.level == "error" for problem in left):
        left += _needless(source, found)  # with errors some rules were not tried
    return sorted(set(left))


def advise(source: Source) -> list[Problem]:
    """The warnings alone, in the order of the files; what forbids serving is not looked for."""
    material = Material(source)
    return sorted(set(sifted([p for rule in ADVICE for p in material.found(rule)], source)))


def _needless(source: Source, found: Sequence[Problem]) -> Iterator[Problem]:
    """Allowances that cover nothing."""
    levels, covering = {manual.rule: manual.level for manual in manuals()}, used(found, source)
    for (file, loc), rule in allowances(source):
        message = f'"{rule}" finds nothing here any more: delete this allowance'
        if rule not in levels:
            message = f'there is no rule "{rule}": python -m bot check --rules names all'
        elif levels[rule] == "error" and rule not in ALLOWABLE:
            message = f'"{rule}" cannot be allowed, only mended: delete this allowance'
        if (file, loc) not in covering:
            yield source.problem(file, loc, message, NEEDLESS.rule, warning=True)


NEEDLESS = Manual(
    "needless-allowance",
    "warning",
    "An allowance allows something: what it names is found without it.\n\n"
    "Delete it, or copy words of the finding as `check` prints it.",
)


def manuals() -> list[Manual]:
    """What every rule wants, those of the form of the files first."""
    form = [Manual(rule, "error", text) for rule, text in reader.FORM.items()]
    errors = [
        Manual(name_of(rule), "error", cleandoc(rule.__doc__ or "")) for rule in checks.CHECKS
    ]
    warnings = [Manual(name_of(rule), "warning", cleandoc(rule.__doc__ or "")) for rule in ADVICE]
    return [*form, *errors, *warnings, NEEDLESS]


def as_lines(problems: Sequence[Problem], form: str) -> Iterator[str]:
    """The findings line by line, in the form `text`, `json` or `github`."""
    if form == "json":
        yield json.dumps([asdict(problem) for problem in problems], indent=2)
    for problem in problems if form != "json" else ():
        yield str(problem) if form == "text" else _as_annotation(problem)


def _as_annotation(problem: Problem) -> str:
    """A finding as GitHub shows it beside the line of a change."""
    message = problem.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = problem.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.level} file={path},line={problem.line},title={problem.rule}::{message}"


def summary(source: Source, problems: Sequence[Problem]) -> str:
    """What was looked at and what was found, in one line."""
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    if errors:
        return f"errors: {errors}, warnings: {warnings}; nothing is served until errors are mended"
    entries = source.knowledge.entries
    return (
        f"in order ({len(entries)} entries, {sum(len(e.phrasings) for e in entries)} phrasings, "
        f"{len(source.knowledge.safety.rules)} safety rules, {len(source.examples)} examples), "
        f"warnings: {warnings}"
    )
