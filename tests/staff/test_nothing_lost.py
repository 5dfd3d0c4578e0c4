"""What staff had written when their session ended is put back, to them alone, and is nowhere stored."""

from urllib.parse import urlencode

import pytest
from flask import request

from admin.access import requires
from survey_app.roles import Role

from .page import Page, check_page
from .phone import STEP, answer, set_up
from .place import PASSPHRASE, Browser, Place

NAME = "the.supervisor"
NOTE = "NEEDLE She wants to talk on Tuesday.\r\nCall after four & not before <3 \N{GRINNING FACE} مرحبا"
WRITE = "/note/7"


@pytest.fixture
def notes(place: Place) -> list[tuple[str, list[str]]]:
    """What arrived at a form of the supervisor's, in an installation that has one."""
    arrived: list[tuple[str, list[str]]] = []

    def write(number: str) -> str:
        arrived.append((request.form["text"], request.form.getlist("tick")))
        return "kept"

    view = requires(Role.SUPERVISOR)(write)
    place.app.add_url_rule("/note/<number>", "note", view, methods=["POST"])
    return arrived


def write(browser: Browser, page: Page, text: str = NOTE, **more: str) -> int:
    """Send the form that was open; the status."""
    fields = [("form_token", page.fields["form_token"]), ("text", text), ("tick", "a"), ("tick", "b")]
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    browser.last = browser.client.post(WRITE, data=urlencode(fields + list(more.items())), headers=headers)
    return browser.last.status_code


def hidden(page: Page) -> list[tuple[str, str]]:
    """The fields that a page carries, in their order and as often as they stand there."""
    inputs = [field for field in page.all("input") if field.get("type") == "hidden"]
    return [(str(field["name"]), field.get("value") or "") for field in inputs]


def press(browser: Browser, page: Page, path: str, **typed: str) -> int:
    """Send the page's form as it stands, with what was typed."""
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    sent = urlencode(hidden(page) + list(typed.items()))
    browser.last = browser.client.post(path, data=sent, headers=headers)
    return browser.last.status_code


def late(place: Place) -> tuple[Browser, Page]:
    """A supervisor whose session ended over a note, and the page that they are shown when they send it."""
    browser = place.browser(Role.SUPERVISOR)
    form = browser.read("/waves")
    place.clock.seconds += 21 * 60
    assert write(browser, form) == 403
    page = check_page(browser.last)
    assert "What you wrote is kept on this page" in page.words
    return browser, page


def test_a_note_whose_session_is_over_is_put_back_after_the_sign_in(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    browser, page = late(place)
    assert notes == []
    assert press(browser, page, "/sign-in", name=NAME, passphrase=PASSPHRASE) == 200
    back = check_page(browser.last)
    assert "not stored yet" in back.words
    assert "Call after four & not before <3" in back.words
    assert [form["action"] for form in back.all("form")] == ["/sign-out", WRITE]
    assert notes == []
    sent = [pair for pair in hidden(back) if pair[0] != "form_token"]
    token = browser.read("/waves").fields["form_token"]
    assert browser.client.post(
        WRITE,
        data=urlencode([("form_token", token), *sent]),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    ).text
    assert notes == [(NOTE, ["a", "b"])]


def test_a_wrong_passphrase_on_the_way_loses_nothing(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    browser, page = late(place)
    for typed in ("wrong", "", "wrong again"):
        press(browser, page, "/sign-in", name=NAME, passphrase=typed)
        page = check_page(browser.last)
    assert press(browser, page, "/sign-in", name=NAME, passphrase=PASSPHRASE) == 200
    assert NOTE.splitlines()[0] in check_page(browser.last).words


def test_it_is_carried_through_the_second_factor_too(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    setting, other = place.browser(Role.SUPERVISOR), place.browser()
    phone, codes = set_up(place, setting)
    other.sign_in(NAME)
    assert answer(other, "totp", code=phone.code()) == 303
    form = other.read("/waves")
    place.clock.seconds += 21 * 60
    assert write(other, form) == 403
    assert press(other, check_page(other.last), "/sign-in", name=NAME, passphrase=PASSPHRASE) == 200
    step = check_page(other.last)
    assert "One more step" in step.words
    one = [pair for pair in dict.fromkeys(hidden(step)) if pair[0] != "with"]
    for with_, code, status in (("totp", "000000", 403), ("recovery", codes[0], 200)):
        sent = urlencode([*one, ("with", with_), ("code", code)])
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        other.last = other.client.post(STEP, data=sent, headers=headers)
        assert other.last.status_code == status
    assert NOTE.splitlines()[0] in check_page(other.last).words


def test_another_name_does_not_get_it(place: Place, notes: list[tuple[str, list[str]]]) -> None:
    browser, page = late(place)
    with place.store.begin() as connection:
        connection.exec_driver_sql("UPDATE accounts SET role = 'supervisor'")
    assert press(browser, page, "/sign-in", name="the.evaluator", passphrase=PASSPHRASE) == 303
    assert "NEEDLE" not in browser.last.text


def test_who_may_no_longer_send_there_does_not_get_it_back(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    browser, page = late(place)
    with place.store.begin() as connection:
        connection.exec_driver_sql("UPDATE accounts SET role = 'evaluator'")
    assert press(browser, page, "/sign-in", name=NAME, passphrase=PASSPHRASE) == 303


def test_signing_in_again_in_another_tab_loses_nothing(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    browser = place.browser(Role.SUPERVISOR)
    first_tab = browser.read("/waves")
    place.clock.seconds += 21 * 60
    assert browser.sign_in(NAME).status_code == 303
    assert write(browser, first_tab) == 409
    assert "Nothing is lost" in check_page(browser.last).words


def test_two_tabs_with_notes_lose_nothing(place: Place, notes: list[tuple[str, list[str]]]) -> None:
    browser, first = late(place)
    form = {"form_token": dict(hidden(first))["held-token"]}
    page = browser.read("/sign-in")
    page.fields.update(form)
    assert write(browser, page, "the second tab's note") == 403
    second = check_page(browser.last)
    assert press(browser, first, "/sign-in", name=NAME, passphrase=PASSPHRASE) == 200
    assert press(browser, second, "/sign-in", name=NAME, passphrase=PASSPHRASE) == 409
    assert "the second tab's note" in check_page(browser.last).words


def test_signing_out_in_another_tab_loses_nothing(place: Place, notes: list[tuple[str, list[str]]]) -> None:
    browser = place.browser(Role.SUPERVISOR)
    form = browser.read("/waves")
    browser.send("/sign-out", browser.read("/waves").fields)
    assert write(browser, form) == 403
    page = check_page(browser.last)
    assert press(browser, page, "/sign-in", name=NAME, passphrase=PASSPHRASE) == 200
    assert "Nothing is lost" in check_page(browser.last).words


def test_nothing_of_it_is_stored(place: Place, notes: list[tuple[str, list[str]]]) -> None:
    browser, page = late(place)
    press(browser, page, "/sign-in", name=NAME, passphrase=PASSPHRASE)
    kept = b"".join(file.read_bytes() for file in place.settings.data.rglob("*") if file.is_file())
    assert b"NEEDLE" not in kept


def test_after_a_day_nobody_knows_whose_it_was(place: Place, notes: list[tuple[str, list[str]]]) -> None:
    browser = place.browser(Role.SUPERVISOR)
    form = browser.read("/waves")
    place.clock.seconds += 86_400 + 60
    assert write(browser, form) == 303
    assert browser.last.location == "/sign-in"


@pytest.mark.parametrize(
    "fields",
    [{"passphrase": "NEEDLE x"}, {"key_passphrase": "NEEDLE"}, {"code": "NEEDLE"}, {"new": "NEEDLE"}],
)
def test_a_form_with_a_secret_in_it_is_not_carried(
    place: Place, notes: list[tuple[str, list[str]]], fields: dict[str, str]
) -> None:
    browser = place.browser(Role.SUPERVISOR)
    form = browser.read("/waves")
    place.clock.seconds += 21 * 60
    assert write(browser, form, **fields) == 303
    assert "NEEDLE" not in browser.last.text


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_from_elsewhere_is_not_carried(
    place: Place, notes: list[tuple[str, list[str]]], site: str
) -> None:
    browser = place.browser(Role.SUPERVISOR)
    token = browser.read("/waves").fields["form_token"]
    place.clock.seconds += 21 * 60
    sent = {"form_token": token, "text": "NEEDLE"}
    assert browser.send(WRITE, sent, Sec_Fetch_Site=site).status_code == 403
    assert "NEEDLE" not in browser.last.text


@pytest.mark.parametrize(
    "change",
    [
        {"held-path": "https://evil.test/"},
        {"held-path": "//evil.test/"},
        {"held-path": "/nowhere"},
        {"held-path": "/waves"},
        {"held-path": "/sign-in"},
        {"held-token": "0" * 64},
        {"held-token": ""},
    ],
)
def test_what_a_page_carries_leads_nowhere_else(
    place: Place, notes: list[tuple[str, list[str]]], change: dict[str, str]
) -> None:
    browser, page = late(place)
    sent = dict(hidden(page)) | change | {"name": NAME, "passphrase": PASSPHRASE}
    assert browser.send("/sign-in", sent).status_code == 303
    assert browser.last.location == "/"


def test_a_stranger_cannot_have_a_note_put_before_somebody(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    """The form token of the session that is over is needed for it, and only its owner's pages had that."""
    browser = place.browser()
    page = browser.read("/sign-in")
    planted = {"held-path": WRITE, "held-token": page.fields["form_token"], "held.text": "planted words"}
    sent = page.fields | planted | {"name": NAME, "passphrase": PASSPHRASE}
    assert browser.send("/sign-in", sent).status_code == 303


def test_a_long_note_fits(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    browser = place.browser(Role.SUPERVISOR)
    form = browser.read("/waves")
    place.clock.seconds += 21 * 60
    longest = "\N{GRINNING FACE} " * 2_000
    assert write(browser, form, longest) == 403
    page = check_page(browser.last)
    assert press(browser, page, "/sign-in", name=NAME, passphrase=PASSPHRASE) == 200
    assert longest.strip() in check_page(browser.last).words


def test_what_is_longer_than_any_note_of_ours_is_not_carried(
    place: Place, notes: list[tuple[str, list[str]]]
) -> None:
    browser = place.browser(Role.SUPERVISOR)
    form = browser.read("/waves")
    place.clock.seconds += 21 * 60
    assert write(browser, form, "x" * 16_500) == 303
    assert write(browser, form, "x", **{f"field{number}": "x" for number in range(64)}) == 303
