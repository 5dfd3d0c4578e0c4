"""What the results pages show, from counts of released answers. It sees no response and nothing pending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import ceil

from admin.breakdown import groups
from admin.released import Released
from admin.scoring.constructs import statistics
from admin.scoring.keying import scales
from admin.scoring.patterns import Patterns
from admin.scoring.results import ScaleSummary, SurveySummary
from admin.scoring.summary import summarise
from admin.scoring.suppression import Rules, Shown
from admin.tallies import Tallies
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
    """A wave as the list of waves shows it."""

    id: str
    title: str
    opens: date
    closes: date
    state: State
    n: Shown


@dataclass(frozen=True)
class WaveReport:
    """Everything that a wave's pages show."""

    wave: WaveCard
    summary: SurveySummary

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
    n: Shown
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
    ) -> None:
        self._site = site
        self._snapshot = snapshot
        self._released = released
        self._clock = clock
        self._rules = Rules(site.k)

    def waves(self) -> tuple[WaveCard, ...]:
        """All waves, the newest first."""
        newest_first = sorted(self._site.waves, key=lambda wave: (wave.opens, wave.id), reverse=True)
        return tuple(self._card(wave, self._released.tallies(wave.id).n) for wave in newest_first)

    def wave(self, wave_id: str) -> WaveReport | None:
        """One wave's report, or None where the plan has no such wave."""
        wave = self._site.wave(wave_id)
        if wave is None:
            return None
        tallies = self._released.tallies(wave.id)
        return WaveReport(self._card(wave, tallies.n), self._summary(wave, tallies))

    def units(self, wave_id: str) -> UnitReport | None:
        """One wave's units, or None where the plan has no such wave."""
        wave = self._site.wave(wave_id)
        if wave is None:
            return None
        card = self._card(wave, self._released.tallies(wave.id).n)
        last_handover = timedelta(days=ceil(self._site.handover_seconds / 86_400))
        settled = wave.closes + GRACE + last_handover
        if self._today() <= settled:
            why = f"Units are shown when the wave is over and its last boxes are in: after {_day(settled)}."
            return UnitReport(card, self._site.k, why=why)
        return self._side_by_side(wave, card)

    def _side_by_side(self, wave: Wave, card: WaveCard) -> UnitReport:
        titles = {unit.id: unit.title for unit in self._site.units}
        tallies = {unit: self._released.tallies(wave.id, unit) for unit in self._released.units(wave.id)}
        keyed = scales(self._asked(wave, self._released.tallies(wave.id)))
        cells = {
            unit: (counted.n, *(statistics(scale, counted.blocks[scale.id]).n for scale in keyed))
            for unit, counted in tallies.items()
            if counted.n
        }
        found = tuple(
            UnitGroup(
                tuple(titles.get(unit, "Other units") for unit in group),
                self._rules.people(sum(tallies[unit].n for unit in group)),
                self._summary(wave, _together([tallies[unit] for unit in group])).constructs,
            )
            for group in groups(cells, self._site.k)
        )
        silent = tuple(title for unit, title in titles.items() if unit not in cells)
        why = "" if found else "Side by side, units as small as these could give somebody away."
        return UnitReport(card, self._site.k, found, silent, why)

    def _summary(self, wave: Wave, tallies: Tallies) -> SurveySummary:
        snapshot = self._asked(wave, tallies)
        language = snapshot.instrument.source_language
        return summarise(snapshot, tallies.blocks, tallies.n, self._site.k, language)

    def _asked(self, wave: Wave, tallies: Tallies) -> Snapshot:
        """What was counted was asked by this snapshot; the plan's may be newer."""
        return self._snapshot(tallies.snapshot or wave.snapshot)

    def _card(self, wave: Wave, n: int) -> WaveCard:
        state = State.OPEN if wave.is_open(self._today()) else State.CLOSED
        if self._today() < wave.opens:
            state = State.PLANNED
        return WaveCard(wave.id, wave.title, wave.opens, wave.closes, state, self._rules.people(n))

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock(), UTC).date()


def _together(parts: list[Tallies]) -> Tallies:
    return Tallies(
        snapshot=parts[0].snapshot,
        n=sum(part.n for part in parts),
        blocks={block: Patterns.total(part.blocks[block] for part in parts) for block in parts[0].blocks},
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
