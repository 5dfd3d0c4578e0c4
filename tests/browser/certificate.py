"""Make a throw-away certificate for the names of the browser tests. Nothing but their browsers trusts it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

SURVEY = "voice.test"  # .test is reserved (RFC 6761): it can never be somebody's
ELSEWHERE = "leave.test"
STAFF = "staff.test"
NAMES = (SURVEY, ELSEWHERE, STAFF)


@dataclass(frozen=True)
class Certificate:
    """A PEM file with key and certificate, and the hash by which Chromium is told to trust it."""

    pem: Path
    spki: str


def make_certificate(folder: Path) -> Certificate:
    """Write FOLDER/certificate.pem, valid for a day around now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, SURVEY)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=12))
        .not_valid_after(now + timedelta(hours=12))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in NAMES]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(private + signed.public_bytes(Encoding.PEM))
    spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Certificate(pem, base64.b64encode(hashlib.sha256(spki).digest()).decode())
