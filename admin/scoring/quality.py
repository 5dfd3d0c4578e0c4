"""How carefully a set of responses was filled in, as counts: made at a release, beside those of the answers.

It judges sets, never a respondent: no response is marked, left out or kept apart for what is found here.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from admin.scoring.blocks import Block
from admin.scoring.patterns import Bytes, Counts, Patterns, count
from survey_app.coding import Column, columns
from survey_app.instrument.model import ScaleBlock
from survey_app.instrument.snapshot import Snapshot

Given = npt.NDArray[np.bool_]
"""By response: whether a question was answered."""

ENOUGH = 10
"""Who answered fewer statements may well have meant them all alike."""

MOST = 255
"""More answered questions than a byte holds count as so many."""

ANSWERED = Block("quality.answered", ("answered",), (0,), (MOST + 1,))
"""By code: how many questions were answered."""

STRAIGHT = Block("quality.straight", ("straight",), (0,), (3,))
"""By code: 0 fewer than ENOUGH statements answered, 1 not all in the same way, 2 all in the same way."""

BLOCKS = {block.id: block for block in (ANSWERED, STRAIGHT)}


def quality(snapshot: Snapshot, responses: Bytes) -> dict[str, Patterns]:
    """Count packed responses, uint8 [n, bytes of a packed response]; block id -> counts."""
    answered: dict[str, Given] = {}
    low, high = np.full(len(responses), MOST, np.uint8), np.zeros(len(responses), np.uint8)
    statements = np.zeros(len(responses), np.int64)
    place = 0
    for column in columns(snapshot):
        codes = responses[:, place : place + column.width]
        place += column.width
        given: Given = np.asarray(codes.any(axis=1))
        if not _is_conflict(column):
            answered[column.question.id] = given | answered.get(column.question.id, given)
        if isinstance(column.question.item, ScaleBlock):
            statements += given
            low = np.minimum(low, np.where(given, codes[:, 0], MOST))
            high = np.maximum(high, codes[:, 0])
    enough = (statements >= ENOUGH).astype(np.uint8)
    return {
        ANSWERED.id: count(ANSWERED, _column(np.minimum(_total(answered, len(responses)), MOST))),
        STRAIGHT.id: count(STRAIGHT, _column(enough + enough * (low == high))),
    }


def _is_conflict(column: Column) -> bool:
    return column.question.kind == "multi" and column.option is None


def _total(answered: Mapping[str, Given], n: int) -> Counts:
    return sum((given.astype(np.int64) for given in answered.values()), np.zeros(n, np.int64))


def _column(codes: Bytes | Counts) -> Bytes:
    return codes.astype(np.uint8).reshape(-1, 1)
