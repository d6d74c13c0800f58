"""Saving a knowledge file: whole or not at all, and never over what somebody else has saved."""

import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.curation.saving import content, save
from bot.errors import Conflict, EditError

ENTRY = "- id: x\n  phrasings:\n    - a\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with one entry."""
    path = tmp_path / "qa.yaml"
    path.write_bytes(ENTRY.encode())
    return path


def names(file: Path) -> list[str]:
    """What stands in the folder of a file."""
    return sorted(path.name for path in file.parent.iterdir())


def test_the_file_holds_the_new_text(file):
    """To the letter, with the line ends that the text has, and nothing is left beside it."""
    save(file, "- id: ü\r\n", ENTRY)

    assert file.read_bytes() == "- id: ü\r\n".encode()
    assert names(file) == ["qa.yaml"]


def test_mode_and_links_stay(file):
    """A link leads where it led, and who may read the file may still do so."""
    file.chmod(0o640)
    link = file.with_name("link.yaml")
    link.symlink_to("qa.yaml")

    save(link, "new", ENTRY)

    assert link.is_symlink()
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o7777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_stays(file):
    """Also when somebody else saves it."""
    os.chown(file, 1234, 4321)

    save(file, "new", ENTRY)

    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


def test_a_file_that_is_missing_is_begun(file):
    """It counts as empty."""
    file.unlink()
    assert content(file) == ""

    save(file, "new", "")

    assert file.read_text() == "new"


def test_what_somebody_else_saved_stays(file):
    """Whoever edited an older text is told so."""
    file.write_text("by somebody else")

    with pytest.raises(Conflict, match="somebody else"):
        save(file, "mine", ENTRY)

    assert file.read_text() == "by somebody else"


def test_of_two_that_begin_at_once_one_is_told(file):
    """Many edit the same text at the same moment: exactly one of them saves."""
    begin = threading.Barrier(8)
    outcomes = []

    def edit(number: int) -> None:
        begin.wait()
        try:
            save(file, f"by {number}", ENTRY)
        except Conflict:
            outcomes.append(None)
        else:
            outcomes.append(number)

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = [number for number in outcomes if number is not None]
    assert file.read_text() == f"by {winner}"


ADDING = """
import sys
from pathlib import Path
from bot.curation.saving import content, save
from bot.curation.writing import add_phrasing
from bot.errors import Conflict
path, name = Path(sys.argv[1]), sys.argv[2]
for number in range(int(sys.argv[3])):
    while True:
        text = content(path)
        try:
            save(path, add_phrasing(text, "x", f"{name} {number}"), text)
            break
        except Conflict:
            pass
"""


def adding(file: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    """A process that adds so many phrasings."""
    command = [sys.executable, "-c", ADDING, str(file), name, str(count)]
    return subprocess.Popen(command)


def test_several_processes_lose_nothing(file):
    """Whoever is told that the file has changed edits it again; all edits are there at the end."""
    processes = [adding(file, name, 15) for name in "bcd"]
    for process in processes:
        assert process.wait(60) == 0

    lines = file.read_text().splitlines()
    assert sorted(lines[3:]) == sorted(f"    - {name} {n}" for name in "bcd" for n in range(15))


ENDING = """
import os, signal, sys
from pathlib import Path
from bot.curation import saving

path = Path(sys.argv[1])
left = 0

def ended(frame, event, _):
    global left
    if frame.f_code.co_filename != saving.__file__:
        return None
    left -= event == "line"
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return ended

for moment in range(1000):
    path.write_text("old")
    child = os.fork()
    if child == 0:
        left = moment
        sys.settrace(ended)
        saving.save(path, "new", "old")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    text = path.read_text()
    assert text in ("old", "new"), text
    saving.save(path, "after", text)
    assert os.listdir(path.parent) == [path.name]
    if os.WIFEXITED(status):
        break
print(moment)
"""


def test_a_process_that_is_ended_leaves_the_file_whole(file):
    """Killed before every single line of the saving: the file is whole, the next save works."""
    command = [sys.executable, "-c", ENDING, str(file)]

    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 0, ended.stderr
    assert 30 < int(ended.stdout) < 999


def test_a_full_disk_leaves_the_old_text(file):
    """What has no room is refused with the reason of the system, and nothing is left behind."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(EditError, match="cannot be saved: File too large"):
            save(file, "new" * 1000, ENTRY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert file.read_text() == ENTRY
    assert names(file) == ["qa.yaml"]


def test_what_a_killed_process_left_is_removed(file):
    """The next that saves clears it away."""
    file.with_name(".qa.yaml.abc.new").write_text("half of")

    save(file, "new", ENTRY)

    assert names(file) == ["qa.yaml"]


REFUSED = {
    "no UTF-8": (b"caf\xe9", "no UTF-8"),
    "a folder": (None, "cannot be read"),
}


@pytest.mark.parametrize(("data", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_text_is_refused(file, data, words):
    """It is said why."""
    file.unlink()
    file.mkdir() if data is None else file.write_bytes(data)

    with pytest.raises(EditError, match=words):
        save(file, "new", "")


def test_half_a_character_is_refused(file):
    """There is no way to write it."""
    with pytest.raises(EditError, match="half of a character"):
        save(file, "\ud83d", ENTRY)

    assert file.read_text() == ENTRY


def test_a_read_only_file_is_left_alone(file, monkeypatch):
    """Though its folder could be written to."""
    file.chmod(0o444)
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere

    with pytest.raises(EditError, match="it is read-only"):
        save(file, "new", ENTRY)

    assert file.read_text() == ENTRY


def test_no_such_folder(tmp_path):
    """It is said what the system says."""
    with pytest.raises(EditError, match="cannot be saved"):
        save(tmp_path / "none" / "qa.yaml", "new", "")
