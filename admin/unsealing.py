"""Opens what was sealed. The only module that names a private key class; it never writes anything down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from admin.keyfiles import RECOVERY, SEEDS_SIZE, EpochFile, KeyFolder, KeyRingError, sharing
from admin.wrapping import paper_seeds, read_paper, unwrap
from survey_app.sealing import (
    KEY_ID_SIZE,
    PURPOSES,
    SEALED_SIZE,
    PublicKey,
    Purpose,
    binding,
    seal_for,
    suite,
)

_MLKEM_SEED = 64


class UnsealingError(Exception):
    """This cannot be opened; the text says why in one short phrase."""


class UnknownKeyError(UnsealingError):
    """It is sealed for a key that was shredded, or was never shared with this holder."""


class AlteredError(UnsealingError):
    """It was changed after it was sealed, or sealed for something else."""


@dataclass(frozen=True)
class _Pair:
    """A purpose key with its private half."""

    public: PublicKey
    seeds: bytes
    private: MLKEM768X25519PrivateKey


class Opener:
    """What one key holder may open. Keep it no longer than the opening takes."""

    def __init__(self, pairs: Mapping[bytes, _Pair]) -> None:
        self._pairs = pairs

    def open(self, sealed: bytes, purpose: Purpose) -> bytes:
        """The plaintext, PLAIN_SIZE[purpose] bytes; raises UnknownKeyError or AlteredError."""
        if len(sealed) != SEALED_SIZE[purpose]:
            raise AlteredError("it has a wrong length")
        pair = self._pairs.get(sealed[:KEY_ID_SIZE])
        if pair is None:
            raise UnknownKeyError("it is sealed for a key that this holder does not have")
        public = pair.public
        return _open(pair.private, sealed[KEY_ID_SIZE:], binding(purpose, public.epoch, public.key_id))

    def share(self, epoch: EpochFile, name: str, raw: bytes) -> bytes | None:
        """The epoch's private half sealed to somebody else's public half; None if it is not ours to share."""
        pair = self._pairs.get(epoch.key.key_id)
        return seal_for(raw, pair.seeds, sharing(epoch.key, name)) if pair else None


def new_seeds() -> bytes:
    """A new private half."""
    return os.urandom(SEEDS_SIZE)


def public_half(seeds: bytes) -> bytes:
    """The public half, 1216 bytes, that belongs to the seeds."""
    mlkem, x25519 = _halves(seeds)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def unlock(ring: KeyFolder, holder: str, passphrase: str, purposes: tuple[Purpose, ...] = PURPOSES) -> Opener:
    """What the holder may open of these purposes; takes the time of one Argon2id. Raises KeyRingError."""
    file = ring.holder(holder)
    if not set(purposes) & set(file.opens):
        raise KeyRingError(
            f"{holder} is a key holder for {' and '.join(file.opens)} only. "
            f"This needs one for {' and '.join(purposes)}; yourvoice-admin keys list names them."
        )
    return _opener(ring, holder, unwrap(file.wrapped, passphrase, holder.encode() + file.raw), purposes)


def unlock_with_paper(ring: KeyFolder, typed: str) -> Opener:
    """What the paper key opens: everything. Raises KeyRingError."""
    seeds = paper_seeds(read_paper(typed))
    if public_half(seeds) != ring.recovery().raw:
        raise KeyRingError("This paper key belongs to another key ring.")
    return _opener(ring, RECOVERY, seeds, PURPOSES)


def _opener(ring: KeyFolder, name: str, seeds: bytes, purposes: tuple[Purpose, ...]) -> Opener:
    identity = MLKEM768X25519PrivateKey(*_halves(seeds))
    pairs = {}
    for epoch in ring.epochs():
        if name in epoch.sealed_to and epoch.key.purpose in purposes:
            pairs[epoch.key.key_id] = _shared_pair(identity, epoch, name)
    return Opener(pairs)


def _shared_pair(identity: MLKEM768X25519PrivateKey, epoch: EpochFile, name: str) -> _Pair:
    try:
        seeds = _open(identity, epoch.sealed_to[name], sharing(epoch.key, name))
    except AlteredError as error:
        where = f"{epoch.key.purpose} key {epoch.key.epoch}"
        raise KeyRingError(f"What {name} holds of the {where} cannot be opened: {error}.") from None
    return _Pair(epoch.key, seeds, MLKEM768X25519PrivateKey(*_halves(seeds)))


def _open(private: MLKEM768X25519PrivateKey, sealed: bytes, info: bytes) -> bytes:
    try:
        return suite().decrypt(sealed, private, info)
    except InvalidTag:
        raise AlteredError("it was changed after it was sealed") from None


def _halves(seeds: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    mlkem, x25519 = seeds[:_MLKEM_SEED], seeds[_MLKEM_SEED:]
    return MLKEM768PrivateKey.from_seed_bytes(mlkem), X25519PrivateKey.from_private_bytes(x25519)
