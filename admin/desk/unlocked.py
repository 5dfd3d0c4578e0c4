"""Who has unlocked the desk: their openers for notes, in memory, for minutes. It writes nothing down.

The only place of the web process that keeps an opener, and none that opens answers. Signing in opens nothing:
a supervisor's key has a passphrase of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from admin.keyfiles import KeyFolder, KeyRingError
from admin.tries import Tries, Turn, tag_of
from admin.unsealing import Opener, unlock

IDLE, LONGEST = 600.0, 3600.0
"""Seconds after the last use, and after the unlocking, until it is locked again."""

LAST_OF_DESK = -(2**32)
"""The desk's tags in `admin.tries` lie below: no sign-in or second factor counts here, nor the reverse."""

_SET_BACK = 30.0
_LOOK = 60.0
_PATIENCE = 30.0
_TOKEN = 32


class NoKeyError(Exception):
    """Nobody of this name is a key holder for contact notes, or the key ring has a fault; see the text."""


class WrongPassphraseError(Exception):
    """Wrong, or too early after several wrong ones: `turn` says when the next try may come."""

    def __init__(self, turn: Turn) -> None:
        super().__init__("unlocking refused")
        self.turn = turn


class BusyError(Exception):
    """Others are unlocking just now."""


@dataclass
class Unlocked:
    """One unlocked desk. `cleared`: requests whose wish to keep this name out was said to mean another."""

    name: str
    opener: Opener
    began: float
    used: float
    cleared: set[bytes] = field(default_factory=set)
    _secret: bytes = field(default_factory=lambda: os.urandom(_TOKEN))
    _spent: set[bytes] = field(default_factory=set)

    def is_over(self, now: float) -> bool:
        """Whether it must be locked; also where the clock was set back, for it would not end in time."""
        return not (self.used - _SET_BACK <= now <= self.used + IDLE and now <= self.began + LONGEST)

    def new_token(self, request_id: bytes) -> str:
        """What lets this request be shown once."""
        nonce = os.urandom(_TOKEN)
        return (nonce + self._sign(nonce, request_id)).hex()

    def spend(self, token: str, request_id: bytes) -> bool:
        """Whether the token is this request's and was never spent; from now on it is."""
        try:
            raw = bytes.fromhex(token)
        except ValueError:
            return False
        nonce, signed = raw[:_TOKEN], raw[_TOKEN:]
        if not hmac.compare_digest(signed, self._sign(nonce, request_id)) or nonce in self._spent:
            return False
        self._spent.add(nonce)
        return True

    def _sign(self, nonce: bytes, request_id: bytes) -> bytes:
        return hmac.new(self._secret, nonce + request_id, hashlib.sha256).digest()


class Openers:
    """The unlocked desks of one web process, by the session's id. Its methods may be called at once."""

    def __init__(self, ring: KeyFolder, tries: Tries, clock: Callable[[], float]) -> None:
        self._ring, self._tries, self._clock = ring, tries, clock
        self._kept: dict[bytes, Unlocked] = {}
        self._asking: set[bytes] = set()
        self._lock, self._one_at_a_time = threading.RLock(), threading.Lock()

    def unlock(self, session: bytes, name: str, passphrase: str, on_record: Callable[[], object]) -> None:
        """Unlock the desk for this session; `on_record` is called before it is kept.

        Raises NoKeyError, WrongPassphraseError and BusyError.
        """
        require_key(self._ring, name)
        with self._lock:
            self._asking.add(session)
        # Argon2id takes 256 MiB: two at once could end the process.
        if not self._one_at_a_time.acquire(timeout=_PATIENCE):
            raise BusyError
        try:
            opener = self._try(name, passphrase)
        finally:
            self._one_at_a_time.release()
        on_record()
        now = self._clock()
        with self._lock:
            if session in self._asking:  # nobody signed out or locked it meanwhile
                self._asking.remove(session)
                self._kept[session] = Unlocked(name, opener, now, now)
        self._look_later()

    def find(self, session: bytes) -> Unlocked | None:
        """The session's unlocked desk, used now; None where it is locked, or its key was revoked."""
        self.sweep()
        with self._lock:
            found = self._kept.get(session)
            if found:
                found.used = self._clock()
        if found is None or _has_key(self._ring, found.name):
            return found
        self.lock(session)
        return None

    def lock(self, session: bytes) -> bool:
        """Forget the session's opener; whether there was one."""
        with self._lock:
            self._asking.discard(session)
            return self._kept.pop(session, None) is not None

    def sweep(self) -> bool:
        """Forget what is over; whether any is left."""
        now = self._clock()
        with self._lock:
            self._kept = {one: kept for one, kept in self._kept.items() if not kept.is_over(now)}
            return bool(self._kept)

    def spend(self, session: bytes, token: str, request_id: bytes) -> bool:
        """Spend a token of the session's desk; of two at once one only."""
        with self._lock:
            found = self._kept.get(session)
            return found is not None and found.spend(token, request_id)

    def _try(self, name: str, passphrase: str) -> Opener:
        tag = LAST_OF_DESK - tag_of(name)
        turn = self._tries.take(tag)
        if turn.early:
            raise WrongPassphraseError(turn)
        try:
            opener = unlock(self._ring, name, passphrase, ("contact",))
        except KeyRingError:
            raise WrongPassphraseError(turn) from None
        self._tries.forget(tag)
        return opener

    def _look_later(self) -> None:
        """Forget in time even where nobody asks for a page any more."""
        timer = threading.Timer(_LOOK, self._look_again)
        timer.daemon = True
        timer.start()

    def _look_again(self) -> None:
        if self.sweep():
            self._look_later()


def _has_key(ring: KeyFolder, name: str) -> bool:
    try:
        require_key(ring, name)
    except NoKeyError:
        return False
    return True


def require_key(ring: KeyFolder, name: str) -> None:
    """Raise NoKeyError unless the ring is whole and somebody of this name is a holder for contact notes."""
    try:
        names = {holder.name for holder in ring.holders() if "contact" in holder.opens}
        ring.epochs()
    except KeyRingError as error:
        raise NoKeyError(f"The key ring has a fault. Show this to the operator: {error}") from None
    if name not in names:
        raise NoKeyError(
            f"There is no key for {name} that opens notes. Whoever keeps the keys makes one, with you at "
            f"the keyboard: yourvoice-admin keys holder {name} --for contact. Then somebody who has a key "
            f"already shares the notes that wait: yourvoice-admin keys share {name}."
        )
