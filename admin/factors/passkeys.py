"""Passkeys (WebAuthn): a phone, computer or key that signs a challenge. None is answered twice."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import struct
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from sqlalchemy import Engine, Row, delete, insert, select, update

from admin.factors.questions import Kind, Questions
from admin.tables import passkeys

MOST = 12
"""Passkeys of one account."""

LONGEST_LABEL = 40

# Whatever a hostile browser sends, the library's parsers raise one of these.
_FAULTS = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError),
    *(OverflowError, NotImplementedError, struct.error, UnsupportedAlgorithm, msgspec.MsgspecError),
)


class PasskeyError(Exception):
    """A passkey that is not one of ours, or was not made for this page. Its kind is all that is said."""


@dataclass(frozen=True)
class Address:
    """Where the page stands: the host name that a passkey is made for, and the browser's whole origin."""

    host: str
    origin: str

    @property
    def offers(self) -> bool:
        """Whether browsers offer passkeys here: on https and on localhost, never at a bare number."""
        try:
            ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            local = self.host == "localhost" or self.host.endswith(".localhost")
            return self.origin.startswith("https://") or local
        return False


@dataclass(frozen=True)
class Passkey:
    """One passkey of an account, under the name that its owner gave it."""

    id: str
    host: str
    label: str


@dataclass(frozen=True)
class Made:
    """A new passkey, judged and not kept yet: its public half and id, and how far it has counted."""

    credential: bytes
    counter: int


class Passkeys:
    """The passkeys of one installation's accounts. `place` is shown by browsers beside the host name."""

    def __init__(self, engine: Engine, questions: Questions, place: str) -> None:
        self._engine = engine
        self._questions = questions
        self._place = place

    def of(self, name: str) -> tuple[Passkey, ...]:
        """All passkeys of an account, by label."""
        rows = sorted(self._rows(name), key=lambda row: (row.label.casefold(), row.id))
        return tuple(Passkey(row.id.hex(), row.host, row.label) for row in rows)

    def usable(self, name: str, here: Address) -> bool:
        """Whether the account has a passkey that works at this address."""
        return here.offers and bool(self._known(name, here))

    def offer(self, session: bytes, name: str, here: Address) -> str:
        """Ask for a new passkey; returns what the browser's script needs, as JSON."""
        options, state = self._server(here).register_begin(
            PublicKeyCredentialUserEntity(id=_handle(name), name=name, display_name=name),
            list(self._known(name, here).values()),
            resident_key_requirement=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        )
        self._questions.ask(session, Kind.MAKE, json.dumps(state).encode("ascii"))
        return json.dumps(dict(options)["publicKey"])

    def judge(self, session: bytes, name: str, here: Address, sent: str) -> Made:
        """The passkey that a browser has made. Raises PasskeyError; the question is used up."""
        state = self._state(session, Kind.MAKE)
        try:
            made = RegistrationResponse.from_dict(_object(sent))
            _refuse_frames(made)
            data = self._server(here).register_complete(state, made)
            credential = data.credential_data
            if credential is None or credential.public_key.ALGORITHM not in CoseKey.supported_algorithms():
                raise PasskeyError
            stored = bytes(credential)
            AttestedCredentialData(stored)
        except _FAULTS:
            raise PasskeyError from None
        known = self._rows(name)
        if len(known) >= MOST or any(row.credential == stored for row in known):
            raise PasskeyError
        return Made(stored, data.counter)

    def keep(self, name: str, here: Address, label: str, made: Made) -> None:
        """Give the account this passkey, under the name that its owner has chosen."""
        row = {"id": os.urandom(8), "name": name, "host": here.host, "label": label or "Passkey"}
        values = {"credential": made.credential, "counter": made.counter, **row}
        with self._engine.begin() as connection:
            connection.execute(insert(passkeys).values(values))

    def ask(self, session: bytes, name: str, here: Address) -> str:
        """Ask for one of the account's passkeys; returns what the browser's script needs, as JSON."""
        known = list(self._known(name, here).values())
        options, state = self._server(here).authenticate_begin(known, UserVerificationRequirement.PREFERRED)
        self._questions.ask(session, Kind.SHOW, json.dumps(state).encode("ascii"))
        return json.dumps(dict(options)["publicKey"])

    def accept(self, session: bytes, name: str, here: Address, sent: str) -> bool:
        """Whether this is the answer of one of the account's passkeys; the question is used up."""
        try:
            state, known = self._state(session, Kind.SHOW), self._known(name, here)
            shown = AuthenticationResponse.from_dict(_object(sent))
            _refuse_frames(shown)
            used = self._server(here).authenticate_complete(state, list(known.values()), shown)
            counter = shown.response.authenticator_data.counter
        except (PasskeyError, *_FAULTS):
            return False
        row_id = next(row_id for row_id, one in known.items() if one.credential_id == used.credential_id)
        return self._count(row_id, counter)

    def remove(self, name: str, passkey: str) -> bool:
        """Take a passkey from its account; False where it has no such one."""
        try:
            row_id = bytes.fromhex(passkey)
        except ValueError:
            return False
        this = delete(passkeys).where(passkeys.c.name == name, passkeys.c.id == row_id)
        with self._engine.begin() as connection:
            return connection.execute(this).rowcount == 1

    def _server(self, here: Address) -> Fido2Server:
        party = PublicKeyCredentialRpEntity(name=f"Your Voice, {self._place}", id=here.host)
        return Fido2Server(party, verify_origin=lambda origin: origin == here.origin)

    def _state(self, session: bytes, kind: Kind) -> dict[str, Any]:
        asked = self._questions.take(session, kind)
        if asked is None:
            raise PasskeyError
        state: dict[str, Any] = json.loads(asked)
        return state

    def _rows(self, name: str) -> list[Row[Any]]:
        with self._engine.connect() as connection:
            return list(connection.execute(select(passkeys).where(passkeys.c.name == name)))

    def _known(self, name: str, here: Address) -> dict[bytes, AttestedCredentialData]:
        rows = self._rows(name)
        return {row.id: AttestedCredentialData(row.credential) for row in rows if row.host == here.host}

    def _count(self, row_id: bytes, counter: int) -> bool:
        """Move the counter on; False where it stands still, as a copy's would (WebAuthn 7.2, step 22)."""
        this = update(passkeys).where(passkeys.c.id == row_id)
        ahead = passkeys.c.counter < counter
        still = (passkeys.c.counter == 0) if counter == 0 else ahead
        with self._engine.begin() as connection:
            return connection.execute(this.where(still).values(counter=counter)).rowcount == 1


def _handle(name: str) -> bytes:
    return hashlib.sha256(f"yourvoice staff\n{name}".encode()).digest()


def _object(sent: str) -> dict[str, Any]:
    return msgspec.json.decode(sent, type=dict[str, Any])


def _refuse_frames(answer: RegistrationResponse | AuthenticationResponse) -> None:
    if answer.response.client_data.cross_origin:
        raise PasskeyError
