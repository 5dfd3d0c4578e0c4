"""Who may see which page: denied unless the route names the role. It opens no page by default."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug import Response

from admin.audit import Audit
from admin.cookies import Cookies
from admin.forms import StaffForm
from admin.sessions import Session, Sessions, Stage
from survey_app.roles import Role

View = TypeVar("View", bound=Callable[..., object])
_ASKING = frozenset({"GET", "HEAD", "OPTIONS"})

LARGEST_AT_THE_DOOR = 36 * 1024
"""Bytes of a form of a page that is open to all."""

SET_UP = "/account/second-factor"
"""Where a second factor is set up."""


@dataclass(frozen=True)
class Rule:
    """Who may see a view: these roles, None for everybody. `strong`: only with a second factor; `setup`: also
    whoever must set one up before anything else."""

    roles: frozenset[Role] | None = frozenset()
    strong: bool = False
    setup: bool = False


def requires(*roles: Role, strong: bool = False, setup: bool = False) -> Callable[[View], View]:
    """Mark a view with the roles that may see it, and with what else it takes (`Rule`)."""

    def mark(view: View) -> View:
        vars(view)["rule"] = Rule(frozenset(roles), strong, setup)
        return view

    return mark


def open_to_all(view: View) -> View:
    """Mark a view as open without sign-in: the ways in and the stylesheet, nothing else."""
    vars(view)["rule"] = Rule(None)
    return view


def rule_of(view: Callable[..., object]) -> Rule:
    """The rule of a view; nobody may see one that does not say."""
    rule: Rule = getattr(view, "rule", Rule())
    return rule


def roles_of(view: Callable[..., object]) -> frozenset[Role] | None:
    """The roles that may see a view, None where it is open."""
    return rule_of(view).roles


def signed_in() -> Session:
    """The session of this request. Only views that name roles may ask."""
    session: Session = g.session
    return session


class Gate:
    """Stands before every request: a session, the role, and on every form its origin and token.

    `too_late` answers forms of a session that is over, so that nothing written is lost, or says None.
    """

    def __init__(
        self,
        sessions: Sessions,
        audit: Audit,
        cookies: Cookies,
        too_late: Callable[[Session | None], Response | None],
    ) -> None:
        self._sessions = sessions
        self._audit = audit
        self._cookies = cookies
        self._too_late = too_late

    def init_app(self, app: Flask) -> None:
        """Put the gate before every view of the application."""
        app.before_request(self.check)

    def check(self) -> Response | None:
        """None lets the request in; otherwise the way to the sign-in page, or 403 and its audit line."""
        if request.endpoint is None:
            return None
        token = self._cookies.token
        rule = rule_of(current_app.view_functions[request.endpoint])
        if rule.roles is None:
            # The ways in carry what somebody wrote before their session ended, and a little more.
            request.max_content_length = request.max_form_memory_size = LARGEST_AT_THE_DOOR
        session = None if rule.roles is None else self._sessions.find(token, *_stages(rule))
        answer = None if request.method in _ASKING else self._judge_form(rule, session, token)
        if answer:
            return answer
        if rule.roles is None:
            return None
        if session is None:
            return redirect(self._way_in(token, request.path if rule.strong else None), 303)
        if session.role not in rule.roles:
            self._refuse(session, "role")
        if rule.strong and not session.strong:
            return self._set_up_first(session)
        g.session, g.form = session, StaffForm.for_token(token)
        return None

    def _judge_form(self, rule: Rule, session: Session | None, token: str) -> Response | None:
        """None where the form came from one of our pages, and from this session's; else what to answer."""
        if not _own_origin():
            self._refuse(session, "form")
        # Without a cookie anybody can work out the form token.
        ours = bool(token) and StaffForm.for_token(token, request.form).validate()
        if ours and (session or rule.roles is None):
            return None
        late = self._too_late(session or self._sessions.find(token))
        if late is None and not ours:
            self._refuse(session, "form")
        return late

    def _set_up_first(self, session: Session) -> Response:
        if request.method not in _ASKING:
            self._refuse(session, "second factor")
        return redirect(f"{SET_UP}?{urlencode({'next': request.path})}", 303)

    def _way_in(self, token: str, wanted: str | None) -> str:
        """The page of the sign-in at which this browser stands. `wanted`: where it leads afterwards."""
        unfinished = self._sessions.find(token, Stage.HALF, Stage.SETUP)
        if unfinished is None:
            return url_for("sign_in.show", next=wanted)
        page = "set_up.choose" if unfinished.stage is Stage.SETUP else "second_step.show"
        return url_for(page, next=wanted)

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


def _stages(rule: Rule) -> tuple[Stage, ...]:
    return (Stage.FULL, Stage.SETUP) if rule.setup else (Stage.FULL,)


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
