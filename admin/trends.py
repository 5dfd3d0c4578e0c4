"""How a construct went from wave to wave: the numbers of the waves' own pages, and none besides.

Waves stand in one line only where they asked and scored the same; nothing is worked out between two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from admin.reports import Reports, State, WaveCard, WaveReport
from admin.scoring.comparable import Signature, signature
from admin.scoring.results import ScaleSummary
from admin.scoring.suppression import Reason, Shown
from survey_app.instrument.snapshot import Said


@dataclass(frozen=True)
class Point:
    """One wave. `scale` is None where it did not ask. `follows`: it asked the same as the last that asked."""

    wave: WaveCard
    scale: ScaleSummary | None
    follows: bool

    @property
    def is_shown(self) -> bool:
        """Whether there is a number, or a bound of one."""
        return self.scale is not None and self.scale.positive.reason is not Reason.FEW

    @property
    def is_so_far(self) -> bool:
        """Whether the wave is still open."""
        return self.wave.state is State.OPEN


@dataclass(frozen=True)
class Statement:
    """One statement of a construct over the same waves; None where a wave did not ask it so."""

    number: int
    text: Said
    favourable: tuple[Shown | None, ...]


@dataclass(frozen=True)
class Trend:
    """A construct over all waves, the oldest first; label and definition are the newest that were asked."""

    id: str
    label: Said
    definition: Said
    points: tuple[Point, ...]
    statements: tuple[Statement, ...]

    @property
    def last_two(self) -> tuple[Point, Point] | None:
        """The newest two waves with numbers that can be compared."""
        shown = [place for place, point in enumerate(self.points) if point.is_shown]
        if len(shown) < 2:
            return None
        older, newer = shown[-2:]
        between = [point for point in self.points[older + 1 : newer + 1] if point.scale]
        return (self.points[older], self.points[newer]) if all(one.follows for one in between) else None

    def until(self, wave: str) -> Trend:
        """The same trend as it stood at the end of one wave."""
        ids = [point.wave.id for point in self.points]
        return replace(self, points=self.points[: ids.index(wave) + 1]) if wave in ids else self

    @property
    def is_broken(self) -> bool:
        """Whether the questions changed on the way."""
        asked = [point for point in self.points if point.scale]
        return not all(point.follows for point in asked[1:])


class Trends:
    """The trends of one installation."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    def every(self) -> tuple[Trend, ...]:
        """A trend for each construct that any wave asks, in the order of the newest survey."""
        waves = list(self._waves())
        ids = dict.fromkeys(scale.id for report in reversed(waves) for scale in report.summary.constructs)
        return tuple(self._trend(id, waves) for id in ids)

    def of(self, construct: str) -> Trend | None:
        """The trend of one construct, or None where no wave asks it."""
        waves = list(self._waves())
        known = any(scale.id == construct for report in waves for scale in report.summary.constructs)
        return self._trend(construct, waves) if known else None

    def _waves(self) -> Iterator[WaveReport]:
        """The waves that have begun, the oldest first."""
        for card in reversed(self._reports.waves()):
            report = self._reports.wave(card.id) if card.state is not State.PLANNED else None
            if report:
                yield report

    def _trend(self, construct: str, waves: list[WaveReport]) -> Trend:
        asked = [_scales(report).get(construct) for report in waves]
        newest = next(scale for scale in reversed(asked) if scale)
        last: Signature | None = None
        points = []
        for report, scale in zip(waves, asked, strict=True):
            own = signature(self._reports.questions(report), construct) if scale else last
            points.append(Point(report.wave, scale, scale is not None and last in (None, own)))
            last = own
        return Trend(newest.id, newest.label, newest.definition, tuple(points), _statements(newest, points))


def _scales(report: WaveReport) -> Mapping[str, ScaleSummary]:
    return {scale.id: scale for scale in report.summary.constructs}


def _statements(newest: ScaleSummary, points: list[Point]) -> tuple[Statement, ...]:
    """The newest wave's statements; an older wave counts where it asked the same words."""
    found = [
        {(item.id, str(item.text), item.reverse): item.favourable for item in point.scale.items}
        if point.scale
        else {}
        for point in points
    ]
    return tuple(
        Statement(
            item.number, item.text, tuple(one.get((item.id, str(item.text), item.reverse)) for one in found)
        )
        for item in newest.items
    )
