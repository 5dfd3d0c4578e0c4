"""Private halves at rest: under a passphrase, or on paper. Nothing is written to a file here."""

from __future__ import annotations

import base64
import hashlib
import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from admin.keyfiles import NONCE_SIZE, SALT_SIZE, SEEDS_SIZE, KeyRingError, Wrapped
from admin.passphrases import Cost

KEY_COST = Cost(memory=256 * 1024, passes=3, lanes=4)
"""What one guess of a holder's passphrase costs somebody who has the file."""

PAPER_SIZE = 32
_PAPER_CHECK = 3
_PAPER_LETTERS = 56
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B", " ": "", "-": "", "\n": "", "\r": "", "\t": ""})


def wrap(seeds: bytes, passphrase: str, owner: bytes, cost: Cost) -> Wrapped:
    """The seeds under a passphrase, bound to `owner`."""
    salt, nonce = os.urandom(SALT_SIZE), os.urandom(NONCE_SIZE)
    secret = AESGCM(_stretched(passphrase, salt, cost)).encrypt(nonce, seeds, owner)
    return Wrapped(
        memory=cost.memory, passes=cost.passes, lanes=cost.lanes, salt=salt, nonce=nonce, secret=secret
    )


def unwrap(wrapped: Wrapped, passphrase: str, owner: bytes) -> bytes:
    """The seeds; raises KeyRingError, the same for a wrong passphrase and for a changed file."""
    key = AESGCM(_stretched(passphrase, wrapped.salt, wrapped.cost))
    try:
        return key.decrypt(wrapped.nonce, wrapped.secret, owner)
    except InvalidTag:
        raise KeyRingError("The passphrase is not the right one, or the file was changed.") from None


def print_paper(secret: bytes) -> str:
    """A paper key of 32 bytes as 14 groups of four letters and digits; the last 24 bits are a checksum."""
    letters = base64.b32encode(secret + _paper_check(secret)).decode()
    groups = [letters[place : place + 4] for place in range(0, len(letters), 4)]
    return "\n".join(" ".join(groups[place : place + 7]) for place in range(0, len(groups), 7))


def read_paper(typed: str) -> bytes:
    """The 32 bytes of a paper key that was typed back, in any case and grouping; raises KeyRingError."""
    letters = typed.upper().translate(_MISREAD)
    if len(letters) != _PAPER_LETTERS:
        raise KeyRingError(
            f"The paper key has {_PAPER_LETTERS} letters and digits; these are {len(letters)}."
        )
    try:
        read = base64.b32decode(letters)
    except ValueError:
        raise KeyRingError("The paper key has the letters A to Z and the digits 2 to 7 only.") from None
    secret, check = read[:PAPER_SIZE], read[PAPER_SIZE:]
    if check != _paper_check(secret):
        raise KeyRingError("There is a slip in the paper key: compare it with the paper, group by group.")
    return secret


def paper_seeds(secret: bytes) -> bytes:
    """The seeds that a paper key stands for (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), SEEDS_SIZE, salt=None, info=b"yourvoice paper key 1").derive(secret)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes; one spelling for one passphrase, whatever keyboard wrote it."""
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive(unicodedata.normalize("NFKC", passphrase).encode("utf-8", "replace"))


def _paper_check(secret: bytes) -> bytes:
    return hashlib.sha256(b"yourvoice paper key 1" + secret).digest()[:_PAPER_CHECK]
