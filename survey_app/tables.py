"""The intake's tables, and how its database is opened by the web process and by the custodian.

The web process may only insert. No table has a column for a time, a language or an order of arrival.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError

from survey_app.boxes import ID_SIZE
from survey_app.files import make_private_folder
from survey_app.sealing import SEALED_SIZE

metadata = MetaData()


def _sized(column: str, size: int) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = {size}")


ballots = Table(
    "ballots",
    metadata,
    Column("id", LargeBinary, _sized("id", ID_SIZE), primary_key=True),
    Column("box", Text, CheckConstraint("length(box) <= 32"), nullable=False),
    Column("sealed", LargeBinary, _sized("sealed", SEALED_SIZE["answers"]), nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
letters = Table(
    "letters",
    metadata,
    Column("id", LargeBinary, _sized("id", ID_SIZE), primary_key=True),
    Column("sealed", LargeBinary, _sized("sealed", SEALED_SIZE["contact"]), nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# REPLACE is an INSERT to the authorizer; this keeps it from putting another ballot in a stored one's place.
_STAYS: Final = tuple(f"{name}_stay" for name in metadata.tables)
_stays = DDL(  # type: ignore[no-untyped-call]
    "CREATE TRIGGER %(table)s_stay BEFORE INSERT ON %(table)s"
    " WHEN EXISTS (SELECT 1 FROM %(table)s WHERE id = NEW.id) BEGIN SELECT RAISE(IGNORE); END"
)
for _table in metadata.tables.values():
    event.listen(_table, "after_create", _stays.execute_if(dialect="sqlite"))

# What makes one of several processes that start at once the one that makes the tables.
_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(1)"}
_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY")


def open_engine(url: str, patience: float) -> Engine:
    """An engine whose errors never show a row; waits `patience` seconds for a lock.

    A SQLite file is made if need be, for its owner only, in a folder for its owner only.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, poolclass=NullPool, connect_args=_timeouts(patience))
    path = Path(make_url(url).database or "")
    if not path.exists():
        make_private_folder(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool, connect_args={"timeout": patience})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def create_intake(url: str, web_role: str = "", patience: float = 30) -> None:
    """Make missing tables; on PostgreSQL run it as their owner, naming the role that may insert."""
    engine = open_engine(url, patience)
    with engine.begin() as connection:
        if not set(metadata.tables) <= set(inspect(connection).get_table_names()):
            connection.exec_driver_sql(_ALONE[connection.dialect.name])
            metadata.create_all(connection)
        if web_role:
            role = connection.dialect.identifier_preparer.quote(web_role)
            connection.execute(text(f"GRANT INSERT ON ballots, letters TO {role}"))
    engine.dispose()


def fault_kind(error: Exception) -> str:
    """A database's or file's error by its kind, e.g. "SQLITE_FULL"; never by its text."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    named = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(named or type(cause).__name__)


def connect_for_web(url: str, patience: float) -> Connection:
    """The web process's connection: on SQLite it has no right but to insert into the two tables.

    On PostgreSQL the role has none (see create_intake). Raises SQLAlchemyError and OSError.
    """
    if make_url(url).get_backend_name() == "sqlite":
        create_intake(url, patience=patience)
    connection = open_engine(url, patience).connect()
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.set_authorizer(_inserts_only)  # type: ignore[union-attr]
    return connection


def _inserts_only(action: int, table: str | None, _: Any, schema: str | None, trigger: str | None) -> int:
    if action == sqlite3.SQLITE_TRANSACTION:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_INSERT and schema == "main" and table in metadata.tables:
        return sqlite3.SQLITE_OK
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) and trigger in _STAYS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _timeouts(patience: float) -> dict[str, object]:
    milliseconds = int(patience * 1000)
    return {
        "connect_timeout": max(2, round(patience)),
        "options": f"-c lock_timeout={milliseconds} -c statement_timeout={3 * milliseconds}",
    }
