"""McDonald's omega: how much of a sum score's variance one common factor explains, by maximum likelihood.

Where the model does not fit the numbers it says why; it never returns a number that was forced into bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import nan

import numpy as np
import numpy.typing as npt

from admin.scoring.keying import Scale
from admin.scoring.patterns import Patterns
from admin.scoring.reliability import complete_cases

Floats = npt.NDArray[np.float64]

SINGULAR = 1e-10
"""Smallest eigenvalue of a correlation matrix that still counts as above zero."""

HEYWOOD = 1e-4
"""An item with so small a share of variance of its own, or a smaller one, has none: a Heywood case."""

CLOSE = 1e-12
"""The search is over when no logarithm of a uniqueness moves by more."""

LONGEST = 1.0
"""How far one step may move a logarithm: the likelihood is far from a parabola where a search begins."""

PATIENCE = 200


class Unestimable(StrEnum):
    """Why a scale has no omega."""

    FEW_ITEMS = "fewer than 3 items: one factor has more loadings than two items have correlations"
    SINGULAR = "an item is constant, or follows from the others, among the complete cases"
    HEYWOOD = "Heywood case: the best fit leaves an item no variance of its own"
    NO_FIT = "the search found no best fit"


@dataclass(frozen=True)
class Omega:
    """`value`: omega, nan where it cannot be estimated; then `why` says the reason."""

    value: float
    why: Unestimable | None = None


def omega(scale: Scale, patterns: Patterns) -> Omega:
    """Omega of a scale on its complete cases, after keying and unweighted."""
    return omega_of(complete_cases(scale, patterns)[1])


def omega_of(covariance: Floats) -> Omega:
    """Omega of items with this covariance matrix, float64 [items, items].

    (sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses): McDonald (1999), Test Theory, ch. 6.
    """
    if len(covariance) < 3:
        return Omega(nan, Unestimable.FEW_ITEMS)
    deviations = np.sqrt(np.diag(covariance))
    if not deviations.all() or not np.isfinite(covariance).all():
        return Omega(nan, Unestimable.SINGULAR)
    correlation = covariance / np.outer(deviations, deviations)
    if np.linalg.eigvalsh(correlation)[0] < SINGULAR:
        return Omega(nan, Unestimable.SINGULAR)
    found = _fit(correlation)
    if isinstance(found, Unestimable):
        return Omega(nan, found)
    loadings, uniquenesses = found
    common = float(loadings @ deviations) ** 2
    return Omega(common / (common + float(uniquenesses @ deviations**2)))


def _fit(correlation: Floats) -> tuple[Floats, Floats] | Unestimable:
    """Loadings and uniquenesses of one factor.

    Newton's method on the logarithms of the uniquenesses, the loadings being those that suit them best:
    Joreskog (1967), Psychometrika 32, 443-482; second derivatives as in Clarke (1970), BJMSP 23, 43-52.
    """
    start = (1 - 0.5 / len(correlation)) / np.diag(np.linalg.inv(correlation))
    logs: Floats = np.log(start)
    for _ in range(PATIENCE):
        values, vectors = _spectrum(correlation, logs)
        step, is_bowl = _newton(values, vectors)
        logs = logs - step * min(1.0, LONGEST / float(np.abs(step).max(initial=LONGEST)))
        if logs.min() < np.log(HEYWOOD) - 10:
            return Unestimable.HEYWOOD
        if np.abs(step).max() < CLOSE:
            break
    if np.abs(step).max() >= CLOSE or not is_bowl:
        return Unestimable.NO_FIT
    values, vectors = _spectrum(correlation, logs)
    uniquenesses = np.exp(logs)
    if uniquenesses.min() < HEYWOOD or values[-1] <= 1:
        return Unestimable.HEYWOOD
    return np.sqrt(uniquenesses * (values[-1] - 1)) * vectors[:, -1], uniquenesses


def _spectrum(correlation: Floats, logs: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues, ascending, and eigenvectors of the correlations in units of the uniquenesses."""
    scaled = np.exp(-logs / 2)
    values, vectors = np.linalg.eigh(correlation * np.outer(scaled, scaled))
    return values, vectors


def _newton(values: Floats, vectors: Floats) -> tuple[Floats, bool]:
    """The step from here, and whether the surface is a bowl here; where it is none, a step down the slope."""
    first, factor = values[-1], vectors[:, -1]
    rest, others = values[:-1], vectors[:, :-1]
    slope = others**2 @ (1 - rest)
    spread = others @ others.T
    gaps = np.maximum(first - rest, SINGULAR)  # two factors may be equally strong
    bent = (others * ((1 - rest) * (first + rest) / gaps)) @ others.T
    curve = (others * rest) @ others.T * spread + np.outer(factor, factor) * bent
    is_bowl = bool(np.linalg.eigvalsh(curve)[0] > 0)
    if not is_bowl:
        curve = spread**2  # its expectation under the model, which never turns down
    step: Floats = np.linalg.solve(curve, slope) if is_bowl else np.linalg.lstsq(curve, slope)[0]
    return step, is_bowl
