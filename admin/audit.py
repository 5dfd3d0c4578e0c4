"""The audit trail: one JSON line per act, chained by hashes. No answer's text ever stands in it."""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

START = "0" * 64
_LONGEST = 200
_TAIL = 16_384
_HEAD = re.compile(r"\d{1,15}-[0-9a-f]{24}|[0-9a-f]{64}")


class AuditError(Exception):
    """The trail was edited, shortened or rewritten; the text says where."""


@dataclass(frozen=True)
class Head:
    """Where the trail ends: how many lines, and the last one's hash. Written down elsewhere: an anchor."""

    lines: int
    hash: str

    def __str__(self) -> str:
        return f"{self.lines}-{self.hash[:24]}"


class Audit:
    """Appends to the trail. `note` returns when the line is on the disk: first the record, then the act."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._now = now

    def note(self, event: str, actor: str, **about: str) -> Head:
        """Write one line: what happened, who did it, a few short words. Raises OSError if it cannot."""
        with _locked(self._path) as trail:
            torn = _mend(trail)
            head = _head(trail)
            if torn:
                head = self._write(trail, head, "trail_mended", "audit", {"torn_bytes": str(torn)})
            return self._write(trail, head, event, actor, about)

    def head(self) -> Head:
        """The trail's present end; (0, zeros) where nothing was written yet."""
        if not self._path.exists():
            return Head(0, START)
        with _locked(self._path) as trail:
            return _head(trail)

    def _write(self, trail: int, head: Head, event: str, actor: str, about: dict[str, str]) -> Head:
        line = {
            "line": head.lines + 1,
            "at": self._now().isoformat(timespec="seconds"),
            "event": event,
            "actor": actor,
            "about": {key: value[:_LONGEST] for key, value in about.items()},
        }
        hashed = _chain(head.hash, line)
        _append(trail, json.dumps({**line, "hash": hashed}, ensure_ascii=True).encode("ascii") + b"\n")
        return Head(head.lines + 1, hashed)


def verify(path: Path, anchor: str = "") -> Head:
    """Walk the whole trail; AuditError at the first line that does not follow from the one before.

    A chain alone does not notice a cut end: `anchor` is a head, as pages and exports show it, that the trail
    must still contain. Whole hashes and heads in capitals or with blanks around them will do.
    """
    wanted = anchor.strip().lower()
    if wanted and not _HEAD.fullmatch(wanted):
        raise AuditError(
            f'"{anchor[:80]}" is no head of a trail; one looks like 12-0123456789abcdef01234567.'
        )
    lines, hashed, anchored = 0, START, wanted in ("", str(Head(0, START)))
    with path.open("rb") as trail:
        for raw in trail:
            lines += 1
            hashed = _follow(lines, hashed, raw)
            anchored = anchored or wanted in (str(Head(lines, hashed)), hashed)
    head = Head(lines, hashed)
    if not anchored:
        raise AuditError(
            f"The trail ({head.lines} lines) does not contain the head {wanted}: "
            "its end was cut off, or it was rewritten."
        )
    return head


def _follow(number: int, previous: str, raw: bytes) -> str:
    """The hash of a line; raises AuditError where it does not follow the one before."""
    try:
        line = msgspec.json.decode(raw)
        stated = line.pop("hash")
    except (msgspec.DecodeError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise AuditError(f"Line {number} of the trail is not whole.") from error
    # Where nothing is escaped, msgspec writes what json writes, five times as fast.
    plain = raw.isascii() and b"\\" not in raw and b"\x7f" not in raw
    chain = _quick_chain if plain else _chain
    if line.get("line") != number or not raw.endswith(b"\n") or stated != chain(previous, line):
        raise AuditError(f"Line {number} of the trail was changed, or one before it was taken out or put in.")
    return str(stated)


def _chain(previous: str, line: dict[str, object]) -> str:
    canonical = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(f"{previous}\n{canonical}".encode("ascii")).hexdigest()


def _quick_chain(previous: str, line: dict[str, object]) -> str:
    canonical = msgspec.json.encode(line, order="sorted")
    return hashlib.sha256(previous.encode("ascii") + b"\n" + canonical).hexdigest()


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The trail, open for one process at a time, readable by its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    trail = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(trail, fcntl.LOCK_EX)
        yield trail
    finally:
        os.close(trail)


def _head(trail: int) -> Head:
    size = os.fstat(trail).st_size
    last = os.pread(trail, _TAIL, max(0, size - _TAIL)).rstrip(b"\n").rsplit(b"\n", 1)[-1]
    if not last:
        return Head(0, START)
    try:
        line = json.loads(last)
        return Head(int(line["line"]), str(line["hash"]))
    except (ValueError, KeyError, TypeError) as error:
        raise AuditError("The trail's last line is not whole. Run: yourvoice-admin audit verify.") from error


def _mend(trail: int) -> int:
    """Take off a last line that a crash cut short: it was never answered for. Returns how many bytes."""
    size = os.fstat(trail).st_size
    tail = os.pread(trail, _TAIL, max(0, size - _TAIL))
    torn = len(tail) - (tail.rfind(b"\n") + 1)
    if torn:
        os.ftruncate(trail, size - torn)
    return torn


def _append(trail: int, line: bytes) -> None:
    """The whole line on the disk, or none of it (a full disk)."""
    size = os.fstat(trail).st_size
    try:
        if os.write(trail, line) != len(line):
            raise OSError("the audit trail could not be written in full")
        os.fsync(trail)
    except OSError:
        os.ftruncate(trail, size)
        raise
