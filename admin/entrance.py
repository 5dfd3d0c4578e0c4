"""What follows a sign-in that succeeded, and a session that ended too early. Judges no passphrase."""

from __future__ import annotations

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from admin.accounts import Account, Accounts
from admin.audit import Audit
from admin.cookies import Cookies
from admin.factors.second import Factor
from admin.forms import SignInForm, StaffForm
from admin.held import Held, carried, hold, may_go
from admin.sessions import Session, Sessions
from admin.wanted import wanted

SIGNED_OUT = "You were signed out. What you wrote is kept on this page; sign in and it is put back."


class Entrance:
    """Opens sessions and says what to show next."""

    def __init__(self, accounts: Accounts, sessions: Sessions, audit: Audit, cookies: Cookies) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._cookies = cookies

    def admit(self, account: Account, factor: Factor) -> None:
        """Sign the account in, with the record first; `dress` gives the browser its new tokens."""
        about = {"role": account.role.value, "factor": factor.value}
        head = self._audit.note("signed_in", account.name, **about)
        self._open(account, str(head), strong=factor is not Factor.NONE)
        g.device = self._accounts.know_again(account, self._cookies.device)

    def admit_first(self, account: Account, factor: Factor) -> None:
        """The same for who has just set a first factor up: it ends every other sign-in that waits for one."""
        self._sessions.end_all(account.name)
        self.admit(account, factor)

    def begin_anew(self, account: Account, strong: bool) -> None:
        """End every session of the account and open one for this browser: something about it has changed."""
        head = g.session.head
        self._sessions.end_all(account.name)
        self._open(account, head, strong)

    def dress(self, answer: Response) -> Response:
        """The answer, with the cookies of whoever was admitted."""
        self._cookies.give(answer, g.token)
        if "device" in g:
            self._cookies.give_device(answer, g.device)
        return answer

    def onward(self, held: Held | None) -> Response:
        """What to show first: what was written before, if it was written by the same name, else the page
        that was wanted, or the start."""
        again = None if held is None else self.put_back(held)
        return again or redirect(wanted(g.session.role) or url_for("results.start"), 303)

    def door(self, held: Held | None = None, problem: str = "", status: int = 200) -> Response:
        """The sign-in page, which carries what was written."""
        token = self._cookies.token_or_new
        form = SignInForm.for_token(token)
        page = render_template("sign_in.html", form=form, held=held, problem=problem, wait=0)
        answer = make_response(page, status)
        self._cookies.give(answer, token)
        return answer

    def too_late(self, session: Session | None) -> Response | None:
        """Where a form came from a page of a session that is over: the way on, so that nothing is lost. None
        where it is not known whose form it was, or there is nothing to keep.

        `session` is the open one of this browser, if there is any: somebody signed in again in another tab.
        """
        held = carried(request.form) or hold(request.path, request.form)
        owner = None if held is None else self._sessions.former(held.token)
        if owner is None or (session is not None and owner != session.name):
            return None
        if session is None:
            return self.door(held, SIGNED_OUT, 403)
        g.session, g.form = session, StaffForm.for_token(self._cookies.token)
        return self.put_back(held, 409) if held else None

    def put_back(self, held: Held, status: int = 200) -> Response | None:
        """A page that shows what was written and sends it on; None where it was written by another name, or
        the role may not send there."""
        session = g.session
        mine = self._sessions.former(held.token) == session.name
        if not (mine and may_go(held.path, session.role, "POST")):
            return None
        return make_response(render_template("put_back.html", held=held, form=g.form), status)

    def _open(self, account: Account, head: str, strong: bool) -> None:
        self._sessions.end(self._cookies.token)
        g.token = self._sessions.start(account, head, strong=strong)
        g.session = Session(account.name, account.role, head, strong)
        g.form = StaffForm.for_token(g.token)
