"""What was counted over a set of released responses. Holds no response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from admin.scoring.patterns import Patterns


@dataclass(frozen=True)
class Tallies:
    """Counts over `n` released responses to one snapshot ("" where n is 0): block id -> counts."""

    n: int
    blocks: Mapping[str, Patterns]
    snapshot: str = ""
