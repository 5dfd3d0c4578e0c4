"""What the page of one topic or activity shows. Every number in it is already suppressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from admin.charts import Span, span_of
from admin.reports import WaveCard, WaveReport
from admin.scoring.results import ItemSummary, ScaleSummary
from admin.scoring.suppression import Shown
from admin.trends import Trend


@dataclass(frozen=True)
class ItemTable:
    """Items whose answers fall into the same classes, so that they fit under the same column heads."""

    heads: tuple[str, ...]
    items: tuple[ItemSummary, ...]


@dataclass(frozen=True)
class Fit:
    """How one item goes with the others of its scale."""

    item: ItemSummary
    rest: Shown
    alpha_without: Shown


@dataclass(frozen=True)
class ScalePage:
    """One topic or activity with its statements, and those before and after it. `trend`: of topics only."""

    wave: WaveCard
    k: int
    kind: str
    scale: ScaleSummary
    span: Span
    tables: tuple[ItemTable, ...]
    fits: tuple[Fit, ...]
    trend: Trend | None
    before: ScaleSummary | None
    after: ScaleSummary | None


def scale_page(
    report: WaveReport, kind: str, scales: Sequence[ScaleSummary], wanted: str, trend: Trend | None
) -> ScalePage | None:
    """The page of the wanted scale, or None where there is no such scale or nothing may be shown."""
    places = [place for place, scale in enumerate(scales) if scale.id == wanted]
    if report.is_hidden or not places:
        return None
    place = places[0]
    scale = scales[place]
    return ScalePage(
        wave=report.wave,
        k=report.summary.k,
        kind=kind,
        scale=scale,
        span=span_of(scale.items),
        tables=_tables(scale.items),
        fits=_fits(scale),
        trend=trend,
        before=scales[place - 1] if place else None,
        after=scales[place + 1] if place + 1 < len(scales) else None,
    )


def _tables(items: Sequence[ItemSummary]) -> tuple[ItemTable, ...]:
    heads = {item.id: tuple(share.label for share in item.shares) for item in items}
    return tuple(
        ItemTable(head, tuple(item for item in items if heads[item.id] == head))
        for head in dict.fromkeys(heads.values())
    )


def _fits(scale: ScaleSummary) -> tuple[Fit, ...]:
    found = scale.reliability
    return tuple(map(Fit, scale.items, found.item_rest, found.alpha_drop))
