"""Edits from the chat page: tried while somebody types, saved, recognised when live, taken back.

What an edit is, and how it is written, stands in `bot/curation/`; how it looks, on the page. Only
the files of one knowledge folder are ever written, and only as edits can change them.
"""

import asyncio
import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.answering.answerer import Answerer
from bot.curation.checking import advise
from bot.curation.compare import as_data, compare
from bot.curation.edits import QA, Edit, OtherWords, edit_of, phrasings_of, words_of
from bot.curation.reader import read, read_examples
from bot.curation.saving import content, save
from bot.curation.writing import entries
from bot.drafting import draft
from bot.errors import BotError, Conflict, EditError, KnowledgeError, Problem
from bot.loading import version
from bot.model import Example
from bot.offline.guard import WrongRequest
from bot.settings import Settings

Json = dict[str, Any]
Act = Callable[[Edit, str, str], Any]
"""What is done with an edit, and with the text of its file before and after it."""
MOST_ASKED = 1000
"""Messages that are put to both sides while somebody types, those that are most like the edit."""
MOST_TOLD = 40
"""Differences that are told; the counts are of all."""
TRIES = 3
MOST_SAVED = 50
"""Edits that can be taken back, the newest."""


@dataclass(slots=True)
class Saved:
    """An edit that was saved here."""

    number: int
    edit: Edit
    before: str
    after: str
    """The text of the file, then and now."""
    is_taken_back: bool = False


@dataclass(slots=True)
class Editing:
    """What the chat page asks for when a maintainer edits."""

    settings: Settings
    live: Callable[[], Answerer]
    """What answers now."""
    _saved: list[Saved] = field(default_factory=list)
    _tried: tuple[object, Answerer | list[Problem]] | None = None
    """The newest draft, so that the same need not be built twice, and what came of it."""
    _advised: tuple[object, list[Problem]] | None = None
    """The state of the files, and the warnings that there are anyhow."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Drafts are built one at a time, and what is saved is what was tried."""

    async def known(self) -> Json:
        """The entries of the file, and the sentences of the article, to choose from."""
        with _sayable():
            text = await asyncio.to_thread(content, self._path(QA))
            found = await asyncio.to_thread(entries, text)
        shown = ("id", "section", "question")
        listed = [{key: str(entry.get(key, "")) for key in shown} for entry in found]
        return {"entries": listed, "sentences": self._sentences()}

    async def entry(self, entry_id: str) -> Json:
        """What of an entry can be changed, as it stands in the file: `words` and `phrasings`."""
        with _sayable():
            text = await asyncio.to_thread(content, self._path(QA))
            return {"words": words_of(text, entry_id), "phrasings": phrasings_of(text, entry_id)}

    async def check(self, values: Mapping[str, Any]) -> Json:
        """What forbids an edit: `findings`, or `theirs` where it has been overtaken."""
        return dict(await self._with(values, self._findings))

    async def advise(self, values: Mapping[str, Any]) -> Json:
        """What could be better about an edit: `findings` that are not there without it."""
        found = await self._with(values, lambda _, before, after: (before, after))
        if isinstance(found, tuple):  # not in turn: nobody who saves waits for it
            found = await asyncio.to_thread(self._advice, edit_of(values), *found)
        return dict(found)

    async def compare(self, values: Mapping[str, Any]) -> Json:
        """What an edit changes for its `own` messages, and for other ones (`differences`)."""
        found = await self._with(values, self._after)
        if isinstance(found, Answerer):  # not in turn either
            found = await asyncio.to_thread(self._differences, edit_of(values), found)
        return dict(found)

    async def save(self, values: Mapping[str, Any]) -> Json:
        """Save an edit unless something is wrong with it; its number, or what `check` gives."""
        return dict(await self._with(values, self._save))

    async def saved(self) -> list[Json]:
        """The edits that were saved here, the newest first, and what has become of them.

        One that is not in what is live, though that is all that the files say, was overtaken: its
        words were changed again.
        """
        knowledge = self.live().knowledge
        is_all_live = knowledge.version.fingerprint == await asyncio.to_thread(self._state)
        told = []
        for item in reversed(self._saved):
            is_live = item.edit.is_in(knowledge) != item.is_taken_back
            is_overtaken = is_all_live and not is_live
            about = {"number": item.number, "told": str(item.edit)}
            became = {"is_taken_back": item.is_taken_back, "is_live": is_live}
            told.append({**about, **became, "is_overtaken": is_overtaken})
        return told

    async def take_back(self, number: int) -> Json:
        """Take an edit back: to the letter, or out of what was saved after it."""
        item = next((item for item in self._saved if item.number == number), None)
        with _sayable():
            if item is None or item.is_taken_back:
                raise EditError("there is nothing to take back")
            async with self._turn:
                await asyncio.to_thread(self._take_back, item)
        return {"number": number}

    async def _with(self, values: Mapping[str, Any], act: Act) -> Any:
        """What comes of an act with an edit; of an edit that has been overtaken `theirs`."""
        with _sayable():
            edit = edit_of(values)
            async with self._turn:
                return await asyncio.to_thread(self._applied, edit, act)

    # ------------------------------------------------------------ in a thread of its own

    def _applied(self, edit: Edit, act: Act) -> Any:
        """What comes of an act; once more when somebody saved something else at that moment."""
        for _ in range(TRIES):
            before = content(self._path(edit.file))
            if (
                isinstance(edit, OtherWords)
                and (theirs := words_of(before, edit.entry)) != edit.was
            ):
                return {"theirs": theirs}
            with contextlib.suppress(Conflict):
                return act(edit, before, edit.apply(before))
        raise Conflict("others save all the time: try again")

    def _findings(self, edit: Edit, _: str, after: str) -> Json:
        found = self._draft({edit.file: after})
        return {"findings": [_told(problem) for problem in self._faults(found)]}

    def _advice(self, edit: Edit, before: str, after: str) -> Json:
        state = self._state()
        if self._advised is None or self._advised[0] != state:
            self._advised = state, self._advise({edit.file: before})
        new = _new(self._advise({edit.file: after}), self._advised[1])
        return {"findings": [_told(problem) for problem in new]}

    def _advise(self, drafts: Mapping[str, str]) -> list[Problem]:
        return advise(read(self.settings.knowledge_dir, drafts))

    def _after(self, edit: Edit, _: str, after: str) -> Answerer:
        found = self._draft({edit.file: after})
        if isinstance(found, list):
            raise EditError("what changes can be told when nothing is wrong any more")
        return found

    def _differences(self, edit: Edit, found: Answerer) -> Json:
        told = as_data(compare(self.live(), found, self._examples(), MOST_ASKED))
        all = told["differences"]
        others = [item for item in all if item["text"] not in edit.own]
        return {
            "asked": told["asked"],
            "of": told["of"],
            "provisional": told["provisional"],
            "own": [item for item in all if item["text"] in edit.own][:MOST_TOLD],
            "counts": Counter(item["group"] for item in others),
            "differences": others[:MOST_TOLD],
        }

    def _save(self, edit: Edit, before: str, after: str) -> Json:
        if before == after:
            raise EditError("this changes nothing")
        told = self._findings(edit, before, after)
        if told["findings"]:
            return told
        save(self._path(edit.file), after, before)
        number = self._saved[-1].number + 1 if self._saved else 1
        self._saved = [*self._saved, Saved(number, edit, before, after)][-MOST_SAVED:]
        return {"number": number}

    def _take_back(self, item: Saved) -> None:
        path = self._path(item.edit.file)
        now = content(path)
        before = item.before if now == item.after else item.edit.take_back(now)
        if faults := self._faults(self._draft({item.edit.file: before})):
            raise KnowledgeError(faults)
        save(path, before, now)
        item.is_taken_back = True

    def _draft(self, drafts: Mapping[str, str]) -> Answerer | list[Problem]:
        """A provisional answerer, or the faults for which there is none."""
        live = self.live()
        asked = (live.knowledge.version, self._state(), tuple(drafts.items()))
        if self._tried is None or self._tried[0] != asked:
            self._tried = asked, draft(self.settings, live, drafts)
        return self._tried[1]

    def _faults(self, drafted: Answerer | list[Problem]) -> list[Problem]:
        """The faults of a draft without those that the files have anyhow."""
        if not isinstance(drafted, list):
            return []
        now = draft(self.settings, self.live(), {})
        return _new(drafted, now if isinstance(now, list) else ())

    def _examples(self) -> tuple[Example, ...]:
        try:
            return read_examples(self._path("examples.yaml"))
        except KnowledgeError:
            return ()

    def _sentences(self) -> list[str]:
        """The sentences of the article, letter for letter."""
        article = self.live().knowledge.article
        texts = [
            " ".join(t.split())
            for part in (article.parts if article else ())
            for t in part.paragraphs
        ]
        return [s for text in texts for s in re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])", text) if s]

    def _state(self) -> str:
        return version(self.settings.knowledge_dir).fingerprint

    def _path(self, file: str) -> Path:
        return self.settings.knowledge_dir / file


def _new(problems: Iterable[Problem], known: Iterable[Problem]) -> list[Problem]:
    """What is found beyond what was known; of the same in other lines the farthest is new."""
    found: dict[object, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[_what(problem)].append(problem)
    for old in known:
        if same := found[_what(old)]:
            same.remove(min(same, key=lambda problem: abs(problem.line - old.line)))
    return sorted(problem for same in found.values() for problem in same)


def _what(problem: Problem) -> object:
    """A finding without lines, which move with every edit before them, and without counts."""
    return problem.path, re.sub(r"\b(line|has) \d+", r"\1", problem.message), problem.rule


def _told(problem: Problem) -> Json:
    return {
        "message": problem.message,
        "rule": problem.rule,
        "place": f"{Path(problem.path).name}:{problem.line}",
    }


@contextlib.contextmanager
def _sayable() -> Iterator[None]:
    """What goes wrong inside of the block is said on the page."""
    try:
        yield
    except BotError as error:
        raise WrongRequest(str(error), 409 if isinstance(error, Conflict) else 400) from None
