"""Environment and `.env` -> frozen values. The only reader of environment variables."""

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SettingsError

CHECKOUT = Path(__file__).resolve().parent.parent
TELEGRAM = "https://api.telegram.org"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this copy of the bot is set up."""

    token: str = field(default="", repr=False)
    api_url: str = TELEGRAM
    knowledge_dir: Path = CHECKOUT / "knowledge"
    data_dir: Path = CHECKOUT / ".data"
    operator_contact: str = ""
    emergency_number: str = ""
    editor_notes: bool = True
    pass_on: bool = True
    """Whether people are offered to pass a question on to the maintainers."""
    admin_chats: tuple[int, ...] = ()
    late_after_s: float = 600.0
    """A question that has waited longer is answered with an apology."""
    log_level: str = "INFO"
    notify_socket: str = ""
    """Where systemd listens whether the bot is well; it sets the variable itself."""

    @classmethod
    def load(cls, folder: Path | None = None) -> "Settings":
        """Settings from the environment and from `.env` in `folder`; the environment wins.

        Raises:
            SettingsError: A value is malformed; the message names the variable.
        """
        path = (folder or Path.cwd()) / ".env"
        if not path.is_file():
            return cls.from_mapping(os.environ)
        from dotenv import dotenv_values

        try:
            values = dotenv_values(path, interpolate=False, encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} cannot be read: {error}") from None
        filled = {name: value for name, value in values.items() if value is not None}
        return cls.from_mapping({**filled, **os.environ})

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> "Settings":
        """Settings from names and values as they stand in an environment; blank means unset.

        Raises:
            SettingsError: A value is malformed; the message names the variable.
        """
        given = {name: value.strip() for name, value in values.items() if value.strip()}
        return cls(
            token=_token(given.get("TELEGRAM_BOT_TOKEN", "")),
            api_url=_origin(given.get("TELEGRAM_API_URL", TELEGRAM)),
            knowledge_dir=Path(given.get("KNOWLEDGE_DIR", cls().knowledge_dir)),
            data_dir=Path(given.get("DATA_DIR", cls().data_dir)),
            operator_contact=given.get("OPERATOR_CONTACT", ""),
            emergency_number=_phone(given.get("EMERGENCY_NUMBER", "")),
            editor_notes=_switch("EDITOR_NOTES", given),
            pass_on=_switch("PASS_ON", given),
            admin_chats=_chats(given.get("ADMIN_CHATS", "")),
            late_after_s=60 * _minutes(given.get("LATE_AFTER_MINUTES", "10")),
            log_level=_level(given.get("LOG_LEVEL", "INFO")),
            notify_socket=given.get("NOTIFY_SOCKET", ""),
        )


def has_desktop(values: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser would have a window to open here."""
    displays = (values.get("DISPLAY"), values.get("WAYLAND_DISPLAY"))
    return sys.platform in ("darwin", "win32") or any(displays)


def _token(value: str) -> str:
    if value and not re.fullmatch(r"\d+:[\w-]+", value, re.ASCII):
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is malformed: it should be what BotFather gave you, "
            "digits, a colon, then letters and digits, such as 123456789:AAE..."
        )
    return value


def _origin(value: str) -> str:
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        is_origin = parts.scheme in ("http", "https") and host.isascii() and all(host.split("."))
        is_origin = is_origin and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        is_origin = False
    if not is_origin or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise SettingsError(
            "TELEGRAM_API_URL is malformed: it should be an origin such as http://127.0.0.1:8081, "
            "without a path, a password or other letters than a to z"
        )
    return f"{parts.scheme}://{parts.netloc}"


def _phone(value: str) -> str:
    if value and not re.fullmatch(r"\+?\d[\d -]{1,19}", value, re.ASCII):
        raise SettingsError("EMERGENCY_NUMBER should be a telephone number such as 112")
    return value


def _switch(name: str, given: Mapping[str, str]) -> bool:
    value = given.get(name, "on")
    if value.lower() not in ("on", "off"):
        raise SettingsError(f"{name} should be on or off")
    return value.lower() == "on"


def _chats(value: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in value.replace(",", " ").split())
    except ValueError:
        raise SettingsError(
            "ADMIN_CHATS should be chat numbers separated by commas, such as 12345,-10067890"
        ) from None


def _minutes(value: str) -> float:
    if not re.fullmatch(r"\d{1,4}", value, re.ASCII):
        raise SettingsError("LATE_AFTER_MINUTES should be a number of minutes such as 10")
    return int(value)


def _level(value: str) -> str:
    if value.upper() not in LEVELS:
        raise SettingsError(f"LOG_LEVEL should be one of {', '.join(LEVELS)}")
    return value.upper()
