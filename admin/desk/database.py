"""How desk.db is opened. No table is defined here, and nothing in the file is about an answer."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Engine, MetaData, NullPool, create_engine, event, inspect

from survey_app.files import make_private_folder

PRAGMAS = (
    "busy_timeout=30000",
    "journal_mode=DELETE",
    "synchronous=FULL",
    "secure_delete=ON",
    "temp_store=MEMORY",
)


def open_desk(path: Path, metadata: MetaData) -> Engine:
    """The engine of desk.db with these tables in it; the file is made if need be, for its owner alone (0600).

    What is deleted is overwritten (secure_delete), and no second file is left beside it.
    """
    make_private_folder(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, poolclass=NullPool)
    event.listen(engine, "connect", _set_pragmas)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not set(metadata.tables) <= set(inspect(connection).get_table_names()):
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # another process may be at it too
            metadata.create_all(connection)
            connection.exec_driver_sql("COMMIT")
    return engine


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()
