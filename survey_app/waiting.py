"""What waits in the intake, as only the custodian may see and remove it. It opens and adds nothing.

Never used by the web process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from survey_app.tables import ballots, create_intake, letters, open_engine

PATIENCE = 30.0
"""Seconds to wait for the web process to let go of the database; nobody waits for the custodian."""

# Either leaves the rows in the order of their random ids and nothing of those that are gone.
_TIDYING = {
    "sqlite": ("VACUUM",),
    "postgresql": ("CLUSTER ballots USING ballots_pkey", "CLUSTER letters USING letters_pkey"),
}

Row = tuple[bytes, bytes]
"""An id and what is sealed under it."""


class Waiting:
    """The waiting ballots and letters. Every method raises SQLAlchemyError where the database fails."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url, PATIENCE)
        self.is_sqlite = self._engine.dialect.name == "sqlite"
        if self.is_sqlite:
            create_intake(url)

    def counts(self) -> dict[str, int]:
        """How many ballots wait in each box. To be told to nobody."""
        with self._engine.begin() as connection:
            query = select(ballots.c.box, func.count().label("waiting")).group_by(ballots.c.box)
            return {str(row.box): int(row.waiting) for row in connection.execute(query)}

    def ballot_ids(self, boxes: Sequence[str]) -> list[bytes]:
        """The ids of the ballots that wait in these boxes."""
        with self._engine.begin() as connection:
            return list(connection.scalars(select(ballots.c.id).where(ballots.c.box.in_(boxes))))

    def ballots(self, ids: Sequence[bytes]) -> list[Row]:
        """The ballots with these ids, in the ids' order."""
        with self._engine.begin() as connection:
            query = select(ballots.c.id, ballots.c.sealed).where(ballots.c.id.in_(ids))
            sealed = {row.id: row.sealed for row in connection.execute(query)}
        return [(ballot_id, sealed[ballot_id]) for ballot_id in ids]

    def letters(self) -> list[Row]:
        """The letters that wait."""
        with self._engine.begin() as connection:
            return [
                (row.id, row.sealed) for row in connection.execute(select(letters.c.id, letters.c.sealed))
            ]

    def remove_ballots(self, ids: Iterable[bytes]) -> None:
        """Delete ballots that have left."""
        self._remove(ballots, ids)

    def remove_letters(self, ids: Iterable[bytes]) -> None:
        """Delete letters that have left."""
        self._remove(letters, ids)

    def tidy(self, watching: Connection | None = None) -> None:
        """Rewrite the database so that its bytes depend on the rows alone, not on how they came and went.

        Done through the connection that watches for changes, it is no change to that one.
        """
        connection = watching or self.watch()
        for statement in _TIDYING[connection.dialect.name]:
            connection.exec_driver_sql(statement)
        if connection is not watching:
            connection.close()

    def watch(self) -> Connection:
        """A connection outside of any transaction, which holds no lock between its statements."""
        return self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _remove(self, table: Table, ids: Iterable[bytes]) -> None:
        gone = [{"gone": row_id} for row_id in ids]
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.id == bindparam("gone")), gone)
