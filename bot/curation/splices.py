"""Which parts of a YAML text an edit replaces, and by what; decides nothing and checks nothing.

Each function is about one way in which lists and keys are written: a line for each, or brackets.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import itemgetter

from bot.curation.places import Place
from bot.curation.quoting import written
from bot.errors import EditError
from bot.model import Entry, Words

Value = str | Sequence[str]
Splice = tuple[int, int, str]
"""From here to there, this instead; line ends are written as `\\n`."""
ORDER = [field.name for nouns in (Entry, Words) for field in fields(nouns)]
"""The order in which keys are written."""
IN_ONE_LINE = {"related"}
IN_QUOTES = {"quotes"}
TRUTHS = {"talk"}
BREAK = re.compile(r"(?:\r\n|[\r\n\x85\u2028\u2029])")
"""What ends a line in YAML."""
HYPHEN = re.compile(r" *-[ \t]+")


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The text with its parts replaced, and with its own line ends."""
    found = re.search("\r\n|[\r\n]", text)
    line_break = found[0] if found else "\n"
    pieces, at = [], 0
    for start, end, instead in sorted(splices, key=itemgetter(0)):
        pieces += [text[at:start], instead.replace("\n", line_break)]
        at = end
    return "".join(pieces) + text[at:]


# ---------------------------------------------------------------- texts


def replaced(text: str, owner: Place, found: Place, value: str) -> Splice:
    """A text in place of another one, in the same style where that is possible."""
    indent = _column(text, owner.start) + 2
    new = written(value, found.style, in_brackets=bool(owner.style), indent=indent)
    old = text[found.start : found.end]
    comment = re.match(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)", old) if found.style in ("|", ">") else None
    if comment and new[0] in "|>":
        head, _, body = new.partition("\n")
        new = f"{head}{comment[1]}\n{body}"
    elif comment:
        new += comment[1]
    gap = " " if found.start == found.end else ""
    return found.start, found.end, gap + new


# ---------------------------------------------------------------- lists


def added(text: str, found: Place, value: str) -> list[Splice]:
    """A text more at the end of a list that holds some, or has brackets."""
    if not found.items:
        at = text.index("[", found.start) + 1
        return [(at, at, written(value, in_brackets=True))]
    last = found.items[-1]
    margin, end = text[_line_start(text, last.start) : last.start], _line_end(text, last.end)
    like = last.style if last.style in ('"', "'") else ""
    new = written(value, like, in_brackets=bool(found.style))
    if not found.style:
        is_usual = HYPHEN.fullmatch(margin)
        return [(end, end, f"\n{margin if is_usual else _indent(text, found.start) + '- '}{new}")]
    if margin.strip() or end >= found.end:
        return [(last.end, last.end, f", {new}")]
    # Each in a line of its own: what else stands in the last one's line, a comment, stays with it.
    if re.match(r"[ \t]*,", text[last.end : found.end]):
        return [(end, end, f"\n{margin}{new},")]
    return [(last.end, last.end, ","), (end, end, f"\n{margin}{new}")]


def removed(text: str, owner: Place, key: str, n: int) -> list[Splice]:
    """A list without its n-th item."""
    found = owner.inside[key]
    if found.style:
        return [_cut_in_brackets(text, found.items, n)]
    item = found.items[n]
    start, end = _line_start(text, item.start), _line_end(text, item.end)
    if not HYPHEN.fullmatch(text[start : item.start]):
        raise EditError("it cannot be taken out here: change it in the file")
    cut: Splice = (_before(text, start), end, "")
    if len(found.items) > 1:
        return [cut]
    colon = text.index(":", owner.keys[key]) + 1
    return [(colon, colon, " []"), cut]


def _cut_in_brackets(text: str, items: Sequence[Place], n: int) -> Splice:
    item = items[n]
    start, end = _line_start(text, item.start), _line_end(text, item.end)
    is_first = not text[start : item.start].strip()
    if is_first and re.match(r"[ \t,]*(#|$)", text[item.end : end]):
        return _before(text, start), end, ""
    if n and not BREAK.search(text[items[n - 1].end : item.start]):
        return items[n - 1].end, item.end, ""
    comma = re.compile(r"[ \t]*,[ \t]*").match(text, item.end)
    return item.start, comma.end() if comma else item.end, ""


# ---------------------------------------------------------------- keys and entries


def new_key(text: str, owner: Place, key: str, value: Value) -> Splice:
    """A key that was not there or had no value, where it belongs among the others."""
    margin, there = _column(text, owner.start), owner.inside
    line = _line(key, value, margin, in_brackets=bool(owner.style))
    if key in there:
        new, place = line.removeprefix(f"{key}:"), there[key]
        at = _line_end(text, place.end) if new.startswith("\n") else place.start
        return at, max(at, place.end), new
    before = [k for k in there if k in ORDER and ORDER.index(k) < ORDER.index(key)]
    after = there[max(before, key=ORDER.index)] if before else None
    if after and owner.style:
        return after.end, after.end, f", {line}"
    if after:
        at = _line_end(text, after.end)
        return at, at, f"\n{' ' * margin}{line}"
    if owner.style:
        at = text.index("{", owner.start) + 1
        return at, at, line + (", " if there else "")
    return owner.start, owner.start, f"{line}\n{' ' * margin}"


def new_entry(text: str, root: Place, at: int, entry: Mapping[str, Value]) -> Splice:
    """An entry as the n-th of a file that holds some."""
    others = root.items
    before = others[max(at - 1, 0)]
    if root.style:
        inside = ", ".join(_line(k, v, 0, in_brackets=True) for k, v in entry.items())
        return before.end, before.end, f", {{{inside}}}"
    prefix = text[_line_start(text, before.start) : before.start]
    if not HYPHEN.fullmatch(prefix):
        prefix = _indent(text, root.start) + "- "
    end = _entry_end(text, before.end, len(prefix))
    return end, end, f"{_apart(text, others)}\n{prefix}{_lines(entry, len(prefix))}"


def first(text: str, prefix: str, values: Mapping[str, Value]) -> Splice:
    """Keys with values at the end of a text that holds nothing but comments."""
    gap = "\n" if text and not text.endswith(("\n", "\r")) else ""
    return len(text), len(text), f"{gap}{prefix}{_lines(values, len(prefix))}\n"


def cut_entry(text: str, entry: Place) -> Splice:
    """The lines of an entry, and the blank line before it."""
    start, end = _line_start(text, entry.start), _line_end(text, entry.end)
    if not HYPHEN.fullmatch(text[start : entry.start]):
        raise EditError("it cannot be taken out here: change it in the file")
    if start == 0:
        after = re.compile(rf"{BREAK.pattern}*").match(text, end)
        return 0, after.end() if after else end, ""
    before = _before(text, start)
    is_blank = before and _line_start(text, before) == before
    return _before(text, before) if is_blank else before, end, ""


def _entry_end(text: str, end: int, margin: int) -> int:
    """The end of the lines of an entry, with the comments that are indented as its keys are."""
    comments = re.compile(rf"(?:{BREAK.pattern} {{{margin},}}#[^\r\n]*)*")
    found = comments.match(text, _line_end(text, end))
    return found.end() if found else end


def _apart(text: str, entries: Sequence[Place]) -> str:
    """The blank line between entries, if they have one; a second entry gets one."""
    if len(entries) == 1:
        return "\n"
    between = text[_line_end(text, entries[-2].end) : entries[-1].start]
    return "\n" if re.search(rf"{BREAK.pattern}[ \t]*{BREAK.pattern}", between) else ""


def _lines(values: Mapping[str, Value], margin: int) -> str:
    return f"\n{' ' * margin}".join(_line(key, value, margin) for key, value in values.items())


def _line(key: str, value: Value, margin: int, *, in_brackets: bool = False) -> str:
    """A key and its value as they are written."""
    if key in TRUTHS:
        return f"{key}: {value}"
    if isinstance(value, str):
        return f"{key}: {written(value, in_brackets=in_brackets, indent=margin + 2)}"
    like = '"' if key in IN_QUOTES else ""
    if in_brackets or key in IN_ONE_LINE or not value:
        return f"{key}: [{', '.join(written(v, like, in_brackets=True) for v in value)}]"
    return f"{key}:" + "".join(f"\n{' ' * (margin + 2)}- {written(v, like)}" for v in value)


# ---------------------------------------------------------------- lines


def _line_start(text: str, at: int) -> int:
    return max(text.rfind(char, 0, at) for char in "\n\r\x85\u2028\u2029") + 1


def _line_end(text: str, at: int) -> int:
    """Where the line ends, before what breaks it."""
    found = BREAK.search(text, at)
    return found.start() if found else len(text)


def _before(text: str, start: int) -> int:
    """Where the line before the one that starts there ends."""
    return max(0, start - (2 if text[max(0, start - 2) : start] == "\r\n" else 1))


def _column(text: str, at: int) -> int:
    return at - _line_start(text, at)


def _indent(text: str, at: int) -> str:
    return " " * _column(text, at)
