"""How released.db is opened, and what its tables are made of. It names no table and reads no row."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import SQLAlchemyError

from survey_app.boxes import ID_SIZE
from survey_app.files import make_private_folder

metadata = MetaData()
# What makes one of several processes that start at once the one that makes the tables.
_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(2)"}
_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY")
_PATIENCE = 30


def table(name: str, *columns: Column[Any]) -> Table:
    """A table of released.db."""
    return Table(name, metadata, *columns, sqlite_strict=True, sqlite_with_rowid=False)


def random_id() -> Column[bytes]:
    """The key of a row: 16 random bytes."""
    return Column("id", LargeBinary, CheckConstraint(f"length(id) = {ID_SIZE}"), primary_key=True)


def word(name: str, key: bool = False) -> Column[str]:
    """A column of text."""
    return Column(name, Text, primary_key=key, nullable=False)


def number(name: str, key: bool = False) -> Column[int]:
    """A column of whole numbers."""
    return Column(name, Integer, primary_key=key, autoincrement=False, nullable=False)


def binary(name: str) -> Column[bytes]:
    """A column of bytes."""
    return Column(name, LargeBinary, nullable=False)


def open_released(url: str) -> Engine:
    """The engine, its tables made if need be; a SQLite file is for its owner only, in such a folder."""
    engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        path = Path(make_url(url).database or "")
        make_private_folder(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        event.listen(engine, "connect", _set_pragmas)
    with engine.begin() as connection:
        if not set(metadata.tables) <= set(inspect(connection).get_table_names()):
            connection.exec_driver_sql(_ALONE[connection.dialect.name])
            metadata.create_all(connection)
    return engine


def rewrite(engine: Engine) -> None:
    """Rewrite a SQLite file, so that nothing in it tells in which order rows came, nor which were deleted.

    Where that cannot be done now, the next time does it: what was stored is safe either way.
    """
    if engine.dialect.name == "sqlite":
        with suppress(SQLAlchemyError), engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    for pragma in (f"busy_timeout={_PATIENCE * 1000}", *_PRAGMAS):
        connection.execute(f"PRAGMA {pragma}").close()
