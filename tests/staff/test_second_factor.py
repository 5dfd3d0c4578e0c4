"""After the passphrase comes a second factor: nothing is open before it, and no wrong try is free."""

import json
from base64 import b32encode
from pathlib import Path

import pytest

from admin.accounts import Accounts
from survey_app.roles import Role

from .page import check_page
from .phone import APP, STEP, Phone, answer, scan, set_up
from .place import PASSPHRASE, SMALL, Browser, Place

NAME = "the.supervisor"
MUST = "maria.lopez"


def lines(place: Place, *events: str) -> list[tuple[str, dict[str, str]]]:
    """Events of these kinds and what the trail says about them."""
    found = [json.loads(line) for line in place.settings.trail.read_text().splitlines()]
    return [(line["event"], line["about"]) for line in found if line["event"] in events]


@pytest.fixture
def phone(place: Place) -> Phone:
    """The supervisor's phone; they have set it up and signed out."""
    browser = place.browser(Role.SUPERVISOR)
    phone, _ = set_up(place, browser)
    browser.send("/sign-out", browser.read("/waves").fields)
    return phone


def halfway(place: Place, name: str = NAME) -> Browser:
    """A browser in which the right passphrase was typed."""
    browser = place.browser()
    assert browser.sign_in(name).location == STEP
    return browser


def must(place: Place) -> Browser:
    """A browser in which an account that must have a second factor signs in for the first time."""
    Accounts(place.store, cost=SMALL).add(MUST, Role.SUPERVISOR, PASSPHRASE, must=True)
    browser = place.browser()
    assert browser.sign_in(MUST).location == "/account/second-factor"
    return browser


def test_the_passphrase_and_the_code_open_the_results(place: Place, phone: Phone) -> None:
    browser = halfway(place)
    assert answer(browser, "totp", code=phone.code()) == 303
    assert browser.last.location == "/"
    assert "243 young people" in browser.read("/waves").words
    assert lines(place, "signed_in")[-1] == ("signed_in", {"role": "supervisor", "factor": "totp"})
    assert lines(place, "signed_in")[0][1]["factor"] == "none"


def test_the_passphrase_alone_opens_nothing_but_the_second_step(place: Place, phone: Phone) -> None:
    browser = halfway(place)
    for path in ("/", "/waves", "/account", "/ledger", "/account/second-factor", APP, "/account/passphrase"):
        assert browser.client.get(path).location == STEP, path
    token = browser.read(STEP).fields["form_token"]
    for path in ("/sign-out", "/account/sign-out-everywhere", "/account/passphrase", APP):
        assert browser.send(path, {"form_token": token}).location == STEP, path


def test_nobody_sees_the_second_step_without_the_passphrase(place: Place, phone: Phone) -> None:
    for browser in (place.browser(), place.browser(Role.EVALUATOR)):
        assert browser.client.get(STEP).location == "/sign-in"
    refused = place.browser()
    assert refused.sign_in(NAME, "wrong").status_code == 403
    assert "One more step" not in refused.last.text
    assert refused.client.get(STEP).location == "/sign-in"


def test_the_token_changes_with_each_step(place: Place, phone: Phone) -> None:
    browser, thief = place.browser(), place.browser()
    tokens = []
    for step in (
        lambda: browser.read("/sign-in"),
        lambda: browser.sign_in(NAME),
        lambda: answer(browser, "totp", code=phone.code()),
    ):
        step()
        tokens.append(browser.client.get_cookie("staff").value)  # type: ignore[union-attr]
    assert len(set(tokens)) == 3
    for token in tokens[:2]:
        thief.client.set_cookie("staff", token)
        assert thief.client.get("/waves").location == "/sign-in"
        assert thief.client.get(STEP).location == "/sign-in"


def test_a_code_that_somebody_looked_over_the_shoulder_for_is_used_up(place: Place, phone: Phone) -> None:
    owner, thief = halfway(place), halfway(place)
    code = phone.code()
    assert answer(owner, "totp", code=code) == 303
    assert answer(thief, "totp", code=code) == 403
    assert "used already" in check_page(thief.last).words
    assert lines(place, "second_factor_refused") == [
        ("second_factor_refused", {"factor": "totp", "wait": "0"})
    ]


def test_five_wrong_codes_end_the_sign_in_and_bring_a_delay(place: Place, phone: Phone) -> None:
    browser = halfway(place)
    assert [answer(browser, "totp", code="000000") for _ in range(5)] == [403] * 5
    assert "start again with your passphrase" in check_page(browser.last).words
    assert browser.client.get(STEP).location == "/sign-in"
    again = halfway(place)
    assert answer(again, "totp", code=phone.code()) == 429
    assert "30 seconds" in check_page(again.last).words
    place.clock.seconds += 31
    assert answer(again, "totp", code=phone.code()) == 303
    assert len(lines(place, "second_factor_refused")) == 5


def test_a_right_passphrase_gives_nobody_new_tries(place: Place, phone: Phone) -> None:
    waits = []
    for _ in range(11):
        browser = halfway(place)
        answer(browser, "totp", code="000000")
        waits.append(int(browser.last.headers.get("Retry-After", 0)))
        place.clock.seconds += waits[-1]
    assert waits == [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]


def test_ten_minutes_are_enough_for_the_second_step(place: Place, phone: Phone) -> None:
    browser = halfway(place)
    page = browser.read(STEP)
    place.clock.seconds += 601
    sent = {"form_token": page.fields["form_token"], "with": "totp", "code": phone.code()}
    assert browser.send(STEP, sent).status_code == 403
    assert "took too long" in check_page(browser.last).words


@pytest.mark.parametrize("headers", [{"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"}])
def test_the_second_step_is_not_taken_from_elsewhere(
    place: Place, phone: Phone, headers: dict[str, str]
) -> None:
    browser = halfway(place)
    token = browser.read(STEP).fields["form_token"]
    sent = {"with": "totp", "code": phone.code()}
    assert browser.send(STEP, sent | {"form_token": token}, **headers).status_code == 403
    assert browser.send(STEP, sent | {"form_token": "0" * 64}).status_code == 403
    assert browser.send(STEP, sent | {"form_token": token}).status_code == 303


def test_a_recovery_code_lets_in_once_and_says_how_many_are_left(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    _, codes = set_up(place, browser)
    assert len(codes) == 10
    one, two = halfway(place), halfway(place)
    assert answer(one, "recovery", code=codes[0].upper()) == 303
    words = one.read(one.last.location or "").words
    assert "used up" in words
    assert "9 left" in words
    assert lines(place, "signed_in")[-1][1]["factor"] == "recovery"
    assert answer(two, "recovery", code=codes[0]) == 403
    assert answer(two, "totp", code=codes[1]) == 403
    assert answer(two, "recovery", code=codes[1]) == 303


def test_an_account_that_must_have_a_second_factor_sees_nothing_before_it_has_one(place: Place) -> None:
    browser = must(place)
    for path in ("/", "/waves", "/account", "/account/passphrase"):
        assert browser.client.get(path).location == "/account/second-factor", path
    page = browser.read("/account/second-factor")
    assert "/waves" not in page.links
    assert "/account" not in page.links
    phone = scan(place, browser)
    before = browser.client.get_cookie("staff").value  # type: ignore[union-attr]
    assert browser.send(APP, browser.read(APP).fields | {"code": phone.code()}).status_code == 200
    assert len(check_page(browser.last).all("li")) >= 10
    assert browser.client.get_cookie("staff").value != before  # type: ignore[union-attr]
    assert "243 young people" in browser.read("/waves").words
    assert lines(place, "signed_in")[-1][1]["factor"] == "totp"


def test_setting_up_ends_after_half_an_hour_and_begins_again_at_the_next_sign_in(place: Place) -> None:
    browser = must(place)
    place.clock.seconds += 19 * 60
    browser.read(APP)
    place.clock.seconds += 12 * 60
    assert browser.client.get(APP).location == "/sign-in"
    assert browser.sign_in(MUST).location == "/account/second-factor"


def test_a_page_that_needs_a_second_factor_leads_there_and_back(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    assert browser.client.get("/desk").location == "/account/second-factor?next=%2Fdesk"
    page = browser.read("/account/second-factor?next=/desk")
    way = next(link for link in page.links if link.startswith(APP))
    phone = scan(place, browser, way)
    sent = browser.read(way).fields | {"code": phone.code(), "passphrase": PASSPHRASE}
    assert browser.send(APP, sent).status_code == 200
    assert "/desk" in check_page(browser.last).links
    assert browser.client.get("/desk").status_code == 200


@pytest.mark.parametrize(
    "onward", ["//evil.test/", "https://evil.test/", "/nowhere", "/operations", "/sign-out"]
)
def test_nobody_is_led_elsewhere_afterwards(place: Place, onward: str) -> None:
    browser = place.browser(Role.SUPERVISOR)
    page = browser.read(f"/account/second-factor?next={onward}")
    assert not [link for link in page.links if "next=" in link]
    phone = scan(place, browser)
    sent = browser.read(APP).fields | {"code": phone.code(), "passphrase": PASSPHRASE, "next": onward}
    browser.send(APP, sent)
    assert onward not in check_page(browser.last).links


def test_the_first_factor_ends_the_other_sessions(place: Place) -> None:
    browser, other = place.browser(Role.SUPERVISOR), place.browser(Role.SUPERVISOR)
    set_up(place, browser)
    browser.read("/waves")
    assert other.client.get("/waves").location == "/sign-in"


def test_who_waits_to_set_a_first_factor_up_elsewhere_puts_none_in_the_owners_place(place: Place) -> None:
    browser, thief = must(place), place.browser()
    assert thief.sign_in(MUST).location == "/account/second-factor"
    theirs = scan(place, thief)
    fields = thief.read(APP).fields
    phone, _ = set_up(place, browser)
    assert thief.send(APP, fields | {"code": theirs.code()}).status_code == 303
    assert thief.client.get(APP).location == "/sign-in"
    assert browser.client.get("/waves").status_code == 200
    again = place.browser()
    assert again.sign_in(MUST).location == STEP
    assert answer(again, "totp", code=phone.code()) == 303


def test_an_app_is_on_only_when_it_has_shown_a_right_code(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    phone = scan(place, browser)
    fields = browser.read(APP).fields | {"passphrase": PASSPHRASE}
    phone.off = 300
    assert browser.send(APP, fields | {"code": phone.code()}).status_code == 403
    assert "about 5 minutes fast" in check_page(browser.last).words
    assert browser.send(APP, fields | {"code": "000000"}).status_code == 403
    assert "does not fit" in check_page(browser.last).words
    assert place.browser().sign_in(NAME).location == "/"
    phone.off = 0
    assert browser.send(APP, fields | {"code": phone.code()}).status_code == 200


def test_the_secret_stays_the_same_until_it_is_confirmed(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    first = scan(place, browser)
    assert scan(place, browser).secret == first.secret
    assert scan(place, place.browser(Role.SUPERVISOR)).secret != first.secret


def test_page_and_app_may_be_on_one_phone(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    phone = scan(place, browser)
    way = next(link for link in browser.read(APP).links if link.startswith("otpauth://totp/"))
    assert b32encode(phone.secret).decode() in way


def test_setting_up_asks_for_the_passphrase_again(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    phone = scan(place, browser)
    for typed in ("", "wrong"):
        fields = browser.read(APP).fields | {"code": phone.code(), "passphrase": typed}
        assert browser.send(APP, fields).status_code == 400
        check_page(browser.last)
    assert lines(place, "passphrase_refused") == [("passphrase_refused", {"wait": "0"})]
    assert place.browser().sign_in(NAME).location == "/"


def test_nothing_of_a_second_factor_stands_in_the_trail(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    phone, codes = set_up(place, browser)
    answer(halfway(place), "recovery", code=codes[0])
    answer(halfway(place), "totp", code="NEEDLE")
    trail = place.settings.trail.read_text()
    assert not [word for word in (*codes, phone.code(), phone.secret.hex(), "NEEDLE") if word in trail]


def test_a_record_that_cannot_be_written_lets_nobody_in(place: Place, phone: Phone) -> None:
    browser = halfway(place)
    page = browser.read(STEP)
    place.settings.trail.unlink()
    place.settings.trail.mkdir()
    sent = {"form_token": page.fields["form_token"], "with": "totp", "code": phone.code()}
    assert browser.send(STEP, sent).status_code == 503
    assert browser.client.get("/waves").location == STEP


def test_an_earlier_installations_accounts_go_on_without(place: Place, folder: Path) -> None:
    with place.store.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE accounts DROP COLUMN must")
    assert Place(folder).browser().sign_in(NAME).location == "/"
