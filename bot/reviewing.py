"""`python -m bot review` step by step: shows a group and what accepting it changes, and does what
the maintainer says. Both sides speak through two functions, so that nothing is printed here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.answering.normalise import words
from bot.curation.accepting import Acceptance
from bot.curation.compare import as_text
from bot.curation.decisions import EVERY, Group, NotOpen
from bot.curation.edits import Elsewhere, NewEntry, NewPhrasing
from bot.curation.listing import NOTHING
from bot.curation.proposing import Proposal
from bot.curation.review import Review
from bot.errors import BotError, KnowledgeError
from bot.model import Entry

KEYS = (
    "a accept, 1-4 another of these, o other entry, p phrasing, n new entry, x not our business,\n"
    "i ignore, l later, d all changes, u undo, q quit, ? help"
)
HELP = """\
a    accept: what stands after “It becomes” is written into the file, and the group is done
1-4  let that entry answer it; shows what changes then, and a accepts
o    look for another entry by some words or its id
p    other words for the phrasing
n    begin a new entry
x    such messages are none of the bot's business: they are learnt as such
i    ignore the group, and whatever else is passed on that is like it
l    later: it comes again in the next review
d    everything that accepting changes
u    take back the last decision of this review, out of the file as well
q    quit; what was not decided stays as it is"""
MOST_QUESTIONS, MOST_LINES, MOST_FOUND = 8, 16, 9


@dataclass(slots=True)
class Step:
    """A group, and what accepting it would write just now."""

    group: Group
    proposal: Proposal
    edit: Acceptance | None
    new: dict[str, str] = field(default_factory=dict)
    """What was typed for a new entry, so that nothing is typed twice."""
    is_over: bool = False


@dataclass(slots=True)
class Talk:
    """One review in a terminal."""

    review: Review
    say: Callable[[str], None]
    hear: Callable[[str], str]
    """Shows a prompt and gives a line; raises EOFError at the end."""
    _seen: list[str] = field(default_factory=list)
    _decided: list[tuple[str, int, str]] = field(default_factory=list)
    """Group, turn and what was decided."""
    _again: str = ""
    """The group whose decision was just taken back; it comes next."""

    def hold(self) -> None:
        """Go through the open groups until all were seen or the maintainer has enough."""
        try:
            while waiting := self._waiting():
                self._step(waiting[0], len(self._seen) + len(waiting))
        except EOFError:
            self.say("")
        has_any = bool(self.review.groups(EVERY))
        self.say(f"Groups that wait: {len(self.review.groups())}" if has_any else NOTHING)

    def _waiting(self) -> list[Group]:
        groups = [group for group in self.review.groups() if group.id not in self._seen]
        return sorted(groups, key=lambda group: group.id != self._again)

    def _step(self, group: Group, of: int) -> None:
        proposal = self.review.proposal(group)
        step = Step(group, proposal, proposal.edit)
        self.say(f"\nGroup {len(self._seen) + 1} of {of}: {_told(group)}")
        for n, candidate in enumerate(proposal.candidates, 1):
            self.say(f"  {n}  {candidate.confidence:.2f}  {_named(candidate.entry)}")
        self._show(step)
        self.say(KEYS)
        while not step.is_over:
            key = self.hear("> ").strip().lower()
            try:
                self._act(step, key)
            except NotOpen as error:
                self.say(f"{error}")
                self._leave(step)
            except BotError as error:
                self.say(_refusal(error))

    def _act(self, step: Step, key: str) -> None:
        acts: Mapping[str, Callable[[Step], None]] = {
            "a": self._accept,
            "o": self._search,
            "p": self._rephrase,
            "n": self._begin_entry,
            "x": self._elsewhere,
            "i": self._ignore,
            "l": self._put_off,
            "d": lambda step: self._show(step, is_whole=True),
            "u": self._undo,
            "q": self._quit,
            "?": lambda _: self.say(HELP),
        }
        candidates = step.proposal.candidates
        if key.isdecimal() and 0 < int(key) <= len(candidates):
            self._choose(step, candidates[int(key) - 1].entry)
        elif key in acts:
            acts[key](step)
        elif key:
            self.say("? tells what the keys do.")

    def _show(self, step: Step, *, is_whole: bool = False) -> None:
        """What accepting would write, and what that changes."""
        if step.edit is None:
            self.say("No entry seems to fit.")
            return
        self.say(f"It becomes: {step.edit}")
        try:
            now, then = self.review.reach(step.group, step.edit)
            changes = as_text(self.review.changes(step.group, step.edit)).splitlines()
        except BotError as error:
            self.say(_refusal(error))
            return
        does = "Declines" if isinstance(step.edit, Elsewhere) else "Answers"
        self.say(f"  {does} {now} of these {len(step.group.questions)} now, {then} then.")
        shown = changes if is_whole else changes[:MOST_LINES]
        if len(shown) < len(changes):
            shown = [*shown, f"... and {len(changes) - len(shown)} more lines: d"]
        self.say("\n".join(f"  {line}".rstrip() for line in shown))

    # ------------------------------------------------------------ what a key does

    def _accept(self, step: Step) -> None:
        if step.edit is None:
            self.say("Choose an entry first: 1-4, o, or n for a new one.")
            return
        self._note(step, self.review.accept(step.group.id, step.edit), f"accepted: {step.edit}")

    def _ignore(self, step: Step) -> None:
        told = f"ignored: “{step.proposal.phrasing}”"
        self._note(step, self.review.ignore(step.group.id), told)

    def _put_off(self, step: Step) -> None:
        told = f"put off: “{step.proposal.phrasing}”"
        self._note(step, self.review.put_off(step.group.id), told)

    def _note(self, step: Step, turn: int, told: str) -> None:
        self.say(told)
        self._decided.append((step.group.id, turn, told))
        self._leave(step)

    def _leave(self, step: Step) -> None:
        self._seen.append(step.group.id)
        step.is_over = True

    def _undo(self, step: Step) -> None:
        if not self._decided:
            self.say("Nothing was decided yet. To take back an older decision: review --undo")
            return
        group, turn, told = self._decided[-1]
        self.review.undo(group, turn)
        self._decided.pop()
        self._seen.remove(group)
        self._again, step.is_over = group, True
        self.say(f"taken back: {told}")

    def _quit(self, _: Step) -> None:
        raise EOFError

    def _choose(self, step: Step, entry: Entry) -> None:
        phrasing = step.edit.phrasing if isinstance(step.edit, NewPhrasing) else None
        step.edit = NewPhrasing(entry.id, phrasing or step.proposal.phrasing)
        self._show(step)

    def _search(self, step: Step) -> None:
        while sought := self.hear("Words or id (nothing: back): ").strip():
            found = self._found(sought)
            for n, entry in enumerate(found, 1):
                self.say(f"  {n}  {_named(entry)}")
            number = self.hear("Number (nothing: search again): ").strip()
            if number.isdecimal() and 0 < int(number) <= len(found):
                self._choose(step, found[int(number) - 1])
                return

    def _found(self, sought: str) -> list[Entry]:
        """Entries that have these words, and those that would answer them."""
        answerer = self.review.answerer
        named = [e for e in answerer.knowledge.entries if sought.lower() in _named(e).lower()]
        ranked = [candidate.entry for candidate in answerer.matcher.rank(sought)]
        return list({entry.id: entry for entry in (*named, *ranked)}.values())[:MOST_FOUND]

    def _rephrase(self, step: Step) -> None:
        if not isinstance(step.edit, NewPhrasing):
            self.say("Choose an entry first: 1-4 or o.")
            return
        phrasing = self.hear(f"Phrasing ({step.edit.phrasing}): ").strip()
        step.edit = NewPhrasing(step.edit.entry, phrasing or step.edit.phrasing)
        self._show(step)

    def _elsewhere(self, step: Step) -> None:
        step.edit = Elsewhere(step.proposal.phrasing)
        self._show(step)

    def _begin_entry(self, step: Step) -> None:
        """Ask for what a new entry needs; what was typed before stands in brackets."""
        new, phrasing = step.new, step.proposal.phrasing
        self._ask(new, "question", "Its question, short", phrasing[:1].upper() + phrasing[1:])
        self._ask(new, "section", f"Section ({', '.join(self._sections())})", "")
        self._ask(new, "answer", "Answer, no more than the article says", "")
        self._ask(new, "quote", "Sentence of the article that it rests on, - for none", "-")
        self._ask(new, "id", "Id", "-".join(words(new["question"]))[:48].strip("-"))
        quotes = {"quotes": [new["quote"]]} if new["quote"] != "-" else {}
        values = {key: new[key] for key in ("id", "section", "question", "answer")}
        step.edit = NewEntry({**values, "phrasings": [phrasing], **quotes})
        self._show(step)

    def _ask(self, new: dict[str, str], key: str, what: str, proposed: str) -> None:
        before = new.get(key, proposed)
        shown = f" [{before}]" if before else ""
        new[key] = self.hear(f"{what}{shown}: ").strip() or before

    def _sections(self) -> list[str]:
        return list(dict.fromkeys(e.section for e in self.review.answerer.knowledge.entries))


def _told(group: Group) -> str:
    """How often, when, what was asked, and what did not help."""
    questions = group.questions
    days = sorted(question.day for question in questions)
    times = "once" if len(questions) == 1 else f"{len(questions)} times"
    span = str(days[0]) if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    texts = sorted({question.words for question in questions})
    lines = [f"passed on {times}, {span}", *(f"  “{text}”" for text in texts[:MOST_QUESTIONS])]
    if len(texts) > MOST_QUESTIONS:
        lines.append(f"  ... and {len(texts) - MOST_QUESTIONS} more")
    unhelpful = sorted({question.unhelpful for question in questions} - {""})
    if unhelpful:
        lines.append(f"What did not help: {', '.join(unhelpful)}")
    return "\n".join(lines)


def _named(entry: Entry) -> str:
    return f"{entry.id}: {entry.question}"


def _refusal(error: BotError) -> str:
    if isinstance(error, KnowledgeError):
        return f"Refused, nothing is written:\n{error}"
    return f"Not done: {error}"
