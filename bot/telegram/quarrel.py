"""Two copies of the bot with one token: which of them gives way.

When one asks for updates, Telegram ends the asking of the other. So both hear the same, and neither
knows of the other more than that: each goes by how long it had served when it began.
"""

import math
from collections.abc import Callable

PATIENCE = ((10.0, 3), (120.0, 6))
"""Who had served for less than so many seconds gives way after so many conflicts; all others stay.
A copy that is just being replaced may meet one or two."""
PAUSE_S = 2.0
"""Each lets the other one ask for so long."""
CALM_S = 5.0
"""Was it quiet for longer, the other one had ended."""


class Quarrel:
    """The conflicts that this copy has with another one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """No conflict yet.

        Args:
            clock: seconds that never go back.
        """
        self._clock = clock
        self._since = self._calm_since = clock()
        self._is_calm = True
        self._served_s = 0.0
        """How long this copy had served when the quarrel began."""
        self._conflicts = 0

    def begin(self) -> None:
        """This copy serves from now on."""
        self._since = self._clock()

    def ask(self) -> None:
        """This copy asks for updates."""
        if not self._is_calm:
            self._is_calm, self._calm_since = True, self._clock()

    def is_lost(self) -> bool:
        """Another copy has asked: whether this one is to give way."""
        now = self._clock()
        if now - self._calm_since > CALM_S:
            self._conflicts = 0
        if not self._conflicts:
            self._served_s = now - self._since
        self._conflicts, self._is_calm = self._conflicts + 1, False
        most = next((most for s, most in PATIENCE if self._served_s < s), math.inf)
        return self._conflicts > most
