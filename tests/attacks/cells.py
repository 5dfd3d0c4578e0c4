"""Reads a SQLite file page by page, as somebody does who looks for what SQL does not show.

Follows https://www.sqlite.org/fileformat2.html: where each row lies, on which pages its long end lies, and
what lies in no row at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

INTERIOR, WITH_ROWID = (2, 5), (5, 13)
NUMBER_SIZES = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}
Value = int | bytes


@dataclass(frozen=True)
class Cell:
    """One row as it lies in the file. `values`: the columns that lie on the leaf itself, in stored order.

    `place`: its number on the page; `offset`: where on the page; `beyond`: the pages of its long end.
    """

    page: int
    place: int
    offset: int
    rowid: int
    values: tuple[Value, ...]
    beyond: tuple[int, ...]


class Pages:
    """A database file."""

    def __init__(self, path: Path) -> None:
        self.raw = path.read_bytes()
        self.size = int.from_bytes(self.raw[16:18], "big") or 1
        self.size = 65_536 if self.size == 1 else self.size
        self.free = int.from_bytes(self.raw[36:40], "big")

    def tables(self) -> dict[str, tuple[Cell, ...]]:
        """Every table and index: its cells in the order of the tree."""
        schema = [cell.values for cell in self.cells(1)]
        return {
            str(bytes(name), "ascii"): tuple(self.cells(root))
            for _, name, _, root, *_ in schema
            if isinstance(root, int) and root
        }

    def cells(self, root: int) -> Iterator[Cell]:
        """The rows of the tree under this page."""
        page, start = self._page(root), 100 if root == 1 else 0
        kind, count = page[start], int.from_bytes(page[start + 3 : start + 5], "big")
        pointers = start + (12 if kind in INTERIOR else 8)
        for place in range(count):
            at = pointers + 2 * place
            offset = int.from_bytes(page[at : at + 2], "big")
            if kind in INTERIOR:
                yield from self.cells(int.from_bytes(page[offset : offset + 4], "big"))
            if kind != INTERIOR[1]:
                yield self._cell(root, place, offset, kind)
        if kind in INTERIOR:
            yield from self.cells(int.from_bytes(page[start + 8 : start + 12], "big"))

    def unused(self) -> bytes:
        """What lies between the cells of each page, where old rows may linger."""
        gaps = []
        for number in range(1, len(self.raw) // self.size + 1):
            page, start = self._page(number), 100 if number == 1 else 0
            if page[start] in (*INTERIOR, *WITH_ROWID, 10):
                count = int.from_bytes(page[start + 3 : start + 5], "big")
                content = int.from_bytes(page[start + 5 : start + 7], "big") or self.size
                gaps.append(page[start + 12 + 2 * count : content])
        return b"".join(gaps)

    def _page(self, number: int) -> bytes:
        return self.raw[(number - 1) * self.size : number * self.size]

    def _cell(self, number: int, place: int, offset: int, kind: int) -> Cell:
        page, rowid = self._page(number), 0
        length, at = _varint(page, offset + (4 if kind in INTERIOR else 0))
        if kind in WITH_ROWID:
            rowid, at = _varint(page, at)
        local = self._local(length, kind)
        beyond = (
            self._chain(int.from_bytes(page[at + local : at + local + 4], "big")) if local < length else ()
        )
        return Cell(number, place, offset, rowid, _values(page[at : at + local]), beyond)

    def _local(self, length: int, kind: int) -> int:
        """How many bytes of a row lie on the leaf."""
        most = self.size - 35 if kind == WITH_ROWID[1] else (self.size - 12) * 64 // 255 - 23
        least = (self.size - 12) * 32 // 255 - 23
        if length <= most:
            return length
        kept = least + (length - least) % (self.size - 4)
        return kept if kept <= most else least

    def _chain(self, first: int) -> tuple[int, ...]:
        pages = []
        while first:
            pages.append(first)
            first = int.from_bytes(self._page(first)[:4], "big")
        return tuple(pages)


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step in range(9):
        byte = raw[at + step]
        if step == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 127
        if byte < 128:
            break
    return value, at + step + 1


def _values(record: bytes) -> tuple[Value, ...]:
    """The columns of a record, as far as it goes; a text is its bytes, NULL is empty."""
    end, at = _varint(record, 0)
    kinds = []
    while at < end:
        kind, at = _varint(record, at)
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        size = NUMBER_SIZES.get(kind, (kind - 12) // 2 if kind > 11 else 0)
        piece = record[at : at + size]
        values.append(piece if kind > 11 else int.from_bytes(piece, "big", signed=True) + (kind == 9))
        at += size
    return tuple(values)
