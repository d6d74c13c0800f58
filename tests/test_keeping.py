"""What is kept on disk: whether there is room for it."""

import contextlib
import resource

import pytest

from bot.keeping import obstacle


@contextlib.contextmanager
def full():
    """No file of this process can grow: the nearest that one gets to a full disk without one.

    Not a fixture: pytest writes its own log before it takes one down.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_that_is_not_there_is_made(tmp_path):
    """Nothing else is left in it."""
    assert obstacle(tmp_path / "new" / "data") == ""
    assert list((tmp_path / "new" / "data").iterdir()) == []


OBSTACLES = {
    "a file in its place": ("file", "File exists"),
    "a file in the place of what it is in": ("file/data", "Not a directory"),
    "a name that no disk can have": ("x" * 999, "File name too long"),
}


@pytest.mark.parametrize(("name", "expected"), OBSTACLES.values(), ids=OBSTACLES)
def test_what_is_in_the_way_is_named(tmp_path, name, expected):
    (tmp_path / "file").touch()

    assert expected == obstacle(tmp_path / name)


def test_a_full_disk_is_in_the_way(tmp_path):
    """That a folder is there does not mean that anything can be put into it."""
    with full():
        found = obstacle(tmp_path)

    assert found == "File too large"
