"""The staff side's pages, wired by hand: what each needs is handed to it here. It reads no environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint
from sqlalchemy import Engine

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
from admin.desk.plan import load_desk_plan
from admin.desk.store import Desk
from admin.desk.unlocked import Openers
from admin.entrance import Entrance
from admin.export.jobs import Jobs
from admin.export.scope import Scopes
from admin.factors.second import SecondFactors
from admin.invites import Invites
from admin.keyfiles import KeyFolder
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
from survey_app.instrument.snapshot import Snapshot
from survey_app.site import Site


@dataclass(frozen=True)
class House:
    """What the pages of one installation share. `snapshot` finds a frozen instrument by its hash."""

    settings: Settings
    site: Site
    clock: Callable[[], float]
    store: Engine
    cookies: Cookies
    accounts: Accounts
    sessions: Sessions
    factors: SecondFactors
    audit: Audit
    entrance: Entrance
    released: Released
    reports: Reports
    snapshot: Callable[[str], Snapshot]


def pages(house: House) -> Iterator[Blueprint]:
    """Every page of the staff side."""
    for part in (_door, _results, _comments, _said, _desk, _carried_away, _records):
        yield from part(house)


def _door(house: House) -> Iterator[Blueprint]:
    """Signing in and one's own account."""
    accounts, sessions, audit, factors = house.accounts, house.sessions, house.audit, house.factors
    cookies, entrance, clock = house.cookies, house.entrance, house.clock
    second = SecondStep(accounts, sessions, audit, factors, cookies, entrance)
    strangers, invites = Strangers(house.settings.strangers), Invites(house.store, clock)
    yield SignIn(accounts, sessions, audit, strangers, cookies, entrance, second).blueprint()
    yield second.blueprint()
    yield SetUp(accounts, audit, factors, cookies, entrance, house.site.jurisdiction, clock).blueprint()
    keys = house.settings.keys
    yield InvitePages(invites, accounts, sessions, audit, factors, cookies, keys).blueprint()
    yield AccountPages(accounts, sessions, audit, factors, cookies, entrance).blueprint()


def _results(house: House) -> Iterator[Blueprint]:
    """Scores, and the same for programs."""
    outcomes, k = Outcomes(house.settings.desk, house.site.k), house.site.k
    yield Results(house.reports, outcomes, house.released, k, house.clock).blueprint()
    yield Api(house.reports, Tokens(house.settings.tokens)).blueprint()


def _comments(house: House) -> Iterator[Blueprint]:
    """What young people wrote in their own words."""
    settings, audit, k = house.settings, house.audit, house.site.k
    written, asked = Comments(settings.released), Asked(house.snapshot)
    concerns, steps = Concerns(settings.desk), load_desk_plan(settings.desk_plan).comment_steps
    yield Words(house.reports, written, asked, concerns, audit, steps, k, house.clock).blueprint()
    yield Shown(house.reports, written, asked, audit, k).blueprint()
    yield Redaction(house.reports, written, asked, audit, house.site, house.clock).blueprint()


def _said(house: House) -> Iterator[Blueprint]:
    """What was said, and what was done."""
    drafts, sheets = Drafts(house.settings.said_drafts), Sheets(house.settings.translations)
    published = Published(house.settings.said)
    yield Saying(house.reports, house.snapshot, drafts, published, sheets, house.audit).blueprint()


def _desk(house: House) -> Iterator[Blueprint]:
    """The follow-up desk."""
    settings, site, ring = house.settings, house.site, KeyFolder(house.settings.keys)
    plan = load_desk_plan(settings.desk_plan)
    counter = Counter(
        store=Desk(settings.desk, settings.letters, ring, plan, site.follow_up, site.k),
        concerns=Concerns(settings.desk),
        absences=Absences(settings.desk),
        openers=Openers(ring, Tries(house.store, house.clock), house.clock),
        ring=ring,
        accounts=house.accounts,
        audit=house.audit,
        plan=plan,
        snapshot=house.snapshot,
        clock=house.clock,
        silent=lambda: silent_ways(settings.rounds),
    )
    yield desk_blueprint(counter, house.sessions, house.cookies.name)


def _carried_away(house: House) -> Iterator[Blueprint]:
    """A closed wave's rows."""
    folder, written = house.settings.row_files, Comments(house.settings.released)
    scopes = Scopes(house.site, house.snapshot, house.released, folder, house.clock)
    yield Exports(house.reports, scopes, Jobs(folder / "made", house.clock), written, house.audit).blueprint()


def _records(house: House) -> Iterator[Blueprint]:
    """What was released, what was done, and what it takes to run it all."""
    yield Ledger(house.site, house.released).blueprint()
    yield TrailPage(house.settings.trail).blueprint()
    unguarded = lambda: house.factors.lacking(house.accounts.everyone())  # noqa: E731
    yield Operations(house.released, house.settings, unguarded, house.clock).blueprint()
