"""Looks at a live installation and says what is not as it should be. It changes and counts nothing."""
