"""The measurement plan of the logic model: how each activity is to be measured. It holds no answer."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

FILE = Path(__file__).parent / "data" / "measurement_plan.csv"
SOURCE = "Table 3 of the report on the Child Trafficking Unit's logic model"
SURVEY = "Youth Survey"


@dataclass(frozen=True)
class Row:
    """One activity as the plan has it. `scale`: its id in this survey, "" where the survey does not ask."""

    domain: str
    activity: str
    operationalization: str
    source: str
    entered_by: str
    state: str
    scale: str

    @property
    def is_ours(self) -> bool:
        """Whether the plan takes its numbers from the youth survey."""
        return self.source == SURVEY


@dataclass(frozen=True)
class Domain:
    """A domain of the logic model with its activities, both in the plan's order."""

    name: str
    rows: tuple[Row, ...]


def measurement_plan(activities: Iterable[tuple[str, str]], file: Path = FILE) -> tuple[Domain, ...]:
    """The plan beside the survey's activities, (id, label); () where the two have none in common."""
    ids = {_plain(label): id for id, label in activities}
    with file.open(encoding="utf-8", newline="") as lines:
        rows = tuple(
            Row(**line, scale=ids.get(_plain(line["activity"]), "")) for line in csv.DictReader(lines)
        )
    if not any(row.scale for row in rows):
        return ()
    return tuple(Domain(name, tuple(found)) for name, found in groupby(rows, key=attrgetter("domain")))


def _plain(label: str) -> str:
    return " ".join(label.casefold().split())
