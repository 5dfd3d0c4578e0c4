"""The tables of accounts.db and how the file is opened. Nothing in it is about any youth."""

import os
from pathlib import Path

from sqlalchemy import (
    Boolean,
    Column,
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
)

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("concealed", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
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
)


def open_store(path: Path) -> Engine:
    """The engine of accounts.db; the file is made if need be, readable by its owner alone (0600)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, poolclass=NullPool)
    metadata.create_all(engine)
    return engine
