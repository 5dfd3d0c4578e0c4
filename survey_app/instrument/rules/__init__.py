"""The checks of an instrument by theme; checks.py names and levels them. They find, they never mend."""
