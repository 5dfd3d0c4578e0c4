"""What leaves the public host: boxes of sealed ballots and single sealed letters, as files.

Both hosts share the format. A file tells neither when nor in what order anything came, and nothing in it can
be opened here. Numbers are big-endian:

    box     head (magic 8, wave 32, box 32, count 4), check 16; per ballot: id 16, sealed 9336, check 8
    letter  magic 8, id 16, sealed 5240, check 16

A check is a BLAKE2b of what stands before it (a ballot's: of head and ballot). It finds accidents, not
attacks; those are found when the seal is opened. Whoever seized the public host can put anything under such a
name: only plain files are read, no further than their head is right, and no odd name is ever repeated.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from survey_app.files import write_durably
from survey_app.sealing import SEALED_SIZE
from survey_app.site import OTHER

FILE_MAX = 1_000
"""Ballots in one file, 9.4 MB, at the most; where 2 * k is more, so many."""

ID_SIZE = 16
BOX_SUFFIX, LETTER_SUFFIX = ".box", ".letter"

_BOX_MAGIC, _LETTER_MAGIC = b"YVBOX\0\0\1", b"YVLET\0\0\2"
_HEAD = struct.Struct(">8s32s32sI")
_NAME = re.compile(rb"([a-z0-9](?:-?[a-z0-9])*)\0*")
_CHECK, _BALLOT_CHECK = 16, 8
_BALLOT_SIZE = ID_SIZE + SEALED_SIZE["answers"] + _BALLOT_CHECK
_LETTER_SIZE = len(_LETTER_MAGIC) + ID_SIZE + SEALED_SIZE["contact"] + _CHECK


class BoxError(Exception):
    """The file is no box or letter of ours; the text says so in one sentence."""


class BoxCutError(BoxError):
    """The file ends too early: it may still be on its way."""


@dataclass(frozen=True)
class BoxFile:
    """One box's ballots (id, sealed) in an order that means nothing; `damaged` were changed on the way."""

    wave: str
    box: str
    ballots: tuple[tuple[bytes, bytes], ...]
    damaged: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Departure:
    """Ballots that may be let out together: under the name `box`, those that lie in `boxes`."""

    box: str
    boxes: tuple[str, ...]


def departures(waiting: Mapping[str, int], k: int, closed: bool) -> tuple[Departure, ...]:
    """What of one wave may be let out, given how many ballots wait in each box.

    A box leaves with at least `k`. Once the wave is closed, the boxes below k leave together as OTHER if they
    hold k between them; if not, they stay.
    """
    full = [Departure(box, (box,)) for box in sorted(waiting) if waiting[box] >= k]
    small = tuple(box for box in sorted(waiting) if 0 < waiting[box] < k)
    if closed and sum(waiting[box] for box in small) >= k:
        full.append(Departure(OTHER, small))
    return tuple(full)


def in_files(ballot_ids: Sequence[bytes], k: int) -> Iterator[Sequence[bytes]]:
    """The `k` or more ids of one departure, cut into files of nearly one size, each of `k` or more."""
    count, total = -(-len(ballot_ids) // max(FILE_MAX, 2 * k)), len(ballot_ids)
    for place in range(count):
        yield ballot_ids[place * total // count : (place + 1) * total // count]


def write_box(folder: Path, content: BoxFile) -> Path:
    """Write the ballots as they are ordered, all or nothing, under a random name; returns the file."""
    head = _HEAD.pack(_BOX_MAGIC, content.wave.encode(), content.box.encode(), len(content.ballots))
    parts = [head, _check(head, _CHECK)]
    for ballot_id, sealed in content.ballots:
        ballot = ballot_id + sealed
        parts += [ballot, _check(head + ballot, _BALLOT_CHECK)]
    path = folder / f"{secrets.token_hex(8)}{BOX_SUFFIX}"
    write_durably(path, b"".join(parts))
    return path


def read_box(path: Path) -> BoxFile:
    """Read a box file; raises BoxCutError where the end is missing and BoxError for anything else."""
    with _plain_file(path) as file:
        head, check = file.read(_HEAD.size), file.read(_CHECK)
        if len(check) < _CHECK:
            raise _cut(path)
        magic, wave, box, count = _HEAD.unpack(head)
        names = _NAME.fullmatch(wave), _NAME.fullmatch(box)
        if magic != _BOX_MAGIC or check != _check(head, _CHECK) or not all(names):
            raise BoxError(f"{_called(path)} is no box file, or its beginning was changed.")
        missing = file.tell() + count * _BALLOT_SIZE - os.fstat(file.fileno()).st_size
        if missing > 0:
            raise _cut(path)
        if missing < 0:
            raise BoxError(f"{_called(path)} is longer than it says.")
        ballots, damaged = [], []
        for _ in range(count):
            ballot = file.read(_BALLOT_SIZE - _BALLOT_CHECK)
            if file.read(_BALLOT_CHECK) == _check(head + ballot, _BALLOT_CHECK):
                ballots.append((ballot[:ID_SIZE], ballot[ID_SIZE:]))
            else:
                damaged.append(ballot)
    named = [name[1].decode() for name in names if name]
    return BoxFile(named[0], named[1], tuple(ballots), tuple(damaged))


def write_letter(folder: Path, letter_id: bytes, sealed: bytes) -> Path:
    """Write one sealed letter, all or nothing, under a random name; returns the file."""
    content = _LETTER_MAGIC + letter_id + sealed
    path = folder / f"{secrets.token_hex(8)}{LETTER_SUFFIX}"
    write_durably(path, content + _check(content, _CHECK))
    return path


def read_letter(path: Path) -> tuple[bytes, bytes]:
    """The letter's id and what is sealed in it; raises BoxCutError and BoxError like `read_box`."""
    with _plain_file(path) as file:
        raw = file.read(_LETTER_SIZE + 1)
    if len(raw) < _LETTER_SIZE:
        raise _cut(path)
    content, check = raw[:-_CHECK], raw[-_CHECK:]
    if len(raw) != _LETTER_SIZE or not raw.startswith(_LETTER_MAGIC) or check != _check(content, _CHECK):
        raise BoxError(f"{_called(path)} is no letter, or it was changed on the way.")
    start = len(_LETTER_MAGIC)
    return content[start : start + ID_SIZE], content[start + ID_SIZE :]


@contextmanager
def _plain_file(path: Path) -> Iterator[BinaryIO]:
    """The open file; raises BoxError for what cannot be read: a folder, a link, a pipe that never ends."""
    try:
        with open(path, "rb", opener=_open_no_link) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise BoxError(f"{_called(path)} is no plain file; it is left where it is.")
            yield file
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise BoxError(f"{_called(path)} cannot be read: {reason}; it is left where it is.") from None


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _cut(path: Path) -> BoxCutError:
    return BoxCutError(f"{_called(path)} is cut short; it is left to wait for the rest.")


def _called(path: Path) -> str:
    """The file's name, in characters that any terminal may print."""
    return ascii(path.name)[1:-1]


def _check(content: bytes, size: int) -> bytes:
    return hashlib.blake2b(content, digest_size=size).digest()
