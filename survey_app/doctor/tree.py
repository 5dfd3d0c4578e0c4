"""What lies in the data folder: names, owners, modes, times; no link is followed. It judges nothing."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

INTAKE_TAILS = ("", "-journal", "-wal", "-shm")
STAFF = "staff"


@dataclass(frozen=True)
class Entry:
    """A file, folder or link as it was found. `name` is its path in the data folder, for print."""

    path: Path
    name: str
    found: os.stat_result

    @property
    def mode(self) -> int:
        """The permission bits."""
        return stat.S_IMODE(self.found.st_mode)

    @property
    def is_file(self) -> bool:
        """Whether it is a plain file."""
        return stat.S_ISREG(self.found.st_mode)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return stat.S_ISDIR(self.found.st_mode)

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return stat.S_ISLNK(self.found.st_mode)

    def lasts(self) -> bool:
        """Whether the very same file is still there, unchanged."""
        now = entry_at(self.path, self.name)
        return now is not None and _mark(now) == _mark(self)

    def head(self, size: int) -> bytes:
        """Its first bytes; nothing where it cannot be read."""
        try:
            with open(self.path, "rb", opener=_open_plainly) as file:
                return file.read(size)
        except OSError:
            return b""


@dataclass(frozen=True)
class Tree:
    """A data folder. `intake` is the intake's file, "" where it is no file; `me` the user that serves."""

    data: Path
    intake: Path | None
    me: int

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Everything but the staff side's part, the folder itself first."""
        found = [self.top, *self._below(self.data, "")]
        known = {entry.path for entry in found}
        elsewhere = (entry for entry in self.intake_files if entry.path not in known)
        return (*(entry for entry in found if entry), *elsewhere)

    @cached_property
    def top(self) -> Entry:
        """The data folder. Raises OSError where there is none."""
        return Entry(self.data, "the data folder", self.data.stat())

    @cached_property
    def public(self) -> tuple[Entry, ...]:
        """What lies in the public host's part, and that folder."""
        start = self.data / "public"
        return tuple(entry for entry in self.entries if entry.path == start or start in entry.path.parents)

    @cached_property
    def intake_files(self) -> tuple[Entry, ...]:
        """The intake's file and what SQLite may have left beside it."""
        if self.intake is None:
            return ()
        paths = [self.intake.with_name(self.intake.name + tail) for tail in INTAKE_TAILS]
        return tuple(entry for path in paths if (entry := entry_at(path, self._called(path))))

    @cached_property
    def left_beside(self) -> tuple[Entry, ...]:
        """What lies beside the intake and nobody works with: it takes a second to be sure."""
        return lasting(entry for entry in self.intake_files if entry.path != self.intake)

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """Folders into which this user cannot look."""
        return tuple(entry.name for entry in self.entries if entry.is_folder and not may_look(entry.path))

    def _called(self, path: Path) -> str:
        return printable(path.relative_to(self.data) if self.data in path.parents else path)

    def _below(self, folder: Path, name: str) -> Iterator[Entry]:
        try:
            inside = sorted(os.scandir(folder), key=lambda one: one.name)
        except OSError:
            return
        for one in inside:
            path = Path(one.path)
            entry = entry_at(path, self._called(path))
            if entry is None:
                continue
            yield entry
            if entry.is_folder and path != self.data / STAFF:
                yield from self._below(path, entry.name)


def may_look(folder: Path) -> bool:
    """Whether this user can list the folder and reach what is in it."""
    return os.access(folder, os.R_OK | os.X_OK, effective_ids=True)


def entry_at(path: Path, name: str) -> Entry | None:
    """What is there now, or None."""
    try:
        return Entry(path, name, path.lstat())
    except OSError:
        return None


def lasting(entries: Iterable[Entry], seconds: float = 1.0) -> tuple[Entry, ...]:
    """Those that are still there, unchanged, a moment later: what is at work now comes and goes."""
    found = tuple(entries)
    if found:
        time.sleep(seconds)
    return tuple(entry for entry in found if entry.lasts())


def printable(path: Path | str) -> str:
    """A name in characters that any terminal may print."""
    return ascii(str(path))[1:-1]


def called(entries: Iterable[Entry]) -> str:
    """The first name, and whether there are others: never how many, for that would count what waits."""
    names = [entry.name for entry in entries]
    return names[0] + (" (and others)" if len(names) > 1 else "")


def _mark(entry: Entry) -> tuple[int, int, int]:
    return entry.found.st_ino, entry.found.st_ctime_ns, entry.found.st_size


def _open_plainly(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
