"""Seals what a young person sent with a public key: HPKE, hybrid post-quantum. There is no unsealing here.

RFC 9180 base mode; KEM MLKEM768-X25519 (0x647a, the X-Wing combiner), HKDF-SHA256, AES-256-GCM. Only public
halves are read or named; what is sealed here cannot be opened again on this host.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite

from survey_app.files import Checked, FileError, read_checked

Purpose = Literal["answers", "contact"]
PURPOSES: Final[tuple[Purpose, ...]] = ("answers", "contact")
PLAIN_SIZE: Final[dict[Purpose, int]] = {"answers": 8192, "contact": 4096}

KEY_ID_SIZE = 8
MLKEM_SIZE, X25519_SIZE = 1184, 32
PUBLIC_SIZE = MLKEM_SIZE + X25519_SIZE
HPKE_OVERHEAD = 1088 + 32 + 16
"""ML-KEM ciphertext, X25519 share and GCM tag."""

SEALED_SIZE: Final[dict[Purpose, int]] = {
    purpose: KEY_ID_SIZE + HPKE_OVERHEAD + size for purpose, size in PLAIN_SIZE.items()
}

_EPOCH = re.compile(r"(?=.{1,32}\Z)[a-z0-9](-?[a-z0-9])*")
_PUBLISH = "On the staff host run: yourvoice-admin keys bundle --out keys.json, and copy the file here."


class SealingError(Exception):
    """Nothing can be sealed: a key is missing or wrong; the text says what to do."""


class PublicKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public half for one purpose and epoch; valid on days `not_before` to `not_after`, both included.

    `raw`: 1184 bytes ML-KEM-768, then 32 bytes X25519. `key_id`: 8 bytes, see `name_key`. Raises ValueError
    where these do not fit together.
    """

    purpose: Purpose
    epoch: str
    key_id: bytes
    not_before: date
    not_after: date
    raw: bytes

    def __post_init__(self) -> None:
        if not _EPOCH.fullmatch(self.epoch):
            raise ValueError("an epoch has small letters, digits and single hyphens, up to 32")
        if self.not_after < self.not_before:
            raise ValueError(f"the {self.purpose} key {self.epoch} ends before it begins")
        if len(self.raw) != PUBLIC_SIZE:
            raise ValueError(f"the {self.purpose} key {self.epoch} is not {PUBLIC_SIZE} bytes long")
        if self.key_id != name_key(self.purpose, self.epoch, self.raw):
            raise ValueError(f"the {self.purpose} key {self.epoch} does not match its id")
        _public(self.raw)

    def is_valid(self, today: date) -> bool:
        """Whether it may seal today."""
        return self.not_before <= today <= self.not_after


class Bundle(Checked, frozen=True, kw_only=True):
    """All the public keys that the public host may seal with: the file keys.json."""

    format: Literal["yourvoice-keys/1"] = "yourvoice-keys/1"
    keys: tuple[PublicKey, ...]

    @property
    def fingerprint(self) -> str:
        """120 bits of the bundle's digest in groups of four, to read aloud and compare on both hosts."""
        letters = base64.b32encode(self.digest()[:15]).decode()
        return "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))

    def key_for(self, purpose: Purpose, today: date) -> PublicKey | None:
        """The key to seal with today (of several, the one that began last), or None: the form must close."""
        valid = [key for key in self.keys if key.purpose == purpose and key.is_valid(today)]
        return max(valid, key=lambda key: (key.not_before, key.epoch), default=None)

    def require(self, today: date) -> None:
        """Raise SealingError unless every purpose has a valid key today."""
        for purpose in PURPOSES:
            if self.key_for(purpose, today) is None:
                ends = [key.not_after for key in self.keys if key.purpose == purpose]
                last = f"the last one ends on {max(ends)}" if ends else "there is none"
                raise SealingError(
                    f"No {purpose} key in keys.json is valid on {today}: {last}. "
                    f"Make a new epoch with yourvoice-admin keys epoch. {_PUBLISH}"
                )


def read_bundle(path: Path) -> Bundle:
    """Read keys.json; raises SealingError if it is missing, cut short, changed or another kind of file."""
    try:
        return read_checked(path, Bundle)
    except FileError as fault:
        raise SealingError(f"{fault} {_PUBLISH}") from None


def name_key(purpose: Purpose, epoch: str, raw: bytes) -> bytes:
    """A key's 8-byte id: the start of a SHA-256 over purpose, epoch and public half."""
    named = b"\0".join((b"yourvoice key 1", purpose.encode(), epoch.encode(), raw))
    return hashlib.sha256(named).digest()[:KEY_ID_SIZE]


def binding(purpose: Purpose, epoch: str, key_id: bytes) -> bytes:
    """HPKE's `info`: what is sealed opens only under the purpose, epoch and key that it was sealed for."""
    return b"\0".join((b"yourvoice sealed 1", purpose.encode(), epoch.encode(), key_id))


def suite() -> Suite:
    """The one HPKE suite of this platform."""
    return Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def seal_for(raw: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Plaintext of any length sealed for one public half, 1216 bytes; the result is 1136 bytes longer."""
    return suite().encrypt(plaintext, _public(raw), info)


def seal(plaintext: bytes, key: PublicKey) -> bytes:
    """The key's id, then the sealed plaintext: always SEALED_SIZE[key.purpose] bytes.

    Raises SealingError for a plaintext that was not padded to PLAIN_SIZE[key.purpose].
    """
    if len(plaintext) != PLAIN_SIZE[key.purpose]:
        raise SealingError(
            f"What is sealed as {key.purpose} must be padded to {PLAIN_SIZE[key.purpose]} bytes."
        )
    return key.key_id + seal_for(key.raw, plaintext, binding(key.purpose, key.epoch, key.key_id))


def self_test() -> None:
    """Seal under a public key that is nobody's; raises SealingError unless it works on this machine."""
    raw = bytes(MLKEM_SIZE) + os.urandom(X25519_SIZE)
    try:
        for purpose, size in PLAIN_SIZE.items():
            key_id = name_key(purpose, "self-test", raw)
            key = PublicKey(
                purpose=purpose,
                epoch="self-test",
                key_id=key_id,
                raw=raw,
                not_before=date.min,
                not_after=date.max,
            )
            first, second = seal(bytes(size), key), seal(bytes(size), key)
            if {len(first), len(second)} != {SEALED_SIZE[purpose]} or first == second or bytes(64) in first:
                raise SealingError("Sealing does not work on this machine; nothing may be taken in.")
    except UnsupportedAlgorithm as error:
        raise SealingError("This machine has no ML-KEM: install cryptography's own wheel.") from error


@lru_cache(maxsize=16)
def _public(raw: bytes) -> MLKEM768X25519PublicKey:
    mlkem = MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_SIZE])
    return MLKEM768X25519PublicKey(mlkem, X25519PublicKey.from_public_bytes(raw[MLKEM_SIZE:]))
