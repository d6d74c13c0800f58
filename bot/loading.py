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
from typing import TYPE_CHECKING, Any

from bot.answering.match import Matcher
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
    knowledge, safety, *places = kept
    shared = _parts(live) if live else {}
    parts = [shared.get(place) or shelf.load(place) for place in places]
    if None in parts:
        return None
    return _joined(seen, knowledge, safety, *(learnt for (learnt,) in parts))


def load_anew(
    folder: Path, shelf: Shelf, on_learning: Callable[[], None] = lambda: None
) -> Loaded | list[Problem]:
    """What is served from a folder, or the faults that forbid it; the new parts are learnt.

    Args:
        folder: the knowledge.
        shelf: where the parts are kept; each as soon as it is learnt.
        on_learning: called before what takes long.
    """
    from bot.answering.learn import learn, learn_mentions

    seen, source = _read(folder)
    phrased, mentioned = phrased_only(source.knowledge), mentioned_only(source.knowledge)
    places, tried = _places(phrased, mentioned), f"tried/{_digest(rules_only(source.knowledge))}"
    entries, mentions = map(shelf.load, places)
    problems = list(forbidden(source, is_tried=shelf.load(tried) is not None))
    if problems:
        return problems
    shelf.keep(tried, True)
    if entries is None or mentions is None:
        on_learning()
    if entries is None:
        entries = (learn(phrased.entries, phrased.words),)
        shelf.keep(places[0], entries)
    if mentions is None:
        mentions = (learn_mentions(mentioned, innocent(mentioned, safety_of(mentioned))),)
        shelf.keep(places[1], mentions)
    knowledge, safety = source.knowledge, safety_of(source.knowledge)
    shelf.keep(_digest(seen.fingerprint), (knowledge, safety, *places))
    return _joined(seen, knowledge, safety, *entries, *mentions)


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


def forbidden(source: "Source", *, is_tried: bool) -> Iterator[Problem]:
    """The faults that forbid to serve a source."""
    from bot.curation.checks import faults

    for problem in faults(source, is_tried=is_tried):
        if problem.level == "error" and Path(problem.path).name in SERVED:
            yield problem


def _places(phrased: Knowledge, mentioned: Knowledge) -> tuple[str, str]:
    """Where the parts that are learnt from these are kept."""
    return f"entries/{_digest(phrased)}", f"mentions/{_digest(mentioned)}"


def _parts(loaded: Loaded) -> dict[str, Any]:
    """What was learnt for this, as it is kept."""
    knowledge, matcher, safety = loaded
    places = _places(phrased_only(knowledge), mentioned_only(knowledge))
    return dict(zip(places, ((matcher,), (safety.mentions,)), strict=True))


def _joined(seen: Version, knowledge: Knowledge, safety: Safety, *parts: Any) -> Loaded:
    """What is served, of the knowledge and of the parts that were learnt from some of it."""
    matcher, safety.mentions = parts
    matcher = replace(matcher, entries=knowledge.entries)
    return replace(knowledge, version=seen), matcher, safety


def _digest(value: object) -> str:
    """A name for a value and the code that deals with it: what other code made is not used."""
    found = hashlib.sha256(repr(value).encode())
    code = [path for part in ("", "answering", "curation") for path in (CODE / part).glob("*.py")]
    for path in sorted(code):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
