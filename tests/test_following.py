"""What is reported when somebody saves a file of the knowledge."""

import asyncio
import contextlib
import logging
import multiprocessing
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from offline_chat import in_loop

from bot import building
from bot.building import build
from bot.following import Learning, Live, Refused, follow, looks
from bot.loading import version
from bot.settings import Settings
from bot.telegram import view

BREAD = Path(__file__).parent / "bread"
PATIENCE_S = 120


@pytest.fixture
def settings(tmp_path):
    shutil.copytree(BREAD, tmp_path / "bread")
    return Settings(knowledge_dir=tmp_path / "bread", data_dir=tmp_path / "data")


def edit(settings, file, old, new):
    """Save a file as an editor does: a new one in place of the old one."""
    path = settings.knowledge_dir / file
    text = path.read_text("utf-8")
    assert old in text
    path.with_suffix(".new").write_text(text.replace(old, new, 1), "utf-8")
    path.with_suffix(".new").replace(path)


def told(change):
    """A change in a few words."""
    match change:
        case Learning():
            return "learning"
        case Live(version, answerer):
            assert version == answerer.knowledge.version
            still = "for now: " if version.is_provisional else ""
            return still + view.text(answerer.ask("how hot").reply).splitlines()[2]
        case Refused(_, problems):
            return " ".join(sorted({problem.rule for problem in problems}))


async def reported(settings, steps):
    """What is reported, in few words, while these steps are taken, one after each report.

    A step edits files; the one after it is taken when the one before has come to an end.
    """
    heard = []
    ended = asyncio.Event()

    async def on_change(change):
        heard.append(told(change))
        if not isinstance(change, Learning) and not change.version.is_provisional:
            ended.set()

    async def changes():
        for step in steps:
            ended.clear()
            before = version(settings.knowledge_dir).fingerprint
            step()
            yield
            if version(settings.knowledge_dir).fingerprint != before:
                await ended.wait()

    await follow(settings, build(settings), on_change, changes())
    return heard


HOT = ("qa.yaml", "says 230 degrees", "says 250 degrees")
BACK = ("qa.yaml", "says 250 degrees", "says 230 degrees")
BROKEN = ("qa.yaml", "id: hello", "id: Hello")
MENDED = ("qa.yaml", "id: Hello", "id: hello")
PHRASING = ("qa.yaml", "- what temperature", "- what temperature\n    - so many kelvin")
THEN = "The article says 230 degrees."
FOR_NOW = f"for now: {THEN}"
FOLLOWED = {
    "an answer": ([[HOT]], ["learning", "The article says 250 degrees."]),
    "a phrasing": ([[PHRASING]], ["learning", FOR_NOW, THEN]),
    "an answer and a phrasing": (
        [[HOT, PHRASING]],
        [
            "learning",
            "for now: The article says 250 degrees.",
            "The article says 250 degrees.",
        ],
    ),
    "a message from elsewhere": (
        [[("words.yaml", "- sing me a song", "- sing me a tune")]],
        ["learning", FOR_NOW, THEN],
    ),
    "a mention, which is learnt to the end first": (
        [[("mentions.yaml", "makes me ill\n", "makes me sick\n")]],
        ["learning", THEN],
    ),
    "a rule, which is learnt to the end first": (
        [[("safety.yaml", "- is there gluten in it", "- is there any gluten in it"), PHRASING]],
        ["learning", THEN],
    ),
    "nothing": ([[]], []),
    "a file that only measures": ([[("examples.yaml", "\n", "\n\n")]], []),
    "several files at once": (
        [[HOT, ("texts.yaml", "From one page", "From a page")]],
        ["learning", "The article says 250 degrees."],
    ),
    "a change and back again": (
        [[HOT], [BACK]],
        ["learning", "The article says 250 degrees.", "learning", "The article says 230 degrees."],
    ),
    "a fault": ([[BROKEN]], ["learning", "bad-id"]),
    "a fault, and another edit": (
        [[BROKEN], [HOT]],
        ["learning", "bad-id", "learning", "bad-id"],
    ),
    "a fault that is mended": (
        [[BROKEN], [HOT, MENDED]],
        ["learning", "bad-id", "learning", "The article says 250 degrees."],
    ),
    "a fault that is taken back": (
        [[BROKEN], [MENDED]],
        ["learning", "bad-id", "learning", "The article says 230 degrees."],
    ),
}


@pytest.mark.parametrize(("steps", "expected"), FOLLOWED.values(), ids=FOLLOWED)
@in_loop
async def test_what_is_reported_after_somebody_saves(settings, steps, expected):
    def save(edits):
        for change in edits:
            edit(settings, *change)

    assert await reported(settings, [lambda s=step: save(s) for step in steps]) == expected


@in_loop
async def test_what_was_saved_before_the_following_began_is_taken(settings):
    """Nobody loses an edit made while the bot was starting."""
    live = build(settings)
    edit(settings, *HOT)
    heard = []

    async def on_change(change):
        heard.append(told(change))

    async def one():
        yield

    await follow(settings, live, on_change, one())
    assert heard == ["learning", "The article says 250 degrees."]


@in_loop
async def test_a_folder_that_is_gone_is_refused_until_it_is_back(settings):
    """A branch being switched, a disk not mounted: the last good knowledge serves."""
    away = settings.knowledge_dir.with_name("away")
    steps = [
        lambda: settings.knowledge_dir.rename(away),
        lambda: away.rename(settings.knowledge_dir),
    ]
    assert await reported(settings, steps) == [
        "learning",
        "unreadable",
        "learning",
        "The article says 230 degrees.",
    ]


@in_loop
async def test_what_serves_for_now_is_learnt_to_the_end_after_a_fault(settings):
    """A fault that is saved meanwhile leaves the last good state neither half learnt nor lost."""
    heard, served = [], []
    for_now = asyncio.Event()

    async def on_change(change):
        heard.append(told(change))
        if isinstance(change, Live):
            served.append(change.answerer)
            for_now.set()

    async def changes():
        edit(settings, *PHRASING)
        yield
        await for_now.wait()
        edit(settings, *BROKEN)
        yield

    await follow(settings, build(settings), on_change, changes())
    assert heard == ["learning", FOR_NOW, "learning", "bad-id", THEN]
    assert served[0].knowledge.version.fingerprint == served[1].knowledge.version.fingerprint
    edit(settings, *MENDED)
    anew = build(replace(settings, data_dir=settings.data_dir / "anew"))
    assert served[1].matcher == anew.matcher
    assert served[1].safety.mentions == anew.safety.mentions


@in_loop
async def test_what_serves_for_now_knows_the_edit_and_no_less_of_signs(settings):
    """The new phrasing is understood; what was learnt of signs is what it was."""
    live, served = build(settings), []

    async def on_change(change):
        if isinstance(change, Live):
            served.append(change.answerer)

    async def changes():
        edit(settings, *PHRASING)
        yield

    await follow(settings, live, on_change, changes())
    assert view.text(served[0].ask("so many kelvin").reply).startswith("How hot")
    assert served[0].safety.mentions is live.safety.mentions
    assert "still being calibrated" in str(served[0].knowledge.version)
    assert "still being calibrated" not in str(served[1].knowledge.version)


class Sign(logging.Handler):
    """Sets an event when something is logged."""

    def __init__(self, event):
        super().__init__()
        self.event = event

    def emit(self, _):
        self.event.set()


def never_done(*_):
    threading.Event().wait()


@in_loop
async def test_an_edit_during_learning_starts_over(settings, monkeypatch, caplog):
    """Only the newest state is brought to an end, and the process that learnt another is gone."""
    heard, processes = [], []
    started = asyncio.Event()

    async def on_change(change):
        heard.append(told(change))
        processes.append(len(multiprocessing.active_children()))

    async def changes():
        edit(settings, *HOT)
        yield
        await started.wait()
        processes.append(len(multiprocessing.active_children()))
        monkeypatch.undo()
        edit(settings, "qa.yaml", "says 250 degrees", "says 270 degrees")
        yield

    live = build(settings)
    monkeypatch.setattr(building, "_send", never_done)
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(building.log, "handlers", [Sign(started)])
    await follow(settings, live, on_change, changes())
    assert heard == ["learning", "learning", "The article says 270 degrees."]
    assert processes == [0, 1, 0, 0]


@in_loop
async def test_whoever_stops_following_stops_the_learning(settings, monkeypatch, caplog):
    """No process is left behind when the bot is told to stop while it learns."""
    started = asyncio.Event()

    async def on_change(_):
        pass

    async def changes():
        edit(settings, *HOT)
        yield

    live = build(settings)
    monkeypatch.setattr(building, "_send", never_done)
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(building.log, "handlers", [Sign(started)])
    task = asyncio.create_task(follow(settings, live, on_change, changes()))
    await started.wait()
    assert len(multiprocessing.active_children()) == 1
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert multiprocessing.active_children() == []


@in_loop
async def test_the_log_says_where_the_fault_is(settings, caplog):
    """Each finding is a line that leads to its place."""
    await reported(settings, [lambda: edit(settings, *BROKEN)])
    path = settings.knowledge_dir / "qa.yaml"
    assert any(line.startswith(f"{path}:") for line in caplog.messages)
    assert "refused" in caplog.messages[-1]


class Over(Exception):
    """The script has no more steps."""


async def signs(folder, steps):
    """After how many pauses a sign is given, while each pause is filled with a step."""
    taken = 0
    found = []

    async def pause(seconds):
        nonlocal taken
        assert 0 < seconds <= 1
        if taken == len(steps):
            raise Over
        steps[taken]()
        taken += 1

    with contextlib.suppress(Over):
        async for _ in looks(folder, pause):
            found.append(taken)
    return found


def save(name, content="# new\n"):
    """Write a file."""
    return lambda folder: (folder / name).write_text(content, "utf-8")


def save_by_renaming(folder):
    """Put a file of the same size and time in the place of another."""
    old = folder / "qa.yaml"
    new = old.with_suffix(".tmp")
    shutil.copy2(old, new)
    new.replace(old)


def still(_):
    """Let time pass."""


LOOKS = {
    "nothing: one sign at the beginning": ([still] * 4, [1]),
    "a file saved in place": ([still, save("qa.yaml"), still, still], [1, 3]),
    "a file replaced by one of the same size and age": (
        [still, save_by_renaming, still, still],
        [1, 3],
    ),
    "several files, one after the other: one sign": (
        [still, save("qa.yaml"), save("texts.yaml"), save("words.yaml"), still, still],
        [1, 5],
    ),
    "saving from the beginning on": ([save("qa.yaml"), save("texts.yaml"), still, still], [3]),
    "a file that is new": ([still, save("safety.yaml"), still], [1, 3]),
    "a file that is gone": ([still, lambda f: (f / "words.yaml").unlink(), still], [1, 3]),
    "a file that nothing is answered from": ([still, save("examples.yaml"), still], [1]),
    "two edits with a rest between them": (
        [still, save("qa.yaml"), still, save("qa.yaml", "# newer\n"), still],
        [1, 3, 5],
    ),
}


@pytest.mark.parametrize(("steps", "expected"), LOOKS.values(), ids=LOOKS)
@in_loop
async def test_when_a_sign_is_given(tmp_path, steps, expected):
    for name in ("qa.yaml", "texts.yaml", "words.yaml", "examples.yaml"):
        (tmp_path / name).write_text("# old\n", "utf-8")
    assert await signs(tmp_path, [lambda s=step: s(tmp_path) for step in steps]) == expected


@in_loop
async def test_a_real_edit_is_followed(settings):
    """With nothing in place of the clock or the disk: save, and the new answer is there."""
    live = build(settings)
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def on_change(change):
        if isinstance(change, Live):
            ready.set_result(told(change))

    following = asyncio.create_task(follow(settings, live, on_change))
    edit(settings, *HOT)
    async with asyncio.timeout(PATIENCE_S):
        assert await ready == "The article says 250 degrees."
    following.cancel()
    await asyncio.wait([following])
