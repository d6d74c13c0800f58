"""A draft of the knowledge, not saved yet -> what the bot would say, without learning anew."""

from collections.abc import Mapping

from bot.answering.answerer import Answerer
from bot.building import revised
from bot.curation.reader import read
from bot.errors import Problem
from bot.loading import forbidden, rules_only
from bot.settings import Settings


def draft(
    settings: Settings, live: Answerer, drafts: Mapping[str, str]
) -> Answerer | list[Problem]:
    """A provisional answerer for a draft, or the faults for which it would not be served.

    Args:
        settings: where the other files of the knowledge are.
        live: what answers now.
        drafts: texts in place of what stands in the files, by the name of the file.
    """
    source = read(settings.knowledge_dir, drafts)
    is_tried = rules_only(source.knowledge) == rules_only(live.knowledge)
    return list(forbidden(source, is_tried=is_tried)) or revised(settings, live, source.knowledge)
