"""Whoever follows a bookmark of the desk and has to sign in first comes out at the desk, and nowhere else."""

import re

import pytest

from survey_app.roles import Role

from .page import check_page
from .phone import STEP, Phone, set_up
from .place import PASSPHRASE, Browser, Place

NAME = "the.supervisor"


@pytest.fixture
def phone(place: Place) -> Phone:
    """The supervisor's phone; they have set it up and signed out."""
    browser = place.browser(Role.SUPERVISOR)
    phone, _ = set_up(place, browser)
    browser.send("/sign-out", browser.read("/waves").fields)
    return phone


def walk(browser: Browser, door: str, name: str, phone: Phone | None) -> str | None:
    """Sign in through the forms as they stand on the pages, from `door` on; where that leads."""
    steps = [{"name": name, "passphrase": PASSPHRASE}]
    steps += [{"with": "totp", "code": phone.code()}] if phone else []
    for typed in steps:
        page = browser.read(door)
        action = re.search(r'<form method="post" action="([^"]+)"', browser.last.text)
        assert action
        browser.send(action[1].replace("&amp;", "&"), page.fields | typed)
        door = browser.last.location
    return door


def test_a_page_of_the_desk_is_shown_after_signing_in(place: Place, phone: Phone) -> None:
    browser = place.browser()
    door = browser.client.get("/desk/away").location
    assert door.startswith("/sign-in?")
    assert walk(browser, door, NAME, phone) == "/desk/away"


def test_between_the_two_steps_it_is_remembered_too(place: Place, phone: Phone) -> None:
    browser = place.browser()
    browser.sign_in(NAME)
    door = browser.client.get("/desk").location
    assert door.startswith(f"{STEP}?")
    page = browser.read(door)
    action = re.search(r'<form method="post" action="([^"]+)"', browser.last.text)
    assert action
    browser.send(action[1], page.fields | {"with": "totp", "code": phone.code()})
    assert browser.last.location == "/desk"


def test_a_wrong_passphrase_forgets_nothing(place: Place, phone: Phone) -> None:
    browser = place.browser()
    door = browser.client.get("/desk").location
    page = browser.read(door)
    refused = browser.send(door, page.fields | {"name": NAME, "passphrase": "not the right one at all"})
    assert refused.status_code == 403
    check_page(refused)
    assert 'action="/sign-in?next=/desk"' in refused.text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.test/", "//evil.test/", "/\\evil.test", "/sign-out", "desk", "", "/operations"],
)
def test_it_leads_to_our_own_pages_of_the_role_alone(place: Place, phone: Phone, elsewhere: str) -> None:
    door = f"/sign-in?next={elsewhere}"
    assert walk(place.browser(), door, NAME, phone) == "/"


def test_an_evaluator_is_not_led_to_the_desk(place: Place) -> None:
    assert walk(place.browser(), "/sign-in?next=/desk", "the.evaluator", None) == "/"
