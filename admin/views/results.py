"""The results: waves, topics, activities, units. Every number comes from reports.py, already suppressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from admin.access import requires, signed_in
from admin.charts import Span, span_of
from admin.desk.outcomes import Outcomes
from admin.reports import Reports, WaveCard, WaveReport
from admin.scoring.results import ItemSummary, ScaleSummary
from survey_app.roles import Role, Sight, who_sees

READERS = who_sees(Sight.NUMBERS)
Found = TypeVar("Found")


@dataclass(frozen=True)
class ItemTable:
    """Items whose answers fall into the same classes, so that they fit under the same column heads."""

    heads: tuple[str, ...]
    items: tuple[ItemSummary, ...]


@dataclass(frozen=True)
class ScalePage:
    """One topic or activity with its statements, and those before and after it."""

    wave: WaveCard
    k: int
    kind: str
    scale: ScaleSummary
    span: Span
    tables: tuple[ItemTable, ...]
    before: ScaleSummary | None
    after: ScaleSummary | None


class Results:
    """The pages that show scores."""

    def __init__(self, reports: Reports, outcomes: Outcomes) -> None:
        self._reports = reports
        self._outcomes = outcomes

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
        return render_template("activities.html", report=self._report(wave))

    @requires(*READERS)
    def topic(self, wave: str, scale: str) -> str:
        """One topic, statement by statement."""
        report = self._report(wave)
        return _scale_page(report, "topic", report.summary.constructs, scale)

    @requires(*READERS)
    def activity(self, wave: str, scale: str) -> str:
        """One activity, statement by statement."""
        report = self._report(wave)
        return _scale_page(report, "activity", report.summary.activities, scale)

    @requires(*READERS)
    def units(self, wave: str) -> str:
        """A closed wave's units side by side."""
        return render_template("units.html", report=_present(self._reports.units(wave)))

    def _report(self, wave: str) -> WaveReport:
        return _present(self._reports.wave(wave))


def _scale_page(report: WaveReport, kind: str, scales: Sequence[ScaleSummary], wanted: str) -> str:
    places = [place for place, scale in enumerate(scales) if scale.id == wanted]
    place = _present(places[0] if places and not report.is_hidden else None)
    scale = scales[place]
    page = ScalePage(
        wave=report.wave,
        k=report.summary.k,
        kind=kind,
        scale=scale,
        span=span_of(scale.items),
        tables=_tables(scale.items),
        before=scales[place - 1] if place else None,
        after=scales[place + 1] if place + 1 < len(scales) else None,
    )
    return render_template("scale.html", page=page)


def _tables(items: Sequence[ItemSummary]) -> tuple[ItemTable, ...]:
    heads = {item.id: tuple(share.label for share in item.shares) for item in items}
    return tuple(
        ItemTable(head, tuple(item for item in items if heads[item.id] == head))
        for head in dict.fromkeys(heads.values())
    )


def _present(found: Found | None) -> Found:
    """What was found, or the page that says that there is no such page."""
    if found is None:
        abort(404)
    return found
