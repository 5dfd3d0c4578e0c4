"""A member of staff's phone: reads the secret from the page and shows codes. It knows no table of ours."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from .place import PASSPHRASE, Browser, Clock, Place

APP = "/account/second-factor/app"
STEP = "/sign-in/second-factor"


@dataclass
class Phone:
    """An authenticator app with one account; `off`: by how many seconds its clock is wrong."""

    secret: bytes
    clock: Clock
    off: float = 0.0

    def code(self) -> str:
        """What the app shows now."""
        totp = TOTP(self.secret, 6, SHA1(), 30)  # noqa: S303
        return totp.generate(int(self.clock() + self.off)).decode()


def scan(place: Place, browser: Browser, path: str = APP) -> Phone:
    """Open the page that sets an app up, and type its letters into a phone."""
    browser.read(path)
    letters = re.search(r'class="key"><code>([A-Z2-7 ]+)</code>', browser.last.text)
    assert letters
    return Phone(base64.b32decode(letters[1].replace(" ", "")), place.clock)


def set_up(place: Place, browser: Browser) -> tuple[Phone, list[str]]:
    """Set an app up for whoever is signed in there; the phone and the recovery codes."""
    phone = scan(place, browser)
    fields = browser.read(APP).fields | {"code": phone.code(), "passphrase": PASSPHRASE}
    assert browser.send(APP, fields).status_code == 200, browser.last.text
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code>", browser.last.text)
    place.clock.seconds += 60  # that code is used up
    return phone, codes


def answer(browser: Browser, with_: str, **fields: str) -> int:
    """Fill in one of the forms of the second step; the status."""
    page = browser.read(STEP)
    sent = {"form_token": page.fields["form_token"], "with": with_, **fields}
    return browser.send(STEP, sent).status_code
