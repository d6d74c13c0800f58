"""The safety rules: whether they can be read, and what they do to their own messages and to the
phrasings of ordinary entries, which is tried."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from bot.answering.mentions import INNOCENT
from bot.answering.normalise import words
from bot.answering.safety import Safety
from bot.curation.material import Material, Rule, leaves, name_of, short
from bot.curation.parsing import Loc
from bot.errors import Problem
from bot.model import Rule as SafetyRule


def unknown_card(material: Material) -> Iterator[Problem]:
    """Every card that an entry or a safety rule names stands in `safety.yaml`."""
    cards = material.written.get("safety.yaml")
    if cards is None:
        return
    for i, entry in enumerate(material.knowledge.entries):
        if entry.card and entry.card not in cards:
            message = f'there is no card "{entry.card}" in safety.yaml'
            yield material.problem("qa.yaml", (i, "card"), message, "unknown-card")
    for i, rule in enumerate(material.knowledge.safety.rules):
        if rule.card not in cards:
            message = f'there is no card "{rule.card}" in this file'
            yield material.problem("safety.yaml", ("rules", i, "card"), message, "unknown-card")


def bad_sign(material: Material) -> Iterator[Problem]:
    """The signs of a safety rule can be read: groups exist, * stands only at an end of a word.

    A sign is one or more words of letters and digits; `..`, `$name`, `*` and `~` are explained in
    README.md of the knowledge folder.
    """
    safety = material.knowledge.safety
    if material.are_rules_tried:
        return
    for i, rule in enumerate(safety.rules):
        if not rule.signs or not all(rule.signs):
            message = f'the rule "{rule.id}" needs at least one sign in every list'
            yield material.problem("safety.yaml", ("rules", i, "signs"), message, "bad-sign")
        for sign in (*(s for signs in rule.signs for s in signs), *rule.not_in, *rule.not_with):
            fault = _sign_fault(sign, safety.groups)
            if fault:
                message = f'"{sign}" in the rule "{rule.id}": {fault}'
                yield material.problem("safety.yaml", ("rules", i), message, "bad-sign")
    for loc, sign in (*leaves(safety.groups, ("groups",)), *leaves(safety.forms, ("forms",))):
        fault = _sign_fault(sign, safety.groups)
        if fault:
            yield material.problem("safety.yaml", loc, f'"{sign}": {fault}', "bad-sign")


def circular_group(material: Material) -> Iterator[Problem]:
    """No word group refers to itself, directly or through others. Take the name out of one."""
    groups = material.knowledge.safety.groups
    for name in groups:
        if name in _reached(name, groups):
            message = f"the word group ${name} refers to itself"
            yield material.problem("safety.yaml", ("groups", name), message, "circular-group")


def _sign_fault(sign: str, groups: Mapping[str, Sequence[str]]) -> str:
    for part in sign.split():
        if part.startswith("$"):
            if part[1:] not in groups:
                return f"there is no word group {part}"
            continue
        if part != ".." and not _is_one_word(part.strip("*~")):
            return f'"{part}" should be one word of letters and digits, with * only at an end'
    return "" if sign.split() else "a sign is empty"


@lru_cache(maxsize=20_000)
def _is_one_word(bare: str) -> bool:
    return len(words(bare)) == 1 and "*" not in bare


def _reached(name: str, groups: Mapping[str, Sequence[str]]) -> set[str]:
    """The word groups that a group refers to, directly or through others."""
    found: set[str] = set()
    left = [name]
    while left:
        members = " ".join(groups.get(left.pop(), ())).split()
        named = {part[1:] for part in members if part.startswith("$")} - found
        found |= named
        left += named
    return found


def unknown_source(material: Material) -> Iterator[Problem]:
    """The names of sources in the rules (S1, S8 ...) stand under `sources` in `safety.yaml`."""
    safety = material.knowledge.safety
    for i, rule in enumerate(safety.rules):
        for name in sorted(set(re.findall(r"\bS\d+[a-z]?\b", rule.source)) - set(safety.sources)):
            message = f'the rule "{rule.id}" rests on {name}, which is not under "sources"'
            yield material.problem("safety.yaml", ("rules", i, "source"), message, "unknown-source")


def unexpected_card(material: Material) -> Iterator[Problem]:
    """A phrasing fires a safety rule only if its entry has that `card`.

    Whoever asks it would get the card before the answer. Give the entry that `card`, reword the
    phrasing, mend the rule (`not_in`), or allow it in the entry with a reason.
    """
    yield from _unexpected(material, range(len(material.knowledge.entries)))


def allowed_card(material: Material) -> Iterator[Problem]:
    """What `unexpected_card` finds in the entries that allow it: tells which of them need not."""
    allowing = [
        i
        for i, entry in enumerate(material.knowledge.entries)
        if any(allowance.rule == name_of(unexpected_card) for allowance in entry.allow)
    ]
    yield from _unexpected(material, allowing)


def _unexpected(material: Material, numbers: Iterable[int]) -> Iterator[Problem]:
    """The phrasings of these entries that fire a rule of another card than their own."""
    safety = _safety(material) if numbers else None
    if safety is None:
        return
    for i in numbers:
        entry = material.knowledge.entries[i]
        for j, phrasing in enumerate((entry.question, *entry.phrasings)):
            if material.is_tried(phrasing, entry.card, entry.allow):
                continue
            found = [alarm for alarm in safety.find(phrasing) if alarm.card.id != entry.card]
            if found:
                message = f'the rule "{found[0].rule}" fires on "{phrasing}" of "{entry.id}"'
                where: Loc = (i, "phrasings", j - 1) if j else (i, "question")
                yield material.problem("qa.yaml", where, message, "unexpected-card")


def unknown_mention(material: Material) -> Iterator[Problem]:
    """Messages in `mentions.yaml` stand under a card of `safety.yaml` or under `none`, once.

    The same message under two cards teaches nothing: decide for one.
    """
    cards = material.written.get("safety.yaml")
    mentions = material.knowledge.mentions
    if material.are_rules_tried and material.tried and material.tried.mentions == mentions:
        return
    for card in mentions:
        if cards is not None and card not in (*cards, INNOCENT):
            message = f'there is no card "{card}" in safety.yaml: is it misspelt?'
            yield material.problem("mentions.yaml", (card,), message, "unknown-mention")
    seen: dict[str, str] = {}
    for said, i, card in material.mentions:
        other = seen.setdefault(said, card)
        if other != card:
            message = f'"{short(mentions[card][i])}" stands under "{other}" too: delete one'
            yield material.problem("mentions.yaml", (card, i), message, "unknown-mention")


def rule_without_proof(material: Material) -> Iterator[Problem]:
    """Every safety rule has a source, messages that fire it and messages that must not."""
    for i, rule in enumerate(material.knowledge.safety.rules):
        for key in ("source", "fires", "quiet"):
            if not getattr(rule, key):
                message = f'the rule "{rule.id}" needs "{key}"'
                yield material.problem("safety.yaml", ("rules", i), message, "rule-without-proof")


def rule_proof_fails(material: Material) -> Iterator[Problem]:
    """A safety rule fires on each message under `fires` and on none under `quiet`.

    Mend the signs of the rule, never its messages: they say what it is for.
    """
    safety = _safety(material)
    if safety is None:
        return
    for i, rule in enumerate(material.knowledge.safety.rules):
        for key, wanted in (("fires", True), ("quiet", False)):
            for j, message in enumerate(getattr(rule, key)):
                if material.is_tried(message):
                    continue
                if _fires(safety, rule, message) != wanted:
                    told = "does not fire" if wanted else "fires"
                    yield material.problem(
                        "safety.yaml",
                        ("rules", i, key, j),
                        f'the rule "{rule.id}" {told} on "{message}"',
                        "rule-proof-fails",
                    )


def _safety(material: Material) -> Safety | None:
    """The rules ready to be tried; None when their file has faults that forbid it."""
    if not material.is_whole("safety.yaml") or any(
        material.found(rule) for rule in (bad_sign, circular_group, unknown_card)
    ):
        return None
    return material.safety


def _fires(safety: Safety, rule: SafetyRule, message: str) -> bool:
    return any(alarm.reason.endswith(f":{rule.id}") for alarm in safety.find(message))


CHECKS: tuple[Rule, ...] = (
    unknown_card,
    bad_sign,
    circular_group,
    rule_without_proof,
    unknown_source,
    rule_proof_fails,
    unexpected_card,
    unknown_mention,
)
TRIALS: tuple[Rule, ...] = (bad_sign, rule_proof_fails, unexpected_card, unknown_mention)
"""Those that take long; they depend on nothing but the rules, the mentions and the phrasings."""
