"""What supervisors do about a request. Each stands in the trail before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug import Response

from admin.access import requires, signed_in
from admin.audit import AuditError
from admin.desk.entries import NOTE_LENGTH
from admin.desk.forms import RESULTS, WAYS, ActForm, CloseForm, GiveForm, NoteForm, TryForm
from admin.desk.reading import Sheet
from admin.desk.store import ChangedError, Request, State
from admin.views.desk.counter import Counter, Unreadable
from admin.views.desk.request import Requests
from survey_app.plaintext import clean_text
from survey_app.roles import Role

CHANGED = (
    "Somebody changed this request meanwhile; below is how it stands now. Nothing was done, and what you "
    "wrote is still in its field. Look, and send it again if it is still right."
)
NO_KEY = "The key for this letter was destroyed, so no note can be sealed any more. Nothing was kept."
KEPT_OUT = (
    "The young person asked that somebody with a name like yours is kept out of this. Nothing was done. "
    "Please hand it over."
)
LOCKED = (
    "Unlock the desk first: the young person may have asked to keep you out. Nothing was done; what you "
    "chose is still in its place."
)
ENDS_ALERTS = ("request_tried", "request_unreached", "request_closed", "concern_closed")
"""Nobody is told of the request any more, or not so soon: only who may read it says so."""
LEFT_TO_WHO_IS_KEPT_OUT = ("request_given", "concern_raised")
DONE, GONE = 303, 404
Form = TypeVar("Form", bound=ActForm)
_STARTED = (State.NEW, State.TRYING, State.UNREACHED)


class Acts:
    """The acts' views."""

    def __init__(self, counter: Counter, requests: Requests) -> None:
        self._counter, self._requests = counter, requests

    @requires(Role.SUPERVISOR, strong=True)
    def tried(self, request_id: str) -> Response:
        """Somebody tried to reach the young person."""
        one, form = self._counter.found(request_id), self._sent(TryForm)
        if not form.validate():
            return self._requests.page(one, 400, sent=form)
        way, result = str(form.way.data), str(form.result.data)
        changes: dict[str, object] = {} if one.assigned else {"assigned": signed_in().name}
        if result == "spoke":
            changes["state"] = State.REACHED.value
        elif one.state in _STARTED:
            changes["state"] = State.TRYING.value
        did = f"{WAYS[way].lower()}. {RESULTS[result]}"
        return self._act(one, form, changes, "request_tried", did, way=way, result=result)

    @requires(Role.SUPERVISOR, strong=True)
    def note(self, request_id: str) -> Response:
        """Keep a note, sealed; no passphrase is needed for that. What cannot be kept is given back."""
        form = self._sent(NoteForm)
        try:
            one = self._counter.find(request_id)
            return self._noted(one, form) if one else _given_back(form, 404)
        except (AuditError, OSError, SQLAlchemyError) as error:
            current_app.logger.error("%s at %s", type(error).__name__, request.endpoint)
            return _given_back(form, 503)

    def _noted(self, one: Request, form: NoteForm) -> Response:
        if not form.validate():
            return self._requests.page(one, 400, sent=form)
        if one.key_id not in self._counter.key_ids():
            return self._requests.page(one, 409, NO_KEY, form)
        words = clean_text(form.words.data, NOTE_LENGTH)
        return self._act(one, form, {}, "request_noted", "noted", words)

    @requires(Role.SUPERVISOR, strong=True)
    def take(self, request_id: str) -> Response:
        """Whoever is signed in takes it."""
        one, form = self._counter.found(request_id), self._sent(ActForm)
        return self._act(one, form, {"assigned": signed_in().name}, "request_taken", "took it")

    @requires(Role.SUPERVISOR, strong=True)
    def give(self, request_id: str) -> Response:
        """Hand it to a colleague who has a key."""
        one, unlocked = self._counter.found(request_id), self._counter.unlocked()
        sheet = self._counter.sheet(one, unlocked) if unlocked else None
        known = sheet if isinstance(sheet, Sheet) else None
        form = self._requests.giving_form(self._sent(GiveForm), known)
        if not form.validate():
            return self._requests.page(one, 400, sent=form)
        to = str(form.to.data)
        return self._act(one, form, {"assigned": to}, "request_given", f"handed it to {to}", to=to)

    @requires(Role.SUPERVISOR, strong=True)
    def unreached(self, request_id: str) -> Response:
        """Say that they could not be reached for now; it stays open."""
        one, form = self._counter.found(request_id), self._sent(ActForm)
        changes = {"state": State.UNREACHED.value}
        return self._act(one, form, changes, "request_unreached", "could not reach them for now")

    @requires(Role.SUPERVISOR, strong=True)
    def close(self, request_id: str) -> Response:
        """End it, for one of the plan's reasons."""
        one, form = self._counter.found(request_id), self._requests.closing_form(self._sent(CloseForm))
        if not form.validate():
            return self._requests.page(one, 400, sent=form)
        code = str(form.reason.data)
        changes = {"state": State.CLOSED.value, "closed": self._counter.today(), "reason": code}
        text = {reason.code: reason.text for reason in self._counter.plan.closing_reasons}[code]
        return self._act(one, form, changes, "request_closed", f"closed it. {text}", reason=code)

    @requires(Role.SUPERVISOR, strong=True)
    def reopen(self, request_id: str) -> Response:
        """It goes on, as long as it was not deleted."""
        one, form = self._counter.found(request_id), self._sent(ActForm)
        changes = {"state": State.TRYING.value, "closed": None, "reason": ""}
        return self._act(one, form, changes, "request_reopened", "opened it again")

    @requires(Role.SUPERVISOR, strong=True)
    def worry(self, request_id: str) -> Response:
        """Somebody may be in danger: before everybody at the desk, due today."""
        one, form = self._counter.found(request_id), self._sent(ActForm)
        changes = {"concern": True, "due": min(one.due, self._counter.today())}
        answer = self._act(one, form, changes, "concern_raised", "raised a concern")
        return _then(answer, url_for("desk.concern", request_id=request_id))

    @requires(Role.SUPERVISOR, strong=True)
    def settle(self, request_id: str) -> Response:
        """The concern is dealt with; the request goes on."""
        one, form = self._counter.found(request_id), self._sent(ActForm)
        return self._act(one, form, {"concern": False}, "concern_closed", "dealt with the concern")

    def _sent(self, kind: type[Form]) -> Form:
        return kind.for_token(self._requests.form_token(), request.form)

    def _act(
        self,
        one: Request,
        form: ActForm,
        changes: Mapping[str, object],
        event: str,
        did: str,
        words: str = "",
        **about: str,
    ) -> Response:
        """Do it if nobody did anything meanwhile. `about` is for the trail, `did` and `words` are sealed."""
        if form.version.data != str(one.version) or one.is_open == (event == "request_reopened"):
            return self._requests.page(one, 409, CHANGED, form)
        if event in ENDS_ALERTS and (unread := self._unread(one)) is not None:
            return self._requests.page(one, 403, unread, form)
        if event not in LEFT_TO_WHO_IS_KEPT_OUT and self._is_kept_out(one):
            return self._requests.page(one, 403, KEPT_OUT, form)

        def record() -> None:
            self._counter.audit.note(event, signed_in().name, request=one.name, **about)

        try:
            self._counter.store.act(one, changes, self._counter.sealed(one, did, words), record)
        except ChangedError:
            return self._requests.page(self._counter.store.find(one.id) or abort(404), 409, CHANGED, form)
        return redirect(url_for("desk.request", request_id=one.id.hex()), 303)

    def _unread(self, one: Request) -> str | None:
        """What to say where the desk is locked or only a colleague's key opens the letter; None elsewhere."""
        unlocked = self._counter.unlocked()
        if unlocked is None:
            return LOCKED
        return "" if self._counter.sheet(one, unlocked) is Unreadable.NOT_SHARED else None

    def _is_kept_out(self, one: Request) -> bool:
        """Whether the letter asks for that, as far as an unlocked desk knows."""
        unlocked = self._counter.unlocked()
        sheet = self._counter.sheet(one, unlocked) if unlocked else None
        return bool(unlocked and isinstance(sheet, Sheet) and self._counter.is_kept_out(sheet, one, unlocked))


def _given_back(form: NoteForm, status: int) -> Response:
    """A page with what was written, and that it was not kept: the request is gone (404), or not just now."""
    words, gone = clean_text(form.words.data, NOTE_LENGTH), status == GONE
    return make_response(render_template("desk_gone.html", words=words, gone=gone), status)


def _then(answer: Response, url: str) -> Response:
    """On to another page where the act was done."""
    return redirect(url, 303) if answer.status_code == DONE else answer
