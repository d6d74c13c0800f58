"""Environment and `.env` -> frozen values."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import CHECKOUT, Settings

CREDENTIAL = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"

UNDERSTOOD = {
    "a token": ("TELEGRAM_BOT_TOKEN", CREDENTIAL, "token", CREDENTIAL),
    "white space around a value is dropped": ("TELEGRAM_BOT_TOKEN", " 1:a\n", "token", "1:a"),
    "a blank value is none": ("TELEGRAM_BOT_TOKEN", "  ", "token", ""),
    "another Bot API server": (
        "TELEGRAM_API_URL",
        "http://127.0.0.1:8081",
        "api_url",
        "http://127.0.0.1:8081",
    ),
    "a slash at its end does no harm": (
        "TELEGRAM_API_URL",
        "https://example.org/",
        "api_url",
        "https://example.org",
    ),
    "an address in brackets": ("TELEGRAM_API_URL", "http://[::1]:80", "api_url", "http://[::1]:80"),
    "a blank address is Telegram's": (
        "TELEGRAM_API_URL",
        "",
        "api_url",
        "https://api.telegram.org",
    ),
    "a knowledge folder": ("KNOWLEDGE_DIR", "bread", "knowledge_dir", Path("bread")),
    "without one it is that of the checkout": (
        "KNOWLEDGE_DIR",
        "",
        "knowledge_dir",
        CHECKOUT / "knowledge",
    ),
    "a data folder": ("DATA_DIR", "/tmp/crumbs", "data_dir", Path("/tmp/crumbs")),  # noqa: S108
    "without one it is .data of the checkout": ("DATA_DIR", "", "data_dir", CHECKOUT / ".data"),
    "a contact": ("OPERATOR_CONTACT", "the baker", "operator_contact", "the baker"),
    "an emergency number": ("EMERGENCY_NUMBER", "112", "emergency_number", "112"),
    "a long one": ("EMERGENCY_NUMBER", "+43 1-23 45", "emergency_number", "+43 1-23 45"),
    "notes off": ("EDITOR_NOTES", "OFF", "editor_notes", False),
    "notes on": ("EDITOR_NOTES", "on", "editor_notes", True),
    "nothing is passed on": ("PASS_ON", "off", "pass_on", False),
    "without a word questions can be passed on": ("PASS_ON", "", "pass_on", True),
    "without a word notes are on": ("EDITOR_NOTES", "", "editor_notes", True),
    "chats": ("ADMIN_CHATS", "12345,-10067890", "admin_chats", (12345, -10067890)),
    "chats with spaces": ("ADMIN_CHATS", " 1 , 2 3 ", "admin_chats", (1, 2, 3)),
    "no chats": ("ADMIN_CHATS", "", "admin_chats", ()),
    "a level in any case": ("LOG_LEVEL", "debug", "log_level", "DEBUG"),
    "without a level INFO": ("LOG_LEVEL", "", "log_level", "INFO"),
    "where systemd listens": ("NOTIFY_SOCKET", "@systemd", "notify_socket", "@systemd"),
}


@pytest.mark.parametrize(
    ("name", "value", "attribute", "expected"), UNDERSTOOD.values(), ids=UNDERSTOOD
)
def test_is_understood(name, value, attribute, expected):
    assert getattr(Settings.from_mapping({name: value}), attribute) == expected


MALFORMED = {
    "a token without a colon": ("TELEGRAM_BOT_TOKEN", "hunter2"),
    "a token with a word before the colon": ("TELEGRAM_BOT_TOKEN", "bot:hunter2"),
    "a token with a space inside": ("TELEGRAM_BOT_TOKEN", "1:hunter 2"),
    "a token with a slash": ("TELEGRAM_BOT_TOKEN", "1:hunter/2"),
    "a token of foreign digits": ("TELEGRAM_BOT_TOKEN", "١:hunter2"),
    "an address without a scheme": ("TELEGRAM_API_URL", "127.0.0.1:8081"),
    "an address of another scheme": ("TELEGRAM_API_URL", "ftp://example.org"),
    "an address without a host": ("TELEGRAM_API_URL", "http://"),
    "an address with a password": ("TELEGRAM_API_URL", "http://me:secret@example.org"),
    "an address with other letters": ("TELEGRAM_API_URL", "http://bücher.example"),
    "an address with nothing between dots": ("TELEGRAM_API_URL", "http://a..b"),
    "an address with a path": ("TELEGRAM_API_URL", "http://example.org/bot"),
    "an address with a question": ("TELEGRAM_API_URL", "http://example.org?x=1"),
    "an address with an open bracket": ("TELEGRAM_API_URL", "http://["),
    "an address with a port that is no number": ("TELEGRAM_API_URL", "http://example.org:x"),
    "an emergency number in words": ("EMERGENCY_NUMBER", "the fire brigade"),
    "an emergency number without digits": ("EMERGENCY_NUMBER", "--"),
    "an emergency number with markup": ("EMERGENCY_NUMBER", "<b>112</b>"),
    "a switch in between": ("EDITOR_NOTES", "sometimes"),
    "another switch in between": ("PASS_ON", "perhaps"),
    "a chat by its name": ("ADMIN_CHATS", "12345,@bakers"),
    "a level that does not exist": ("LOG_LEVEL", "CHATTY"),
}


@pytest.mark.parametrize(("name", "value"), MALFORMED.values(), ids=MALFORMED)
def test_is_refused_by_name(name, value):
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping({name: value})
    assert name in str(caught.value)
    assert "hunter" not in str(caught.value)


def test_the_token_never_shows():
    """Settings can be printed and logged without giving the token away."""
    settings = Settings.from_mapping({"TELEGRAM_BOT_TOKEN": CREDENTIAL})
    assert CREDENTIAL not in f"{settings!r} {settings}"


def test_settings_do_not_change():
    """Settings are read once."""
    with pytest.raises(FrozenInstanceError):
        Settings().log_level = "DEBUG"


FILES = {
    "a value": (b"LOG_LEVEL=DEBUG\n", "DEBUG"),
    "a value in quotes, with a comment": (b'# loud\nexport LOG_LEVEL="DEBUG" # very\n', "DEBUG"),
    "lines that end as on Windows": (b"LOG_LEVEL=DEBUG\r\n", "DEBUG"),
    "a byte order mark": (b"\xef\xbb\xbfLOG_LEVEL=DEBUG\n", "DEBUG"),
    "a name without a value": (b"LOG_LEVEL\n", "INFO"),
    "an empty file": (b"", "INFO"),
    "a value is taken as it stands": (b"X=ERROR\nLOG_LEVEL=DEBUG\nY=${LOG_LEVEL}\n", "DEBUG"),
}


@pytest.mark.parametrize(("content", "expected"), FILES.values(), ids=FILES)
def test_a_file_of_settings_with(tmp_path, monkeypatch, content, expected):
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    (tmp_path / ".env").write_bytes(content)
    assert Settings.load(tmp_path).log_level == expected


def test_the_file_is_looked_for_where_one_is(tmp_path, monkeypatch):
    """`.env` is read from the working directory."""
    monkeypatch.delenv("OPERATOR_CONTACT", raising=False)
    (tmp_path / ".env").write_text("OPERATOR_CONTACT=the baker\n")
    monkeypatch.chdir(tmp_path)
    assert Settings.load().operator_contact == "the baker"


def test_the_environment_wins(tmp_path, monkeypatch):
    """What stands in the environment is stronger than `.env`."""
    (tmp_path / ".env").write_text("OPERATOR_CONTACT=the file\nLOG_LEVEL=ERROR\n")
    monkeypatch.setenv("OPERATOR_CONTACT", "the environment")
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    settings = Settings.load(tmp_path)
    assert (settings.operator_contact, settings.log_level) == ("the environment", "ERROR")


def test_without_a_file_the_environment_is_enough(tmp_path, monkeypatch):
    """`.env` is optional."""
    monkeypatch.setenv("OPERATOR_CONTACT", "the environment")
    assert Settings.load(tmp_path).operator_contact == "the environment"


def test_a_file_that_is_no_text_is_refused_by_its_path(tmp_path):
    """A `.env` in another encoding is an error of set-up, not a crash."""
    (tmp_path / ".env").write_bytes(b"OPERATOR_CONTACT=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        Settings.load(tmp_path)


def test_a_malformed_value_in_the_file_is_refused_by_name(tmp_path, monkeypatch):
    """The file is held to the same rules as the environment."""
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    (tmp_path / ".env").write_text("LOG_LEVEL=CHATTY\n")
    with pytest.raises(SettingsError, match="LOG_LEVEL"):
        Settings.load(tmp_path)
