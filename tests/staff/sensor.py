"""A passkey made of a few lines, to answer challenges rightly and wrongly. It signs what it is told to."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

USER_PRESENT, USER_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


def asked(page: str) -> dict[str, Any]:
    """The options that a page gives its script."""
    found = re.search(r'data-options="([^"]+)"', page)
    assert found
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


def letters(raw: bytes) -> str:
    """Base64url without padding, as WebAuthn writes bytes."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Sensor:
    """One passkey; its answers can be spoiled by the keywords of `make` and `show`."""

    origin: str = "http://localhost"
    host: str = "localhost"
    counter: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict[str, Any], **spoiled: Any) -> str:
        """The answer to being asked for a new passkey."""
        public = cbor.encode(ES256.from_cryptography_key(self.key.public_key()))
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(USER_PRESENT | USER_VERIFIED | HAS_KEY) + credential
        attested = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options, spoiled)
        return self._answer({"clientDataJSON": letters(client), "attestationObject": letters(attested)})

    def show(self, options: dict[str, Any], flags: int = USER_PRESENT, **spoiled: Any) -> str:
        """The answer to being asked for a passkey."""
        client, data = self._client("webauthn.get", options, spoiled), self._data(flags)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signed}
        return self._answer({name: letters(part) for name, part in parts.items()})

    def _client(self, kind: str, options: dict[str, Any], spoiled: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin} | spoiled
        return json.dumps(told).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def _answer(self, response: dict[str, str]) -> str:
        own = letters(self.id)
        return json.dumps({"id": own, "rawId": own, "type": "public-key", "response": response})
