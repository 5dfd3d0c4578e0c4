"""Counts of answer patterns: all that scoring needs to know about a set of responses.

A pattern is one combination of answers to the columns of a block (0 = skipped). Counts add up exactly over
chunks, releases, units and waves. No answer is given a meaning here: no score, no label, no percent.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import prod

import numpy as np
import numpy.typing as npt

from admin.scoring.blocks import Block

Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]

CHUNK = 2**16
"""Responses coded at once, so that the work stays in the processor's cache."""

FOLD = 64
"""So many responses are laid side by side to find their largest codes: long rows are read much faster."""

TABLE = 2**16
"""Blocks of at most so many possible patterns are counted in a table, wider ones by their distinct codes."""

WORD = 2**63
"""Possible patterns that one code may tell apart; a wider block takes several codes for a pattern."""

_HEAD = struct.Struct("<4sHBBI")
_MAGIC = b"YVP1"


class PatternError(ValueError):
    """Answers or stored counts that do not belong to the block; the text says what is wrong."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """How often each pattern occurs.

    `bases`: codes that each column can hold, as in the block. `codes`: uint64 [m, words], distinct and
    ascending, a pattern read as the digits of a number. `counts`: int64 [m], all positive.
    """

    bases: tuple[int, ...]
    codes: Codes
    counts: Counts

    @classmethod
    def none(cls, bases: Sequence[int]) -> Patterns:
        """The counts of no response at all."""
        return cls(tuple(bases), np.zeros((0, len(_words(bases))), np.uint64), np.zeros(0, np.int64))

    @classmethod
    def in_table(cls, bases: Sequence[int], table: Counts) -> Patterns:
        """From a count for every possible pattern, int64 [product of the bases], ordered by code."""
        (codes,) = np.nonzero(table)
        return cls(tuple(bases), codes.astype(np.uint64).reshape(-1, 1), table[codes])

    @classmethod
    def total(cls, parts: Iterable[Patterns]) -> Patterns:
        """The sum of one part or more; raises PatternError if they count different columns."""
        parts = tuple(parts)
        if len({part.bases for part in parts}) != 1:
            raise PatternError("only counts of the same columns can be added")
        codes = np.concatenate([part.codes for part in parts])
        counts = np.concatenate([part.counts for part in parts])
        return cls(parts[0].bases, *_grouped(codes, counts))

    @property
    def n(self) -> int:
        """How many responses were counted."""
        return int(self.counts.sum())

    def __add__(self, other: Patterns) -> Patterns:
        return Patterns.total((self, other))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Patterns)
            and self.bases == other.bases
            and np.array_equal(self.codes, other.codes)
            and np.array_equal(self.counts, other.counts)
        )

    def rows(self) -> Bytes:
        """The distinct patterns as answer bytes, uint8 [m, columns], in the order of `counts`. Read only."""
        return self._rows

    @cached_property
    def _rows(self) -> Bytes:
        rows = np.zeros((len(self.counts), len(self.bases)), np.uint8)
        for word, columns in enumerate(_words(self.bases)):
            rest = self.codes[:, word]
            for column in reversed(columns):
                rest, rows[:, column] = np.divmod(rest, np.uint64(self.bases[column]))
        return rows

    def to_bytes(self) -> bytes:
        """A compact form for storage: a head, then bases, steps between codes and counts, deflated."""
        codes, counts = _narrow(_steps(self.codes)), _narrow(self.counts)
        head = _HEAD.pack(_MAGIC, len(self.bases), codes.itemsize, counts.itemsize, len(counts))
        body = np.array(self.bases, "<u2").tobytes() + codes.tobytes() + counts.tobytes()
        return head + zlib.compress(body)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Patterns:
        """What `to_bytes` was called on; raises PatternError if the bytes were cut or changed."""
        try:
            magic, width, code_size, count_size, m = _HEAD.unpack_from(stored)
            body = zlib.decompress(stored[_HEAD.size :])
            bases = tuple(np.frombuffer(body, "<u2", width).tolist())
            words = len(_words(bases))
            steps = np.frombuffer(body, f"<u{code_size}", m * words, 2 * width)
            counts = np.frombuffer(body, f"<u{count_size}", m, 2 * width + steps.nbytes)
        except (struct.error, zlib.error, ValueError, TypeError) as error:
            raise PatternError(f"the stored counts cannot be read: {error}") from error
        if magic != _MAGIC or len(body) != 2 * width + steps.nbytes + counts.nbytes:
            raise PatternError("the stored counts are of another format")
        codes = steps.astype(np.uint64).reshape(m, words)
        return cls(bases, np.cumsum(codes, axis=0) if words == 1 else codes, counts.astype(np.int64))


def count(block: Block, responses: Bytes) -> Patterns:
    """Count a block's patterns in packed responses, uint8 [n, bytes of a packed response].

    Raises PatternError for an array of another shape and for a code outside its column's options.
    """
    check(block, responses, largest(responses))
    size, words = prod(block.bases), _words(block.bases)
    if size <= TABLE:
        table = np.zeros(size, np.int64)
        for start in range(0, len(responses), CHUNK):
            table += np.bincount(coded(block, responses[start : start + CHUNK]), minlength=size)
        return Patterns.in_table(block.bases, table)
    codes = np.zeros((len(responses), len(words)), np.uint64)
    for word, columns in enumerate(words):
        for start in range(0, len(responses), CHUNK):
            place = slice(start, start + CHUNK)
            codes[place, word] = _digits(block, columns, responses[place], np.uint64)
    if len(words) == 1:
        distinct, counts = np.unique(codes[:, 0], return_counts=True)
        return Patterns(block.bases, distinct.reshape(-1, 1), counts.astype(np.int64))
    return Patterns(block.bases, *_grouped(codes, np.ones(len(codes), np.int64)))


def largest(responses: Bytes) -> Bytes:
    """The largest code of each byte of packed responses; raises PatternError if they are none."""
    if responses.dtype != np.uint8 or responses.ndim != 2:
        raise PatternError("packed responses are rows of bytes")
    n, width = responses.shape
    whole = n // FOLD * FOLD
    folded = responses[:whole].reshape(n // FOLD, FOLD * width).max(axis=0, initial=0)
    rest = responses[whole:].max(axis=0, initial=0)
    most: Bytes = np.maximum(folded.reshape(FOLD, width).max(axis=0), rest)
    return most


def check(block: Block, responses: Bytes, most: Bytes) -> None:
    """Raise PatternError unless these responses, with these `largest` codes, can be of this block."""
    if responses.shape[1] <= max(block.places):
        raise PatternError(f"{block.id} takes responses of at least {1 + max(block.places)} bytes")
    for column, (place, base) in enumerate(zip(block.places, block.bases, strict=True), 1):
        if most[place] >= base:
            raise PatternError(f"byte {column} of {block.id} holds a code of {base} or more")


def coded(block: Block, responses: Bytes) -> npt.NDArray[np.intp]:
    """Each response's pattern as a place in a table of all of them, for blocks of fewer than 2^32 patterns.

    Only for responses that were checked: a code that no option has would be read as another pattern.
    """
    kind = np.min_scalar_type(prod(block.bases)).type
    return _digits(block, range(len(block.bases)), responses, kind).astype(np.intp)


def tally(blocks: Iterable[Block], responses: Bytes) -> dict[str, Patterns]:
    """Count every block as `count` does; block id -> counts."""
    counted: dict[tuple[int, ...], Patterns] = {}
    tallies = {}
    for block in blocks:
        if block.places not in counted:
            counted[block.places] = count(block, responses)
        tallies[block.id] = counted[block.places]
    return tallies


def _words(bases: Sequence[int]) -> tuple[range, ...]:
    """The columns, left to right, that share one code."""
    ends = [0]
    for column in range(1, len(bases) + 1):
        if prod(bases[ends[-1] : column]) > WORD:
            ends.append(column - 1)
    ends.append(len(bases))
    return tuple(range(start, end) for start, end in pairwise(ends))


def _digits(
    block: Block, columns: range, responses: Bytes, kind: type[np.unsignedinteger]
) -> npt.NDArray[np.unsignedinteger]:
    """The answers in these columns of the block as digits of one number, the first the highest."""
    codes = np.zeros(len(responses), kind)
    for column in columns:
        codes *= kind(block.bases[column])
        codes += responses[:, block.places[column]]
    return codes


def _grouped(codes: Codes, counts: Counts) -> tuple[Codes, Counts]:
    """Distinct codes, ascending, with the sum of their counts."""
    order = np.lexsort(codes.T[::-1])
    codes, counts = codes[order], counts[order]
    first = np.ones(len(codes), np.bool_)
    first[1:] = (codes[1:] != codes[:-1]).any(axis=1)
    starts = np.flatnonzero(first)
    return codes[starts], np.add.reduceat(counts, starts) if len(starts) else counts


def _steps(codes: Codes) -> Codes:
    return np.diff(codes, axis=0, prepend=np.uint64(0)) if codes.shape[1] == 1 else codes


def _narrow(values: Codes | Counts) -> npt.NDArray[np.unsignedinteger]:
    """The same numbers in the smallest unsigned little-endian type that holds them all."""
    largest = int(values.max(initial=0))
    return values.astype(next(kind for kind in ("<u1", "<u2", "<u4", "<u8") if largest < 256 ** int(kind[2])))
