"""One's own account: second factors, passphrase, where one is signed in. Shows nobody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.accounts import Account, Accounts
from admin.audit import Audit
from admin.confirming import Confirming
from admin.cookies import Cookies
from admin.entrance import Entrance
from admin.factors.second import Factors, SecondFactors
from admin.forms import ChangeForm, ConfirmForm, StaffForm
from admin.passphrases import SHORTEST, PassphraseError
from admin.sessions import Sessions, Sitting
from survey_app.roles import Role

APP = "app"
DONE = {
    "recovery": "You signed in with a recovery code, and it is used up. If you have lost your phone or "
    "passkey, set up a new one now and remove the lost one.",
    "factor": "It is set up, and will be asked for at your next sign-in.",
    "removed": "It is removed.",
    "passphrase": "Your new passphrase is set. Everywhere else you were signed out.",
}
LAST = "This is your last second factor, and your account must have one. Set up another one first."


@dataclass(frozen=True)
class Seat:
    """A place where one is signed in, by the hour: no page tells to the minute who did what when."""

    began: str
    used: str
    strong: bool
    here: bool


@dataclass(frozen=True)
class Own:
    """What the page shows."""

    account: Account
    has: Factors
    seats: tuple[Seat, ...]
    done: str


class AccountPages:
    """The pages about one's own account."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        factors: SecondFactors,
        cookies: Cookies,
        entrance: Entrance,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._factors = factors
        self._cookies = cookies
        self._entrance = entrance
        self._confirming = Confirming(accounts, audit, cookies)

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("account", __name__, url_prefix="/account")
        pages.add_url_rule("", "show", self.show)
        for path, name, view in (
            ("/passphrase", "passphrase", self.passphrase),
            ("/recovery-codes", "codes", self.codes),
            ("/remove/<which>", "remove", self.remove),
        ):
            pages.add_url_rule(path, name, view, methods=["GET", "POST"])
        pages.add_url_rule("/sign-out-everywhere", "leave", self.leave, methods=["POST"])
        return pages

    @requires(*Role)
    def show(self) -> str:
        """Everything at a glance."""
        session = signed_in()
        seats = tuple(_seat(sitting, session.id) for sitting in self._sessions.open_ones(session.name))
        done = DONE.get(request.args.get("done", ""), "")
        own = Own(self._own(), self._factors.of(session.name), seats, done)
        return render_template("account.html", own=own, form=StaffForm.for_token(self._cookies.token))

    @requires(*Role)
    def passphrase(self) -> Response:
        """A new passphrase in place of the present one."""
        session, sent = signed_in(), request.method == "POST"
        form = ChangeForm.for_token(self._cookies.token, request.form if sent else None)
        if sent and form.validate() and self._judged(form) and self._confirming.confirmed(form, session):
            self._audit.note("passphrase_changed", session.name)
            self._accounts.renew(session.name, form.new.data or "")
            self._entrance.begin_anew(self._own(), session.strong)
            return self._entrance.dress(redirect(url_for("account.show", done="passphrase"), 303))
        page = render_template("account_passphrase.html", form=form, name=session.name, shortest=SHORTEST)
        return make_response(page, 400 if sent else 200)

    @requires(*Role)
    def codes(self) -> Response:
        """New recovery codes in place of all former ones."""
        session, sent = signed_in(), request.method == "POST"
        has = self._factors.of(session.name)
        if not has:
            return redirect(url_for("set_up.choose"), 303)
        form = ConfirmForm.for_token(self._cookies.token, request.form if sent else None)
        if sent and form.validate() and self._confirming.confirmed(form, session):
            self._audit.note("recovery_codes_made", session.name)
            codes = self._factors.codes.renew(session.name)
            return make_response(
                render_template("recovery_codes.html", codes=codes, onward=url_for("account.show"))
            )
        page = render_template("account_codes.html", form=form, name=session.name, left=has.codes)
        return make_response(page, 400 if sent else 200)

    @requires(*Role)
    def remove(self, which: str) -> Response:
        """Take a second factor away; the last one of an account that must have one stays."""
        session, sent = signed_in(), request.method == "POST"
        has = self._factors.of(session.name)
        label = "Authenticator app" if which == APP and has.app else ""
        label = next((one.label for one in has.passkeys if one.id == which), label)
        if not label:
            abort(404)
        form = ConfirmForm.for_token(self._cookies.token, request.form if sent else None)
        last = self._own().must and has.app + len(has.passkeys) == 1
        if sent and not last and form.validate() and self._confirming.confirmed(form, session):
            return self._removed(session.name, which)
        problem = LAST if last else ""
        page = render_template(
            "account_remove.html", form=form, name=session.name, label=label, which=which, problem=problem
        )
        return make_response(page, 400 if sent else 200)

    @requires(*Role)
    def leave(self) -> Response:
        """End every session of one's own, here too, and let no browser be known any more."""
        session = signed_in()
        self._audit.note("signed_out_everywhere", session.name)
        self._accounts.forget_browsers(session.name)
        self._sessions.end_all(session.name)
        answer = redirect(url_for("sign_in.show"), 303)
        self._cookies.drop(answer)
        return answer

    def _own(self) -> Account:
        account = self._accounts.find(signed_in().name)
        return account or abort(404)

    def _judged(self, form: ChangeForm) -> bool:
        try:
            self._accounts.judge(signed_in().name, form.new.data or "")
        except PassphraseError as error:
            form.new.errors = [str(error)]
            return False
        return True

    def _removed(self, name: str, which: str) -> Response:
        self._audit.note("second_factor_removed", name, factor="totp" if which == APP else "passkey")
        if which == APP:
            self._factors.apps.remove(name)
        else:
            self._factors.passkeys.remove(name, which)
        answer = redirect(url_for("account.show", done="removed"), 303)
        if self._factors.of(name):
            return answer
        self._factors.codes.remove(name)
        self._entrance.begin_anew(self._own(), strong=False)
        return self._entrance.dress(answer)


def _seat(sitting: Sitting, here: bytes) -> Seat:
    return Seat(_hour(sitting.started), _hour(sitting.seen), sitting.strong, sitting.id == here)


def _hour(seconds: float) -> str:
    when = datetime.fromtimestamp(seconds, UTC).astimezone()
    return f"{when.day} {when:%B}, {when.hour}:00 to {(when.hour + 1) % 24}:00"
