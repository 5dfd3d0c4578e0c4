"""The public keys that are valid now, read anew whenever keys.json was replaced.

It never keeps an old bundle alive: a file that cannot be read means that nothing is taken in.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from survey_app.sealing import Bundle, PublicKey, Purpose, SealingError, read_bundle

_Mark = tuple[int, int, int]


class CurrentKeys:
    """The keys of one keys.json."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[_Mark, Bundle | None] = ((0, 0, 0), None)

    def key_for(self, purpose: Purpose, today: date) -> PublicKey | None:
        """The key to seal with today, or None: then the form closes."""
        bundle = self._bundle()
        return bundle.key_for(purpose, today) if bundle else None

    def _bundle(self) -> Bundle | None:
        try:
            found = self._path.stat()
            mark = (found.st_ino, found.st_ctime_ns, found.st_size)
            if self._read[0] != mark:
                self._read = (mark, read_bundle(self._path))
        except (OSError, SealingError):
            self._read = ((0, 0, 0), None)
        return self._read[1]
