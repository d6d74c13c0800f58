"""What the safety layer finds and costs, beside what others would do.

`python tests/benchmark_safety.py` measures on `knowledge/examples.yaml`, or on `--examples FILE`.

All look at the same messages in one run: plain keyword search (substrings, as most public bots do),
rapidfuzz's `partial_ratio` of each keyword over the message, keywords with a filter that silences
negated ones (in the manner of NegEx, Chapman et al. 2001), our rules alone, and our rules with what
is learnt from messages. The keywords are those that the safety guidance names, once each.
Then: microseconds a message beside the matching, and how the time grows with the length.
"""

import argparse
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DOCTOR = (
    "inflam", "swell", "swollen", "puffy", "oedema", "edema", "redness", "arthritis",
    "tendinitis", "bursitis", "fasciitis", "itis", "gout", "rheumatoid", "nsaid",
    "hot to touch", "red and hot", "severe back pain", "excruciating", "unbearable", "agony",
    "can't stand up", "can't sleep", "pregnant", "blood thinner", "warfarin", "blood clot",
    "dvt", "varicose", "cancer", "chemo", "osteoporosis", "surgery", "operation", "stitches",
    "fracture", "whiplash", "rash", "open wound", "burn", "shingles", "heart disease",
    "pacemaker", "high blood pressure", "stroke", "diabetes", "fever", "flu", "covid",
    "kidney failure", "sprain", "bruise",
)  # fmt: skip
EMERGENCY = (
    "chest pain", "can't breathe", "coughing blood", "numb between", "can't pee",
    "leg giving way", "can't feel my leg", "face droop", "slurred", "double vision",
    "worst headache", "car crash", "fell from", "fell off", "seizure", "throat closing",
    "suicid", "kill myself", "want to die", "overdose", "self-harm", "passed out", "paralysed",
    "lost control of my bladder",
)  # fmt: skip
NEGATIONS = re.compile(
    r"\b(no|not|never|without|don'?t|doesn'?t|isn'?t|hasn'?t|haven'?t|denies|ruled out)\b"
    r"(?:\W+\w+){0,5}?\W*$"
)
Finder = Callable[[str], str]
"""Message -> route: `none`, `doctor` or `emergency`."""


def by_keywords(text: str) -> str:
    """The route of the keywords that are somewhere in the message."""
    lower = text.lower().replace("’", "'")
    if any(word in lower for word in EMERGENCY):
        return "emergency"
    return "doctor" if any(word in lower for word in DOCTOR) else "none"


def by_keywords_unless_negated(text: str) -> str:
    """The same, but a keyword within six words after a negation does not count."""
    lower = text.lower().replace("’", "'")
    for route, words in (("emergency", EMERGENCY), ("doctor", DOCTOR)):
        for word in words:
            at = lower.find(word)
            if at >= 0 and not NEGATIONS.search(lower[:at]):
                return route
    return "none"


def by_partial_ratio(text: str, cutoff: float = 85) -> str:
    """The route of the keywords that rapidfuzz finds anywhere in the message."""
    from rapidfuzz import fuzz

    lower = text.lower()
    if any(fuzz.partial_ratio(word, lower, score_cutoff=cutoff) for word in EMERGENCY):
        return "emergency"
    found = any(fuzz.partial_ratio(word, lower, score_cutoff=cutoff) for word in DOCTOR)
    return "doctor" if found else "none"


def by(safety) -> Finder:
    """The route of our own alarms."""

    def find(text: str) -> str:
        alarms = safety.find(text)
        if not alarms:
            return "none"
        return "emergency" if alarms[0].is_emergency else "doctor"

    return find


def tell_what_is_found(finders: dict[str, Finder], examples: Sequence) -> None:
    """Per category the share that got a card, of emergencies also that got the emergency card."""
    messages = [example for example in examples if example.route]
    categories = sorted({example.category for example in messages} - {"quiet"})
    sizes = {c: sum(e.category == c for e in messages) for c in categories}
    print("Found, in % (with the emergency card) | false cards | false emergencies")
    print("n: " + ", ".join(f"{c} {n}" for c, n in sizes.items()))
    for name, find in finders.items():
        routes: dict[str, list[str]] = defaultdict(list)
        false = calm = alarmed = quiet = 0
        for example in messages:
            route = find(example.text)
            routes[example.category].append(route)
            quiet += example.route == "none"
            false += example.route == "none" and route != "none"
            calm += example.route != "emergency"
            alarmed += example.route != "emergency" and route == "emergency"
        cells = []
        for category in categories:
            found = routes[category]
            cell = f"{category} {100 * sum(r != 'none' for r in found) / len(found):.0f}"
            if category in ("emergency", "crisis"):
                cell += f" ({100 * found.count('emergency') / len(found):.0f})"
            cells.append(cell)
        shares = f"{100 * false / max(1, quiet):.1f} of {quiet} | {100 * alarmed / calm:.1f}"
        print(f"  {name:<24}{', '.join(cells)} | {shares}")


def microseconds(work: Callable[[str], object], texts: Sequence[str], rounds: int) -> list[float]:
    """How long each message takes, the best of some rounds after one to warm up."""
    best = [float("inf")] * len(texts)
    for _ in range(rounds + 1):
        for i, text in enumerate(texts):
            start = time.perf_counter()
            work(text)
            best[i] = min(best[i], (time.perf_counter() - start) * 1e6)
    return best


def tell_what_it_costs(works: dict[str, Callable], texts: Sequence[str], rounds: int) -> None:
    """Median and 99th percentile of the microseconds a message, and the ratio to the first."""
    print(f"Microseconds a message (n={len(texts)}, best of {rounds}, one thread)")
    base = 0.0
    for name, work in works.items():
        found = sorted(microseconds(work, texts, rounds))
        median, high = statistics.median(found), found[int(0.99 * (len(found) - 1))]
        base = base or median
        print(
            f"  {name:<24}{median:8.0f} median {high:8.0f} 99th   {median / base:5.2f} of matching"
        )


LONG = {
    "ordinary words": "how long does the massage take and does it hurt my back ",
    "signs everywhere": "my knee is swollen and hot and i cannot feel my legs ",
    "tiny sentences": "no. if. a. ",
    "single letters": "s w o l l e n ",
    "one endless word": "inflammat",
    "unknown words": "xqzvw jkqpt bvnmx ",
    "emoji and hyphens": "swol-len 😭 knee-",
}


def tell_how_it_grows(find: Finder, rounds: int) -> None:
    """Milliseconds for messages of growing length, whatever stands in them."""
    sizes = (256, 512, 1024, 2048, 4096)
    print(f"Milliseconds by length ({', '.join(map(str, sizes))} characters), and 4096 to 1024")
    for name, piece in LONG.items():
        texts = [(piece * 4096)[:size] for size in sizes]
        found = [us / 1000 for us in microseconds(find, texts, rounds)]
        print(f"  {name:<20}{''.join(f'{ms:8.2f}' for ms in found)}   x {found[-1] / found[2]:.1f}")


def main() -> None:
    """Run all of it."""
    from bot.answering.safety import safety_of
    from bot.building import build
    from bot.curation.reader import read_examples
    from bot.settings import Settings

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=Path, default=ROOT / "knowledge" / "examples.yaml")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    answerer = build(Settings())
    examples = read_examples(options.examples)
    rules = safety_of(answerer.knowledge)
    finders = {
        "keywords": by_keywords,
        "keywords, negation": by_keywords_unless_negated,
        "partial_ratio 85": by_partial_ratio,
        "our rules alone": by(rules),
        "our rules and messages": by(answerer.safety),
    }
    tell_what_is_found(finders, examples)
    texts = [example.text for example in examples if example.route in ("", "none")][:300]
    matching = {"our matching": answerer.decide}
    tell_what_it_costs({**matching, **finders}, texts, options.rounds)
    tell_how_it_grows(finders["our rules and messages"], options.rounds)


if __name__ == "__main__":
    main()
