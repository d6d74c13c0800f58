"""From a message to a reply. Pure: no I/O, no clock, no environment, no Telegram."""
