"""A throw-away installation of the staff side, with a clock that a test can turn. Nothing in it is patched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin import tables
from admin.accounts import Accounts, Role
from admin.passphrases import Cost
from admin.settings import Settings, read_settings
from admin.wsgi import create_app
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze, save
from survey_app.site import Box, Site, Unit, Wave

from .page import Page, check_page

SMALL = Cost(memory=64, passes=1, lanes=1)
PASSPHRASE = "violet kettle drums on Tuesday"
TODAY = date(2031, 5, 20)
INSTRUMENT = Path(__file__).parents[2] / "instruments" / "youth_probation_services.json"
UNITS = ("north", "south", "harbor")


@dataclass
class Clock:
    """Seconds since 1970, at noon of TODAY until it is turned."""

    seconds: float = (TODAY - date(1970, 1, 1)) / timedelta(seconds=1) + 43_200

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Browser:
    """One browser of one member of staff: keeps its cookies, checks every page that it is shown."""

    client: FlaskClient
    last: TestResponse = field(init=False)

    def read(self, path: str, status: int = 200) -> Page:
        """Open a page."""
        self.last = self.client.get(path)
        assert self.last.status_code == status, (path, self.last.status)
        return check_page(self.last)

    def send(self, path: str, form: dict[str, str], **headers: str) -> TestResponse:
        """Send a form, with the headers that a browser would send from our own page unless told otherwise."""
        given = {"Sec-Fetch-Site": "same-origin"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        self.last = self.client.post(path, data=form, headers=given)
        return self.last

    def sign_in(self, name: str, passphrase: str = PASSPHRASE) -> TestResponse:
        """Fill in the sign-in page and send it."""
        page = self.read("/sign-in")
        return self.send("/sign-in", page.fields | {"name": name, "passphrase": passphrase})


class Place:
    """The installation: its folder, its plan of two closed waves and one open, and one account per role."""

    def __init__(self, folder: Path, tls: bool = False) -> None:
        self.clock = Clock()
        self.snapshot = freeze(load_instrument(INSTRUMENT), {})
        save(self.snapshot, folder / "snapshots")
        self.site = plan(self.snapshot)
        (folder / "site.json").write_bytes(msgspec.json.encode(self.site))
        environment = {"YOURVOICE_DATA": str(folder), "YOURVOICE_STAFF_TLS": str(int(tls))}
        self.settings: Settings = replace(read_settings(environment), cost=SMALL)
        self.store = tables.open_store(self.settings.accounts)
        self.accounts = Accounts(self.store, (self.site.jurisdiction,), SMALL, self.clock)
        for role in Role:
            self.accounts.add(f"the.{role.value}", role, PASSPHRASE)
        self.app: Flask = create_app(self.settings, self.clock)

    def browser(self, role: Role | None = None) -> Browser:
        """A new browser, signed in where a role is named."""
        browser = Browser(self.app.test_client())
        if role:
            assert browser.sign_in(f"the.{role.value}").status_code == 303
        return browser


def plan(snapshot: Snapshot) -> Site:
    """Three units, a wave that is over, one before it, and one that is open."""
    dates = {"spring": (-400, -370), "autumn": (-200, -170), "now": (-10, 20)}
    waves = tuple(
        Wave(
            id=wave,
            title=f"The {wave} wave",
            opens=TODAY + timedelta(days=first),
            closes=TODAY + timedelta(days=last),
            snapshot=snapshot.hash,
            boxes=tuple(Box(id=f"{wave}-{unit}", unit=unit) for unit in UNITS),
        )
        for wave, (first, last) in dates.items()
    )
    units = tuple(Unit(id=unit, title=f"{unit.title()} Unit") for unit in UNITS)
    return Site(jurisdiction="Mandarin County", default_box="now-north", units=units, waves=waves)
