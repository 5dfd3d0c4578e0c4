"""Whatever a browser answers for a passkey, only the right answer to an open question counts, and once."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.factors.passkeys import MOST, Address, PasskeyError, Passkeys
from admin.factors.questions import Questions
from admin.factors.second import Factor
from admin.views.factor import WRONG
from survey_app.roles import Role

from .page import check_page
from .phone import STEP
from .place import PASSPHRASE, Browser, Place
from .sensor import HAS_KEY, Sensor, asked

NAME = "the.supervisor"
MAKE = "/account/second-factor/passkey"
HERE = Address("localhost", "http://localhost")
SESSION = b"s" * 32
OTHER = "https://" + "localhost"


def make(browser: Browser, sensor: Sensor, label: str = "phone", **spoiled: Any) -> int:
    """Make a passkey with the page; the status."""
    fields = browser.read(MAKE).fields
    answer = sensor.make(asked(browser.last.text), **spoiled)
    return browser.send(
        MAKE, fields | {"label": label, "credential": answer, "passphrase": PASSPHRASE}
    ).status_code


def halfway(place: Place) -> Browser:
    """A browser that stands before the second step."""
    browser = place.browser()
    assert browser.sign_in(NAME).location == STEP
    return browser


def show(browser: Browser, answer: str) -> int:
    """Send a passkey's answer; the status."""
    token = browser.client.get(STEP).text.split('name="form_token" value="')[1][:64]
    return browser.send(STEP, {"form_token": token, "with": "passkey", "credential": answer}).status_code


def sign(browser: Browser, sensor: Sensor, **spoiled: Any) -> int:
    """Answer the page's own question; the status."""
    page = browser.read(STEP)
    answer = sensor.show(asked(browser.last.text), **spoiled)
    sent = {"form_token": page.fields["form_token"], "with": "passkey", "credential": answer}
    return browser.send(STEP, sent).status_code


@pytest.fixture
def sensor(place: Place) -> Sensor:
    """The supervisor's passkey."""
    sensor = Sensor()
    assert make(place.browser(Role.SUPERVISOR), sensor) == 200
    return sensor


def test_a_right_answer_opens(place: Place, sensor: Sensor) -> None:
    browser = halfway(place)
    assert sign(browser, sensor) == 303
    assert browser.last.location == "/"
    assert '"factor": "passkey"' in place.settings.trail.read_text().splitlines()[-1]


@pytest.mark.parametrize(
    "spoiled",
    [
        {"origin": "http://localhost:8080"},
        {"origin": OTHER},
        {"origin": "http://localhost.evil.test"},
        {"origin": "http://evil.test"},
        {"type": "webauthn.create"},
        {"challenge": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
        {"challenge": ""},
        {"crossOrigin": True},
        {"flags": 0},
    ],
)
def test_an_answer_that_is_wrong_in_one_thing_opens_nothing(
    place: Place, sensor: Sensor, spoiled: dict[str, Any]
) -> None:
    browser = halfway(place)
    assert sign(browser, sensor, **spoiled) == 403
    assert WRONG[Factor.PASSKEY] in check_page(browser.last).words
    assert browser.client.get("/waves").location == STEP
    assert sign(browser, sensor) == 303


def test_a_passkey_for_another_host_opens_nothing(place: Place, sensor: Sensor) -> None:
    sensor.host = "evil.test"
    assert sign(halfway(place), sensor) == 403


def test_another_key_under_the_same_id_opens_nothing(place: Place, sensor: Sensor) -> None:
    assert sign(halfway(place), Sensor(id=sensor.id)) == 403
    assert sign(halfway(place), Sensor(key=sensor.key)) == 403


def test_a_colleagues_passkey_opens_nothing(place: Place, sensor: Sensor) -> None:
    theirs = Sensor()
    assert make(place.browser(Role.EVALUATOR), theirs) == 200
    assert sign(halfway(place), theirs) == 403


def test_an_answer_counts_once(place: Place, sensor: Sensor) -> None:
    browser, thief = halfway(place), halfway(place)
    browser.read(STEP)
    options = asked(browser.last.text)
    answer = sensor.show(options)
    assert show(thief, answer) == 403
    browser.read(STEP)
    answer = sensor.show(asked(browser.last.text))
    sent = {"with": "passkey", "credential": answer, "form_token": browser.read(STEP).fields["form_token"]}
    assert browser.send(STEP, sent).status_code == 403  # the page was read again: another question is open


def test_a_question_is_used_up_by_a_wrong_answer(place: Place, sensor: Sensor) -> None:
    questions = Questions(place.store, place.clock)
    passkeys = Passkeys(place.store, questions, "Mandarin County")
    answer = sensor.show(json.loads(passkeys.ask(SESSION, NAME, HERE)))
    assert not passkeys.accept(SESSION, NAME, HERE, "{}")
    assert not passkeys.accept(SESSION, NAME, HERE, answer)
    answer = sensor.show(json.loads(passkeys.ask(SESSION, NAME, HERE)))
    assert passkeys.accept(SESSION, NAME, HERE, answer)
    assert not passkeys.accept(SESSION, NAME, HERE, answer)
    late = sensor.show(json.loads(passkeys.ask(SESSION, NAME, HERE)))
    place.clock.seconds += 601
    assert not passkeys.accept(SESSION, NAME, HERE, late)


def test_a_counter_that_stands_still_is_a_copys(place: Place) -> None:
    sensor = Sensor(counter=7)
    make(place.browser(Role.SUPERVISOR), sensor)
    assert sign(halfway(place), sensor) == 403
    sensor.counter = 8
    assert sign(halfway(place), sensor) == 303
    sensor.counter = 0
    assert sign(halfway(place), sensor) == 403


@pytest.mark.parametrize(
    "spoiled", [{"origin": "http://evil.test"}, {"type": "webauthn.get"}, {"challenge": "AAAA"}]
)
def test_a_passkey_made_for_something_else_is_not_kept(place: Place, spoiled: dict[str, Any]) -> None:
    browser = place.browser(Role.SUPERVISOR)
    assert make(browser, Sensor(), **spoiled) == 403
    assert "did not work" in check_page(browser.last).words
    assert "second_factor_added" not in place.settings.trail.read_text()
    assert place.browser().sign_in(NAME).location == "/"


def test_a_passkey_is_kept_once_under_its_name(place: Place) -> None:
    browser, sensor = place.browser(Role.SUPERVISOR), Sensor()
    assert make(browser, sensor, "  <b>my\u202e phone</b>  " + "x" * 10) == 200
    assert make(browser, sensor, "again") == 403
    assert make(browser, Sensor(), "x" * 41) == 400
    assert make(browser, Sensor(), "") == 303
    words = browser.read("/account").words
    assert "<b>my" in words
    assert "Passkey: Passkey" in words


def test_passkeys_are_removed_one_by_one(place: Place) -> None:
    browser, one, two = place.browser(Role.SUPERVISOR), Sensor(), Sensor()
    make(browser, one, "one")
    make(browser, two, "two")
    path = next(link for link in browser.read("/account").links if "/remove/" in link)
    assert "one" in browser.read(path).words
    browser.send(path, browser.read(path).fields | {"passphrase": PASSPHRASE})
    assert sign(halfway(place), one) == 403
    assert sign(halfway(place), two) == 303
    colleague = place.browser(Role.EVALUATOR)
    other = next(link for link in browser.read("/account").links if "/remove/" in link)
    colleague.read(other, 404)


def test_nobody_fills_the_store_with_passkeys(place: Place) -> None:
    browser = place.browser(Role.SUPERVISOR)
    statuses = [make(browser, Sensor()) for _ in range(MOST + 1)]
    assert statuses == [200] + [303] * (MOST - 1) + [403]


@pytest.mark.parametrize(
    ("host", "tls", "offers"),
    [
        ("staff.example.org", True, True),
        ("staff.example.org:8443", True, True),
        ("staff.example.org", False, False),
        ("localhost:8001", False, True),
        ("127.0.0.1:8001", False, False),
        ("127.0.0.1", True, False),
        ("[::1]:8001", False, False),
        ("[::1]", True, False),
    ],
)
def test_passkeys_are_offered_where_browsers_make_them(host: str, tls: bool, offers: bool) -> None:
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    assert Address(name, f"{'https' if tls else 'http'}://{host}").offers == offers


def test_at_a_bare_number_an_app_is_offered_instead(place: Place) -> None:
    place.app.config["TRUSTED_HOSTS"] = ["127.0.0.1"]
    browser = place.browser()
    client = browser.client
    base = {"base_url": "http://127.0.0.1:8001"}
    fields = check_page(client.get("/sign-in", **base)).fields | {"name": NAME, "passphrase": PASSPHRASE}
    client.post("/sign-in", data=fields, headers={"Sec-Fetch-Site": "same-origin"}, **base)
    for path in ("/account/second-factor", MAKE):
        page = check_page(client.get(path, **base))
        assert "127.0.0.1" in page.words
        assert not page.all("script")
        assert not [link for link in page.links if link.startswith(MAKE)]


def test_only_the_pages_that_ask_may_use_passkeys(place: Place, sensor: Sensor) -> None:
    browser = halfway(place)
    for path, allowed in ((STEP, "(self)"), ("/sign-in", "()")):
        browser.read(path)
        assert f"publickey-credentials-get={allowed}" in browser.last.headers["Permissions-Policy"]
        assert f"publickey-credentials-create={allowed}" in browser.last.headers["Permissions-Policy"]


HOSTILE = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 5_000,
    '{"a":' * 1_500,
    '{"id":"AA","rawId":"AA","type":"public-key","response":{}}',
    '{"id":"AA","rawId":"AA","response":{"clientDataJSON":"AA","attestationObject":"AA"}}',
    '{"rawId":"AA","response":{"clientDataJSON":"e30","attestationObject":"oA","authenticatorData":"AA"}}',
    '{"rawId":5,"response":{"clientDataJSON":5}}',
    "\ud800",
    "\x00",
]


@pytest.mark.parametrize("sent", HOSTILE, ids=lambda sent: ascii(sent[:12]))
def test_what_is_no_answer_is_refused_kindly(place: Place, sensor: Sensor, sent: str) -> None:
    sent = sent.encode("utf-8", "replace").decode()
    assert show(halfway(place), sent) == 403
    browser = place.browser(Role.EVALUATOR)
    fields = browser.read(MAKE).fields | {"label": "", "credential": sent, "passphrase": PASSPHRASE}
    assert browser.send(MAKE, fields).status_code in (400, 403)
    check_page(browser.last)


def test_no_spoiled_byte_brings_the_page_down(place: Place, sensor: Sensor) -> None:
    passkeys = Passkeys(place.store, Questions(place.store, place.clock), "Mandarin County")

    @given(st.data())
    def spoil(data: st.DataObject) -> None:
        asked_for = json.loads(passkeys.offer(SESSION, NAME, HERE))
        made = json.loads(Sensor().make(asked_for))
        part = data.draw(st.sampled_from(sorted(made["response"])))
        text = made["response"][part]
        at = data.draw(st.integers(0, len(text) - 1))
        letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_=!"))
        made["response"][part] = text[:at] + letter + text[at + 1 :]
        try:
            passkeys.keep(NAME, HERE, "spoiled", passkeys.judge(SESSION, NAME, HERE, json.dumps(made)))
        except PasskeyError:
            return
        kept = next(one for one in passkeys.of(NAME) if one.label == "spoiled")
        assert passkeys.ask(SESSION, NAME, HERE)
        passkeys.remove(NAME, kept.id)

    spoil()


def test_an_answer_without_its_key_is_none(place: Place, sensor: Sensor) -> None:
    assert sign(halfway(place), sensor, flags=HAS_KEY | 1) == 403
