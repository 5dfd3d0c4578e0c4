"""The rows of one export: packed responses in memory, in an order that means nothing.

A million of them take some 50 MB. It writes no file and knows no format.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from admin.scoring.patterns import Bytes

CHUNK = 2**13
"""Rows worked on at once."""


class RowsError(ValueError):
    """A response has another length than its snapshot's columns."""


@dataclass(frozen=True, eq=False)
class Rows:
    """`matrix`: uint8 [n, width + 2], a packed response and a cell's number; `order`: as they are written."""

    matrix: Bytes
    order: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.matrix)

    def chunks(self) -> Iterator[Bytes]:
        """All rows, each time in the same order."""
        for start in range(0, len(self.order), CHUNK):
            yield self.matrix[self.order[start : start + CHUNK]]


def gather(found: Iterable[tuple[int, bytes]], n: int, width: int) -> Rows:
    """`n` responses, each with its cell's number, shuffled with the system's random numbers."""
    matrix = np.zeros((n, width + 2), np.uint8)
    flat = memoryview(matrix.data).cast("B")
    place = 0
    for cell, codes in found:
        if len(codes) != width or place >= len(flat):
            raise RowsError("the responses are not those of the ledger")
        flat[place : place + width + 2] = codes + cell.to_bytes(2, "big")
        place += width + 2
    if place != len(flat):
        raise RowsError("the responses are not those of the ledger")
    return Rows(matrix, shuffled(n))


def relaid(found: Iterable[tuple[int, bytes]], move: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """The same responses with their bytes in other places. `move`: by new place the former one, -1: none."""
    width = max(move) + 1
    for cell, codes in found:
        if len(codes) != width:
            raise RowsError("the responses are not those of the ledger")
        padded = codes + b"\0"
        yield cell, bytes(map(padded.__getitem__, move))


def shuffled(n: int) -> npt.NDArray[np.int32]:
    """The numbers below n in an order that nobody can foresee."""
    return np.argsort(np.frombuffer(os.urandom(8 * n), np.uint64)).astype(np.int32)
