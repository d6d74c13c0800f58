"""Everything that must be green, one step after another: `python -m tests`.

Linter, format, types, the knowledge check, then the tests with their coverage.
"""

import subprocess
import sys
from pathlib import Path

STEPS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("bot", "check"),
    ("coverage", "run", "-m", "pytest", *sys.argv[1:]),
    ("coverage", "combine", "-q"),
    ("coverage", "report"),
)


def main() -> int:
    """Run the steps; returns the exit code of the first that fails."""
    for step in STEPS:
        print(f"+ python -m {' '.join(step)}", flush=True)
        root = Path(__file__).parent.parent
        code = subprocess.run([sys.executable, "-m", *step], cwd=root, check=False).returncode
        if code:
            print(f"failed: python -m {' '.join(step)}", file=sys.stderr)
            return code
    return 0


sys.exit(main())
