"""A stranger at the sign-in page shuts nobody out, fills no disk, and gets no more tries than before."""

import sqlite3
from pathlib import Path

import pytest

from admin import devices
from admin.cookies import DEVICE
from admin.devices import MOST, REMEMBERED
from admin.strangers import MOST_LINES, Strangers
from admin.tries import WRONG_ONES
from survey_app.roles import Role

from .page import check_page
from .place import PASSPHRASE, Browser, Place

SUPERVISOR, EVALUATOR = "the.supervisor", "the.evaluator"
COOKIE = f"staff{DEVICE}"


def device(browser: Browser) -> str:
    """The browser's long-lived cookie."""
    cookie = browser.client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def leave(browser: Browser) -> None:
    assert browser.send("/sign-out", browser.read("/waves").fields).status_code == 303


def statuses(browser: Browser, count: int, name: str = SUPERVISOR) -> list[int]:
    return [browser.sign_in(name, "wrong").status_code for _ in range(count)]


def test_a_stranger_who_never_stops_shuts_nobody_out_where_they_signed_in_before(place: Place) -> None:
    own, stranger = place.browser(Role.SUPERVISOR), place.browser()
    leave(own)
    for _ in range(60):
        stranger.sign_in(SUPERVISOR, "wrong")
        place.clock.seconds += 840
    assert stranger.sign_in(SUPERVISOR).status_code == 429
    assert own.sign_in(SUPERVISOR).status_code == 303
    check_page(own.client.get("/waves"))


def test_a_known_browser_has_no_more_tries_than_a_stranger(place: Place) -> None:
    own = place.browser(Role.SUPERVISOR)
    leave(own)
    assert statuses(own, WRONG_ONES + 1) == [403] * (WRONG_ONES - 1) + [429] * 2
    assert own.sign_in(SUPERVISOR).status_code == 429
    place.clock.seconds += 31
    assert own.sign_in(SUPERVISOR).status_code == 303
    leave(own)
    assert own.sign_in(SUPERVISOR, "wrong").status_code == 403


def test_the_owner_who_signs_in_gives_a_stranger_no_new_tries(place: Place) -> None:
    own, stranger = place.browser(Role.SUPERVISOR), place.browser()
    leave(own)
    statuses(stranger, WRONG_ONES)
    assert own.sign_in(SUPERVISOR).status_code == 303
    place.clock.seconds += 31
    assert stranger.sign_in(SUPERVISOR, "wrong").headers["Retry-After"] == "60"


def test_a_browser_that_is_known_for_one_name_is_a_stranger_to_others(place: Place) -> None:
    """Else everybody with an account could guess at the others without being counted with the strangers."""
    own, stranger = place.browser(Role.EVALUATOR), place.browser()
    leave(own)
    statuses(stranger, WRONG_ONES)
    assert own.sign_in(SUPERVISOR).status_code == 429


def test_on_a_shared_browser_one_name_gets_no_new_tries_from_another(place: Place) -> None:
    shared = place.browser(Role.SUPERVISOR)
    leave(shared)
    assert shared.sign_in(EVALUATOR).status_code == 303
    leave(shared)
    statuses(shared, WRONG_ONES - 1)
    assert shared.sign_in(EVALUATOR).status_code == 303
    leave(shared)
    assert shared.sign_in(SUPERVISOR, "wrong").status_code == 429


@pytest.mark.parametrize("planted", ["", "p" * 43, "\u00e9\udc00x", "0" * 3000])
def test_an_invented_browser_is_a_stranger(place: Place, planted: str) -> None:
    stranger = place.browser()
    for _ in range(WRONG_ONES):
        stranger.client.set_cookie(COOKIE, planted.encode("utf-8", "replace").decode("latin-1"))
        stranger.sign_in(SUPERVISOR, "wrong")
        planted = planted[:-1]
    assert stranger.sign_in(SUPERVISOR).status_code == 429


def test_a_planted_token_is_worth_nothing_after_sign_in(place: Place) -> None:
    """A colleague plants a token of theirs; it does not become the supervisor's."""
    colleague, victim = place.browser(Role.EVALUATOR), place.browser()
    victim.client.set_cookie(COOKIE, device(colleague))
    assert victim.sign_in(SUPERVISOR).status_code == 303
    assert device(victim) not in ("", device(colleague))
    leave(victim)
    leave(colleague)
    statuses(colleague, WRONG_ONES + 1)
    assert victim.sign_in(SUPERVISOR).status_code == 303


def test_the_cookie_is_for_this_host_only_and_only_its_hash_is_kept(place: Place, folder: Path) -> None:
    browser = place.browser()
    assert COOKIE not in "".join(browser.sign_in(SUPERVISOR, "wrong").headers.getlist("Set-Cookie"))
    (given,) = [
        line for line in browser.sign_in(SUPERVISOR).headers.getlist("Set-Cookie") if line.startswith(COOKIE)
    ]
    assert f"Max-Age={int(REMEMBERED)}; HttpOnly; Path=/; SameSite=Strict" in given
    assert device(browser).encode() not in place.settings.accounts.read_bytes()
    client = Place(folder, tls=True).app.test_client()
    page = check_page(client.get("/sign-in", base_url="https://localhost"))
    fields = page.fields | {"name": SUPERVISOR, "passphrase": PASSPHRASE}
    answer = client.post("/sign-in", data=fields, base_url="https://localhost")
    given = answer.headers.getlist("Set-Cookie")[-1]
    assert given.startswith(f"__Host-{COOKIE}=")
    assert "; Secure; HttpOnly; Path=/; SameSite=Strict" in given
    assert "Domain" not in given


def test_only_so_many_browsers_of_a_name_are_known(place: Place) -> None:
    first = place.browser(Role.SUPERVISOR)
    for _ in range(MOST):
        place.clock.seconds += 1
        newest = place.browser(Role.SUPERVISOR)
    statuses(place.browser(), WRONG_ONES)
    assert place.browser().sign_in(SUPERVISOR).status_code == 429
    leave(first)
    assert first.sign_in(SUPERVISOR).status_code == 429
    leave(newest)
    assert newest.sign_in(SUPERVISOR).status_code == 303


def test_a_browser_that_was_not_used_for_long_is_forgotten(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    place.clock.seconds += REMEMBERED + 1
    statuses(place.browser(), WRONG_ONES)
    assert browser.sign_in(SUPERVISOR).status_code == 429


def test_invented_names_leave_no_line_in_the_trail_and_little_on_the_disk(place: Place) -> None:
    browser = place.browser()
    for number in range(12):
        browser.sign_in(f"nobody.{number}", "wrong")
    assert not place.settings.trail.exists()
    strangers = Strangers(place.settings.strangers)
    sizes = []
    for _ in range(MOST_LINES + 3):
        strangers.note("900")
        path = place.settings.strangers
        sizes.append(path.stat().st_size if path.exists() else 0)
    assert max(sizes) < 150_000
    assert sizes[-1] < max(sizes)


def test_a_spoilt_list_of_strangers_starts_anew(place: Place) -> None:
    place.settings.strangers.write_bytes(b"{nonsense}\n")
    browser = place.browser()
    assert [browser.sign_in("nobody.here", "wrong").status_code for _ in range(2)] == [403, 403]
    assert place.settings.strangers.read_bytes().count(b"unknown") == 1


@pytest.mark.parametrize("name", [SUPERVISOR, "nobody.here"])
def test_without_a_trail_every_name_is_answered_alike(place: Place, name: str) -> None:
    place.settings.trail.mkdir(parents=True)
    assert place.browser().sign_in(name, "wrong").status_code == 503


def test_accounts_from_before_browsers_were_known_go_on(folder: Path) -> None:
    with sqlite3.connect(folder / "staff" / "accounts.db") as file:
        file.execute(f"DROP TABLE {devices.devices.name}")
    file.close()
    assert Place(folder).browser(Role.SUPERVISOR).read("/waves")
