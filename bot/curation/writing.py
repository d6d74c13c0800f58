"""Text of a knowledge file -> the same text with one edit; all else stays to the letter.

Comments, order, quotation marks and line ends are kept, because only the few characters that the
edit is about are replaced. What comes out is read again before it is returned: it says what the
edit wants, and in everything else what it said before. Nothing here touches a file.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.curation import splices
from bot.curation.places import Place, places
from bot.curation.splices import ORDER, Splice, Value
from bot.errors import EditError

Loc = tuple[int | str, ...]
Change = Callable[[Any], Any]
"""A value as it was -> as it should be."""


def entries(text: str) -> list[dict[str, Any]]:
    """What stands in the text of `qa.yaml`, entry by entry, every value as text.

    Raises:
        EditError: the file cannot be read.
    """
    root = places(text)
    found = root.plain if root else []
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def add_phrasing(text: str, entry_id: str, phrasing: str) -> str:
    """The text of `qa.yaml` with a phrasing more, at the end of the entry's list.

    Raises:
        EditError: there is no such entry, it has that phrasing, or the file cannot be read.
    """
    return _added(text, (_index(text, entry_id), "phrasings"), phrasing)


def remove_phrasing(text: str, entry_id: str, phrasing: str) -> str:
    """The text of `qa.yaml` without a phrasing; a comment in its line goes with it.

    Raises:
        EditError: there is no such entry or phrasing, or the file cannot be read.
    """
    return _removed(text, (_index(text, entry_id), "phrasings"), phrasing)


def change_entry(text: str, entry_id: str, values: Mapping[str, Value]) -> str:
    """The text of `qa.yaml` with other values of some keys (`answer`, `question`, `quotes`, ...).

    Raises:
        EditError: there is no such entry, or the file cannot be read.
    """
    at = _index(text, entry_id)
    for key, value in values.items():
        text = _set(text, (at, key), value)
    return text


def add_entry(text: str, entry: Mapping[str, Value]) -> str:
    """The text of `qa.yaml` with an entry more, after the last one of its section.

    Raises:
        EditError: there is an entry of that id, or the file cannot be read.
    """
    root = places(text)
    if root and not isinstance(root.value, list):
        raise EditError("the file has another form than usual: change it by hand")
    known = root.items if root else []
    if any(other.inside["id"].value == entry["id"] for other in known if "id" in other.inside):
        raise EditError(f'there is an entry "{entry["id"]}" already')
    ordered = {key: entry[key] for key in sorted(entry, key=ORDER.index)}
    same = [n for n, other in enumerate(known) if _section(other) == entry.get("section")]
    at = same[-1] + 1 if same else len(known)
    if root and known:
        new = splices.new_entry(text, root, at, ordered)
    else:
        new = splices.first(text, "- ", ordered)
    plain = {key: _plain(value) for key, value in ordered.items()}
    return _checked(text, [new], (), lambda old: [*(old or [])[:at], plain, *(old or [])[at:]])


def remove_entry(text: str, entry_id: str) -> str:
    """The text of `qa.yaml` without an entry; comments before it stay.

    Raises:
        EditError: there is no such entry, it is the only one, or the file cannot be read.
    """
    n = _index(text, entry_id)
    cut = splices.cut_entry(text, _owner(text, (n, "id")))
    return _checked(text, [cut], (), lambda old: [*old[:n], *old[n + 1 :]])


def add_elsewhere(text: str, message: str) -> str:
    """The text of `words.yaml` with a message more that is none of the bot's business.

    Raises:
        EditError: it stands there, or the file cannot be read.
    """
    return _added(text, ("elsewhere",), message)


def remove_elsewhere(text: str, message: str) -> str:
    """The text of `words.yaml` without a message that was none of the bot's business.

    Raises:
        EditError: it does not stand there, or the file cannot be read.
    """
    return _removed(text, ("elsewhere",), message)


def _added(text: str, loc: Loc, value: str) -> str:
    """One more text at the end of a list, which is begun where there is none."""
    found = _at(text, loc)
    if found is None or found.value == "":
        return _set(text, loc, [value])
    if not isinstance(found.value, list):
        raise EditError(f'"{loc[-1]}" is no list: mend that first')
    if any(item.value == value for item in found.items):
        raise EditError(f"“{value}” stands there already")
    return _checked(text, splices.added(text, found, value), loc, lambda old: [*old, value])


def _removed(text: str, loc: Loc, value: str) -> str:
    """A list without one of its texts, the last one if it stands there twice."""
    found = _at(text, loc)
    same = [n for n, item in enumerate(found.items if found else ()) if item.value == value]
    if not same:
        raise EditError(f"“{value}” does not stand there")
    n = same[-1]
    cuts = splices.removed(text, _owner(text, loc), str(loc[-1]), n)
    return _checked(text, cuts, loc, lambda old: [*old[:n], *old[n + 1 :]])


def _set(text: str, loc: Loc, value: Value) -> str:
    """Another value of a key, or of an item."""
    found, plain = _at(text, loc), _plain(value)
    if found is None or (found.value == "" and found.start == found.end):
        owner = _owner(text, loc) if places(text) or loc[:-1] else None
        key = str(loc[-1])
        new = splices.new_key(text, owner, key, value) if owner else None
        return _checked(text, [new or splices.first(text, "", {key: value})], loc, lambda _: plain)
    if found.plain == plain:
        return text
    if isinstance(found.value, str) and isinstance(value, str):
        new = splices.replaced(text, _owner(text, loc), found, value)
        return _checked(text, [new], loc, lambda _: plain)
    if isinstance(found.value, list) and not isinstance(value, str):
        return _set_list(text, loc, [str(item.plain) for item in found.items], value)
    raise EditError(f'"{loc[-1]}" has another form: change it in the file')


def _set_list(text: str, loc: Loc, old: Sequence[str], new: Sequence[str]) -> str:
    """A list with other texts: item by item, so that comments between them stay."""
    if len(new) < len(old):
        gone = [value for value in old if value not in new] + list(old)
        for value in gone[: len(old) - len(new)]:
            text = _removed(text, loc, value)
    for n, value in enumerate(new[: len(old)]):
        text = _set(text, (*loc, n), value)
    for value in new[len(old) :]:
        text = _added(text, loc, value)
    return text


def _checked(text: str, parts: Sequence[Splice], loc: Loc, change: Change) -> str:
    """The text with its parts replaced, if it then says what it should and nothing else."""
    before = places(text)
    wanted = _changed(before.plain if before else None, loc, change)
    new = splices.spliced(text, parts)
    try:
        after = places(new)
    except EditError:
        after = None
    if after is None or after.plain != wanted:
        raise EditError("this cannot be written without changing more: change it in the file")
    return new


def _changed(value: Any, loc: Loc, change: Change) -> Any:
    """A value with another one at a place inside of it."""
    if not loc:
        return change(value)
    if isinstance(loc[0], int):
        n = loc[0]
        return [*value[:n], _changed(value[n], loc[1:], change), *value[n + 1 :]]
    return {**(value or {}), loc[0]: _changed((value or {}).get(loc[0]), loc[1:], change)}


def _at(text: str, loc: Loc) -> Place | None:
    """What stands at a place; None when there is nothing."""
    found = places(text)
    for step in loc:
        if found is None:
            return None
        found = found.items[step] if isinstance(step, int) else found.inside.get(step)
    return found


def _owner(text: str, loc: Loc) -> Place:
    """The list or the keys that a place belongs to."""
    owner = _at(text, loc[:-1])
    kind = dict if isinstance(loc[-1], str) else list
    if owner is None or not isinstance(owner.value, kind):
        raise EditError("the file has another form than usual: change it by hand")
    return owner


def _index(text: str, entry_id: str) -> int:
    """Which entry of the file it is."""
    root = places(text)
    ids = [entry.inside.get("id") for entry in (root.items if root else ())]
    found = [n for n, place in enumerate(ids) if place and place.value == entry_id]
    if not found:
        raise EditError(f'there is no entry "{entry_id}" in the file')
    if len(found) > 1:
        raise EditError(f'there are {len(found)} entries "{entry_id}": mend that first')
    return found[0]


def _section(entry: Place) -> Any:
    place = entry.inside.get("section")
    return place.value if place else None


def _plain(value: Value) -> Any:
    return value if isinstance(value, str) else list(value)
