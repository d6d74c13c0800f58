"""The maintainers' side: reading, checking and measuring the knowledge."""
