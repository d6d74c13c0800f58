"""Faults on demand: what goes wrong with the bot's next requests."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import Any

from bot.offline.parameters import Json, Refusal

REFUSALS: dict[str, tuple[int, str]] = {
    "429": (429, "Too Many Requests: retry after {retry_after}"),
    "500": (500, "Internal Server Error"),
    "502": (502, "Bad Gateway"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "refusal": (0, ""),
}
"""Fault -> what the bot is told instead of being served."""
FAULTS = (*REFUSALS, "slow", "drop-before", "drop-after", "outage", "duplicate", "unparsable")


class FaultError(ValueError):
    """A fault that cannot be had; says what is possible."""


class Cut(ConnectionError):
    """The connection is to break here, without an answer."""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong."""

    fault: str
    method: str = ""
    """Only requests of this method; empty: of every method but getUpdates."""
    times: int = 1
    """How many requests it hits (of `outage`: without limit)."""
    retry_after: int = 1
    """Seconds that a 429 tells to wait."""
    seconds: float = 1
    """How long `slow` takes and an `outage` lasts."""
    chat: int = 0
    """Only requests about this chat."""
    code: int = 400
    """Error code of a `refusal`."""
    description: str = "Bad Request"
    """Its words."""
    migrate_to_chat_id: int = 0
    """Where its group has gone."""

    def __post_init__(self) -> None:
        if self.fault not in FAULTS:
            raise FaultError(f"there is no fault {self.fault!r}; there are: {', '.join(FAULTS)}")
        for item in fields(self):
            kinds = (int, float) if item.type is float else item.type
            value = getattr(self, item.name)
            if not isinstance(value, kinds) or isinstance(value, bool):  # type: ignore[arg-type]
                raise FaultError(f"{item.name} should be a {_noun(item.type)}, not {value!r}")
        if self.times < 1 or not 0 <= self.seconds < math.inf or self.retry_after < 1:
            raise FaultError("times and retry_after are at least 1, seconds at least 0 and finite")

    def refusal(self) -> Refusal | None:
        """What the bot is told, None when the fault is of another kind."""
        if self.fault not in REFUSALS:
            return None
        code, words = REFUSALS[self.fault]
        if self.fault == "429":
            words = words.format(retry_after=self.retry_after)
            return Refusal(code, words, retry_after=self.retry_after)
        if self.fault == "refusal":
            gone = self.migrate_to_chat_id
            more = {"migrate_to_chat_id": gone} if gone else {}
            return Refusal(self.code, self.description, **more)
        return Refusal(code, words)


def _noun(kind: Any) -> str:
    return {str: "text", int: "whole number", float: "number"}[kind]


class Faults:
    """The faults that are still to come."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """No faults yet.

        Args:
            clock: seconds that never go back.
            pause: waits that many seconds.
        """
        self.planned: list[Fault] = []
        self._clock = clock
        self._pause = pause
        self._out_until = 0.0

    def plan(self, fault: str, **more: Any) -> Fault:
        """Let something go wrong; see `Fault` for what can be said about it.

        Raises:
            FaultError: there is no such fault, or something about it is wrong.
        """
        known = {item.name for item in fields(Fault)}
        if unknown := set(more) - known:
            raise FaultError(
                f"a fault has no {', '.join(sorted(unknown))}; it has: {', '.join(sorted(known))}"
            )
        planned = Fault(fault, **more)
        if fault == "outage":
            self._out_until = self._clock() + planned.seconds
        else:
            self.planned.append(planned)
        return planned

    def clear(self) -> None:
        """Let all be well again."""
        self.planned.clear()
        self._out_until = 0.0

    def as_json(self) -> list[Json]:
        """What is still to come."""
        return [{item.name: getattr(f, item.name) for item in fields(f)} for f in self.planned]

    async def strike(self, method: str, parameters: Json) -> bool:
        """Let a request fail if it is its turn; True when its answer is to be lost.

        Raises:
            Refusal: the bot is told no.
            Cut: the connection breaks.
        """
        if self._clock() < self._out_until:
            raise Cut("outage")
        fault = self._take(method, str(parameters.get("chat_id", "")))
        if fault is None:
            return False
        refusal = fault.refusal()
        if refusal:
            raise refusal
        if fault.fault == "drop-before":
            raise Cut("dropped before the effect")
        if fault.fault == "slow":
            await self._pause(fault.seconds)
        return fault.fault == "drop-after"

    def copies(self) -> int:
        """How often the next update is delivered."""
        for fault in self.planned:
            if fault.fault == "duplicate":
                self._use(fault)
                return 2
        return 1

    def _take(self, method: str, chat: str) -> Fault | None:
        for fault in self.planned:
            is_meant = (
                fault.method.lower() == method if fault.method else method != "getupdates"
            ) and (not fault.chat or str(fault.chat) == chat)
            if is_meant and fault.fault != "duplicate":
                self._use(fault)
                return fault
        return None

    def _use(self, fault: Fault) -> None:
        fault.times -= 1
        if not fault.times:
            self.planned.remove(fault)
