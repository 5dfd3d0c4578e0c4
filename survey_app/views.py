"""The public addresses: the survey, sending it, the separate contact note, help and leaving.

Nothing that was sent is ever read back or shown again here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from survey_app.cards import TYPED, grouped, is_sound, read
from survey_app.frames import CARD, CARD_WAY, Notice
from survey_app.instrument.snapshot import Snapshot
from survey_app.intake import IntakeUnavailable
from survey_app.language import negotiate
from survey_app.notices import CLOSED, NEVER_NOTE, NO_KEY, NO_NOTE, UNAVAILABLE, notice_for
from survey_app.pacing import RETRY_AFTER, Pacing
from survey_app.page import Page
from survey_app.pages import Pages
from survey_app.privacy import POLICY
from survey_app.said import SaidFolder
from survey_app.site import Box, Site, Wave
from survey_app.slot import Slot, SlotClosedError, new_nonce
from survey_app.tablet import PREFIX, box_in, home, is_shared

VERSION_LENGTH = 16

OWN_SITES = ("same-origin", "none")
"""What a browser says of a form that stood on our own page, or was sent again by reloading: any other website
could make its visitors fill our boxes."""


@dataclass(frozen=True)
class Respondents:
    """Everything a young person can ask of the server. `snapshots` by hash.

    `shared` is "kiosk/" in the addresses of a shared tablet, and "" elsewhere.
    """

    site: Site
    snapshots: Mapping[str, Snapshot]
    pages: Pages
    slot: Slot
    pacing: Pacing
    published: SaidFolder

    def start(self, language: str | None = None, box: str | None = None, shared: str = "") -> Response:
        """The start screen of a shared tablet."""
        wave, found = self._box(box)
        if box is None:
            return see(home(found.id))
        self.slot.require_open(wave)
        snapshot = self.snapshots[wave.snapshot]
        spoken = self._language(language, snapshot.languages)
        return answer(self.pages.start(snapshot, spoken, found.id, contact=self._reaches(snapshot)))

    def survey(
        self, language: str | None = None, box: str | None = None, shared: str = "", card: str | None = None
    ) -> Response:
        """The survey document. `card`: the code of a card at the end of the address; nothing is looked up."""
        wave, found = self._box(box)
        if card is not None and not wave.codes:
            abort(404)
        if found.shared_tablet and not shared and card is None:
            return see(home(found.id))
        self.slot.require_open(wave)
        snapshot = self.snapshots[wave.snapshot]
        spoken = self._language(language, snapshot.languages)
        contact = self._reaches(snapshot)
        return answer(
            self.pages.survey(snapshot, spoken, shared + found.id, contact=contact), read(card or "")
        )

    def send(self, box: str | None = None, shared: str = "") -> Response:
        """Take a ballot in. The address names box and tablet for the page that refuses a form unread."""
        wave, found, snapshot, language, shared = self._form()
        self.slot.drop_ballot(wave, found.id, snapshot, request.form, language)
        if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            return Response(status=204)  # to our own script, which knows where to go: one request less
        return see(f"/{language}/thanks/{shared}{found.id}")

    def thanks(self, language: str | None = None, box: str | None = None, shared: str = "") -> Response:
        """The page after Send, with the offer to be contacted."""
        wave, found = self._box(box)
        snapshot = self.snapshots[wave.snapshot]
        spoken = self._language(language, snapshot.languages)
        contact = self._reaches(snapshot)
        return answer(self.pages.thanks(snapshot, spoken, shared + found.id, contact=contact))

    def follow_up(
        self, language: str | None = None, box: str | None = None, shared: str = ""
    ) -> Response:
        """The same offer without a survey, also while none is open."""
        wave, found = self._box(box)
        snapshot = self.snapshots[wave.snapshot]
        spoken = self._language(language, snapshot.languages)
        if not self._reaches(snapshot):
            notice = NO_NOTE if snapshot.sections("separate") else NEVER_NOTE
            return answer(self.pages.notice(notice, spoken, shared and shared + found.id))
        return answer(self.pages.follow_up(snapshot, spoken, shared + found.id))

    def contact(self, box: str | None = None, shared: str = "") -> Response:
        """Take a letter in, or "No thanks"; nobody can tell by the answer which it was."""
        wave, found, snapshot, language, shared = self._form()
        if "no" not in request.form:
            self.slot.drop_letter(wave, found.id, snapshot, request.form, language)
        return see(f"/{language}/done/{shared}{found.id}" if shared else f"/{language}/done")

    def done(self, language: str | None = None, box: str | None = None, shared: str = "") -> Response:
        """The end. Only on a shared tablet does it belong to a box: that is where it goes back to."""
        return self._plain("done.html", language, shared and shared + self._box(box)[1].id)

    def help(self, language: str | None = None) -> Response:
        """Whom to call."""
        spoken = self._language(language, self.languages)
        return answer(self.pages.plain("help.html", spoken, contact=self._reaches()))

    def who(self, language: str | None = None, box: str | None = None, shared: str = "") -> Response:
        """Who can see what."""
        wave, found = self._box(box)
        snapshot = self.snapshots[wave.snapshot]
        spoken = self._language(language, snapshot.languages)
        place, contact = shared and shared + found.id, self._reaches(snapshot)
        return answer(self.pages.who(snapshot, spoken, place, codes=wave.codes, contact=contact))

    def said(self, language: str | None = None, wave: str | None = None) -> Response:
        """What was done about what young people said: the newest that was published, or one wave's."""
        found = [one for one in self.published.published() if wave in (None, one.wave)]
        if not found:
            abort(404)
        spoken = self._language(language, (*found[0].languages, *self.languages))
        return answer(self.pages.said(found[0], spoken))

    def exit(self) -> Response:
        """Quick exit without a script."""
        return see("/bye")

    def bye(self) -> Response:
        """On to somewhere harmless."""
        return self._plain("bye.html", None)

    def left(self) -> Response:
        """The stylesheet of the pages after leaving: it makes the browser forget what it kept of this site.

        On a page itself the header does not work (measured, Chromium 156 and Firefox 153).
        """
        return Response("", mimetype="text/css", headers={"Clear-Site-Data": '"cache", "storage"'})

    def failed(self, error: HTTPException) -> Response:
        """The constant page of an HTTP error; nothing of the request is in it."""
        response = self._say(notice_for(error.code or 500), self._place_asked())
        allowed = getattr(error, "valid_methods", None)
        if allowed:
            response.headers["Allow"] = ", ".join(sorted(allowed))
        if error.code == 429:
            response.headers["Retry-After"] = str(RETRY_AFTER)
        return response

    def unavailable(self, error: IntakeUnavailable) -> Response:
        """It could not be stored: say so, so that the youth can try again."""
        return self._say(UNAVAILABLE, self._place_asked())

    def closed(self, error: SlotClosedError) -> Response:
        """Nothing is taken in now."""
        if error.purpose == "contact":
            return self._say(NO_NOTE, self._place_asked())
        return self._say(CLOSED if error.over else NO_KEY, self._place_asked(), contact=self._reaches())

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Every language that any wave's survey speaks, the default box's first."""
        default, _ = self._box(None)
        hashes = [default.snapshot, *(wave.snapshot for wave in self.site.waves)]
        return tuple(dict.fromkeys(code for name in hashes for code in self.snapshots[name].languages))

    def _plain(self, template: str, language: str | None, place: str = "") -> Response:
        return answer(self.pages.plain(template, self._language(language, self.languages), place))

    def _say(self, notice: Notice, place: str, *, contact: bool = False) -> Response:
        spoken = negotiate(request.accept_languages, self.languages)
        return answer(self.pages.notice(notice, spoken, place, contact=contact))

    def _reaches(self, snapshot: Snapshot | None = None) -> bool:
        """Whether somebody can be asked to call back now, through this instrument or the default box's."""
        meant = snapshot or self.snapshots[self._box(None)[0].snapshot]
        return bool(meant.sections("separate")) and self.slot.takes_letters()

    def _place_asked(self) -> str:
        """The box on a shared tablet that could not be served, so that the way back to its start is offered;
        "" anywhere else. Only the address is asked: a form may have been refused unread."""
        asked: Mapping[str, str] = request.view_args or {}
        place = asked.get("shared", "") + asked.get("box", self.site.default_box)
        return place if is_shared(place) and self.site.box(box_in(place)) else ""

    def _box(self, box: str | None) -> tuple[Wave, Box]:
        return self.site.box(self.site.default_box if box is None else box) or abort(404)

    def _language(self, language: str | None, offered: Sequence[str]) -> str:
        if language is None:
            return negotiate(request.accept_languages, offered)
        return language if language in offered else abort(404)

    def _form(self) -> tuple[Wave, Box, Snapshot, str, str]:
        """What the form says of itself: its box, the snapshot its page was made of, its language, and
        whether it was filled in on a shared tablet."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in OWN_SITES:
            abort(400)
        if not self.pacing.admits(request.environ):
            abort(429)
        place = request.form.get("b", "")
        wave, box = self._box(box_in(place))
        version = request.form.get("v") or wave.snapshot[:VERSION_LENGTH]
        instrument = self.snapshots[wave.snapshot].instrument.id
        meant = [
            found
            for found in self.snapshots.values()
            if found.hash[:VERSION_LENGTH] == version and found.instrument.id == instrument
        ]
        snapshot = meant[0] if meant else abort(400)
        language = request.form.get("l", "")
        language = language if language in snapshot.languages else snapshot.languages[0]
        return wave, box, snapshot, language, PREFIX if is_shared(place) else ""


def routes(respondents: Respondents) -> Blueprint:
    """The addresses of the public server."""
    blueprint = Blueprint("respondents", __name__)
    r = respondents
    for view, rules in (
        (r.survey, ("/", "/s/<box>", "/<language>/s/<box>")),
        (r.survey, ("/s/<box>/<card>", "/<language>/s/<box>/<card>")),
        (r.thanks, ("/thanks", "/<language>/thanks", "/<language>/thanks/<box>")),
        (r.follow_up, ("/follow-up", "/<language>/follow-up", "/<language>/follow-up/<box>")),
        (r.done, ("/done", "/<language>/done")),
        (r.help, ("/help", "/<language>/help")),
        (r.who, ("/who", "/<language>/who", "/<language>/who/<box>")),
        (r.said, ("/said", "/<language>/said", "/<language>/said/<wave>")),
        (r.bye, ("/bye",)),
        (r.left, ("/left.css",)),
    ):
        for rule in rules:
            blueprint.add_url_rule(rule, view_func=view)
    for view, rules in (
        (r.start, ("/kiosk", "/kiosk/<box>", "/<language>/kiosk/<box>")),
        (r.survey, ("/<language>/s/kiosk/<box>",)),
        (r.thanks, ("/<language>/thanks/kiosk/<box>",)),
        (r.follow_up, ("/<language>/follow-up/kiosk/<box>",)),
        (r.done, ("/<language>/done/kiosk/<box>",)),
        (r.who, ("/<language>/who/kiosk/<box>",)),
    ):
        for rule in rules:
            blueprint.add_url_rule(rule, view_func=view, defaults={"shared": PREFIX})
    for rule, view in (("/send", r.send), ("/contact", r.contact), ("/exit", r.exit)):
        blueprint.add_url_rule(rule, view_func=view, methods=["POST"])
    for rule, view in (("/send/kiosk/<box>", r.send), ("/contact/kiosk/<box>", r.contact)):
        blueprint.add_url_rule(rule, view_func=view, methods=["POST"], defaults={"shared": PREFIX})
    blueprint.before_app_request(refuse_double_slash)
    blueprint.register_error_handler(SlotClosedError, r.closed)
    blueprint.register_error_handler(IntakeUnavailable, r.unavailable)
    blueprint.app_errorhandler(HTTPException)(r.failed)
    return blueprint


def refuse_double_slash() -> None:
    """ "//help" is no address of ours, though the router would take it for "/help"."""
    if request.environ.get("PATH_INFO", "").startswith("//"):
        abort(404)


def answer(page: Page, card: str = "") -> Response:
    """The page, zipped where the browser wants that, with a fresh nonce and the code of a card if it asks."""
    zipped = request.accept_encodings["gzip"] > 0
    nonce = new_nonce() if page.tail else ""
    fill = drawn(card) if page.holes else {}
    body = page.zipped(nonce, fill) if zipped else page.body(nonce, fill)
    headers = {POLICY: page.policy, "Vary": "Accept-Encoding, Accept-Language"}
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(body, page.status, headers, mimetype="text/html")


def drawn(card: str) -> dict[str, str]:
    """What the holes of a page say of a code (16 letters, or "").

    A code with a slip in it is what the field's pattern does not take: the browser shows a hint beside it.
    """
    if not card:
        return {CARD: f' pattern="{TYPED}"', CARD_WAY: ""}
    printed = grouped(card)
    slip = "" if is_sound(card) else f"(?!{printed}$)"
    return {CARD: f' value="{printed}" pattern="{slip}{TYPED}"', CARD_WAY: f"/{card}"}


def see(address: str) -> Response:
    """Go on to this address with GET."""
    return Response(status=303, headers={"Location": address})
