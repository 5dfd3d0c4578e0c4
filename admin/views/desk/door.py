"""Unlocking and locking the desk: another act than signing in, with another passphrase."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from flask import redirect, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.desk.forms import UnlockForm
from admin.desk.unlocked import BusyError, NoKeyError, WrongPassphraseError, require_key
from admin.views.desk.counter import ID_LETTERS, Counter
from survey_app.roles import Role

WRONG = "That is not the passphrase of your key. It is another one than you sign in with."
BUSY = "Others are unlocking just now. Try again in a moment."


@dataclass(frozen=True)
class Door:
    """What a locked page shows: the way in, or in `missing` why there is none. `wait`: seconds; `back`: the
    request to go on to, or ""."""

    back: str
    missing: str = ""
    problem: str = ""
    wait: int = 0


def locked_door(counter: Counter, back: str = "") -> Door | None:
    """The door of a locked desk; None where it is unlocked."""
    if counter.unlocked():
        return None
    try:
        require_key(counter.ring, signed_in().name)
    except NoKeyError as error:
        return Door(back, missing=str(error))
    return Door(back)


class Keyhole:
    """The two acts. `refuse` makes the page that a wrong passphrase is answered with."""

    def __init__(self, counter: Counter, cookie: str, refuse: Callable[[Door, int], Response]) -> None:
        self._counter, self._cookie, self._refuse = counter, cookie, refuse

    @requires(Role.SUPERVISOR, strong=True)
    def unlock(self) -> Response:
        """Keep the opener of whoever knows the passphrase, for minutes."""
        back, me = _back(), signed_in()
        form = UnlockForm.for_token(request.cookies.get(self._cookie, ""), request.form)
        if not form.validate():
            return self._refuse(Door(back, problem="Please write the passphrase of your key."), 400)

        def record() -> None:
            self._counter.audit.note("desk_unlocked", me.name)

        try:
            self._counter.openers.unlock(me.id, me.name, form.passphrase.data or "", record)
        except NoKeyError as error:
            return self._refuse(Door(back, missing=str(error)), 403)
        except BusyError:
            return self._refuse(Door(back, problem=BUSY), 503)
        except WrongPassphraseError as refused:
            return self._wrong(back, refused)
        return redirect(url_for("desk.request", request_id=back) if back else url_for("desk.queue"), 303)

    @requires(Role.SUPERVISOR, strong=True)
    def lock(self) -> Response:
        """Forget the opener."""
        if self._counter.openers.lock(signed_in().id):
            self._counter.audit.note("desk_locked", signed_in().name)
        return redirect(url_for("desk.queue"), 303)

    def _wrong(self, back: str, refused: WrongPassphraseError) -> Response:
        wait = ceil(refused.turn.wait)
        if not refused.turn.early:
            self._counter.audit.note("desk_unlock_refused", signed_in().name, wait=str(wait))
        answer = self._refuse(Door(back, problem=WRONG, wait=wait), 429 if wait else 403)
        if wait:
            answer.headers["Retry-After"] = str(wait)
        return answer


def _back() -> str:
    """The request from whose page somebody unlocks, or ""."""
    back = request.form.get("back", "")
    return back if len(back) == ID_LETTERS and set(back) <= set("0123456789abcdef") else ""
