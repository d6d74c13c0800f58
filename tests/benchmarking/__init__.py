"""What `benchmark_matching.py` is made of; nothing here is imported by the bot."""
