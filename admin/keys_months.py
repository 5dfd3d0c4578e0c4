"""Contact keys month by month, made ahead, so that one bundle lasts for long. It opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from admin.keyfiles import EpochFile, KeyRingError
from admin.keys import KeyRing

MOST = 36


@dataclass(frozen=True)
class Month:
    """One calendar month. `name` is like 2027-03."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """What its epoch is called."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True)
class Made:
    """What `make_months` did: the epochs that are new, and those of these months that were there."""

    new: tuple[str, ...]
    there: tuple[str, ...]


def months(first: date, count: int) -> Iterator[Month]:
    """So many months from the one of the day `first`."""
    start = first.replace(day=1)
    for _ in range(count):
        following = (start + timedelta(days=31)).replace(day=1)
        yield Month(start, following - timedelta(days=1))
        start = following


def make_months(ring: KeyRing, first: date, count: int, today: date, again: bool = False) -> Made:
    """A contact key for each month that has none; may be repeated. Raises KeyRingError for months gone by.

    `again`: also where there is one, beside it. Of several the public host takes the one that begins last,
    then the last by name: the new one. The former stays, to open what was sealed for it.
    """
    if not 1 <= count <= MOST:
        raise KeyRingError(f"Make 1 to {MOST} months at a time.")
    wanted = list(months(first, count))
    if wanted[0].last < today:
        raise KeyRingError(f"{wanted[0].name} is over: begin with {today:%Y-%m}.")
    known = [epoch for epoch in ring.epochs() if epoch.key.purpose == "contact"]
    new, there = [], []
    for month in wanted:
        former = [epoch.key.epoch for epoch in known if _covers(epoch, month)]
        there += former
        if again or not former:
            name = _free_name(month.name, {epoch.key.epoch for epoch in known})
            ring.new_epoch("contact", name, _beginning(known, month), month.last)
            new.append(name)
    return Made(tuple(new), tuple(dict.fromkeys(there)))


def _covers(epoch: EpochFile, month: Month) -> bool:
    return epoch.key.not_before <= month.first and month.last <= epoch.key.not_after


def _beginning(known: list[EpochFile], month: Month) -> date:
    """No earlier than that of any key of the month: otherwise the public host would prefer the other."""
    begun = [epoch.key.not_before for epoch in known if epoch.key.not_after >= month.first]
    return max([month.first, *(first for first in begun if first <= month.last)])


def _free_name(name: str, taken: set[str]) -> str:
    """The month's name; with a number where it is taken. Each sorts after the one before it."""
    for one in (name, *(f"{name}-{number}" for number in range(2, 10))):
        if one not in taken:
            return one
    raise KeyRingError(f"There are nine keys for {name} already.")
