"""Scores and statistics of a stream of responses in one pass, in memory that does not grow with them.

It keeps counts and sums only: a response is forgotten as soon as its scores are handed back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt
import pandas as pd

from admin.scoring.blocks import Block
from admin.scoring.constructs import ScaleStatistics, Sums, every_sum, statistics, statistics_of, sums
from admin.scoring.keying import Scale
from admin.scoring.omega import Omega, omega_of
from admin.scoring.patterns import CHUNK, Bytes, Counts, Patterns, check, coded, largest
from admin.scoring.reliability import Reliability, complete_cases, reliability_of

Floats = npt.NDArray[np.float64]

WIDEST = 2**20
"""Scales of at most so many possible patterns are scored by looking up, wider ones response by response."""


@dataclass(frozen=True)
class Findings:
    """Everything about one scale."""

    statistics: ScaleStatistics
    reliability: Reliability
    omega: Omega


class Sweep:
    """What was found so far, and the way to add more."""

    def __init__(self, scales: Sequence[Scale], blocks: Mapping[str, Block]) -> None:
        alike: dict[tuple[int, ...], list[Scale]] = {}
        for scale in scales:
            alike.setdefault(blocks[scale.id].places, []).append(scale)
        self._scales = scales
        self._parts: list[_Narrow | _Wide] = []
        for twins in alike.values():
            block = blocks[twins[0].id]
            self._parts.append((_Narrow if prod(block.bases) <= WIDEST else _Wide)(block, twins))

    def add(self, responses: Bytes) -> dict[str, Floats]:
        """Add packed responses, uint8 [n, bytes of one]; -> scale id -> their scores, float64 [n].

        A score is nan where too few items were answered. Raises PatternError for a code that no option has;
        then what was found is of no more use.
        """
        scores = {scale.id: np.empty(len(responses)) for scale in self._scales}
        for start in range(0, len(responses), CHUNK):
            place = slice(start, start + CHUNK)
            most = largest(responses[place])
            for part in self._parts:
                check(part.block, responses[place], most)
            for part in self._parts:
                part.add(responses[place], [scores[scale.id][place] for scale in part.scales])
        return scores

    def findings(self) -> tuple[Findings, ...]:
        """Of each scale, in their order, over all responses so far."""
        found = {one.statistics.id: one for part in self._parts for one in part.findings()}
        return tuple(found[scale.id] for scale in self._scales)


def scores(scales: Sequence[Scale], blocks: Mapping[str, Block], responses: Bytes) -> pd.DataFrame:
    """The scores of packed responses, one column for each scale, named by its id."""
    return pd.DataFrame(Sweep(scales, blocks).add(responses))


class _Narrow:
    """Scales over the same bytes with few enough patterns for a table of all of them."""

    def __init__(self, block: Block, scales: Sequence[Scale]) -> None:
        self.block, self.scales = block, scales
        self._counts: Counts = np.zeros(prod(block.bases), np.int64)
        self._means = [every_sum(scale).means(scale.unit) for scale in scales]

    def add(self, responses: Bytes, scores: Sequence[Floats]) -> None:
        """Count these responses, and write their scores for each scale."""
        codes = coded(self.block, responses)
        self._counts += np.bincount(codes, minlength=len(self._counts))
        for means, out in zip(self._means, scores, strict=True):
            np.take(means, codes, out=out, mode="clip")  # all were checked; "raise" would do it once more

    def findings(self) -> list[Findings]:
        patterns = Patterns.in_table(self.block.bases, self._counts)
        return [
            _findings(statistics(scale, patterns), *complete_cases(scale, patterns)) for scale in self.scales
        ]


class _Wide:
    """Scales over the same bytes with too many patterns for a table, and perhaps for the memory."""

    def __init__(self, block: Block, scales: Sequence[Scale]) -> None:
        self.block, self.scales = block, scales
        self._moments = [_Moments(scale) for scale in scales]

    def add(self, responses: Bytes, scores: Sequence[Floats]) -> None:
        """Add these responses, and write their scores for each scale."""
        rows = responses[:, self.block.places]
        for moments, out in zip(self._moments, scores, strict=True):
            out[:] = moments.add(rows)

    def findings(self) -> list[Findings]:
        return [moments.findings() for moments in self._moments]


class _Moments:
    """Of one wide scale: how often codes and sums of points occur, and products of complete cases."""

    def __init__(self, scale: Scale) -> None:
        self._scale = scale
        self._middle = float(scale.low + scale.high) / 2
        self._items = [np.zeros(len(key.scores), np.int64) for key in scale.keys]
        self._sums: Counter[tuple[bool, int, int]] = Counter()
        self._products = np.zeros((1 + len(scale.keys),) * 2)

    def add(self, rows: Bytes) -> Floats:
        """-> the scores of these rows, uint8 [n, items]."""
        keys = self._scale.keys
        for column, codes in enumerate(self._items):
            codes += np.bincount(rows[:, column], minlength=len(codes))
        added = sums(self._scale, rows)
        distinct, counts = np.unique(
            np.column_stack([added.scorable, added.points, added.weights]), axis=0, return_counts=True
        )
        self._sums.update(dict(zip(map(tuple, distinct.tolist()), counts.tolist(), strict=True)))
        keyed = np.column_stack([key.keyed[rows[:, column]] for column, key in enumerate(keys)])
        complete = keyed[~np.isnan(keyed).any(axis=1)] - self._middle
        with_one = np.column_stack([np.ones(len(complete)), complete])
        self._products += with_one.T @ with_one
        return added.means(self._scale.unit)

    def findings(self) -> Findings:
        scorable, points, weights = np.array(list(self._sums), np.int64).reshape(-1, 3).T
        counts = np.array(list(self._sums.values()), np.int64)
        found = Sums(scorable.astype(np.bool_), points, weights)
        n, totals, products = int(self._products[0, 0]), self._products[0, 1:], self._products[1:, 1:]
        with np.errstate(divide="ignore", invalid="ignore"):
            covariance = (products - np.outer(totals, totals) / n) / (n - 1)
        if n < 2:
            covariance = np.full_like(products, np.nan)
        return _findings(statistics_of(self._scale, found, counts, self._items), n, covariance)


def _findings(found: ScaleStatistics, n: int, covariance: Floats) -> Findings:
    return Findings(found, reliability_of(n, covariance), omega_of(covariance))
