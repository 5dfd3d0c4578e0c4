"""What the results pages show, from counts of released answers. It sees no response and nothing pending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from math import ceil

from admin.breakdown import Cells, groups
from admin.released import Released
from admin.scoring.constructs import scored
from admin.scoring.keying import Scale, scales
from admin.scoring.quality_summary import QualitySummary, judge
from admin.scoring.results import ScaleSummary, SurveySummary
from admin.scoring.steps import Steps, scored_moves
from admin.scoring.summary import summarise
from admin.scoring.suppression import Rules, Shown
from admin.tallies import Tallies
from admin.units_once import UnitsOnce
from survey_app.instrument.snapshot import Snapshot
from survey_app.site import Site, Wave

GRACE = timedelta(days=1)
"""A wave's last day has ended everywhere a day later; survey_app.handover waits as long."""


class State(StrEnum):
    """Where a wave stands today."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class WaveCard:
    """A wave as the list of waves shows it. `apart`: how many answered another version of its questions."""

    id: str
    title: str
    opens: date
    closes: date
    state: State
    n: Shown
    apart: Shown | None


@dataclass(frozen=True)
class WaveReport:
    """Everything that a wave's pages show."""

    wave: WaveCard
    snapshot: str
    summary: SurveySummary
    quality: QualitySummary

    @property
    def is_hidden(self) -> bool:
        """Whether too few answered for anything at all to be shown."""
        return self.summary.n.value is None

    @property
    def extremes(self) -> tuple[ScaleSummary, ScaleSummary] | None:
        """The most and the least positive topic; None where their ranges overlap: it may be chance."""
        shown = [
            (one.positive.value, one) for one in self.summary.constructs if one.positive.value is not None
        ]
        ranked = [one for _, one in sorted(shown, key=lambda pair: -pair[0])]
        if not ranked:
            return None
        low, high = ranked[0].positive.low, ranked[-1].positive.high
        return (ranked[0], ranked[-1]) if low is not None and high is not None and low > high else None


@dataclass(frozen=True)
class UnitGroup:
    """One unit, or several small ones shown as one."""

    titles: tuple[str, ...]
    scales: tuple[ScaleSummary, ...]


@dataclass(frozen=True)
class UnitReport:
    """The units of one closed wave side by side. Without groups, `why` says what is missing."""

    wave: WaveCard
    k: int
    groups: tuple[UnitGroup, ...] = ()
    silent: tuple[str, ...] = ()
    why: str = ""


class Reports:
    """The reports of one installation. `snapshot` finds a frozen instrument by its hash."""

    def __init__(
        self,
        site: Site,
        snapshot: Callable[[str], Snapshot],
        released: Released,
        clock: Callable[[], float],
        once: UnitsOnce,
    ) -> None:
        self._site = site
        self._snapshot = snapshot
        self._released = released
        self._clock = clock
        self._once = once
        self._rules = Rules(site.k)
        # A wave's responses only ever grow, so that its sizes tell whether its report is still the newest.
        self._kept: dict[str, tuple[tuple[int, ...], WaveReport]] = {}

    def waves(self) -> tuple[WaveCard, ...]:
        """All waves, the newest first."""
        newest_first = sorted(self._site.waves, key=lambda wave: (wave.opens, wave.id), reverse=True)
        return tuple(map(self._card, newest_first))

    def wave(self, wave_id: str) -> WaveReport | None:
        """One wave's report, or None where the plan has no such wave."""
        wave = self._site.wave(wave_id)
        if wave is None:
            return None
        sizes = self._released.sizes(wave.id)
        if wave.id not in self._kept or self._kept[wave.id][0] != sizes:
            self._kept[wave.id] = sizes, self._written(wave)
        return replace(self._kept[wave.id][1], wave=self._card(wave))

    def asked(self, wave_id: str) -> Snapshot | None:
        """What a wave's counted answers were asked, or None where the plan has no such wave."""
        report = self.wave(wave_id)
        return self.questions(report) if report else None

    def questions(self, report: WaveReport) -> Snapshot:
        """What the answers counted in a report were asked."""
        return self._snapshot(report.snapshot)

    def _written(self, wave: Wave) -> WaveReport:
        steps = self._released.steps(wave.id)
        asked = self._asked(wave, steps)
        language = asked.instrument.source_language
        quality = judge(asked, _blocks(steps), self._site.k, language)
        return WaveReport(self._card(wave), asked.hash, self._summary(wave, steps, steps), quality)

    def units(self, wave_id: str) -> UnitReport | None:
        """One wave's units, or None where the plan has no such wave."""
        wave = self._site.wave(wave_id)
        if wave is None:
            return None
        card = self._card(wave)
        last_handover = timedelta(days=ceil(self._site.handover_seconds / 86_400))
        settled = wave.closes + GRACE + last_handover
        if self._today() <= settled:
            why = f"Units are shown when the wave is over and its last boxes are in: after {_day(settled)}."
            return UnitReport(card, self._site.k, why=why)
        published = self._once.release(wave.id)
        until = self._released.newest(wave.id) if published is None else published
        report = self._side_by_side(wave, card, until)
        if published is None and report.groups:
            first = self._once.publish(wave.id, until)
            return report if first == until else self._side_by_side(wave, card, first)
        return report

    def _side_by_side(self, wave: Wave, card: WaveCard, until: int) -> UnitReport:
        titles = {unit.id: unit.title for unit in self._site.units}
        whole = self._released.steps(wave.id, until=until)
        units = self._released.units(wave.id, until)
        parts = {unit: self._released.steps(wave.id, unit, until) for unit in units}
        keyed = scales(self._asked(wave, whole))
        moved = [(scale, scored_moves(scale, _blocks(whole), self._site.k)) for scale in keyed]
        cells = {unit: _cells(steps, moved) for unit, steps in parts.items()}
        found = tuple(
            UnitGroup(
                tuple(titles.get(unit, "Other units") for unit in group),
                self._summary(wave, _joined([parts[unit] for unit in group]), whole).constructs,
            )
            for group in groups(cells, self._site.k)
        )
        silent = tuple(title for unit, title in titles.items() if unit not in parts)
        why = "Side by side, units as small as these could give somebody away."
        if sum(any(cell[0]) for cell in cells.values()) < 2:
            why = "No two units have answers that can be compared."
        return UnitReport(card, self._site.k, found, silent, "" if found else why)

    def _summary(self, wave: Wave, steps: Sequence[Tallies], whole: Sequence[Tallies]) -> SurveySummary:
        snapshot = self._asked(wave, whole)
        language = snapshot.instrument.source_language
        return summarise(snapshot, _blocks(steps), self._site.k, language, _blocks(whole))

    def _asked(self, wave: Wave, steps: Sequence[Tallies]) -> Snapshot:
        """What was counted was asked by this snapshot; the plan's may be newer."""
        return self._snapshot(steps[0].snapshot if steps else wave.snapshot)

    def _card(self, wave: Wave) -> WaveCard:
        state = State.OPEN if wave.is_open(self._today()) else State.CLOSED
        if self._today() < wave.opens:
            state = State.PLANNED
        n, *others = self._released.sizes(wave.id) or (0,)
        apart = self._rules.people(sum(others)) if others else None
        return WaveCard(wave.id, wave.title, wave.opens, wave.closes, state, self._rules.people(n), apart)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()


def _cells(steps: Sequence[Tallies], moved: Iterable[tuple[Scale, Sequence[int]]]) -> Cells:
    """How many of one unit answered, and behind each score, each time that the county's number moved."""
    behind = (
        tuple(_scored(scale, steps[start:end]) for start, end in pairwise((0, *ends)))
        for scale, ends in moved
    )
    return (tuple(step.n for step in steps), *behind)


def _scored(scale: Scale, steps: Sequence[Tallies]) -> int:
    return sum(scored(scale, step.blocks[scale.id]) for step in steps if scale.id in step.blocks)


def _joined(parts: Sequence[Sequence[Tallies]]) -> list[Tallies]:
    """Several units' steps as one's."""
    return [Tallies.total(step) for step in zip(*parts, strict=True)]


def _blocks(steps: Sequence[Tallies]) -> Steps:
    return [step.blocks for step in steps]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
