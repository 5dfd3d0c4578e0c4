"""Everybody looks after their own account, asked for the passphrase again before anything of it changes."""

import json
import re

import pytest

from admin.accounts import Accounts
from survey_app.roles import Role

from .page import check_page
from .phone import APP, STEP, answer, scan, set_up
from .place import PASSPHRASE, SMALL, Browser, Place

NEW = "copper lantern waltz 9"
NAME = "the.evaluator"


def events(place: Place) -> list[str]:
    """The kinds of what stands in the trail."""
    return [json.loads(line)["event"] for line in place.settings.trail.read_text().splitlines()]


def words(browser: Browser, path: str = "/account") -> str:
    """What a page says, in one line."""
    return " ".join(browser.read(path).words.split())


@pytest.mark.parametrize("role", Role)
def test_every_role_has_the_page_and_a_way_to_it(place: Place, role: Role) -> None:
    browser = place.browser(role)
    assert "/account" in browser.read("/operations" if role is Role.OPERATOR else "/waves").links
    assert f"the.{role.value}, {role.value}" in words(browser)
    assert "Your passphrase alone opens this account" in words(browser)


def test_the_page_shows_where_one_is_signed_in_by_the_hour(place: Place) -> None:
    place.clock.seconds += 1_234
    browser = place.browser(Role.EVALUATOR)
    place.browser(Role.EVALUATOR)
    place.browser(Role.SUPERVISOR)
    shown = words(browser)
    assert (shown.count("This browser"), shown.count("Another browser")) == (1, 1)
    assert set(re.findall(r"\d\d?:\d\d", shown)) <= {f"{hour}:00" for hour in range(24)}


def test_sign_out_everywhere_ends_every_session_and_knows_no_browser(place: Place) -> None:
    browser, other, colleague = (
        place.browser(role) for role in (Role.EVALUATOR, Role.EVALUATOR, Role.SUPERVISOR)
    )
    sent = {"form_token": browser.read("/account").fields["form_token"]}
    assert browser.send("/account/sign-out-everywhere", sent).location == "/sign-in"
    assert browser.client.get_cookie("staff") is None
    assert other.client.get("/waves").location == "/sign-in"
    assert colleague.client.get("/waves").status_code == 200
    for _ in range(5):
        place.browser().sign_in(NAME, "wrong")
    assert browser.sign_in(NAME).status_code == 429
    assert "signed_out_everywhere" in events(place)


def test_a_new_passphrase_takes_the_place_of_the_old_and_ends_the_other_sessions(place: Place) -> None:
    browser, other = place.browser(Role.EVALUATOR), place.browser(Role.EVALUATOR)
    path = "/account/passphrase"
    before = browser.client.get_cookie("staff").value  # type: ignore[union-attr]
    sent = browser.read(path).fields | {"passphrase": PASSPHRASE, "new": NEW, "again": NEW}
    assert browser.send(path, sent).location == "/account?done=passphrase"
    assert "Your new passphrase is set" in words(browser, "/account?done=passphrase")
    assert browser.client.get_cookie("staff").value != before  # type: ignore[union-attr]
    assert other.client.get("/waves").location == "/sign-in"
    assert place.browser().sign_in(NAME).status_code == 403
    assert place.browser().sign_in(NAME, NEW).status_code == 303
    assert "passphrase_changed" in events(place)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"passphrase": "wrong"}, "not your passphrase"),
        ({"new": "short", "again": "short"}, "at least 15"),
        ({"new": "the.evaluator the", "again": "the.evaluator the"}, "easy to guess"),
        ({"again": "something else again"}, "not the same"),
        ({"passphrase": ""}, "write your passphrase"),
    ],
)
def test_a_passphrase_is_not_changed_where_something_is_wrong(
    place: Place, change: dict[str, str], why: str
) -> None:
    browser, path = place.browser(Role.EVALUATOR), "/account/passphrase"
    sent = browser.read(path).fields | {"passphrase": PASSPHRASE, "new": NEW, "again": NEW} | change
    assert browser.send(path, sent).status_code == 400
    assert why in check_page(browser.last).words
    assert not [word for word in sent.values() if len(word) > 14 and word in browser.last.text.split(">")[1]]
    assert place.browser().sign_in(NAME).status_code == 303


def test_whoever_sits_down_at_an_open_session_cannot_try_passphrases_for_ever(place: Place) -> None:
    browser, path = place.browser(Role.EVALUATOR), "/account/passphrase"
    sent = browser.read(path).fields | {"passphrase": "wrong", "new": NEW, "again": NEW}
    for _ in range(6):
        browser.send(path, sent)
    assert "possible in 30 seconds" in check_page(browser.last).words
    browser.send(path, sent | {"passphrase": PASSPHRASE})
    assert "possible in 30 seconds" in check_page(browser.last).words
    assert events(place).count("passphrase_refused") == 5


def test_new_recovery_codes_replace_the_old_ones(place: Place) -> None:
    browser, path = place.browser(Role.EVALUATOR), "/account/recovery-codes"
    assert browser.client.get(path).location == "/account/second-factor"
    _, old = set_up(place, browser)
    assert browser.send(path, browser.read(path).fields | {"passphrase": "wrong"}).status_code == 400
    assert browser.send(path, browser.read(path).fields | {"passphrase": PASSPHRASE}).status_code == 200
    new = re.findall(r"<li><code>([a-z2-7-]{19})</code>", browser.last.text)
    assert len(new) == 10
    thief = place.browser()
    thief.sign_in(NAME)
    assert answer(thief, "recovery", code=old[0]) == 403
    assert answer(thief, "recovery", code=new[0]) == 303


def test_a_new_app_takes_the_place_of_the_old_and_keeps_the_recovery_codes(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    old, codes = set_up(place, browser)
    new = scan(place, browser)
    sent = browser.read(APP).fields | {"code": new.code(), "passphrase": PASSPHRASE}
    assert browser.send(APP, sent).location == "/account?done=factor"
    place.clock.seconds += 60
    again = place.browser()
    again.sign_in(NAME)
    assert answer(again, "totp", code=old.code()) == 403
    assert answer(again, "totp", code=new.code()) == 303
    assert f"{len(codes)} left" in words(again)


def test_a_second_factor_can_be_given_up_with_the_passphrase(place: Place) -> None:
    browser = place.browser(Role.EVALUATOR)
    set_up(place, browser)
    path = "/account/remove/app"
    assert browser.send(path, browser.read(path).fields | {"passphrase": "wrong"}).status_code == 400
    assert browser.send(path, browser.read(path).fields | {"passphrase": PASSPHRASE}).status_code == 303
    assert place.browser().sign_in(NAME).location == "/"
    assert "second_factor_removed" in events(place)
    browser.read("/account/remove/app", 404)


def test_without_a_second_factor_a_session_is_no_longer_a_strong_one(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    set_up(place, browser)
    assert browser.client.get("/desk").status_code == 200
    path = "/account/remove/app"
    assert browser.send(path, browser.read(path).fields | {"passphrase": PASSPHRASE}).status_code == 303
    assert browser.client.get("/desk").location == "/account/second-factor?next=%2Fdesk"


def test_the_last_factor_of_an_account_that_must_have_one_stays(place: Place) -> None:
    Accounts(place.store, cost=SMALL).add("jo", Role.EVALUATOR, PASSPHRASE, must=True)
    browser = place.browser()
    browser.sign_in("jo")
    phone = scan(place, browser)
    browser.send(APP, browser.read(APP).fields | {"code": phone.code()})
    path = "/account/remove/app"
    token = browser.read("/account").fields["form_token"]
    assert "must have one" in words(browser, path)
    assert browser.send(path, {"form_token": token, "passphrase": PASSPHRASE}).status_code == 400
    assert place.browser().sign_in("jo").location == STEP


@pytest.mark.parametrize("which", ["app", "nothing", "00" * 8, "..%2f", "é"])
def test_what_is_not_there_cannot_be_removed(place: Place, which: str) -> None:
    browser = place.browser(Role.EVALUATOR)
    browser.read(f"/account/remove/{which}", 404)
    token = browser.read("/account").fields["form_token"]
    sent = {"form_token": token, "passphrase": PASSPHRASE}
    assert browser.send(f"/account/remove/{which}", sent).status_code == 404


def test_the_operator_reads_who_has_no_second_factor(place: Place) -> None:
    set_up(place, place.browser(Role.SUPERVISOR))
    Accounts(place.store, cost=SMALL).add("gone", Role.EVALUATOR, PASSPHRASE)
    Accounts(place.store, cost=SMALL).disable("gone")
    shown = words(place.browser(Role.OPERATOR), "/operations")
    assert "Without a second factor: the.evaluator, the.operator." in shown
