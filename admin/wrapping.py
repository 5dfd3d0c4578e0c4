"""Private halves at rest: under a passphrase, or on paper. Nothing is written to a file here."""

from __future__ import annotations

import base64
import hashlib
import os
import re
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
_PAPER_LETTERS, _GROUP = 56, 4
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_MISREAD = str.maketrans({"0": "O", "1": "I", "8": "B"})
_BETWEEN = re.compile(r"[\W_]+")


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
    """The 32 bytes of a paper key that was typed back, in any case and grouping; raises KeyRingError.

    Where one slip explains what is wrong, the error names the group of four that it is in.
    """
    letters = _BETWEEN.sub("", typed).upper().translate(_MISREAD)
    secret = _checked(letters) if len(letters) == _PAPER_LETTERS else None
    if secret is not None:
        return secret
    odd = next((place for place, letter in enumerate(letters) if letter not in _LETTERS), None)
    if odd is not None:
        raise KeyRingError(
            f"The paper key has the letters A to Z and the digits 2 to 7 only; look at group {_group(odd)}."
        )
    place = _slip(letters)
    where = "compare it with the paper, group by group" if place is None else f"look at group {_group(place)}"
    if len(letters) != _PAPER_LETTERS:
        raise KeyRingError(
            f"The paper key has {_PAPER_LETTERS} letters and digits; these are {len(letters)}: {where}."
        )
    raise KeyRingError(f"There is a slip in the paper key: {where}.")


def paper_seeds(secret: bytes) -> bytes:
    """The seeds that a paper key stands for (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), SEEDS_SIZE, salt=None, info=b"yourvoice paper key 1").derive(secret)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes; one spelling for one passphrase, whatever keyboard wrote it."""
    kdf = Argon2id(salt=salt, length=32, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory)
    return kdf.derive(unicodedata.normalize("NFKC", passphrase).encode("utf-8", "replace"))


def _paper_check(secret: bytes) -> bytes:
    return hashlib.sha256(b"yourvoice paper key 1" + secret).digest()[:_PAPER_CHECK]


def _checked(letters: str) -> bytes | None:
    """The secret of a paper key without any slip, else None."""
    try:
        read = base64.b32decode(letters)
    except ValueError:
        return None
    secret = read[:PAPER_SIZE]
    return secret if read[PAPER_SIZE:] == _paper_check(secret) else None


def _slip(letters: str) -> int | None:
    """Where one wrong, swapped, missing or needless letter explains it all; None if nothing so simple does.

    A checksum of 24 bits points to a wrong place once in some thousand keys that have several slips.
    """
    for place in range(len(letters) + 1):
        before, here, after = letters[:place], letters[place : place + 1], letters[place + 1 :]
        tries = [before + after, before + after[:1] + here + after[1:]]
        for letter in _LETTERS:
            tries += [before + letter + after, before + letter + here + after]
        if any(len(one) == _PAPER_LETTERS and _checked(one) is not None for one in tries):
            return place
    return None


def _group(place: int) -> int:
    return min(place, _PAPER_LETTERS - 1) // _GROUP + 1
