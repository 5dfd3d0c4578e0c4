"""Signing in and out. Never says whether a name exists, and opens no ballot: unsealing is another act."""

from math import ceil

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import open_to_all, requires, signed_in
from admin.accounts import Account, Accounts, SignInRefusedError
from admin.audit import Audit
from admin.cookies import Cookies
from admin.entrance import Entrance
from admin.factors.second import Factor
from admin.forms import SignInForm
from admin.held import Held, carried
from admin.sessions import Sessions, Stage
from admin.strangers import Strangers
from admin.views.factor import SecondStep
from admin.wanted import WANTED, carry_along
from survey_app.roles import Role

WRONG = "That name and passphrase do not belong together. Check both and try again."


class SignIn:
    """The door: first the passphrase, then the page of `second`, where the account has a second factor."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        strangers: Strangers,
        cookies: Cookies,
        entrance: Entrance,
        second: SecondStep,
    ) -> None:
        self._accounts = accounts
        self._strangers = strangers
        self._sessions = sessions
        self._audit = audit
        self._cookies = cookies
        self._entrance = entrance
        self._second = second

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("sign_in", __name__)
        pages.app_url_defaults(carry_along)
        pages.add_url_rule("/sign-in", "show", self.show)
        pages.add_url_rule("/sign-in", "enter", self.enter, methods=["POST"])
        pages.add_url_rule("/sign-out", "leave", self.leave, methods=["POST"])
        return pages

    @open_to_all
    def show(self) -> Response:
        """The sign-in page; whoever is signed in already goes on to the start."""
        if self._sessions.find(self._cookies.token):
            return redirect(url_for("results.start"), 303)
        return self._entrance.door()

    @open_to_all
    def enter(self) -> Response:
        """Check the passphrase; then ask for the second factor, or open a session under a new token."""
        token, held = self._cookies.token, carried(request.form)
        form = SignInForm.for_token(token, request.form)
        if not form.validate():
            return self._page(token, form, held, status=400)
        try:
            device = self._cookies.device
            account = self._accounts.check(form.name.data or "", form.passphrase.data or "", device)
        except SignInRefusedError as refused:
            return self._refused(token, form, held, refused)
        if self._second.asks(account.name) or account.must:
            return self._halfway(account, held)
        self._entrance.admit(account, Factor.NONE)
        return self._entrance.dress(self._entrance.onward(held))

    @requires(*Role, setup=True)
    def leave(self) -> Response:
        """Close the session; the cookie's token is refused from now on."""
        self._sessions.end(self._cookies.token)
        self._audit.note("signed_out", signed_in().name)
        answer = redirect(url_for("sign_in.show"), 303)
        self._cookies.drop(answer)
        return answer

    def _halfway(self, account: Account, held: Held | None) -> Response:
        stage = Stage.HALF if self._second.asks(account.name) else Stage.SETUP
        head = self._audit.note("passphrase_accepted", account.name, role=account.role.value)
        self._sessions.end(self._cookies.token)
        token = self._sessions.start(account, str(head), stage=stage)
        session = self._sessions.find(token, stage)
        if stage is Stage.HALF and held and session:
            answer = self._second.page(session, token, held)
        else:
            page = "set_up.choose" if stage is Stage.SETUP else "second_step.show"
            answer = redirect(url_for(page, next=request.args.get(WANTED)), 303)
        self._cookies.give(answer, token)
        return answer

    def _refused(
        self, token: str, form: SignInForm, held: Held | None, refused: SignInRefusedError
    ) -> Response:
        wait = ceil(refused.turn.wait)
        if not refused.turn.early:
            self._record(refused.known, str(wait))
        answer = self._page(token, form, held, WRONG, wait, 429 if wait else 403)
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer

    def _record(self, known: str, wait: str) -> None:
        self._audit.head()  # where there can be no trail, every name is answered alike
        if known:
            self._audit.note("sign_in_refused", known, wait=wait)
        else:
            # The name is not written down: it may be a passphrase in the wrong box. Nor is the trail any
            # longer for it: there is no end of names that a stranger can invent.
            self._strangers.note(wait)

    def _page(
        self,
        token: str,
        form: SignInForm,
        held: Held | None,
        problem: str = "",
        wait: int = 0,
        status: int = 200,
    ) -> Response:
        page = render_template("sign_in.html", form=form, held=held, problem=problem, wait=wait)
        answer = make_response(page, status)
        self._cookies.give(answer, token)
        return answer
