"""All that is known about a state of the knowledge, gathered for one page.

Data only: `report_page` draws it. The same knowledge, counters and date give the same report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.answering.answerer import Answerer, ids
from bot.answering.decide import Limits
from bot.curation.advice import unused_sentence
from bot.curation.closeness import Pair, close_pairs
from bot.curation.evaluate import Evaluation, Result, evaluate, group_of
from bot.curation.material import name_of
from bot.curation.reader import Source
from bot.curation.reliability import Reliability, judge, reliability
from bot.curation.sentences import AnnotatedPart, annotate
from bot.errors import Problem
from bot.model import Allowed, Entry, Knowledge
from bot.stats import Stats

STYLES = ("plain", "keyword", "phone", "nonnative", "paraphrase", "story", "two", "near", "far")
"""From the easiest to the hardest; other styles follow by name."""
UNUSED = name_of(unused_sentence)
"""The rule of `check` about sentences that no entry rests on."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Messages of one style or category, and how many had which verdict."""

    name: str
    """`all` for the messages of all groups together."""
    n: int
    verdicts: Mapping[str, int]
    calling: int
    """So many of them call for a safety card ..."""
    found: int
    """... and so many of these got one, be it another."""


@dataclass(frozen=True, slots=True)
class EntryReport:
    """What is known about one entry."""

    entry: Entry
    sentences: tuple[int, ...]
    """Numbers of the article's sentences that it rests on."""
    verdicts: Mapping[str, int]
    """Of the examples that ask for it."""
    uses: Mapping[str, int]
    """How often people were given its answer or met it otherwise, by the kinds that occurred."""

    @property
    def examples(self) -> int:
        """So many examples ask for it."""
        return sum(self.verdicts.values())


@dataclass(frozen=True, slots=True)
class Report:
    """One state of the knowledge, looked at from all sides."""

    knowledge: Knowledge
    made: datetime
    article: tuple[AnnotatedPart, ...]
    """Empty where there is no article."""
    excuses: Mapping[int, str]
    """Number of a sentence that may have no entry, and why."""
    evaluation: Evaluation
    tallies: Mapping[str, tuple[Tally, ...]]
    """By kind of example; the first tally of each is `all`. Kinds without examples are missing."""
    mistakes: tuple[Result, ...]
    """Questions that did not get their answer at once, the worst first."""
    reliability: Reliability
    limits: Limits
    pairs: tuple[Pair, ...]
    entries: tuple[EntryReport, ...]
    stats: Stats
    """What was counted in use."""
    problems: tuple[Problem, ...]
    """What `check` has to say."""

    @property
    def sentences(self) -> int:
        """So many sentences has the article."""
        return sum(len(paragraph) for part in self.article for paragraph in part.paragraphs)

    @property
    def gaps(self) -> tuple[int, ...]:
        """Numbers of the sentences that no entry rests on."""
        return tuple(
            sentence.number
            for part in self.article
            for paragraph in part.paragraphs
            for sentence in paragraph
            if not sentence.entries
        )


def report(
    answerer: Answerer,
    source: Source,
    *,
    stats: Stats,
    problems: Iterable[Problem],
    made: datetime,
) -> Report:
    """Ask all examples, look at all phrasings, and gather what is known otherwise.

    Args:
        answerer: the knowledge, learnt.
        source: the files that it was made from, with the examples to measure it with.
        stats: what was counted in use.
        problems: findings of `check`.
        made: the moment that the page names.
    """
    knowledge = answerer.knowledge
    article = annotate(knowledge.article, knowledge.entries) if knowledge.article else ()
    evaluation = evaluate(answerer, source.examples)
    return Report(
        knowledge=knowledge,
        made=made,
        article=article,
        excuses=_excuses(article, source.allowed),
        evaluation=evaluation,
        tallies=tallies(evaluation),
        mistakes=mistakes(evaluation),
        reliability=reliability(judge(answerer, evaluation.results)),
        limits=answerer.matcher.limits,
        pairs=close_pairs(answerer.matcher, source.examples),
        entries=_entries(knowledge, article, evaluation, stats),
        stats=stats,
        problems=tuple(problems),
    )


def _excuses(article: Iterable[AnnotatedPart], allowed: Iterable[Allowed]) -> dict[int, str]:
    return {
        sentence.number: item.reason
        for part in article
        for paragraph in part.paragraphs
        for sentence in paragraph
        for item in allowed
        if item.rule == UNUSED and not sentence.entries and item.about in sentence.text
    }


def tallies(evaluation: Evaluation) -> dict[str, tuple[Tally, ...]]:
    """The verdicts by kind of example and in it by style or category, `all` first."""
    found = {}
    for kind in ("questions", "follow_ups", "none", "safety"):
        results = evaluation.group(kind)
        groups: dict[str, list[Result]] = defaultdict(list)
        for result in results:
            groups[group_of(result)].append(result)
        names = sorted(groups, key=lambda name: (_rank(name), name))
        if results:
            split = [_tally(name, groups[name]) for name in names] if len(names) > 1 else []
            whole = "right after an answer" if kind == "follow_ups" else "all"
            found[kind] = (_tally(whole, results), *split)
    return found


def _rank(name: str) -> int:
    return STYLES.index(name) if name in STYLES else len(STYLES)


def _tally(name: str, results: Sequence[Result]) -> Tally:
    return Tally(
        name=name,
        n=len(results),
        verdicts=Counter(result.verdict for result in results),
        calling=sum(result.example.route not in ("", "none") for result in results),
        found=sum(result.is_found for result in results),
    )


def mistakes(evaluation: Evaluation) -> tuple[Result, ...]:
    """Questions answered wrongly, met with choices without or behind another, or declined."""
    order = ("wrong", "misled", "declined", "offered")
    found = [
        result
        for result in evaluation.scored()
        if result.verdict in ("wrong", "misled") or _is_missed(result)
    ]
    return tuple(sorted(found, key=lambda result: order.index(result.verdict)))


def _is_missed(result: Result) -> bool:
    """Whether a question was declined, or another entry was offered first."""
    if result.example.expect == ("none",):
        return False
    given = ids(result.outcome.decision)
    is_behind = result.verdict == "offered" and given[0] not in result.example.expect
    return is_behind or result.verdict == "declined"


def _entries(
    knowledge: Knowledge,
    article: Iterable[AnnotatedPart],
    evaluation: Evaluation,
    stats: Stats,
) -> tuple[EntryReport, ...]:
    sentences: dict[str, list[int]] = defaultdict(list)
    for part in article:
        for sentence in (s for paragraph in part.paragraphs for s in paragraph):
            for entry in sentence.entries:
                sentences[entry.id].append(sentence.number)
    verdicts: dict[str, Counter[str]] = defaultdict(Counter)
    for result in evaluation.scored():
        for id in result.example.expect:
            verdicts[id][result.verdict] += 1
    return tuple(
        EntryReport(
            entry=entry,
            sentences=tuple(sentences[entry.id]),
            verdicts=verdicts[entry.id],
            uses=stats.of_entry(entry.id),
        )
        for entry in knowledge.entries
    )
