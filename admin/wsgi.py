"""The staff application, wired by hand in one place. Reads no environment and opens nothing sealed."""

import time
from collections.abc import Callable

from flask import Flask
from jinja2 import StrictUndefined

from admin import tables
from admin.access import Gate, open_to_all
from admin.accounts import Accounts
from admin.audit import Audit
from admin.errors import guard_errors
from admin.frame import Frames
from admin.headers import guard_answers
from admin.sessions import Sessions
from admin.settings import Settings
from admin.views.sign_in import SignIn
from survey_app.site import load_site

LARGEST_FORM = 16 * 1024


def create_app(settings: Settings, clock: Callable[[], float] = time.time) -> Flask:
    """The staff server of one data folder. Raises SiteError where its plan is broken."""
    site = load_site(settings.site)
    store = tables.open_store(settings.accounts)
    accounts = Accounts(store, (site.jurisdiction,), settings.cost, clock)
    sessions, audit = Sessions(store, clock), Audit(settings.trail)
    cookie = cookie_name(settings.tls)

    app = Flask(__name__)
    app.config.update(
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    open_to_all(app.view_functions["static"])
    Gate(sessions, audit, cookie).init_app(app)
    guard_answers(app, settings.tls)
    guard_errors(app)
    Frames(site.jurisdiction).init_app(app)
    app.register_blueprint(SignIn(accounts, sessions, audit, cookie, settings.tls).blueprint())
    return app


def cookie_name(tls: bool) -> str:
    """The session cookie's name. Browsers accept __Host- only with Secure, for this host and path alone."""
    return "__Host-staff" if tls else "staff"
