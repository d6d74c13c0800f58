"""Knowledge folder -> `Answerer`, kept under the fingerprint of what it was built from.

Reading, checking and learning take a few seconds; what was learnt loads in a few hundredths. What
is kept comes only from the knowledge and the code, and can be deleted at any time.
"""

import contextlib
import hashlib
import logging
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from html import escape
from multiprocessing import get_context
from pathlib import Path

from bot.answering.answerer import Answerer
from bot.answering.compose import Composer
from bot.answering.match import Matcher
from bot.answering.safety import Safety, innocent, safety_of
from bot.errors import KnowledgeError, Problem, SettingsError
from bot.model import Knowledge
from bot.settings import Settings

CODE = Path(__file__).parent
SERVED = ("qa.yaml", "article.md", "words.yaml", "safety.yaml", "mentions.yaml", "texts.yaml")
"""The files that answers are made from; `examples.yaml` only measures them."""
MOST_KEPT = 3
"""States of knowledge that are kept learnt, so that two folders in turn need no new learning."""
log = logging.getLogger(__name__)
Built = tuple[Knowledge, Matcher, Safety]


def build(settings: Settings, *, apart: bool = False) -> Answerer:
    """An answerer for the knowledge folder of the settings.

    Args:
        settings: where the knowledge is and what its texts fill in.
        apart: learn in a process of its own, so that a bot that runs for months does not keep the
            memory that learning takes for a moment (28 MB more than what is learnt).

    Raises:
        SettingsError: there is no such folder.
        KnowledgeError: its files have faults; all of them are listed.
    """
    folder = settings.knowledge_dir
    if not folder.is_dir():
        raise SettingsError(
            f"there is no knowledge folder {folder}: set KNOWLEDGE_DIR or --knowledge to it"
        )
    kept = _place(settings)
    built = _load(kept)
    if built is None:
        log.info("Learning from %s; this takes some seconds.", folder)
        if apart:
            with ProcessPoolExecutor(1, get_context("spawn")) as learner:
                found = learner.submit(_build, folder).result()
        else:
            found = _build(folder)
        if isinstance(found, list):
            raise KnowledgeError(found)
        built = found
        _keep(kept, built)
    knowledge, matcher, safety = built
    return Answerer(knowledge, matcher, safety, Composer(knowledge, names(knowledge, settings)))


def is_learnt(settings: Settings) -> bool:
    """Whether this state of the knowledge was learnt before, so that building is quick."""
    return _place(settings).exists()


def _place(settings: Settings) -> Path:
    """Where what is learnt from the knowledge folder is kept."""
    return settings.data_dir / "learnt" / f"{fingerprint(settings.knowledge_dir)}.pickle"


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


def fingerprint(folder: Path) -> str:
    """A name for this state of the knowledge and of the code that reads it."""
    found = hashlib.sha256(str(folder.resolve()).encode())
    code = [path for part in ("", "answering", "curation") for path in (CODE / part).glob("*.py")]
    for path in (*sorted(code), *(folder / name for name in SERVED)):
        found.update(path.name.encode())
        with contextlib.suppress(OSError):
            found.update(path.read_bytes())
    return found.hexdigest()


def _build(folder: Path) -> Built | list[Problem]:
    """What is served from a folder, or the faults that forbid it."""
    from bot.answering.learn import learn, learn_mentions
    from bot.curation.checks import faults
    from bot.curation.reader import read

    source = read(folder)
    problems = [
        problem
        for problem in faults(source)
        if problem.level == "error" and Path(problem.path).name in SERVED
    ]
    if problems:
        return problems
    knowledge = source.knowledge
    safety = safety_of(knowledge)
    safety.mentions = learn_mentions(knowledge, innocent(knowledge, safety))
    return knowledge, learn(knowledge.entries, knowledge.words), safety


def _load(path: Path) -> Built | None:
    """What was kept, unless it is missing, damaged or unreadable."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, payload = content[:32], content[32:]
    if hashlib.sha256(payload).digest() != digest:
        return None
    return pickle.loads(payload)  # type: ignore[no-any-return]  # written by `_keep`, same code


def _keep(path: Path, built: Built) -> None:
    """Keep what was built, in place of what was kept before; without room for it, go on without."""
    payload = pickle.dumps(built, protocol=pickle.HIGHEST_PROTOCOL)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}.new")
        new.write_bytes(hashlib.sha256(payload).digest() + payload)
        new.replace(path)
        by_age = sorted(path.parent.glob("*.pickle"), key=lambda file: file.stat().st_mtime)
        for old in by_age[:-MOST_KEPT]:
            old.unlink(missing_ok=True)
