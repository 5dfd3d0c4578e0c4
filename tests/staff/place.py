"""A throw-away installation of the staff side, with a clock to turn. Nothing in it is patched."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin import tables
from admin.accounts import Accounts
from admin.passphrases import Cost
from admin.released import Released
from admin.settings import Settings, read_settings
from admin.wsgi import create_app
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.snapshot import Snapshot, freeze, load_snapshot, save
from survey_app.roles import Role
from survey_app.site import Box, Site, Unit, Wave, load_site

from .crowd import Crowd
from .page import Page, check_page

SMALL = Cost(memory=64, passes=1, lanes=1)
PASSPHRASE = "violet kettle drums on Tuesday"
TODAY = date(2031, 5, 20)
INSTRUMENT = Path(__file__).parents[2] / "instruments" / "youth_probation_services.json"
UNITS = ("north", "south", "harbor")
RELEASED = {
    ("spring", "north"): 141,
    ("spring", "south"): 64,
    ("spring", "harbor"): 38,
    ("autumn", "north"): 60,
    ("autumn", "south"): 11,
    ("now", "north"): 25,
}


@dataclass
class Clock:
    """Seconds since 1970, at noon of TODAY until it is turned."""

    seconds: float = (TODAY - date(1970, 1, 1)) / timedelta(seconds=1) + 43_200

    def __call__(self) -> float:
        return self.seconds

    @property
    def today(self) -> date:
        """The day it shows."""
        return date(1970, 1, 1) + timedelta(seconds=self.seconds)


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
        """Send a form, with the headers that a browser sends from our own page unless told otherwise."""
        given = {"Sec-Fetch-Site": "same-origin"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        given = {name: value for name, value in given.items() if value}
        self.last = self.client.post(path, data=form, headers=given)
        return self.last

    def sign_in(self, name: str, typed: str = PASSPHRASE) -> TestResponse:
        """Fill in the sign-in page and send it."""
        page = self.read("/sign-in")
        return self.send("/sign-in", page.fields | {"name": name, "passphrase": typed})


class Place:
    """The installation in a furnished folder."""

    def __init__(self, folder: Path, tls: bool = False, cost: Cost = SMALL) -> None:
        self.clock = Clock()
        self.site = load_site(folder / "site.json")
        self.snapshot = load_snapshot(folder / "snapshots" / f"{self.site.waves[0].snapshot}.json")
        self.settings = settings(folder, tls, cost)
        self.crowd = Crowd(Released(self.settings.released), self.snapshot)
        self.store = tables.open_store(self.settings.accounts)
        self.app = create_app(self.settings, self.clock)

    def browser(self, role: Role | None = None) -> Browser:
        """A new browser, signed in where a role is named."""
        browser = Browser(self.app.test_client())
        if role:
            assert browser.sign_in(f"the.{role.value}").status_code == 303
        return browser


def settings(folder: Path, tls: bool = False, cost: Cost = SMALL) -> Settings:
    """The settings of a folder, with cheap passphrases."""
    environment = {"YOURVOICE_DATA": str(folder), "YOURVOICE_STAFF_TLS": str(int(tls))}
    return replace(read_settings(environment), cost=cost)


def furnish(folder: Path) -> None:
    """Fill an empty folder: plan, snapshot, one account per role, released answers."""
    snapshot = freeze(load_instrument(INSTRUMENT), {})
    save(snapshot, folder / "snapshots")
    (folder / "site.json").write_bytes(msgspec.json.encode(plan(snapshot)))
    accounts = Accounts(tables.open_store(settings(folder).accounts), cost=SMALL)
    for role in Role:
        accounts.add(f"the.{role.value}", role, PASSPHRASE)
    crowd = Crowd(Released(settings(folder).released), snapshot)
    for (wave, unit), size in RELEASED.items():
        crowd.release(wave, unit, crowd.answer(wave, unit, size))


def plan(snapshot: Snapshot) -> Site:
    """Three units; two waves that are over, one open, one open without any released answer, one to come."""
    dates = {
        "spring": (-400, -370),
        "autumn": (-200, -170),
        "now": (-10, 20),
        "quiet": (-5, 25),
        "next": (90, 99),
    }
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
