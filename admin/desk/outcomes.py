"""How follow-up ended, as numbers that may be shown to everybody: they move by nobody or by k and more.

A request is counted when it is deleted, and then only as reached or not. Nothing here leads back to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, MetaData, Table, insert, select, update

from admin.desk.database import open_desk
from admin.scoring.suppression import Rules, Shown

metadata = MetaData()

# Two rows: 1 for those whom somebody spoke with, 0 for the others. `waiting` join `shown` once they are k.
outcomes = Table(
    "outcomes",
    metadata,
    Column("reached", Integer, primary_key=True, autoincrement=False),
    Column("waiting", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
)


def count_ended(connection: Connection, reached: Sequence[bool], k: int) -> None:
    """Count requests that end now, in the transaction that deletes them.

    Those counted since the last step are shown with the next one, when they are `k` together.
    """
    waiting, shown = _counts(connection)
    for one in reached:
        waiting[one] += 1
    if sum(waiting) >= k:
        shown = [before + more for before, more in zip(shown, waiting, strict=True)]
        waiting = [0, 0]
    for place in (0, 1):
        values = {"waiting": waiting[place], "shown": shown[place]}
        row = outcomes.c.reached == place
        if connection.execute(update(outcomes).where(row).values(values)).rowcount == 0:
            connection.execute(insert(outcomes).values(reached=place, **values))


class Outcomes:
    """The numbers of one installation."""

    def __init__(self, path: Path, k: int) -> None:
        self._engine = open_desk(path, metadata)
        self._rules = Rules(k)

    def asked(self) -> Shown:
        """How many asked to be contacted and are done with, up to the last step."""
        return self._rules.people(sum(self._shown()))

    def reached(self) -> Shown:
        """The share of them whom somebody spoke with."""
        missed, reached = self._shown()
        return self._rules.share(reached, missed + reached)

    def _shown(self) -> list[int]:
        with self._engine.connect() as connection:
            return _counts(connection)[1]


def _counts(connection: Connection) -> tuple[list[int], list[int]]:
    """(waiting, shown), each for those not reached and those reached."""
    waiting, shown = [0, 0], [0, 0]
    for row in connection.execute(select(outcomes)):
        waiting[row.reached], shown[row.reached] = row.waiting, row.shown
    return waiting, shown
