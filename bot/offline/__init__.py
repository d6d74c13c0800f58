"""Telegram without Telegram. Of the rest of the bot it imports markup only."""
