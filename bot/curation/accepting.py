"""What can be made of questions that were passed on: an edit, kept as a line to be taken back."""

import json
from collections.abc import Mapping
from typing import Any

from bot.answering.answerer import Answerer, ids
from bot.curation.edits import Edit, Elsewhere, NewEntry, NewPhrasing, edit_of
from bot.model import Answer, Unknown

Acceptance = NewPhrasing | NewEntry | Elsewhere
NONE = "none"
"""Stands for the entry of what is none of the bot's business, as in `examples.yaml`."""


def entry_of(edit: Acceptance) -> str:
    """Id of the entry that is to answer then; `none` for none."""
    if isinstance(edit, Elsewhere):
        return NONE
    return str(edit.values["id"]) if isinstance(edit, NewEntry) else edit.entry


def is_answered(answerer: Answerer, text: str, entry: str) -> bool:
    """Whether a message is answered with this entry; with `none`, whether it is declined."""
    decision = answerer.ask(text).decision
    if entry == NONE:
        return isinstance(decision, Unknown)
    return isinstance(decision, Answer) and entry in ids(decision)


def as_line(edit: Acceptance) -> str:
    """An edit as a line that `from_line` reads."""
    return json.dumps(_values(edit), ensure_ascii=False)


def from_line(line: str) -> Edit:
    """The edit that `as_line` wrote."""
    return edit_of(json.loads(line))


def _values(edit: Acceptance) -> Mapping[str, Any]:
    if isinstance(edit, NewPhrasing):
        return {"kind": "phrasing", "entry": edit.entry, "phrasing": edit.phrasing}
    if isinstance(edit, Elsewhere):
        return {"kind": "elsewhere", "message": edit.message}
    return {"kind": "entry", "values": dict(edit.values)}
