"""Staff accounts: who may sign in, in which role. Knows no session and opens no ballot.

A second factor stands between `check` and `Sessions.start`; nothing here needs to change for it.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from admin import tables
from admin.passphrases import STRONG, Cost, conceal, judge, matches

TRIES = 5
FIRST_WAIT = 30.0
LONGEST_WAIT = 900.0
FORGET = 86_400.0
_NAME = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")


class Role(StrEnum):
    """What an account is for. The operator runs the machine and sees no scores."""

    OPERATOR = "operator"
    EVALUATOR = "evaluator"
    SUPERVISOR = "supervisor"


class AccountError(ValueError):
    """An account that cannot be made or found; the text says what to do."""


class SignInRefusedError(Exception):
    """Wrong name or passphrase, or too early. Only `wait` (seconds until the next try) may be shown."""

    def __init__(self, wait: float, known: str, early: bool) -> None:
        super().__init__("sign-in refused")
        self.wait = wait
        self.known = known
        self.early = early


@dataclass(frozen=True)
class Account:
    """One member of staff."""

    name: str
    role: Role
    active: bool


class Accounts:
    """The accounts of one installation. No passphrase may lean on the words of the `place`."""

    def __init__(
        self,
        engine: Engine,
        place: Iterable[str] = (),
        cost: Cost = STRONG,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._engine = engine
        self._place = tuple(place)
        self._cost = cost
        self._clock = clock
        # Compared when the name is unknown, so that both answers cost the same.
        self._nobody = conceal("nobody has this passphrase", cost)

    def add(self, name: str, role: Role, passphrase: str) -> Account:
        """Make an account. Raises AccountError or PassphraseError."""
        if not (_NAME.fullmatch(name) and len(name) <= 32):
            raise AccountError(f"{name!r} cannot be a name. Use small letters, for example maria.lopez.")
        judge(passphrase, (*self._place, name))
        concealed = conceal(passphrase, self._cost)
        with self._engine.begin() as connection:
            if self._row(connection, name) is not None:
                raise AccountError(f"There is an account {name} already. Choose another name.")
            connection.execute(
                insert(tables.accounts).values(name=name, role=role.value, concealed=concealed, active=True)
            )
        return Account(name, role, True)

    def everyone(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.accounts).order_by(tables.accounts.c.name))
            return tuple(_account(row) for row in rows)

    def disable(self, name: str) -> None:
        """Lock an account and end its sessions; its lines in the audit trail stay."""
        self._change(name, active=False)

    def renew(self, name: str, passphrase: str) -> None:
        """Set a new passphrase, lift a delay, end every session of the account."""
        judge(passphrase, (*self._place, name))
        self._change(name, concealed=conceal(passphrase, self._cost), active=True)

    def check(self, name: str, passphrase: str) -> Account:
        """The account whose name and passphrase these are; otherwise SignInRefusedError.

        A try is counted before the passphrase is looked at, so fifty tries at once are fifty tries. Unknown
        names are counted, delayed and hashed like known ones: nothing tells who has an account.
        """
        name = name.strip().casefold()
        wait = self._count(name)
        with self._engine.connect() as connection:
            row = self._row(connection, name)
        active = row is not None and bool(row.active)
        known = row.name if row is not None else ""
        if wait < 0:
            raise SignInRefusedError(-wait, known, early=True)
        right = matches(passphrase, row.concealed if row is not None and active else self._nobody)
        if row is None or not (right and active):
            raise SignInRefusedError(wait, known, early=False)
        with self._engine.begin() as connection:
            connection.execute(delete(tables.attempts).where(tables.attempts.c.tag == _tag(name)))
        return _account(row)

    def _count(self, name: str) -> float:
        """Count one try; -> seconds to wait after it, or those left, as a negative number, if too early."""
        now, table, tag = self._clock(), tables.attempts, _tag(name)
        with self._engine.begin() as connection:
            # A write comes first: it takes SQLite's lock, so two tries at once cannot read the same count.
            connection.execute(delete(table).where(table.c.until < now - FORGET))
            row = connection.execute(select(table).where(table.c.tag == tag)).one_or_none()
            if row is not None and row.until > now:
                return float(now - row.until)
            wrong = 1 if row is None else int(row.wrong) + 1
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(wrong - TRIES, 16)) if wrong >= TRIES else 0.0
            values = {"wrong": wrong, "until": now + wait}
            known = row is not None
            connection.execute(
                update(table).where(table.c.tag == tag).values(values)
                if known
                else insert(table).values(tag=tag, **values)
            )
        return wait

    def _change(self, name: str, **values: object) -> None:
        with self._engine.begin() as connection:
            if self._row(connection, name) is None:
                raise AccountError(f"There is no account {name}. See: yourvoice-admin accounts list.")
            connection.execute(update(tables.accounts).where(tables.accounts.c.name == name).values(values))
            connection.execute(delete(tables.sessions).where(tables.sessions.c.name == name))
            connection.execute(delete(tables.attempts).where(tables.attempts.c.tag == _tag(name)))

    @staticmethod
    def _row(connection: Connection, name: str) -> Row[tuple[str, str, str, bool]] | None:
        return connection.execute(select(tables.accounts).where(tables.accounts.c.name == name)).one_or_none()


def _account(row: Row[tuple[str, str, str, bool]]) -> Account:
    return Account(row.name, Role(row.role), bool(row.active))


def _tag(name: str) -> int:
    """31 bits of what was typed: enough to count tries, too little to give away a misplaced passphrase."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "replace")).digest()[:4], "big") >> 1
