"""responses.csv: a line for each response, numbers only beside the names of wave and unit. It quotes nothing.

What a few columns say together is put into words once and then looked up: a million lines take a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan

import numpy as np
import numpy.typing as npt

from admin.export.export import Export
from admin.export.guard import guarded
from admin.export.parts import Cells, Codes, Part, variables_of
from admin.export.variables import ABSENT, Kind, Variable
from admin.scoring.patterns import Bytes

TABLE = 2**14
"""Parts share a lookup while they have at most so many codes together."""


def responses_csv(export: Export) -> Iterator[bytes]:
    """UTF-8, a header, lines end with CR LF (RFC 4180); an empty cell is a skipped answer or no score."""
    yield (",".join(variable.name for variable in export.variables) + "\r\n").encode()
    groups = [_Words(parts) for parts in _grouped(export.layout.parts)]
    groups[-1].end = b"\r\n"
    for chunk in export.chunks():
        words = np.empty((len(chunk), len(groups)), object)
        for place, group in enumerate(groups):
            words[:, place] = group.words(chunk)
        yield b"".join(words.ravel().tolist())


class _Words:
    """The text of neighbouring columns by their code, put together when it is first needed."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._sizes = [part.size for part in parts]
        size = int(np.prod(self._sizes))
        self._table: npt.NDArray[np.object_] = np.empty(min(size, TABLE), object)
        self._known = np.zeros(min(size, TABLE), np.bool_)
        self._is_small = size <= TABLE
        self.end = b","

    def words(self, rows: Bytes) -> npt.NDArray[np.object_]:
        """One text for each row, its last comma included."""
        codes = np.zeros(len(rows), np.int64)
        for part, size in zip(self._parts, self._sizes, strict=True):
            codes *= size
            codes += part.codes(rows)
        if not self._is_small:
            distinct, where = np.unique(codes, return_inverse=True)
            return self._put(distinct)[where]
        new = np.unique(codes[~self._known[codes]])
        if len(new):
            self._table[new] = self._put(new)
            self._known[new] = True
        return self._table[codes]

    def _put(self, codes: Codes) -> npt.NDArray[np.object_]:
        cells: list[Cells] = []
        for part, size in zip(reversed(self._parts), reversed(self._sizes), strict=True):
            codes, own = np.divmod(codes, size)
            cells[:0] = part.cells(own)
        columns = map(_printed, variables_of(self._parts), cells)
        lines = [",".join(line).encode() + self.end for line in zip(*columns, strict=True)]
        put = np.empty(len(lines), object)
        put[:] = lines
        return put


def _grouped(parts: Sequence[Part]) -> list[list[Part]]:
    groups: list[list[Part]] = []
    size = 1
    for part in parts:
        if not groups or size * part.size > TABLE:
            groups.append([])
            size = 1
        groups[-1].append(part)
        size *= part.size
    return groups


def _printed(variable: Variable, cells: Cells) -> list[str]:
    """Whole numbers as they are, others with as many digits as it takes to read the same number back."""
    if variable.kind is Kind.TEXT:
        return [guarded(variable.texts[place]) for place in cells.astype(np.int64).tolist()]
    if variable.kind is Kind.WHOLE:
        return ["" if cell <= ABSENT else str(cell) for cell in cells.tolist()]
    return ["" if isnan(cell) else repr(cell) for cell in cells.tolist()]
