"""Scores of patterns of answers, and the statistics of constructs and items from how often they occur.

Sums and thresholds are whole numbers. Missing stays missing; nothing is imputed. Nothing is hidden here:
what may be shown is decided by suppression.py alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from admin.scoring.keying import Key, Scale, Whole
from admin.scoring.patterns import Bytes, Counts, Patterns

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ItemStatistics:
    """One item over all who answered it, after keying.

    `options`: responses per option in printed order, raw. `mean` and `sd` (n - 1) are nan where undefined.
    """

    item: str
    n: int
    mean: float
    sd: float
    unfavourable: int
    neutral: int
    favourable: int
    options: tuple[int, ...]


@dataclass(frozen=True)
class ScaleStatistics:
    """One construct or activity. `n` responses were scorable and `unscored` were not.

    `positive`: mean above the scale's threshold, strictly; `negative`: below its mirror image. `pomp`: the
    mean in percent of the maximum possible, Cohen et al. (1999), Multivar. Behav. Res. 34, 315-346.
    """

    id: str
    n: int
    unscored: int
    mean: float
    sd: float
    pomp: float
    positive: int
    negative: int
    items: tuple[ItemStatistics, ...]


@dataclass(frozen=True)
class Sums:
    """Per pattern or response: whether it is scorable, and its weighted points over its weights."""

    scorable: npt.NDArray[np.bool_]
    points: Whole
    weights: Whole

    def means(self, unit: int) -> Floats:
        """float64 [n], nan where not scorable."""
        means = np.full(len(self.points), np.nan)
        np.divide(self.points, self.weights * unit, out=means, where=self.scorable)
        return means


def statistics(scale: Scale, patterns: Patterns) -> ScaleStatistics:
    """Score a block's counts. A mean needs `min_answered` answered items, whichever they are."""
    rows, counts = patterns.rows(), patterns.counts
    items = [by_code(rows[:, column], counts, len(key.scores)) for column, key in enumerate(scale.keys)]
    return statistics_of(scale, sums(scale, rows), counts, items)


def statistics_of(scale: Scale, sums: Sums, counts: Counts, items: Sequence[Counts]) -> ScaleStatistics:
    """The same from sums and how often each occurs; `items`: of each item, how often each code."""
    scored = counts[sums.scorable]
    mean, sd = moments(sums.means(scale.unit)[sums.scorable], scored)
    above, below = scale.positive_above, scale.negative_below
    points, whole = sums.points[sums.scorable], sums.weights[sums.scorable] * scale.unit
    positive = above.denominator * points > above.numerator * whole
    negative = below.denominator * points < below.numerator * whole
    return ScaleStatistics(
        id=scale.id,
        n=int(scored.sum()),
        unscored=int(counts.sum()) - int(scored.sum()),
        mean=mean,
        sd=sd,
        pomp=100 * (mean - float(scale.low)) / (float(scale.high - scale.low) or nan),
        positive=int(scored[positive].sum()),
        negative=int(scored[negative].sum()),
        items=tuple(map(item_statistics, scale.keys, items)),
    )


def scored(scale: Scale, patterns: Patterns) -> int:
    """How many responses are scorable."""
    return int(patterns.counts[sums(scale, patterns.rows()).scorable].sum())


def item_statistics(key: Key, counts: Counts) -> ItemStatistics:
    """One item from its counts by code, int64 [1 + options] with the skipped first."""
    answered = counts[key.answered]
    keyed = key.keyed[key.answered]
    mean, sd = moments(keyed, answered)
    tones = key.tones[key.answered]
    return ItemStatistics(
        item=key.item,
        n=int(answered.sum()),
        mean=mean,
        sd=sd,
        unfavourable=int(answered[tones < 0].sum()),
        neutral=int(answered[tones == 0].sum()),
        favourable=int(answered[tones > 0].sum()),
        options=tuple(counts[1:].tolist()),
    )


def sums(scale: Scale, rows: Bytes) -> Sums:
    """Of patterns or responses, uint8 [n, items]."""
    answered, points, weights = np.zeros((3, len(rows)), np.int64)
    for column, key in enumerate(scale.keys):
        codes = rows[:, column]
        answered += key.answered[codes]
        points += scale.points[column][codes]
        weights += scale.weights[column][codes]
    return Sums((answered >= scale.min_answered) & (weights > 0), points, weights)


def every_sum(scale: Scale) -> Sums:
    """Of every possible pattern, ordered by code: arrays [product of the bases]."""
    answered, points, weights = np.zeros((3, 1), np.int64)
    for column, key in enumerate(scale.keys):
        answered = np.add.outer(answered, key.answered).ravel()
        points = np.add.outer(points, scale.points[column]).ravel()
        weights = np.add.outer(weights, scale.weights[column]).ravel()
    return Sums((answered >= scale.min_answered) & (weights > 0), points, weights)


def by_code(codes: Bytes, counts: Counts, size: int) -> Counts:
    """Responses per code, int64 [size]; exact, unlike bincount's floating-point weights."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, codes, counts)
    return sums


def moments(values: Floats, counts: Counts) -> tuple[float, float]:
    """Mean and standard deviation (n - 1) of values with frequencies."""
    n = int(counts.sum())
    if n == 0:
        return nan, nan
    mean = float((values * counts).sum()) / n
    return mean, sqrt(float(((values - mean) ** 2 * counts).sum()) / (n - 1)) if n > 1 else nan
