"""Makes the codes of cards, and tells a ballot's code by a keyed hash: no code is ever kept here.

Stored are hashes alone, of the codes that have not counted yet. The key lies in a file of its own, one for
each wave. Who has only the one, or only the other, cannot tell whether any code was ever printed.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from admin.keyfiles import KeyRingError
from admin.released import Released
from survey_app.cards import ALPHABET, LENGTH, completed
from survey_app.files import Checked, FileError, make_private_folder, read_checked, write_durably

KEY_SIZE = 32


class CardKey(Checked, frozen=True, kw_only=True):
    """staff/cards/<wave>.json: what hashes the codes of one wave."""

    format: Literal["yourvoice-cards/1"] = "yourvoice-cards/1"
    wave: str
    secret: bytes

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_SIZE:
            raise ValueError("its secret has a wrong length")

    def hashed(self, code: str) -> bytes:
        """HMAC-SHA256 of a code, 32 bytes."""
        return hmac.digest(self.secret, b"code " + code.encode(), "sha256")

    def place(self, ballot_id: bytes) -> bytes:
        """Where a ballot stands among those with the same code: an order that nobody outside can aim at."""
        return hmac.digest(self.secret, b"place " + ballot_id, "sha256")


def card_keys(folder: Path, waves: Iterable[str]) -> dict[str, CardKey]:
    """The keys that there are for these waves. Raises KeyRingError for one that was changed or cut."""
    paths = {wave: folder / f"{wave}.json" for wave in waves}
    return {wave: _read(path, wave) for wave, path in paths.items() if path.exists()}


def make_codes(released: Released, folder: Path, wave: str, count: int) -> list[str]:
    """So many new codes for a wave. When this returns, all of them count.

    They are told once and kept nowhere. The key is made with the first ones. Raises KeyRingError, OSError,
    SQLAlchemyError: then no code of these was handed out, and those that were stored are nobody's.
    """
    key = card_keys(folder, [wave]).get(wave) or _make_key(folder, wave)
    codes = list(dict.fromkeys(_new_code() for _ in range(count)))
    released.await_cards([key.hashed(code) for code in codes])
    released.tidy()  # else the file would show which ones came with which sheet
    return codes


def _new_code() -> str:
    return completed("".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1)))


def _make_key(folder: Path, wave: str) -> CardKey:
    key = CardKey(wave=wave, secret=secrets.token_bytes(KEY_SIZE))
    write_durably(make_private_folder(folder) / f"{wave}.json", key.to_bytes())
    return key


def _read(path: Path, wave: str) -> CardKey:
    try:
        key = read_checked(path, CardKey)
    except FileError as error:
        raise KeyRingError(f"The key of a wave's cards: {error} Put back a good copy of it.") from None
    if key.wave != wave:
        raise KeyRingError(f"{path.name} is the key of another wave's cards. Put back a good copy of it.")
    return key
