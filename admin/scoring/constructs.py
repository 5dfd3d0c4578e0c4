"""Scores of constructs and items from pattern counts, and per response for exports.

Sums and thresholds are whole numbers. Missing stays missing; nothing is imputed. Nothing is hidden here:
what may be shown is decided by suppression.py alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

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
class _Sums:
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
    sums = _sums(scale, rows)
    means, scored = sums.means(scale.unit)[sums.scorable], counts[sums.scorable]
    mean, sd = moments(means, scored)
    above, below = scale.positive_above, scale.negative_below
    points, whole = sums.points[sums.scorable], sums.weights[sums.scorable] * scale.unit
    positive = above.denominator * points > above.numerator * whole
    negative = below.denominator * points < below.numerator * whole
    return ScaleStatistics(
        id=scale.id,
        n=int(scored.sum()),
        unscored=patterns.n - int(scored.sum()),
        mean=mean,
        sd=sd,
        pomp=100 * (mean - float(scale.low)) / (float(scale.high - scale.low) or nan),
        positive=int(scored[positive].sum()),
        negative=int(scored[negative].sum()),
        items=tuple(
            item_statistics(key, by_code(rows[:, column], counts, len(key.scores)))
            for column, key in enumerate(scale.keys)
        ),
    )


def scored(scale: Scale, patterns: Patterns) -> int:
    """How many responses are scorable."""
    return int(patterns.counts[_sums(scale, patterns.rows()).scorable].sum())


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


def scores(scales: Iterable[Scale], places: Mapping[str, tuple[int, ...]], responses: Bytes) -> pd.DataFrame:
    """Per response and scale the mean after keying, nan where it is not scorable.

    `responses`: uint8 [n, bytes of a packed response]; `places`: scale id -> its block's byte positions. The
    frame has one column for each scale, named by its id.
    """
    return pd.DataFrame(
        {scale.id: _sums(scale, responses[:, places[scale.id]]).means(scale.unit) for scale in scales}
    )


def _sums(scale: Scale, rows: Bytes) -> _Sums:
    answered, points, weights = np.zeros((3, len(rows)), np.int64)
    for column, key in enumerate(scale.keys):
        codes = rows[:, column]
        answered += key.answered[codes]
        points += scale.points[column][codes]
        weights += scale.weights[column][codes]
    return _Sums((answered >= scale.min_answered) & (weights > 0), points, weights)


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
    mean = float(values @ counts) / n
    return mean, sqrt(float((values - mean) ** 2 @ counts) / (n - 1)) if n > 1 else nan
