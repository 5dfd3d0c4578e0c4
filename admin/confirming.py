"""Asks for the passphrase once more before an account changes. Counts and delays as the sign-in does."""

from __future__ import annotations

from math import ceil

from admin.accounts import Accounts, SignInRefusedError
from admin.audit import Audit
from admin.cookies import Cookies
from admin.forms import ConfirmForm
from admin.sessions import Session


class Confirming:
    """The passphrase, once more."""

    def __init__(self, accounts: Accounts, audit: Audit, cookies: Cookies) -> None:
        self._accounts = accounts
        self._audit = audit
        self._cookies = cookies

    def confirmed(self, form: ConfirmForm, session: Session) -> bool:
        """Whether the form's passphrase is the account's; where not, the form says so and the trail too."""
        try:
            self._accounts.check(session.name, form.passphrase.data or "", self._cookies.device)
        except SignInRefusedError as refused:
            wait = ceil(refused.turn.wait)
            if not refused.turn.early:
                self._audit.note("passphrase_refused", session.name, wait=str(wait))
            pause = f" The next try is possible in {wait} seconds." if wait else ""
            form.passphrase.errors = [f"That is not your passphrase.{pause}"]
            return False
        return True
