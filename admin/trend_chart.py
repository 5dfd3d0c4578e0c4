"""A construct's share positive over the waves as SVG: dots with their intervals, joined where comparable.

It draws suppressed numbers and no finer ones. Where nothing is shown there is a gap, and no line goes across.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup

from admin.charts import FAVOURABLE, LETTERS
from admin.scoring.suppression import Shown
from admin.svg import percent, tag
from admin.trends import Point, Trend

TOP, BOTTOM, FOOT = 12, 132, 40
"""Pixels: where 100 and 0 percent lie, and the room for the waves' names below."""

LEFT, RIGHT = 12, 97
"""Percent of the width between which the waves lie."""

FAINT = {"stroke": "currentColor", "stroke_opacity": 0.25}


def trend_chart(trend: Trend) -> Markup:
    """All waves of one trend."""
    places = _places(len(trend.points))
    return tag(
        "svg",
        tag("title", f"{trend.label}: share positive, wave by wave"),
        tag("desc", f"{'; '.join(map(_told, trend.points))}."),
        *_grid(),
        *_lines(trend.points, places),
        *(shape for pair in zip(trend.points, places, strict=True) for shape in _point(*pair)),
        class_="chart trend",
        role="img",
        width="100%",
        height=BOTTOM + FOOT,
        overflow="visible",
        direction="ltr",
    )


def _places(count: int) -> list[float]:
    """Where the waves lie, in percent of the width."""
    return [LEFT + (RIGHT - LEFT) * (2 * place + 1) / (2 * count) for place in range(count)]


def _height(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * share / 100


def _told(point: Point) -> str:
    """One wave in words."""
    if point.scale is None:
        return f"{point.wave.title}: not asked"
    shown = point.scale.positive
    return f"{point.wave.title}: {shown}{f', 95% interval {shown.between}' if shown.between else ''}"


def _grid() -> Iterator[Markup]:
    for share in (0, 50, 100):
        y = _height(share)
        yield tag("line", x1=percent(LEFT), x2=percent(RIGHT), y1=y, y2=y, **FAINT)
        yield _letters(0, y + 4, f"{share}%", "start")


def _lines(points: Sequence[Point], places: Sequence[float]) -> Iterator[Markup]:
    """From dot to dot between neighbours; between waves that asked otherwise, a dashed upright."""
    for (one, other), (left, right) in zip(pairwise(points), pairwise(places), strict=True):
        middle = percent((left + right) / 2)
        if other.scale and one.scale and not other.follows:
            yield tag(
                "line", x1=middle, x2=middle, y1=TOP, y2=BOTTOM, stroke="currentColor", stroke_dasharray="4 4"
            )
        elif (start := _value(one)) is not None and (end := _value(other)) is not None:
            ends = {"x1": percent(left), "x2": percent(right), "y1": _height(start), "y2": _height(end)}
            yield tag("line", **ends, stroke="currentColor", stroke_opacity=0.55, stroke_width=2)


def _point(point: Point, at: float) -> Iterator[Markup]:
    x = percent(at)
    if point.scale is not None:
        shown = point.scale.positive
        if shown.low is not None and shown.high is not None:
            reach = {"y1": _height(shown.low), "y2": _height(shown.high)}
            yield tag("line", x1=x, x2=x, **reach, stroke="currentColor", stroke_opacity=0.45, stroke_width=6)
        if shown.value is not None:
            hollow = "none" if point.is_so_far else FAVOURABLE[1]
            circle = {"cx": x, "cy": _height(shown.value), "r": 7, "stroke_width": 2}
            yield tag("circle", **circle, fill=hollow, stroke="currentColor")
    for line, words in enumerate((f"{point.wave.opens:%b}", f"{point.wave.opens:%Y}")):
        yield _letters(at, BOTTOM + 18 + line * 15, words, "middle")


def _value(point: Point) -> float | None:
    shown: Shown | None = point.scale.positive if point.scale else None
    return shown.value if shown else None


def _letters(at: float, y: float, words: str, anchor: str) -> Markup:
    return tag("text", words, x=percent(at), y=y, text_anchor=anchor, fill="currentColor", font_size=LETTERS)
