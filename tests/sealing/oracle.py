"""A second implementation of the seal, from the standards' text alone: RFC 9180 base mode, X-Wing, RFC 5869.

It shares no code with survey_app or with the library's HPKE; it is slow, and for tests only.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUITE_ID = b"HPKE" + bytes.fromhex("647a00010002")  # MLKEM768-X25519, HKDF-SHA256, AES-256-GCM
XWING_LABEL = bytes.fromhex("5c2e2f2f5e5c")
ENCAPSULATED = 1088 + 32


@dataclass(frozen=True)
class Pair:
    """A key pair from its 64 + 32 bytes of seeds."""

    seeds: bytes

    @property
    def mlkem(self) -> MLKEM768PrivateKey:
        return MLKEM768PrivateKey.from_seed_bytes(self.seeds[:64])

    @property
    def x25519(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.seeds[64:])

    @property
    def public(self) -> bytes:
        """1184 + 32 bytes."""
        return self.mlkem.public_key().public_bytes_raw() + self.x25519.public_key().public_bytes_raw()


def decapsulate(pair: Pair, encapsulated: bytes) -> bytes:
    """X-Wing's shared secret."""
    share = encapsulated[1088:]
    ss_m = pair.mlkem.decapsulate(encapsulated[:1088])
    ss_x = pair.x25519.exchange(X25519PublicKey.from_public_bytes(share))
    return combine(ss_m, ss_x, share, pair.public[1184:])


def encapsulate(public: bytes) -> tuple[bytes, bytes]:
    """X-Wing's shared secret and its encapsulation."""
    ss_m, ct_m = MLKEM768PublicKey.from_public_bytes(public[:1184]).encapsulate()
    ephemeral = X25519PrivateKey.generate()
    ss_x = ephemeral.exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    share = ephemeral.public_key().public_bytes_raw()
    return combine(ss_m, ss_x, share, public[1184:]), ct_m + share


def combine(ss_m: bytes, ss_x: bytes, ct_x: bytes, pk_x: bytes) -> bytes:
    return hashlib.sha3_256(ss_m + ss_x + ct_x + pk_x + XWING_LABEL).digest()


def unseal(pair: Pair, sealed: bytes, info: bytes) -> bytes:
    """The plaintext; raises cryptography's InvalidTag."""
    key, nonce = schedule(decapsulate(pair, sealed[:ENCAPSULATED]), info)
    return AESGCM(key).decrypt(nonce, sealed[ENCAPSULATED:], b"")


def seal(public: bytes, plaintext: bytes, info: bytes) -> bytes:
    secret, encapsulated = encapsulate(public)
    key, nonce = schedule(secret, info)
    return encapsulated + AESGCM(key).encrypt(nonce, plaintext, b"")


def schedule(shared_secret: bytes, info: bytes) -> tuple[bytes, bytes]:
    """RFC 9180 section 5.1, mode_base: the key and the first nonce."""
    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared_secret, b"secret", b"")
    return expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)


def extract(salt: bytes, label: bytes, ikm: bytes) -> bytes:
    return digest(salt or bytes(32), b"HPKE-v1" + SUITE_ID + label + ikm)


def expand(secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """At most one block, which is all that is needed here."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + SUITE_ID + label + info
    return digest(secret, labelled + b"\x01")[:length]


def digest(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
