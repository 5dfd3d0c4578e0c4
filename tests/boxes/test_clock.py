"""The clock jumps: nothing is lost, nothing below k leaves, and no schedule stands still."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from survey_app.custodian import Custodian
from survey_app.schedule import Schedule
from tests.boxes.builders import FIRST, LAST, OVER, TODAY, County, K, noise
from tests.boxes.sql import ask

ROWS = noise(20)
WEEK = 604_800
LONG_AGO, FAR_OFF = FIRST - timedelta(days=20_000), LAST + timedelta(days=20_000)


def waiting(county: County) -> int:
    (count,) = ask(county.data / "public" / "intake.db", "SELECT count(*) FROM ballots")
    return int(count)


@pytest.mark.parametrize("jumps", [(LONG_AGO, TODAY), (FAR_OFF, TODAY), (FAR_OFF, LONG_AGO, OVER, TODAY)])
def test_whatever_day_it_is_no_fewer_than_k_leave_and_none_is_lost(
    county: County, jumps: tuple[date, ...]
) -> None:
    county.fill({"north-1": ROWS[:K], "south-1": ROWS[K : 2 * K - 1]})
    for day in jumps:
        county.hand_over(day)
    assert waiting(county) == K - 1
    county.bring_in()
    assert len(ask(county.data / "staff" / "released.db", "SELECT id FROM seen")) == K


class Clock:
    """Tells the day as `time.time` does, and how much time really passed."""

    def __init__(self) -> None:
        self.day, self.passed = time.time(), 1000.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.day += seconds
        self.passed += seconds


class Passing:
    """A custodian in front of a clock that the test moves."""

    def __init__(self, county: County, clock: Clock) -> None:
        self.county, self.clock, self.custodian = county, clock, Custodian(county.data)

    def stays(self, seconds: float = 0.0) -> bool:
        """Let time pass; whether boxes still wait after that."""
        self.clock.pass_by(seconds)
        self.custodian.step(self.clock.passed)
        return waiting(self.county) > 0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("survey_app.schedule.time.time", lambda: clock.day)
    return clock


def begun(county: County, clock: Clock) -> Passing:
    """A schedule that had its handover just now, after which a box fills."""
    (county.data / "public").mkdir(exist_ok=True)
    (county.data / "public" / "handover.last").write_text(f"{int(clock.day) - WEEK}\n")
    county.fill({"north-1": ROWS[:K]})
    passing = Passing(county, clock)
    assert not passing.stays()
    county.fill({"north-1": ROWS[K : 2 * K]})
    return passing


@pytest.mark.parametrize("late", [0, WEEK - 60, 5 * WEEK])
def test_two_handovers_are_never_closer_than_the_schedule_says(
    county: County, clock: Clock, late: float
) -> None:
    """Also where the server comes back just before the next would have been due."""
    clock.day += late
    passing = begun(county, clock)
    for _ in range(7):
        assert passing.stays(WEEK / 7 - 1)
        passing = Passing(county, clock)  # a restart changes nothing
        assert passing.stays()
    assert not passing.stays(10)


@pytest.mark.parametrize("jump", [-9999 * WEEK, -3 * WEEK, -3600, 3600, 3 * WEEK, 9999 * WEEK])
def test_a_clock_that_is_set_while_it_runs_moves_no_handover(
    county: County, clock: Clock, jump: float
) -> None:
    clock.day = 2e10  # so that there is a time before
    passing = begun(county, clock)
    assert passing.stays(WEEK / 2)
    clock.day += jump
    assert passing.stays()
    assert passing.stays(WEEK / 2 - 10)
    assert not passing.stays(12)


def test_a_clock_that_is_set_back_while_it_stands_still_costs_one_turn(county: County, clock: Clock) -> None:
    begun(county, clock)
    clock.day -= 500 * WEEK
    passing = Passing(county, clock)
    assert passing.stays()
    assert passing.stays(WEEK - 10)
    assert not passing.stays(12)


def test_a_handover_that_fails_is_tried_again(county: County, clock: Clock) -> None:
    passing = begun(county, clock)
    county.outbox.rename(county.outbox.with_name("away"))
    county.outbox.write_bytes(b"")
    assert passing.stays(WEEK + 1)
    county.outbox.unlink()
    assert not passing.stays(5)


def test_a_handover_that_is_killed_brings_no_other_too_soon(county: County, clock: Clock) -> None:
    passing = begun(county, clock)
    clock.pass_by(WEEK + 1)
    begins = Schedule(county.data / "public").handover()
    begins.__enter__()  # and it never comes to its end
    assert passing.stays()
    assert passing.stays(WEEK - 10)
    assert not passing.stays(12)


def test_a_release_on_any_day_releases_each_ballot_once(county: County) -> None:
    county.pass_on({"north-1": county.ballots(K), "south-1": county.ballots(K)})
    for day in (FAR_OFF, LONG_AGO, TODAY):
        county.release(day)
    assert county.released.tallies("spring").n == 2 * K
    assert list(county.released.ledger_faults()) == []


def test_the_files_that_leave_tell_no_day(county: County) -> None:
    county.fill({"north-1": ROWS[:K]})
    county.hand_over()
    assert {Path(path).stat().st_mtime for path in county.outbox.glob("*.box")} == {946_684_800}
