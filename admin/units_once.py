"""Up to which release a wave's units were shown or carried away: once, and for good. It counts nothing.

Units that grew with a release that came late would show the few newcomers of one unit by comparison.
"""

from __future__ import annotations

from pathlib import Path

from survey_app.files import Checked, alone_in, make_private_folder, read_checked, write_durably


class Published(Checked, frozen=True, kw_only=True):
    """The last release that counts wherever a wave's units stand side by side."""

    wave: str
    release: int


class UnitsOnce:
    """What was published of each wave's units; `folder` keeps a file for each wave."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def release(self, wave: str) -> int | None:
        """The release that counts, or None while nothing was published. Raises FileError."""
        path = self._path(wave)
        return read_checked(path, Published).release if path.exists() else None

    def publish(self, wave: str, newest: int) -> int:
        """From now on `newest` counts, unless another was first; returns the one that does.

        Raises FileError and OSError; then nothing may be shown.
        """
        make_private_folder(self._folder)
        with alone_in(self._folder, self._folder / ".lock"):
            first = self.release(wave)
            if first is None:
                write_durably(self._path(wave), Published(wave=wave, release=newest).to_bytes())
            return newest if first is None else first

    def _path(self, wave: str) -> Path:
        return self._folder / f"{wave}.json"
