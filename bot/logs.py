"""What the operator reads: one line an event, no words of people, never a token."""

import logging
import re

TOKEN = re.compile(r"\d+:[\w-]{20,}")


class Redacting(logging.Formatter):
    """Formats a record with every token taken out, in tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return TOKEN.sub("<token>", super().format(record))


def set_up(level: str) -> None:
    """Log to standard error from this level on; the libraries from WARNING."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level="WARNING", handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
    # python-telegram-bot logs whole updates and requests; we tell the causes ourselves.
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
