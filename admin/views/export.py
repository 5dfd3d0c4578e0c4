"""The evaluator's way to carry a wave's rows away: choose, wait, download. It shows no row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug import Response as Answer

from admin.access import requires, signed_in
from admin.audit import Audit
from admin.comments import Comments
from admin.export.bundle import WHOLE, Progress, name_of, save
from admin.export.export import Origin, prepare
from admin.export.jobs import BusyError, Job, Jobs, State
from admin.export.record import record
from admin.export.scope import FEWEST, Cell, ExportError, Scope, Scopes
from admin.reports import Reports, WaveCard
from survey_app.roles import Sight, who_sees

CARRIERS = who_sees(Sight.ROWS)
_PIECE = 2**18
_SOON = 1.5
"""Seconds for which a page waits for an export before it shows the progress."""

_FORMATS = {
    WHOLE: "Everything in one ZIP",
    "csv": "Rows as CSV",
    "sav": "Rows for SPSS",
    "dta": "Rows for Stata",
    "xlsx": "Workbook for a spreadsheet",
    "ddi": "Codebook for archives (DDI)",
    "datapackage": "Description for programs (Data Package)",
}


@dataclass(frozen=True)
class ExportPage:
    """What may be carried away of a wave; where nothing may, `why`. `units` have rows enough to be alone."""

    wave: WaveCard
    fewest: int
    k: int
    units: tuple[Cell, ...] = ()
    formats: tuple[tuple[str, str], ...] = tuple(_FORMATS.items())
    others: tuple[WaveCard, ...] = ()
    why: str = ""


class Exports:
    """The pages of exports."""

    def __init__(self, reports: Reports, scopes: Scopes, jobs: Jobs, written: Comments, audit: Audit) -> None:
        self._reports = reports
        self._written = written
        self._scopes = scopes
        self._jobs = jobs
        self._audit = audit

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("export", __name__)
        pages.add_url_rule("/waves/<wave>/export", "choose", self.choose)
        pages.add_url_rule("/waves/<wave>/export", "make", self.make, methods=["POST"])
        pages.add_url_rule("/exports/<job>", "show", self.show)
        pages.add_url_rule("/exports/<job>/cancel", "cancel", self.cancel, methods=["POST"])
        pages.add_url_rule("/exports/<job>/file", "fetch", self.fetch, methods=["POST"])
        return pages

    @requires(*CARRIERS)
    def choose(self, wave: str) -> str:
        """What may leave of a wave, and in which formats."""
        return render_template("export.html", page=self._page(wave), problem="")

    @requires(*CARRIERS)
    def make(self, wave: str) -> Answer:
        """Begin an export: first the record, then the rows."""
        page, wanted = self._page(wave), request.form.get("format", WHOLE)
        try:
            if wanted not in _FORMATS:
                abort(400)
            waves = dict.fromkeys((wave, *request.form.getlist("with")))
            scope = self._scopes.together(tuple(waves), request.form.get("unit", ""))
            job = self._start(wave, scope, wanted)
        except ExportError as error:
            return make_response(render_template("export.html", page=page, problem=str(error)), 409)
        except BusyError:
            problem = "Another export is being made. Please try again in a minute."
            return make_response(render_template("export.html", page=page, problem=problem), 409)
        job.wait(_SOON)
        return redirect(url_for("export.show", job=job.id), 303)

    @requires(*CARRIERS)
    def show(self, job: str) -> Answer:
        """How far it is; the page asks again by itself."""
        found = self._found(job)
        answer = make_response(render_template("export_job.html", job=found))
        if found.state is State.RUNNING:
            answer.headers["Refresh"] = "2"
        return answer

    @requires(*CARRIERS)
    def cancel(self, job: str) -> Answer:
        """Stop it; nothing is left."""
        found = self._found(job)
        found.cancel()
        found.wait(_SOON)
        return redirect(url_for("export.show", job=job), 303)

    @requires(*CARRIERS)
    def fetch(self, job: str) -> Answer:
        """The file, a piece at a time; that it is carried away is on record first."""
        found = self._found(job)
        if found.state is not State.READY:
            abort(404)
        self._audit.note("export_fetched", found.maker, wave=found.wave, file=found.name)
        answer = Response(_pieces(found.path), mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
        answer.headers["Content-Length"] = str(found.path.stat().st_size)
        return answer

    def _start(self, wave: str, scope: Scope, wanted: str) -> Job:
        maker = signed_in().name

        def work(path: Path, tell: Progress) -> None:
            site = self._scopes.site
            head = record(self._audit, maker, scope, wanted, site.k)
            origin = Origin(site.jurisdiction, version("yourvoice"), str(head), site.k)
            save(prepare(self._scopes, scope, origin, self._written), wanted, path, tell)

        return self._jobs.start(maker, name_of(scope, wanted), wave, work)

    def _page(self, wave: str) -> ExportPage:
        found = self._reports.wave(wave)
        if found is None:
            abort(404)
        k = self._scopes.site.k
        try:
            cells = self._scopes.look(wave)
        except ExportError as error:
            return ExportPage(found.wave, FEWEST, k, why=str(error))
        alone = tuple(cell for cell in cells if cell.n >= FEWEST)
        return ExportPage(found.wave, FEWEST, k, alone, others=tuple(self._others(wave)))

    def _others(self, wave: str) -> Iterator[WaveCard]:
        """The other waves of which rows may leave."""
        for card in self._reports.waves():
            if card.id != wave:
                try:
                    self._scopes.look(card.id)
                except ExportError:
                    continue
                yield card

    def _found(self, job: str) -> Job:
        found = self._jobs.find(job, signed_in().name)
        if found is None:
            abort(404)
        return found


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
