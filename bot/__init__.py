"""A Telegram bot that answers questions about one article from a Q&A file edited by hand.

model, errors     the nouns; import nothing of ours
markup            Telegram's HTML: its faults, its plain text
settings          environment and .env -> values
answering/        text -> reply, pure: normalise, safety (signs), match (learn), decide, compose,
                      answerer, explain
curation/         the maintainers' side: reader, checks, evaluate
building          knowledge folder -> answerer
keeping           what was learnt, on disk
logs              log lines without tokens
telegram/         view (reply -> HTML), app (handlers), sending, contexts, polling, serving
offline/          a Bot API in this process, and a chat in the terminal
cli               the commands; puts everything together
"""

__version__ = "0.1.0"
