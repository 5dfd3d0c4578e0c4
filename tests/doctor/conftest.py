"""A sound installation for each test."""

from tests.doctor.installation import sound

__all__ = ["sound"]
