"""Who is away from the desk, and who covers. It knows no request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.dialects import sqlite

from admin.desk import tables
from admin.desk.database import open_desk


@dataclass(frozen=True)
class Absence:
    """Somebody is away, first and last day included; `cover` has their requests meanwhile."""

    name: str
    first: date
    last: date
    cover: str


class Absences:
    """One absence for each name. Methods raise SQLAlchemyError."""

    def __init__(self, path: Path) -> None:
        self._engine = open_desk(path, tables.metadata)

    def all(self, today: date) -> tuple[Absence, ...]:
        """Those that are not over, by name."""
        table = tables.absences
        query = select(table).where(table.c.last >= today).order_by(table.c.name)
        with self._engine.connect() as connection:
            return tuple(Absence(**row._mapping) for row in connection.execute(query))

    def covered(self, name: str, today: date) -> frozenset[str]:
        """For whom this name covers today."""
        return frozenset(
            one.name
            for one in self.all(today)
            if one.cover == name and one.first <= today and one.name != name
        )

    def keep(self, absence: Absence) -> None:
        """Note an absence; it takes the place of the former one."""
        values = vars(absence)
        row = sqlite.insert(tables.absences).values(values)
        with self._engine.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))

    def end(self, name: str) -> None:
        """Somebody is back, or does not go."""
        with self._engine.begin() as connection:
            connection.execute(delete(tables.absences).where(tables.absences.c.name == name))
