"""Reads the audit trail for people: from its end backwards, a page at a time. It writes nothing into it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import msgspec

from admin.audit import START, AuditError, Head, verify

_BLOCK = 256 * 1024
_LONGEST_LINE = 64 * 1024


class Line(msgspec.Struct, frozen=True):
    """A line as it stands in the trail; what else stands there is for `verify`."""

    line: int
    at: datetime
    event: str
    actor: str
    about: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """A line and where it begins; `line` is None where it cannot be read."""

    place: int
    line: Line | None


@dataclass(frozen=True)
class Page:
    """Some lines, the newest first; `older`: what to ask for the next page with, None at the beginning."""

    lines: tuple[Found, ...]
    older: int | None


@dataclass(frozen=True)
class Condition:
    """Whether the chain is whole: its head, or the `fault`."""

    head: Head
    fault: str = ""


@dataclass
class Trail:
    """The trail of one installation."""

    path: Path
    _known: tuple[tuple[int, ...], Condition] | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def condition(self) -> Condition:
        """Walk the whole chain; again only where the file has changed since. Raises OSError."""
        if not self.path.exists():
            return Condition(Head(0, START))
        with self._lock:
            mark = _mark(self.path)
            if self._known is None or self._known[0] != mark:
                self._known = mark, _walk(self.path)
            return self._known[1]

    def page(self, wanted: Callable[[Line], bool] | None, before: int | None, size: int) -> Page:
        """Up to `size` lines that are wanted (None: all), from those that begin before the place `before`."""
        if not self.path.exists():
            return Page((), None)
        found: list[Found] = []
        with self.path.open("rb") as file:
            for one in _backwards(file, before):
                if wanted is None or (one.line is not None and wanted(one.line)):
                    if len(found) == size:
                        return Page(tuple(found), found[-1].place)
                    found.append(one)
        return Page(tuple(found), None)


def _mark(path: Path) -> tuple[int, ...]:
    """What changes with every change of the file."""
    told = os.stat(path)
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _walk(path: Path) -> Condition:
    try:
        return Condition(verify(path))
    except AuditError as error:
        return Condition(Head(0, START), str(error))


def _backwards(file: BinaryIO, before: int | None) -> Iterator[Found]:
    """The lines that begin before a place, the last first."""
    end = file.seek(0, os.SEEK_END)
    end = end if before is None else max(0, min(before, end))
    rest = b""
    while end > 0:
        start = max(0, end - _BLOCK)
        file.seek(start)
        lines = (file.read(end - start) + rest[:_LONGEST_LINE]).split(b"\n")
        rest, place = lines[0], end + len(rest[:_LONGEST_LINE])
        for raw in reversed(lines[1:]):
            place -= len(raw)
            if raw:
                yield Found(place, _read(raw))
            place -= 1
        end = start
    if rest:
        yield Found(0, _read(rest))


def _read(raw: bytes) -> Line | None:
    try:
        line = _DECODER.decode(raw)
    except (msgspec.DecodeError, ValueError):
        return None
    return msgspec.structs.replace(line, at=line.at.astimezone(UTC)) if line.at.tzinfo else None


_DECODER = msgspec.json.Decoder(Line)
