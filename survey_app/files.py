"""Files that are there whole or not at all, and small JSON files that notice a changed byte.

What is written carries no time: its modification time is flattened. Nothing here knows what a file means.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

FLAT_TIME = 946_684_800
"""2000-01-01 UTC, the modification time of every file: when something left says who had just been there."""

JSON_MAX = 2**20
DRAFTS = ".*.part"
"""What a crash may leave of a file that was being written."""


class FileError(Exception):
    """A file is missing, cut short, changed or of another kind; the text says which, without its content."""


def in_words(error: Exception) -> str:
    """What an error says, without the numbers of the operating system."""
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    return f"{error.filename or 'A file'} cannot be used: {error.strerror}."


class Checked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A JSON file with the SHA-256 of what it says in `checksum`."""

    checksum: str = ""

    def digest(self) -> bytes:
        """SHA-256 over everything but the checksum."""
        bare = msgspec.structs.replace(self, checksum="")
        return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).digest()

    def to_bytes(self) -> bytes:
        """The file's text, checksum included."""
        checked = msgspec.structs.replace(self, checksum=self.digest().hex())
        return msgspec.json.format(msgspec.json.encode(checked)) + b"\n"


_Kind = TypeVar("_Kind", bound=Checked)


def read_checked(path: Path, kind: type[_Kind], longest: int = JSON_MAX) -> _Kind:
    """The struct in the file; raises FileError for anything else, before much of it is read."""
    try:
        with open(path, "rb", opener=_open_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileError(f"{path.name} is no plain file.")
            text = file.read(longest + 1)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise FileError(f"{path.name} cannot be read: {reason}.") from None
    if len(text) > longest:
        raise FileError(f"{path.name} is far too long for what it should be.")
    try:
        found = msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise FileError(f"{path.name} is another kind of file or was changed: {error}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise FileError(f"{path.name} is cut short or is no JSON.") from None
    if found.checksum != found.digest().hex():
        raise FileError(f"{path.name} was changed after it was written: its checksum does not fit.")
    return found


def _open_at_once(path: str, flags: int) -> int:
    """A pipe that nobody writes into would keep the reader waiting."""
    return os.open(path, flags | os.O_NONBLOCK)


def write_durably(path: Path, content: bytes) -> None:
    """Write the file so that a crash leaves all of it or the former file; mode 0600."""
    draft = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.utime(file.fileno(), (FLAT_TIME, FLAT_TIME))
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def erase(path: Path) -> None:
    """Overwrite the file and delete it. A disk may keep older blocks: docs/threat-model.md names that."""
    with path.open("r+b") as file:
        file.write(b"\0" * path.stat().st_size)
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames and deletions in the folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_private_folder(folder: Path) -> Path:
    """The folder, made if need be and open to its owner only (0700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


@contextmanager
def alone_in(folder: Path, lock: Path) -> Iterator[None]:
    """Wait until nobody else who holds this lock is at work; what a killed one began in the folder goes."""
    handle = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for draft in folder.glob(DRAFTS):
            draft.unlink()
        yield
    finally:
        os.close(handle)
