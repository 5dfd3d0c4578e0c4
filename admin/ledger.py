"""The ledger of releases: what a line says, and the checksum that ties it to its responses. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

START = ""
"""The checksum before the first line."""


@dataclass(frozen=True)
class Line:
    """So many responses of one unit in one wave, to one snapshot, were released together."""

    release: int
    wave: str
    unit: str
    snapshot: str
    n: int


@dataclass(frozen=True)
class Entry:
    """A line as it stands in the ledger."""

    line: Line
    checksum: str


def checksum(former: str, line: Line, rows: Iterable[tuple[bytes, bytes]]) -> str:
    """SHA-256 over the checksum before, this line, and its responses (id, packed codes) in the order of ids.

    No line or response can be changed, added or removed without every later line showing it. The ids are
    random and shown to nobody: without them, whoever sees the checksum could try out what was answered.
    """
    stated = f"{former}\n{line.release} {line.wave} {line.unit} {line.snapshot} {line.n}\n"
    return hashlib.sha256(b"".join((stated.encode(), *chain.from_iterable(sorted(rows))))).hexdigest()
