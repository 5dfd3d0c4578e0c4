"""The clock jumps: nothing is lost, nothing below k leaves, and no schedule stands still."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from survey_app.custodian import Custodian
from tests.boxes.builders import FIRST, LAST, OVER, TODAY, County, K, noise
from tests.boxes.sql import ask

ROWS = noise(20)
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


def turn(county: County) -> list[int]:
    return [int(word) for word in (county.data / "public" / "handover.turn").read_text().split()]


@pytest.mark.parametrize("ahead", [1, 10_000])
def test_a_schedule_whose_clock_is_set_back_goes_on_from_there(county: County, ahead: int) -> None:
    """It neither hands over before its time nor waits until the clock has come so far again."""
    county.fill({"north-1": ROWS[:K]})
    seconds = county.site.handover_seconds
    now, record = int(time.time()) // seconds, county.data / "public" / "handover.turn"
    record.write_text(f"{seconds} {now + ahead}\n")
    custodian = Custodian(county.data)
    custodian.step(0)
    assert turn(county) == [seconds, now]
    assert waiting(county) == K
    record.write_text(f"{seconds} {now - 1}\n")
    custodian.step(100)
    custodian.close()
    assert waiting(county) == 0


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
