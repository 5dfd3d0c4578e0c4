"""Columns of several waves in one file: those stand together that ask and score the same, and no others.

It reads snapshots only. Which rows may leave is scope.py's to say, for each wave as if it were alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from admin.export.layout import Layout, check_names, layout
from admin.export.parts import Asked, Item, Looked, Part, Placed, Scored, Ticked, moved, renamed
from admin.export.scope import Scope
from admin.export.variables import LONGEST_NAME, Role
from admin.scoring.comparable import asked, scored_as
from survey_app.coding import columns
from survey_app.instrument.snapshot import Snapshot

Moves = tuple[tuple[int, ...], ...]
_SUFFIX = 12
_ORDER = (Role.ANSWER, Role.REVERSED, Role.SCORE)


@dataclass(frozen=True)
class Stack:
    """`moves`: of each wave, for every byte of a row, which byte of its own stands there (-1: none).

    `columns`: name of an item or score in the snapshots -> names of its columns; none where it is left out.
    """

    layout: Layout
    moves: Moves
    columns: dict[str, tuple[str, ...]]


@dataclass
class _Variant:
    """One meaning of a part, and the waves (by number) that share it."""

    key: object
    part: Item | Scored
    waves: list[int]


def stack(scopes: Sequence[Scope]) -> Stack:
    """The columns of these waves, the oldest first. Raises LayoutError."""
    ground = _Ground()
    moves = [ground.settle(scope.snapshot) for scope in scopes]
    found = _variants(scopes, moves)
    newest = scopes[-1].snapshot
    places = tuple(place for scope in scopes for place in scope.places)
    first = layout(newest, places).parts[0]
    if not isinstance(first, Placed):
        raise TypeError(type(first).__name__)
    ends = (ground.width, ground.width + 1)
    kept = {name: tuple(_kept(variants, scopes, ends)) for name, variants in found.items()}
    parts = (replace(first, places=ends), *_ordered(tuple(kept.values())))
    check_names(parts)
    others = {scope.snapshot.hash: scope.snapshot for scope in scopes if scope.snapshot.hash != newest.hash}
    named: dict[str, tuple[str, ...]] = {}
    for name, own in kept.items():
        names = tuple(variable.name for part in own for variable in part.variables)
        named[name] = (*named.get(name, ()), *names)
    return Stack(
        Layout(newest, parts, ground.width, tuple(others.values())),
        tuple(_sources(move, ground.width) for move in moves),
        named,
    )


class _Ground:
    """Gives each different question bytes of its own in a stacked row."""

    def __init__(self) -> None:
        self._taken: dict[object, int] = {}
        self.width = 0

    def settle(self, snapshot: Snapshot) -> dict[int, int]:
        """Where each byte of a response to this snapshot stands."""
        where: dict[int, int] = {}
        counted: dict[str, int] = {}
        for column in columns(snapshot):
            for _ in range(column.width):
                number = counted[column.question.id] = counted.get(column.question.id, -1) + 1
                key = (column.question.id, asked(snapshot, column.question), number)
                if key not in self._taken:
                    self._taken[key] = self.width
                    self.width += 1
                where[len(where)] = self._taken[key]
        return where


def _variants(scopes: Sequence[Scope], moves: Sequence[dict[int, int]]) -> dict[str, list[_Variant]]:
    """Every part by its name, in the order and with the words of the newest wave that has it."""
    found: dict[str, list[_Variant]] = {}
    for number in reversed(range(len(scopes))):
        for part in layout(scopes[number].snapshot, scopes[number].places).parts[1:]:
            own = moved(part, moves[number])
            key = _key(scopes[number].snapshot, own)
            variants = found.setdefault(_name(part), [])
            same = next((one for one in variants if one.key == key), None)
            if same:
                same.waves.insert(0, number)
            else:
                variants.append(_Variant(key, own, [number]))
    return found


def _name(part: Part) -> str:
    first = part.variables[0]
    return first.name if first.role is Role.REVERSED else first.item


def _key(snapshot: Snapshot, part: Item | Scored) -> object:
    """Equal for parts whose cells mean the same. Equal bytes are answers to the same question already."""
    if isinstance(part, Scored):
        kind, _, id = part.scale.id.partition(".")
        instrument = snapshot.instrument
        every = instrument.constructs if kind == "construct" else instrument.logic_model.activities
        return part.places, scored_as(snapshot, next(one for one in every if one.id == id))
    if isinstance(part, Looked):
        return part.place, repr(part.table)
    return part.places if isinstance(part, Ticked) else (type(part), part.place)


def _kept(variants: list[_Variant], scopes: Sequence[Scope], ends: tuple[int, int]) -> Iterator[Part]:
    """The columns: of a score only what every wave has alike, of an item what each has."""
    role = variants[0].part.variables[0].role
    for variant in variants:
        is_everywhere = len(variant.waves) == len(scopes)
        if role is Role.SCORE:
            if is_everywhere:
                yield variant.part
            continue
        part = _suffixed(variant, scopes) if len(variants) > 1 else variant.part
        has = tuple(number in variant.waves for number, scope in enumerate(scopes) for _ in scope.cells)
        yield part if is_everywhere else Asked(_noted(part, variant, scopes), ends, has)


def _suffixed(variant: _Variant, scopes: Sequence[Scope]) -> Part:
    """Under a name that ends in the first wave that asked it so."""
    end = f"_{_endings(scopes)[variant.waves[0]]}"
    named = tuple(
        replace(one, name=_fitted(one.name, number, end))
        for number, one in enumerate(variant.part.variables, 1)
    )
    return renamed(variant.part, named)


def _endings(scopes: Sequence[Scope]) -> list[str]:
    """Short words for the waves, as a column's name may hold them: their ids, or else w1, w2, ..."""
    ids = ["".join(sign if sign.isalnum() else "_" for sign in scope.wave.id) for scope in scopes]
    if len(set(ids)) == len(ids) and max(map(len, ids)) <= _SUFFIX:
        return ids
    return [f"w{number}" for number, _ in enumerate(ids, 1)]


def _fitted(name: str, number: int, end: str) -> str:
    if len(name + end) <= LONGEST_NAME:
        return name + end
    return name[: LONGEST_NAME - len(f"_{number}{end}")] + f"_{number}{end}"


def _noted(part: Part, variant: _Variant, scopes: Sequence[Scope]) -> Part:
    only = "asked so only in " + ", ".join(scopes[number].wave.id for number in variant.waves)
    noted = tuple(replace(one, note=f"{one.note}; {only}" if one.note else only) for one in part.variables)
    return renamed(part, noted)


def _ordered(kept: Sequence[tuple[Part, ...]]) -> list[Part]:
    parts = [part for own in kept for part in own]
    return sorted(parts, key=lambda part: _ORDER.index(part.variables[0].role))


def _sources(where: dict[int, int], width: int) -> tuple[int, ...]:
    own = {place: byte for byte, place in where.items()}
    return tuple(own.get(place, -1) for place in range(width))
