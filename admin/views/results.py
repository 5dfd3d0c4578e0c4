"""The results' pages. Every number comes from reports.py, already suppressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.board import board_report
from admin.desk.outcomes import Outcomes
from admin.measurement_plan import SOURCE, measurement_plan
from admin.released import Released
from admin.reports import Reports, WaveReport
from admin.scale_page import scale_page
from admin.scoring.quality import ENOUGH
from admin.trends import Trends
from survey_app.roles import Role, Sight, who_sees

READERS = who_sees(Sight.NUMBERS)
Found = TypeVar("Found")


class Results:
    """The pages that show scores."""

    def __init__(
        self, reports: Reports, outcomes: Outcomes, released: Released, k: int, clock: Callable[[], float]
    ) -> None:
        self._reports = reports
        self._trends = Trends(reports)
        self._outcomes = outcomes
        self._released = released
        self._k = k
        self._clock = clock

    def blueprint(self) -> Blueprint:
        """The routes."""
        pages = Blueprint("results", __name__)
        pages.add_url_rule("/", "start", self.start)
        pages.add_url_rule("/waves", "waves", self.waves)
        pages.add_url_rule("/waves/<wave>", "topics", self.topics)
        pages.add_url_rule("/waves/<wave>/topics/<scale>", "topic", self.topic)
        pages.add_url_rule("/waves/<wave>/activities", "activities", self.activities)
        pages.add_url_rule("/waves/<wave>/activities/<scale>", "activity", self.activity)
        pages.add_url_rule("/waves/<wave>/units", "units", self.units)
        pages.add_url_rule("/waves/<wave>/quality", "quality", self.quality)
        pages.add_url_rule("/waves/<wave>/report", "board", self.board)
        pages.add_url_rule("/trends", "trends", self.trends)
        return pages

    @requires(*Role)
    def start(self) -> Response:
        """On to the first page of one's role."""
        is_reader = signed_in().role in READERS
        return redirect(url_for("results.waves" if is_reader else "operations.show"), 303)

    @requires(*READERS)
    def waves(self) -> str:
        """All waves, and how follow-up went over all of them."""
        return render_template("waves.html", waves=self._reports.waves(), outcomes=self._outcomes)

    @requires(*READERS)
    def topics(self, wave: str) -> str:
        """A wave by topic, as the survey prints its sections."""
        return render_template("topics.html", report=self._report(wave))

    @requires(*READERS)
    def activities(self, wave: str) -> str:
        """A wave by activity, as the logic model names them."""
        report = self._report(wave)
        plan = measurement_plan((scale.id, str(scale.label)) for scale in report.summary.activities)
        return render_template("activities.html", report=report, plan=plan, source=SOURCE)

    @requires(*READERS)
    def topic(self, wave: str, scale: str) -> str:
        """One topic, statement by statement."""
        report = self._report(wave)
        trend = self._trends.of(scale)
        page = scale_page(report, "topic", report.summary.constructs, scale, trend)
        return render_template("scale.html", page=_present(page))

    @requires(*READERS)
    def activity(self, wave: str, scale: str) -> str:
        """One activity, statement by statement."""
        report = self._report(wave)
        page = scale_page(report, "activity", report.summary.activities, scale, None)
        return render_template("scale.html", page=_present(page))

    @requires(*READERS)
    def units(self, wave: str) -> str:
        """A closed wave's units side by side."""
        return render_template("units.html", report=_present(self._reports.units(wave)))

    @requires(*READERS)
    def trends(self) -> str:
        """Every topic from wave to wave."""
        return render_template("trends.html", trends=self._trends.every(), k=self._k)

    @requires(*READERS)
    def quality(self, wave: str) -> str:
        """How a wave's surveys were filled in."""
        return render_template("quality.html", report=self._report(wave), enough=ENOUGH)

    @requires(*READERS)
    def board(self, wave: str) -> str:
        """A wave on two pages, to be printed."""
        report = self._report(wave)
        if report.is_hidden:
            abort(404)
        page = board_report(report, self._trends.every(), self._released.ledger(), self._today())
        return render_template("report.html", page=page)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()

    def _report(self, wave: str) -> WaveReport:
        return _present(self._reports.wave(wave))


def _present(found: Found | None) -> Found:
    """What was found, or the page that says that there is no such page."""
    if found is None:
        abort(404)
    return found
