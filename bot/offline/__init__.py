"""Telegram without Telegram. Imports nothing of the rest of the bot."""
