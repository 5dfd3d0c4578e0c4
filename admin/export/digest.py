"""The scores of a set of rows in a few lines, with the engine that makes the pages' numbers.

These are of single rows that may leave anyway: nothing is rounded or hidden here, and no page may show them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from admin.export.export import Export
from admin.export.parts import Scored
from admin.scoring.blocks import Block
from admin.scoring.constructs import ItemStatistics, statistics
from admin.scoring.intervals import wilson
from admin.scoring.keying import Scale
from admin.scoring.omega import Omega, omega
from admin.scoring.patterns import Patterns, tally
from admin.scoring.reliability import Reliability, reliability


@dataclass(frozen=True)
class ScoreLine:
    """One construct or activity; percents are of the scored responses, `low` and `high` Wilson's interval."""

    id: str
    label: str
    items: int
    members: tuple[str, ...]
    n: int
    unscored: int
    mean: float
    sd: float
    pomp: float
    positive: float
    low: float
    high: float
    reliability: Reliability
    omega: Omega


@dataclass(frozen=True)
class ItemLine:
    """One item of a scale, after keying."""

    name: str
    label: str
    n: int
    mean: float
    sd: float
    favourable: float


@dataclass(frozen=True)
class Digest:
    """All scores, and every scored item once."""

    scores: tuple[ScoreLine, ...]
    items: tuple[ItemLine, ...]


def digest(export: Export) -> Digest:
    """Count the rows and score the counts."""
    parts = [part for part in export.layout.parts if isinstance(part, Scored)]
    counted = [_block(part) for part in parts]
    total: dict[str, Patterns] = {}
    for chunk in export.chunks():
        for block, patterns in tally(counted, chunk).items():
            total[block] = total[block] + patterns if block in total else patterns
    ready = [part.scale for part in parts if part.scale.id in total]
    items = {line.name: line for scale in ready for line in _items(export, scale, total[scale.id])}
    return Digest(tuple(_score(export, scale, total[scale.id]) for scale in ready), tuple(items.values()))


def _block(part: Scored) -> Block:
    keys = part.scale.keys
    bases = tuple(len(key.scores) for key in keys)
    return Block(part.scale.id, tuple(key.item for key in keys), part.places, bases)


def _score(export: Export, scale: Scale, patterns: Patterns) -> ScoreLine:
    found = statistics(scale, patterns)
    nothing = (float("nan"), float("nan"))
    low, high = wilson(found.positive, found.n) if found.n else nothing
    return ScoreLine(
        id=scale.id,
        label=str(export.layout.snapshot.wording(export.language)(f"{scale.id}.label")),
        items=len(scale.keys),
        members=tuple(key.item for key in scale.keys),
        n=found.n,
        unscored=found.unscored,
        mean=found.mean,
        sd=found.sd,
        pomp=found.pomp,
        positive=_percent(found.positive, found.n),
        low=100 * low,
        high=100 * high,
        reliability=reliability(scale, patterns),
        omega=omega(scale, patterns),
    )


def _items(export: Export, scale: Scale, patterns: Patterns) -> Iterator[ItemLine]:
    labels = {variable.name: variable.label(export.language) for variable in export.variables}
    for found in statistics(scale, patterns).items:
        yield _item(found, labels[found.item])


def _item(found: ItemStatistics, label: str) -> ItemLine:
    share = _percent(found.favourable, found.n)
    return ItemLine(found.item, label, found.n, found.mean, found.sd, share)


def _percent(count: int, n: int) -> float:
    return 100 * count / n if n else float("nan")
