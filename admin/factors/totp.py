"""Codes of an authenticator app: six digits every thirty seconds (RFC 6238). A code counts once."""

import hmac
import os
import re
import time
from base64 import b32encode
from collections.abc import Callable
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import Engine, delete, insert, select, update

from admin.tables import apps

STEP, DIGITS = 30, 6
"""The only numbers that every app understands."""

AROUND = 1
"""So many steps before and after count too: clocks differ, and typing takes time (RFC 6238 section 5.2)."""

FAR = 40
"""So many steps away a code is recognised, to say that a phone's clock is wrong. It opens nothing."""

SECRET_SIZE = 20


def new_secret() -> bytes:
    """160 random bits (RFC 4226 section 4)."""
    return os.urandom(SECRET_SIZE)


def written(secret: bytes) -> str:
    """A secret as people type it into an app: base32 in groups of four."""
    letters = b32encode(secret).decode("ascii")
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def address(secret: bytes, name: str, place: str) -> str:
    """The otpauth address that an app reads from a QR code.

    Not the library's: it writes spaces as "+", and there are apps that show the plus.
    """
    issuer = quote(f"Your Voice {place}", safe="")
    return f"otpauth://totp/{issuer}:{quote(name)}?secret={b32encode(secret).decode()}&issuer={issuer}"


def code_at(secret: bytes, step: int) -> str:
    """The code of one step, counted from 1970."""
    return _totp(secret).generate(step * STEP).decode("ascii")


def step_of(secret: bytes, typed: str, seconds: float, after: int = -1) -> int | None:
    """The step whose code was typed, if it is about now and later than `after`."""
    return _match(secret, typed, int(seconds // STEP), range(-AROUND, AROUND + 1), after)


def minutes_off(secret: bytes, typed: str, seconds: float) -> int:
    """By how many minutes the phone's clock is wrong, minus where it is slow; 0 where no clock explains it.

    Only to be told while a new app is set up, to whoever has just been shown its secret.
    """
    now = int(seconds // STEP)
    step = _match(secret, typed, now, sorted(range(-FAR, FAR + 1), key=abs), -1)
    return 0 if step is None else round((step - now) * STEP / 60) or (1 if step > now else -1)


class Apps:
    """The authenticator apps of one installation's accounts; each account has one at most."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def has(self, name: str) -> bool:
        """Whether the account has an app."""
        with self._engine.connect() as connection:
            return connection.execute(select(apps.c.last).where(apps.c.name == name)).first() is not None

    def keep(self, name: str, secret: bytes, step: int) -> None:
        """Set the account's app, in place of a former one. The step that confirmed it is used up."""
        with self._engine.begin() as connection:
            connection.execute(delete(apps).where(apps.c.name == name))
            connection.execute(insert(apps).values(name=name, secret=secret, last=step))

    def accept(self, name: str, typed: str) -> bool:
        """Whether this is the app's code of now. It counts once, also for two who send it at once."""
        with self._engine.begin() as connection:
            row = connection.execute(select(apps).where(apps.c.name == name)).one_or_none()
            step = None if row is None else step_of(row.secret, typed, self._clock(), row.last)
            if step is None:
                return False
            used = update(apps).where(apps.c.name == name, apps.c.last < step).values(last=step)
            return connection.execute(used).rowcount == 1

    def remove(self, name: str) -> None:
        """Take the app from the account."""
        with self._engine.begin() as connection:
            connection.execute(delete(apps).where(apps.c.name == name))


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 - what every app speaks; HMAC does not mind


def _match(secret: bytes, typed: str, now: int, nearby: range | list[int], after: int) -> int | None:
    digits = re.sub(r"[\s-]", "", typed).encode("utf-8", "replace")
    found = None
    for step in (now + by for by in nearby):
        # All are compared: the time of an answer tells nothing.
        same = step >= 0 and hmac.compare_digest(code_at(secret, step).encode("ascii"), digits)
        if same and step > after and found is None:
            found = step
    return found
