"""The one thing that an alert says, and why one failed. Nothing about a request goes in or comes out."""

from __future__ import annotations

import socket
import ssl
from enum import StrEnum

SUBJECT = "Your Voice: a request is waiting"
TEXT = "A request is waiting."
PATIENCE = 20.0
"""Seconds that a server may take to answer."""


class Fault(StrEnum):
    """Why an alert did not leave: all that is ever written down of it."""

    NO_SUCH_HOST = "no_such_host"
    REFUSED = "refused"
    TOO_SLOW = "too_slow"
    CERTIFICATE = "certificate"
    NO_ENCRYPTION = "no_encryption"
    PASSWORD = "password"  # noqa: S105 - the kind of a fault
    PASSWORD_FILE = "password_file"  # noqa: S105
    ADDRESS = "address"
    SOME_ADDRESSES = "some_addresses"
    ANSWER = "answer"
    NETWORK = "network"


REMEDIES = {
    Fault.NO_SUCH_HOST: "There is no server of that name. Check it, and whether this machine finds names.",
    Fault.REFUSED: "Nobody listens there. Check the port, and whether a firewall lets this machine out.",
    Fault.TOO_SLOW: "It did not answer in time. Often a firewall swallows the line: ask whoever runs it.",
    Fault.CERTIFICATE: (
        "Its certificate is not one that this machine trusts for that name. Write the name that stands in "
        "the certificate, or have the county's own authority added to this machine."
    ),
    Fault.NO_ENCRYPTION: (
        'It does not speak the encryption that desk.json asks for. Try "security": "starttls" with port 587, '
        'or "tls" with port 465.'
    ),
    Fault.PASSWORD: "It does not accept this user with this password.",
    Fault.PASSWORD_FILE: (
        "The file with the password cannot be used: it must exist, be readable for nobody else (chmod 600), "
        "and have the password in its first line."
    ),
    Fault.ADDRESS: "It accepts none of the addresses in to, or not the sender.",
    Fault.SOME_ADDRESSES: "It does not accept one of the addresses in to; the others have it.",
    Fault.ANSWER: "It answered, but not that it took the alert.",
    Fault.NETWORK: "The line to it broke.",
}


class AlertError(Exception):
    """An alert did not leave; `fault` is its kind."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(REMEDIES[fault])
        self.fault = fault


def fault_of(error: Exception) -> Fault:
    """The kind of what went wrong on the line."""
    kinds: tuple[tuple[type[Exception], Fault], ...] = (
        (ssl.SSLCertVerificationError, Fault.CERTIFICATE),
        (ssl.SSLError, Fault.NO_ENCRYPTION),
        (socket.gaierror, Fault.NO_SUCH_HOST),
        (UnicodeError, Fault.NO_SUCH_HOST),
        (TimeoutError, Fault.TOO_SLOW),
        (ConnectionRefusedError, Fault.REFUSED),
    )
    return next((fault for kind, fault in kinds if isinstance(error, kind)), Fault.NETWORK)
