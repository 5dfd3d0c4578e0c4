"""Which units may stand side by side: small ones are joined until nothing small can be worked out.

A unit below k joins the others below k; if those are still below k, the next smallest joins too. Joining
keeps the total exact, so that nothing small comes out by taking units from the county, or what the county
showed of an earlier day from a unit. It shows no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Moves = tuple[int, ...]
"""How many of a unit joined a published number each time that the county's moved."""

Cells = tuple[Moves, ...]
"""Of one unit: its responses, then those behind each published number."""

Group = tuple[str, ...]
"""Units shown as one."""


def groups(units: Mapping[str, Cells], k: int) -> tuple[Group, ...]:
    """A partition with at least k in every cell of every group; () where that leaves fewer than two.

    Units without any released response are left out. A number that rests on fewer than k in the whole county
    is shown nowhere and forces no joining.
    """
    units = {unit: cells for unit, cells in units.items() if sum(cells[0])}
    shown = [place for place, moves in enumerate(_total(units.values())) if sum(moves) >= k]
    sizes = {unit: min((sum(cells[place]) for place in shown), default=0) for unit, cells in units.items()}
    apart = sorted((unit for unit in units if sizes[unit] >= k), key=lambda unit: (sizes[unit], unit))
    joined = [unit for unit in units if sizes[unit] < k]
    found = _partition(units, apart, joined)
    while apart and not all(_is_safe(_rows(units, found, place), k) for place in shown):
        joined.append(apart.pop(0))
        found = _partition(units, apart, joined)
    return found if len(found) > 1 else ()


def _partition(units: Iterable[str], apart: Sequence[str], joined: Sequence[str]) -> tuple[Group, ...]:
    together = tuple(unit for unit in units if unit in joined)
    return (*((unit,) for unit in units if unit in apart), *([together] if together else []))


def _rows(units: Mapping[str, Cells], partition: Sequence[Group], place: int) -> list[Moves]:
    return [_total(units[unit] for unit in group)[place] for group in partition]


def _is_safe(rows: Sequence[Moves], k: int) -> bool:
    """Whether every group has k or more, and nothing small is left of some groups without the moves that were
    theirs alone: who kept the county's pages could take those from the groups' numbers."""
    if any(sum(row) < k for row in rows):
        return False
    for move in zip(*rows, strict=True):
        inside = [row for row, count in zip(rows, move, strict=True) if count]
        outside = _sum(row for row, count in zip(rows, move, strict=True) if not count)
        left = sum(count for count, others in zip(_sum(inside), outside, strict=False) if others)
        if 0 < left < k:
            return False
    return True


def _total(cells: Iterable[Cells]) -> Cells:
    return tuple(_sum(moves) for moves in zip(*cells, strict=True))


def _sum(rows: Iterable[Moves]) -> Moves:
    return tuple(map(sum, zip(*rows, strict=True)))
