"""A whole staff side with a desk: accounts, keys, letters from young people, browsers that are signed in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random

from werkzeug.test import TestResponse

from admin.accounts import Account, Accounts
from admin.audit import Audit
from admin.desk.days import moment
from admin.keys import KeyRing
from admin.sessions import Sessions, Stage
from survey_app.ballot import Letter, pack_letter
from survey_app.boxes import ID_SIZE
from survey_app.roles import Role
from survey_app.sealing import seal
from tests.sealing.builders import CHEAP
from tests.staff.place import PASSPHRASE, SMALL, TODAY, Browser, Place

from .builders import lay_down

KEY_PASSPHRASE = "gravel lantern orbit sunday"
ME, DEPUTY, WRONG_NAME = "ana.ruiz", "kit.wong", "lee.park"
"""Two supervisors with a key for notes, and one without."""

FIELDS: Mapping[str, str | tuple[str, ...]] = {
    "contact_name": "Jordan NEEDLE",
    "contact_phone": "(213) 555-0142",
    "contact_email": "jordan@example.com",
    "contact_ways": ("text", "call"),
    "contact_topic": ("talk",),
    "contact_note": "I want to talk NEEDLE",
}
YEAR = timedelta(days=400)


class Bench(Place):
    """An installation with a desk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.dice = Random(11)
        self.ring = KeyRing(self.settings.keys)

    @property
    def today(self) -> date:
        """The day on the desk's own clock."""
        return moment(self.clock()).date()

    def ask(self, fields: Mapping[str, str | tuple[str, ...]] = FIELDS, **changes: object) -> str:
        """A young person asks to be contacted; returns the request's id in addresses."""
        letter = {
            "language": "en",
            "box": "now-north",
            "snapshot": self.snapshot.hash,
            "fields": dict(fields),
        }
        return self.seal(pack_letter(Letter(**{**letter, **changes})))  # type: ignore[arg-type]

    def seal(self, packed: bytes) -> str:
        """Whatever stands in a letter."""
        key = self.ring.bundle().key_for("contact", self.today)
        assert key is not None
        letter_id = self.dice.randbytes(ID_SIZE)
        lay_down(self.settings.letters, letter_id, seal(packed, key))
        return letter_id.hex()

    def signed_in(self, name: str = ME, strong: bool = True) -> Browser:
        """A browser of somebody who is signed in, with a second factor or without."""
        browser = Browser(self.app.test_client())
        browser.client.set_cookie("staff", self.token(name, strong))
        return browser

    def token(self, name: str = ME, strong: bool = True, stage: Stage = Stage.FULL) -> str:
        """The session cookie of somebody who has signed in."""
        role = Role(name.removeprefix("the.")) if name.startswith("the.") else Role.SUPERVISOR
        account = Account(name, role, active=True)
        head = str(Audit(self.settings.trail).head())
        return Sessions(self.store, self.clock).start(account, head, strong=strong, stage=stage)

    def at_work(self, name: str = ME) -> Browser:
        """The same, with an unlocked desk."""
        browser = self.signed_in(name)
        assert unlock(browser).status_code == 303
        return browser

    def trail(self) -> list[dict[str, object]]:
        """The audit trail's lines."""
        path = self.settings.trail
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def events(self) -> list[str]:
        """What stands in it, in order."""
        return [str(line["event"]) for line in self.trail()]


def unlock(browser: Browser, typed: str = KEY_PASSPHRASE) -> TestResponse:
    """Type the passphrase of the key into the queue's page."""
    page = browser.read("/desk")
    return browser.send("/desk/unlock", page.fields | {"passphrase": typed})


def open_contact(browser: Browser, request_id: str, because: str = "first", **more: str) -> TestResponse:
    """Give a reason and open a request."""
    page = browser.read(f"/desk/{request_id}")
    return browser.send(f"/desk/{request_id}/open", page.fields | {"because": because} | more)


def act(browser: Browser, request_id: str, what: str, **fields: str) -> TestResponse:
    """Fill in one of the request's forms and send it."""
    page = browser.read(f"/desk/{request_id}")
    return browser.send(f"/desk/{request_id}/{what}", page.fields | fields)


def furnish_desk(folder: Path, today: date = TODAY, more: Iterable[str] = ()) -> None:
    """Add to a furnished folder: supervisors and their keys, valid for a year around today."""
    bench = Place(folder)
    accounts = Accounts(bench.store, cost=SMALL)
    for name in (ME, DEPUTY, WRONG_NAME, *more):
        accounts.add(name, Role.SUPERVISOR, PASSPHRASE)
    ring = KeyRing(bench.settings.keys)
    for name in (ME, DEPUTY, *more):
        ring.add_holder(name, KEY_PASSPHRASE, CHEAP, ("contact",))
    ring.add_holder("sam.cole", KEY_PASSPHRASE, CHEAP, ("answers",))
    ring.make_recovery()
    ring.new_epoch("answers", "all", today - YEAR, today + YEAR)
    ring.new_epoch("contact", "all", today - YEAR, today + YEAR)
