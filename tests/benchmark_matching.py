"""How good the matcher is, beside others: `python tests/benchmark_matching.py --data DIR`.

`DIR` holds public data that is not part of this repository; `tests/README.md` says which.
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from benchmarking import public  # noqa: E402 - the paths come first


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with the public data")
    options = parser.parse_args()
    if options.data is None or not options.data.is_dir():
        print("public data: left out, no such folder; name it with --data DIR", file=sys.stderr)
        return
    for line in public.report(options.data):
        print(line, flush=True)


if __name__ == "__main__":
    main()
