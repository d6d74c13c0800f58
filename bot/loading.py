"""Knowledge folder -> what is served from it, learnt anew or as it was kept.

Reading and checking take a second or two, learning half a minute; once kept, everything loads in a
few hundredths. What is learnt has two parts, each kept under all that it depends on: what the
entries teach and what the mentions teach. Who edits an answer, a text or the words of a card learns
neither anew.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.answering.match import Matcher
from bot.answering.mentions import Mentions
from bot.answering.safety import Safety, innocent, safety_of, typical
from bot.errors import Problem
from bot.keeping import Shelf
from bot.model import Card, Entry, Gentle, Knowledge, Version, Words

if TYPE_CHECKING:
    from bot.curation.reader import Source

CODE = Path(__file__).parent
SERVED = ("qa.yaml", "article.md", "words.yaml", "safety.yaml", "mentions.yaml", "texts.yaml")
"""The files that answers are made from; `examples.yaml` only measures them."""
Loaded = tuple[Knowledge, Matcher, Safety]


class Checked(NamedTuple):
    """One state of a folder, found in order; what is learnt from it may still be missing."""

    knowledge: Knowledge
    safety: Safety
    """Its rules, without what the mentions teach."""
    places: tuple[str, str]
    """Where on the shelf the parts are that are learnt from it."""


def version(folder: Path) -> Version:
    """The state in which the files of a folder are now; what cannot be read is as good as gone."""
    found, saved = hashlib.sha256(), 0.0
    for name in SERVED:
        try:
            content, changed = (folder / name).read_bytes(), (folder / name).stat().st_mtime
        except OSError:
            continue
        found.update(f"{name} {len(content)}\n".encode() + content)
        saved = max(saved, changed)
    return Version(found.hexdigest(), datetime.fromtimestamp(saved, UTC))


def load_kept(folder: Path, shelf: Shelf, live: Loaded | None = None) -> Loaded | None:
    """What was kept of the state in which a folder is; None if something is missing.

    Args:
        folder: the knowledge.
        shelf: where it was kept.
        live: what serves now; a part that is the same is shared with it, not loaded once more.
    """
    seen = version(folder)
    kept = shelf.load(_digest(seen.fingerprint))
    if kept is None:
        return None
    knowledge, safety, places = kept
    return load_learnt(Checked(replace(knowledge, version=seen), safety, places), shelf, live)


def load_anew(
    folder: Path, shelf: Shelf, on_learning: Callable[[], None] = lambda: None
) -> Loaded | list[Problem]:
    """What is served from a folder, or the faults that forbid it; the new parts are learnt.

    Args:
        folder: the knowledge.
        shelf: where the parts are kept; each as soon as it is learnt.
        on_learning: called before what takes long.
    """
    found = check(folder, shelf)
    return found if isinstance(found, list) else learn_parts(found, shelf, on_learning)


def check(folder: Path, shelf: Shelf, tried: Knowledge | None = None) -> Checked | list[Problem]:
    """What stands in a folder, or the faults that forbid to serve it.

    Args:
        folder: the knowledge.
        shelf: where it is kept that this was in order.
        tried: knowledge that was found in order before: of what is the same nothing is tried again.
    """
    seen, source = _read(folder)
    place = place_of_trial(source.knowledge)
    problems = list(forbidden(source, tried, is_tried=shelf.load(place) is not None))
    if problems:
        return problems
    shelf.keep(place, True)
    knowledge = replace(source.knowledge, version=seen)
    found = Checked(knowledge, safety_of(knowledge), places_of(knowledge))
    shelf.keep(_digest(seen.fingerprint), tuple(found))
    return found


def load_learnt(found: Checked, shelf: Shelf, live: Loaded | None = None) -> Loaded | None:
    """What is served of checked knowledge; None when a part of it was not learnt yet.

    Args:
        found: knowledge that is in order.
        shelf: where the parts are kept.
        live: what serves now; a part that is the same is shared with it, not loaded once more.
    """
    shared = _parts(live) if live else {}
    parts = [shared.get(place) or shelf.load(place) for place in found.places]
    return None if None in parts else _joined(found, *(learnt for (learnt,) in parts))


def learn_parts(
    found: Checked, shelf: Shelf, on_learning: Callable[[], None] = lambda: None
) -> Loaded:
    """What is served of checked knowledge; the parts that are new are learnt and kept.

    Args:
        found: knowledge that is in order.
        shelf: where the parts are kept; each as soon as it is learnt.
        on_learning: called before what takes long.
    """
    from bot.answering.learn import learn, learn_mentions

    phrased, mentioned = phrased_only(found.knowledge), mentioned_only(found.knowledge)
    entries, mentions = map(shelf.load, found.places)
    if entries is None or mentions is None:
        on_learning()
    if entries is None:
        entries = (learn(phrased.entries, phrased.words),)
        shelf.keep(found.places[0], entries)
    if mentions is None:
        mentions = (learn_mentions(mentioned, innocent(mentioned, safety_of(mentioned))),)
        shelf.keep(found.places[1], mentions)
    return _joined(found, *entries, *mentions)


def phrased_only(knowledge: Knowledge) -> Knowledge:
    """All that the entries' matcher is learnt from. The learner gets nothing else to depend on."""
    entries = tuple(
        Entry(entry.id, "", entry.question, entry.phrasings, "", not_this=entry.not_this)
        for entry in knowledge.entries
    )
    words = Words(groups=knowledge.words.groups, elsewhere=knowledge.words.elsewhere)
    return Knowledge(entries, words=words)


def mentioned_only(knowledge: Knowledge) -> Knowledge:
    """All that the mentions are learnt from: as for the rules, but typical messages only.

    The phrasings of ordinary entries belong to it: they are messages that call for no card.
    """
    return typical(rules_only(knowledge))


def rules_only(knowledge: Knowledge) -> Knowledge:
    """All that the rules are tried on, not a word of cards."""
    silent = Gentle("", "", "", "")
    rules = knowledge.safety
    return Knowledge(
        entries=tuple(
            Entry(e.id, "", e.question, e.phrasings, "", card=e.card, allow=e.allow)
            for e in knowledge.entries
        ),
        words=Words(elsewhere=knowledge.words.elsewhere),
        safety=replace(
            rules,
            cards=tuple(
                Card(card.id, card.category, "", "", silent, full_for=card.full_for)
                for card in rules.cards
            ),
            rules=tuple(replace(rule, source="") for rule in rules.rules),
            languages=(),
            sources={},
        ),
        mentions=knowledge.mentions,
    )


def _read(folder: Path) -> tuple[Version, "Source"]:
    """What stands in a folder at one moment; what is edited meanwhile is read once more."""
    from bot.curation.reader import read

    while True:
        seen, source = version(folder), read(folder)
        if version(folder) == seen:
            return seen, source


def signs_of(knowledge: Knowledge) -> Knowledge:
    """All that calls for a card: rules and mentions, without the messages that are ordinary."""
    return replace(rules_only(knowledge), entries=(), words=Words())


def forbidden(
    source: "Source", tried: Knowledge | None = None, *, is_tried: bool = False
) -> Iterator[Problem]:
    """The faults that forbid to serve a source.

    Args:
        source: what was read.
        tried: knowledge that was found in order before: of what is the same nothing is tried again.
        is_tried: the very same rules, mentions and phrasings were found in order before.
    """
    from bot.curation.checks import faults

    for problem in faults(source, tried, is_tried=is_tried):
        if problem.level == "error" and Path(problem.path).name in SERVED:
            yield problem


def place_of_trial(knowledge: Knowledge) -> str:
    """Where it is kept that the rules, mentions and phrasings of this knowledge were in order."""
    return f"tried/{_digest(rules_only(knowledge))}"


def places_of(knowledge: Knowledge) -> tuple[str, str]:
    """Where the two parts that are learnt from some of this knowledge are kept."""
    phrased, mentioned = phrased_only(knowledge), mentioned_only(knowledge)
    return f"entries/{_digest(phrased)}", f"mentions/{_digest(mentioned)}"


def _parts(loaded: Loaded) -> dict[str, Any]:
    """What was learnt for this, as it is kept."""
    knowledge, matcher, safety = loaded
    return dict(zip(places_of(knowledge), ((matcher,), (safety.mentions,)), strict=True))


def _joined(found: Checked, matcher: Matcher, mentions: Mentions | None) -> Loaded:
    """What is served, of the knowledge and of the parts that were learnt from some of it."""
    matcher = replace(matcher, entries=found.knowledge.entries)
    return found.knowledge, matcher, found.safety.taught(mentions)


def _digest(value: object) -> str:
    """A name for a value and the code that deals with it: what other code made is not used."""
    found = hashlib.sha256(repr(value).encode())
    code = [path for part in ("", "answering", "curation") for path in (CODE / part).glob("*.py")]
    for path in sorted(code):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
