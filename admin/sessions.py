"""Who is signed in. The browser holds a random token, this side its hash; no cookie carries content."""

import base64
import hashlib
import hmac
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine, delete, insert, select, update

from admin import tables
from admin.accounts import Account
from survey_app.roles import Role

IDLE = 20 * 60.0
ABSOLUTE = 8 * 3600.0
MISSES = 5
"""So many wrong codes, and a half-way session is over."""

# `seen` is written at most this often, so that reading a page is not a write.
_NOTE = 30.0
# How long it is known whose a form was, after its session's last use.
_REMEMBERED = 86_400.0


class Stage(StrEnum):
    """How far a sign-in has come."""

    FULL = "full"
    """Signed in."""

    HALF = "half"
    """The passphrase was right; opens the page that asks for the second factor, nothing else."""

    SETUP = "setup"
    """The passphrase was right, and a second factor must be set up first; opens the pages for that."""


LASTS = {Stage.FULL: ABSOLUTE, Stage.HALF: 600.0, Stage.SETUP: 1_800.0}
"""Seconds after which a session is over, however busy."""


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `head` is the audit trail's head as it stood at sign-in; `strong`: a second
    factor was shown; `id` is the hash of its token, which opens nothing."""

    name: str
    role: Role
    head: str
    strong: bool = False
    stage: Stage = Stage.FULL
    id: bytes = b""


@dataclass(frozen=True)
class Sitting:
    """An open session as its owner sees it listed: when it began and was last used, in seconds since 1970."""

    id: bytes
    started: float
    seen: float
    strong: bool


class Sessions:
    """The open sessions of one installation."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock
        self._followers: list[Callable[[bytes], object]] = []

    def start(
        self, account: Account, head: str, *, strong: bool = False, stage: Stage = Stage.FULL
    ) -> str:
        """Open a session and return its token: always a new one, whatever the browser sent (fixation)."""
        token, now, table = new_token(), self._clock(), tables.sessions
        row = {"name": account.name, "started": now, "seen": now, "head": head, "strong": strong}
        hashes = {"token_hash": _hashed(token), "form_hash": _hashed(form_token(token))}
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.seen < now - _REMEMBERED))
            connection.execute(insert(table).values(stage=stage.value, **row, **hashes))
        return token

    def find(self, token: str, *stages: Stage) -> Session | None:
        """The open session of this token at one of the stages (without any: signed in), or None where it is
        unknown, over, or its account disabled."""
        now, table, owner = self._clock(), tables.sessions, tables.accounts
        with self._engine.connect() as connection:
            row = connection.execute(
                select(table, owner.c.role)
                .join(owner, owner.c.name == table.c.name)
                .where(
                    table.c.token_hash == _hashed(token),
                    table.c.stage.in_([stage.value for stage in stages or (Stage.FULL,)]),
                    owner.c.active,
                    ~table.c.over,
                    table.c.seen >= now - IDLE,
                    table.c.seen <= now + _NOTE,  # else the clock was set back, and it would not end in time
                )
            ).one_or_none()
        if row is None or row.started < now - LASTS[Stage(row.stage)]:
            return None
        if row.seen < now - _NOTE:
            with self._engine.begin() as connection:
                connection.execute(update(table).where(table.c.token_hash == _hashed(token)).values(seen=now))
        return Session(row.name, Role(row.role), row.head, row.strong, Stage(row.stage), row.token_hash)

    def former(self, sent: str) -> str | None:
        """Whose pages carried this form token today or yesterday, whether or not they are still signed in."""
        table = tables.sessions
        with self._engine.connect() as connection:
            return connection.execute(
                select(table.c.name).where(
                    table.c.form_hash == _hashed(sent),
                    table.c.stage == Stage.FULL.value,
                    table.c.seen >= self._clock() - _REMEMBERED,
                )
            ).scalar_one_or_none()

    def open_ones(self, name: str) -> tuple[Sitting, ...]:
        """Where a name is signed in, the last used first."""
        now, table = self._clock(), tables.sessions
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(table)
                .where(
                    table.c.name == name,
                    table.c.stage == Stage.FULL.value,
                    ~table.c.over,
                    table.c.seen >= now - IDLE,
                    table.c.started >= now - ABSOLUTE,
                )
                .order_by(table.c.seen.desc())
            )
            return tuple(Sitting(row.token_hash, row.started, row.seen, row.strong) for row in rows)

    def miss(self, token: str) -> bool:
        """A wrong code in a half-way session; True where it was one too many, and the session is over."""
        table = tables.sessions
        with self._engine.begin() as connection:
            ours = update(table).where(table.c.token_hash == _hashed(token))
            connection.execute(ours.values(wrong=table.c.wrong + 1))
            connection.execute(ours.where(table.c.wrong >= MISSES).values(over=True))
            over = select(table.c.over).where(table.c.token_hash == _hashed(token))
            return bool(connection.execute(over).scalar_one_or_none())

    def end(self, token: str) -> None:
        """Close the session; the token is worth nothing from here on."""
        table = tables.sessions
        with self._engine.begin() as connection:
            connection.execute(update(table).where(table.c.token_hash == _hashed(token)).values(over=True))
        self._tell(_hashed(token))

    def end_all(self, name: str) -> None:
        """Close every session of a name, and forget whose its forms were."""
        table = tables.sessions
        with self._engine.begin() as connection:
            ids = connection.execute(select(table.c.token_hash).where(table.c.name == name)).scalars().all()
            connection.execute(delete(table).where(table.c.name == name))
        for one in ids:
            self._tell(one)

    def when_ended(self, tell: Callable[[bytes], object]) -> None:
        """Call `tell` with a session's id as soon as it is closed here. What runs out by itself, or is ended
        by another process, is not told: `find` knows it."""
        self._followers.append(tell)

    def _tell(self, session: bytes) -> None:
        for tell in self._followers:
            tell(session)


def new_token() -> str:
    """32 random bytes, as a cookie can carry them."""
    return base64.urlsafe_b64encode(os.urandom(32)).rstrip(b"=").decode("ascii")


def form_token(token: str) -> str:
    """The token that every form of this session carries; the cookie's cannot be derived from it."""
    return hmac.new(token.encode("utf-8", "replace"), b"yourvoice staff form", hashlib.sha256).hexdigest()


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
