"""Whether the bot reaches Telegram: it says so in a file and to systemd; `health` reads the file.

A container asks every half minute and gets its answer at once: no knowledge is read, no Telegram
asked. Time is the machine's uptime, which all its processes share and nobody can set.
"""

import contextlib
import json
import logging
import math
import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bot.logs import Trouble

FILE = "health.json"
"""Its name in the data folder."""
EVERY_S = 5.0
"""More often, nothing is written."""
STALE_S = 120.0
"""A bot that has not reached Telegram for longer is not well; it asks twice a minute."""
LEAST_FREE = 4096
"""Bytes; with less room on the disk not even the file of a few lines can be written."""
BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux names here each start of the machine; elsewhere there is no such file."""
Sign = Literal["reached", "ended"]
Clock = Callable[[], float]
log = logging.getLogger(__name__)


class Heartbeat:
    """Tells others that the bot is well. Failing to do so costs a line in the log, no more."""

    def __init__(
        self, folder: Path, notify_socket: str = "", clock: Clock = time.monotonic
    ) -> None:
        """Tell it in this folder, and to systemd.

        Args:
            folder: of the data; it is made when it is not there.
            notify_socket: where systemd listens (NOTIFY_SOCKET); empty if it does not.
            clock: seconds since the machine was started.
        """
        self.path = folder / FILE
        self._socket = notify_socket
        self._clock = clock
        self._written_s = -math.inf
        self._trouble = Trouble(
            log,
            "`python -m bot health` cannot see this bot: %s",
            "`python -m bot health` sees this bot again.",
        )

    def beat(self) -> None:
        """Tell that Telegram has just been reached; may be called as often as one likes."""
        if self._clock() - self._written_s < EVERY_S:
            return
        # systemd heeds READY while the service starts, and later passes it over.
        _notify(self._socket, "READY=1\nSTATUS=Telegram is reached\nWATCHDOG=1")
        self._write("reached")

    def miss(self) -> None:
        """Tell that Telegram was not reached but the bot tries on: a restart would not help."""
        _notify(self._socket, "STATUS=Telegram cannot be reached, trying on\nWATCHDOG=1")

    def end(self) -> None:
        """Tell that the bot ends in good order."""
        _notify(self._socket, "STOPPING=1")
        self._write("ended")

    def _write(self, sign: Sign) -> None:
        self._written_s = self._clock()
        told = {
            "sign": sign,
            "uptime_s": self._written_s,
            "boot": _boot(),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        new = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(told), "utf-8")
            new.replace(self.path)  # nobody ever reads half of it
        except OSError as error:
            self._trouble.begin(error)
        else:
            self._trouble.end()


@dataclass(frozen=True, slots=True)
class Health:
    """How the bot is."""

    is_well: bool
    told: str
    """The same in words, with what to do about it."""
    age_s: float | None = None
    """Seconds since its last sign; None when there is none."""

    def __str__(self) -> str:
        """One line for a person."""
        return f"{'ok' if self.is_well else 'not well'}: {self.told}"

    def as_data(self) -> dict[str, Any]:
        """The same for a program."""
        age_s = None if self.age_s is None else round(self.age_s, 1)
        return {"ok": self.is_well, "age_s": age_s, "message": self.told}


def read(folder: Path, clock: Clock = time.monotonic) -> Health:
    """How the bot is that keeps its data in this folder.

    Args:
        folder: of the data.
        clock: seconds since the machine was started.
    """
    path = folder / FILE
    try:
        found = json.loads(path.read_text("utf-8"))
        sign, age_s, boot = found["sign"], clock() - found["uptime_s"], found["boot"]
    except FileNotFoundError:
        return Health(
            False,
            f"there is no {path}. The bot has not reached Telegram yet (its log says why), "
            "or DATA_DIR is another one for it than here.",
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Health(False, f"{path} cannot be read ({type(error).__name__}). Delete it.")
    if age_s < 0 or (boot and _boot() and boot != _boot()):
        return Health(False, "the bot has not reached Telegram since this machine was started.")
    return _judge(sign, age_s, folder)


def _judge(sign: Sign, age_s: float, folder: Path) -> Health:
    if sign == "ended":
        return Health(False, f"the bot ended {_ago(age_s)}. Start it again.", age_s)
    reached = f"Telegram was last reached {_ago(age_s)}"
    if age_s <= STALE_S:
        return Health(True, reached, age_s)
    if shutil.disk_usage(folder).free < LEAST_FREE:
        return Health(False, f"the disk of {folder} is full. Make room there.", age_s)
    return Health(
        False, f"{reached}. Is the bot running, and the network up? Its log says why.", age_s
    )


def _ago(age_s: float) -> str:
    for unit, seconds in (("days", 86400), ("h", 3600), ("min", 60)):
        if age_s >= 2 * seconds:
            return f"{age_s / seconds:.0f} {unit} ago"
    return f"{age_s:.0f} s ago"


def _boot() -> str:
    """Which start of the machine this is; empty where that is not told."""
    try:
        return BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def _notify(address: str, state: str) -> None:
    """Tell systemd, by its protocol sd_notify; nobody there, or no room for it, is no harm."""
    if not address:
        return
    where = f"\0{address[1:]}" if address.startswith("@") else address  # "@": no file, only a name
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door,
    ):
        door.setblocking(False)
        door.sendto(state.encode(), where)
