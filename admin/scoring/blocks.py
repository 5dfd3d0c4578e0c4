"""Which columns are counted together, so that every score and distribution can be had from counts alone.

It only names columns and byte positions; no answer is read or counted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from survey_app.coding import Column, columns
from survey_app.instrument.model import Activity, Construct, Member, Number
from survey_app.instrument.snapshot import Snapshot


@dataclass(frozen=True)
class Block:
    """Columns counted together.

    `columns`: their names in survey_app.coding. `places`: byte positions in a packed response, one for each
    byte (a number has two). `bases`: how many codes each byte can hold, skipped included.
    """

    id: str
    columns: tuple[str, ...]
    places: tuple[int, ...]
    bases: tuple[int, ...]


def blocks(snapshot: Snapshot) -> tuple[Block, ...]:
    """One block for each construct and activity, then one for every closed item that is in none of them.

    Ids: "construct.<id>", "activity.<id>", "item.<id>". Members whose section is switched off have no column;
    a construct left without any has no block.
    """
    layout = _Layout(snapshot)
    instrument = snapshot.instrument
    scales: list[tuple[str, Construct | Activity]] = [(f"construct.{c.id}", c) for c in instrument.constructs]
    scales += [(f"activity.{a.id}", a) for a in instrument.logic_model.activities]
    scored = tuple(layout.block(id, (m.item for m in scale.items)) for id, scale in scales)
    members = {column for block in scored for column in block.columns}
    single = (layout.block(f"item.{item}", (item,)) for item in layout.items if item not in members)
    return (*(block for block in scored if block.columns), *single)


def members(snapshot: Snapshot, scale: Construct | Activity) -> tuple[Member, ...]:
    """The members that this snapshot asks, in the order of the scale's block."""
    asked = {column.name for column in columns(snapshot)}
    return tuple(member for member in scale.items if member.item in asked)


class _Layout:
    """Where each closed item's bytes lie in a packed response."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.items: dict[str, list[tuple[Column, int]]] = {}
        position = 0
        for column in columns(snapshot):
            self.items.setdefault(column.question.id, []).append((column, position))
            position += column.width

    def block(self, id: str, items: Iterable[str]) -> Block:
        """The block over these items; what is not asked is left out."""
        placed = [entry for item in items for entry in self.items.get(item, ())]
        bases = tuple(base for column, _ in placed for base in _bases(column))
        places = tuple(start + byte for column, start in placed for byte in range(column.width))
        return Block(id, tuple(column.name for column, _ in placed), places, bases)


def _bases(column: Column) -> Iterator[int]:
    item = column.question.item
    if isinstance(item, Number):
        yield (item.maximum - item.minimum + 1) // 256 + 1
        yield 256
    elif column.question.kind == "multi":
        yield 2
    else:
        yield len(column.question.options) + 1
