"""A link makes an account once, for three days; of an account that was there before nothing is left."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from admin.accounts import Accounts
from admin.commands import main
from admin.invites import Invites
from admin.keys import KeyRing
from survey_app.roles import Role
from survey_app.sealing import Purpose

from .page import check_page
from .phone import APP, Phone, answer, scan, set_up
from .place import PASSPHRASE, SMALL, Browser, Place

NEW = "copper lantern waltz 9"
SITE = "https://staff.example.org"


def invite(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str = "jo.park", role: str = "evaluator"
) -> str:
    """The path of a new link, as the operator reads it off the screen."""
    command = ["accounts", "invite", name, "--role", role, "--url", f"{SITE}/", "--data", str(folder)]
    assert main(command) == 0
    found = re.search(rf"{SITE}(/invite/[\w-]{{43}})\n", capsys.readouterr().out)
    assert found
    return found[1]


def accept(browser: Browser, path: str, new: str = NEW) -> int:
    """Choose a passphrase on the link's page; the status."""
    page = browser.read(path)
    return browser.send(path, page.fields | {"new": new, "again": new}).status_code


def made(place: Place, name: str = "jo.park", role: Role = Role.EVALUATOR) -> str:
    """The path of a new link; the command lives by the real clock, this installation by its own."""
    return f"/invite/{Invites(place.store, place.clock).make(name, role)}"


def test_a_link_leads_to_a_passphrase_a_second_factor_and_the_results(place: Place) -> None:
    path, browser = made(place), place.browser()
    assert "jo.park" in browser.read(path).words
    assert accept(browser, path) == 303
    assert browser.last.location == "/account/second-factor"
    phone = scan(place, browser)
    assert browser.send(APP, browser.read(APP).fields | {"code": phone.code()}).status_code == 200
    assert len(re.findall(r"<li><code>", browser.last.text)) == 10
    assert "243 young people" in browser.read("/waves").words
    place.clock.seconds += 60
    again = place.browser()
    assert again.sign_in("jo.park", NEW).location == "/sign-in/second-factor"
    assert answer(again, "totp", code=phone.code()) == 303
    events = [json.loads(line)["event"] for line in place.settings.trail.read_text().splitlines()]
    assert events == [
        "invite_used",
        "second_factor_added",
        "signed_in",
        "recovery_codes_made",
        "passphrase_accepted",
        "signed_in",
    ]


def test_the_command_prints_a_link_and_keeps_its_hash_only(
    folder: Path, place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    path = invite(folder, capsys)
    token = path.rpartition("/")[2].encode()
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert token not in kept
    assert Invites(place.store).find(token.decode()) is not None
    line = json.loads(place.settings.trail.read_text())
    assert (line["event"], line["about"]["account"]) == ("account_invited", "jo.park")


def test_looking_at_a_link_does_not_spend_it(place: Place) -> None:
    path = made(place)
    for _ in range(3):
        place.browser().read(path)
        assert place.browser().client.head(path).status_code == 200
    assert accept(place.browser(), path) == 303


def test_wrong_used_late_and_replaced_links_get_the_same_page(place: Place) -> None:
    used, replaced = made(place, "one"), made(place, "two")
    made(place, "two")
    assert accept(place.browser(), used) == 303
    pages = {place.browser().client.get(path).text for path in (used, replaced, f"/invite/{'x' * 43}")}
    late, browser = made(place, "three"), place.browser()
    page = browser.read(late)
    place.clock.seconds += 72 * 3600 + 1
    answer = browser.send(late, page.fields | {"new": NEW, "again": NEW})
    assert answer.status_code == 404
    assert pages == {answer.text}
    assert "no longer works" in check_page(answer).words
    assert place.browser().sign_in("three", NEW).status_code == 403


def test_of_two_who_use_a_link_at_once_one_can(place: Place) -> None:
    path = made(place)
    browsers = [place.browser() for _ in range(4)]
    pages = [browser.read(path) for browser in browsers]

    def use(number: int) -> int:
        phrase = f"copper lantern waltz {number}"
        sent = pages[number].fields | {"new": phrase, "again": phrase}
        return browsers[number].send(path, sent).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [303, 404, 404, 404]


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        ("short", "short", "at least 15 characters"),
        ("mandarin county 2031", "mandarin county 2031", "easy to guess"),
        ("jo.park jo.park jo", "jo.park jo.park jo", "easy to guess"),
        (NEW, "copper lantern waltz 8", "not the same"),
        ("", "", "choose a passphrase"),
    ],
)
def test_a_passphrase_that_will_not_do_is_said_so_and_spends_nothing(
    place: Place, new: str, again: str, why: str
) -> None:
    path, browser = made(place), place.browser()
    sent = browser.read(path).fields | {"new": new, "again": again}
    assert browser.send(path, sent).status_code == 400
    assert why in check_page(browser.last).words
    assert new not in browser.last.text or not new
    assert accept(browser, path) == 303


def test_a_link_opens_no_account_that_was_disabled_after_it_was_made(place: Place) -> None:
    path = made(place, "the.evaluator")
    Accounts(place.store, cost=SMALL).disable("the.evaluator")
    place.browser().read(path, 404)


@pytest.mark.parametrize("spoil", [{"form_token": "0" * 64}, {}])
def test_a_link_is_not_used_from_elsewhere(place: Place, spoil: dict[str, str]) -> None:
    path, browser = made(place), place.browser()
    sent = browser.read(path).fields | {"new": NEW, "again": NEW} | spoil
    site = "same-origin" if spoil else "cross-site"
    assert browser.send(path, sent, Sec_Fetch_Site=site).status_code == 403
    assert accept(place.browser(), path) == 303


def test_a_fresh_start_leaves_nothing_of_the_account_that_was_there(place: Place) -> None:
    old = place.browser(Role.SUPERVISOR)
    phone, codes = set_up(place, old)
    path, browser = made(place, "the.supervisor", Role.SUPERVISOR), place.browser()
    assert old.client.get("/waves").status_code == 200
    assert accept(browser, path) == 303
    assert old.client.get("/waves").location == "/sign-in"
    assert place.browser().sign_in("the.supervisor", PASSPHRASE).status_code == 403
    newer = scan(place, browser)
    assert browser.send(APP, browser.read(APP).fields | {"code": newer.code()}).status_code == 200
    place.clock.seconds += 60
    thief = place.browser()
    thief.sign_in("the.supervisor", NEW)
    assert answer(thief, "totp", code=phone.code()) == 403
    assert answer(thief, "recovery", code=codes[0]) == 403
    assert answer(thief, "totp", code=newer.code()) == 303
    assert Phone(newer.secret, place.clock).secret != phone.secret


def test_a_fresh_start_ends_a_delay_that_a_thief_has_brought_about(place: Place) -> None:
    set_up(place, place.browser(Role.SUPERVISOR))
    thief = place.browser()
    thief.sign_in("the.supervisor")
    for _ in range(5):
        answer(thief, "totp", code="000000")
    for _ in range(5):
        place.browser().sign_in("the.supervisor", "wrong")
    browser = place.browser()
    assert accept(browser, made(place, "the.supervisor", Role.SUPERVISOR)) == 303
    phone = scan(place, browser)
    browser.send(APP, browser.read(APP).fields | {"code": phone.code()})
    phone.off = 30  # the next code, as the delay is still on
    again = place.browser()
    assert again.sign_in("the.supervisor", NEW).status_code == 303
    assert answer(again, "totp", code=phone.code()) == 303


def test_a_link_left_half_used_goes_on_at_the_sign_in(place: Place) -> None:
    assert accept(place.browser(), made(place)) == 303
    browser = place.browser()
    assert browser.sign_in("jo.park", NEW).location == "/account/second-factor"


@pytest.mark.parametrize(
    "address", ["staff.example.org", "https://a@b.example", "https://x/?y", "javascript:1"]
)
def test_an_address_that_is_none_is_refused(
    folder: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["accounts", "invite", "jo", "--role", "operator", "--url", address, "--data", str(folder)]
    assert main(command) == 1
    assert "--url is the staff server's address" in capsys.readouterr().err


ALLOWED = {
    ("supervisor", "both"): True,
    ("supervisor", "contact"): True,
    ("evaluator", "answers"): True,
    ("evaluator", "contact"): False,
    ("evaluator", "both"): False,
    ("operator", "answers"): False,
    ("operator", "contact"): False,
}
PURPOSES: dict[str, tuple[Purpose, ...]] = {
    "both": ("answers", "contact"),
    "answers": ("answers",),
    "contact": ("contact",),
}


@pytest.mark.parametrize(("role", "purposes"), ALLOWED)
def test_no_role_is_given_to_whoever_holds_a_key_that_it_must_not(
    place: Place, folder: Path, capsys: pytest.CaptureFixture[str], role: str, purposes: str
) -> None:
    KeyRing(place.settings.keys).add_holder("jo.park", NEW, SMALL, PURPOSES[purposes])
    typed = folder / "typed"
    typed.write_text(NEW)
    ends = ["--role", role, "--data", str(folder)]
    status = 0 if ALLOWED[role, purposes] else 1
    assert main(["accounts", "invite", "jo.park", "--url", SITE, *ends]) == status
    assert main(["accounts", "add", "jo.park", "--passphrase-file", str(typed), *ends]) == status
    assert bool(capsys.readouterr().err.count("is a key holder for")) == bool(status)


def test_a_key_that_was_made_meanwhile_stops_the_link_too(place: Place) -> None:
    path, browser = made(place, role=Role.OPERATOR), place.browser()
    KeyRing(place.settings.keys).add_holder("jo.park", NEW, SMALL, ("contact",))
    assert accept(browser, path) == 400
    assert "is a key holder for contact" in check_page(browser.last).words
    assert place.browser().sign_in("jo.park", NEW).status_code == 403


def test_an_account_made_at_the_console_must_set_one_up_unless_said_otherwise(
    place: Place, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = folder / "typed"
    typed.write_text(NEW)
    ends = ["--role", "evaluator", "--passphrase-file", str(typed), "--data", str(folder)]
    assert main(["accounts", "add", "jo", *ends]) == 0
    assert main(["accounts", "add", "al", "--passphrase-only", *ends]) == 0
    assert "sets up a second factor" in (said := capsys.readouterr().out)
    assert "with the passphrase alone" in said
    assert place.browser().sign_in("jo", NEW).location == "/account/second-factor"
    assert place.browser().sign_in("al", NEW).location == "/"
    assert main(["accounts", "list", "--data", str(folder)]) == 0
    listed = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert listed["jo"].endswith("second factor at the next sign-in")
    assert listed["al"].endswith("passphrase only")


def test_the_list_says_what_everybody_has(
    place: Place, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(place, place.browser(Role.SUPERVISOR))
    assert main(["accounts", "list", "--data", str(folder)]) == 0
    assert "the.supervisor                   supervisor  app, 10 recovery codes\n" in capsys.readouterr().out


def test_the_list_says_that_nobody_has_used_a_link_yet(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "staff" / "accounts.db").unlink(missing_ok=True)
    assert main(["accounts", "list", "--data", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("Nobody has an account yet.")


def test_a_link_leaves_no_mark_in_a_file(place: Place) -> None:
    path = made(place)
    browser = place.browser()
    accept(browser, path)
    browser.send(path, {"form_token": "0" * 64})
    browser.client.get(f"{path}/x")
    token = path.rpartition("/")[2].encode()
    kept = b"".join(file.read_bytes() for file in place.settings.data.rglob("*") if file.is_file())
    assert token not in kept
