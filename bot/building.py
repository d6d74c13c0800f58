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
from typing import TypeVar

from bot.answering.answerer import Answerer
from bot.answering.compose import Composer
from bot.answering.revise import revise
from bot.errors import BotError, KnowledgeError, Problem, SettingsError
from bot.keeping import Shelf
from bot.loading import (
    Checked,
    Loaded,
    check,
    learn_parts,
    load_anew,
    load_kept,
    load_learnt,
    places_of,
    signs_of,
)
from bot.model import Knowledge
from bot.settings import Settings

Found = TypeVar("Found")
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
    """The same, but what is new is read, checked and learnt in processes of their own.

    So others are answered meanwhile, and a bot that runs for months does not keep the memory that
    learning takes for a moment (28 MB more than what is learnt).

    Args:
        settings: where the knowledge is and what its texts fill in.
        live: what answers now; what it has learnt is shared where nothing has changed.

    Raises:
        SettingsError: there is no such folder.
        KnowledgeError: its files have faults; all of them are listed.
        BotError: a process was ended by somebody else.
    """
    found = await asyncio.to_thread(build_kept, settings, live)
    return found or await learn_apart(settings, await check_apart(settings, live), live)


def build_kept(settings: Settings, live: Answerer | None = None) -> Answerer | None:
    """An answerer for the knowledge folder as it was kept; None if something of it is new.

    Args:
        settings: where the knowledge is and what its texts fill in.
        live: what answers now; what it has learnt is shared where nothing has changed.

    Raises:
        SettingsError: there is no such folder.
    """
    found = load_kept(*_places(settings), _loaded(live))
    return _answerer(found, settings) if found else None


async def check_apart(settings: Settings, live: Answerer | None = None) -> Checked:
    """The knowledge folder, read and found in order in a process of its own.

    Args:
        settings: where the knowledge is.
        live: what answers now; the rules are not tried again on messages that it has too.

    Raises:
        SettingsError: there is no such folder.
        KnowledgeError: its files have faults; all of them are listed.
        BotError: the process was ended by somebody else.
    """
    folder, shelf = _places(settings)
    log.info("Reading %s.", folder)
    found = await _apart(check, folder, shelf, live.knowledge if live else None)
    if isinstance(found, list):
        raise KnowledgeError(found)
    return found


async def learn_apart(
    settings: Settings, checked: Checked, live: Answerer | None = None
) -> Answerer:
    """An answerer for knowledge that is in order; what is new in it is learnt in its own process.

    Args:
        settings: what the texts fill in, and where to keep what is learnt.
        checked: the knowledge.
        live: what answers now; what it has learnt is shared where nothing has changed.

    Raises:
        BotError: the process was ended by somebody else.
    """
    shelf = _shelf(settings)
    found = await asyncio.to_thread(load_learnt, checked, shelf, _loaded(live))
    while found is None:
        log.info("Learning what is new in %s, in up to half a minute.", checked.knowledge.version)
        learnt = await _apart(_learn, checked, shelf)
        found = learnt or await asyncio.to_thread(load_learnt, checked, shelf, _loaded(live))
    return _answerer(found, settings)


def revised(settings: Settings, live: Answerer, checked: Checked) -> Answerer | None:
    """A provisional answerer for knowledge that is in order, in a few tenths of a second.

    The edit is taken into what was learnt before (`bot/answering/revise.py`). What was learnt from
    mentions stays; None where they, or the rules, have changed: safety waits until all is learnt.

    Args:
        settings: what the texts fill in.
        live: what answers now.
        checked: the knowledge after the edit.
    """
    knowledge, known = checked.knowledge, live.knowledge
    if signs_of(knowledge) != signs_of(known):
        return None
    is_new = checked.places != places_of(known)
    version = replace(knowledge.version, is_provisional=is_new or known.version.is_provisional)
    matcher = revise(live.matcher, known, knowledge)
    safety = checked.safety.taught(live.safety.mentions)
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
    return folder, _shelf(settings)


def _shelf(settings: Settings) -> Shelf:
    return Shelf(settings.data_dir / "learnt")


def _answerer(found: Loaded | list[Problem], settings: Settings) -> Answerer:
    if isinstance(found, list):
        raise KnowledgeError(found)
    knowledge, matcher, safety = found
    return Answerer(knowledge, matcher, safety, Composer(knowledge, names(knowledge, settings)))


def _loaded(live: Answerer | None) -> Loaded | None:
    return (live.knowledge, live.matcher, live.safety) if live else None


async def _apart(task: Callable[..., Found], *given: object) -> Found:
    """What a task comes to in a process of its own; who does not wait any more ends the process."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, task, given), daemon=True)
    process.start()
    sender.close()  # so that the end of the process, which has the other one, is noticed
    try:
        found: Found = await asyncio.to_thread(receiver.recv)
        await asyncio.to_thread(process.join)
    except EOFError:
        raise BotError("the process that read and learnt ended before it was done") from None
    finally:
        process.kill()
        process.join()
    return found


def _send(sender: Connection, task: Callable[..., object], given: tuple[object, ...]) -> None:
    # Ctrl-C reaches every process of a terminal; this one is ended by the one that waits for it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sender.send(task(*given))


def _learn(checked: Checked, shelf: Shelf) -> Loaded | None:
    """What is learnt anew; None when it was kept, from where it is read faster than it is sent."""
    found = learn_parts(checked, shelf)
    return None if load_learnt(checked, shelf) else found
