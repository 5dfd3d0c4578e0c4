"""The ledger shows any change to what was released."""

import sqlite3
from pathlib import Path

import pytest

from admin.ledger import START, Line, checksum
from tests.boxes.builders import County


@pytest.fixture
def released(county: County) -> Path:
    """Two releases of three."""
    for _ in range(2):
        county.pass_on({"north-1": county.ballots(3), "south-1": county.ballots(3)})
        county.release()
    return county.data / "staff" / "released.db"


def test_a_ledger_line_for_every_lot(county: County, released: Path) -> None:
    entries = county.released.ledger()
    assert [(entry.line.release, entry.line.unit, entry.line.n) for entry in entries] == [
        (1, "north", 3),
        (1, "south", 3),
        (2, "north", 3),
        (2, "south", 3),
    ]
    assert len({entry.checksum for entry in entries}) == 4
    assert list(county.released.ledger_faults()) == []


ONE_OF = "(SELECT min(id) FROM responses WHERE release = 1 AND unit = 'south')"


@pytest.mark.parametrize(
    ("tampering", "line"),
    [
        ("DELETE FROM responses WHERE id = ONE_OF", 2),
        ("UPDATE responses SET codes = zeroblob(length(codes)) WHERE id = ONE_OF", 2),
        ("UPDATE responses SET unit = 'north' WHERE id = ONE_OF", 1),
        ("UPDATE responses SET release = 2 WHERE id = ONE_OF", 2),
        ("UPDATE ledger SET n = 4 WHERE line = 2", 2),
        ("DELETE FROM ledger WHERE line = 1", 1),
        ("UPDATE ledger SET checksum = 'x' WHERE line = 3", 3),
    ],
)
def test_any_change_is_found_and_its_line_named(
    county: County, released: Path, tampering: str, line: int
) -> None:
    with sqlite3.connect(released) as connection:
        assert connection.execute(tampering.replace("ONE_OF", ONE_OF)).rowcount > 0
    connection.close()
    (fault,) = county.released.ledger_faults()
    assert fault == f"Line {line} of the ledger does not fit its responses, or a line before it."


def test_the_order_of_responses_does_not_matter_and_everything_else_does() -> None:
    line = Line(1, "spring", "north", "f" * 64, 2)
    first, second = (b"1" * 16, b"ab"), (b"2" * 16, b"cd")
    right = checksum(START, line, [first, second])
    assert checksum(START, line, [second, first]) == right
    others = [
        checksum("0", line, [first, second]),
        checksum(START, Line(2, "spring", "north", "f" * 64, 2), [first, second]),
        checksum(START, line, [first, (b"2" * 16, b"ce")]),
        checksum(START, line, [first, (b"3" * 16, b"cd")]),
    ]
    assert right not in others
