"""What can go wrong on purpose.

BotError
├── SettingsError    a setting is missing, malformed or refused (exit code 2)
├── KnowledgeError   the knowledge folder has faults (exit code 1); carries every `Problem`
└── EditError        an edit of a knowledge file cannot be made, or not be saved (exit code 1)
    └── Conflict     the file is no longer what the edit was made from

Mistakes inside the knowledge files are data (`Problem`), so that all of them can be shown at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


class BotError(Exception):
    """Something that a person can put right; its text says how."""


class SettingsError(BotError):
    """A setting or an option is missing, malformed or refused."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in one knowledge file; lines count from 1."""

    path: str
    line: int
    message: str
    rule: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """`path:line: message [rule]`, with `warning: ` before the message of a warning."""
        mark = "warning: " if self.level == "warning" else ""
        return f"{self.path}:{self.line}: {mark}{self.message} [{self.rule}]"


class KnowledgeError(BotError):
    """The knowledge cannot be served; `problems` holds every fault that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class EditError(BotError):
    """An edit of a knowledge file cannot be made or saved; nothing has been changed."""


class Conflict(EditError):
    """The file is no longer what the edit was made from; nothing has been overwritten."""
