"""The second step of signing in: an app's code, a passkey or a recovery code. Opens nothing without one."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import open_to_all
from admin.accounts import Accounts
from admin.audit import Audit
from admin.cookies import Cookies
from admin.entrance import Entrance
from admin.factors.passkeys import Address
from admin.factors.second import Factor, Factors, SecondFactors
from admin.forms import StaffForm
from admin.held import Held, carried
from admin.sessions import Session, Sessions, Stage

WRONG = {
    Factor.APP: "That is not the code of now, or it was used already. Wait for the next one. If it stays "
    "wrong, see that your phone sets its clock by itself.",
    Factor.PASSKEY: "That passkey does not belong to this account. Please try again, or use a code.",
    Factor.RECOVERY: "That is none of your recovery codes, or it was used already.",
}
TOO_LONG = "This took too long. Please start again with your passphrase."
ENOUGH = "That was wrong too often. Please start again with your passphrase."


@dataclass(frozen=True)
class Asked:
    """What the page asks for. `passkey`: the browser's options as JSON, "" where no passkey works here."""

    name: str
    has: Factors
    passkey: str
    problem: str
    wait: int


def address(cookies: Cookies) -> Address:
    """Where this page stands, as the browser sees it: passkeys are made for that."""
    host = request.host
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return Address(name, f"{'https' if cookies.tls else request.scheme}://{host}")


class SecondStep:
    """The page between a right passphrase and the session."""

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

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("second_step", __name__)
        pages.add_url_rule("/sign-in/second-factor", "show", self.show)
        pages.add_url_rule("/sign-in/second-factor", "check", self.check, methods=["POST"])
        return pages

    def asks(self, name: str) -> bool:
        """Whether the account has a second factor to be asked for."""
        return bool(self._factors.of(name))

    @open_to_all
    def show(self) -> Response:
        """The page, for whoever has just given a right passphrase; all others begin at the beginning."""
        token = self._cookies.token
        session = self._sessions.find(token, Stage.HALF)
        return redirect(url_for("sign_in.show"), 303) if session is None else self.page(session, token)

    @open_to_all
    def check(self) -> Response:
        """Open the session, under a new token, or count the wrong try."""
        token, held = self._cookies.token, carried(request.form)
        session = self._sessions.find(token, Stage.HALF)
        account = None if session is None else self._accounts.find(session.name)
        if session is None or account is None:
            return self._entrance.door(held, TOO_LONG, 403)
        turn, factor = self._factors.take(session.name), _claimed()
        if turn.early:
            return self.page(session, token, held, "", ceil(turn.wait), 429)
        if not self._right(session, factor):
            return self._refused(session, token, factor, held, ceil(turn.wait))
        self._factors.forgive(session.name)
        self._entrance.admit(account, factor)
        if factor is Factor.RECOVERY and held is None:
            return self._entrance.dress(redirect(url_for("account.show", done="recovery"), 303))
        return self._entrance.dress(self._entrance.onward(held))

    def page(
        self,
        session: Session,
        token: str,
        held: Held | None = None,
        problem: str = "",
        wait: int = 0,
        status: int = 200,
    ) -> Response:
        """The page that asks for the second factor, and carries what was written."""
        here, passkeys = address(self._cookies), self._factors.passkeys
        passkey = passkeys.ask(session.id, session.name, here) if passkeys.usable(session.name, here) else ""
        g.passkeys = bool(passkey)
        asked = Asked(session.name, self._factors.of(session.name), passkey, problem, wait)
        form = StaffForm.for_token(token)
        answer = make_response(render_template("second_step.html", asked=asked, form=form, held=held), status)
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer

    def _right(self, session: Session, factor: Factor) -> bool:
        name, typed = session.name, request.form.get("code", "")[:64]
        if factor is Factor.PASSKEY:
            answer = request.form.get("credential", "")
            return self._factors.passkeys.accept(session.id, name, address(self._cookies), answer)
        if factor is Factor.RECOVERY:
            return self._factors.codes.spend(name, typed)
        return self._factors.apps.accept(name, typed)

    def _refused(
        self, session: Session, token: str, factor: Factor, held: Held | None, wait: int
    ) -> Response:
        self._audit.note("second_factor_refused", session.name, factor=factor.value, wait=str(wait))
        if self._sessions.miss(token):
            return self._entrance.door(held, ENOUGH, 403)
        return self.page(session, token, held, WRONG[factor], wait, 429 if wait else 403)


def _claimed() -> Factor:
    """Which of the page's forms was sent."""
    named = {factor.value: factor for factor in WRONG}
    return named.get(request.form.get("with", ""), Factor.APP)
