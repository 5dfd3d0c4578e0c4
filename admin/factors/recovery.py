"""Recovery codes, for the day when phone and passkey are gone. Each counts once; only hashes are kept."""

import hashlib
import os
import re
from base64 import b32encode

from sqlalchemy import Engine, delete, func, insert, select

from admin.tables import recovery_codes

HOW_MANY = 10
BYTES = 10
"""80 bits each: nobody guesses one, so a plain hash is enough to keep it."""

# No base32 digit looks like another; what people write instead is taken for what they mean.
_MEANT = str.maketrans("018", "OIB")


class RecoveryCodes:
    """The recovery codes of one installation's accounts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def renew(self, name: str) -> tuple[str, ...]:
        """New codes in place of all former ones. This is the only time that they can be shown."""
        codes = tuple(_grouped(b32encode(os.urandom(BYTES)).decode("ascii")) for _ in range(HOW_MANY))
        rows = [{"name": name, "code_hash": _hashed(name, code)} for code in codes]
        with self._engine.begin() as connection:
            connection.execute(delete(recovery_codes).where(recovery_codes.c.name == name))
            connection.execute(insert(recovery_codes), rows)
        return codes

    def left(self, name: str) -> int:
        """How many the account has left."""
        with self._engine.connect() as connection:
            count = select(func.count()).select_from(recovery_codes).where(recovery_codes.c.name == name)
            return int(connection.execute(count).scalar_one())

    def spend(self, name: str, typed: str) -> bool:
        """Whether this is one of the account's codes; from here on it is none."""
        ours = delete(recovery_codes).where(
            recovery_codes.c.name == name, recovery_codes.c.code_hash == _hashed(name, typed)
        )
        with self._engine.begin() as connection:
            return connection.execute(ours).rowcount == 1

    def remove(self, name: str) -> None:
        """Take all codes from the account."""
        with self._engine.begin() as connection:
            connection.execute(delete(recovery_codes).where(recovery_codes.c.name == name))


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4)).lower()


def _hashed(name: str, typed: str) -> bytes:
    letters = re.sub(r"[\W_]", "", typed).upper().translate(_MEANT)
    return hashlib.sha256(f"{name}\n{letters}".encode("utf-8", "replace")).digest()
