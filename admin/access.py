"""Who may see which page: denied unless the route names the role. It opens no page by default."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug import Response

from admin.audit import Audit
from admin.forms import StaffForm
from admin.sessions import Session, Sessions
from survey_app.roles import Role

View = TypeVar("View", bound=Callable[..., object])
_ASKING = frozenset({"GET", "HEAD", "OPTIONS"})


def requires(*roles: Role) -> Callable[[View], View]:
    """Mark a view with the roles that may see it."""

    def mark(view: View) -> View:
        vars(view)["roles"] = frozenset(roles)
        return view

    return mark


def open_to_all(view: View) -> View:
    """Mark a view as open without sign-in: the sign-in page and the stylesheet, nothing else."""
    vars(view)["roles"] = None
    return view


def roles_of(view: Callable[..., object]) -> frozenset[Role] | None:
    """The roles that may see a view, None where it is open; nobody where the view does not say."""
    roles: frozenset[Role] | None = getattr(view, "roles", frozenset())
    return roles


def signed_in() -> Session:
    """The session of this request. Only views that name roles may ask."""
    session: Session = g.session
    return session


class Gate:
    """Stands before every request: a session, the role, and on every form its origin and token."""

    def __init__(self, sessions: Sessions, audit: Audit, cookie: str) -> None:
        self._sessions = sessions
        self._audit = audit
        self._cookie = cookie

    def init_app(self, app: Flask) -> None:
        """Put the gate before every view of the application."""
        app.before_request(self.check)

    def check(self) -> Response | None:
        """None lets the request in; otherwise the way to the sign-in page, or 403 and its audit line."""
        if request.endpoint is None:
            return None
        token = request.cookies.get(self._cookie, "")
        roles = roles_of(current_app.view_functions[request.endpoint])
        session = None if roles is None else self._sessions.find(token)
        changes = request.method not in _ASKING
        # Without a cookie anybody can work out the form token.
        if changes and not (_own_origin() and StaffForm.for_token(token, request.form).validate() and token):
            self._refuse(session, "form")
        if roles is None:
            return None
        if session is None:
            return redirect(url_for("sign_in.show"), 303)
        if session.role not in roles:
            self._refuse(session, "role")
        g.session, g.form = session, StaffForm.for_token(token)
        return None

    def _refuse(self, session: Session | None, reason: str) -> None:
        # Whoever is not signed in gets no line: a stranger could fill the disk with them.
        if session is not None:
            self._audit.note(
                "refused",
                session.name,
                role=session.role.value,
                reason=reason,
                page=request.endpoint or "",
                method=request.method,
            )
        abort(403)


def _own_origin() -> bool:
    """Whether a browser says that this form stood on one of our own pages.

    Browsers that send Sec-Fetch-Site are believed. `Referrer-Policy: no-referrer` makes them write "Origin:
    null" on our own forms too, so a missing name proves nothing either way and the form token decides.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "null")
    # Not taken apart as an address: what is no address must be refused too, not raise.
    return origin == "null" or origin.partition("://")[2] == request.host
