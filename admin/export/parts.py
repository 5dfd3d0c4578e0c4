"""Columns that are worked out together from a few bytes of each packed response.

A part turns a response into one small code, and a code into its columns' cells: every format's writer works
on codes, so that what is written a million times is worked out once. It opens no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from admin.export.variables import ABSENT, NONE, Kind, Variable
from admin.scoring.keying import Scale
from admin.scoring.patterns import Bytes

Codes = npt.NDArray[np.int64]
Cells = npt.NDArray[np.int64] | npt.NDArray[np.float64]
"""One column's cells: int64 with NONE, float64 with nan, or places in the variable's texts."""


class Part(Protocol):
    """`size`: codes run from 0 to size - 1."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The columns, in order."""

    @property
    def size(self) -> int:
        """How many codes there are."""

    def codes(self, rows: Bytes) -> Codes:
        """int64 [n] from uint8 [n, bytes of a row]."""

    def cells(self, codes: Codes) -> tuple[Cells, ...]:
        """One array [n] for each column."""


@dataclass(frozen=True)
class Placed:
    """Wave and unit. `cells_of`: of each cell number, the places of its wave and unit in the texts."""

    variables: tuple[Variable, ...]
    places: tuple[int, int]
    cells_of: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        return len(self.cells_of)

    def codes(self, rows: Bytes) -> Codes:
        high, low = (rows[:, place].astype(np.int64) for place in self.places)
        return high * 256 + low

    def cells(self, codes: Codes) -> tuple[Cells, ...]:
        table = np.array(self.cells_of, np.int64).reshape(-1, 2)
        return table[codes, 0], table[codes, 1]


@dataclass(frozen=True)
class Looked:
    """One column out of one byte. `table`: by code what stands in the cell."""

    variables: tuple[Variable, ...]
    place: int
    table: tuple[float, ...]

    @property
    def size(self) -> int:
        return len(self.table)

    def codes(self, rows: Bytes) -> Codes:
        return rows[:, self.place].astype(np.int64)

    def cells(self, codes: Codes) -> tuple[Cells, ...]:
        whole = all(isinstance(cell, int) for cell in self.table)
        if whole:
            return (np.array(self.table, np.int64)[codes],)
        return (np.array(self.table, np.float64)[codes],)


@dataclass(frozen=True)
class Ticked:
    """The boxes of a check-all item, then its conflict; all empty where nothing was ticked."""

    variables: tuple[Variable, ...]
    places: tuple[int, ...]

    @property
    def size(self) -> int:
        return int(2 ** len(self.places))

    def codes(self, rows: Bytes) -> Codes:
        codes = np.zeros(len(rows), np.int64)
        for place in self.places:
            codes = codes * 2 + rows[:, place]
        return codes

    def cells(self, codes: Codes) -> tuple[Cells, ...]:
        skipped = codes < 2
        shifts = range(len(self.places) - 1, -1, -1)
        return tuple(np.where(skipped, NONE, codes >> shift & 1) for shift in shifts)


@dataclass(frozen=True)
class Counted:
    """A number out of two bytes: 0 where it was skipped, else value - minimum + 1."""

    variables: tuple[Variable, ...]
    place: int
    minimum: int
    maximum: int

    @property
    def size(self) -> int:
        return self.maximum - self.minimum + 2

    def codes(self, rows: Bytes) -> Codes:
        return rows[:, self.place].astype(np.int64) * 256 + rows[:, self.place + 1]

    def cells(self, codes: Codes) -> tuple[Cells, ...]:
        return (np.where(codes == 0, NONE, codes - 1 + self.minimum),)


@dataclass(frozen=True)
class Scored:
    """A scale's four columns: answered items, mean, percent of maximum possible, and whether it is positive.

    A code stands for (answered, weights, points); all three are whole numbers, so that a mean is one division
    and the same to the last digit wherever it is worked out. Only what answers can add up to has a code.
    """

    variables: tuple[Variable, ...]
    scale: Scale
    places: tuple[int, ...]

    @cached_property
    def _ends(self) -> tuple[int, int, int]:
        """Lowest and highest possible points, highest possible weight."""
        points = self.scale.points
        low = sum(min(0, int(one.min())) for one in points)
        high = sum(max(0, int(one.max())) for one in points)
        return low, high, sum(int(weights.max()) for weights in self.scale.weights)

    @property
    def size(self) -> int:
        return len(self._sums)

    @cached_property
    def _sums(self) -> Codes:
        """What answers to all items can add up to, ascending."""
        sums = np.array([-self._ends[0]])
        for worth in self._worth:
            sums = np.unique(sums[:, np.newaxis] + np.unique(worth))
        return sums

    @cached_property
    def _worth(self) -> tuple[Codes, ...]:
        """Of each item, by answer: what it adds to (answered, weights, points) as one number."""
        low, high, weight = self._ends
        return tuple(
            (key.answered * (weight + 1) + weights) * (high - low + 1) + points
            for key, weights, points in zip(
                self.scale.keys, self.scale.weights, self.scale.points, strict=True
            )
        )

    def codes(self, rows: Bytes) -> Codes:
        sums = np.full(len(rows), -self._ends[0], np.int64)
        for place, worth in zip(self.places, self._worth, strict=True):
            sums += worth[rows[:, place]]
        return np.searchsorted(self._sums, sums) if self._places is None else self._places[sums]

    @cached_property
    def _places(self) -> Codes | None:
        """The code of each sum; None where sums are too large for a table."""
        if self._sums[-1] >= 2**20:
            return None
        places = np.zeros(self._sums[-1] + 1, np.int64)
        places[self._sums] = np.arange(len(self._sums))
        return places

    def cells(self, codes: Codes) -> tuple[Cells, ...]:
        low, high, weight = self._ends
        rest, points = np.divmod(self._sums[codes], high - low + 1)
        answered, weights = np.divmod(rest, weight + 1)
        points = points + low
        scale, above = self.scale, self.scale.positive_above
        scored = (answered >= scale.min_answered) & (weights > 0)
        whole = weights * scale.unit
        means = np.full(len(codes), np.nan)
        np.divide(points, whole, out=means, where=scored)
        span = float(scale.high - scale.low) or np.nan
        positive = above.denominator * points > above.numerator * whole
        pomp = 100 * (means - float(scale.low)) / span
        return answered, means, pomp, np.where(scored, positive, NONE).astype(np.int64)


@dataclass(frozen=True)
class Asked:
    """A part that only some waves have. `has`: of each cell number, whether its wave asked it."""

    part: Part
    places: tuple[int, int]
    has: tuple[bool, ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        return self.part.variables

    @property
    def size(self) -> int:
        return self.part.size + 1

    def codes(self, rows: Bytes) -> Codes:
        high, low = (rows[:, place].astype(np.int64) for place in self.places)
        return np.where(np.array(self.has)[high * 256 + low], self.part.codes(rows), self.part.size)

    def cells(self, codes: Codes) -> tuple[Cells, ...]:
        there = codes < self.part.size
        found = self.part.cells(np.where(there, codes, 0))
        return tuple(
            np.where(there, cells, np.nan if one.kind is Kind.REAL else ABSENT)
            for one, cells in zip(self.variables, found, strict=True)
        )


Item = Looked | Ticked | Counted
"""A part that holds one question's answers."""


def moved(part: Part, where: Mapping[int, int]) -> Item | Scored:
    """The same columns out of rows whose bytes stand elsewhere. `where`: former place -> new one."""
    if isinstance(part, Looked | Counted):
        return replace(part, place=where[part.place])
    if isinstance(part, Ticked | Scored):
        return replace(part, places=tuple(where[place] for place in part.places))
    raise TypeError(type(part).__name__)


def renamed(part: Part, variables: tuple[Variable, ...]) -> Part:
    """The same part under other names."""
    if isinstance(part, Looked | Counted | Ticked):
        return replace(part, variables=variables)
    raise TypeError(type(part).__name__)


def variables_of(parts: Sequence[Part]) -> tuple[Variable, ...]:
    """All columns, in order."""
    return tuple(variable for part in parts for variable in part.variables)
