"""A release of more ballots than are held in memory at a time: all of them, each once, in little memory."""

import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from admin import released
from survey_app.boxes import BoxFile
from survey_app.sealing import SEALED_SIZE
from tests.boxes.builders import County, noise, small_snapshot
from tests.boxes.sql import ask

MANY = released._AT_ONCE * 2 + 17


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A county whose busiest box waits on the staff host."""
    return County(tmp_path / "data")


def test_every_ballot_of_a_large_box_waits_once(county: County) -> None:
    rows = noise(MANY)
    for box, part in (("north-1", rows), ("south-1", noise(5, seed=2))):
        county.released.take_in(BoxFile("spring", box, tuple(part)))
    assert Counter(county.released.waiting_ballots("spring", "north-1")) == Counter(rows)


def test_a_large_box_is_released_whole(county: County) -> None:
    ballots = county.ballots(MANY)
    county.released.take_in(BoxFile("spring", "north-1", tuple(ballots)))
    assert county.release().lots == (("spring", "north", MANY),)
    database = county.data / "staff" / "released.db"
    assert ask(database, "SELECT count(DISTINCT id) FROM responses") == [MANY]
    assert ask(database, "SELECT count(*) FROM pending") == [0]
    assert list(county.released.ledger_faults()) == []


def test_waiting_ballots_never_lie_in_memory_together(county: County) -> None:
    """Those of this box alone would be 38 MB."""
    county.released.take_in(BoxFile("spring", "north-1", tuple(noise(MANY * 2))))
    tracemalloc.start()
    n = sum(1 for _ in county.released.waiting_ballots("spring", "north-1"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n == MANY * 2
    assert peak < 2.5 * released._AT_ONCE * SEALED_SIZE["answers"]


def test_the_release_still_names_the_snapshot(county: County) -> None:
    county.released.take_in(BoxFile("spring", "north-1", tuple(county.ballots(3))))
    county.release()
    assert ask(county.data / "staff" / "released.db", "SELECT DISTINCT snapshot FROM responses") == [
        small_snapshot().hash
    ]
