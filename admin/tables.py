"""The tables of accounts.db and how the file is opened. Nothing in it is about any youth."""

import os
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.schema import CreateColumn

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("concealed", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    # Whether nothing is open to it without a second factor.
    Column("must", Boolean, nullable=False, server_default=text("0")),
)

# Links that make an account, or make it anew; one at most for each name.
invites = Table(
    "invites",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("role", String(16), nullable=False),
    Column("until", Float, nullable=False),
)

# The secret that an account shares with an authenticator app; `last` is the last step whose code was used.
apps = Table(
    "apps",
    metadata,
    Column("name", ForeignKey("accounts.name"), primary_key=True),
    Column("secret", LargeBinary(20), nullable=False),
    Column("last", Integer, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", LargeBinary(32), primary_key=True),
    Column("name", ForeignKey("accounts.name"), nullable=False),
)

# `host`: a passkey works at the address alone for which it was made.
passkeys = Table(
    "passkeys",
    metadata,
    Column("id", LargeBinary(8), primary_key=True),
    Column("name", ForeignKey("accounts.name"), nullable=False),
    Column("host", String(255), nullable=False),
    Column("label", String(40), nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("counter", Integer, nullable=False),
)

# What a session was just asked (`kind`) and has not answered yet: a challenge, or a secret to be confirmed.
questions = Table(
    "questions",
    metadata,
    Column("session", LargeBinary(32), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("asked", LargeBinary, nullable=False),
    Column("until", Float, nullable=False),
)

# One row per name that was tried, known or not, and per known browser; see admin.tries for why a name's
# `tag` is so short.
attempts = Table(
    "attempts",
    metadata,
    Column("tag", Integer, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("until", Float, nullable=False),
)

# One row per browser and name that signed in there; `counter` is its tag in `attempts`.
devices = Table(
    "devices",
    metadata,
    Column("counter", Integer, primary_key=True, autoincrement=False),
    Column("token_hash", LargeBinary(32), nullable=False),
    Column("name", ForeignKey("accounts.name"), nullable=False),
    Column("seen", Float, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("name", ForeignKey("accounts.name"), nullable=False),
    Column("started", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("head", String(80), nullable=False),
    # How far the sign-in has come (admin.sessions.Stage), and whether a second factor was shown.
    Column("stage", String(8), nullable=False, server_default="full"),
    Column("strong", Boolean, nullable=False, server_default=text("0")),
    Column("wrong", Integer, nullable=False, server_default=text("0")),
    # A session that is over stays for a day: so somebody's half-written form is known to be theirs.
    Column("over", Boolean, nullable=False, server_default=text("0")),
    Column("form_hash", LargeBinary(32)),
)


def open_store(path: Path) -> Engine:
    """The engine of accounts.db; the file is made if need be, readable by its owner alone (0600)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, poolclass=NullPool)
    event.listen(engine, "connect", _overwrite_what_is_deleted)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if _lacking(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # another process may be at it too
            _complete(connection)
            connection.exec_driver_sql("COMMIT")
    return engine


def _overwrite_what_is_deleted(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _complete(connection: Connection) -> None:
    """Make the tables that are not there yet, and the columns that an earlier version had not."""
    metadata.create_all(connection)
    for column in _lacking(connection):
        added = CreateColumn(column).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {column.table.name} ADD COLUMN {added}")


def _lacking(connection: Connection) -> list[Column[Any]]:
    there = {
        table: {row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")}
        for table in metadata.tables
    }
    return [
        column
        for name, table in metadata.tables.items()
        for column in table.columns
        if column.name not in there[name]
    ]
