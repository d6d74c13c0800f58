"""A text -> how it is written in a YAML file: plain where that is safe, in quotes elsewhere."""

import json
import re

import yaml

FIRST = set("!\"#%&'*,-.:>?@[]`{|}=<~")
"""Signs that mean something else, or may do so, at the beginning of a plain text."""
RESOLVER = yaml.resolver.Resolver()
OLD_TRUTHS = {"y", "n"}
"""PyYAML reads them as texts, other readers of YAML 1.1 as true and false."""


def written(value: str, like: str = "", *, in_brackets: bool = False, indent: int = 2) -> str:
    """A text as it stands in the file, read back as the same by this bot and by other programs.

    Args:
        value: the text.
        like: the style of the text that it replaces or follows: a quotation mark, `|`, `>`, or
            nothing; kept where it is possible.
        in_brackets: whether it stands in a list or in keys in brackets.
        indent: of the lines of a block (`|` or `>`), in columns.
    """
    if like and like in "|>" and not in_brackets and _is_block(value):
        style = ">" if like == ">" and "\n" not in value else "|"
        margin = "\n" + " " * indent
        chomp = "" if value.endswith("\n") else "-"
        return f"{style}{chomp}{margin}" + margin.join(value.removesuffix("\n").split("\n"))
    is_simple = all(map(_is_shown, value))
    if like == "'" and is_simple:
        return "'" + value.replace("'", "''") + "'"
    if like == '"' or not (is_simple and _is_plain(value, in_brackets)):
        return '"' + "".join(map(_escaped, value)) + '"'
    return value


def _is_plain(value: str, in_brackets: bool) -> bool:
    """Whether a text needs no quotation marks; rather one mark too many than one too few."""
    if not value or value != value.strip() or value[0] in FIRST or value.endswith(":"):
        return False
    if re.search(": | #|:$", value) or (in_brackets and re.search(r"[,\[\]{}:]", value)):
        return False
    node = RESOLVER.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    return bool(node == "tag:yaml.org,2002:str") and not _is_other(value)


def _is_other(value: str) -> bool:
    """Whether some program takes a text as a number or as yes or no."""
    try:
        float(value.replace("_", ""))
    except ValueError:
        return value.lower() in OLD_TRUTHS or bool(re.fullmatch(r"0[xob]\w+|\d[\d:_.-]*", value))
    return True


def _is_block(value: str) -> bool:
    """Whether lines say exactly this text as a block."""
    body = value.removesuffix("\n")
    lines = body.split("\n")
    is_framed = bool(body) and not body[0].isspace() and bool(lines[-1].strip())
    return is_framed and all(map(_is_shown, "".join(lines))) and body == body.rstrip()


def _is_shown(char: str) -> bool:
    """Whether a character can be seen in an editor; the joiner holds emojis together."""
    return char.isprintable() or char == "\u200d"


def _escaped(char: str) -> str:
    """A character inside of double quotes; what nobody can see is named."""
    if char in '"\\':
        return "\\" + char
    if _is_shown(char):
        return char
    code = ord(char)
    return json.dumps(char)[1:-1] if code < 0x10000 else f"\\U{code:08X}"
