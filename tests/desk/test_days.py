"""When a request is due: weekends and holidays do not count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.desk.days import add_working_days, age, due_in_words, is_working_day

FRIDAY, MONDAY = date(2031, 5, 23), date(2031, 5, 26)
DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))
HOLIDAYS = st.frozensets(st.dates(date(2030, 12, 1), date(2031, 2, 1)), max_size=20)


@pytest.mark.parametrize(
    ("start", "count", "holidays", "due"),
    [
        (date(2031, 5, 19), 2, (), date(2031, 5, 21)),
        (FRIDAY, 1, (), MONDAY),
        (FRIDAY, 1, (MONDAY,), date(2031, 5, 27)),
        (date(2031, 5, 24), 1, (), MONDAY),
        (date(2031, 5, 25), 2, (), date(2031, 5, 27)),
        (date(2031, 5, 22), 2, (), MONDAY),
        (date(2031, 5, 24), 0, (), MONDAY),
        (FRIDAY, 0, (), FRIDAY),
    ],
)
def test_weekends_and_holidays_do_not_count(
    start: date, count: int, holidays: tuple[date, ...], due: date
) -> None:
    assert add_working_days(start, count, holidays) == due


@given(DAYS, st.integers(0, 40), HOLIDAYS)
def test_so_many_working_days_lie_between(start: date, count: int, holidays: frozenset[date]) -> None:
    due = add_working_days(start, count, holidays)
    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    worked = sum(is_working_day(day, holidays) for day in between)
    assert is_working_day(due, holidays)
    assert worked == count or (count == 0 and worked == 1 and not is_working_day(start, holidays))


@given(DAYS, st.integers(0, 20), st.integers(0, 20), HOLIDAYS)
def test_two_steps_lead_as_far_as_one(start: date, one: int, two: int, holidays: frozenset[date]) -> None:
    there = add_working_days(start, one, holidays)
    if is_working_day(start, holidays) or one:
        assert add_working_days(there, two, holidays) == add_working_days(start, one + two, holidays)


@given(st.dates(), st.integers(0, 400))
def test_the_calendars_end_is_no_trap(start: date, count: int) -> None:
    assert add_working_days(start, count) >= start


@pytest.mark.parametrize(
    ("days", "said"), [(-3, "today"), (0, "today"), (1, "1 day"), (2, "2 days"), (40, "40 days")]
)
def test_age_is_told_in_days(days: int, said: str) -> None:
    assert age(MONDAY, MONDAY + timedelta(days=days)) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-2, "2 days late"),
        (-1, "1 day late"),
        (0, "due today"),
        (1, "due tomorrow"),
        (2, "due on Wednesday"),
        (6, "due on Sunday"),
        (7, "due on 2 June"),
    ],
)
def test_the_due_day_is_told_as_people_say_it(days: int, said: str) -> None:
    assert due_in_words(MONDAY + timedelta(days=days), MONDAY) == said
