"""Random histories of answers, releases, a wave's end and what comes late over a real released.db.

Whoever keeps every page of every state, and takes any of them from any other, is left with nobody or with k
and more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import combinations, permutations
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from admin.export.scope import FEWEST, Cell, ExportError, Scopes
from admin.released import Lot, Released
from admin.reports import Reports, WaveReport
from admin.scoring.blocks import blocks
from admin.scoring.constructs import scored
from admin.scoring.keying import scales
from admin.scoring.patterns import Bytes, tally
from admin.scoring.quality import quality
from admin.scoring.results import ScaleSummary
from admin.scoring.suppression import Shown
from admin.trends import Trends
from admin.units_once import UnitsOnce
from survey_app.boxes import ID_SIZE, BoxFile, departures
from survey_app.coding import columns
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import LogicModel
from survey_app.instrument.snapshot import Snapshot, freeze
from survey_app.site import OTHER

from .place import INSTRUMENT, UNITS, Clock, plan
from .test_every_number import shown_in

MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
"""Where a folder waits for no disk."""

KEPT = ("eng", "srv")


def short() -> Snapshot:
    """Two topics of the survey with the questions beside them, so that many histories fit into seconds."""
    printed = load_instrument(INSTRUMENT)
    return freeze(
        replace(
            printed,
            sections=tuple(part for part in printed.sections if part.id in ("engagement", "services")),
            constructs=tuple(replace(one, activities=()) for one in printed.constructs if one.id in KEPT),
            logic_model=LogicModel(),
        ),
        {},
    )


SNAPSHOT = short()
SITE = plan(SNAPSHOT)
K, WAVE = SITE.k, "now"
KEYED = {
    scale.id.removeprefix("construct."): scale
    for scale in scales(SNAPSHOT)
    if scale.id.startswith("construct.")
}
WIDTHS = [
    (len(column.question.options) or 1, column.question.kind == "multi") for column in columns(SNAPSHOT)
]

Cells = frozenset[tuple[int, str]]
"""Which (release, unit) stand behind a number."""


@dataclass
class Truth:
    """What only the test knows: how many scorable youths of each unit each release brought, by topic."""

    behind: list[Mapping[tuple[str, str], int]] = field(default_factory=list)

    def count(self, topic: str, cells: Cells) -> int:
        return sum(self.behind[release].get((topic, unit), 0) for release, unit in cells)

    def cells(self, topic: str, releases: int, units: frozenset[str]) -> Cells:
        """The cells with anybody in them."""
        found = ((release, unit) for release in range(releases) for unit in units)
        return frozenset(cell for cell in found if self.behind[cell[0]].get((topic, cell[1])))

    def rests_on(self, topic: str, n: float) -> int:
        """How many releases a county's number rests on, if it counts n youths."""
        so_far, units = 0, frozenset((*UNITS, OTHER))
        for releases in range(1, len(self.behind) + 1):
            so_far = self.count(topic, self.cells(topic, releases, units))
            if so_far == n:
                return releases
        raise AssertionError(f"{topic} shows {n}, which no run of releases adds up to")


def sheet(size: int, skipped: float, dice: np.random.Generator) -> Bytes:
    """Packed answers of so many youths."""
    packed = []
    for choices, is_box in WIDTHS:
        code = dice.random(size) < 0.3 if is_box else dice.integers(1, choices + 1, size)
        packed.append(np.where(dice.random(size) < skipped, 0, code).astype(np.uint8))
    return np.column_stack(packed)


SIZE = st.sampled_from([0, 3, 9, 12, 17])


class History(RuleBasedStateMachine):
    """One wave of three units from its first answer to its comparison of units."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.released = Released(f"sqlite:///{self.folder / 'released.db'}")
        self.clock = Clock()
        rows = self.folder / "rows"
        once = UnitsOnce(rows / "units")
        self.reports = Reports(SITE, lambda _: SNAPSHOT, self.released, self.clock, once)
        self.scopes = Scopes(SITE, lambda _: SNAPSHOT, self.released, rows, self.clock)
        self.carried: tuple[Cell, ...] | None = None
        self.waiting: dict[str, list[Bytes]] = {unit: [] for unit in UNITS}
        self.truth = Truth()
        self.states: list[WaveReport] = []
        self.final: WaveReport
        self.over = False

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        self.dice = np.random.default_rng(seed)

    @precondition(lambda self: not self.over)
    @rule(sizes=st.tuples(SIZE, SIZE, SIZE), skipped=st.sampled_from([0.05, 0.4, 0.75]))
    def answer(self, sizes: tuple[int, int, int], skipped: float) -> None:
        """Youths answer; nothing that anybody can see changes."""
        for unit, size in zip(UNITS, sizes, strict=True):
            self.waiting[unit].append(sheet(size, skipped, self.dice))

    @precondition(lambda self: not self.over)
    @rule()
    def release(self) -> None:
        """What is complete is opened."""
        self._release(over=False)

    @precondition(lambda self: not self.over and len(self.truth.behind) > 2)
    @rule()
    def end(self) -> None:
        """The wave ends, the last boxes are opened, and its units stand side by side."""
        self._release(over=True)
        self.clock.seconds += timedelta(days=60).total_seconds()
        self.over = True
        self._look()
        self.final = self.states[-1]
        self._compare_trends()
        self._compare_units()

    @precondition(lambda self: self.over)
    @rule(sizes=st.tuples(SIZE, SIZE, SIZE), skipped=st.sampled_from([0.05, 0.75]))
    def come_late(self, sizes: tuple[int, int, int], skipped: float) -> None:
        """Boxes of the wave come when its units were shown: the county may move, a unit no more."""
        before = self.reports.units(WAVE)
        self.answer(sizes, skipped)
        self._release(over=True)
        self._look()
        self._compare_units()
        after = self.reports.units(WAVE)
        assert before
        assert after
        assert after.groups == before.groups

    @precondition(lambda self: self.over)
    @rule()
    def look_again(self) -> None:
        """Afterwards nothing moves any more."""
        assert self.reports.wave(WAVE) == self.states[-1]

    @precondition(lambda self: self.over)
    @rule()
    def carry_away(self) -> None:
        """A file of rows has 50 or more, K or more under each name, and is the same whenever it is made."""
        try:
            cells = self.scopes.scope(WAVE).cells
        except ExportError:
            assert self.carried is None
            return
        assert sum(cell.n for cell in cells) >= FEWEST
        assert all(cell.n >= K for cell in cells)
        assert self.carried in (None, cells)
        self.carried = cells
        for state in self.states:
            apart = abs((state.summary.n.value or 0) - sum(cell.n for cell in cells))
            assert apart == 0 or apart >= K

    def _release(self, over: bool) -> None:
        sizes = {unit: sum(map(len, sheets)) for unit, sheets in self.waiting.items()}
        lots = []
        for departure in departures(sizes, K, over):
            rows = np.concatenate([part for box in departure.boxes for part in self.waiting[box]])
            for box in departure.boxes:
                self.waiting[box] = []
            lots.append(self._lot(departure.box, rows))
        if not lots:
            return
        self.released.publish(lots, {})
        self.truth.behind.append(
            {
                (topic, lot.unit): scored(scale, lot.blocks[scale.id])
                for lot in lots
                for topic, scale in KEYED.items()
            }
        )

    def _lot(self, unit: str, rows: Bytes) -> Lot:
        ids = tuple(os.urandom(ID_SIZE) for _ in rows)
        self.released.take_in(BoxFile(WAVE, f"{WAVE}-{unit}", tuple((one, b"sealed") for one in ids)))
        counted = tally(blocks(SNAPSHOT), rows) | quality(SNAPSHOT, rows)
        return Lot(WAVE, unit, SNAPSHOT.hash, ids, tuple(row.tobytes() for row in rows), (), counted)

    @invariant()
    def looks(self) -> None:
        if not self.over:
            self._look()

    def _look(self) -> None:
        report = self.reports.wave(WAVE)
        assert report
        if self.states:
            steps_are_large(self.states[-1], report)
        self.states.append(report)

    def _compare_trends(self) -> None:
        """A trend says what the wave's page says."""
        shown = {scale.id: scale for scale in self.states[-1].summary.constructs}
        for trend in Trends(self.reports).every():
            assert shown[trend.id] in [point.scale for point in trend.points]

    def _compare_units(self) -> None:
        """Every pair of views of which one holds the other differs by nobody, or by k and more."""
        report = self.reports.units(WAVE)
        assert report
        titles = {unit.title: unit.id for unit in SITE.units} | {"Other units": OTHER}
        groups = [frozenset(titles[title] for title in group.titles) for group in report.groups]
        for place, topic in enumerate(KEYED):
            county = set(self._county(topic, place))
            views = county | (set(self._unions(topic, place, groups)) if county else set())
            for one in views:
                assert self.truth.count(topic, one) >= K
            for one, other in permutations(views, 2):
                assert not one < other or self.truth.count(topic, other - one) >= K, (topic, one, other)
            if groups and county:
                shown = [group.scales[place].n.value or 0 for group in report.groups]
                assert sum(shown) == self._n(self.final, place)

    def _unions(self, topic: str, place: int, groups: Sequence[frozenset[str]]) -> Iterator[Cells]:
        """Whatever can be added up of the units' numbers."""
        last = self.truth.rests_on(topic, self._n(self.final, place))
        for size in range(1, len(groups) + 1):
            for some in combinations(groups, size):
                yield self.truth.cells(topic, last, frozenset().union(*some))

    def _county(self, topic: str, place: int) -> Iterator[Cells]:
        units = frozenset((*UNITS, OTHER))
        for n in {self._n(state, place) for state in self.states} - {0}:
            yield self.truth.cells(topic, self.truth.rests_on(topic, n), units)

    def _n(self, state: WaveReport, place: int) -> float:
        return state.summary.constructs[place].n.value or 0


def steps_are_large(before: WaveReport, after: WaveReport) -> None:
    """Each base stays or grows by k and more; where it stays, nothing that rests on it changes."""
    for one, other in zip(numbers(before), numbers(after), strict=True):
        (base, told), (new_base, new_told) = one, other
        assert new_base == base or new_base - base >= K
        if new_base == base:
            assert told == new_told, base


def numbers(report: WaveReport) -> Iterator[tuple[float, list[Shown]]]:
    """Of each number of a wave's pages: on how many it says that it rests, and all that is told of it."""
    summary, found = report.summary, report.quality
    yield summary.n.value or 0, [summary.n]
    for scale in (*summary.constructs, *summary.activities):
        yield from of_scale(scale)
    for choice in (*summary.choices, *found.skipped, *found.conflicts):
        yield choice.n.value or 0, list(shown_in(choice))
    yield found.n.value or 0, [found.n, found.median]
    yield found.statements_n.value or 0, [found.statements_n, found.straight]


def of_scale(scale: ScaleSummary) -> Iterator[tuple[float, list[Shown]]]:
    """All but "not scorable": that rests on whole releases, also on one in which nobody could be scored."""
    yield scale.n.value or 0, [scale.n, scale.positive, scale.mean]
    yield scale.reliability.n.value or 0, list(shown_in(scale.reliability))
    for item in scale.items:
        yield item.n.value or 0, list(shown_in(item))


TestHistories = History.TestCase
TestHistories.settings = settings(max_examples=40, stateful_step_count=20, deadline=None, derandomize=True)
