"""What maintainers read in their chats about a group of questions, and the buttons below it.

English only and not in `texts.yaml`: as with the commands, nobody who asks ever reads it. Does not
import telegram.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from html import escape

from bot.answering.compose import hashes
from bot.curation.accepting import NONE, Acceptance, entry_of
from bot.curation.decisions import Group
from bot.curation.edits import Elsewhere, NewPhrasing
from bot.curation.proposing import Proposal
from bot.model import Block, Button, Entry, Knowledge, Reply
from bot.telegram.offers import REVIEW

ACCEPT, CHOOSE, OTHER, SECTION, IGNORE, UNDO, BACK = "aeosiub"
"""What the data of a button goes on with after `REVIEW`; the group and more follow."""
GROUP = 8
"""Characters of a group's id."""
MOST_QUESTIONS, MOST_CHANGES, MOST_FAULTS, MOST_FAULT = 5, 1_500, 8, 250
GONE = "These questions are gone: taken back, or deleted after 90 days."
MOVED = (
    "A group in ADMIN_CHATS has become a supergroup, with another number: please put "
    "<code>{new}</code> there in place of {old}. What I wrote in it before I cannot change any "
    "more: delete by hand what should not stay. What is undecided is in "
    "<code>python -m bot review</code>."
)
CHANGED = "More was passed on, or the knowledge was edited, meanwhile. Please look once more.\n\n"


@dataclass(frozen=True, slots=True)
class Effect:
    """What accepting would do."""

    now: int
    """So many of the questions are answered so now ..."""
    then: int
    """... and so many then."""
    changes: str
    """For everybody, as `diff` tells it."""


def data(action: str, group: str, *more: str) -> str:
    """The data of a button."""
    return f"{REVIEW}{action}{group}{''.join(more)}"


def group_of(data: str) -> str:
    """The group that the data of a button names."""
    return data.removeprefix(REVIEW)[1 : 1 + GROUP]


def seal(edit: Acceptance) -> str:
    """Short for an edit: what is accepted must be what was shown."""
    words = edit.message if isinstance(edit, Elsewhere) else getattr(edit, "phrasing", "")
    return hashes([entry_of(edit)]) + blake2b(words.encode(), digest_size=4).hexdigest()


def proposed(
    knowledge: Knowledge,
    group: Group,
    edit: Acceptance | None,
    effect: Effect | str,
    note: str = "",
) -> Reply:
    """A group, what could be made of it, and what that changes.

    Args:
        knowledge: tells what the entries are called.
        group: the questions.
        edit: what accepting would write; None as long as no entry fits.
        effect: what it changes, or why it is refused.
        note: HTML that stands before all else.
    """
    said = [note + _asked(knowledge, group), _becomes(knowledge, edit)]
    rows = []
    if isinstance(effect, Effect):
        does = "Declines" if isinstance(edit, Elsewhere) else "Answers"
        said.append(
            f"{does} {effect.now} of these {len(group.questions)} now, {effect.then} then.\n"
            f"<blockquote expandable>{_cut(effect.changes, MOST_CHANGES)}</blockquote>"
        )
        if edit is not None:
            rows.append((Button("Accept", data(ACCEPT, group.id, seal(edit))),))
    elif effect:
        said.append(effect)
    rows.append((Button("Another entry", data(OTHER, group.id)),))
    rows.append((Button("Ignore", data(IGNORE, group.id)),))
    return _reply("\n\n".join(said), rows)


def others(group: Group, proposal: Proposal, sections: Sequence[str]) -> Reply:
    """Which entry is to answer: the likeliest ones, then all by section, or none."""
    likely = [_choice(group, candidate.entry) for candidate in proposal.candidates]
    rest = [
        (Button(section, data(SECTION, group.id, str(number))),)
        for number, section in enumerate(sections)
    ]
    none = Button("None of the bot's business", data(CHOOSE, group.id, hashes([NONE])))
    text = f"Which entry should answer “{_html(proposal.phrasing)}”? The likeliest come first."
    text += "\n\nA new entry is begun with <code>python -m bot review</code>, or on the chat page."
    return _reply(text, [*likely, *rest, (none,), _back(group)])


def of_section(group: Group, section: str, entries: Sequence[Entry]) -> Reply:
    """The entries of a section to choose from."""
    rows = [_choice(group, entry) for entry in entries]
    return _reply(f"<b>{_html(section)}</b>", [*rows, _back(group)])


def decided(knowledge: Knowledge, group: Group, *, is_late: bool) -> Reply:
    """What was made of a group, and how to take it back.

    Args:
        knowledge: tells what the entries are called.
        group: the questions, and the decision about them.
        is_late: whether somebody else had decided before.
    """
    decision = group.decision
    words = _html(min((question.words for question in group.questions), key=len))
    told = {
        "done": f"Accepted: “{words}” {_answered(knowledge, decision.entry)}.",
        "ignored": f"Ignored: “{words}”, and whatever else is passed on that is like it.",
        "pending": f"Put off: “{words}”.",
        "new": f"Taken back: “{words}” is open again.",
    }[decision.state]
    first = "Somebody else was faster.\n\n" if is_late else ""
    undo = (Button("Undo", data(UNDO, group.id, str(decision.turn))),)
    return _reply(first + told, [undo] if decision.before else [])


def refused(lines: Sequence[str]) -> str:
    """Why something was refused, each reason on a line."""
    shown = "\n".join(_cut(line, MOST_FAULT) for line in lines[:MOST_FAULTS])
    more = f"\n... and {len(lines) - MOST_FAULTS} more" if len(lines) > MOST_FAULTS else ""
    return f"<blockquote>{shown}{more}</blockquote>"


def not_done(group: str, why: str) -> Reply:
    """Something could not be done; the buttons lead back.

    Args:
        group: its id; empty when there is no way back.
        why: HTML.
    """
    return _reply(why, [(Button("Back", data(BACK, group)),)] if group else [])


def _asked(knowledge: Knowledge, group: Group) -> str:
    """How often, when, what was asked, and what did not help."""
    questions = group.questions
    days = sorted(question.day for question in questions)
    times = "once" if len(questions) == 1 else f"{len(questions)} times"
    span = str(days[0]) if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    texts = sorted({question.words for question in questions})
    lines = [f"<b>Passed on {times}</b>, {span}"]
    lines += [f"“{_html(text)}”" for text in texts[:MOST_QUESTIONS]]
    if len(texts) > MOST_QUESTIONS:
        lines.append(f"... and {len(texts) - MOST_QUESTIONS} more")
    unhelpful = sorted({question.unhelpful for question in questions} - {""})
    lines += [f"Did not help: {_named(knowledge, id)}" for id in unhelpful]
    return "\n".join(lines)


def _becomes(knowledge: Knowledge, edit: Acceptance | None) -> str:
    if isinstance(edit, Elsewhere):
        return f"“{_html(edit.message)}” would become a message that is none of the bot's business."
    if not isinstance(edit, NewPhrasing):
        return "No entry seems to fit."
    return f"“{_html(edit.phrasing)}” would become a phrasing of {_named(knowledge, edit.entry)}"


def _named(knowledge: Knowledge, id: str) -> str:
    """What an entry is called, as HTML."""
    entry = knowledge.find(id)
    return f"<b>{_html(entry.question if entry else id)}</b>"


def _answered(knowledge: Knowledge, id: str) -> str:
    is_none = id == NONE
    return "is none of the bot's business" if is_none else f"asks {_named(knowledge, id)}"


def _choice(group: Group, entry: Entry) -> tuple[Button]:
    return (Button(entry.question, data(CHOOSE, group.id, hashes([entry.id]))),)


def _back(group: Group) -> tuple[Button]:
    return (Button("Back", data(BACK, group.id)),)


def _reply(html: str, rows: Sequence[tuple[Button, ...]]) -> Reply:
    return Reply((Block("text", html),), tuple(rows))


def _html(text: str) -> str:
    return escape(text, quote=False)


def _cut(text: str, most: int) -> str:
    """A text of so many characters at most, as HTML; whole lines as long as there are several."""
    if len(text) <= most:
        return _html(text)
    return _html(f"{text[:most].rpartition(chr(10))[0] or text[:most]}\n...")
