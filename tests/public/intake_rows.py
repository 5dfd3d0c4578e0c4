"""What lies in the intake, opened by the test in the staff side's place."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from survey_app.ballot import Ballot, Letter, unpack, unpack_letter
from tests.public.builders import Ground


def ballots(ground: Ground) -> list[tuple[str, Ballot]]:
    """(box, ballot) of every ballot."""
    return [
        (box, unpack(ground.openers["answers"].open(sealed)))
        for box, sealed in _rows(ground, "box, sealed", "ballots")
    ]


def letters(ground: Ground) -> list[Letter]:
    """Every letter."""
    return [
        unpack_letter(ground.openers["contact"].open(sealed))
        for (sealed,) in _rows(ground, "sealed", "letters")
    ]


def _rows(ground: Ground, columns: str, table: str) -> list[tuple[str, bytes]]:
    intake = ground.data / "public" / "intake.db"
    if not intake.exists():  # nothing was ever sent
        return []
    with closing(sqlite3.connect(intake)) as database:
        return database.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608 - our own names
