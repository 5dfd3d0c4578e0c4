"""One request: what must be known before somebody calls, its forms, its history. It shows no person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import make_response, render_template, request
from werkzeug import Response

from admin.access import requires, signed_in
from admin.desk.days import age, due_in_words
from admin.desk.forms import (
    NAMESAKE,
    NAMESAKE_TEXT,
    REASONS,
    ActForm,
    CloseForm,
    GiveForm,
    NoteForm,
    OpenForm,
    TryForm,
)
from admin.desk.reading import Outline, Sheet, is_kept_out
from admin.desk.store import Request, State
from admin.desk.unlocked import Unlocked
from admin.forms import StaffForm
from admin.views.desk.counter import Counter, Unreadable
from admin.views.desk.door import Door, locked_door
from admin.views.desk.queue import STATES
from survey_app.roles import Role


@dataclass(frozen=True)
class Facts:
    """What is known of a request without opening it. `ends`: the day on which it is deleted."""

    id: str
    name: str
    version: int
    age: str
    due: str
    is_late: bool
    state: str
    is_open: bool
    unreached: bool
    reached: bool
    concern: bool
    who: str
    is_mine: bool
    reason: str
    ends: date | None


@dataclass(frozen=True)
class Line:
    """One line of the history. `at`: the minute, ISO; `when`: as people say it."""

    at: str
    when: str
    by: str
    did: str
    words: str


@dataclass(frozen=True)
class Forms:
    """The page's forms, one of them perhaps as it was sent and refused."""

    open: OpenForm
    tried: TryForm
    note: NoteForm
    give: GiveForm
    close: CloseForm


@dataclass(frozen=True)
class RequestPage:
    """The page. Of `outline` and `history` a locked desk knows nothing; `problem`: why the letter cannot be
    read; `message`: what an act came to; `can_note`: whether there still is a key to seal a note with;
    `is_unread`: whether a colleague's key opens the letter and this one does not."""

    facts: Facts
    door: Door | None
    outline: Outline | None
    problem: str
    is_kept_out: bool
    history: tuple[Line, ...]
    forms: Forms
    message: str
    can_note: bool
    is_unread: bool


class Requests:
    """The view of one request, and the page that refused forms are answered with."""

    def __init__(self, counter: Counter, cookie: str) -> None:
        self._counter, self._cookie = counter, cookie

    @requires(Role.SUPERVISOR, strong=True)
    def show(self, request_id: str) -> Response:
        """One request."""
        return self.page(self._counter.found(request_id))

    def page(
        self,
        one: Request,
        status: int = 200,
        message: str = "",
        sent: StaffForm | None = None,
        door: Door | None = None,
    ) -> Response:
        """The request as it is now. `sent`: a form that comes back as it was written."""
        unlocked = self._counter.unlocked()
        sheet = self._counter.sheet(one, unlocked) if unlocked else None
        readable = sheet if isinstance(sheet, Sheet) else None
        kept_out = bool(readable and unlocked and self._counter.is_kept_out(readable, one, unlocked))
        page = RequestPage(
            facts=self._facts(one),
            door=door or locked_door(self._counter, one.id.hex()),
            outline=readable.outline() if readable and not kept_out else None,
            problem=sheet.value if isinstance(sheet, Unreadable) else "",
            is_kept_out=kept_out,
            history=self._history(one, unlocked) if unlocked and not kept_out else (),
            forms=self._forms(one, unlocked, readable, kept_out, sent),
            message=message,
            can_note=one.key_id in self._counter.key_ids(),
            is_unread=sheet is Unreadable.NOT_SHARED,
        )
        return make_response(render_template("desk_request.html", page=page), status)

    def opening_form(self, kept_out: bool, form: OpenForm) -> OpenForm:
        """The form with the reasons that there are to choose from."""
        reasons = {NAMESAKE: NAMESAKE_TEXT} if kept_out else REASONS
        form.because.choices = reasons
        return form

    def closing_form(self, form: CloseForm) -> CloseForm:
        """The form with the plan's reasons."""
        form.reason.choices = {reason.code: reason.text for reason in self._counter.plan.closing_reasons}
        return form

    def giving_form(self, form: GiveForm, sheet: Sheet | None = None) -> GiveForm:
        """The form with the colleagues, but for those whom the letter asks to keep out."""
        wish = sheet.outline().keep_out if sheet else ""
        names = [name for name in self._counter.colleagues() if not is_kept_out(name, wish)]
        form.to.choices = {"": "Choose somebody"} | {name: name for name in names}
        return form

    def form_token(self) -> str:
        """What forms of this session are made with."""
        return request.cookies.get(self._cookie, "")

    def _forms(
        self,
        one: Request,
        unlocked: Unlocked | None,
        sheet: Sheet | None,
        kept_out: bool,
        sent: StaffForm | None,
    ) -> Forms:
        token = self.form_token()
        forms = Forms(
            open=self.opening_form(
                kept_out, sent if isinstance(sent, OpenForm) else OpenForm.for_token(token)
            ),
            tried=sent if isinstance(sent, TryForm) else TryForm.for_token(token),
            note=sent if isinstance(sent, NoteForm) else NoteForm.for_token(token),
            give=self.giving_form(sent if isinstance(sent, GiveForm) else GiveForm.for_token(token), sheet),
            close=self.closing_form(sent if isinstance(sent, CloseForm) else CloseForm.for_token(token)),
        )
        forms.open.once.data = unlocked.new_token(one.id) if unlocked else ""
        for form in vars(forms).values():
            if isinstance(form, ActForm):
                form.version.data = str(one.version)
        return forms

    def _history(self, one: Request, unlocked: Unlocked) -> tuple[Line, ...]:
        return tuple(
            Line(entry.at, _in_words(entry.at), entry.by, entry.did, entry.words)
            for entry in self._counter.history(one, unlocked)
        )

    def _facts(self, one: Request) -> Facts:
        today, me = self._counter.today(), signed_in().name
        reasons = {reason.code: reason.text for reason in self._counter.plan.closing_reasons}
        return Facts(
            id=one.id.hex(),
            name=one.name,
            version=one.version,
            age=age(one.arrived, today),
            due=due_in_words(one.due, today) if one.is_waiting else "",
            is_late=one.is_waiting and one.due < today,
            state=STATES[one.state],
            is_open=one.is_open,
            unreached=one.state is State.UNREACHED,
            reached=one.state is State.REACHED,
            concern=one.concern,
            who="you" if one.assigned == me else one.assigned,
            is_mine=one.assigned == me,
            reason=reasons.get(one.reason, one.reason),
            ends=self._counter.store.ends_on(one),
        )


def _in_words(at: str) -> str:
    """A minute as people say it; what is no time stays as it is."""
    try:
        when = datetime.fromisoformat(at)
    except ValueError:
        return at
    return f"{when.day} {when:%B, %H:%M}"
