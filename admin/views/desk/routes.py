"""The desk's routes, wired by hand. Every one is for supervisors with a second factor."""

from __future__ import annotations

from flask import Blueprint
from werkzeug import Response

from admin.sessions import Sessions
from admin.views.desk.acts import Acts
from admin.views.desk.away import Away
from admin.views.desk.concern import Concern
from admin.views.desk.counter import Counter
from admin.views.desk.door import Door, Keyhole
from admin.views.desk.opening import Opening
from admin.views.desk.queue import Queue
from admin.views.desk.request import Requests

ACTS = ("tried", "note", "take", "give", "unreached", "close", "reopen", "worry", "settle")


def desk_blueprint(counter: Counter, sessions: Sessions, cookie: str) -> Blueprint:
    """All pages of the desk; what a session unlocked is forgotten when the session ends."""
    sessions.when_ended(counter.openers.lock)
    pages = Blueprint("desk", __name__)
    queue, requests = Queue(counter), Requests(counter, cookie)

    def refuse(door: Door, status: int) -> Response:
        """Show the page again from which somebody tried to unlock."""
        one = counter.store.find(bytes.fromhex(door.back)) if door.back else None
        return requests.page(one, status, door=door) if one else queue.page(door, status)

    keyhole, away = Keyhole(counter, cookie, refuse), Away(counter, cookie)
    pages.add_url_rule("/desk", "queue", queue.show)
    pages.add_url_rule("/desk/unlock", "unlock", keyhole.unlock, methods=["POST"])
    pages.add_url_rule("/desk/lock", "lock", keyhole.lock, methods=["POST"])
    pages.add_url_rule("/desk/away", "away", away.show)
    pages.add_url_rule("/desk/away", "keep_away", away.keep, methods=["POST"])
    pages.add_url_rule("/desk/back", "back", away.back, methods=["POST"])
    _add_request_routes(pages, counter, requests)
    return pages


def _add_request_routes(pages: Blueprint, counter: Counter, requests: Requests) -> None:
    acts, opening, concern = Acts(counter, requests), Opening(counter, requests), Concern(counter, requests)
    here = "/desk/<request_id>"
    pages.add_url_rule(here, "request", requests.show)
    pages.add_url_rule(f"{here}/open", "open", opening.open, methods=["POST"])
    pages.add_url_rule(f"{here}/concern", "concern", concern.show)
    for act in ACTS:
        pages.add_url_rule(f"{here}/{act}", act, getattr(acts, act), methods=["POST"])
