"""The staff application, wired by hand in one place. Reads no environment and opens nothing sealed."""

import time
from collections.abc import Callable
from functools import cache

from flask import Flask
from jinja2 import StrictUndefined

from admin import tables
from admin.access import Gate, open_to_all
from admin.accounts import Accounts
from admin.api.routes import Api
from admin.api.tokens import Tokens
from admin.asked import Asked
from admin.audit import Audit
from admin.comments import Comments
from admin.cookies import Cookies
from admin.desk.absences import Absences
from admin.desk.concerns import Concerns
from admin.desk.outcomes import Outcomes
from admin.desk.plan import DeskPlan, load_desk_plan
from admin.desk.store import Desk
from admin.desk.unlocked import Openers
from admin.entrance import Entrance
from admin.errors import guard_errors
from admin.export.jobs import Jobs
from admin.export.scope import Scopes
from admin.factors.second import SecondFactors
from admin.frame import Frames
from admin.headers import guard_answers
from admin.invites import Invites
from admin.keyfiles import KeyFolder
from admin.printing import teach
from admin.released import Released
from admin.reports import Reports
from admin.rounds_record import silent_ways
from admin.said_drafts import Drafts, Published
from admin.said_sheet import Sheets
from admin.sessions import Sessions
from admin.settings import Settings
from admin.strangers import Strangers
from admin.tries import Tries
from admin.views.account import AccountPages
from admin.views.desk.counter import Counter
from admin.views.desk.routes import desk_blueprint
from admin.views.export import Exports
from admin.views.factor import SecondStep
from admin.views.invite import InvitePages
from admin.views.ledger import Ledger
from admin.views.operations import Operations
from admin.views.redaction import Redaction
from admin.views.results import Results
from admin.views.said import Saying
from admin.views.set_up import SetUp
from admin.views.shown import Shown
from admin.views.sign_in import SignIn
from admin.views.trail import TrailPage
from admin.views.words import Words
from survey_app.instrument.snapshot import Snapshot, load_snapshot
from survey_app.site import Site, load_site

LARGEST_FORM = 32 * 1024
"""Bytes: a note of 2,000 characters that take twelve each on their way."""


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
    accounts, sessions = _guard(app, settings, site, clock)
    reports, plan = Reports(site, snapshot, released, clock), load_desk_plan(settings.desk_plan)
    concerns, audit = Concerns(settings.desk), Audit(settings.trail)
    written = Comments(settings.released)
    asked = Asked(snapshot)
    words = Words(reports, written, asked, concerns, audit, plan.comment_steps, site.k, clock)
    outcomes = Outcomes(settings.desk, site.k)
    app.register_blueprint(Results(reports, outcomes, released, site.k, clock).blueprint())
    app.register_blueprint(words.blueprint())
    app.register_blueprint(Shown(reports, written, asked, audit, site.k).blueprint())
    app.register_blueprint(Redaction(reports, written, asked, audit, site, clock).blueprint())
    drafts, sheets = Drafts(settings.said_drafts), Sheets(settings.translations)
    published = Published(settings.said)
    app.register_blueprint(Saying(reports, snapshot, drafts, published, sheets, audit).blueprint())
    counter = _counter(settings, site, plan, accounts, audit, snapshot, clock)
    app.register_blueprint(desk_blueprint(counter, sessions, cookie_name(settings.tls)))
    scopes = Scopes(site, snapshot, released, settings.row_files, clock)
    jobs = Jobs(settings.row_files / "made", clock)
    app.register_blueprint(Exports(reports, scopes, jobs, written, audit).blueprint())
    app.register_blueprint(Api(reports, Tokens(settings.tokens)).blueprint())
    app.register_blueprint(Ledger(site, released).blueprint())
    app.register_blueprint(TrailPage(settings.trail).blueprint())
    app.register_blueprint(_operations(settings, site, accounts, released, clock).blueprint())
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


def _guard(
    app: Flask, settings: Settings, site: Site, clock: Callable[[], float]
) -> tuple[Accounts, Sessions]:
    """Put the gate before everything, and the sign-in page into it."""
    store, cookies = tables.open_store(settings.accounts), Cookies(cookie_name(settings.tls), settings.tls)
    accounts = Accounts(store, (site.jurisdiction,), settings.cost, clock)
    sessions, audit = Sessions(store, clock), Audit(settings.trail)
    factors = SecondFactors(store, site.jurisdiction, clock)
    entrance = Entrance(accounts, sessions, audit, cookies)
    Gate(sessions, audit, cookies, entrance.too_late).init_app(app)
    second = SecondStep(accounts, sessions, audit, factors, cookies, entrance)
    strangers = Strangers(settings.strangers)
    own = AccountPages(accounts, sessions, audit, factors, cookies, entrance)
    for pages in (
        SignIn(accounts, sessions, audit, strangers, cookies, entrance, second),
        second,
        SetUp(accounts, audit, factors, cookies, entrance, site.jurisdiction, clock),
        InvitePages(Invites(store, clock), accounts, sessions, audit, factors, cookies, settings.keys),
        own,
    ):
        app.register_blueprint(pages.blueprint())
    return accounts, sessions


def _operations(
    settings: Settings, site: Site, accounts: Accounts, released: Released, clock: Callable[[], float]
) -> Operations:
    """The operator's page."""
    factors = SecondFactors(tables.open_store(settings.accounts), site.jurisdiction, clock)
    return Operations(released, settings, lambda: factors.lacking(accounts.everyone()), clock)


def _counter(
    settings: Settings,
    site: Site,
    plan: DeskPlan,
    accounts: Accounts,
    audit: Audit,
    snapshot: Callable[[str], Snapshot],
    clock: Callable[[], float],
) -> Counter:
    """The follow-up desk."""
    ring = KeyFolder(settings.keys)
    return Counter(
        store=Desk(settings.desk, settings.letters, ring, plan, site.follow_up, site.k),
        concerns=Concerns(settings.desk),
        absences=Absences(settings.desk),
        openers=Openers(ring, Tries(tables.open_store(settings.accounts), clock), clock),
        ring=ring,
        accounts=accounts,
        audit=audit,
        plan=plan,
        snapshot=snapshot,
        clock=clock,
        silent=lambda: silent_ways(settings.rounds),
    )
