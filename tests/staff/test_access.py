"""No page is open by accident: the URL map is walked, every role against every route."""

import json
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask

from admin.access import Rule, requires, rule_of
from admin.accounts import Account
from admin.sessions import Sessions
from survey_app.roles import Role, Sight, who_sees

from .page import check_headers, check_page
from .place import Place

WITH_A_TOKEN = {"/api/waves", "/api/waves/<wave>", "/api/waves/<wave>/units"}
OPEN = {"/sign-in", "/sign-in/second-factor", "/invite/<token>", "/static/<path:filename>"}
OPEN |= WITH_A_TOKEN | {"/api/openapi.json"}
OWN = {
    "/account",
    "/account/passphrase",
    "/account/recovery-codes",
    "/account/remove/<which>",
    "/account/second-factor",
    "/account/second-factor/app",
    "/account/second-factor/passkey",
}
CARRYING = {"/exports/<job>/cancel", "/exports/<job>/file"}
FORMS = {"/sign-out", "/account/sign-out-everywhere"} | CARRYING
SETTING_UP = {path for path in OWN if path.startswith("/account/second-factor")} | {"/sign-out"}
ON_THE_WAY = {"/account/recovery-codes"}
"""Leads elsewhere where there is no second factor."""
READERS = set(who_sees(Sight.NUMBERS))
SAID = {
    "": "",
    "/findings": "/findings",
    "/findings/<key>": "/findings/none",
    "/preview/<language>": "/preview/en",
    "/poster/<language>": "/poster/en",
}
ROLES = {
    "/": set(Role),
    "/waves": READERS,
    **{rule: set(Role) for rule in sorted(OWN | FORMS)},
    **{rule: set(who_sees(Sight.ROWS)) for rule in CARRYING | {"/waves/<wave>/export", "/exports/<job>"}},
    "/operations": {Role.OPERATOR},
    "/audit": {Role.SUPERVISOR, Role.OPERATOR},
    "/ledger": READERS,
    "/waves/<wave>": READERS,
    "/waves/<wave>/topics/<scale>": READERS,
    "/waves/<wave>/activities": READERS,
    "/waves/<wave>/activities/<scale>": READERS,
    "/waves/<wave>/units": READERS,
    "/waves/<wave>/quality": READERS,
    "/waves/<wave>/report": READERS,
    "/trends": READERS,
    **{f"/waves/<wave>/said{rest}": {Role.SUPERVISOR} for rest in SAID},
    "/waves/<wave>/words": set(who_sees(Sight.REDACTED)),
    "/waves/<wave>/words/<shown>": set(who_sees(Sight.WORDS)),
    "/waves/<wave>/redaction": set(who_sees(Sight.WORDS)),
    "/waves/<wave>/redaction/<comment>": set(who_sees(Sight.WORDS)),
    "/waves/<wave>/comments": set(who_sees(Sight.WORDS)),
    "/waves/<wave>/comments/<comment>": set(who_sees(Sight.WORDS)),
    "/concerns": set(who_sees(Sight.WORDS)),
    "/concerns/<concern>": set(who_sees(Sight.WORDS)),
}
ADDRESSES = {
    "/waves/<wave>/export": "/waves/spring/export",
    "/exports/<job>": "/exports/00",
    "/waves/<wave>": "/waves/spring",
    "/waves/<wave>/topics/<scale>": "/waves/spring/topics/srv",
    "/waves/<wave>/activities": "/waves/spring/activities",
    "/waves/<wave>/activities/<scale>": "/waves/spring/activities/empowerment",
    "/waves/<wave>/units": "/waves/spring/units",
    "/waves/<wave>/quality": "/waves/spring/quality",
    "/waves/<wave>/report": "/waves/spring/report",
    **{f"/waves/<wave>/said{rest}": f"/waves/spring/said{path}" for rest, path in SAID.items()},
    "/waves/<wave>/words": "/waves/spring/words",
    "/waves/<wave>/words/<shown>": "/waves/spring/words/00",
    "/waves/<wave>/redaction": "/waves/spring/redaction",
    "/waves/<wave>/redaction/<comment>": "/waves/spring/redaction/00",
    "/waves/<wave>/comments": "/waves/spring/comments",
    "/waves/<wave>/comments/<comment>": "/waves/spring/comments/00",
    "/concerns/<concern>": "/concerns/00",
}
OF_ONE = {
    "/exports/<job>",
    *(f"/waves/<wave>/said{rest}" for rest in SAID if "/<" in rest),
    "/waves/<wave>/words/<shown>",
    "/waves/<wave>/redaction/<comment>",
    "/waves/<wave>/comments/<comment>",
    "/concerns/<concern>",
    "/account/remove/<which>",
}
"""Pages of something that the address names; here it names none."""


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """Every route, its endpoint, and what its view asks of whoever comes."""
    for rule in app.url_map.iter_rules():
        yield rule.rule, rule.endpoint, rule_of(app.view_functions[rule.endpoint])


def test_every_route_names_its_roles_or_is_one_of_the_few_open_ones(place: Place) -> None:
    for path, endpoint, rule in routes(place.app):
        if path in OPEN:
            assert rule.roles is None, path
        elif not endpoint.startswith("desk."):
            assert rule.roles == ROLES[path], path


def test_the_desk_is_open_to_supervisors_with_a_second_factor_and_to_nobody_else(place: Place) -> None:
    desk = {path: rule for path, endpoint, rule in routes(place.app) if endpoint.startswith("desk.")}
    assert desk
    assert set(desk.values()) == {Rule(frozenset({Role.SUPERVISOR}), strong=True)}, desk


def test_before_a_second_factor_is_set_up_only_the_pages_for_that_are_open(place: Place) -> None:
    assert {path for path, _, rule in routes(place.app) if rule.setup} == SETTING_UP


@pytest.mark.parametrize("rule", sorted(set(ROLES) - FORMS - ON_THE_WAY))
@pytest.mark.parametrize("role", Role)
def test_a_page_is_shown_to_its_roles_and_refused_to_the_others(place: Place, role: Role, rule: str) -> None:
    browser = place.browser(role)
    path = ADDRESSES.get(rule, rule)
    if rule == "/":
        start = "/operations" if role is Role.OPERATOR else "/waves"
        assert browser.client.get(path).location == start
    elif role in ROLES[rule]:
        browser.read(path, 404 if rule in OF_ONE else 200)
    else:
        assert "not open to you" in browser.read(path, 403).words
        line = json.loads(place.settings.trail.read_text().splitlines()[-1])
        assert (line["event"], line["actor"], line["about"]["reason"]) == (
            "refused",
            f"the.{role.value}",
            "role",
        )


@pytest.mark.parametrize("rule", sorted(ROLES))
def test_no_page_is_open_without_sign_in(place: Place, rule: str) -> None:
    client = place.browser().client
    answer = client.get(ADDRESSES.get(rule, rule))
    assert (answer.status_code, answer.text.count("young people")) in ((303, 0), (405, 0))


def test_the_navigation_offers_only_what_the_role_may_see(place: Place) -> None:
    offered = {
        role: {link for link in place.browser(role).read(start).links if link[:1] == "/"}
        for role, start in ((Role.OPERATOR, "/operations"), (Role.SUPERVISOR, "/ledger"))
    }
    everybody = {"/account"}
    assert offered == {
        Role.OPERATOR: {"/operations", "/audit"} | everybody,
        Role.SUPERVISOR: {"/waves", "/trends", "/ledger", "/desk", "/audit"} | everybody,
    }


def test_a_view_that_names_no_role_is_refused_to_everybody(place: Place) -> None:
    app = place.app
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for role in Role:
        assert place.browser(role).read("/forgotten", 403)


def test_another_roles_form_is_refused_and_recorded(place: Place) -> None:
    def spend() -> str:
        return "done"

    place.app.add_url_rule("/spend", "spend", requires(Role.SUPERVISOR)(spend), methods=["POST"])
    evaluator, supervisor = place.browser(Role.EVALUATOR), place.browser(Role.SUPERVISOR)
    assert evaluator.send("/spend", evaluator.read("/waves").fields).status_code == 403
    assert '"method": "POST"' in place.settings.trail.read_text().splitlines()[-1]
    assert supervisor.send("/spend", supervisor.read("/waves").fields).text == "done"
    assert supervisor.send("/spend", {}).status_code == 403


def test_what_takes_a_second_factor_is_not_open_without_one(place: Place) -> None:
    view = requires(Role.SUPERVISOR, strong=True)(lambda: "reached")
    place.app.add_url_rule("/strong", "strong", view, methods=["GET", "POST"])
    browser = place.browser(Role.SUPERVISOR)
    answer = browser.client.get("/strong")
    assert (answer.status_code, answer.location) == (303, "/account/second-factor?next=%2Fstrong")
    assert browser.send("/strong", browser.read("/waves").fields).status_code == 403
    line = json.loads(place.settings.trail.read_text().splitlines()[-1])
    assert line["about"]["reason"] == "second factor"
    owner = Account("the.supervisor", Role.SUPERVISOR, True)
    strong = Sessions(place.store, place.clock).start(owner, "0-0", strong=True)
    browser.client.set_cookie("staff", strong)
    assert browser.client.get("/strong").text == "reached"


def test_a_refusal_that_cannot_be_recorded_is_no_answer_at_all(place: Place) -> None:
    browser = place.browser(Role.OPERATOR)
    place.settings.trail.unlink()
    place.settings.trail.mkdir()
    assert browser.read("/ledger", 503)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/waves//spring", 404),
        ("GET", "/%2e%2e/site.json", 404),
        ("GET", "/static/../wsgi.py", 404),
        ("GET", "/static/%2e%2e/wsgi.py", 404),
        ("GET", "/waves/spring/topics/none", 404),
        ("GET", "/waves/none", 404),
        ("GET", "/waves/none/units", 404),
        ("PUT", "/", 405),
        ("TRACE", "/", 405),
        ("PATCH", "/sign-in", 405),
    ],
)
def test_an_odd_request_gets_a_constant_kind_page(place: Place, method: str, path: str, status: int) -> None:
    client = place.browser(Role.SUPERVISOR).client
    answer = client.open(path, method=method)
    assert answer.status_code == status
    check_page(answer)
    assert client.open("/nowhere-else").text == client.open("/nowhere").text


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "localhost@evil.test"])
def test_a_foreign_host_name_is_refused(place: Place, host: str) -> None:
    answer = place.browser().client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    check_page(answer)
    assert "evil" not in answer.text


def test_forwarded_names_are_not_believed(place: Place) -> None:
    answer = place.browser().client.get(
        "/", headers={"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"}
    )
    assert answer.location == "/sign-in"


def test_a_form_too_large_is_refused(place: Place) -> None:
    answer = place.browser().send("/sign-in", {"name": "x" * 40_000})
    assert answer.status_code == 413
    check_page(answer)


def test_a_file_in_a_form_is_left_alone(place: Place) -> None:
    client = place.browser().client
    before = sorted(place.settings.data.rglob("*"))
    answer = client.post("/sign-in", data={"name": (BytesIO(b"NEEDLE"), "../../x")})
    assert answer.status_code == 403
    assert sorted(place.settings.data.rglob("*")) == before


def test_a_failure_says_its_kind_to_the_log_and_nothing_to_the_page(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise KeyError("NEEDLE")

    place.app.add_url_rule("/fail", "fail", requires(*Role)(fail))
    browser = place.browser(Role.SUPERVISOR)
    assert "not your fault" in browser.read("/fail", 500).words
    assert "NEEDLE" not in browser.last.text + caplog.text
    assert "KeyError at fail" in caplog.text


def test_the_stylesheet_is_open_and_carries_the_headers(place: Place) -> None:
    answer = place.browser().client.get("/static/staff.css")
    assert answer.status_code == 200
    check_headers(answer)
    answer.close()


def test_the_web_process_never_loads_what_opens_boxes() -> None:
    """The desk opens letters there, in a supervisor's session; no ballot."""
    script = "import sys, admin.wsgi, admin.serve_cli; sys.exit('admin.release' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
