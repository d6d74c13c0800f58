"""How good the matcher is, beside others: `python tests/benchmark_matching.py --data DIR`.

`DIR` holds public data that is not part of this repository; `tests/README.md` says which. Rivals
are installed on demand, each in an environment of its own in the cache folder. Without `--out` the
tables are printed; with it they replace those in `README.md` of that folder, with a picture.
"""

import argparse
import functools
import os
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from benchmarking import sets  # noqa: E402 - the paths come first
from benchmarking.environments import RIVALS, Rival  # noqa: E402
from benchmarking.measuring import Contest, Result, measure  # noqa: E402
from benchmarking.plot import picture  # noqa: E402
from benchmarking.table import replaced, section  # noqa: E402

SIZES = (100, 300, 1_000, 3_000, 10_000)
ASKED = 200
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nmt-bot-rivals"
EXAMPLES = HERE / "dev" / "questions_more.yaml"
PICTURE = "matching.svg"


def chosen(names: str) -> list[Rival]:
    """The rivals of a list of names; `all` names every one."""
    by_name = {rival.name: rival for rival in RIVALS}
    wanted = list(by_name) if names == "all" else names.split(",")
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such rival: {', '.join(unknown)}")
    return [by_name[name] for name in wanted]


def contest(asked: argparse.Namespace) -> tuple[Contest, list[str]]:
    """What is there to measure with, and what is not."""
    article = sets.article(asked.examples, asked.knowledge)
    public, absent = sets.public(asked.data)
    sizes = () if asked.no_growth else SIZES
    lessons, questions = sets.growing((article, *public), sizes, ASKED)
    if len(lessons) < len(sizes):
        absent.append(
            f"growth beyond {max(lessons, default=0)} phrasings: too few texts without that data"
        )
    return Contest(article, public, lessons, questions), absent


def publish(results: list[Result], absent: list[str], out: Path | None) -> None:
    """Print the tables, or put them where people read them."""
    found = section(results, absent)
    if out is None:
        print(found)
        return
    readme = out / "README.md"
    readme.write_text(replaced(readme.read_text("utf-8"), found), "utf-8")
    (out / PICTURE).write_text(picture(results), "utf-8")


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder with the public data")
    parser.add_argument(
        "--rivals",
        type=chosen,
        default="ours",
        metavar="NAMES",
        help=f"all, or some of {','.join(rival.name for rival in RIVALS)} (default: ours)",
    )
    parser.add_argument("--examples", type=Path, nargs="+", default=[EXAMPLES], metavar="FILE")
    parser.add_argument("--knowledge", type=Path, default=sets.ROOT / "knowledge", metavar="DIR")
    parser.add_argument("--no-growth", action="store_true", help="leave out how the times grow")
    parser.add_argument("--cache", type=Path, default=CACHE, metavar="DIR", help=f"({CACHE})")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the README and picture")
    return parser.parse_args()


def main() -> None:
    """Measure what was asked for."""
    asked = options()
    found, absent = contest(asked)
    for line in absent:
        print(f"left out: {line}", file=sys.stderr)
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {line}", file=sys.stderr, flush=True)

    run = functools.partial(measure, contest=found, cache=asked.cache, say=say)
    publish([run(rival) for rival in asked.rivals], absent, asked.out)


if __name__ == "__main__":
    main()
