"""What may be shown of a group: the small-number rules that every number on every page passes through.

In: counts and statistics. Out: `Shown` values, already rounded, with nothing finer behind them. A cell count
is never shown, only n and percents, and nothing at all of a group of fewer than k.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import floor, isnan

from admin.scoring.intervals import Interval, t_interval, wilson
from admin.scoring.reliability import Reliability

FULL = 30
"""From so many responses on: all points of a scale up to five, intervals."""

WIDE = 100
"""From so many responses on: longer scales and lists option by option, means with two decimals.

In a smaller group the shares of all items beside a mean of two decimals give away the one answer of a youth
who broke off and so is in no score: always in a group of 30, nine times in ten in one of 40. With one decimal
it is one in fifty.
"""

NEARLY_ALL = 90
"""Percent of a group below FULL from which a class no longer says how large it is."""


class Reason(StrEnum):
    """Why a number is not shown as it is."""

    FEW = "few"
    NEARLY_ALL = "nearly_all"
    EARLY = "early"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class Shown:
    """A number as it may be printed.

    `text` can always be printed. `value` is the rounded number in it (percent, points of the scale, people)
    or None. `low`, `high`: its 95 % interval, rounded alike, and `between` the same in words; or the bounds
    that are told in place of a value. `reason`: why the value is missing.
    """

    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    between: str = ""
    reason: Reason | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Share:
    """One class of answers: the places of its options, from 0, and the share that chose one of them."""

    options: tuple[int, ...]
    shown: Shown


@dataclass(frozen=True)
class Rules:
    """The rules for one jurisdiction's k, the smallest group of which anything is shown."""

    k: int

    @property
    def few(self) -> Shown:
        """What stands in place of every number of a group below k, whatever the number is."""
        return Shown(f"fewer than {self.k}", reason=Reason.FEW)

    def people(self, n: int) -> Shown:
        """The size of a group."""
        return self.few if n < self.k else Shown(f"{n:,}", n)

    def share(self, count: int, n: int) -> Shown:
        """`count` of `n` against all others."""
        return self.shares((count, n - count))[0]

    def shares(self, counts: Sequence[int]) -> tuple[Shown, ...]:
        """The classes into which a group is divided; raises ValueError for more than three below FULL."""
        n = sum(counts)
        if n < self.k:
            return (self.few,) * len(counts)
        if n < FULL:
            return _coarse(counts, n)
        return tuple(_share(count, n) for count in counts)

    def ordered(self, counts: Sequence[int], tones: Sequence[int]) -> tuple[Share, ...]:
        """An ordered scale; `tones`: -1, 0 or 1 per option, below, at or above the middle.

        Too many options for the group fall together by tone. Nothing at all below k.
        """
        places = range(len(counts))
        if len(counts) > self.finest(sum(counts)):
            classes = [tuple(place for place in places if tones[place] == tone) for tone in (-1, 0, 1)]
        else:
            classes = [(place,) for place in places]
        return self._classes(counts, [options for options in classes if options])

    def unordered(self, counts: Sequence[int]) -> tuple[Share, ...]:
        """Options without order. Where they are too many for the group, the rarest fall together."""
        places = sorted(range(len(counts)), key=lambda place: -counts[place])
        most = self.finest(sum(counts))
        kept = places if len(places) <= most else places[: most - 1]
        rest = tuple(sorted(set(places) - set(kept)))
        return self._classes(counts, [*((place,) for place in sorted(kept)), *([rest] if rest else [])])

    def mean(self, mean: float, sd: float, classes: Sequence[int], ends: tuple[float, float]) -> Shown:
        """The mean of a group on a scale with these ends.

        `classes`: how many are low, in the middle and high. One decimal, from WIDE on two; below FULL only a
        word if nearly all are in one class.
        """
        n = sum(classes)
        if n < self.k:
            return self.few
        if n >= FULL:
            return _mean(mean, t_interval(mean, sd, n), ends, 1 if n < WIDE else 2)
        for count, word in zip(classes, ("low", "middle", "high"), strict=True):
            if _nearly_all(count, n):
                return Shown(word, reason=Reason.NEARLY_ALL)
        return Shown(f"{mean:.1f}", round(mean, 1))

    def alpha(self, found: Reliability) -> Shown:
        """Cronbach's alpha, from FULL complete cases on; it has none where all answer alike."""
        if found.n_complete < self.k:
            return self.few
        if found.n_complete < FULL:
            return Shown("too early", reason=Reason.EARLY)
        if isnan(found.alpha):
            return Shown("not defined", reason=Reason.UNDEFINED)
        low, high = (round(end, 2) for end in found.interval)
        return Shown(f"{found.alpha:.2f}", round(found.alpha, 2), low, high, f"{low:.2f} to {high:.2f}")

    def coefficient(self, value: float, n: int) -> Shown:
        """A correlation or the like over n complete cases: like alpha, and one decimal below WIDE."""
        if n < self.k:
            return self.few
        if n < FULL:
            return Shown("too early", reason=Reason.EARLY)
        if isnan(value):
            return Shown("not defined", reason=Reason.UNDEFINED)
        decimals = 1 if n < WIDE else 2
        rounded = round(value, decimals) + 0.0  # no "-0.0"
        return Shown(f"{rounded:.{decimals}f}", rounded)

    def middle(self, counts: Sequence[int]) -> Shown:
        """What at least half of a group reach; `counts`: how many reach 0, 1, 2 and so on, and no more."""
        n = sum(counts)
        if n < self.k:
            return self.few
        reached = [2 * sum(counts[place:]) >= n for place in range(len(counts))]
        return Shown(f"{sum(reached) - 1:,}", sum(reached) - 1)

    def finest(self, n: int) -> int:
        """Into how many classes a group of n may be divided."""
        return 3 if n < FULL else 5 if n < WIDE else n

    def _classes(self, counts: Sequence[int], classes: Sequence[tuple[int, ...]]) -> tuple[Share, ...]:
        if sum(counts) < self.k:
            return ()
        shown = self.shares([sum(counts[place] for place in options) for options in classes])
        return tuple(map(Share, classes, shown))


def _coarse(counts: Sequence[int], n: int) -> tuple[Shown, ...]:
    """Whole percents; where one class is nearly all, only that it is."""
    if len(counts) > 3:
        raise ValueError(f"a group of {n} is divided into three classes at most")
    if any(_nearly_all(count, n) for count in counts):
        return tuple(
            Shown(f"≥ {NEARLY_ALL}%", None, NEARLY_ALL, 100, reason=Reason.NEARLY_ALL)
            if _nearly_all(count, n)
            else Shown(f"≤ {100 - NEARLY_ALL}%", None, 0, 100 - NEARLY_ALL, reason=Reason.NEARLY_ALL)
            for count in counts
        )
    return tuple(Shown(f"{_percent(count, n)}%", _percent(count, n)) for count in counts)


def _nearly_all(count: int, n: int) -> bool:
    """Judged by the whole percent that would be printed: 26 of 29 would be "90%"."""
    return _percent(count, n) >= NEARLY_ALL


def _percent(count: int, n: int) -> int:
    """Whole percent, halves up, in whole numbers."""
    return (200 * count + n) // (2 * n)


def _share(count: int, n: int) -> Shown:
    low, high = (floor(100 * end + 0.5) for end in wilson(count, n))
    percent = _percent(count, n)
    text = f"{percent}%"
    if count and not percent:
        text = "< 1%"
    elif count < n and percent == 100:
        text = "> 99%"
    return Shown(text, percent, low, high, f"{low}% to {high}%")


def _mean(mean: float, interval: Interval, ends: tuple[float, float], decimals: int) -> Shown:
    low, high = (round(min(max(end, ends[0]), ends[1]), decimals) for end in interval)
    between = f"{low:.{decimals}f} to {high:.{decimals}f}"
    return Shown(f"{mean:.{decimals}f}", round(mean, decimals), low, high, between)
