"""Links that let somebody make their account. Only a link's hash is kept; a link opens no account that exists
until somebody sets a passphrase with it."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, delete, insert, select

from admin.sessions import new_token
from admin.tables import invites
from survey_app.roles import Role

LASTS = 72 * 3600.0
"""Seconds."""


@dataclass(frozen=True)
class Invite:
    """Whom a link is for, and as what."""

    name: str
    role: Role


class Invites:
    """The links that were made and not used yet; a name has one at most."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, name: str, role: Role) -> str:
        """A new link's token, 32 random bytes; an earlier link of the name is worth nothing any more."""
        token, now = new_token(), self._clock()
        row = {"name": name, "role": role.value, "token_hash": _hashed(token), "until": now + LASTS}
        with self._engine.begin() as connection:
            connection.execute(delete(invites).where((invites.c.name == name) | (invites.c.until < now)))
            connection.execute(insert(invites).values(row))
        return token

    def find(self, token: str) -> Invite | None:
        """Whom the link is for; None where it is unknown, used or late. Looking spends nothing."""
        with self._engine.connect() as connection:
            row = connection.execute(select(invites).where(*self._valid(token))).one_or_none()
        return None if row is None else Invite(row.name, Role(row.role))

    def spend(self, token: str) -> bool:
        """Use the link up; of two who do it at once, one can."""
        with self._engine.begin() as connection:
            return connection.execute(delete(invites).where(*self._valid(token))).rowcount == 1

    def _valid(self, token: str) -> tuple[ColumnElement[bool], ...]:
        return (invites.c.token_hash == _hashed(token), invites.c.until >= self._clock())


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
