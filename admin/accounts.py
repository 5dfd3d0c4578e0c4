"""Staff accounts: who may sign in, in which role. Knows no session and opens no ballot."""

import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from admin import tables
from admin.devices import Devices
from admin.passphrases import STRONG, Cost, conceal, judge, matches
from admin.tries import Tries, Turn, tag_of
from survey_app.roles import Role

_BELONGINGS = (tables.sessions, tables.devices, tables.apps, tables.passkeys, tables.recovery_codes)
"""What hangs on an account and ends with it."""

_NAME = re.compile(r"[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*")


class AccountError(ValueError):
    """An account that cannot be made or found; the text says what to do."""


class SignInRefusedError(Exception):
    """Wrong, or too early. Only `turn` may be shown; `known`, a name or "", is for the trail."""

    def __init__(self, turn: Turn, known: str) -> None:
        super().__init__("sign-in refused")
        self.turn = turn
        self.known = known


@dataclass(frozen=True)
class Account:
    """One member of staff. `must`: nothing is open to it without a second factor."""

    name: str
    role: Role
    active: bool
    must: bool = False


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
        self._tries = Tries(engine, clock)
        self._devices = Devices(engine, clock)
        # Compared when the name is unknown, so that both answers cost the same. Nobody knows its passphrase.
        self._nobody = conceal(os.urandom(16).hex(), cost)

    def add(self, name: str, role: Role, passphrase: str, must: bool = False) -> Account:
        """Make an account. Raises AccountError or PassphraseError."""
        check_name(name)
        self.judge(name, passphrase)
        concealed = conceal(passphrase, self._cost)
        with self._engine.begin() as connection:
            if self._row(connection, name) is not None:
                raise AccountError(f"There is an account {name} already. Choose another name.")
            row = {"name": name, "role": role.value, "concealed": concealed, "active": True, "must": must}
            connection.execute(insert(tables.accounts).values(row))
        return Account(name, role, True, must)

    def begin_anew(self, name: str, role: Role, passphrase: str) -> Account:
        """Make an account that must have a second factor; of one that is there already nothing is left: no
        passphrase, factor, session or known browser. Raises PassphraseError."""
        self.judge(name, passphrase)
        row = {"role": role.value, "concealed": conceal(passphrase, self._cost), "active": True, "must": True}
        with self._engine.begin() as connection:
            browsers = self._devices.counters(connection, name)
            for table in _BELONGINGS:
                connection.execute(delete(table).where(table.c.name == name))
            if self._row(connection, name) is None:
                connection.execute(insert(tables.accounts).values(name=name, **row))
            else:
                connection.execute(update(tables.accounts).where(tables.accounts.c.name == name).values(row))
        self._tries.forget(tag_of(name), *browsers)
        return Account(name, role, True, True)

    def judge(self, name: str, passphrase: str) -> None:
        """Raise PassphraseError unless it is long, and hard to guess for whoever knows this place."""
        judge(passphrase, (*self._place, name))

    def find(self, name: str) -> Account | None:
        """The account of this name, locked or not."""
        with self._engine.connect() as connection:
            row = self._row(connection, name)
        return None if row is None else _account(row)

    def everyone(self) -> tuple[Account, ...]:
        """All accounts, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(tables.accounts).order_by(tables.accounts.c.name))
            return tuple(_account(row) for row in rows)

    def disable(self, name: str) -> None:
        """Lock an account, end its sessions, forget its browsers and a link that would open it again.

        Its lines in the audit trail stay.
        """
        self._change(name, active=False)
        self.forget_browsers(name)
        with self._engine.begin() as connection:
            connection.execute(delete(tables.invites).where(tables.invites.c.name == name))

    def forget_browsers(self, name: str) -> None:
        """From here on the name counts as a stranger in every browser."""
        with self._engine.begin() as connection:
            connection.execute(delete(tables.devices).where(tables.devices.c.name == name))

    def renew(self, name: str, passphrase: str) -> None:
        """Set a new passphrase, lift a delay, end every session of the account."""
        self.judge(name, passphrase)
        self._change(name, concealed=conceal(passphrase, self._cost), active=True)

    def check(self, name: str, passphrase: str, device: str = "") -> Account:
        """The account whose name and passphrase these are; otherwise SignInRefusedError.

        Unknown names are counted, delayed and hashed like known ones: nothing tells who has an account.
        A browser (its token is `device`) on which the name has signed in before counts apart, and so no
        stranger can shut the name out there; a right passphrase lifts nothing that strangers wait for.
        """
        name = name.strip().casefold()
        counter = self._devices.counter(device, name)
        tag = tag_of(name) if counter is None else counter
        turn = self._tries.take(tag)
        with self._engine.connect() as connection:
            row = self._row(connection, name)
        known = row.name if row is not None else ""
        if turn.early:
            raise SignInRefusedError(turn, known)
        owner = row if row is not None and row.active else None
        right = matches(passphrase, self._nobody if owner is None else owner.concealed)
        if owner is None or not right:
            raise SignInRefusedError(turn, known)
        self._tries.forget(tag)
        return _account(owner)

    def know_again(self, account: Account, device: str) -> str:
        """Remember the browser on which somebody just signed in; returns its new token."""
        return self._devices.remember(device, account.name)

    def _change(self, name: str, **values: object) -> None:
        with self._engine.begin() as connection:
            if self._row(connection, name) is None:
                raise AccountError(f"There is no account {name}. See: yourvoice-admin accounts list.")
            connection.execute(update(tables.accounts).where(tables.accounts.c.name == name).values(values))
            connection.execute(delete(tables.sessions).where(tables.sessions.c.name == name))
            browsers = self._devices.counters(connection, name)
        self._tries.forget(tag_of(name), *browsers)

    @staticmethod
    def _row(connection: Connection, name: str) -> Row[tuple[str, str, str, bool, bool]] | None:
        return connection.execute(select(tables.accounts).where(tables.accounts.c.name == name)).one_or_none()


def check_name(name: str) -> None:
    """Raise AccountError unless an account may be called so."""
    if not (_NAME.fullmatch(name) and len(name) <= 32):
        raise AccountError(f"{name!r} cannot be a name. Use small letters, for example maria.lopez.")


def _account(row: Row[tuple[str, str, str, bool, bool]]) -> Account:
    return Account(row.name, Role(row.role), bool(row.active), bool(row.must))
