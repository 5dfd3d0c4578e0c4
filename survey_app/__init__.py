"""Your Voice, the public side: it can write, it can never read back. Never imports admin."""
