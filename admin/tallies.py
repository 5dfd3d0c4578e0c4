"""What was counted over a set of released responses. Holds no response."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from admin.scoring.patterns import Patterns


@dataclass(frozen=True)
class Tallies:
    """Counts over `n` released responses to one snapshot ("" where n is 0): block id -> counts."""

    n: int
    blocks: Mapping[str, Patterns]
    snapshot: str = ""

    @classmethod
    def total(cls, parts: Iterable[Tallies]) -> Tallies:
        """The sum over sets of different responses to the same snapshot."""
        parts = [part for part in parts if part.n]
        names = dict.fromkeys(name for part in parts for name in part.blocks)
        blocks = {name: Patterns.total(part.blocks[name] for part in parts) for name in names}
        return cls(sum(part.n for part in parts), blocks, parts[0].snapshot if parts else "")
