"""New questions of the queue -> groups, those that are there already or new ones."""

import secrets
from functools import partial

from bot.answering.match import Matcher
from bot.curation.decisions import OPEN, Decisions
from bot.curation.grouping import Grouping


def sort_in(decisions: Decisions, matcher: Matcher) -> None:
    """Put new questions into groups; more of what was ignored is ignored.

    What is like an accepted group is a new one: it was passed on although it should be answered.
    Whoever else sorts at the same time, or takes a question back, makes it look once more.

    Raises:
        QueueError: the queue cannot be read or written.
    """
    while True:
        every = decisions.questions()
        if all(question.group for question in every):
            return
        grouping = Grouping(matcher, partial(_new_id, {question.group for question in every}))
        for group in decisions.groups((*OPEN, "ignored")):
            for question in group.questions:
                grouping.add(question.words, group.id)
        places = {q.receipt: grouping.place(q.words) for q in every if not q.group}
        if decisions.sort_in(places):
            return


def _new_id(taken: set[str]) -> str:
    """A short name that no group has."""
    id = secrets.token_hex(4)
    while id in taken:
        id = secrets.token_hex(4)
    taken.add(id)
    return id
