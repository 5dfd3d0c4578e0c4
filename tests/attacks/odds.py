"""How much better than chance an attack is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

LIMIT = 6.5
"""What chance alone reaches once in 12 thousand million comparisons (two-sided tail of the normal
distribution, 8e-11). All attacks together make fewer than 10,000 comparisons, so a sound build is called
leaky less than once in a million runs. With 300 pairs this is a Kendall tau of 0.25, the bound of PROMISES'
P9; with 28 it is 0.87, so that only somebody who knows nearly the whole order passes."""

Trace = Mapping[str, tuple[int, float]]
"""What an attacker reads off for each thing: a group within which alone values can be compared (a page of a
file, say; mostly 0), and a value that may follow an order."""


def strength(one: Trace, other: Trace, same: Mapping[str, str]) -> float:
    """How many standard deviations Kendall's S lies from what chance gives; 0 where nothing can be compared.

    `same` says which thing of the one belongs to which of the other: the truth, which no attacker has.
    """
    pairs = [(one[mine], other[same[mine]]) for mine in one if same.get(mine) in other]
    known = sorted(((a[0], b[0]), a[1], b[1]) for a, b in pairs)
    total = variance = 0.0
    for _, members in groupby(known, key=itemgetter(0)):
        _, *columns = zip(*members, strict=True)
        ours, theirs = (np.array(column) for column in columns)
        signs = [np.sign(values[:, None] - values[None, :]) for values in (ours, theirs)]
        total += float((signs[0] * signs[1]).sum()) / 2
        variance += _variance(ours, theirs)
    return float(abs(total) / variance**0.5) if variance > 0 else 0.0


def _variance(ours: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> float:
    """Of S where neither tells the other, ties counted (Kendall, Rank Correlation Methods, chapter 4)."""
    n = float(len(ours))
    if n < 2:
        return 0.0
    one, other = (np.unique(values, return_counts=True)[1].astype(float) for values in (ours, theirs))
    variance = n * (n - 1) * (2 * n + 5)
    variance -= float(sum((tied * (tied - 1) * (2 * tied + 5)).sum() for tied in (one, other)))
    variance = variance / 18 + _pairs(one) * _pairs(other) / (2 * n * (n - 1))
    if n > 2:
        variance += _triples(one) * _triples(other) / (9 * n * (n - 1) * (n - 2))
    return variance


def _pairs(tied: np.ndarray[Any, Any]) -> float:
    return float((tied * (tied - 1)).sum())


def _triples(tied: np.ndarray[Any, Any]) -> float:
    return float((tied * (tied - 1) * (tied - 2)).sum())
