"""A passkey is the comfortable second factor: made, shown and removed in a real browser, on https.

Chromium's virtual authenticator stands in for the fingerprint sensor; all else is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from staff.place import PASSPHRASE, SMALL

from admin import tables
from admin.accounts import Accounts
from survey_app.roles import Role

from .accessibility import violations
from .browsers import BARE_CHROMIUM, CHROMIUM, windows
from .certificate import Certificate
from .chromium import ChromiumWindow
from .office import furnish_for_today
from .served import staff_server
from .test_layout import WIDTH
from .window import Window

NAMES = ("maria.lopez", "sam.cole", "kit.wong", "ana.ruiz", "jo.park")
OWN = (
    "",
    "/passphrase",
    "/recovery-codes",
    "/second-factor",
    "/second-factor/app",
    "/second-factor/passkey",
)
"""Pages of one's own account."""


@pytest.fixture(scope="module")
def house(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a staff server of its own, with accounts that must set up a second factor."""
    data: Path = tmp_path_factory.mktemp("house")
    furnish_for_today(data)
    accounts = Accounts(tables.open_store(data / "staff" / "accounts.db"), cost=SMALL)
    for name in NAMES:
        accounts.add(name, Role.EVALUATOR, PASSPHRASE, must=True)
    with staff_server(data, certificate.pem) as address:
        yield address


class Sensor:
    """A virtual authenticator in a window; its owner always lays their finger on it."""

    def __init__(self, window: Window) -> None:
        assert isinstance(window, ChromiumWindow)
        self._cdp = window.cdp
        self._cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self._cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def credentials(self) -> list[dict[str, Any]]:
        """The passkeys in it."""
        found = self._cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def wind_back(self) -> None:
        """Let its passkey count from the beginning again, as a copy of it would."""
        for credential in self.credentials():
            known = {"authenticatorId": self.id, "credentialId": credential["credentialId"]}
            self._cdp.send("WebAuthn.removeCredential", known)
            copied = {**credential, "signCount": 0}
            self._cdp.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": copied})

    def forget(self) -> None:
        """Lose every passkey."""
        self._cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})


def type_in(window: Window, house: str, name: str) -> None:
    """Sign in with name and passphrase, as far as that goes."""
    window.forget_cookies()
    window.open(f"{house}/sign-in")
    for field, words in (("name", name), ("passphrase", PASSPHRASE)):
        window.tap(f"[name={field}]")
        window.type(words)
    window.tap("main button")
    window.wait("document.readyState === 'complete' && location.pathname !== '/sign-in'")


def make(window: Window, house: str, label: str) -> None:
    """Go the whole way of making a passkey, from the page that offers it."""
    window.tap("main a[href*='/passkey']")
    window.arrive("/account/second-factor/passkey")
    window.tap("[name=label]")
    window.type(label)
    window.tap("[data-passkey] button")
    window.wait("(document.querySelector('h1') || {}).innerText === 'Your recovery codes'")


@windows(CHROMIUM)
def test_a_passkey_is_made_at_the_first_sign_in_and_opens_the_next(window: Window, house: str) -> None:
    sensor = Sensor(window)
    type_in(window, house, NAMES[0])
    window.arrive("/account/second-factor")
    make(window, house, "my phone")
    assert len(sensor.credentials()) == 1
    assert sensor.credentials()[0]["rpId"] == "staff.test"
    assert window.count(".codes li") == 10
    window.tap("main .button")
    window.arrive("/waves")
    type_in(window, house, NAMES[0])
    window.arrive("/sign-in/second-factor")
    assert violations(window) == []
    window.tap("[data-passkey] button")
    window.arrive("/waves")
    window.open(f"{house}/account")
    assert "Passkey: my phone" in window.words("main")
    assert isinstance(window, ChromiumWindow)
    for look in ("light", "dark"):
        window.page.emulate_media(reduced_motion="reduce", color_scheme=look)  # type: ignore[arg-type]
        for path in OWN:
            window.open(f"{house}/account{path}")
            assert violations(window) == [], (look, path)
            assert window.ask(WIDTH) <= window.ask("innerWidth"), path


@windows(CHROMIUM)
def test_who_stops_or_has_the_wrong_passkey_is_told_kindly_and_stays_outside(
    window: Window, house: str
) -> None:
    sensor = Sensor(window)
    type_in(window, house, NAMES[1])
    make(window, house, "")
    type_in(window, house, NAMES[1])
    sensor.forget()
    window.tap("[data-passkey] button")
    window.wait("!document.querySelector('[data-failed]').hidden")
    assert "Try once more, or use a code" in window.words("[data-failed]")
    window.open(f"{house}/waves")
    window.arrive("/sign-in/second-factor")


@windows(CHROMIUM)
def test_a_copied_passkey_is_noticed_by_its_counter(window: Window, house: str) -> None:
    sensor = Sensor(window)
    type_in(window, house, NAMES[2])
    make(window, house, "key")
    type_in(window, house, NAMES[2])
    window.tap("[data-passkey] button")
    window.arrive("/waves")
    sensor.wind_back()
    type_in(window, house, NAMES[2])
    window.tap("[data-passkey] button")
    window.wait("document.querySelector('.problem')?.innerText.includes('does not belong')")


@windows(CHROMIUM)
def test_a_browser_that_reads_no_json_of_passkeys_makes_and_shows_them_too(
    window: Window, house: str
) -> None:
    assert isinstance(window, ChromiumWindow)
    window.page.add_init_script(
        "delete PublicKeyCredential.parseCreationOptionsFromJSON;"
        "delete PublicKeyCredential.parseRequestOptionsFromJSON;"
    )
    Sensor(window)
    type_in(window, house, NAMES[3])
    make(window, house, "old phone")
    type_in(window, house, NAMES[3])
    assert window.ask("typeof PublicKeyCredential.parseRequestOptionsFromJSON") == "undefined"
    window.tap("[data-passkey] button")
    window.arrive("/waves")


@windows(BARE_CHROMIUM)
def test_without_script_an_app_is_offered_instead(window: Window, house: str) -> None:
    type_in(window, house, NAMES[4])
    window.open(f"{house}/account/second-factor/passkey")
    assert "runs no scripts" in window.words("main")
    assert not window.ask("document.querySelector('[data-passkey]').checkVisibility()")
    window.open(f"{house}/account/second-factor/app")
    assert window.ask("document.querySelector('.qr svg').getBoundingClientRect().width") > 150


@windows(CHROMIUM)
def test_only_pages_that_ask_for_a_passkey_may_use_one(window: Window, house: str) -> None:
    Sensor(window)
    type_in(window, house, NAMES[4])
    allowed = "document.featurePolicy.allowsFeature('publickey-credentials-create')"
    assert not window.ask(allowed)
    window.open(f"{house}/account/second-factor/passkey")
    assert window.ask(allowed)
