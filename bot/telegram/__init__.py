"""The bot in Telegram. Only here (and in offline/request.py) is python-telegram-bot imported."""
