"""The same promises where several public hosts share one PostgreSQL, and released.db is one too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from admin.release import ReleaseReport
from admin.released import Lot, ReleaseError
from survey_app.boxes import read_box
from survey_app.handover import hand_over, send_letters
from survey_app.intake import IntakeUnavailable, Writer, open_intake
from survey_app.tables import connect_for_web, create_intake
from tests.boxes.builders import TODAY, County, noise
from tests.codes.builders import Bowl

ROWS = noise(60)
NUMBERS = count(1)
BALLOTS = "SELECT count(*) FROM ballots"
LETTERS = "SELECT count(*) FROM letters"


@contextmanager
def asking(url: str, isolation_level: str = "READ COMMITTED") -> Iterator[Connection]:
    """A transaction of somebody else's."""
    engine = create_engine(url, poolclass=NullPool, isolation_level=isolation_level)
    with engine.begin() as connection:
        yield connection


def one(url: str, query: str) -> object:
    with asking(url) as connection:
        return connection.execute(text(query)).scalar()


@pytest.fixture
def owner_url(postgres_url: str) -> Iterator[str]:
    """A database of the test's own, with the intake's tables and a role that may insert."""
    name = f"intake{next(NUMBERS)}"
    with asking(postgres_url, "AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = 'web'")).first():
            connection.execute(text("CREATE ROLE web LOGIN"))
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    create_intake(url, web_role="web")
    yield url
    with asking(postgres_url, "AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def web_url(owner_url: str) -> str:
    return make_url(owner_url).set(username="web").render_as_string(hide_password=False)


@pytest.fixture
def writer(web_url: str) -> Iterator[Writer]:
    writer = open_intake(web_url, patience=5)
    yield writer
    writer.close()


def test_what_is_acknowledged_is_there_once(writer: Writer, owner_url: str) -> None:
    writer.store_ballot("north-1", *ROWS[0])
    with ThreadPoolExecutor(40) as pool:
        list(pool.map(lambda row: writer.store_ballot("north-1", *row), ROWS[:40] + ROWS[:1] * 20))
    writer.store_letter(*noise(1, 2, "contact")[0])
    assert one(owner_url, BALLOTS) == 40
    assert one(owner_url, LETTERS) == 1


def test_two_public_hosts_share_one_intake(writer: Writer, web_url: str, owner_url: str) -> None:
    other = open_intake(web_url, patience=5)
    with ThreadPoolExecutor(16) as pool:
        hosts = [host for _ in ROWS for host in (writer, other)]
        list(pool.map(lambda host, row: host.store_ballot("north-1", *row), hosts, ROWS + ROWS[::-1]))
    other.close()
    assert one(owner_url, BALLOTS) == len(ROWS)


FORBIDDEN = [
    "SELECT sealed FROM ballots",
    "SELECT count(*) FROM letters",
    "UPDATE ballots SET box = 'x'",
    "DELETE FROM ballots",
    "TRUNCATE letters",
    "DROP TABLE ballots",
    "ALTER TABLE ballots ADD COLUMN at text",
    "INSERT INTO ballots SELECT * FROM ballots",
    "INSERT INTO ballots VALUES ('', '', '') RETURNING sealed",
    "INSERT INTO ballots VALUES ('', '', '') ON CONFLICT (id) DO UPDATE SET box = 'x'",
    "COPY ballots TO STDOUT",
    "LOCK TABLE ballots IN ACCESS EXCLUSIVE MODE",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_web_role_can_only_insert(writer: Writer, web_url: str, owner_url: str, statement: str) -> None:
    writer.store_ballot("north-1", *ROWS[0])
    refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
    with connect_for_web(web_url, 5) as connection, refused:
        connection.exec_driver_sql(statement)
    assert one(owner_url, BALLOTS) == 1


@pytest.mark.parametrize(("size", "length"), [(15, 9336), (16, 9335), (16, 9337)])
def test_the_table_itself_refuses_another_size(owner_url: str, size: int, length: int) -> None:
    insert = text("INSERT INTO ballots VALUES (:id, 'north-1', :sealed)")
    refused = pytest.raises(DBAPIError, match="check constraint")
    with connect_for_web(owner_url, 5) as connection, refused:
        connection.execute(insert, {"id": bytes(size), "sealed": bytes(length)})


def test_a_locked_table_refuses_in_time_and_stores_when_it_is_free(web_url: str, owner_url: str) -> None:
    writer = open_intake(web_url, patience=2)
    writer.store_ballot("north-1", *ROWS[0])
    with asking(owner_url) as connection:
        connection.execute(text("LOCK TABLE ballots IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(IntakeUnavailable, match="55P03"):  # lock_not_available
            writer.store_ballot("north-1", *ROWS[1])
    writer.store_ballot("north-1", *ROWS[2])
    writer.close()
    assert one(owner_url, BALLOTS) == 2


def test_a_lost_connection_is_made_anew(writer: Writer, owner_url: str) -> None:
    writer.store_ballot("north-1", *ROWS[0])
    one(owner_url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'web'")
    with pytest.raises(IntakeUnavailable):
        writer.store_ballot("north-1", *ROWS[1])
    writer.store_ballot("north-1", *ROWS[1])
    assert one(owner_url, BALLOTS) == 2


def test_boxes_and_letters_leave_and_leave_nothing_behind(
    writer: Writer, county: County, owner_url: str
) -> None:
    for place, row in enumerate(ROWS[:22]):
        writer.store_ballot("north-1" if place < 20 else "south-1", *row)
    writer.store_letter(*noise(1, 2, "contact")[0])
    assert hand_over(county.data, county.site, TODAY, owner_url).left == (("north-1", 20),)
    assert send_letters(county.data, owner_url) == 1
    (path,) = county.outbox.glob("*.box")
    assert set(read_box(path).ballots) == set(ROWS[:20])
    assert (one(owner_url, BALLOTS), one(owner_url, LETTERS)) == (2, 0)
    assert one(owner_url, "SELECT pg_relation_size('ballots')") == 8192
    assert one(owner_url, "SELECT array_agg(id ORDER BY ctid) = array_agg(id ORDER BY id) FROM ballots")


def test_released_responses_may_live_in_postgresql(county: County, owner_url: str) -> None:
    county.released_url = owner_url
    for number in (1, 2):
        county.pass_on({"north-1": county.ballots(4), "south-1": county.ballots(3)})
        lots = (("spring", "north", 4), ("spring", "south", 3))
        assert county.release() == ReleaseReport(number, lots, 0, ())
    assert county.released.tallies("spring").n == 14
    assert county.released.units("spring") == ["north", "south"]
    assert list(county.released.ledger_faults()) == []
    assert county.release().release == 0


def test_in_postgresql_too_a_ballot_comes_in_once_and_is_released_once(
    county: County, owner_url: str
) -> None:
    county.released_url = owner_url
    county.fill({"north-1": county.ballots(4)})
    county.hand_over()
    (path,) = county.outbox.glob("*.box")
    copy = path.read_bytes()
    county.bring_in()
    path.write_bytes(copy)
    county.bring_in()
    assert one(owner_url, "SELECT count(*) FROM pending") == 4
    ids = tuple(ballot_id for ballot_id, _ in county.released.waiting_ballots("spring", "north-1"))
    county.release()
    with pytest.raises(ReleaseError):
        county.released.publish([Lot("spring", "north", "f" * 64, ids, (b"x",) * 4, (), {})], {})
    assert county.released.tallies("spring").n == 4


def test_in_postgresql_too_a_code_counts_once(tmp_path: Path, owner_url: str) -> None:
    bowl = Bowl(tmp_path, 3)
    bowl.released_url = owner_url
    codes = bowl.print_cards(4)
    bowl.pass_on({"north-1": bowl.with_codes([*codes[:3], codes[0], ""])})
    assert bowl.release().lots == (("spring", "north", 3),)
    bowl.pass_on({"north-1": bowl.with_codes([*codes, ""])})
    assert bowl.release().lots == ()
    assert one(owner_url, "SELECT count(*) FROM responses") == 3
    assert one(owner_url, "SELECT count(*) FROM cards") == 1
