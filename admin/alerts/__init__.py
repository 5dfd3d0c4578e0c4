"""Tells staff that a request is waiting, and nothing else: no name, no number, no link, no topic."""
