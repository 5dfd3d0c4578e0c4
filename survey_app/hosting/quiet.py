"""What is said of an error: its kind. Its text or its traceback could hold an answer."""

from __future__ import annotations

import sys


def say_kind(kind: type[BaseException] | None) -> None:
    """One line on standard error, without any content."""
    sys.stderr.write(f"error: {kind.__name__ if kind else 'unknown'}\n")
