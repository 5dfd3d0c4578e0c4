"""Counts sign-in tries by tag, and lets a tag wait after wrong ones. It knows no account: all are alike."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select, update

from admin.tables import attempts

WRONG_ONES = 5
FIRST_WAIT = 30.0
LONGEST_WAIT = 900.0
FORGOTTEN_AFTER = 86_400.0
"""Seconds: after the fifth wrong try, then doubling; at most; without a try until all is forgotten."""

FIRST_OF_DEVICES = 2**20
"""Below it are the tags of names. No name that somebody invents counts for a browser that is known."""


@dataclass(frozen=True)
class Turn:
    """One try. `early`: it came too early and does not count. `wait`: seconds until the next may come."""

    wait: float
    early: bool = False


class Tries:
    """The tries of one installation."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.time) -> None:
        self._engine = engine
        self._clock = clock

    def take(self, tag: int) -> Turn:
        """Count one try as wrong, before anybody knows: so fifty at once are fifty."""
        now = self._clock()
        with self._engine.begin() as connection:
            # A write comes first: it takes SQLite's lock, so two tries at once cannot read the same count.
            connection.execute(delete(attempts).where(attempts.c.until < now - FORGOTTEN_AFTER))
            # Where the clock was set back, nobody waits for it to come so far again.
            latest = now + LONGEST_WAIT
            connection.execute(update(attempts).where(attempts.c.until > latest).values(until=latest))
            row = connection.execute(select(attempts).where(attempts.c.tag == tag)).one_or_none()
            if row is None:
                connection.execute(insert(attempts).values(tag=tag, wrong=1, until=now))
                return Turn(0.0)
            if row.until > now:
                return Turn(row.until - now, early=True)
            wait = _wait(row.wrong + 1)
            values = {"wrong": row.wrong + 1, "until": now + wait}
            connection.execute(update(attempts).where(attempts.c.tag == tag).values(values))
        return Turn(wait)

    def forget(self, *tags: int) -> None:
        """It was right, or there is a new passphrase: nothing is held against it."""
        with self._engine.begin() as connection:
            connection.execute(delete(attempts).where(attempts.c.tag.in_(tags)))


def _wait(wrong: int) -> float:
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(wrong - WRONG_ONES, 16)) if wrong >= WRONG_ONES else 0.0


def tag_of(name: str) -> int:
    """20 bits of what was typed: enough to count tries, too little to give away a misplaced passphrase.

    Four words out of 7776 have 51 bits: whoever steals the table still has 2 to the 31 guesses to make.
    """
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:4], "big") >> 12
