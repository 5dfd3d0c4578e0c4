"""Setting up a second factor: an authenticator app or a passkey; then the recovery codes, shown once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import segno
from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug import Response

from admin.access import SET_UP, requires, signed_in
from admin.accounts import Accounts
from admin.audit import Audit
from admin.confirming import Confirming
from admin.cookies import Cookies
from admin.entrance import Entrance
from admin.factors.passkeys import LONGEST_LABEL, PasskeyError
from admin.factors.questions import Kind
from admin.factors.second import Factor, Factors, SecondFactors
from admin.factors.totp import address as app_address
from admin.factors.totp import minutes_off, new_secret, step_of, written
from admin.forms import NewAppForm, NewPasskeyForm
from admin.held import may_go
from admin.sessions import Session, Stage
from admin.views.factor import address
from survey_app.roles import Role

NOT_NOW = "That code does not fit. Type the newest one that the app shows for Your Voice."
NOT_ASKED = "This page was open for too long. Please begin again."
NO_PASSKEY = "That did not work. Please try again, or take an authenticator app."


@dataclass(frozen=True)
class Begun:
    """What the pages show. `first`: something must be set up before anything else is open; `onward`: where
    the way leads afterwards; `here`: whether browsers offer passkeys at this address, and which it is."""

    name: str
    has: Factors
    first: bool
    onward: str
    here: bool
    host: str


@dataclass(frozen=True)
class NewApp:
    """A secret, to be scanned, typed, or opened where page and app are on one phone."""

    picture: Markup
    written: str
    address: str


class SetUp:
    """The pages on which a second factor is made."""

    def __init__(
        self,
        accounts: Accounts,
        audit: Audit,
        factors: SecondFactors,
        cookies: Cookies,
        entrance: Entrance,
        place: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._accounts = accounts
        self._audit = audit
        self._factors = factors
        self._cookies = cookies
        self._entrance = entrance
        self._confirming = Confirming(accounts, audit, cookies)
        self._place = place
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("set_up", __name__)
        pages.add_url_rule(SET_UP, "choose", self.choose)
        pages.add_url_rule(f"{SET_UP}/app", "app", self.app)
        pages.add_url_rule(f"{SET_UP}/app", "keep_app", self.keep_app, methods=["POST"])
        pages.add_url_rule(f"{SET_UP}/passkey", "passkey", self.passkey)
        pages.add_url_rule(f"{SET_UP}/passkey", "keep_passkey", self.keep_passkey, methods=["POST"])
        return pages

    @requires(*Role, setup=True)
    def choose(self) -> str:
        """Which kind?"""
        return render_template("set_up.html", begun=self._begun())

    @requires(*Role, setup=True)
    def app(self) -> Response:
        """A new secret, as a picture and as letters."""
        return self._app_page(NewAppForm.for_token(self._cookies.token))

    @requires(*Role, setup=True)
    def keep_app(self) -> Response:
        """Keep the app, once it has shown a right code."""
        form, session = NewAppForm.for_token(self._cookies.token, request.form), signed_in()
        secret = self._factors.questions.look(session.id, Kind.APP)
        if not self._fits(form, session):
            return self._app_page(form, 400)
        if secret is None:
            return self._app_page(form, 409, NOT_ASKED)
        typed, now = form.code.data or "", self._clock()
        step = step_of(secret, typed, now)
        if step is None:
            return self._app_page(form, 403, _why_not(minutes_off(secret, typed, now)))
        if self._factors.questions.take(session.id, Kind.APP) is None:
            return self._app_page(form, 409, NOT_ASKED)
        self._note(session, Factor.APP)
        self._factors.apps.keep(session.name, secret, step)
        return self._done(session, Factor.APP)

    @requires(*Role, setup=True)
    def passkey(self) -> Response:
        """What is needed to make a passkey."""
        return self._passkey_page(NewPasskeyForm.for_token(self._cookies.token))

    @requires(*Role, setup=True)
    def keep_passkey(self) -> Response:
        """Keep the passkey that the browser has made."""
        form, session = NewPasskeyForm.for_token(self._cookies.token, request.form), signed_in()
        if not self._fits(form, session):
            return self._passkey_page(form, 400)
        label = " ".join((form.label.data or "").split())[:LONGEST_LABEL]
        here, passkeys = address(self._cookies), self._factors.passkeys
        try:
            made = passkeys.judge(session.id, session.name, here, form.credential.data or "")
        except PasskeyError:
            return self._passkey_page(form, 403, NO_PASSKEY)
        self._note(session, Factor.PASSKEY)
        passkeys.keep(session.name, here, label, made)
        return self._done(session, Factor.PASSKEY)

    def _begun(self) -> Begun:
        session, here = signed_in(), address(self._cookies)
        wanted = request.values.get("next", "")
        onward = wanted if may_go(wanted, session.role, "GET") else ""
        has = self._factors.of(session.name)
        return Begun(session.name, has, session.stage is Stage.SETUP, onward, here.offers, here.host)

    def _fits(self, form: NewAppForm | NewPasskeyForm, session: Session) -> bool:
        """Whether all was filled in; the passphrase again, unless it has just opened this page."""
        if session.stage is Stage.SETUP:
            del form.passphrase
            return bool(form.validate())
        return bool(form.validate()) and self._confirming.confirmed(form, session)

    def _app_page(self, form: NewAppForm, status: int = 200, problem: str = "") -> Response:
        session = signed_in()
        if session.stage is Stage.SETUP and "passphrase" in form:
            del form.passphrase
        secret = self._factors.questions.look(session.id, Kind.APP)
        if secret is None:
            secret = new_secret()
            self._factors.questions.ask(session.id, Kind.APP, secret)
        opened = app_address(secret, session.name, self._place)
        new = NewApp(_picture(opened), written(secret), opened)
        page = render_template("set_up_app.html", begun=self._begun(), new=new, form=form, problem=problem)
        return make_response(page, status)

    def _passkey_page(self, form: NewPasskeyForm, status: int = 200, problem: str = "") -> Response:
        session, here = signed_in(), address(self._cookies)
        if session.stage is Stage.SETUP and "passphrase" in form:
            del form.passphrase
        options = self._factors.passkeys.offer(session.id, session.name, here) if here.offers else ""
        g.passkeys = bool(options)
        page = render_template(
            "set_up_passkey.html", begun=self._begun(), options=options, form=form, problem=problem
        )
        return make_response(page, status)

    def _note(self, session: Session, factor: Factor) -> None:
        self._audit.note("second_factor_added", session.name, factor=factor.value)

    def _done(self, session: Session, factor: Factor) -> Response:
        """Sign in where this was the last step of it, and show recovery codes where there are none."""
        onward, account = self._begun().onward, self._accounts.find(session.name)
        if account is None:
            return redirect(url_for("sign_in.show"), 303)
        if session.stage is Stage.SETUP:
            self._entrance.admit_first(account, factor)
        elif not session.strong:
            self._entrance.begin_anew(account, strong=True)
        if self._factors.codes.left(session.name):
            answer = redirect(url_for("account.show", done="factor"), 303)
        else:
            answer = make_response(self._codes(session.name, onward))
        return self._entrance.dress(answer) if "token" in g else answer

    def _codes(self, name: str, onward: str) -> str:
        self._audit.note("recovery_codes_made", name)
        codes = self._factors.codes.renew(name)
        return render_template("recovery_codes.html", codes=codes, onward=onward or url_for("results.start"))


def _picture(text: str) -> Markup:
    """A QR code without any style: black on white in every colour scheme, or no camera reads it."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(border=4, dark="#000", light="#fff", omitsize=True))  # noqa: S704 - our own


def _why_not(minutes: int) -> str:
    if not minutes:
        return NOT_NOW
    direction = "fast" if minutes > 0 else "slow"
    return (
        f"Your phone's clock seems to be about {abs(minutes)} minute{'s' * (abs(minutes) > 1)} {direction}. "
        "Open its settings, let it set date and time by itself, and type the next code."
    )
