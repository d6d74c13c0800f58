"""`python -m bot`."""

import signal
import sys
from types import FrameType


def _end(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    # Told to stop before the rest is even loaded: that is no error either.
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)

    from bot.cli import main

    sys.exit(main())
