"""The clock of the staff host jumps: no session lives on for it, and nobody is locked out for years."""

import pytest

from admin.tries import LONGEST_WAIT
from survey_app.roles import Role

from .place import Place

YEAR = 365 * 86_400.0
SUPERVISOR = "the.supervisor"


@pytest.mark.parametrize("jump", [-10 * YEAR, -3600.0, 3600.0, 10 * YEAR])
def test_after_a_jump_everybody_signs_in_anew(place: Place, jump: float) -> None:
    browser = place.browser(Role.SUPERVISOR)
    place.clock.seconds += jump
    assert browser.client.get("/waves").location == "/sign-in"
    assert browser.sign_in(SUPERVISOR).status_code == 303


def test_a_clock_that_is_put_right_by_seconds_ends_no_session(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    for jump in (-5.0, 9.0, -20.0):
        place.clock.seconds += jump
        browser.read("/waves")


def test_whoever_waits_waits_no_longer_because_the_clock_was_set_back(place: Place) -> None:
    browser = place.browser()
    for _ in range(5):
        browser.sign_in(SUPERVISOR, "wrong")
    place.clock.seconds -= 10 * YEAR
    answer = browser.sign_in(SUPERVISOR)
    assert answer.status_code == 429
    assert float(answer.headers["Retry-After"]) <= LONGEST_WAIT
    place.clock.seconds += LONGEST_WAIT
    assert browser.sign_in(SUPERVISOR).status_code == 303
