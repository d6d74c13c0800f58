"""A Telegram bot that answers questions about one article from a Q&A file edited by hand.

model, errors     the nouns; import nothing of ours
markup            Telegram's HTML: its faults, its plain text
settings          environment and .env -> values
answering/        text -> reply, pure: normalise, safety (signs, mentions), match (weights,
                      ranking, phrasebook; learn), decide, compose, answerer, explain
curation/         the maintainers' side: reader, checks, evaluate
loading, keeping  knowledge folder -> what was learnt, in parts; those on disk
building          all of it -> answerer
following         edits while it runs -> newer answerers
logs              log lines without tokens
telegram/         view (reply -> HTML), app (handlers), sending, profile, contexts, polling,
                      serving
offline/          a Bot API in memory and over HTTP, its chat page, and a chat in the terminal
without_telegram  the bot on that Bot API: terminal, page, reasons
cli               the commands; puts everything together
"""

__version__ = "0.1.0"
