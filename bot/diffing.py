"""`python -m bot diff`: the knowledge against another version of it, a folder or a git revision.

A revision is read out of git into a temporary folder; the working tree stays as it is.
"""

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.answering.answerer import Answerer
from bot.building import build, build_kept
from bot.curation.compare import Comparison, compare
from bot.curation.reader import SHAPES, read
from bot.drafting import draft
from bot.errors import KnowledgeError, Problem, SettingsError
from bot.settings import Settings

LATEST = "HEAD"
FILES = (*SHAPES, "article.md")
NO_GIT = (
    "{folder} is in no git checkout: name the folder to compare it with, python -m bot diff OTHER"
)


def diff(
    settings: Settings,
    other: str = "",
    *,
    is_quick: bool = False,
    on_learning: Callable[[], None] = lambda: None,
    on_asked: Callable[[int, int], None] = lambda _done, _all: None,
) -> Comparison:
    """What people would notice of the knowledge of the settings, after that of another version.

    Args:
        settings: where the knowledge is.
        other: a folder or a git revision; empty for the latest revision of this checkout.
        is_quick: take the edit into what was learnt of the other version instead of learning anew.
        on_learning: called before what takes long.
        on_asked: called now and then with how many messages have been asked, and of how many.

    Raises:
        SettingsError: there is no such folder or revision.
        KnowledgeError: one of the versions has faults.
    """
    with _folder_of(settings.knowledge_dir, other) as (folder, name):
        try:
            before = build(replace(settings, knowledge_dir=folder), on_learning)
        except KnowledgeError as error:
            raise KnowledgeError([_renamed(p, folder, name) for p in error.problems]) from None
        after = _quickly(settings, before) if is_quick else build(settings, on_learning)
        examples = read(settings.knowledge_dir).examples
        return compare(before, after, examples, on_asked=on_asked)


def _quickly(settings: Settings, before: Answerer) -> Answerer:
    """The new side with the edit taken into what the other one has learnt.

    Only where that cannot be, as a rule has changed, it is the one that was learnt by itself.
    """
    found = draft(settings, before, {})
    if isinstance(found, list):
        kept = build_kept(settings)
        if kept is None:
            raise KnowledgeError(found)
        return kept
    return found


@contextlib.contextmanager
def _folder_of(folder: Path, other: str) -> Iterator[tuple[Path, str]]:
    """The folder of the other version, and what to call it."""
    if not folder.is_dir():
        raise SettingsError(f"there is no knowledge folder {folder}")
    if other and Path(other).is_dir():
        yield Path(other), other
        return
    with TemporaryDirectory(prefix="nmt-bot-") as temporary:
        _extract(folder, other or LATEST, Path(temporary))
        yield Path(temporary), f"{other or LATEST}:{folder}"


def _extract(folder: Path, revision: str, into: Path) -> None:
    """The knowledge files of a revision, read out of git."""
    if _git(folder, "rev-parse") is None:
        hint = NO_GIT.format(folder=folder)
        raise SettingsError(
            hint if revision == LATEST else f"there is no folder {revision}; {hint}"
        )
    for name in FILES if not revision.startswith("-") else ():
        content = _git(folder, "show", f"{revision}:./{name}")
        if content is not None:
            (into / name).write_bytes(content)
    if not (into / "qa.yaml").exists():
        raise SettingsError(
            f"there is neither a folder nor a git revision {revision} that holds {folder}/qa.yaml"
        )


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What git says in a folder; None when it cannot, or is not there."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        found = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError:
        return None
    return None if found.returncode else found.stdout


def _renamed(problem: Problem, folder: Path, name: str) -> Problem:
    """A fault by the name under which the person knows the version."""
    return replace(problem, path=problem.path.replace(str(folder), name, 1))
