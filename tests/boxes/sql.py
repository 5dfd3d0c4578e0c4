"""Looks into database files from outside, as a thief or an auditor would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def looking(path: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        yield connection


def ask(path: Path, query: str) -> list[Any]:
    """The rows; of one column, its values."""
    with looking(path) as connection:
        rows = connection.execute(query).fetchall()
    return [row[0] if len(row) == 1 else row for row in rows]


def is_sound(path: Path) -> bool:
    """Whether SQLite finds nothing wrong and no journal is left."""
    return ask(path, "PRAGMA integrity_check") == ["ok"] and not list(path.parent.glob(f"{path.name}-*"))
