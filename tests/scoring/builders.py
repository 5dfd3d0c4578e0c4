"""Small instruments and answer sheets for the scoring tests. No test stands in here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from admin.scoring.patterns import Bytes
from survey_app.instrument.loading import load_instrument
from survey_app.instrument.model import (
    Activity,
    Construct,
    Instrument,
    Intro,
    Item,
    LogicModel,
    Member,
    Option,
    ResponseSet,
    Row,
    ScaleBlock,
    Score,
    Section,
)
from survey_app.instrument.snapshot import Snapshot, freeze

ROOT = Path(__file__).parents[2]
REFERENCE = Path(__file__).parent / "reference"


def appendix_b() -> Snapshot:
    """The instrument that the platform was built for, as it is printed."""
    return freeze(load_instrument(ROOT / "instruments/youth_probation_services.json"), {})


def points(scores: Sequence[float | None]) -> ResponseSet:
    """An ordinal scale with these scores, low to high; None is "does not apply"."""
    return ResponseSet(
        kind="ordinal",
        options=tuple(
            Option(value=f"o{place}", text=f"Option {place}", score=score, missing=score is None)
            for place, score in enumerate(scores, 1)
        ),
    )


def survey(
    *items: Item,
    sets: dict[str, ResponseSet],
    constructs: Sequence[Construct] = (),
    activities: Sequence[Activity] = (),
) -> Snapshot:
    """A snapshot of one section with these items."""
    instrument = Instrument(
        format="yourvoice-instrument/1",
        id="small",
        version="1.0.0",
        title="Small",
        licence="MIT",
        source="our own",
        source_language="en",
        languages=("en",),
        response_sets=sets,
        intro=Intro(title="Hello", paragraphs=()),
        sections=(Section(id="only", title="Only", items=items),),
        constructs=tuple(constructs),
        logic_model=LogicModel(activities=tuple(activities)),
        help_resources=(),
    )
    return freeze(instrument, {})


def scale_survey(
    scores: Sequence[float | None],
    members: Sequence[Member],
    min_answered: int,
    positive_above: float | None = None,
) -> Snapshot:
    """One construct "all" over one block of statements, all on the same scale."""
    rows = tuple(Row(id=member.item, text=f"Statement {member.item}.") for member in members)
    return survey(
        ScaleBlock(id="block", text="How much do you agree?", response_set="scale", rows=rows),
        sets={"scale": points(scores)},
        constructs=[
            Construct(
                id="all",
                label="All of it",
                definition="What the statements say together.",
                items=tuple(members),
                score=Score(min_answered=min_answered),
                positive_above=positive_above,
            )
        ],
    )


def answers(rows: Sequence[Sequence[int]], width: int) -> Bytes:
    """Packed responses from lists of codes: uint8 [n, width]."""
    return np.array(rows, np.uint8).reshape(-1, width)
