"""What the guides tell people to type and to copy: it exists, and does what they say."""

import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.cli import COMMANDS
from bot.options import parser
from bot.settings import CHECKOUT, Settings

GUIDES = ("README.md", "knowledge/README.md", "tests/README.md")
README = (CHECKOUT / "README.md").read_text("utf-8")
COMMAND = re.compile(r"\bpython -m bot(?P<rest>(?: +(?:--?)?[\w./-]+| \"[^\"]*\")*)")


def block(language):
    """The one block of README in a language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return found


def is_understood(arguments):
    """Whether the bot has such a command with such options; ends the test if not."""
    parser(COMMANDS).parse_args(arguments)
    return True


def commands(text):
    """The arguments of every command in code: in `these`, and in lines that are set apart."""
    code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^(?: {4}|\$ )(.+)$", text, re.MULTILINE)
    for line in code:
        for found in COMMAND.finditer(line.partition("  # ")[0]):
            yield shlex.split(found["rest"])


@pytest.mark.parametrize("guide", GUIDES)
def test_the_commands_exist(guide):
    """Nobody types a command from a guide that the bot does not know."""
    found = list(commands((CHECKOUT / guide).read_text("utf-8")))

    assert found
    assert all(is_understood(arguments) for arguments in found)


def test_the_commands_of_the_table_are_all_commands():
    """The table has a row for each, and `--help` as many."""
    rows = re.findall(r"^\| `python -m bot(?: (\w+))?", README, re.MULTILINE)
    choices = set(parser(COMMANDS)._subparsers._group_actions[0].choices)  # type: ignore[union-attr]

    assert set(rows) - {""} == choices


# ---------------------------------------------------------------- systemd


@pytest.fixture
def unit():
    """The unit, read as systemd does: nothing in it stands twice."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read_string(block("ini"))
    return parser


def test_the_unit_starts_the_bot(unit):
    """Its command exists, in the folder of which the text speaks."""
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])

    assert program == f"{unit['Service']['WorkingDirectory']}/.venv/bin/python"
    assert arguments[:2] == ["-m", "bot"]
    assert is_understood(arguments[2:])
    assert f"The checkout stands in `{unit['Service']['WorkingDirectory']}`" in README


def test_the_unit_knows_the_bots_signs_and_codes(unit):
    """It waits for READY, restarts what hangs or fails, and leaves alone what is set up wrongly."""
    service = unit["Service"]

    assert (service["Type"], service["Restart"]) == ("notify", "on-failure")
    assert service["RestartPreventExitStatus"] == "2"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
    assert "AF_UNIX" in service["RestrictAddressFamilies"]  # where the signs go


def test_the_data_of_the_unit_may_be_written(unit):
    """DATA_DIR is the folder that systemd makes for it; all else is closed."""
    service = unit["Service"]
    name, _, folder = service["Environment"].partition("=")

    assert (name, folder) == ("DATA_DIR", f"/var/lib/{service['StateDirectory']}")
    assert service["ProtectSystem"] == "strict"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_accepts_the_unit(tmp_path):
    """No line is misspelt; the program that is not installed here is another one."""
    path = tmp_path / "nmt-bot.service"
    path.write_text(block("ini").replace("/opt/nmt-bot/.venv/bin/python", sys.executable))

    done = subprocess.run(
        ["systemd-analyze", "verify", path], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


# ---------------------------------------------------------------- containers


@pytest.fixture
def recipe():
    """Instruction -> what follows it, of the Dockerfile."""
    return [line.split(maxsplit=1) for line in block("dockerfile").splitlines()]


def test_the_container_runs_the_bot(recipe):
    """As itself, not through a shell that would keep SIGTERM to itself; and so for its health."""
    found = {name: rest for name, rest in recipe if name in ("CMD", "HEALTHCHECK")}

    for rest in found.values():
        python, *arguments = json.loads(rest[rest.index("[") :])
        assert (python, *arguments[:2]) == ("python", "-m", "bot")
        assert is_understood(arguments[2:])
    assert set(found) == {"CMD", "HEALTHCHECK"}


def test_the_container_gets_what_it_needs_and_no_secret(recipe):
    """Everything that is copied is part of the repository."""
    sources = [word for name, rest in recipe if name == "COPY" for word in rest.split()[:-1]]

    assert all((CHECKOUT / source).exists() for source in sources)
    assert not any(source.startswith(".") for source in sources)


def test_the_container_is_not_root_and_owns_its_data(recipe):
    """The folder of the volume belongs to who runs, wherever it is named."""
    told = dict(recipe)
    folder = told["ENV"].partition("=")[2]
    user = told["USER"].partition(":")[0]
    (made,) = [json.loads(rest) for name, rest in recipe if name == "RUN" and folder in rest]
    composed = yaml.safe_load(block("yaml"))["services"]["bot"]

    assert user.isdecimal()
    assert int(user) > 0
    assert f"--owner={user}" in made
    assert json.loads(told["VOLUME"]) == [folder]
    assert composed["environment"] == {"DATA_DIR": folder}
    assert [volume for volume in composed["volumes"] if volume.endswith(f":{folder}")]
    assert [v for v in composed["volumes"] if v == f"./knowledge:{told['WORKDIR']}/knowledge:ro"]


# ---------------------------------------------------------------- settings and logs


def test_every_setting_that_is_named_exists():
    """A misspelt setting would be passed over without a word."""
    example = (CHECKOUT / ".env.example").read_text("utf-8")
    known = set(re.findall(r'"([A-Z_]{6,})"', (CHECKOUT / "bot/settings.py").read_text("utf-8")))
    named = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))

    assert named
    assert named <= known
    assert Settings.from_mapping(dict.fromkeys(named, "")) == Settings()


def test_the_log_looks_as_shown():
    """Each line has time, level, part of the program and what happened."""
    shown = re.findall(r"^\d{4}-\d\d-\d\dT.+$", README, re.MULTILINE)

    assert len(shown) > 3
    for line in shown:
        part = re.fullmatch(r"[\d-]{10}T[\d:.]{12}Z (?:INFO|WARNING|ERROR) (bot[\w.]*): .+", line)
        assert part, line
        assert (CHECKOUT / Path(*part[1].split(".")).with_suffix(".py")).exists()
