"""Who may import whom. A new file must be given a place here before the tests pass."""

import ast
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

pytestmark = pytest.mark.repetitive

BOT = Path(__file__).parent.parent / "bot"
FILES = {path.relative_to(BOT.parent).as_posix(): path for path in sorted(BOT.rglob("*.py"))}

NOUNS = ("bot.model", "bot.errors")
OURS = {
    "bot/__init__.py": (),
    "bot/__main__.py": ("bot.cli",),
    "bot/model.py": (),
    "bot/errors.py": (),
    "bot/markup.py": (),
    "bot/logs.py": (),
    "bot/scrubbing.py": (),
    "bot/passed.py": ("bot.scrubbing",),
    "bot/health.py": ("bot.logs",),
    "bot/stats.py": ("bot", "bot.store"),
    "bot/stopping.py": (),
    "bot/store.py": (*NOUNS, "bot.logs"),
    "bot/settings.py": ("bot.errors",),
    "bot/options.py": ("bot.settings",),
    "bot/answering/*": ("bot.model", "bot.answering.*"),
    "bot/curation/report*.py": (
        *NOUNS,
        "bot.markup",
        "bot.stats",
        "bot.answering.*",
        "bot.curation.*",
    ),
    "bot/curation/decisions.py": (*NOUNS, "bot.passed"),
    "bot/curation/review.py": (
        *NOUNS,
        "bot.drafting",
        "bot.loading",
        "bot.passed",
        "bot.settings",
        "bot.answering.*",
        "bot.curation",
        "bot.curation.*",
    ),
    "bot/curation/*": (*NOUNS, "bot.markup", "bot.answering.*", "bot.curation.*"),
    "bot/keeping.py": (),
    "bot/loading.py": (*NOUNS, "bot.keeping", "bot.answering.*", "bot.curation.*"),
    "bot/building.py": (*NOUNS, "bot.keeping", "bot.loading", "bot.settings", "bot.answering.*"),
    "bot/drafting.py": (
        *NOUNS,
        "bot.building",
        "bot.loading",
        "bot.settings",
        "bot.answering.*",
        "bot.curation.*",
    ),
    "bot/diffing.py": (
        *NOUNS,
        "bot.building",
        "bot.drafting",
        "bot.settings",
        "bot.answering.answerer",
        "bot.curation.*",
    ),
    "bot/following.py": (
        *NOUNS,
        "bot.loading",
        "bot.building",
        "bot.settings",
        "bot.answering.answerer",
    ),
    "bot/reviewing.py": (*NOUNS, "bot.answering.*", "bot.curation.*"),
    "bot/telegram/view.py": ("bot.model", "bot.markup"),
    "bot/telegram/serving.py": (
        *NOUNS,
        "bot.building",
        "bot.following",
        "bot.passed",
        "bot.health",
        "bot.logs",
        "bot.passed",
        "bot.settings",
        "bot.stopping",
        "bot.store",
        "bot.answering.answerer",
        "bot.telegram.*",
    ),
    "bot/telegram/maintainers.py": (
        *NOUNS,
        "bot.following",
        "bot.logs",
        "bot.settings",
        "bot.telegram.*",
    ),
    **dict.fromkeys(
        ("bot/telegram/proposals.py", "bot/telegram/desk.py"),
        (
            *NOUNS,
            "bot.passed",
            "bot.settings",
            "bot.answering.*",
            "bot.curation.*",
            "bot.telegram.*",
        ),
    ),
    "bot/telegram/*": (
        *NOUNS,
        "bot.logs",
        "bot.markup",
        "bot.passed",
        "bot.settings",
        "bot.store",
        "bot.answering.*",
        "bot.telegram.*",
    ),
    "bot/offline/*": ("bot.markup", "bot.offline.*"),
    "bot/editing.py": (
        *NOUNS,
        "bot.drafting",
        "bot.loading",
        "bot.settings",
        "bot.answering.answerer",
        "bot.curation.*",
        "bot.offline.guard",
    ),
    "bot/reasons.py": ("bot.model", "bot.answering.*"),
    "bot/without_telegram.py": (
        *NOUNS,
        "bot.editing",
        "bot.reasons",
        "bot.following",
        "bot.settings",
        "bot.stopping",
        "bot.answering.*",
        "bot.telegram.*",
        "bot.offline",
        "bot.offline.*",
    ),
    "bot/cli.py": ("bot", "bot.*"),
}
"""Place -> what of ours it may import; the first that fits counts."""

DOORS = {
    "rapidfuzz": (
        "bot/answering/match.py",
        "bot/answering/phrasebook.py",
        "bot/answering/signs.py",
    ),
    "yaml": ("bot/curation/parsing.py", "bot/curation/places.py", "bot/curation/quoting.py"),
    "pydantic": ("bot/curation/reader.py", "bot/curation/schemas.py"),
    "dotenv": ("bot/settings.py",),
    "starlette": ("bot/offline/server.py", "bot/offline/control.py", "bot/offline/guard.py"),
    "uvicorn": ("bot/offline/server.py",),
    "httpx": ("bot/offline/server.py", "bot/telegram/patience.py", "bot/telegram/wire.py"),
    "h11": ("bot/telegram/wire.py",),
    "telegram": (
        "bot/telegram/app.py",
        "bot/telegram/feedback.py",
        "bot/telegram/gate.py",
        "bot/telegram/inbox.py",
        "bot/telegram/inline.py",
        "bot/telegram/maintainers.py",
        "bot/telegram/messages.py",
        "bot/telegram/patience.py",
        "bot/telegram/polling.py",
        "bot/telegram/profile.py",
        "bot/telegram/sending.py",
        "bot/telegram/serving.py",
        "bot/telegram/turn.py",
        "bot/telegram/wire.py",
        "bot/offline/request.py",
        "bot/without_telegram.py",
    ),
}
"""Foreign package -> the only files that import it as they load."""
LAZY_DOORS = {**DOORS, "telegram": (*DOORS["telegram"], "bot/cli.py")}
"""The same for imports inside of functions."""

IMPURE = {"os", "time", "datetime", "logging", "pathlib", "asyncio", "socket", "random", "io"}
"""Doors to the world; what answers has none of them."""


def tree(name: str) -> ast.Module:
    """The syntax tree of one of our files."""
    return ast.parse(FILES[name].read_text("utf-8"))


def imports(nodes: ast.AST, *, deep: bool = True) -> set[str]:
    """The modules that are imported, with those inside of functions or without."""
    found: set[str] = set()
    for node in ast.walk(nodes) if deep else ast.iter_child_nodes(nodes):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a name comes from"
            found |= {
                f"{node.module}.{alias.name}" if is_package(node.module) else str(node.module)
                for alias in node.names
            }
    return found


def is_package(module: str | None) -> bool:
    """Whether a module of ours is a folder, so that `from` it may import modules."""
    return (BOT.parent / str(module).replace(".", "/")).is_dir()


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of these."""
    return any(fnmatch(name, pattern) for pattern in patterns)


@pytest.mark.parametrize("name", FILES)
def test_our_own_imports_point_one_way(name):
    """A file imports only what its place allows."""
    allowed = next((may for place, may in OURS.items() if fnmatch(name, place)), None)
    assert allowed is not None, f"{name} has no place in the table"

    ours = {module for module in imports(tree(name)) if module.partition(".")[0] == "bot"}

    assert {module for module in ours if not fits(module, allowed)} == set()


@pytest.mark.parametrize("name", FILES)
def test_foreign_packages_have_one_door(name):
    """A foreign package is imported where it belongs and nowhere else."""
    known = {*sys.stdlib_module_names, "bot"}

    def smuggled(modules: set[str], doors: dict[str, tuple[str, ...]]) -> set[str]:
        packages = {module.partition(".")[0] for module in modules} - known
        return {package for package in packages if name not in doors.get(package, ())}

    assert smuggled(imports(tree(name), deep=False), DOORS) == set()
    assert smuggled(imports(tree(name)), LAZY_DOORS) == set()


OUTSIDE = ("server", "control", "editing", "guard", "acts", "request", "terminal")
ENGINE = [
    name
    for name in FILES
    if name.startswith("bot/offline/") and Path(name).stem not in (*OUTSIDE, "__init__")
]


@pytest.mark.parametrize("name", ENGINE)
def test_the_bot_api_in_memory_has_no_sockets(name):
    """The rules of Telegram can be used and tested without a network, a web server or a library."""
    imported = imports(tree(name))
    packages = {module.partition(".")[0] for module in imported}

    assert packages - {*sys.stdlib_module_names, "bot"} == set()
    assert "socket" not in packages
    assert {f"bot.offline.{outside}" for outside in OUTSIDE} & imported == set()


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("bot/answering/")])
def test_answering_is_pure(name):
    """What answers knows no clock, no file, no environment and no log; learning may shuffle."""
    allowed = {"random"} if name == "bot/answering/learn.py" else set()

    found = {module.partition(".")[0] for module in imports(tree(name))}
    called = {node.id for node in ast.walk(tree(name)) if isinstance(node, ast.Name)}

    assert found & IMPURE <= allowed
    assert called & {"open", "input", "print", "eval", "exec"} == set()


NAMES = {
    "the environment is read in the settings": (("environ", "getenv"), ("bot/settings.py",)),
    "only commands and the terminal print": (
        ("print",),
        ("bot/cli.py", "bot/without_telegram.py", "bot/offline/terminal.py"),
    ),
}


@pytest.mark.parametrize(("names", "places"), NAMES.values(), ids=NAMES)
def test_a_name_has_its_places(names, places):
    """What touches the world is used in its places only."""
    users = {
        file
        for file in FILES
        for node in ast.walk(tree(file))
        if (isinstance(node, ast.Name) and node.id in names)
        or (isinstance(node, ast.Attribute) and node.attr in names)
    }

    assert users <= set(places)


def test_nothing_imports_the_commands():
    """What puts the parts together is a part of nothing; only `python -m bot` starts it."""
    for root, only in {"bot.cli": "bot/__main__.py", "bot.without_telegram": "bot/cli.py"}.items():
        assert {file for file in FILES if root in imports(tree(file))} == {only}


def test_the_table_has_no_place_that_is_gone():
    """Every line of the table is about a file that exists."""
    gone = {place for place in OURS if not any(fnmatch(name, place) for name in FILES)}
    doors = {place for places in LAZY_DOORS.values() for place in places} - set(FILES)

    assert gone | doors == set()
