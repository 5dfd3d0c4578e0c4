"""Who is signed in. The browser holds a random token, this side its hash; no cookie carries content."""

import base64
import hashlib
import hmac
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from admin import tables
from admin.accounts import Account
from survey_app.roles import Role

IDLE = 20 * 60.0
ABSOLUTE = 8 * 3600.0
# `seen` is written at most this often, so that reading a page is not a write.
_NOTE = 30.0


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `head` is the audit trail's head as it stood at sign-in."""

    name: str
    role: Role
    head: str


class Sessions:
    """The open sessions. A second factor would stand before `start`; nothing here needs to change for it."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def start(self, account: Account, head: str) -> str:
        """Open a session and return its token: always a new one, whatever the browser sent (fixation)."""
        token, now = new_token(), self._clock()
        with self._engine.begin() as connection:
            connection.execute(
                delete(tables.sessions).where(
                    (tables.sessions.c.seen < now - IDLE) | (tables.sessions.c.started < now - ABSOLUTE)
                )
            )
            connection.execute(
                insert(tables.sessions).values(
                    token_hash=_hashed(token), name=account.name, started=now, seen=now, head=head
                )
            )
        return token

    def find(self, token: str) -> Session | None:
        """The open session of this token, or None where it is unknown, over, or its account disabled."""
        now, table, owner = self._clock(), tables.sessions, tables.accounts
        with self._engine.connect() as connection:
            row = connection.execute(
                select(table.c.seen, table.c.head, owner.c.name, owner.c.role)
                .join(owner, owner.c.name == table.c.name)
                .where(
                    table.c.token_hash == _hashed(token),
                    owner.c.active,
                    table.c.seen >= now - IDLE,
                    table.c.seen <= now + _NOTE,  # else the clock was set back, and it would not end in time
                    table.c.started >= now - ABSOLUTE,
                )
            ).one_or_none()
        if row is None:
            return None
        if row.seen < now - _NOTE:
            with self._engine.begin() as connection:
                connection.execute(update(table).where(table.c.token_hash == _hashed(token)).values(seen=now))
        return Session(row.name, Role(row.role), row.head)

    def end(self, token: str) -> None:
        """Close the session; the token is worth nothing from here on."""
        with self._engine.begin() as connection:
            connection.execute(delete(tables.sessions).where(tables.sessions.c.token_hash == _hashed(token)))


def new_token() -> str:
    """32 random bytes, as a cookie can carry them."""
    return base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode("ascii")


def form_token(token: str) -> str:
    """The token that every form of this session carries; the cookie's cannot be derived from it."""
    return hmac.new(token.encode("utf-8", "replace"), b"yourvoice staff form", hashlib.sha256).hexdigest()


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
