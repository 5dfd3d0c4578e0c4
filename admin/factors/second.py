"""All that an account can show besides its passphrase, and the counting of wrong tries. Opens no session."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine

from admin.accounts import Account
from admin.factors.passkeys import Passkey, Passkeys
from admin.factors.questions import Questions
from admin.factors.recovery import RecoveryCodes
from admin.factors.totp import Apps
from admin.tries import Tries, Turn, tag_of


class Factor(StrEnum):
    """What was shown at a sign-in, as the trail names it."""

    APP = "totp"
    PASSKEY = "passkey"
    RECOVERY = "recovery"
    NONE = "none"


@dataclass(frozen=True)
class Factors:
    """What an account has. Recovery codes alone are no second factor: they are for when one is lost."""

    app: bool
    passkeys: tuple[Passkey, ...]
    codes: int

    def __bool__(self) -> bool:
        return self.app or bool(self.passkeys)

    def __str__(self) -> str:
        many = len(self.passkeys)
        parts = ["app"] * self.app + [f"{many} passkey{'s' * (many > 1)}"] * bool(many)
        return ", ".join([*parts, f"{self.codes} recovery codes"]) if self else "passphrase only"


class SecondFactors:
    """The second factors of one installation."""

    def __init__(self, engine: Engine, place: str, clock: Callable[[], float]) -> None:
        self.questions = Questions(engine, clock)
        self.apps = Apps(engine, clock)
        self.codes = RecoveryCodes(engine)
        self.passkeys = Passkeys(engine, self.questions, place)
        self._tries = Tries(engine, clock)

    def of(self, name: str) -> Factors:
        """What the account has."""
        return Factors(self.apps.has(name), self.passkeys.of(name), self.codes.left(name))

    def lacking(self, accounts: Iterable[Account]) -> tuple[str, ...]:
        """The names of those who sign in with the passphrase alone."""
        return tuple(one.name for one in accounts if one.active and not one.must and not self.of(one.name))

    def take(self, name: str) -> Turn:
        """Count one try of a second factor as wrong, before anybody knows."""
        return self._tries.take(_tag(name))

    def forgive(self, name: str) -> None:
        """It was right: nothing is held against the name."""
        self._tries.forget(_tag(name))


def _tag(name: str) -> int:
    """Apart from the tags of names and browsers: a right passphrase lifts nothing here."""
    return -1 - tag_of(name)
