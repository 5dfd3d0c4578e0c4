"""Working days: when a request is due, and how that is said. It knows no request."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta

_SATURDAY = 5
_ONE = timedelta(days=1)
_WEEK = 7


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as this machine's own time: a desk works by the clock on its wall."""
    return datetime.fromtimestamp(seconds, UTC).astimezone()


def is_working_day(day: date, holidays: Container[date] = ()) -> bool:
    """Whether somebody is at the desk on this day: neither weekend nor holiday."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(day: date, count: int, holidays: Container[date] = ()) -> date:
    """The working day that is `count` working days after `day`; the day itself does not count.

    With 0 it is `day`, or the next working day where nobody works on it. It stops at the calendar's end.
    """
    while count or not is_working_day(day, holidays):
        if day == date.max:
            break
        day += _ONE
        count -= is_working_day(day, holidays)
        count = max(count, 0)
    return day


def age(arrived: date, today: date) -> str:
    """How long it has been here: "today", "1 day", "3 days"."""
    days = (today - arrived).days
    return "today" if days < 1 else _days(days)


def due_in_words(due: date, today: date) -> str:
    """When somebody must have tried: "due today", "due on Friday", "2 days late"."""
    days = (due - today).days
    if days < 0:
        return f"{_days(-days)} late"
    if days < 2:
        return ("due today", "due tomorrow")[days]
    return f"due on {due:%A}" if days < _WEEK else f"due on {due.day} {due:%B}"


def _days(count: int) -> str:
    return f"{count} day{'s' if count != 1 else ''}"
