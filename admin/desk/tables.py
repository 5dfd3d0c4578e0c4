"""The follow-up desk's tables in desk.db. No column holds what a young person or a supervisor wrote."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from survey_app.boxes import ID_SIZE

metadata = MetaData()


def _id(name: str = "id", key: bool = True) -> Column[bytes]:
    check = CheckConstraint(f"length({name}) = {ID_SIZE}")
    return Column(name, LargeBinary, check, primary_key=key, nullable=False)


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


# One row per letter. `key_id`: the key that the letter is sealed for. `assigned`: an account's name or "".
requests = _table(
    "requests",
    _id(),
    Column("key_id", LargeBinary, nullable=False),
    Column("arrived", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("state", String, nullable=False),
    Column("assigned", String, nullable=False),
    Column("closed", Date),
    Column("reason", String, nullable=False),
    Column("concern", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

# What was done and noted: sealed for the same key as the letter, all of one length. `place`: their order.
entries = _table(
    "entries",
    _id(),
    _id("request", key=False),
    Column("place", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index("entries_of", "request", "place", unique=True),
)

# Ids of requests that are over: a letter that comes back from an old copy is destroyed again.
forgotten = _table("forgotten", _id())

# Who is away, from the first to the last day, and who covers.
absences = _table(
    "absences",
    Column("name", String, primary_key=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("cover", String, nullable=False),
)
