"""An evaluator's own sheet: lines of text in, packed responses out, or what is wrong in which row and column.

It opens no file, and repeats no more of the sheet than the start of a cell that is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice

import numpy as np

from admin.scoring.cells import CellError
from admin.scoring.layout import FAULTS, Boxes, Choices, Layout, Row, SheetError, shown
from admin.scoring.patterns import Bytes
from survey_app.instrument.snapshot import Snapshot

PIECE = 2**14
"""Rows read at once."""

USUAL = ("na", "n/a", "#n/a", "nan", "null", "none", ".", "-", "-1", "-9", "-99", "-999", "9", "99", "999")
"""What other programmes write for a missing answer."""


class Sheet:
    """A sheet whose header has been understood. `asked`: ids of the columns that it has.

    Its responses can be read once. Raises SheetError.
    """

    def __init__(self, lines: Iterable[str], snapshot: Snapshot, choices: Choices) -> None:
        self._snapshot = snapshot
        rows = iter(lines)
        first = next(rows, "").removeprefix("\ufeff")
        if not first.strip():
            raise SheetError("The sheet is empty: its first line should name the items.")
        layout = Layout(snapshot)
        self._reader = csv.reader(chain([first], rows), delimiter=layout.separator(first), strict=True)
        header = next(self._records())
        self._width = len(header)
        self._fields = layout.fields(header, choices)
        self.asked = frozenset(field.name for field in self._fields)
        self._multis = [Boxes(question, layout.places) for question in layout.multis(self.asked)]
        self._bytes = layout.size
        self.n = 0

    def responses(self) -> Iterator[Bytes]:
        """Packed responses, uint8 [<= PIECE, bytes of one], in the order of the sheet's rows."""
        rows = self._rows()
        while piece := list(islice(rows, PIECE)):
            yield self._packed(piece)
            self.n += len(piece)
        if not self.n:
            raise SheetError("The sheet has a header but no responses.")

    def _packed(self, rows: list[Row]) -> Bytes:
        packed = np.zeros((len(rows), self._bytes), np.uint8)
        try:
            columns = list(zip(*rows, strict=True))
            if len(columns) != self._width:
                raise ValueError
            for field in self._fields:
                codes = np.fromiter(map(field.cells.__getitem__, columns[field.at]), np.uint16, len(rows))
                packed[:, field.place + field.width - 1] = codes & 255
                if field.width == 2:
                    packed[:, field.place] = codes >> 8
        except ValueError:
            raise SheetError("\n".join(islice(self._faults(rows), FAULTS))) from None
        for boxes in self._multis:
            boxes.settle(packed)
        return packed

    def _faults(self, rows: list[Row]) -> Iterator[str]:
        for number, row in enumerate(rows, self.n + 2):
            place = f"Row {number} (response {number - 1})"
            if len(row) != self._width:
                yield f"{place} has {len(row)} cells, but the header has {self._width}."
                continue
            for field in self._fields:
                try:
                    field.cells[row[field.at]]
                except CellError:
                    said = shown(row[field.at])
                    yield (
                        f'{place}, column {field.name}: "{said}" is no answer to this item. Write'
                        f" {field.cells.allowed}; or nothing where it was skipped{_hint(said)}."
                    )

    def _rows(self) -> Iterator[Row]:
        """The rows after the header; empty lines may only stand at the end."""
        blank = 0
        for number, row in enumerate(self._records(), 2):
            if not row:
                blank = blank or number
                if self._width == 1:
                    raise SheetError(f'Row {number} is empty. Write "" for an item that was skipped.')
            elif blank:
                raise SheetError(f"Row {blank} is empty, and there are rows after it. Delete it.")
            else:
                yield row

    def _records(self) -> Iterator[Row]:
        try:
            yield from self._reader
        except csv.Error as error:
            line = self._reader.line_num
            why = f"Line {line} is no CSV: {error}. Is a double quote missing or left over?"
            raise SheetError(why) from None


def _hint(said: str) -> str:
    return f'; if "{said}" means that, say --missing={said}' if said.strip().lower() in USUAL else ""
