"""The intake stores what is sealed, once, and its web connection can do nothing but insert (P7, P16)."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DatabaseError

from survey_app.intake import IntakeUnavailable, open_intake
from survey_app.sealing import SEALED_SIZE
from survey_app.tables import ballots, connect_for_web, create_intake
from tests.boxes.builders import County, noise
from tests.boxes.sql import ask, is_sound

ROWS = noise(40)


def intake(county: County) -> Path:
    return county.data / "public" / "intake.db"


def test_what_is_acknowledged_is_there(county: County) -> None:
    county.fill({"north-1": ROWS[:3], "south-1": ROWS[3:5]})
    assert ask(intake(county), "SELECT id, box, sealed FROM ballots ORDER BY box, id") == sorted(
        [
            (*row[:1], box, row[1])
            for box, rows in (("north-1", ROWS[:3]), ("south-1", ROWS[3:5]))
            for row in rows
        ],
        key=lambda row: (row[1], row[0]),
    )
    assert is_sound(intake(county))


def test_between_two_ballots_no_journal_lies_beside_the_database(county: County) -> None:
    """P10: a write-ahead log would keep the exact order."""
    writer = county.writer()
    for row in ROWS[:3]:
        writer.store_ballot("north-1", *row)
        assert [path.name for path in intake(county).parent.iterdir()] == ["intake.db"]
    writer.close()


def test_the_same_ballot_fifty_times_at_once_is_one(county: County) -> None:
    writer = county.writer()
    with ThreadPoolExecutor(50) as pool:
        acknowledged = list(pool.map(lambda _: writer.store_ballot("north-1", *ROWS[0]), range(50)))
    writer.close()
    assert len(acknowledged) == 50
    assert ask(intake(county), "SELECT count(*) FROM ballots") == [1]


def test_a_ballot_that_is_there_already_keeps_no_other_out(county: County) -> None:
    county.fill({"north-1": ROWS[:1]})
    writer = county.writer()
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(lambda row: writer.store_ballot("north-1", *row), ROWS))
    writer.close()
    assert ask(intake(county), "SELECT count(*) FROM ballots") == [40]


def test_letters_and_ballots_go_separate_ways(county: County) -> None:
    writer = county.writer()
    (letter,) = noise(1, purpose="contact")
    writer.store_letter(*letter)
    writer.store_letter(*letter)
    writer.store_ballot("north-1", *ROWS[0])
    writer.close()
    assert ask(intake(county), "SELECT id, sealed FROM letters") == [letter]
    assert ask(intake(county), "SELECT count(*) FROM ballots") == [1]


@pytest.mark.parametrize(("size", "length"), [(15, 9336), (17, 9336), (16, 9335), (16, 9337), (16, 0)])
def test_only_rows_of_the_one_size_are_taken(county: County, size: int, length: int) -> None:
    writer = county.writer()
    with pytest.raises(ValueError, match="An id has 16 bytes"):
        writer.store_ballot("north-1", bytes(size), bytes(length))
    with pytest.raises(ValueError, match="An id has 16 bytes"):
        writer.store_letter(bytes(size), bytes(length))
    writer.close()


def test_the_table_itself_refuses_another_size(county: County) -> None:
    """Whatever the code does, a row of a telling length cannot exist (P11)."""
    create_intake(county.url)
    with sqlite3.connect(intake(county)) as connection:
        for row in (
            (bytes(15), "a", bytes(9336)),
            (bytes(16), "a", bytes(9335)),
            (bytes(16), "a" * 33, bytes(9336)),
        ):
            with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
                connection.execute("INSERT INTO ballots VALUES (?, ?, ?)", row)
        with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
            connection.execute("INSERT INTO ballots VALUES (?, ?, ?)", ("x" * 16, "a", bytes(9336)))
    connection.close()


def test_no_column_tells_when_or_in_which_language(county: County) -> None:
    create_intake(county.url)
    columns = ask(
        intake(county),
        "SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_info(t.name) c WHERE t.wr",
    )
    assert sorted(columns) == ["ballots.box", "ballots.id", "ballots.sealed", "letters.id", "letters.sealed"]


FORBIDDEN = [
    "SELECT sealed FROM ballots",
    "SELECT count(*) FROM ballots",
    "SELECT 1",
    "SELECT sql FROM sqlite_master",
    "SELECT id FROM letters",
    "WITH b AS (SELECT * FROM ballots) SELECT * FROM b",
    "UPDATE ballots SET box = 'x'",
    "DELETE FROM ballots",
    "DELETE FROM letters",
    "ATTACH 'other.db' AS other",
    "VACUUM",
    "VACUUM INTO 'copy.db'",
    "PRAGMA secure_delete = OFF",
    "PRAGMA journal_mode",
    "DROP TABLE ballots",
    "DROP TRIGGER ballots_stay",
    "ALTER TABLE ballots ADD COLUMN at TEXT",
    "CREATE TABLE log (at TEXT)",
    "CREATE TEMP TRIGGER t AFTER INSERT ON ballots BEGIN SELECT 1; END",
    "INSERT INTO ballots SELECT randomblob(16), box, sealed FROM ballots",
    "INSERT INTO ballots VALUES (randomblob(16), 'x', zeroblob(9336))",
    "INSERT INTO letters (id, sealed) VALUES (zeroblob(16), zeroblob(5240)) RETURNING sealed",
    "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, '')",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_web_connection_can_only_insert(county: County, statement: str) -> None:
    county.fill({"north-1": ROWS[:2]})
    before = intake(county).read_bytes()
    with connect_for_web(county.url, 5) as connection:
        with pytest.raises(DatabaseError, match=r"not authorized|denied|prohibited|may not be modified"):
            connection.exec_driver_sql(statement)
        connection.rollback()
        assert intake(county).read_bytes() == before
        with connection.begin():
            connection.execute(insert(ballots), {"id": ROWS[2][0], "box": "north-1", "sealed": ROWS[2][1]})
    assert ask(intake(county), "SELECT count(*) FROM ballots") == [3]


def test_not_even_a_replacing_insert_changes_a_stored_ballot(county: County) -> None:
    county.fill({"north-1": ROWS[:1]})
    with connect_for_web(county.url, 5) as connection, connection.begin():
        connection.exec_driver_sql("REPLACE INTO ballots VALUES (?, ?, ?)", (ROWS[0][0], "x", bytes(9336)))
    assert ask(intake(county), "SELECT box, sealed FROM ballots") == [("north-1", ROWS[0][1])]


def test_an_error_shows_no_row(county: County) -> None:
    """P6: an exception is the easiest way for an answer to get into a log."""
    needle = b"NEEDLE".ljust(SEALED_SIZE["answers"] - 1, b".")
    with connect_for_web(county.url, 5) as connection, pytest.raises(DatabaseError) as caught:
        connection.execute(insert(ballots), {"id": bytes(16), "box": "north-1", "sealed": needle})
    assert "NEEDLE" not in f"{caught.value!r} {caught.value} {caught.value.orig!r}"
    assert "hide_parameters" in str(caught.value)


def test_the_intake_is_for_its_owner_only(county: County) -> None:
    county.fill({"north-1": ROWS[:1]})
    assert (county.data / "public").stat().st_mode & 0o777 == 0o700
    assert intake(county).stat().st_mode & 0o777 == 0o600


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_stores_through_its_own_connection(county: County) -> None:
    writer = county.writer()
    writer.store_ballot("north-1", *ROWS[0])
    child = os.fork()
    if child == 0:
        status = 1
        try:
            writer.store_ballot("north-1", *ROWS[1])
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    writer.store_ballot("north-1", *ROWS[2])
    writer.close()
    assert ask(intake(county), "SELECT count(*) FROM ballots") == [3]


def test_a_closed_writer_begins_anew(county: County) -> None:
    writer = county.writer()
    for row in ROWS[:3]:
        writer.store_ballot("north-1", *row)
        writer.close()
    writer.close()
    assert ask(intake(county), "SELECT count(*) FROM ballots") == [3]


def test_a_database_that_is_not_there_is_told_by_its_kind(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("a file where the folder should be")
    writer = open_intake(f"sqlite:///{tmp_path}/public/intake.db", patience=1)
    with pytest.raises(
        IntakeUnavailable, match=r"The intake took nothing in: (FileExistsError|NotADirectoryError)"
    ):
        writer.store_ballot("north-1", *ROWS[0])
    (tmp_path / "public").unlink()
    writer.store_ballot("north-1", *ROWS[0])
    writer.close()
