"""Construct scores, intervals and small-number rules. Pure: counts in, numbers out; never reads a database."""
