"""A draft of the knowledge, not saved yet -> what the bot would say, without learning anew."""

from collections.abc import Mapping

from bot.answering.answerer import Answerer
from bot.answering.safety import safety_of
from bot.building import revised
from bot.curation.reader import read
from bot.errors import Problem
from bot.loading import Checked, forbidden, places_of
from bot.settings import Settings

UNLEARNT = "rules or mentions of this file are not learnt yet: wait until they are live"


def draft(
    settings: Settings, live: Answerer, drafts: Mapping[str, str]
) -> Answerer | list[Problem]:
    """A provisional answerer for a draft, or the faults for which it would not be served.

    Only what calls for a card cannot be tried out like this: that is learnt to the end first.

    Args:
        settings: where the other files of the knowledge are.
        live: what answers now.
        drafts: texts in place of what stands in the files, by the name of the file.
    """
    source = read(settings.knowledge_dir, drafts)
    problems = list(forbidden(source, live.knowledge))
    if problems:
        return problems
    knowledge = source.knowledge
    is_same = knowledge.safety == live.knowledge.safety
    safety = live.safety if is_same else safety_of(knowledge)
    found = revised(settings, live, Checked(knowledge, safety, places_of(knowledge)))
    return found or [source.problem("safety.yaml", (), UNLEARNT, "not-learnt-yet")]
