"""Which responses may leave as rows, and under which unit's name. It reads counts, never a response.

A row file is fixed for good when it is first asked for: a second one, after a release that came late, would
show the newcomers' rows by comparison. Units stand together as they do on the units page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, zip_longest
from math import ceil
from pathlib import Path

from admin.breakdown import Cells, Group, groups
from admin.export.rows import Rows, gather, relaid
from admin.ledger import Entry
from admin.released import Released
from admin.scoring.constructs import scored
from admin.scoring.keying import Scale, scales
from admin.scoring.steps import scored_moves
from admin.tallies import Tallies
from admin.units_once import UnitsOnce
from survey_app.files import Checked, alone_in, make_private_folder, read_checked, write_durably
from survey_app.instrument.snapshot import Snapshot
from survey_app.site import OTHER, Site, Wave

FEWEST = 50
"""No row file has fewer rows."""

GRACE = timedelta(days=1)
OTHER_UNITS = "other-units"
ALL_UNITS = "all-units"
_LONGEST_NAME = 80


class ExportError(Exception):
    """There is no such row file, or none that may leave; the text says why and what can be done."""


class Fixed(Checked, frozen=True, kw_only=True):
    """What a wave's row file rests on: releases up to this one, one snapshot, units that stand together."""

    wave: str
    snapshot: str
    release: int
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Cell:
    """Rows under one unit's name. `units`: those that stand together in it; `n`: how many rows."""

    name: str
    title: str
    units: Group
    n: int


@dataclass(frozen=True)
class Scope:
    """What one export is made of. `lines`: the ledger's, and `held_back`: rows of the wave that stay out.

    Of several waves: what all have together, and each one's own in `waves`.
    """

    wave: Wave
    unit: str
    snapshot: Snapshot
    release: int
    cells: tuple[Cell, ...]
    lines: tuple[Entry, ...]
    held_back: int
    waves: tuple[Scope, ...] = ()

    @property
    def each(self) -> tuple[Scope, ...]:
        """One for each wave, the oldest first."""
        return self.waves or (self,)

    @property
    def n(self) -> int:
        """How many rows it has."""
        return sum(cell.n for cell in self.cells)

    @property
    def name(self) -> str:
        """The beginning of file names."""
        return "-".join(filter(None, (self.wave.id, self.unit)))

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """(wave, unit) of each cell number."""
        return tuple((one.wave.id, cell.name) for one in self.each for cell in one.cells)

    def held_back_in_words(self, k: int) -> str:
        """How many rows stay out, as it may be told."""
        few = f"fewer than {k}" if self.held_back < k else str(self.held_back)
        return few if self.held_back else "none"


class Scopes:
    """The row files of one installation; `folder` keeps what each wave's rests on."""

    def __init__(
        self,
        site: Site,
        snapshot: Callable[[str], Snapshot],
        released: Released,
        folder: Path,
        clock: Callable[[], float],
    ) -> None:
        self.site = site
        self._snapshot = snapshot
        self._released = released
        self._folder = folder
        self._once = UnitsOnce(folder / "units")
        self._clock = clock

    def scope(self, wave_id: str, unit: str = "") -> Scope:
        """One wave's rows, or one unit's of them. Raises ExportError, FileError and SQLAlchemyError."""
        wave = self._over(wave_id)
        fixed = self._fixed(wave)
        lines = tuple(entry for entry in self._released.ledger() if entry.line.wave == wave.id)
        inside = _inside(fixed, lines)
        cells = self._cells(fixed, inside)
        kept = _kept(cells, unit)
        held_back = sum(entry.line.n for entry in lines) - sum(entry.line.n for entry in inside)
        return Scope(wave, unit, self._snapshot(fixed.snapshot), fixed.release, kept, inside, held_back)

    def together(self, wave_ids: Sequence[str], unit: str = "") -> Scope:
        """The rows of several waves in one file, each wave's as they are alone. Raises as `scope` does."""
        if len(set(wave_ids)) < len(wave_ids):
            raise ExportError("A wave is named twice. Name each wave once.")
        for wave_id in wave_ids if len(wave_ids) > 1 else ():
            _kept(self.look(wave_id), unit)  # Nothing is fixed where one of them may not leave.
        scopes = sorted((self.scope(one, unit) for one in wave_ids), key=lambda one: one.wave.opens)
        return scopes[0] if len(scopes) == 1 else _joined(scopes, unit)

    def look(self, wave_id: str) -> tuple[Cell, ...]:
        """What `scope` would have, without fixing anything. Raises as it does."""
        wave = self._over(wave_id)
        path = self._folder / f"{wave.id}.json"
        fixed = read_checked(path, Fixed) if path.exists() else self._fix(wave, self._until(wave))
        return self._cells(fixed, _inside(fixed, self._released.ledger()))

    def read(self, scope: Scope, width: int, moves: Sequence[Sequence[int]] = ()) -> Rows:
        """The scope's rows, freshly shuffled. `moves`: of each of several waves, which byte stands where."""
        return gather(self._found(scope, moves), scope.n, width)

    def _found(self, scope: Scope, moves: Sequence[Sequence[int]]) -> Iterator[tuple[int, bytes]]:
        first = 0
        for one, move in zip_longest(scope.each, moves):
            cell_of = {unit: place for place, cell in enumerate(one.cells, first) for unit in cell.units}
            found = self._released.rows(one.wave.id, one.snapshot.hash, one.release)
            rows = ((cell_of[unit], codes) for unit, codes in found if unit in cell_of)
            yield from rows if move is None else relaid(rows, move)
            first += len(one.cells)

    def _over(self, wave_id: str) -> Wave:
        """The wave, if its rows may leave."""
        wave = self.site.wave(wave_id)
        if wave is None:
            known = ", ".join(one.id for one in self.site.waves)
            raise ExportError(f"There is no wave {wave_id!r}. There are: {known}.")
        ready = self._ready(wave)
        if self._today() <= ready:
            raise ExportError(f"Rows leave when the wave is over and its boxes are in: after {_day(ready)}.")
        return wave

    def _ready(self, wave: Wave) -> date:
        """The last day on which the wave's units are not shown yet."""
        return wave.closes + GRACE + timedelta(days=ceil(self.site.handover_seconds / 86_400))

    def _fixed(self, wave: Wave) -> Fixed:
        """What the wave's row file rests on; written down by whoever asks first."""
        make_private_folder(self._folder)
        path = self._folder / f"{wave.id}.json"
        with alone_in(self._folder, self._folder / ".lock"):
            if path.exists():
                return read_checked(path, Fixed)
            fixed = self._fix(wave, self._until(wave))
            if self._once.publish(wave.id, fixed.release) != fixed.release:
                fixed = self._fix(wave, self._until(wave))
            write_durably(path, fixed.to_bytes())
        return fixed

    def _until(self, wave: Wave) -> int:
        """The last release that counts: the newest, until the wave's units were shown or carried away."""
        first = self._once.release(wave.id)
        return self._released.newest(wave.id) if first is None else first

    def _fix(self, wave: Wave, until: int) -> Fixed:
        whole = self._released.steps(wave.id, until=until)
        if sum(step.n for step in whole) < FEWEST:
            raise ExportError(f"There are fewer than {FEWEST} rows: too few for a file of single answers.")
        snapshot = self._snapshot(whole[0].snapshot)
        units = self._released.units(wave.id, until)
        parts = {unit: self._released.steps(wave.id, unit, until) for unit in units}
        moved = [
            (scale, scored_moves(scale, [step.blocks for step in whole], self.site.k))
            for scale in scales(snapshot)
        ]
        apart = groups({unit: _counts(steps, moved) for unit, steps in parts.items()}, self.site.k)
        together = apart or (tuple(unit for unit, steps in parts.items() if sum(step.n for step in steps)),)
        return Fixed(wave=wave.id, snapshot=snapshot.hash, release=until, groups=together)

    def _cells(self, fixed: Fixed, lines: Sequence[Entry]) -> tuple[Cell, ...]:
        titles = {unit.id: unit.title for unit in self.site.units} | {OTHER: "Boxes that stayed small"}
        sizes: dict[str, int] = {}
        for entry in lines:
            sizes[entry.line.unit] = sizes.get(entry.line.unit, 0) + entry.line.n
        alone = len(fixed.groups) == 1
        return tuple(_cell(group, sizes, titles, alone) for group in fixed.groups)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()


def _kept(cells: tuple[Cell, ...], unit: str) -> tuple[Cell, ...]:
    """The cells that are asked for, if they may leave."""
    kept = cells if not unit else tuple(cell for cell in cells if cell.name == unit)
    if unit and not kept:
        raise ExportError(_no_unit(unit, cells))
    if sum(cell.n for cell in kept) < FEWEST:
        raise ExportError(f"There are fewer than {FEWEST} rows: too few for a file of single answers.")
    return kept


def _joined(scopes: Sequence[Scope], unit: str) -> Scope:
    """Several waves as one scope; the newest one's snapshot stands for all."""
    waves = [scope.wave for scope in scopes]
    name = "-".join(wave.id for wave in waves)
    wave = Wave(
        id=name if len(name) <= _LONGEST_NAME else f"{waves[0].id}-to-{waves[-1].id}",
        title=", ".join(wave.title for wave in waves),
        opens=waves[0].opens,
        closes=max(wave.closes for wave in waves),
        snapshot=scopes[-1].snapshot.hash,
        boxes=(),
    )
    return Scope(
        wave,
        unit,
        scopes[-1].snapshot,
        max(scope.release for scope in scopes),
        tuple(cell for scope in scopes for cell in scope.cells),
        tuple(line for scope in scopes for line in scope.lines),
        sum(scope.held_back for scope in scopes),
        tuple(scopes),
    )


def _inside(fixed: Fixed, lines: Sequence[Entry]) -> tuple[Entry, ...]:
    """The ledger's lines on which the wave's row file rests."""
    here = (fixed.wave, fixed.snapshot)
    return tuple(
        entry
        for entry in lines
        if (entry.line.wave, entry.line.snapshot) == here and entry.line.release <= fixed.release
    )


def _cell(group: Group, sizes: Mapping[str, int], titles: Mapping[str, str], alone: bool) -> Cell:
    named = " and ".join(titles.get(unit, unit) for unit in group)
    n = sum(sizes.get(unit, 0) for unit in group)
    if alone and len(group) > 1:
        return Cell(ALL_UNITS, f"All units: {named}", group, n)
    if len(group) > 1:
        return Cell(OTHER_UNITS, f"Other units: {named}", group, n)
    return Cell(group[0], named, group, n)


def _counts(steps: Sequence[Tallies], moved: Sequence[tuple[Scale, Sequence[int]]]) -> Cells:
    """As reports.py counts them for the units page, so that both have the same units."""
    behind = (
        tuple(_scored(scale, steps[start:end]) for start, end in pairwise((0, *ends)))
        for scale, ends in moved
    )
    return (tuple(step.n for step in steps), *behind)


def _scored(scale: Scale, steps: Sequence[Tallies]) -> int:
    return sum(scored(scale, step.blocks[scale.id]) for step in steps if scale.id in step.blocks)


def _no_unit(unit: str, cells: Sequence[Cell]) -> str:
    names = ", ".join(cell.name for cell in cells)
    for cell in cells:
        if unit in cell.units:
            return f"The unit {unit} is too small to stand alone; its rows are in {cell.name}."
    return f"There are no rows of a unit {unit!r}. There are: {names}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
