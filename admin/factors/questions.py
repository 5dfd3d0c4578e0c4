"""What a session was asked and has not answered yet. Kept on this side only, for minutes, answered once."""

import time
from collections.abc import Callable
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, delete, insert, select

from admin.tables import questions


class Kind(StrEnum):
    """What was asked. A session has one open question of each kind at most; a new one replaces it."""

    APP = "app"
    """To confirm an authenticator app's new secret."""

    MAKE = "make"
    """To make a passkey: the challenge."""

    SHOW = "show"
    """To show a passkey: the challenge."""


LASTS = {Kind.APP: 1_800.0, Kind.MAKE: 600.0, Kind.SHOW: 600.0}
"""Seconds."""


class Questions:
    """The open questions of one installation, by session id."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def ask(self, session: bytes, kind: Kind, asked: bytes) -> None:
        """Remember what was asked."""
        now = self._clock()
        with self._engine.begin() as connection:
            connection.execute(delete(questions).where(questions.c.until < now))
            connection.execute(delete(questions).where(*_this(session, kind)))
            row = {"session": session, "kind": kind.value, "asked": asked, "until": now + LASTS[kind]}
            connection.execute(insert(questions).values(row))

    def look(self, session: bytes, kind: Kind) -> bytes | None:
        """What was asked; it stays open."""
        with self._engine.connect() as connection:
            still = select(questions.c.asked).where(*_this(session, kind), questions.c.until >= self._clock())
            return connection.execute(still).scalar_one_or_none()

    def take(self, session: bytes, kind: Kind) -> bytes | None:
        """What was asked; from here on it is answered, rightly or not. Of two at once one gets it."""
        gone = delete(questions).where(*_this(session, kind), questions.c.until >= self._clock())
        with self._engine.begin() as connection:
            return connection.execute(gone.returning(questions.c.asked)).scalar_one_or_none()


def _this(session: bytes, kind: Kind) -> tuple[ColumnElement[bool], ...]:
    return (questions.c.session == session, questions.c.kind == kind.value)
