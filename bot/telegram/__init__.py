"""The bot in Telegram; python-telegram-bot is imported here, in offline/request.py and in cli."""
