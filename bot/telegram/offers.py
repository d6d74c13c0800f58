"""What stands under a reply beside its own buttons: did it help, and may the question be passed on.

A matter of the chat, not of the reply: it is offered in private only, as in a group a question is
not one person's to pass on. Does not import telegram.
"""

from bot.answering.answerer import ids
from bot.answering.compose import hashes
from bot.model import Answer, Button, Outcome, Texts, Unknown

YES, NO = "h+", "h-"
"""What the data of "This helped" and "It did not help" begin with; hashes of the entries follow."""
PASS_ON = "p:"
"""Data of the button that passes a question on; which one is known from its message."""
TAKE_BACK = "t:"
"""What the data of the button that takes a question back begins with; its receipt follows."""
THANKS = "ok:"
"""Data of the button that only says thank you."""
REVIEW = "r:"
"""What the data of the buttons in the maintainers' chats begins with."""
Row = tuple[Button, ...]


def rows(outcome: Outcome, texts: Texts, *, can_pass_on: bool) -> tuple[Row, ...]:
    """The rows that belong under a reply; none where a safety rule has a say.

    Args:
        outcome: what is answered.
        texts: the labels.
        can_pass_on: whether the question may be passed on.
    """
    decision = outcome.decision
    if outcome.route != "none":
        return ()
    if isinstance(decision, Answer) and not decision.is_talk:
        which = hashes(ids(decision))
        no = Button(texts.button_not_helped, f"{NO}{which}")
        return ((Button(texts.button_helped, f"{YES}{which}"), no),)
    return (pass_on_row(texts),) if isinstance(decision, Unknown) and can_pass_on else ()


def pass_on_row(texts: Texts) -> Row:
    """The button that passes a question on."""
    return (Button(texts.button_pass_on, PASS_ON),)


def thanks_row(texts: Texts) -> Row:
    """What stands there when all is said."""
    return (Button(texts.thanks, THANKS),)
