"""How well the items of a scale hang together, from pattern counts. It judges items, never respondents."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt
from scipy.special import fdtri

from admin.scoring.intervals import Interval
from admin.scoring.keying import Scale
from admin.scoring.patterns import Patterns

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha on complete cases with Feldt's 95 % interval; nan where undefined.

    `avg_r`: mean correlation between two items. `item_rest`: each item against the sum of the others.
    `alpha_drop`: alpha without the item.
    """

    n_complete: int
    alpha: float
    interval: Interval
    avg_r: float
    item_rest: tuple[float, ...]
    alpha_drop: tuple[float, ...]


def reliability(scale: Scale, patterns: Patterns) -> Reliability:
    """Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965), Psychometrika 30, 357-370.

    Items count after keying and unweighted. A constant item leaves every number of it nan, never an error.
    """
    return reliability_of(*complete_cases(scale, patterns))


def reliability_of(n: int, covariance: Floats) -> Reliability:
    """The same from what `complete_cases` found."""
    width = len(covariance)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = _alpha(covariance)
        return Reliability(
            n_complete=n,
            alpha=alpha,
            interval=feldt(alpha, n, width),
            avg_r=_average_correlation(covariance),
            item_rest=tuple(_item_rest(covariance).tolist()),
            alpha_drop=tuple(_alpha(_without(covariance, item)) for item in range(width)),
        )


def complete_cases(scale: Scale, patterns: Patterns) -> tuple[int, Floats]:
    """How many answered every item, and the covariances (n - 1) of the keyed items among them.

    float64 [items, items], all nan below two cases.
    """
    rows = patterns.rows()
    answered = np.column_stack([key.answered[rows[:, column]] for column, key in enumerate(scale.keys)])
    complete = answered.all(axis=1)
    rows, counts = rows[complete], patterns.counts[complete]
    keyed = np.column_stack([key.keyed[rows[:, column]] for column, key in enumerate(scale.keys)])
    return int(counts.sum()), _covariance(keyed, counts.astype(np.float64))


def feldt(alpha: float, n: int, items: int) -> Interval:
    """The 95 % interval of alpha from n complete cases; 1 - (1 - alpha) F with n - 1, (n - 1)(items - 1)."""
    if n < 2 or items < 2:
        return nan, nan
    upper, lower = (float(fdtri(n - 1, (n - 1) * (items - 1), p)) for p in (0.975, 0.025))
    return 1 - (1 - alpha) * upper, 1 - (1 - alpha) * lower


def _covariance(values: Floats, counts: Floats) -> Floats:
    n = counts.sum()
    if n < 2:
        return np.full((values.shape[1],) * 2, np.nan)
    centred = values - counts @ values / n
    covariance: Floats = (centred.T * counts) @ centred / (n - 1)
    return covariance


def _alpha(covariance: Floats) -> float:
    items = len(covariance)
    if items < 2:
        return nan
    return float(items / (items - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _average_correlation(covariance: Floats) -> float:
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    pairs = correlation[np.triu_indices(len(covariance), 1)]
    return float(pairs.mean()) if len(pairs) else nan


def _item_rest(covariance: Floats) -> Floats:
    own, shared = np.diag(covariance), covariance.sum(axis=0)
    rest: Floats = (shared - own) / np.sqrt(own * (covariance.sum() - 2 * shared + own))
    return rest


def _without(covariance: Floats, item: int) -> Floats:
    return np.delete(np.delete(covariance, item, 0), item, 1)
