"""Who is away and who covers. It moves no request: those of somebody away are shown to the deputy."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.desk.absences import Absence
from admin.desk.forms import AwayForm
from admin.views.desk.counter import Counter
from survey_app.roles import Role

BACKWARDS = "The last day is before the first."
OVER = "That day is over."


@dataclass(frozen=True)
class AwayPage:
    """The page. `mine`: one's own absence, if there is one."""

    form: AwayForm
    absences: tuple[Absence, ...]
    mine: Absence | None
    can_cover: bool


class Away:
    """The page and its two acts."""

    def __init__(self, counter: Counter, cookie: str) -> None:
        self._counter, self._cookie = counter, cookie

    @requires(Role.SUPERVISOR, strong=True)
    def show(self) -> Response:
        """Who is away, and the form."""
        return self._page(self._form())

    @requires(Role.SUPERVISOR, strong=True)
    def keep(self) -> Response:
        """Note when one is away."""
        form, me = self._form(sent=True), signed_in().name
        if not (form.validate() and self._is_possible(form)):
            return self._page(form, 400)
        first, last, cover = form.first.data, form.last.data, str(form.cover.data)
        if first and last:
            about = {"first": first.isoformat(), "last": last.isoformat(), "cover": cover}
            self._counter.audit.note("away_noted", me, **about)
            self._counter.absences.keep(Absence(me, first, last, cover))
        return redirect(url_for("desk.away"), 303)

    @requires(Role.SUPERVISOR, strong=True)
    def back(self) -> Response:
        """One is back, or does not go."""
        self._counter.audit.note("away_ended", signed_in().name)
        self._counter.absences.end(signed_in().name)
        return redirect(url_for("desk.away"), 303)

    def _is_possible(self, form: AwayForm) -> bool:
        first, last = form.first.data, form.last.data
        if first and last and last < first:
            form.last.errors = (BACKWARDS,)
        elif last and last < self._counter.today():
            form.last.errors = (OVER,)
        return not form.last.errors

    def _form(self, sent: bool = False) -> AwayForm:
        form = AwayForm.for_token(request.cookies.get(self._cookie, ""), request.form if sent else None)
        names = self._counter.colleagues()
        form.cover.choices = {"": "Choose somebody"} | {name: name for name in names}
        return form

    def _page(self, form: AwayForm, status: int = 200) -> Response:
        absences = self._counter.absences.all(self._counter.today())
        mine = next((one for one in absences if one.name == signed_in().name), None)
        page = AwayPage(form, absences, mine, bool(self._counter.colleagues()))
        return make_response(render_template("desk_away.html", page=page), status)
