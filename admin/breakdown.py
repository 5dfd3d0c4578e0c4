"""Which units may stand side by side: small ones are joined until nothing small can be worked out.

A unit below k joins the others below k; if those are still below k, the next smallest joins too. Joining
keeps the total exact, so that nothing small comes out by taking units from the county. It shows no number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Cells = tuple[int, ...]
"""Of one unit: how many responses, and how many of them each published number rests on."""

Group = tuple[str, ...]
"""Units shown as one."""


def groups(units: Mapping[str, Cells], k: int) -> tuple[Group, ...]:
    """A partition with at least k in every cell of every group; () where that leaves fewer than two.

    Units without any released response are left out. A number that rests on fewer than k in the whole county
    is shown nowhere and forces no joining.
    """
    units = {unit: cells for unit, cells in units.items() if cells[0]}
    county = _total(list(units.values()))
    shown = [place for place, total in enumerate(county) if total >= k]
    sizes = {unit: min((cells[place] for place in shown), default=0) for unit, cells in units.items()}
    apart = sorted((unit for unit in units if sizes[unit] >= k), key=lambda unit: (sizes[unit], unit))
    joined = [unit for unit in units if sizes[unit] < k]
    while joined and apart and not _enough([units[unit] for unit in joined], shown, k):
        joined.append(apart.pop(0))
    merged = {tuple(unit for unit in units if unit in joined)} if joined else set()
    found = [(unit,) for unit in units if unit in apart] + sorted(merged)
    return tuple(found) if len(found) > 1 else ()


def _enough(cells: Sequence[Cells], shown: Sequence[int], k: int) -> bool:
    total = _total(cells)
    return all(total[place] >= k for place in shown)


def _total(cells: Sequence[Cells]) -> Cells:
    return tuple(map(sum, zip(*cells, strict=True)))
