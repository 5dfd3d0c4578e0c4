"""The ledger of releases: what a line says, and the checksum that ties it to its responses. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

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


def checksum(former: str, line: Line, codes: Iterable[bytes]) -> str:
    """SHA-256 over the checksum before, this line, and its packed responses in the order of their bytes.

    No line or response can be changed, added or removed without every later line showing it.
    """
    stated = f"{former}\n{line.release} {line.wave} {line.unit} {line.snapshot} {line.n}\n"
    return hashlib.sha256(b"".join((stated.encode(), *sorted(codes)))).hexdigest()
