"""The doctor looks into an intake in PostgreSQL, and a server does not start on one that tells too much."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from survey_app.intake import open_intake
from survey_app.tables import create_intake
from tests.boxes.builders import noise
from tests.doctor.installation import examine
from tests.public.served import COMMAND, PATIENCE, serve

NUMBERS = count(1)
ROLE = "doctors_web"


class Change(NamedTuple):
    """What is done to the database, which check notices it, and whether a start is stopped by it."""

    check: str
    level: str
    sql: str
    stops_a_start: bool = True


FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; "
CHANGES = (
    Change("postgres-schema", "fail", "ALTER TABLE ballots ADD COLUMN at timestamptz DEFAULT now()"),
    Change("postgres-schema", "fail", "ALTER TABLE ballots ADD COLUMN n bigserial"),
    Change("postgres-schema", "fail", "ALTER TABLE letters ADD COLUMN n int GENERATED ALWAYS AS IDENTITY"),
    Change("postgres-schema", "fail", "ALTER TABLE letters ALTER COLUMN sealed TYPE text USING 'x'"),
    Change("postgres-schema", "fail", "ALTER TABLE ballots ALTER COLUMN box SET DEFAULT now()::text"),
    Change("postgres-schema", "fail", "CREATE TABLE visits (at timestamptz)"),
    Change("postgres-schema", "fail", "CREATE VIEW seen AS SELECT id FROM ballots"),
    Change("postgres-schema", "fail", "CREATE INDEX by_box ON ballots (box)"),
    Change("postgres-schema", "fail", "CREATE SEQUENCE arrivals"),
    Change("postgres-schema", "fail", "CREATE RULE r AS ON INSERT TO ballots DO ALSO NOTIFY ballots"),
    Change(
        "postgres-schema",
        "fail",
        f"{FUNCTION} CREATE TRIGGER t AFTER INSERT ON ballots FOR EACH ROW EXECUTE FUNCTION f()",
    ),
    Change("postgres-schema", "fail", "ALTER TABLE letters DROP CONSTRAINT letters_pkey"),
    Change("postgres-records", "fail", "ALTER DATABASE {name} SET log_statement = 'all'"),
    Change("postgres-records", "fail", "ALTER DATABASE {name} SET log_min_duration_statement = 0"),
    Change("postgres-records", "warn", "ALTER DATABASE {name} SET log_min_error_statement = error", False),
    Change("postgres-rights", "fail", f"GRANT SELECT ON ballots TO {ROLE}", False),
    Change("postgres-rights", "fail", f"GRANT DELETE ON letters TO {ROLE}", False),
)
QUIET = (
    "ALTER DATABASE {name} SET log_min_error_statement = panic",
    "ALTER DATABASE {name} SET log_error_verbosity = terse",
)


@contextmanager
def asking(url: str) -> Iterator[Connection]:
    """A connection as the owner."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def owner_url(postgres_url: str) -> Iterator[str]:
    """A database with the intake's tables and some rows, and a role that may insert."""
    name = f"doctor{next(NUMBERS)}"
    with asking(postgres_url) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        if not connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :r"), {"r": ROLE}).first():
            connection.execute(text(f"CREATE ROLE {ROLE} LOGIN"))
        for statement in QUIET:
            connection.execute(text(statement.format(name=name)))
    url = make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    create_intake(url, web_role=ROLE)
    writer = open_intake(url)
    for row in noise(5):
        writer.store_ballot("north", *row)
    writer.close()
    yield url
    with asking(postgres_url) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def shared(sound: Path, owner_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound installation whose intake is that database."""
    (sound / "public" / "intake.db").unlink()
    web_url = make_url(owner_url).set(username=ROLE).render_as_string(hide_password=False)
    monkeypatch.setenv("YOURVOICE_INTAKE", web_url)
    return sound


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.sql[:50])
def test_what_tells_too_much_is_noticed(shared: Path, owner_url: str, change: Change) -> None:
    assert examine(shared).level(change.check) == "ok"
    with asking(owner_url) as connection:
        connection.execute(text(change.sql.format(name=make_url(owner_url).database)))
    diagnosis = examine(shared)
    assert diagnosis.level(change.check) == change.level
    if change.stops_a_start:
        ended = subprocess.run(
            [*COMMAND, str(shared)], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert ended.returncode == 1
        assert f"The server does not start: {diagnosis.of(change.check)[0]['what']}" in ended.stderr


def test_an_owner_in_the_web_processs_place_may_do_too_much(
    shared: Path, owner_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOURVOICE_INTAKE", owner_url)
    assert "ballots SELECT" in examine(shared).words("postgres-rights")


def test_a_database_that_does_not_answer_is_no_silent_pass_and_stops_no_start(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YOURVOICE_INTAKE", "postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    assert "Not tried" in examine(shared).words("postgres-schema")
    with serve(shared) as running:
        assert b"HTTP/1.1 200" in running.exchange(
            b"GET /help HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
