"""Tries under names that nobody has: a small file of its own. Strangers fill neither trail nor disk."""

from pathlib import Path

from admin.audit import Audit, AuditError

MOST_LINES = 500
"""Then the file begins anew."""


class Strangers:
    """Writes as the trail does, and takes as long: else the time of an answer told who has an account."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = Audit(path)

    def note(self, wait: str) -> None:
        """Write one line. Raises OSError if it cannot."""
        try:
            head = self._lines.note("sign_in_refused", "unknown", wait=wait)
        except AuditError:
            self._path.unlink(missing_ok=True)
            return
        if head.lines >= MOST_LINES:
            self._path.unlink(missing_ok=True)
