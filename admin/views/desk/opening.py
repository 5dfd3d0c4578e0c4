"""Shows who asked: one person, once, after the reason stands in the trail. It shows nobody before that."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.desk.days import age
from admin.desk.forms import NAMESAKE, NAMESAKE_TEXT, REASONS, NoteForm, OpenForm, TryForm
from admin.desk.reading import Outline, Person, Reach, Sheet, reaches
from admin.desk.store import ChangedError, Request
from admin.desk.unlocked import Unlocked
from admin.views.desk.counter import Counter, Unreadable
from admin.views.desk.request import Requests
from survey_app.plaintext import clean_text
from survey_app.roles import Role

ONCE = 203
"""Only a 200 is kept for the Back button (measured in Chromium): this page is not."""

SHOWN_ONCE = "This was shown once. Give a reason to see it again."
LOCKED = "The desk is locked. Unlock it to go on."
SAY_WHY = "Please say why in a few words."
_LONGEST = 200


@dataclass(frozen=True)
class ContactPage:
    """One person, for `seconds`. `back`: the page to which it hides itself."""

    id: str
    name: str
    age: str
    outline: Outline
    person: Person
    reaches: tuple[Reach, ...]
    seconds: int
    back: str
    tried: TryForm
    note: NoteForm


class Opening:
    """The one view that shows a person."""

    def __init__(self, counter: Counter, requests: Requests) -> None:
        self._counter, self._requests = counter, requests

    @requires(Role.SUPERVISOR, strong=True)
    def open(self, request_id: str) -> Response:
        """Record the reason, then show the person, once for each token."""
        one, unlocked = self._counter.found(request_id), self._counter.unlocked()
        form = OpenForm.for_token(self._requests.form_token(), request.form)
        if unlocked is None:
            return self._requests.page(one, 403, LOCKED)
        sheet = self._counter.sheet(one, unlocked)
        if isinstance(sheet, Unreadable) or not one.is_open:
            return self._requests.page(one, 409)
        kept_out = self._counter.is_kept_out(sheet, one, unlocked)
        self._requests.opening_form(kept_out, form)
        if not self._is_told_why(form):
            return self._requests.page(one, 400, sent=form)
        if not self._counter.openers.spend(signed_in().id, form.once.data or "", one.id):
            return self._requests.page(one, 409, SHOWN_ONCE)
        self._record(one, form)
        if kept_out:
            unlocked.cleared.add(one.id)
        return self._shown(one, sheet, unlocked)

    @staticmethod
    def _is_told_why(form: OpenForm) -> bool:
        if not form.validate():
            return False
        form.other.data = clean_text(form.other.data, _LONGEST)
        if form.because.data == "other" and not form.other.data:
            form.other.errors = (SAY_WHY,)
            return False
        return True

    def _record(self, one: Request, form: OpenForm) -> None:
        """The code goes into the trail. Free words may hold a name: they are sealed into the history."""
        code = str(form.because.data)
        self._counter.audit.note("contact_opened", signed_in().name, request=one.name, reason=code)
        why = (REASONS | {NAMESAKE: NAMESAKE_TEXT})[code]
        words = str(form.other.data) if code == "other" else ""
        entry = self._counter.sealed(one, f"opened it. {why}", words)
        if entry is not None:
            try:
                self._counter.store.note(one, entry)
            except ChangedError:
                return

    def _shown(self, one: Request, sheet: Sheet, unlocked: Unlocked) -> Response:
        outline, person, token = sheet.outline(), sheet.person(), self._requests.form_token()
        tried, note = TryForm.for_token(token), NoteForm.for_token(token)
        tried.version.data = note.version.data = str(one.version)
        page = ContactPage(
            id=one.id.hex(),
            name=one.name,
            age=age(one.arrived, self._counter.today()),
            outline=outline,
            person=person,
            reaches=reaches(person, outline),
            seconds=self._counter.plan.hide_seconds,
            back=url_for("desk.request", request_id=one.id.hex()),
            tried=tried,
            note=note,
        )
        return make_response(render_template("desk_contact.html", page=page), ONCE)
