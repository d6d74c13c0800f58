"""YAML text -> what stands in it, and where: the reader's values with their places in the text.

For edits that leave everything else as it is. What the reader would refuse is refused here too.
"""

import functools
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.curation.parsing import LOADER, MAX_DEPTH
from bot.errors import EditError

Plain = str | list[Any] | dict[str, Any]
"""A value without its place; every scalar is a text, as the reader sees it."""


@dataclass(slots=True)
class Place:
    """A value and the part of the text in which it stands, counted in characters."""

    value: "str | list[Place] | dict[str, Place]"
    start: int
    end: int
    """Of a list or keys in lines of their own: where the last value ends."""
    style: str = ""
    """Of a text: its quotation mark, `|`, `>` or nothing; of a list or keys: `[` in brackets."""
    keys: dict[str, int] = field(default_factory=dict)
    """Where the keys end."""

    @property
    def items(self) -> "list[Place]":
        """The values of a list; of anything else none."""
        return self.value if isinstance(self.value, list) else []

    @property
    def inside(self) -> "dict[str, Place]":
        """The values by their keys; of anything else none."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def plain(self) -> Plain:
        """The value alone."""
        if isinstance(self.value, list):
            return [place.plain for place in self.value]
        if isinstance(self.value, dict):
            return {key: place.plain for key, place in self.value.items()}
        return self.value


@functools.lru_cache(maxsize=4)
def places(text: str) -> Place | None:
    """The document in a text; None when there is none in it. It is kept: change nothing in it.

    Raises:
        EditError: it cannot be read.
    """
    builder = _Builder(text)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "an invisible control character"
        raise EditError(f"the file is no YAML ({where}): mend that first") from None
    return builder.root


class _Builder:
    """YAML events -> places. Without recursion: a deep nesting would crash the interpreter."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shift = int(text.startswith("\ufeff"))
        """YAML does not count the mark that some editors put at the beginning."""
        self.root: Place | None = None
        self.open: list[Place] = []
        self.key: list[tuple[str, int] | None] = []
        """Of each open place the key that waits for its value, and where it ends."""

    def take(self, event: Any) -> None:
        """Work in one event."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise EditError("the file has anchors (&) or aliases (*): write them out first")
        start, end = (mark.index + self.shift for mark in (event.start_mark, event.end_mark))
        if isinstance(event, yaml.ScalarEvent):
            style = (event.style or "").replace("\x00", "")
            end = self._block_end(start, end) if style and style in "|>" else end
            self._add(Place(event.value, start, end, style), event.value)
        elif isinstance(event, yaml.CollectionStartEvent):
            is_list = isinstance(event, yaml.SequenceStartEvent)
            opened = Place([] if is_list else {}, start, end, "[" if event.flow_style else "")
            self._add(opened, None)
            self.open.append(opened)
            self.key.append(None)
            if len(self.open) > MAX_DEPTH:
                raise EditError("the lists are nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close(end)

    def _block_end(self, start: int, end: int) -> int:
        """Where a block of lines (`|` or `>`) ends, without the lines that do not count."""
        block = self.text[start:end]
        if "+" in block.partition("\n")[0].partition("#")[0]:
            return start + len(re.sub(r"(\r\n|[\r\n])\Z", "", block))
        return start + len(block.rstrip(" \t\r\n"))

    def _add(self, place: Place, name: str | None) -> None:
        """Put a place where it belongs; a text inside of keys may be the next key."""
        if not self.open:
            if self.root is not None:
                raise EditError("a file holds one document: remove the line ---")
            self.root = place
            return
        parent = self.open[-1]
        if isinstance(parent.value, list):
            parent.value.append(place)
        elif isinstance(parent.value, dict):
            key = self.key[-1]
            if key is None:
                self._open_key(parent, place, name)
            else:
                parent.value[key[0]], parent.keys[key[0]] = place, key[1]
                self.key[-1] = None

    def _open_key(self, parent: Place, place: Place, name: str | None) -> None:
        if name is None:
            raise EditError("a key is no text")
        if name in parent.keys:
            raise EditError(f'"{name}" stands twice in the same place: mend that first')
        if not parent.keys:
            parent.start = place.start if not parent.style else parent.start
        self.key[-1] = (name, place.end)

    def _close(self, end: int) -> None:
        place = self.open.pop()
        self.key.pop()
        last = [inner.end for inner in (*place.items, *place.inside.values())][-1:]
        place.end = end if place.style or not last else last[0]
