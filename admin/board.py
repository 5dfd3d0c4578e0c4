"""A wave on two pages for a board: sentences, the topics' shares, changes, and what the numbers do not say.

Nothing in it is more or other than on the wave's own pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from admin.ledger import Entry
from admin.reports import WaveReport
from admin.scoring.results import ChoiceSummary, ItemSummary, ScaleSummary
from admin.sentences import change, halves, ranking, unmet
from admin.trends import Trend

MOST = 8
"""Topics that fit on the first page."""

MOST_CHOICES = 2
MOST_ANSWERS = 8
"""Questions outside every topic that fit on the second page, each with at most so many answers."""

MOST_NEEDS = 3


@dataclass(frozen=True)
class Change:
    """What became of one topic since an earlier wave."""

    scale: ScaleSummary
    told: str


@dataclass(frozen=True)
class BoardReport:
    """The two pages. `left_out`: how many topics did not fit. `release`: the newest of the wave.
    `unchanged`: what is to be said of all changes, where it is the same of all."""

    report: WaveReport
    printed: date
    ranking: str
    scales: tuple[ScaleSummary, ...]
    left_out: int
    halves: tuple[str, ...]
    changes: tuple[Change, ...]
    unchanged: str
    needs: tuple[str, ...]
    choices: tuple[ChoiceSummary, ...]
    release: int
    checksum: str


def board_report(
    report: WaveReport, trends: Sequence[Trend], ledger: Sequence[Entry], today: date
) -> BoardReport:
    """The report of one wave of which something may be shown."""
    until = {trend.id: trend.until(report.wave.id) for trend in trends}
    scales = report.summary.constructs[:MOST]
    changes = tuple(Change(scale, change(until[scale.id])) for scale in scales if scale.id in until)
    same = {one.told for one in changes}
    lines = [entry for entry in ledger if entry.line.wave == report.wave.id]
    return BoardReport(
        report=report,
        printed=today,
        ranking=ranking(report),
        scales=scales,
        left_out=len(report.summary.constructs) - len(scales),
        halves=halves(scales),
        changes=changes if len(same) > 1 else (),
        unchanged=changes[0].told if len(same) == 1 else "",
        needs=tuple(map(unmet, _needs(report)))[:MOST_NEEDS],
        choices=tuple(filter(_fits, report.summary.choices))[:MOST_CHOICES],
        release=lines[-1].line.release if lines else 0,
        checksum=lines[-1].checksum if lines else "",
    )


def _fits(choice: ChoiceSummary) -> bool:
    return 0 < len(choice.shares) <= MOST_ANSWERS


def _needs(report: WaveReport) -> list[ItemSummary]:
    """The reversed statements, each once, in the order of the survey."""
    items = {item.id: item for scale in report.summary.constructs for item in scale.items if item.reverse}
    return sorted(items.values(), key=lambda item: item.number)
