"""Knowledge folder -> `Answerer`; what was learnt is kept in parts, each under all it depends on.

Reading and checking take a second or two, learning half a minute; once kept, everything loads in a
few hundredths. There are two parts: what the entries teach and what the mentions teach. Who edits
an answer, a text or the words of a card learns neither anew.
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.answering.answerer import Answerer
from bot.answering.compose import Composer
from bot.answering.match import Matcher
from bot.answering.safety import Safety, innocent, safety_of
from bot.errors import KnowledgeError, Problem, SettingsError
from bot.keeping import Shelf
from bot.model import Card, Entry, Gentle, Knowledge, Version, Words
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.curation.reader import Source

CODE = Path(__file__).parent
SERVED = ("qa.yaml", "article.md", "words.yaml", "safety.yaml", "mentions.yaml", "texts.yaml")
"""The files that answers are made from; `examples.yaml` only measures them."""
log = logging.getLogger(__name__)
Built = tuple[Knowledge, Matcher, Safety]


def build(
    settings: Settings, *, apart: bool = False, on_learning: Callable[[], None] = lambda: None
) -> Answerer:
    """An answerer for the knowledge folder of the settings.

    Args:
        settings: where the knowledge is and what its texts fill in.
        apart: learn in a process of its own, so that a bot that runs for months does not keep the
            memory that learning takes for a moment (28 MB more than what is learnt).
        on_learning: called before what takes long; not from a process of its own.

    Raises:
        SettingsError: there is no such folder.
        KnowledgeError: its files have faults; all of them are listed.
    """
    folder = settings.knowledge_dir
    if not folder.is_dir():
        raise SettingsError(
            f"there is no knowledge folder {folder}: set KNOWLEDGE_DIR or --knowledge to it"
        )
    found: Built | list[Problem] | None = _load(folder, _shelf(settings))
    if found is None:
        log.info("Reading %s; what is new in it is learnt, up to half a minute.", folder)
        if apart:
            with ProcessPoolExecutor(1, get_context("spawn")) as learner:
                found = learner.submit(_build, folder, _shelf(settings)).result()
        else:
            found = _build(folder, _shelf(settings), on_learning)
    if isinstance(found, list):
        raise KnowledgeError(found)
    knowledge, matcher, safety = found
    return Answerer(knowledge, matcher, safety, Composer(knowledge, names(knowledge, settings)))


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


def names(knowledge: Knowledge, settings: Settings) -> dict[str, str]:
    """The values of the `{names}` that texts and cards may use."""
    texts = knowledge.texts
    return {
        "title": texts.title,
        "author": texts.author,
        "address": texts.address,
        "contact": escape(settings.operator_contact, quote=False) or texts.no_contact,
        "emergency_number": settings.emergency_number or texts.emergency_number,
        "editor_notes": "on" if settings.editor_notes else "off",
    }


def phrased_only(knowledge: Knowledge) -> Knowledge:
    """All that the entries' matcher is learnt from. The learner gets nothing else to depend on."""
    entries = tuple(
        Entry(entry.id, "", entry.question, entry.phrasings, "", not_this=entry.not_this)
        for entry in knowledge.entries
    )
    words = Words(groups=knowledge.words.groups, elsewhere=knowledge.words.elsewhere)
    return Knowledge(entries, words=words)


def mentioned_only(knowledge: Knowledge) -> Knowledge:
    """All that the mentions are learnt from and that the rules are tried on, not a word of cards.

    The phrasings of ordinary entries belong to it: they are messages that call for no card.
    """
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


def _build(
    folder: Path, shelf: Shelf, on_learning: Callable[[], None] = lambda: None
) -> Built | list[Problem]:
    """What is served from a folder, or the faults that forbid it."""
    from bot.answering.learn import learn, learn_mentions

    seen, source = _read(folder)
    phrased, mentioned = phrased_only(source.knowledge), mentioned_only(source.knowledge)
    places = f"entries/{_digest(phrased)}", f"mentions/{_digest(mentioned)}"
    entries, mentions = map(shelf.load, places)
    # The mentions depend on all that the rules are tried on: where they were learnt, it held.
    problems = list(_faults(source, is_tried=mentions is not None))
    if problems:
        return problems
    if entries is None or mentions is None:
        on_learning()
    if entries is None:
        entries = (learn(phrased.entries, phrased.words),)
        shelf.keep(places[0], entries)
    if mentions is None:
        mentions = (learn_mentions(mentioned, innocent(mentioned, safety_of(mentioned))),)
        shelf.keep(places[1], mentions)
    knowledge, safety = source.knowledge, safety_of(source.knowledge)
    shelf.keep(_place(folder, seen), (knowledge, safety, *places))
    return _joined(seen, knowledge, safety, *entries, *mentions)


def _load(folder: Path, shelf: Shelf) -> Built | None:
    """What was kept of the state in which the folder is; None if something is missing."""
    seen = version(folder)
    kept = shelf.load(_place(folder, seen))
    if kept is None:
        return None
    knowledge, safety, *places = kept
    parts = [shelf.load(place) for place in places]
    if None in parts:
        return None
    return _joined(seen, knowledge, safety, *(learnt for (learnt,) in parts))


def _read(folder: Path) -> tuple[Version, "Source"]:
    """What stands in a folder at one moment; what is edited meanwhile is read once more."""
    from bot.curation.reader import read

    while True:
        seen, source = version(folder), read(folder)
        if version(folder) == seen:
            return seen, source


def _faults(source: "Source", *, is_tried: bool) -> Iterator[Problem]:
    """The faults that forbid to serve a source."""
    from bot.curation.checks import faults

    for problem in faults(source, is_tried=is_tried):
        if problem.level == "error" and Path(problem.path).name in SERVED:
            yield problem


def _joined(seen: Version, knowledge: Knowledge, safety: Safety, *parts: Any) -> Built:
    """What is served, of the knowledge and of the parts that were learnt from some of it."""
    matcher, safety.mentions = parts
    matcher = replace(matcher, entries=knowledge.entries)
    return replace(knowledge, version=seen), matcher, safety


def _shelf(settings: Settings) -> Shelf:
    return Shelf(settings.data_dir / "learnt")


def _place(folder: Path, seen: Version) -> str:
    """Where a state of a folder is kept; its path counts, because faults name it."""
    return _digest((folder.resolve(), seen.fingerprint))


def _digest(value: object) -> str:
    """A name for a value and the code that deals with it: what other code made is not used."""
    found = hashlib.sha256(repr(value).encode())
    code = [path for part in ("", "answering", "curation") for path in (CODE / part).glob("*.py")]
    for path in sorted(code):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()
