"""Pattern counts: exact, additive, and the same after storage."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.scoring.blocks import Block
from admin.scoring.patterns import CHUNK, Bytes, PatternError, Patterns, count, tally

from .builders import answers


def block_of(*bases: int) -> Block:
    """A block with columns of these bases, at the start of a packed response."""
    return Block("b", tuple(f"c{place}" for place in range(len(bases))), tuple(range(len(bases))), bases)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[Block, Bytes]:
    """A block, from one narrow column to more than 64 bits wide, and up to 30 responses to it."""
    bases = draw(st.lists(st.integers(1, 256), min_size=1, max_size=40))
    rows = st.tuples(*(st.integers(0, base - 1) for base in bases))
    return block_of(*bases), answers(draw(st.lists(rows, max_size=30)), len(bases))


def counter(patterns: Patterns) -> Counter[tuple[int, ...]]:
    """The patterns as a plain Counter of rows."""
    return Counter(dict(zip(map(tuple, patterns.rows().tolist()), patterns.counts.tolist(), strict=True)))


@given(sheets())
def test_every_response_is_counted_once_under_its_own_answers(sheet: tuple[Block, Bytes]) -> None:
    block, matrix = sheet
    assert counter(count(block, matrix)) == Counter(map(tuple, matrix.tolist()))


@given(sheets(), st.integers(0, 30))
def test_counts_of_two_parts_add_up_to_the_counts_of_the_whole(sheet: tuple[Block, Bytes], cut: int) -> None:
    block, matrix = sheet
    assert count(block, matrix[cut:]) + count(block, matrix[:cut]) == count(block, matrix)


@given(sheets())
def test_stored_counts_come_back_equal(sheet: tuple[Block, Bytes]) -> None:
    patterns = count(*sheet)
    assert Patterns.from_bytes(patterns.to_bytes()) == patterns


@given(sheets(), st.data())
def test_a_changed_byte_never_reads_as_other_counts(sheet: tuple[Block, Bytes], data: st.DataObject) -> None:
    patterns = count(*sheet)
    stored = bytearray(patterns.to_bytes())
    place = data.draw(st.integers(0, len(stored) - 1))
    stored[place] ^= data.draw(st.integers(1, 255))
    with suppress(PatternError):
        assert Patterns.from_bytes(bytes(stored)) == patterns


@pytest.mark.parametrize("keep", [0, 5, -1])
def test_counts_that_were_cut_are_refused(keep: int) -> None:
    stored = count(block_of(6, 6), answers([[1, 2], [3, 4]], 2)).to_bytes()
    with pytest.raises(PatternError):
        Patterns.from_bytes(stored[:keep])


@pytest.mark.parametrize(("place", "byte"), [(3, ord("2")), (8, 1)])
def test_a_head_of_another_format_or_another_length_is_refused(place: int, byte: int) -> None:
    stored = bytearray(count(block_of(6, 6), answers([[1, 2], [3, 4]], 2)).to_bytes())
    stored[place] = byte
    with pytest.raises(PatternError, match="another format"):
        Patterns.from_bytes(bytes(stored))


@pytest.mark.parametrize("width", [3, 6, 7, 30])
def test_more_responses_than_one_chunk_are_counted_whole(width: int) -> None:
    matrix = np.random.default_rng(width).integers(0, 6, (CHUNK + 5_000, width), dtype=np.uint8)
    rows, counts = np.unique(matrix, axis=0, return_counts=True)
    patterns = count(block_of(*[6] * width), matrix)
    np.testing.assert_array_equal(patterns.rows(), rows)
    np.testing.assert_array_equal(patterns.counts, counts)


@pytest.mark.parametrize("bases", [(6, 6), (6,) * 30])
def test_a_code_outside_its_column_is_refused(bases: tuple[int, ...]) -> None:
    matrix = np.zeros((3, len(bases)), np.uint8)
    matrix[2, 1] = 6
    with pytest.raises(PatternError, match="byte 2 of b"):
        count(block_of(*bases), matrix)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.zeros((3, 1), np.uint8), "at least 2 bytes"),
        (np.zeros((3, 2)), "rows of bytes"),
        (np.zeros(2, np.uint8), "rows of bytes"),
    ],
)
def test_answers_of_another_shape_are_refused(matrix: Bytes, words: str) -> None:
    with pytest.raises(PatternError, match=words):
        count(block_of(6, 6), matrix)


def test_counts_of_different_columns_cannot_be_added() -> None:
    with pytest.raises(PatternError, match="same columns"):
        _ = Patterns.none((6, 6)) + Patterns.none((6, 5))


def test_counting_nobody_changes_no_sum() -> None:
    patterns = count(block_of(6, 6), answers([[1, 2], [3, 4]], 2))
    assert patterns + Patterns.none((6, 6)) == patterns
    assert Patterns.none((6, 6)).n == 0


def test_blocks_pick_their_own_bytes_out_of_a_packed_response() -> None:
    last = Block("last", ("z",), (2,), (6,))
    found = tally([block_of(6, 6), last], answers([[1, 2, 3], [1, 2, 5]], 3))
    assert counter(found["b"]) == {(1, 2): 2}
    assert counter(found["last"]) == {(3,): 1, (5,): 1}


def test_three_hundred_answers_to_six_items_are_stored_in_less_than_a_kilobyte() -> None:
    matrix = np.random.default_rng(1).integers(0, 6, (300, 6), dtype=np.uint8)
    assert len(count(block_of(*[6] * 6), matrix).to_bytes()) < 1024
