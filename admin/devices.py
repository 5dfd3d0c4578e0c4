"""Browsers on which somebody has signed in before: each counts its own tries. Knowing one opens nothing."""

import hashlib
import secrets
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, delete, insert, select, update

from admin.tables import devices
from admin.tries import FIRST_OF_DEVICES

REMEMBERED = 180 * 86_400.0
"""Seconds without a sign-in until a browser is forgotten."""

MOST = 8
"""Browsers of one name; a further one takes the place of the one unused for longest. It bounds guessing."""


class Devices:
    """The browsers of one installation. A browser holds a random token, this side its hash."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def counter(self, token: str, name: str) -> int | None:
        """The tag under which this browser's tries for the name count; None where it never signed in here."""
        with self._engine.connect() as connection:
            return self._counter(connection, token, name)

    def remember(self, token: str, name: str) -> str:
        """The name has signed in here; returns the browser's new token.

        The token is always a new one, so one that somebody planted is worth nothing to them. The counters
        stay: else each sign-in of one name would give a shared browser's other names new tries.
        """
        new, now = secrets.token_urlsafe(32), self._clock()
        with self._engine.begin() as connection:
            connection.execute(delete(devices).where(devices.c.seen < now - REMEMBERED))
            here = self._counter(connection, token, name)
            hashes = {"token_hash": _hashed(new)}
            connection.execute(update(devices).where(devices.c.token_hash == _hashed(token)).values(hashes))
            if here is None:
                counter = FIRST_OF_DEVICES + secrets.randbits(62)
                connection.execute(insert(devices).values(counter=counter, name=name, seen=now, **hashes))
            else:
                connection.execute(update(devices).where(devices.c.counter == here).values(seen=now))
            for counter in self.counters(connection, name)[MOST:]:
                connection.execute(delete(devices).where(devices.c.counter == counter))
        return new

    @staticmethod
    def counters(connection: Connection, name: str) -> list[int]:
        """The tags of all browsers of the name, the one used last first."""
        of_name = select(devices.c.counter).where(devices.c.name == name)
        return list(connection.execute(of_name.order_by(devices.c.seen.desc())).scalars())

    def _counter(self, connection: Connection, token: str, name: str) -> int | None:
        return connection.execute(
            select(devices.c.counter).where(
                devices.c.token_hash == _hashed(token),
                devices.c.name == name,
                devices.c.seen >= self._clock() - REMEMBERED,
            )
        ).scalar_one_or_none()


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
