"""Construct scores, intervals and small-number rules: counts in, numbers out; never reads a database."""
