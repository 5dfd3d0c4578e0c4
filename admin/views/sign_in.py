"""Signing in and out. Never says whether a name exists, and opens no ballot: unsealing is another act."""

from math import ceil

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import open_to_all, requires, signed_in
from admin.accounts import Accounts, SignInRefusedError
from admin.audit import Audit
from admin.devices import REMEMBERED
from admin.forms import SignInForm
from admin.sessions import Sessions, new_token
from admin.strangers import Strangers
from survey_app.roles import Role

DEVICE = "-device"
"""What the name of the cookie that a known browser keeps ends with; before it stands the session cookie's."""

WRONG = "That name and passphrase do not belong together. Check both and try again."


class SignIn:
    """The door. `cookie` is the session cookie's name; it starts with __Host- where there is TLS."""

    def __init__(
        self,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        strangers: Strangers,
        cookie: str,
        tls: bool,
    ) -> None:
        self._accounts = accounts
        self._strangers = strangers
        self._sessions = sessions
        self._audit = audit
        self._cookie = cookie
        self._tls = tls

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("sign_in", __name__)
        pages.add_url_rule("/sign-in", "show", self.show)
        pages.add_url_rule("/sign-in", "enter", self.enter, methods=["POST"])
        pages.add_url_rule("/sign-out", "leave", self.leave, methods=["POST"])
        return pages

    @open_to_all
    def show(self) -> Response:
        """The sign-in page; whoever is signed in already goes on to the start."""
        token = request.cookies.get(self._cookie, "")
        if self._sessions.find(token):
            return redirect(url_for("results.start"), 303)
        token = token if 40 <= len(token) <= 64 else new_token()
        return self._page(token, SignInForm.for_token(token))

    @open_to_all
    def enter(self) -> Response:
        """Check the passphrase and open a session under a new token."""
        token = request.cookies.get(self._cookie, "")
        form = SignInForm.for_token(token, request.form)
        if not form.validate():
            return self._page(token, form, status=400)
        try:
            device = request.cookies.get(self._cookie + DEVICE, "")
            account = self._accounts.check(form.name.data or "", form.passphrase.data or "", device)
        except SignInRefusedError as refused:
            return self._refused(token, form, refused)
        self._sessions.end(token)
        head = self._audit.note("signed_in", account.name, role=account.role.value)
        answer = redirect(url_for("results.start"), 303)
        self._give(answer, self._sessions.start(account, str(head)))
        known = self._accounts.know_again(account, device)
        self._give(answer, known, DEVICE, int(REMEMBERED))
        return answer

    @requires(*Role)
    def leave(self) -> Response:
        """Close the session; the cookie's token is refused from now on."""
        self._sessions.end(request.cookies[self._cookie])
        self._audit.note("signed_out", signed_in().name)
        answer = redirect(url_for("sign_in.show"), 303)
        answer.delete_cookie(self._cookie, path="/", secure=self._tls, httponly=True, samesite="Strict")
        return answer

    def _refused(self, token: str, form: SignInForm, refused: SignInRefusedError) -> Response:
        wait = ceil(refused.turn.wait)
        if not refused.turn.early:
            self._record(refused.known, str(wait))
        answer = self._page(token, form, WRONG, wait, 429 if wait else 403)
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
        self, token: str, form: SignInForm, problem: str = "", wait: int = 0, status: int = 200
    ) -> Response:
        page = render_template("sign_in.html", form=form, problem=problem, wait=wait)
        answer = make_response(page, status)
        self._give(answer, token)
        return answer

    def _give(self, answer: Response, token: str, suffix: str = "", keep: int | None = None) -> None:
        answer.set_cookie(
            self._cookie + suffix, token, keep, path="/", secure=self._tls, httponly=True, samesite="Strict"
        )
