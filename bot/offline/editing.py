"""Edits of what a bot knows, made on its chat page, by whoever can make them. Knows no bot."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from bot.offline.guard import Given, WrongRequest
from bot.offline.parameters import Json


class Editing(Protocol):
    """Tries edits, saves them and takes them back; what it refuses it raises as `WrongRequest`."""

    async def known(self) -> Json:
        """What can be chosen: `entries` (`id`, `section`, `question`) and `sentences` to quote."""

    async def entry(self, entry_id: str) -> Json:
        """What of an entry can be changed: its `words`, its `phrasings`."""

    async def check(self, values: Mapping[str, Any]) -> Json:
        """What forbids it: `findings` (`message`, `rule`, `place`), or `theirs` if overtaken."""

    async def advise(self, values: Mapping[str, Any]) -> Json:
        """What could be better: `findings` again."""

    async def compare(self, values: Mapping[str, Any]) -> Json:
        """What an edit changes for other questions."""

    async def save(self, values: Mapping[str, Any]) -> Json:
        """The `number` of what was saved, or what `check` gives where it was not."""

    async def saved(self) -> list[Json]:
        """What was saved: `number`, `told`, `is_taken_back`, `is_live`; the newest first."""

    async def take_back(self, number: int) -> Json:
        """Take back what was saved."""


class Desk:
    """The requests under /offline/editing/, by the values of each."""

    def __init__(self, editing: Editing | None, tell: Callable[[], None]) -> None:
        """The desk of a bot.

        Args:
            editing: makes the edits; None where nobody can.
            tell: called when something was saved or taken back.
        """
        self._editing = editing
        self._tell = tell

    @property
    def requests(self) -> dict[tuple[str, str], Callable[[Given], Awaitable[Any]]]:
        """Method and address -> what is done."""
        return {
            ("GET", "/editing/known"): self.known,
            ("GET", "/editing/entry"): self.entry,
            ("POST", "/editing/check"): self.check,
            ("POST", "/editing/advise"): self.advise,
            ("POST", "/editing/compare"): self.compare,
            ("POST", "/editing/save"): self.save,
            ("GET", "/editing/saved"): self.saved,
            ("POST", "/editing/take-back"): self.take_back,
        }

    async def known(self, _: Given) -> Json:
        """What can be chosen."""
        return await self._there().known()

    async def entry(self, given: Given) -> Json:
        """What of an entry can be changed."""
        return await self._there().entry(given.text("id"))

    async def check(self, given: Given) -> Json:
        """What forbids an edit."""
        return await self._there().check(_edit(given))

    async def advise(self, given: Given) -> Json:
        """What could be better about an edit."""
        return await self._there().advise(_edit(given))

    async def compare(self, given: Given) -> Json:
        """What an edit changes for other questions."""
        return await self._there().compare(_edit(given))

    async def save(self, given: Given) -> Json:
        """Save an edit."""
        found = await self._there().save(_edit(given))
        self._tell()
        return found

    async def saved(self, _: Given) -> list[Json]:
        """What was saved."""
        return await self._there().saved()

    async def take_back(self, given: Given) -> Json:
        """Take back what was saved."""
        found = await self._there().take_back(given.number("number"))
        self._tell()
        return found

    def _there(self) -> Editing:
        if self._editing is None:
            raise WrongRequest("nothing can be edited here", 404)
        return self._editing


def _edit(given: Given) -> Json:
    edit = given.values.get("edit")
    if not isinstance(edit, dict):
        raise WrongRequest("edit should be an object")
    return edit
