"""A link for one person: choose a passphrase, then set up a second factor. Looking at it spends nothing."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug import Response

from admin.access import SET_UP, open_to_all
from admin.accounts import AccountError, Accounts
from admin.audit import Audit
from admin.cookies import Cookies
from admin.duties import check_duties
from admin.factors.second import SecondFactors
from admin.forms import ChosenForm
from admin.invites import Invite, Invites
from admin.passphrases import SHORTEST, PassphraseError
from admin.sessions import Sessions, Stage


class InvitePages:
    """The page behind a link. A wrong, a used and a late link get the same page."""

    def __init__(
        self,
        invites: Invites,
        accounts: Accounts,
        sessions: Sessions,
        audit: Audit,
        factors: SecondFactors,
        cookies: Cookies,
        keys: Path,
    ) -> None:
        self._invites = invites
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._factors = factors
        self._cookies = cookies
        self._keys = keys

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("invite", __name__)
        pages.add_url_rule("/invite/<token>", "show", self.show)
        pages.add_url_rule("/invite/<token>", "accept", self.accept, methods=["POST"])
        return pages

    @open_to_all
    def show(self, token: str) -> Response:
        """The page; whatever looks links up in advance changes nothing."""
        invite = self._invites.find(token)
        if invite is None:
            return self._gone()
        own = self._cookies.token_or_new
        return self._page(invite, own, ChosenForm.for_token(own))

    @open_to_all
    def accept(self, token: str) -> Response:
        """Make the account, or make it anew, and spend the link."""
        invite = self._invites.find(token)
        if invite is None:
            return self._gone()
        form = ChosenForm.for_token(self._cookies.token, request.form)
        if not (form.validate() and self._allowed(invite, form)):
            return self._page(invite, self._cookies.token, form, 400)
        if not self._invites.spend(token):
            return self._gone()
        head = self._audit.note("invite_used", invite.name, role=invite.role.value)
        self._sessions.end(self._cookies.token)
        self._sessions.end_all(invite.name)
        account = self._accounts.begin_anew(invite.name, invite.role, form.new.data or "")
        self._factors.forgive(invite.name)
        answer = redirect(SET_UP, 303)
        self._cookies.give(answer, self._sessions.start(account, str(head), stage=Stage.SETUP))
        return answer

    def _allowed(self, invite: Invite, form: ChosenForm) -> bool:
        try:
            check_duties(self._keys, invite.name, invite.role)
            self._accounts.judge(invite.name, form.new.data or "")
        except (AccountError, PassphraseError) as error:
            form.new.errors = [str(error)]
            return False
        return True

    def _page(self, invite: Invite, own: str, form: ChosenForm, status: int = 200) -> Response:
        page = render_template("invite.html", invite=invite, form=form, shortest=SHORTEST)
        answer = make_response(page, status)
        self._cookies.give(answer, own)
        return answer

    @staticmethod
    def _gone() -> Response:
        return make_response(render_template("invite_gone.html"), 404)
