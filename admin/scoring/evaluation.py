"""All statistics of an evaluator's own sheet, as they are written to statistics.json.

Nothing is suppressed here: only for files that somebody owns, never for what a page shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from admin.scoring.blocks import blocks
from admin.scoring.choices import ChoiceStatistics, ChoiceTally, NumberStatistics, NumberTally
from admin.scoring.intervals import t_interval, wilson
from admin.scoring.keying import Scale, scales
from admin.scoring.patterns import Bytes
from admin.scoring.sweep import Findings, Floats, Sweep
from survey_app.coding import columns
from survey_app.instrument.model import Multi, Number
from survey_app.instrument.snapshot import Question, Snapshot

FORMAT = "yourvoice-statistics/1"
NOTE = "Computed on your own file. Nothing is hidden here: do not publish numbers of fewer than 11 people."


@dataclass(frozen=True)
class ItemNumbers:
    """One item within one scale, after keying; nan becomes null."""

    n: int
    mean: float
    sd: float
    favourable: int
    item_rest: float
    alpha_drop: float


@dataclass(frozen=True)
class ScaleNumbers:
    """One construct or activity. `positive`, `negative` are counts, `positive_share` and its ends shares."""

    n: int
    unscored: int
    mean: float
    mean_low: float
    mean_high: float
    sd: float
    pomp: float
    positive: int
    positive_share: float | None
    positive_low: float
    positive_high: float
    negative: int
    n_complete: int
    alpha: float
    alpha_low: float
    alpha_high: float
    avg_r: float
    omega: float
    omega_missing_because: str | None
    items: dict[str, ItemNumbers]


@dataclass(frozen=True)
class Evaluation:
    """The whole of statistics.json. `items`: each item in the first construct that it stands in."""

    instrument: str
    version: str
    n: int
    constructs: dict[str, ScaleNumbers]
    items: dict[str, ItemNumbers]
    activities: dict[str, ScaleNumbers]
    choices: dict[str, ChoiceStatistics]
    numbers: dict[str, NumberStatistics]
    left_out: dict[str, str]
    format: str = FORMAT
    note: str = NOTE

    def to_bytes(self) -> bytes:
        """Indented JSON, always in the same order."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"


@dataclass(frozen=True)
class Scores:
    """The scores of some responses: scale id -> float64 [n], nan where not scorable."""

    constructs: dict[str, Floats] = field(default_factory=dict)
    activities: dict[str, Floats] = field(default_factory=dict)


class Evaluator:
    """Scores a stream of responses and keeps its statistics. `asked`: names of the columns that there are."""

    def __init__(self, snapshot: Snapshot, asked: frozenset[str]) -> None:
        self._snapshot = snapshot
        self._n = 0
        ready = {scale.id: scale for scale in scales(snapshot)}
        self._scales = [scale for scale in ready.values() if all(key.item in asked for key in scale.keys)]
        self._left_out = dict(_left_out(snapshot, ready, asked))
        self._sweep = Sweep(self._scales, {block.id: block for block in blocks(snapshot)})
        places, size = dict[str, int](), 0
        for column in columns(snapshot):
            places[column.name] = size
            size += column.width
        in_scales = {key.item for scale in ready.values() for key in scale.keys}
        single = [question for question in snapshot.items() if question.id not in in_scales]
        self._numbers = {
            question.id: NumberTally(question.item, places[question.id])
            for question in single
            if isinstance(question.item, Number) and question.id in asked
        }
        self._choices = {q.id: ChoiceTally(q, places) for q in single if _is_choice(q, asked)}

    @property
    def constructs(self) -> list[str]:
        """The ids of the constructs that are scored, in the instrument's order."""
        return [_bare(scale.id) for scale in self._scales if _is_construct(scale.id)]

    @property
    def activities(self) -> list[str]:
        """The same of the activities."""
        return [_bare(scale.id) for scale in self._scales if not _is_construct(scale.id)]

    def add(self, responses: Bytes) -> Scores:
        """Add packed responses and score them."""
        self._n += len(responses)
        tallies: list[NumberTally | ChoiceTally] = [*self._numbers.values(), *self._choices.values()]
        for tally in tallies:
            tally.add(responses)
        found = self._sweep.add(responses)
        scored = Scores()
        for id, scores in found.items():
            (scored.constructs if _is_construct(id) else scored.activities)[_bare(id)] = scores
        return scored

    def evaluation(self) -> Evaluation:
        """The statistics of everything that was added."""
        found = list(zip(self._scales, self._sweep.findings(), strict=True))
        constructs = {_bare(scale.id): _numbers(f) for scale, f in found if _is_construct(scale.id)}
        items: dict[str, ItemNumbers] = {}
        for construct in constructs.values():
            items = construct.items | items
        asked_order = [question.id for question in self._snapshot.items() if question.id in items]
        return Evaluation(
            instrument=self._snapshot.instrument.id,
            version=self._snapshot.instrument.version,
            n=self._n,
            constructs=constructs,
            items={id: items[id] for id in asked_order},
            activities={_bare(scale.id): _numbers(f) for scale, f in found if not _is_construct(scale.id)},
            choices={id: tally.statistics for id, tally in self._choices.items()},
            numbers={id: tally.statistics for id, tally in self._numbers.items()},
            left_out=self._left_out,
        )


def _numbers(findings: Findings) -> ScaleNumbers:
    found, held = findings.statistics, findings.reliability
    mean_low, mean_high = t_interval(found.mean, found.sd, found.n)
    low, high = wilson(found.positive, found.n)
    return ScaleNumbers(
        n=found.n,
        unscored=found.unscored,
        mean=found.mean,
        mean_low=mean_low,
        mean_high=mean_high,
        sd=found.sd,
        pomp=found.pomp,
        positive=found.positive,
        positive_share=found.positive / found.n if found.n else None,
        positive_low=low,
        positive_high=high,
        negative=found.negative,
        n_complete=held.n_complete,
        alpha=held.alpha,
        alpha_low=held.interval[0],
        alpha_high=held.interval[1],
        avg_r=held.avg_r,
        omega=findings.omega.value,
        omega_missing_because=findings.omega.why,
        items={
            item.item: ItemNumbers(item.n, item.mean, item.sd, item.favourable, rest, drop)
            for item, rest, drop in zip(found.items, held.item_rest, held.alpha_drop, strict=True)
        },
    )


def _left_out(
    snapshot: Snapshot, ready: Mapping[str, Scale], asked: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Each scale that is not scored, and why."""
    instrument = snapshot.instrument
    ids: Iterable[str] = (
        *(f"construct.{construct.id}" for construct in instrument.constructs),
        *(f"activity.{activity.id}" for activity in instrument.logic_model.activities),
    )
    for id in ids:
        if id not in ready:
            yield id, "the instrument asks too few of its items"
            continue
        gone = [key.item for key in ready[id].keys if key.item not in asked]
        if gone:
            yield id, f"no columns for {', '.join(gone)}"


def _is_choice(question: Question, asked: frozenset[str]) -> bool:
    if not question.options:
        return False
    name = f"{question.id}__{question.options[0].value}" if isinstance(question.item, Multi) else question.id
    return name in asked


def _is_construct(id: str) -> bool:
    return id.startswith("construct.")


def _bare(id: str) -> str:
    return id.partition(".")[2]
