"""The staff application, wired by hand in one place. Reads no environment and opens nothing sealed."""

import time
from collections.abc import Callable
from functools import cache

from flask import Flask
from jinja2 import StrictUndefined

from admin import tables
from admin.access import Gate, open_to_all
from admin.accounts import Accounts
from admin.audit import Audit
from admin.comments import Comments
from admin.desk.concerns import Concerns
from admin.desk.outcomes import Outcomes
from admin.desk.plan import load_desk_plan
from admin.errors import guard_errors
from admin.frame import Frames
from admin.headers import guard_answers
from admin.printing import teach
from admin.released import Released
from admin.reports import Reports
from admin.sessions import Sessions
from admin.settings import Settings
from admin.strangers import Strangers
from admin.views.ledger import Ledger
from admin.views.operations import Operations
from admin.views.results import Results
from admin.views.sign_in import SignIn
from admin.views.words import Words
from survey_app.instrument.snapshot import Snapshot, load_snapshot
from survey_app.site import Site, load_site

LARGEST_FORM = 16 * 1024


def create_app(settings: Settings, clock: Callable[[], float] = time.time) -> Flask:
    """The staff server of one data folder. Raises SiteError, SnapshotError, OSError and SQLAlchemyError."""
    site = load_site(settings.site)
    released = Released(settings.released)

    @cache
    def snapshot(hashed: str) -> Snapshot:
        return load_snapshot(settings.snapshots / f"{hashed}.json")

    for wave in site.waves:
        snapshot(wave.snapshot)
    app = _bare_app(settings, site)
    _guard(app, settings, site, clock)
    reports, plan = Reports(site, snapshot, released, clock), load_desk_plan(settings.desk_plan)
    concerns, audit = Concerns(settings.desk), Audit(settings.trail)
    written = Comments(settings.released)
    words = Words(reports, written, snapshot, concerns, audit, plan.comment_steps, site.k, clock)
    app.register_blueprint(Results(reports, Outcomes(settings.desk, site.k)).blueprint())
    app.register_blueprint(words.blueprint())
    app.register_blueprint(Ledger(site, released).blueprint())
    app.register_blueprint(Operations(released, settings.keys, settings.snapshots).blueprint())
    return app


def cookie_name(tls: bool) -> str:
    """The session cookie's name. Browsers accept __Host- only with Secure, for this host and path alone."""
    return "__Host-staff" if tls else "staff"


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


def _guard(app: Flask, settings: Settings, site: Site, clock: Callable[[], float]) -> None:
    """Put the gate before everything, and the sign-in page into it."""
    store, cookie = tables.open_store(settings.accounts), cookie_name(settings.tls)
    accounts = Accounts(store, (site.jurisdiction,), settings.cost, clock)
    sessions, audit = Sessions(store, clock), Audit(settings.trail)
    Gate(sessions, audit, cookie).init_app(app)
    strangers = Strangers(settings.strangers)
    app.register_blueprint(SignIn(accounts, sessions, audit, strangers, cookie, settings.tls).blueprint())
