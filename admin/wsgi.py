"""The staff application: limits, headers, error pages, gate. Reads no environment, opens nothing sealed."""

import time
from collections.abc import Callable
from functools import cache

from flask import Flask
from jinja2 import StrictUndefined

from admin import tables
from admin.access import Gate, open_to_all
from admin.accounts import Accounts
from admin.audit import Audit
from admin.cookies import Cookies
from admin.entrance import Entrance
from admin.errors import guard_errors
from admin.factors.second import SecondFactors
from admin.frame import Frames
from admin.headers import guard_answers
from admin.printing import teach
from admin.released import Released
from admin.reports import Reports
from admin.sessions import Sessions
from admin.settings import Settings
from admin.units_once import UnitsOnce
from admin.wiring import House, pages
from survey_app.instrument.snapshot import Snapshot, load_snapshot
from survey_app.site import Site, load_site

LARGEST_FORM = 32 * 1024
"""Bytes: a note of 2,000 characters that take twelve each on their way."""


def create_app(settings: Settings, clock: Callable[[], float] = time.time) -> Flask:
    """The staff server of one data folder.

    Raises SiteError, SnapshotError, DeskPlanError, OSError and SQLAlchemyError.
    """
    house = _house(settings, load_site(settings.site), clock)
    for wave in house.site.waves:
        house.snapshot(wave.snapshot)
    app = _bare_app(settings, house.site)
    Gate(house.sessions, house.audit, house.cookies, house.entrance.too_late).init_app(app)
    for page in pages(house):
        app.register_blueprint(page)
    return app


def cookie_name(tls: bool) -> str:
    """The session cookie's name. Browsers accept __Host- only with Secure, for this host and path alone."""
    return "__Host-staff" if tls else "staff"


def _house(settings: Settings, site: Site, clock: Callable[[], float]) -> House:
    """What the pages share."""

    @cache
    def snapshot(hashed: str) -> Snapshot:
        return load_snapshot(settings.snapshots / f"{hashed}.json")

    store, cookies = tables.open_store(settings.accounts), Cookies(cookie_name(settings.tls), settings.tls)
    accounts = Accounts(store, (site.jurisdiction,), settings.cost, clock)
    sessions, audit, released = Sessions(store, clock), Audit(settings.trail), Released(settings.released)
    return House(
        settings=settings,
        site=site,
        clock=clock,
        store=store,
        cookies=cookies,
        accounts=accounts,
        sessions=sessions,
        factors=SecondFactors(store, site.jurisdiction, clock),
        audit=audit,
        entrance=Entrance(accounts, sessions, audit, cookies),
        released=released,
        reports=Reports(site, snapshot, released, clock, UnitsOnce(settings.row_files / "units")),
        snapshot=snapshot,
    )


def _bare_app(settings: Settings, site: Site) -> Flask:
    """An application with limits, templates, headers and error pages, and no route but the stylesheet's."""
    app = Flask("admin")
    app.config.update(
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.url_map.merge_slashes = False
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    open_to_all(app.view_functions["static"])
    teach(app)
    Frames(site.jurisdiction).init_app(app)
    guard_answers(app, settings.tls)
    guard_errors(app)
    return app
