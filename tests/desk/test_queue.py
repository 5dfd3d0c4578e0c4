"""The queue: what waits, how long and until when, and nothing of a person."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from admin.views.desk.queue import PAGE

from .bench import DEPUTY, FIELDS, ME, Bench, act
from .builders import multiply

DAY = 86_400


def test_a_request_is_told_by_age_state_due_day_and_who_has_it(bench: Bench) -> None:
    request_id = bench.ask()
    browser = bench.signed_in()
    words = browser.read("/desk").words
    for told in (request_id[:8], "Since today", "New", "Due on Thursday", "nobody yet", "1 young person is"):
        assert told in words, told
    act(browser, request_id, "take")
    bench.clock.seconds += 3 * DAY
    words = bench.signed_in().read("/desk").words
    for told in ("3 days", "1 day late", "you"):
        assert told in words, told
    assert ME in bench.signed_in(DEPUTY).read("/desk").words


def test_nothing_of_a_person_stands_in_it(bench: Bench) -> None:
    bench.ask(FIELDS | {"contact_keep_out": "Mr. Smith"})
    words = bench.at_work().read("/desk").words
    for hidden in ("Jordan", "NEEDLE", "555", "jordan@", "Smith", "Text"):
        assert hidden not in words, hidden


def test_it_says_that_nobody_waits(bench: Bench) -> None:
    assert "Nobody is waiting" in bench.signed_in().read("/desk").words


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", {"one", "two", "four"}),
        ("mine", {"two"}),
        ("new", {"one"}),
        ("trying", {"two"}),
        ("reached", {"four"}),
        ("could_not_reach", set()),
        ("closed", {"three"}),
        ("<script>", {"one", "two", "four"}),
    ],
)
def test_it_can_be_looked_at_by_state_and_by_what_is_mine(
    bench: Bench, show: str, expected: set[str]
) -> None:
    ids = {name: bench.ask() for name in ("one", "two", "three", "four")}
    browser = bench.at_work()
    act(browser, ids["two"], "tried", way="call", result="none")
    act(bench.at_work(DEPUTY), ids["four"], "tried", way="call", result="spoke")
    act(bench.at_work(), ids["three"], "close", reason="done")
    links = browser.read(f"/desk?show={show}").links
    assert {name for name, one in ids.items() if f"/desk/{one}" in links} == expected


def test_more_than_fifty_stand_on_several_pages(bench: Bench) -> None:
    ids = {bench.ask() for _ in range(51)}
    browser = bench.signed_in()
    first, second = browser.read("/desk"), browser.read("/desk?page=2")
    shown = [link.removeprefix("/desk/") for page in (first, second) for link in page.links]
    assert sorted(one for one in shown if one in ids) == sorted(ids)
    assert "/desk?page=2" in first.links
    for odd in ("0", "-1", "99999", "x", "²", "9" * 400):
        assert browser.client.get("/desk", query_string={"page": odd}).status_code == 200


def test_ten_thousand_requests_are_listed_in_a_moment(bench: Bench) -> None:
    """All are alike but for their ids; opening one costs as much as opening another."""
    bench.ask()
    multiply(bench.settings.letters, 9_999, bench.dice)
    browser = bench.at_work()
    assert "10000 young people" in browser.read("/desk").words
    for page in (1, 200):
        started = time.process_time()
        assert browser.read(f"/desk?page={page}").words.count("I just want to talk") == PAGE
        assert time.process_time() - started < 1.0


def test_what_a_deputy_covers_is_shown_as_theirs(bench: Bench) -> None:
    request_id = bench.ask()
    browser, deputy = bench.signed_in(), bench.signed_in(DEPUTY)
    act(browser, request_id, "take")
    assert f"/desk/{request_id}" not in deputy.read("/desk?show=mine").links
    first, last = bench.today + timedelta(days=1), bench.today + timedelta(days=2)
    fields = browser.read("/desk/away").fields
    sent = fields | {"first": first.isoformat(), "last": last.isoformat(), "cover": DEPUTY}
    assert browser.send("/desk/away", sent).status_code == 303
    assert f"/desk/{request_id}" not in deputy.read("/desk?show=mine").links
    bench.clock.seconds += DAY
    deputy = bench.signed_in(DEPUTY)
    page = deputy.read("/desk?show=mine")
    assert f"/desk/{request_id}" in page.links
    assert f"you, covering for {ME}" in page.words
    bench.clock.seconds += 2 * DAY
    assert f"/desk/{request_id}" not in bench.signed_in(DEPUTY).read("/desk?show=mine").links
    assert bench.trail()[-1]["about"] == {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "cover": DEPUTY,
    }


def test_who_is_back_is_covered_no_more(bench: Bench) -> None:
    browser = bench.signed_in()
    today = bench.today.isoformat()
    sent = browser.read("/desk/away").fields | {"first": today, "last": today, "cover": DEPUTY}
    browser.send("/desk/away", sent)
    assert f"{ME} is away" in bench.signed_in(DEPUTY).read("/desk").words
    browser.send("/desk/back", browser.read("/desk/away").fields)
    assert f"{ME} is away" not in browser.read("/desk").words


@pytest.mark.parametrize(
    ("first", "last", "cover"),
    [
        (0, -1, DEPUTY),
        (-9, -8, DEPUTY),
        (0, 1, ""),
        (0, 1, ME),
        (0, 1, "the.evaluator"),
        (None, 1, DEPUTY),
    ],
)
def test_an_impossible_absence_is_given_back(bench: Bench, first: int | None, last: int, cover: str) -> None:
    browser = bench.signed_in()
    begins = "soon" if first is None else (bench.today + timedelta(days=first)).isoformat()
    ends = (bench.today + timedelta(days=last)).isoformat()
    sent = browser.read("/desk/away").fields | {"first": begins, "last": ends, "cover": cover}
    answer = browser.send("/desk/away", sent)
    assert (answer.status_code, 'class="fault"' in answer.text) == (400, True)
    assert bench.events() == []
