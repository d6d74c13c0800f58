"""What was counted, as the operator sees it."""

import json
from datetime import date, timedelta

import pytest

from bot import store
from bot.cli import main
from bot.stats import Stats
from bot.store import FILE, Counters

TODAY = date(2026, 11, 24)


def count(path, days_ago, **times):
    """Count things so many days ago; blanks of a name are written as underscores."""
    counters = Counters(path, lambda: TODAY - timedelta(days_ago), lambda *_: None)
    for name, number in times.items():
        for _ in range(number):
            counters.add(name.replace("_", " "))
    counters.flush()


@pytest.fixture
def counters(tmp_path):
    """Some days of use."""
    path = tmp_path / FILE
    count(path, 0, outcome_answer=2, answered_hurt=2, opened_sore=1, button_question=1)
    count(path, 6, outcome_answer=1, outcome_none=1, answered_sore=1, late_answers=1)
    count(path, 30, outcome_answer=1200, outcome_talk=7, answered_hurt=1200, helped_hurt=3)
    count(path, 30, card_inflammation_full=4, error_ValueError=1, did_not_help_hurt=1)
    return Counters(path, lambda: TODAY)


def test_the_table(counters):
    """Parts without anything are left out; what is most frequent comes first."""
    assert Stats.of(counters, TODAY).as_text().splitlines() == [
        "                                           today        7 days           all",
        "",
        "Messages",
        "  answer                                       2             3         1,203",
        "  talk                                         0             0             7",
        "  none                                         0             1             1",
        "",
        "Safety cards",
        "  inflammation full                            0             0             4",
        "",
        "Buttons",
        "  question                                     1             1             1",
        "",
        "Errors",
        "  ValueError                                   0             0             1",
        "",
        "Other",
        "  late answers                                 0             1             1",
        "",
        "Entries, in all                         answered       offered        opened"
        "        helped  did not help",
        "  hurt                                     1,202             0             0"
        "             3             1",
        "  sore                                         1             0             1"
        "             0             0",
    ]


def test_the_data(counters):
    """Every name with its times, for other programs."""
    data = Stats.of(counters, TODAY).as_data()

    assert data["today"] == {
        "outcome answer": 2,
        "answered hurt": 2,
        "opened sore": 1,
        "button question": 1,
    }
    assert data["last_7_days"]["outcome answer"] == 3
    assert data["all"]["outcome answer"] == 1203


def test_every_name_has_a_place_in_the_table(tmp_path):
    """Whatever is counted one day is shown, also by a version that does not know it."""
    values = [value for name, value in vars(store).items() if name.isupper()]
    names = {value for value in values if isinstance(value, str)} - {FILE}
    names = {name for name in names if "\n" not in name} | {"something new"}
    shown = {name: f"x{n}" if name.endswith(" ") else name for n, name in enumerate(names)}
    counters = Counters(tmp_path / FILE, later=lambda *_: None)
    for name, label in shown.items():
        counters.add(name if name == label else f"{name}{label}")
    counters.flush()

    table = Stats.of(counters, TODAY).as_text().splitlines()

    assert len(shown) > 20
    for label in shown.values():
        assert sum(line.startswith(f"  {label} ") for line in table) == 1


# ---------------------------------------------------------------- the command


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    """Where the command looks; nothing else is set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def test_nothing_counted_yet(data_dir, capsys):
    """Nothing is wrong then."""
    assert main(["stats"]) == 0
    assert capsys.readouterr().out == "Nothing counted yet\n"
    assert main(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"today": {}, "last_7_days": {}, "all": {}}
    assert list(data_dir.iterdir()) == []


@pytest.mark.usefixtures("data_dir", "counters")
def test_the_command(capsys):
    """It prints the table, or the data."""
    assert main(["stats"]) == 0
    assert "  hurt    " in capsys.readouterr().out
    assert main(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["all"]["answered hurt"] == 1202


def test_a_damaged_file_is_one_line(data_dir, capsys):
    """The exit code is 1: what was asked for failed."""
    (data_dir / FILE).write_bytes(b"this is no database, it is a text of some length" * 99)

    assert main(["stats"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"nmt-bot: The counters in {data_dir / FILE} cannot be read")
    assert len(said.err.splitlines()) == 1
