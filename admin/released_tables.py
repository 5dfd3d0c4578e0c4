"""The tables of released.db and how it is opened. No column holds a time or a language."""

from __future__ import annotations

import os
import sqlite3
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

from survey_app.boxes import ID_SIZE
from survey_app.files import make_private_folder

metadata = MetaData()
# What makes one of several processes that start at once the one that makes the tables.
_ALONE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "SELECT pg_advisory_xact_lock(2)"}
_PRAGMAS = ("journal_mode=DELETE", "synchronous=FULL", "secure_delete=ON", "temp_store=MEMORY")
_PATIENCE = 30


def _table(name: str, *columns: Column[Any]) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True, sqlite_with_rowid=False)


def _id() -> Column[bytes]:
    return Column("id", LargeBinary, CheckConstraint(f"length(id) = {ID_SIZE}"), primary_key=True)


def _word(name: str, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _number(name: str, key: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, autoincrement=False, nullable=False)


def _bytes(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


# Sealed ballots that were brought here; `fault` says why one could not be opened, "" where nothing is wrong.
pending = _table("pending", _id(), _word("wave"), _word("box"), _word("fault"), _bytes("sealed"))

# Every ballot and letter that ever came, so that none comes twice.
seen = _table("seen", _id())

# Keyed hashes of the codes on cards that were printed and have not counted yet. One that has counted is
# deleted: afterwards it is as unknown as one that was never printed, to whoever looks.
cards = _table("cards", Column("hash", LargeBinary, CheckConstraint("length(hash) = 32"), primary_key=True))

# Open from here on. Ids are new and random; nothing joins a response, its words and its ballot.
responses = _table(
    "responses", _id(), _number("release"), _word("wave"), _word("unit"), _word("snapshot"), _bytes("codes")
)
comments = _table("comments", _id(), _word("wave"), _word("snapshot"), _word("item"), _word("words"))

# Which of the comments may be read: those that were let out with k - 1 others or more.
readable = _table("readable", _id())

counts = _table(
    "counts",
    _number("release", key=True),
    _word("wave", key=True),
    _word("unit", key=True),
    _word("snapshot", key=True),
    _word("block", key=True),
    _bytes("codes_counts"),
)
ledger = _table(
    "ledger",
    _number("line", key=True),
    _number("release"),
    _word("wave"),
    _word("unit"),
    _word("snapshot"),
    _number("n"),
    _word("checksum"),
)


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


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    for pragma in (f"busy_timeout={_PATIENCE * 1000}", *_PRAGMAS):
        connection.execute(f"PRAGMA {pragma}").close()
