"""Nobody gets in without the right passphrase, and nobody stays in with a cookie that is over."""

import json
import time
from pathlib import Path
from statistics import median

import pytest

from admin.accounts import Accounts
from admin.audit import verify
from admin.passphrases import Cost
from admin.sessions import form_token
from survey_app.roles import Role

from .page import check_page
from .place import PASSPHRASE, Place

SUPERVISOR = "the.supervisor"


def events(place: Place) -> list[tuple[str, str]]:
    """Event and actor of every line of the trail."""
    lines = [json.loads(line) for line in place.settings.trail.read_text().splitlines()]
    return [(line["event"], line["actor"]) for line in lines]


def test_every_page_leads_to_the_sign_in_first(place: Place) -> None:
    answer = place.browser().client.get("/waves/spring")
    assert (answer.status_code, answer.location) == (303, "/sign-in")


def test_the_right_passphrase_leads_to_the_results(place: Place) -> None:
    browser = place.browser()
    answer = browser.sign_in(SUPERVISOR)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "243 young people" in browser.read("/waves").words
    assert events(place) == [("signed_in", SUPERVISOR)]


def test_the_head_of_the_trail_is_shown_and_is_an_anchor(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    head = str(verify(place.settings.trail))
    assert head in browser.read("/waves").words
    place.browser(Role.EVALUATOR)
    assert verify(place.settings.trail, head).lines == 2


@pytest.mark.parametrize(("name", "lines"), [(SUPERVISOR, 5), ("nobody.here", 0)])
def test_five_wrong_passphrases_bring_a_delay_and_for_a_name_that_exists_lines_in_the_trail(
    place: Place, name: str, lines: int
) -> None:
    browser = place.browser()
    answers = [browser.sign_in(name, "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [403] * 4 + [429] * 2
    assert answers[4].headers["Retry-After"] == "30"
    assert "30 seconds" in check_page(answers[4]).words
    assert (events(place) if lines else []) == [("sign_in_refused", name)] * lines
    assert place.settings.trail.exists() == bool(lines)
    assert browser.sign_in(SUPERVISOR).status_code == (429 if name == SUPERVISOR else 303)


def test_an_unknown_name_is_answered_with_the_same_page(place: Place) -> None:
    pages = []
    for name in (SUPERVISOR, "nobody.here"):
        browser = place.browser()
        page = browser.read("/sign-in")
        answers = [
            browser.send("/sign-in", page.fields | {"name": name, "passphrase": "wrong"}) for _ in range(7)
        ]
        token = page.fields["form_token"]
        pages.append([(a.status, a.text.replace(name, "NAME").replace(token, "TOKEN")) for a in answers])
    assert pages[0] == pages[1]


def test_an_unknown_name_takes_the_same_time(folder: Path) -> None:
    cost = Cost(memory=16 * 1024, passes=1, lanes=1)
    place = Place(folder, cost=cost)
    Accounts(place.store, cost=cost).renew(SUPERVISOR, PASSPHRASE)

    def seconds(name: str) -> float:
        browser = place.browser()
        page = browser.read("/sign-in")
        started = time.perf_counter()
        browser.send("/sign-in", page.fields | {"name": name, "passphrase": "wrong"})
        return time.perf_counter() - started

    spent: dict[str, list[float]] = {SUPERVISOR: [], "unknown": []}
    for number in range(4):
        spent[SUPERVISOR].append(seconds(SUPERVISOR))
        spent["unknown"].append(seconds(f"nobody.{number}"))
    known, unknown = (median(times) for times in spent.values())
    assert known < 3 * unknown
    assert unknown < 3 * known


def test_what_was_typed_is_not_kept(place: Place) -> None:
    browser = place.browser()
    browser.sign_in("NEEDLE in the name box", "NEEDLE in the other")
    kept = b"".join(path.read_bytes() for path in place.settings.data.rglob("*") if path.is_file())
    assert b"needle" not in kept.lower()


def test_little_is_kept_to_compare_a_guessed_passphrase_with(place: Place) -> None:
    """Typed into the name box by mistake: 20 bits are nearly no help to whoever steals the table."""
    for number in range(8):
        place.browser().sign_in(f"{PASSPHRASE} {number}", "wrong")
    with place.store.connect() as connection:
        tags = connection.exec_driver_sql("SELECT tag FROM attempts").scalars().all()
    assert len(tags) == 8
    assert max(tags) < 2**20


def test_the_cookie_is_for_this_host_only_and_no_script_reads_it(place: Place, folder: Path) -> None:
    browser = place.browser()
    cookie = browser.sign_in(SUPERVISOR).headers["Set-Cookie"]
    assert cookie.startswith("staff=")
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=Strict")
    secure = Place(folder, tls=True)
    answer = secure.app.test_client().get("/sign-in", base_url="https://localhost")
    assert answer.headers["Set-Cookie"].startswith("__Host-staff=")
    assert "; Secure; HttpOnly; Path=/; SameSite=Strict" in answer.headers["Set-Cookie"]
    assert "Domain" not in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_a_planted_cookie_is_worth_nothing_after_sign_in(place: Place) -> None:
    victim, thief = place.browser(), place.browser()
    planted = "p" * 43
    for browser in (victim, thief):
        browser.client.set_cookie("staff", planted)
    assert victim.sign_in(SUPERVISOR).status_code == 303
    assert victim.client.get_cookie("staff").value != planted  # type: ignore[union-attr]
    assert thief.client.get("/").location == "/sign-in"


def test_a_cookie_is_worth_nothing_after_sign_out(place: Place) -> None:
    browser, thief = place.browser(Role.SUPERVISOR), place.browser()
    stolen = browser.client.get_cookie("staff")
    assert stolen
    thief.client.set_cookie("staff", stolen.value)
    thief.read("/waves")
    assert browser.send("/sign-out", browser.read("/waves").fields).location == "/sign-in"
    assert browser.client.get_cookie("staff") is None
    assert thief.client.get("/").location == "/sign-in"
    assert events(place)[-1] == ("signed_out", SUPERVISOR)


def test_signing_in_again_ends_the_former_session_of_this_browser(place: Place) -> None:
    browser, thief = place.browser(Role.EVALUATOR), place.browser()
    former = browser.client.get_cookie("staff")
    assert former
    page = browser.read("/waves")
    thief.client.set_cookie("staff", former.value)
    fields = page.fields | {"name": SUPERVISOR, "passphrase": PASSPHRASE}
    assert browser.send("/sign-in", fields).status_code == 303
    assert thief.client.get("/").location == "/sign-in"


def test_a_session_is_over_after_twenty_idle_minutes(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    place.clock.seconds += 19 * 60
    browser.read("/waves")
    place.clock.seconds += 21 * 60
    assert browser.client.get("/").location == "/sign-in"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize(
    ("token", "headers"),
    [
        (None, {}),
        ("0" * 64, {}),
        ("own", {"Sec_Fetch_Site": "cross-site"}),
        ("own", {"Sec_Fetch_Site": "same-site"}),
        ("own", {"Sec_Fetch_Site": "none"}),
        ("own", {"Sec_Fetch_Site": "", "Origin": "https://elsewhere.test"}),
    ],
)
def test_a_form_from_elsewhere_is_refused(
    place: Place, path: str, token: str | None, headers: dict[str, str]
) -> None:
    browser = place.browser(Role.SUPERVISOR)
    fields = browser.read("/waves").fields | {"name": SUPERVISOR, "passphrase": PASSPHRASE}
    fields["form_token"] = fields["form_token"] if token == "own" else token or ""
    assert browser.send(path, fields, **headers).status_code == 403
    check_page(browser.last)
    assert browser.client.get("/waves").status_code == 200


def test_a_form_token_for_no_cookie_at_all_opens_nothing(place: Place) -> None:
    """Anybody can work that one out, and sign a browser in under another name from a page of their own."""
    fields = {"name": SUPERVISOR, "passphrase": PASSPHRASE, "form_token": form_token("")}
    answer = place.browser().client.post("/sign-in", data=fields, headers={"Origin": "null"})
    assert answer.status_code == 403


def test_a_refused_form_of_somebody_signed_in_stands_in_the_trail(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    browser.send("/sign-out", {})
    assert events(place)[-1] == ("refused", SUPERVISOR)


def test_a_stranger_cannot_fill_the_trail(place: Place) -> None:
    browser = place.browser()
    for path in ("/sign-out", "/sign-in"):
        assert browser.send(path, {}).status_code == 403
    assert not place.settings.trail.exists()


def test_a_browser_without_fetch_metadata_signs_in_too(place: Place) -> None:
    browser = place.browser()
    fields = browser.read("/sign-in").fields | {"name": SUPERVISOR, "passphrase": PASSPHRASE}
    assert browser.client.post("/sign-in", data=fields, headers={"Origin": "null"}).status_code == 303


@pytest.mark.parametrize("own", ["http://localhost", "https://localhost"])
def test_a_browser_that_names_our_own_pages_signs_in(place: Place, own: str) -> None:
    browser = place.browser()
    fields = browser.read("/sign-in").fields | {"name": SUPERVISOR, "passphrase": PASSPHRASE}
    assert browser.client.post("/sign-in", data=fields, headers={"Origin": own}).status_code == 303


@pytest.mark.parametrize(
    "origin",
    [
        "https://elsewhere.test",
        "http://[::1",
        "http://[::1]localhost",
        "http://localhost:99999999",
        "http://localhost.elsewhere.test",
        "http://localhost@elsewhere.test",
        "http://elsewhere.test/://localhost",
        "http://\u2100.test",
        "localhost",
        "://",
        "",
        "%00",
    ],
)
def test_an_origin_that_is_not_ours_is_refused_whatever_is_wrong_with_it(
    place: Place, origin: str, caplog: pytest.LogCaptureFixture
) -> None:
    browser = place.browser()
    fields = browser.read("/sign-in").fields | {"name": SUPERVISOR, "passphrase": PASSPHRASE}
    for path in ("/sign-in", "/sign-out"):
        answer = browser.client.post(path, data=fields, headers={"Origin": origin})
        assert answer.status_code == 403
        check_page(answer)
    assert caplog.records == []


def test_empty_boxes_are_asked_for(place: Place) -> None:
    browser = place.browser()
    answer = browser.send("/sign-in", browser.read("/sign-in").fields | {"name": "", "passphrase": ""})
    assert answer.status_code == 400
    assert "Please write your name." in check_page(answer).words


def test_without_a_trail_nobody_signs_in(place: Place) -> None:
    place.settings.trail.mkdir(parents=True)
    browser = place.browser()
    assert browser.sign_in(SUPERVISOR).status_code == 503
    check_page(browser.last)
    assert browser.client.get("/").location == "/sign-in"


def test_a_hash_that_somebody_changed_to_cost_a_terabyte_is_refused_at_once(place: Place) -> None:
    with place.store.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE accounts SET concealed = replace(concealed, 'm=64', 'm=1073741824')"
        )
    browser = place.browser()
    started = time.perf_counter()
    assert browser.sign_in(SUPERVISOR).status_code == 500
    assert time.perf_counter() - started < 5
    check_page(browser.last)
