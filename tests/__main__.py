"""Everything that must be green: `python -m tests`.

Linter, format, types and the knowledge check, side by side; then the tests with their coverage, on
two cores where there are two.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

Step = tuple[str, ...]
ROOT = Path(__file__).parent.parent
BEFORE: tuple[Step, ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("bot", "check"),
    # No line is given, none is answered; but what all tests need is learnt, in a third of the time
    # that it takes under coverage. That learning works is tested with `bread/`.
    ("bot", "ask", "--jsonl"),
)
TESTS: tuple[Step, ...] = (
    ("coverage", "erase"),
    # Two at most, whatever the machine has: that is what is tried every day.
    ("coverage", "run", "-m", "pytest", "-n", "auto", "--maxprocesses", "2", *sys.argv[1:]),
    ("coverage", "combine", "-q"),
    ("coverage", "report"),
)


def start(step: Step, **more: Any) -> subprocess.Popen[str]:
    """Start a step in a process of its own."""
    command = [sys.executable, "-m", *step]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, text=True, **more)


def main() -> int:
    """Run the steps and print what they say in order; returns the code of the first that fails."""
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    begun = {step: start(step, **kept) for step in BEFORE}
    try:
        for step in (*BEFORE, *TESTS):
            print(f"+ python -m {' '.join(step)}", flush=True)
            process = begun.get(step) or start(step)
            output, _ = process.communicate()
            print(output or "", end="", flush=True)
            if process.returncode:
                print(f"failed: python -m {' '.join(step)}", file=sys.stderr)
                return process.returncode
        return 0
    finally:
        for process in begun.values():
            process.kill()
            process.wait()


sys.exit(main())
