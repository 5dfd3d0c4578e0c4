"""Intervals around shares and means: how far chance may carry a number, never whether to show it."""

from __future__ import annotations

from math import nan, sqrt

from scipy.special import ndtri, stdtrit

LEVEL = 0.95

Interval = tuple[float, float]


def wilson(count: int, n: int) -> Interval:
    """95 % score interval of the share count / n, within 0..1; nan for n = 0.

    Wilson (1927), J. Am. Stat. Assoc. 22, 209-212; recommended for every n, also for shares near 0 and 1, by
    Brown, Cai & DasGupta (2001), Stat. Sci. 16, 101-133.
    """
    if n == 0:
        return nan, nan
    z = float(ndtri((1 + LEVEL) / 2))
    share = count / n
    centre = share + z * z / (2 * n)
    reach = z * sqrt((share * (1 - share) + z * z / (4 * n)) / n)
    low, high = (centre - reach) / (1 + z * z / n), (centre + reach) / (1 + z * z / n)
    return (0.0 if count == 0 else low), (1.0 if count == n else high)


def t_interval(mean: float, sd: float, n: int) -> Interval:
    """95 % interval of a mean with n - 1 degrees of freedom; nan for n < 2.

    Student (1908), Biometrika 6, 1-25. It may reach beyond the scale; who prints it cuts it at the ends.
    """
    if n < 2:
        return nan, nan
    reach = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * sd / sqrt(n)
    return mean - reach, mean + reach
