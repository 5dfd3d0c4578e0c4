"""What the intake's tables must look like, made from the tables themselves, and how a difference is said."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from functools import cache

from sqlalchemy import StaticPool, create_engine

from survey_app.doctor.finding import Finding, failed
from survey_app.doctor.tree import printable
from survey_app.tables import metadata

OBJECTS = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"
TELLS = re.compile(
    r"(?i)time|date|clock|stamp|created|arriv|(^|_)at$|serial|sequence|autoincrement|rowid|order|(^|_)ip$|addr|agent"
)
REMEDY = (
    "Find out who changed it and why. Let what can leave go with yourvoice handover --now. Boxes with fewer"
    " than k ballots cannot leave; their ballots stay in this file. Keep it, outside the data folder: stop"
    " the server, move it to a locked folder, and ask whoever maintains this. The next start makes a new one."
)

Object = tuple[str, str, str, str]


@cache
def made() -> frozenset[Object]:
    """Everything that Your Voice makes in a SQLite intake: kind, name, table, definition."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.begin() as connection:
        metadata.create_all(connection)
        found = connection.exec_driver_sql(OBJECTS).fetchall()
    engine.dispose()
    return frozenset(_plain(*row) for row in found)


def found_in(connection: sqlite3.Connection) -> frozenset[Object]:
    """Everything that is in this SQLite intake."""
    return frozenset(_plain(*row) for row in connection.execute(OBJECTS))


def columns_made() -> dict[str, set[str]]:
    """The columns of each table."""
    return {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}


def extra_object(kind: str, name: str) -> Finding:
    """The finding for a table, index, trigger, view, sequence or rule that nobody should have made."""
    return failed(
        f"The intake has a {kind} {printable(name)}, which Your Voice did not make{_tells(name)}.", REMEDY
    )


def extra_column(table: str, column: str, kind: str) -> Finding:
    """The finding for a column too many."""
    return failed(
        f"The table {table} has a column {printable(column)} ({printable(kind) or 'of no type'}) too many"
        f"{_tells(column, kind)}.",
        REMEDY,
    )


def missing(what: str) -> Finding:
    """The finding for something that must be there."""
    return failed(f"The intake's {what} is missing.", REMEDY)


def odd_table(table: str) -> Finding:
    """The finding for a table that was made otherwise: with a rowid, another type, without checks."""
    return failed(
        f"The table {table} is not as Your Voice makes it: strict, with no number for each row, "
        "one length for all.",
        REMEDY,
    )


def differences(found: frozenset[Object], columns: dict[str, dict[str, str]]) -> Iterator[Finding]:
    """What is not as it is made. `columns`: each table's columns with their types."""
    wanted = {(kind, name): sql for kind, name, _, sql in made()}
    here = {(kind, name): sql for kind, name, _, sql in found}
    for kind, name in sorted(here.keys() - wanted.keys()):
        yield extra_object(kind, name)
    for kind, name in sorted(wanted.keys() - here.keys()):
        yield missing(f"{kind} {name}")
    for kind, name in sorted(here.keys() & wanted.keys()):
        if kind == "table":
            too_many = columns.get(name, {}).keys() - columns_made()[name]
            for column in sorted(too_many):
                yield extra_column(name, column, columns[name][column])
            if too_many:
                continue
        if here[kind, name] != wanted[kind, name]:
            yield odd_table(name) if kind == "table" else extra_object(kind, name)


def _plain(kind: str, name: str, table: str, sql: str) -> Object:
    return kind, name, table, " ".join(sql.split())


def _tells(*names: str) -> str:
    telling = any(TELLS.search(name) for name in names)
    return ": it may tell when, whence or in which order answers came" if telling else ""
