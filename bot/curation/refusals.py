"""What Telegram would refuse: markup, names, lengths, commands."""

import re
import string
from collections.abc import Collection, Iterator

from bot.answering.compose import Composer
from bot.curation.material import Material, Rule
from bot.curation.parsing import Loc
from bot.errors import Problem
from bot.markup import find_fault, plain, units
from bot.model import Answer, Candidate

MOST_ANSWER = 350
"""Characters of an answer: with its quote and disclaimer it should fit a phone's screen."""
MOST_UNITS = 4096
MOST_OF_A_NOTICE = 200
MOST_UNITS_OF = {"name": 64, "short_description": 120, "description": 512} | dict.fromkeys(
    ("not_yours", "no_chat", "thanks", "pass_on_expired", "take_back_failed"), MOST_OF_A_NOTICE
)
MOST_OF_A_COMMAND, MOST_COMMANDS = 256, 100
REFUSED = "refused-text"
SAMPLES = {"words": 80, "because": 120, "section": 80, "version": 40}
"""So many characters are filled in for what depends on the message."""
SAMPLES |= {"text": 300, "source": 80, "checked": 10}
NAMES = frozenset({"title", "author", "address", "contact", "emergency_number"})


def bad_markup(material: Material) -> Iterator[Problem]:
    """Answers, notes, texts and cards are HTML as Telegram knows it (<b>, <i>, <a href="...">).

    Every tag is closed, and a `<` or `&` that is no markup is written `&lt;` or `&amp;`.
    """
    for file, loc, text in material.html_texts:
        fault = find_fault(text)
        if fault:
            yield material.problem(file, loc, f"Telegram would refuse this: {fault}", "bad-markup")


def bad_name(material: Material) -> Iterator[Problem]:
    """Words in {braces} are names that the bot fills in; only the known ones may stand there."""
    own = {
        "because": {"words"},
        "quote_source": {"section"},
        "topic_section": {"section"},
        "version": {"version"},
        "passed_on": {"words"},
        "editor_note": {"text", "source", "checked"},
    }
    for file, loc, text in material.html_texts:
        if file == "qa.yaml" and not material.knowledge.entries[int(loc[0])].talk:
            for name in sorted(NAMES & set(re.findall(r"\{(\w+)\}", text))):
                message = f"{{{name}}} is filled in only in small talk: write what it stands for"
                yield material.problem(file, loc, message, "bad-name")
            continue
        known = NAMES | own.get(str(loc[-1]), set())
        if file == "safety.yaml":
            known = NAMES | {"because"}
        for fault in _name_faults(text, known):
            yield material.problem(file, loc, fault, "bad-name")


def _name_faults(text: str, known: Collection[str]) -> Iterator[str]:
    try:
        found = {
            name + (f"!{conversion}" if conversion else "") + (f":{how}" if how else "")
            for _, name, how, conversion in string.Formatter().parse(text)
            if name is not None
        }
    except ValueError:
        yield "a single { or } is not allowed here: write {{ or }}"
        return
    for name in sorted(found - set(known)):
        yield f"{{{name}}} is not known here; known are {', '.join(sorted(known))}"


def too_long(material: Material) -> Iterator[Problem]:
    """An answer has 350 characters at most; Telegram's own limits hold for the rest.

    With its quote and the disclaimer an answer should fit the screen of a phone.
    """
    for i, entry in enumerate(material.knowledge.entries):
        size = len(plain(entry.answer))
        if size > MOST_ANSWER:
            message = f"the answer has {size} characters; {MOST_ANSWER} at most: shorten it"
            yield material.problem("qa.yaml", (i, "answer"), message, "too-long")
    for key, most in MOST_UNITS_OF.items():
        size = units(plain(getattr(material.knowledge.texts, key)))
        if size > most:
            message = f'"{key}" has {size} characters; Telegram takes {most}: shorten it'
            yield material.problem("texts.yaml", (key,), message, "too-long")


def bad_command(material: Material) -> Iterator[Problem]:
    """A command of the menu has a name of small letters, digits and `_`, and a description.

    Telegram takes 32 characters of a name, 256 of a description, and a hundred commands.
    """
    texts = material.knowledge.texts
    names = [command.name for command in (*texts.commands, *texts.admin_commands)]
    for i, command in enumerate((*texts.commands, *texts.admin_commands)):
        more = i - len(texts.commands)
        loc: Loc = ("commands", i) if more < 0 else ("admin_commands", more)
        if not re.fullmatch("[a-z0-9_]{1,32}", command.name):
            message = f'"{command.name}" should be small letters, digits and _, 32 at most, no /'
            yield material.problem("texts.yaml", (*loc, "name"), message, "bad-command")
        if units(command.description) > MOST_OF_A_COMMAND:
            message = f"the description is longer than {MOST_OF_A_COMMAND} characters: shorten it"
            yield material.problem("texts.yaml", (*loc, "description"), message, "bad-command")
        if command.name in names[:i] or i >= MOST_COMMANDS:
            message = f'"{command.name}" stands here twice, or is one command too many: delete it'
            yield material.problem("texts.yaml", (*loc, "name"), message, "bad-command")


def refused_text(material: Material) -> Iterator[Problem]:
    """What is said, with everything filled in, is a message that Telegram takes.

    An answer with its card, quotes, note and disclaimer, and every other text, has 4,096 characters
    at most and says something; a `{name}` within a tag may break what looks sound on its own.
    """
    if material.found(bad_markup) or material.found(bad_name):
        return
    composer = Composer(material.knowledge, _names(material))
    for file, loc, text in material.html_texts:
        if file != "qa.yaml":
            said = composer.say(text, **{name: "x" * size for name, size in SAMPLES.items()})
            fault = find_fault(said) or ("" if text.strip() == "" else _size_fault(plain(said)))
            if fault:
                yield material.problem(file, loc, f"Telegram would refuse this: {fault}", REFUSED)
    for i, entry in enumerate(material.knowledge.entries):
        reply = composer.compose(Answer((Candidate(entry, 1.0),)))
        fault = _size_fault("\n\n".join(plain(block.text) for block in reply.blocks))
        if fault:
            yield material.problem(
                "qa.yaml", (i, "answer"), f"with all that goes with it, {fault}", REFUSED
            )


def _size_fault(said: str) -> str:
    if not said.strip():
        return "nothing is left of it but markup"
    size = units(said)
    return f"it has {size} characters; 4096 at most" if size > MOST_UNITS else ""


def _names(material: Material) -> dict[str, str]:
    """What `{names}` are filled with when nothing is set."""
    texts = material.knowledge.texts
    return {
        "title": texts.title,
        "author": texts.author,
        "address": texts.address,
        "contact": texts.no_contact,
        "emergency_number": texts.emergency_number,
    }


CHECKS: tuple[Rule, ...] = (bad_markup, bad_name, too_long, bad_command, refused_text)
