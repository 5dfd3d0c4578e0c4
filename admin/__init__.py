"""Your Voice, the staff side: opens boxes of at least k ballots. Never imports the public web modules."""
