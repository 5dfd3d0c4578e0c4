"""Writing and publishing "You said, we did": which numbers, what was done, in every language of the wave.

Nothing is shown outside before it was previewed and published; a published number is never looked up again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.audit import Audit
from admin.reports import Reports, State, WaveCard
from admin.said import Candidate, Draft, candidates, chosen, composed, missing
from admin.said_drafts import Drafts, Published
from admin.said_sheet import Sheet, Sheets, language_name, picture
from survey_app.instrument.rules.help_lines import ADDRESS
from survey_app.instrument.snapshot import Snapshot
from survey_app.instrument.texts import direction
from survey_app.plaintext import clean_text
from survey_app.roles import Role
from survey_app.said_file import DONE_LENGTH, MOST, SaidFile

EDITORS = (Role.SUPERVISOR,)
MEANWHILE = (
    "Somebody else changed this while you were at it. What you wrote is still below; look at theirs first: "
    "what you keep now takes its place."
)
CHANGED = "Something changed since you looked at it. Please look once more before you publish."
TOO_MANY = f"Choose {MOST} at most: more are not read, and do not fit on a poster."
NO_ADDRESS = "This is no address that begins with https://."


@dataclass(frozen=True)
class Desk:
    """What is known of a wave while somebody works on its page."""

    wave: WaveCard
    languages: tuple[str, ...]
    source: str
    offered: tuple[Candidate, ...]
    draft: Draft
    ready: SaidFile | None
    published: SaidFile | None

    @property
    def picked(self) -> tuple[Candidate, ...]:
        """The chosen findings."""
        return chosen(self.draft, self.offered)

    @property
    def is_changed(self) -> bool:
        """Whether what would be published now is something else than what is published."""
        return bool(self.ready and self.published and self.ready.digest() != self.published.digest())

    def lacking(self, language: str) -> int:
        """How many of the chosen findings have no text in this language."""
        return len(missing(self.draft, self.picked, language))


@dataclass(frozen=True)
class Field:
    """The text in one language."""

    language: str
    tag: str
    direction: str
    text: str
    is_source: bool


@dataclass(frozen=True)
class FindingPage:
    """One finding while somebody writes. `theirs`: what somebody else wrote meanwhile, by language."""

    desk: Desk
    found: Candidate
    fields: tuple[Field, ...]
    theirs: Mapping[str, str]
    problem: str
    most: int = DONE_LENGTH


class Saying:
    """The pages of "You said, we did"."""

    def __init__(
        self,
        reports: Reports,
        snapshot: Callable[[str], Snapshot],
        drafts: Drafts,
        published: Published,
        sheets: Sheets,
        audit: Audit,
    ) -> None:
        self._reports, self._snapshot = reports, snapshot
        self._drafts = drafts
        self._published = published
        self._sheets = sheets
        self._audit = audit

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("said", __name__)
        pages.add_app_template_filter(language_name, "language")
        at = "/waves/<wave>/said"
        pages.add_url_rule(at, "show", self.show)
        pages.add_url_rule(at, "change", self.change, methods=["POST"])
        pages.add_url_rule(f"{at}/findings", "findings", self.findings)
        pages.add_url_rule(f"{at}/findings", "choose", self.choose, methods=["POST"])
        pages.add_url_rule(f"{at}/findings/<key>", "finding", self.finding)
        pages.add_url_rule(f"{at}/findings/<key>", "write", self.write, methods=["POST"])
        pages.add_url_rule(f"{at}/preview/<language>", "preview", self.preview)
        pages.add_url_rule(f"{at}/preview/<language>", "publish", self.publish, methods=["POST"])
        pages.add_url_rule(f"{at}/poster/<language>", "poster", self.poster)
        return pages

    @requires(*EDITORS)
    def show(self, wave: str) -> str:
        """How far it is."""
        return render_template("said.html", desk=self._desk(wave), problem="")

    @requires(*EDITORS)
    def findings(self, wave: str) -> str:
        """All findings to choose from."""
        return _choice(self._desk(wave), "")

    @requires(*EDITORS)
    def choose(self, wave: str) -> Response | tuple[str, int]:
        """Keep which ones are chosen."""
        desk = self._desk(wave)
        keys = tuple(one.key for one in desk.offered if one.key in request.form.getlist("key"))
        wanted = replace(desk.draft, chosen=keys, version=_version())
        if len(keys) > MOST:
            return _choice(replace(desk, draft=wanted), TOO_MANY), 422
        if not self._drafts.keep(wave, wanted):
            return _choice(replace(desk, draft=replace(wanted, version=desk.draft.version)), MEANWHILE), 409
        return redirect(url_for("said.show", wave=wave), 303)

    @requires(*EDITORS)
    def finding(self, wave: str, key: str) -> str:
        """One finding, and what was done, in every language."""
        desk = self._desk(wave)
        return _finding(desk, key, desk.draft.did.get(key, {}), "")

    @requires(*EDITORS)
    def write(self, wave: str, key: str) -> Response | tuple[str, int]:
        """Keep what was done about it."""
        desk = self._desk(wave)
        sent = {
            code: clean_text(request.form.get(f"did.{code}"), DONE_LENGTH) for code in desk.languages
        }
        if key not in {one.key for one in desk.offered}:
            abort(404)
        wanted = replace(desk.draft, did={**desk.draft.did, key: sent}, version=_version())
        if not self._drafts.keep(wave, wanted):
            return _finding(desk, key, sent, MEANWHILE), 409
        return redirect(url_for("said.show", wave=wave), 303)

    @requires(*EDITORS)
    def preview(self, wave: str, language: str) -> str:
        """The page as a phone will show it."""
        return self._preview(self._desk(wave), language, "")

    @requires(*EDITORS)
    def publish(self, wave: str, language: str) -> Response | tuple[str, int]:
        """Publish just what was previewed: on record first."""
        desk = self._desk(wave)
        if desk.ready is None or desk.ready.digest().hex() != request.form.get("seen"):
            return self._preview(desk, language, CHANGED), 409
        digest = desk.ready.digest().hex()[:16]
        self._audit.note("said_published", signed_in().name, wave=wave, said=digest)
        self._published.publish(desk.ready)
        return redirect(url_for("said.show", wave=wave), 303)

    @requires(*EDITORS)
    def change(self, wave: str) -> Response | tuple[str, int]:
        """Withdraw the page, or keep the survey's address for the poster."""
        desk = self._desk(wave)
        if "withdraw" not in request.form:
            return self._keep_link(desk, request.form.get("link", "").strip())
        if desk.published:
            self._audit.note("said_withdrawn", signed_in().name, wave=wave)
            self._published.withdraw(wave)
        return redirect(url_for("said.show", wave=wave), 303)

    def _keep_link(self, desk: Desk, link: str) -> Response | tuple[str, int]:
        wave = desk.wave.id
        wanted = replace(desk.draft, link=link, version=_version())
        if link and not (len(link) <= 200 and ADDRESS.fullmatch(link)):
            return render_template("said.html", desk=replace(desk, draft=wanted), problem=NO_ADDRESS), 422
        if not self._drafts.keep(wave, wanted):
            again = replace(desk, draft=replace(desk.draft, link=link))
            return render_template("said.html", desk=again, problem=MEANWHILE), 409
        return redirect(url_for("said.show", wave=wave), 303)

    @requires(*EDITORS)
    def poster(self, wave: str, language: str) -> str:
        """The published page on one sheet of paper."""
        desk = self._desk(wave)
        said = desk.published if desk.published and language in desk.published.languages else abort(404)
        code = picture(desk.draft.link) if desk.draft.link else None
        sheet: Sheet = self._sheets.sheet(said, language)
        return render_template("poster.html", wave=desk.wave, sheet=sheet, code=code, link=desk.draft.link)

    def _preview(self, desk: Desk, language: str, problem: str) -> str:
        said = desk.ready if desk.ready and language in desk.ready.languages else abort(404)
        sheet, seen = self._sheets.sheet(said, language), said.digest().hex()
        return render_template("said_preview.html", desk=desk, sheet=sheet, seen=seen, problem=problem)

    def _desk(self, wave: str) -> Desk:
        report = self._reports.wave(wave) or abort(404)
        snapshot = self._snapshot(report.snapshot)
        is_over = report.wave.state is State.CLOSED
        offered = candidates(report, snapshot) if is_over else ()
        draft, source = self._drafts.of(wave), snapshot.instrument.source_language
        return Desk(
            wave=report.wave,
            languages=(source, *(code for code in snapshot.languages if code != source)),
            source=source,
            offered=offered,
            draft=draft,
            ready=composed(report, snapshot, draft, offered),
            published=self._published.of(wave),
        )


def _choice(desk: Desk, problem: str) -> str:
    topics = tuple(dict.fromkeys(one.topic for one in desk.offered))
    return render_template("said_choose.html", desk=desk, topics=topics, most=MOST, problem=problem)


def _finding(desk: Desk, key: str, written: Mapping[str, str], problem: str) -> str:
    found = next((one for one in desk.offered if one.key == key), None) or abort(404)
    fields = tuple(
        Field(code, code.replace("_", "-"), direction(code), written.get(code, ""), code == desk.source)
        for code in desk.languages
    )
    theirs = desk.draft.did.get(key, {}) if problem else {}
    page = FindingPage(desk, found, fields, theirs, problem)
    return render_template("said_finding.html", page=page)


def _version() -> int:
    """Which draft the form was made of; one that is no number is none."""
    written = request.form.get("version", "")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else -1
