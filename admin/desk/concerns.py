"""Comments that a reader worries about: that each was raised, and how it ended. It holds nobody's words.

A comment has no name: nobody can be called because of it. What a supervisor may have to do is report.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    LargeBinary,
    MetaData,
    Row,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from admin.desk.database import open_desk
from survey_app.boxes import ID_SIZE

metadata = MetaData()

concerns = Table(
    "concerns",
    metadata,
    Column("id", LargeBinary, CheckConstraint(f"length(id) = {ID_SIZE}"), primary_key=True),
    Column("comment", LargeBinary, nullable=False, unique=True),
    Column("wave", String, nullable=False),
    Column("raised", Date, nullable=False),
    Column("raised_by", String, nullable=False),
    Column("closed", Date),
    Column("closed_by", String, nullable=False),
    Column("outcome", String, nullable=False),
    sqlite_strict=False,
    sqlite_with_rowid=False,
)


class Outcome(StrEnum):
    """How a concern ended."""

    REPORTED = "reported"
    PASSED_ON = "passed_on"
    NO_DANGER = "no_danger"
    NOTHING_TO_ACT_ON = "nothing_to_act_on"


@dataclass(frozen=True)
class Concern:
    """One comment that somebody was worried about; `closed` is None while it is open."""

    id: bytes
    comment: bytes
    wave: str
    raised: date
    raised_by: str
    closed: date | None
    closed_by: str
    outcome: str

    @property
    def name(self) -> str:
        """What it is called in addresses and in the trail."""
        return self.id.hex()[:8]

    @property
    def due(self) -> date:
        """A concern cannot wait."""
        return self.raised

    @property
    def is_open(self) -> bool:
        """Whether nobody has said yet how it ended."""
        return self.closed is None

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to act."""
        return self.is_open


class Concerns:
    """All concerns of one installation. Methods raise SQLAlchemyError where the database fails."""

    def __init__(self, path: Path) -> None:
        self._engine = open_desk(path, metadata)

    def all(self) -> tuple[Concern, ...]:
        """The open ones first, then the newest."""
        with self._engine.connect() as connection:
            found = [_concern(row) for row in connection.execute(select(concerns))]
        return tuple(sorted(found, key=lambda one: (one.closed is not None, -one.raised.toordinal(), one.id)))

    def find(self, concern_id: bytes) -> Concern | None:
        """One concern, or None."""
        return self._first(concerns.c.id, concern_id)

    def about(self, comment: bytes) -> Concern | None:
        """The concern about a comment, or None."""
        return self._first(concerns.c.comment, comment)

    def new(self, comment: bytes, wave: str, by: str, today: date) -> Concern:
        """A concern about a comment that is not stored yet, or the one that was raised before."""
        before = self.about(comment)
        return before or Concern(os.urandom(ID_SIZE), comment, wave, today, by, None, "", "")

    def keep(self, concern: Concern) -> None:
        """Store a new concern; where somebody else raised one about the comment meanwhile, theirs stays."""
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(concerns).values(vars(concern)))
        except IntegrityError:
            return

    def close(self, concern_id: bytes, outcome: Outcome, by: str, today: date) -> bool:
        """End a concern; False where somebody else ended it before."""
        still_open = (concerns.c.id == concern_id) & concerns.c.closed.is_(None)
        values = {"closed": today, "closed_by": by, "outcome": outcome.value}
        with self._engine.begin() as connection:
            return connection.execute(update(concerns).where(still_open).values(values)).rowcount == 1

    def _first(self, column: Column[bytes], value: bytes) -> Concern | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(concerns).where(column == value)).first()
        return _concern(row) if row else None


def _concern(row: Row[tuple[object, ...]]) -> Concern:
    return Concern(**row._mapping)
