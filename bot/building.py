"""Knowledge folder -> `Answerer`, here or in a process of its own."""

import asyncio
import logging
import signal
from collections.abc import Callable
from dataclasses import replace
from html import escape
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from bot.answering.answerer import Answerer
from bot.answering.compose import Composer
from bot.answering.revise import revise
from bot.answering.safety import safety_of
from bot.errors import BotError, KnowledgeError, Problem, SettingsError
from bot.keeping import Shelf
from bot.loading import Loaded, load_anew, load_kept
from bot.model import Knowledge
from bot.settings import Settings

log = logging.getLogger(__name__)


def build(settings: Settings, on_learning: Callable[[], None] = lambda: None) -> Answerer:
    """An answerer for the knowledge folder of the settings.

    Args:
        settings: where the knowledge is and what its texts fill in.
        on_learning: called before what takes long.

    Raises:
        SettingsError: there is no such folder.
        KnowledgeError: its files have faults; all of them are listed.
    """
    folder, shelf = _places(settings)
    found = load_kept(folder, shelf) or load_anew(folder, shelf, on_learning)
    return _answerer(found, settings)


async def build_apart(settings: Settings, live: Answerer | None = None) -> Answerer:
    """The same, but what is new is learnt in a process of its own, which ends with this call.

    So others are answered meanwhile, and a bot that runs for months does not keep the memory that
    learning takes for a moment (28 MB more than what is learnt).

    Args:
        settings: where the knowledge is and what its texts fill in.
        live: what answers now; what it has learnt is shared where nothing has changed.

    Raises:
        SettingsError: there is no such folder.
        KnowledgeError: its files have faults; all of them are listed.
        BotError: the process was ended by somebody else.
    """
    folder, shelf = _places(settings)
    now = (live.knowledge, live.matcher, live.safety) if live else None
    found: Loaded | list[Problem] | None = None
    while not found:
        kept = await asyncio.to_thread(load_kept, folder, shelf, now)
        found = kept or await _load_apart(folder, shelf)
    return _answerer(found, settings)


def revised(settings: Settings, live: Answerer, knowledge: Knowledge) -> Answerer:
    """A provisional answerer for knowledge that was found in order, in a few tenths of a second.

    The edit is taken into what was learnt before (`bot/answering/revise.py`); of safety only the
    rules and cards are new, what was learnt from mentions stays.

    Args:
        settings: what the texts fill in.
        live: what answers now.
        knowledge: that after the edit.
    """
    version = replace(knowledge.version, is_provisional=True)
    matcher = revise(live.matcher, live.knowledge, knowledge)
    safety = live.safety
    if knowledge.safety != live.knowledge.safety:
        safety = safety_of(knowledge)
        safety.mentions = live.safety.mentions
    return _answerer((replace(knowledge, version=version), matcher, safety), settings)


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


def _places(settings: Settings) -> tuple[Path, Shelf]:
    """Where the knowledge is, and where what is learnt from it is kept."""
    folder = settings.knowledge_dir
    if not folder.is_dir():
        raise SettingsError(
            f"there is no knowledge folder {folder}: set KNOWLEDGE_DIR or --knowledge to it"
        )
    return folder, Shelf(settings.data_dir / "learnt")


def _answerer(found: Loaded | list[Problem], settings: Settings) -> Answerer:
    if isinstance(found, list):
        raise KnowledgeError(found)
    knowledge, matcher, safety = found
    return Answerer(knowledge, matcher, safety, Composer(knowledge, names(knowledge, settings)))


async def _load_apart(folder: Path, shelf: Shelf) -> Loaded | list[Problem] | None:
    """Let a process of its own `load_anew`; None when it has kept what it found.

    Whoever does not wait any more ends the process.
    """
    log.info("Reading %s; what is new in it is learnt, in up to half a minute.", folder)
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, folder, shelf), daemon=True)
    process.start()
    sender.close()  # so that the end of the process, which has the other one, is noticed
    try:
        found: Loaded | list[Problem] | None = await asyncio.to_thread(receiver.recv)
        await asyncio.to_thread(process.join)
    except EOFError:
        raise BotError(f"what was learning from {folder} ended before it was done") from None
    finally:
        process.kill()
        process.join()
    return found


def _send(sender: Connection, folder: Path, shelf: Shelf) -> None:
    # Ctrl-C reaches every process of a terminal; this one is ended by the one that waits for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    found = load_anew(folder, shelf)
    is_kept = not isinstance(found, list) and load_kept(folder, shelf) is not None
    sender.send(None if is_kept else found)
