"""The files of the key ring: holders, epochs and the public half of the paper key.

Private halves stand in them only wrapped or sealed, and nothing is unwrapped or unsealed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal, TypeVar

import msgspec

from admin.passphrases import Cost
from survey_app.files import Checked, FileError, read_checked
from survey_app.sealing import HPKE_OVERHEAD, PUBLIC_SIZE, PURPOSES, Bundle, PublicKey, Purpose, binding

SEEDS_SIZE = 64 + 32
"""A private half as it is kept: the seeds of ML-KEM-768 and of X25519."""

SALT_SIZE, NONCE_SIZE, TAG_SIZE = 16, 12, 16

COST_CAP = Cost(memory=1024 * 1024, passes=12, lanes=16)
"""A file that asks for more is refused before any memory is spent on it."""

RECOVERY = "recovery"
"""Under this name an epoch is sealed to the paper key; no holder is called so."""

CHOICES: Final[dict[str, tuple[Purpose, ...]]] = {
    "answers": ("answers",),
    "contact": ("contact",),
    "both": PURPOSES,
}
"""What a key holder may be for."""

_NAME = re.compile(r"(?=.{1,32}\Z)[a-z](?:[.-]?[a-z0-9])*")


class KeyRingError(ValueError):
    """The key ring cannot do this, or a file of it is not what it should be; the text says what to do."""


def check_holder_name(name: str) -> None:
    """Raise KeyRingError unless a key holder may be called so."""
    if not _NAME.fullmatch(name) or name == RECOVERY:
        raise KeyRingError('A key holder needs a name like "maria.lopez": up to 32 small letters and digits.')


class Wrapped(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seeds under a passphrase: Argon2id (RFC 9106; memory in KiB), then AES-256-GCM."""

    memory: int
    passes: int
    lanes: int
    salt: bytes
    nonce: bytes
    secret: bytes

    def __post_init__(self) -> None:
        if (
            not self.cost.within(COST_CAP)
            or self.passes < 1
            or self.lanes < 1
            or self.memory < 8 * self.lanes
        ):
            raise ValueError("it asks for more memory or time than any file of ours")
        if (len(self.salt), len(self.nonce), len(self.secret)) != (
            SALT_SIZE,
            NONCE_SIZE,
            SEEDS_SIZE + TAG_SIZE,
        ):
            raise ValueError("its private half has a wrong length")

    @property
    def cost(self) -> Cost:
        """What one guess of the passphrase costs."""
        return Cost(self.memory, self.passes, self.lanes)


class HolderFile(Checked, frozen=True, kw_only=True):
    """holders/<name>.json: a key holder's identity key."""

    format: Literal["yourvoice-holder/1"] = "yourvoice-holder/1"
    name: str
    raw: bytes
    wrapped: Wrapped
    purposes: tuple[Purpose, ...] | msgspec.UnsetType = msgspec.UNSET
    """What is sealed to it. A file from before holders had purposes has no such field: it is for all."""

    def __post_init__(self) -> None:
        check_holder_name(self.name)
        _check_public(self.raw)
        if self.purposes is not msgspec.UNSET and self.purposes not in CHOICES.values():
            raise ValueError("nobody can be a key holder for that")

    @property
    def opens(self) -> tuple[Purpose, ...]:
        """The purposes whose epochs are sealed to this holder."""
        return PURPOSES if isinstance(self.purposes, msgspec.UnsetType) else self.purposes


class RecoveryFile(Checked, frozen=True, kw_only=True):
    """recovery.json: the public half of the paper key; its private half exists on paper only."""

    format: Literal["yourvoice-recovery/1"] = "yourvoice-recovery/1"
    raw: bytes

    def __post_init__(self) -> None:
        _check_public(self.raw)


class EpochFile(Checked, frozen=True, kw_only=True):
    """epochs/<purpose>-<epoch>.json: a purpose key, its private half sealed to each name."""

    format: Literal["yourvoice-epoch/1"] = "yourvoice-epoch/1"
    key: PublicKey
    sealed_to: dict[str, bytes]

    def __post_init__(self) -> None:
        if {len(sealed) for sealed in self.sealed_to.values()} - {SEEDS_SIZE + HPKE_OVERHEAD}:
            raise ValueError("a sealed private half has a wrong length")


_File = TypeVar("_File", bound=Checked)


class KeyFolder:
    """Reads a ring's files. Raises KeyRingError for one that is missing or is not as it was written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holder_path(self, name: str) -> Path:
        """Where a holder's file is."""
        return self.folder / "holders" / f"{name}.json"

    def epoch_path(self, purpose: Purpose, epoch: str) -> Path:
        """Where an epoch's file is."""
        return self.folder / "epochs" / f"{purpose}-{epoch}.json"

    @property
    def recovery_path(self) -> Path:
        """Where the public half of the paper key is."""
        return self.folder / "recovery.json"

    def holder(self, name: str) -> HolderFile:
        """One holder."""
        check_holder_name(name)
        if not self.holder_path(name).exists():
            raise KeyRingError(f'There is no key holder "{name}"; yourvoice-admin keys list names them.')
        return self._holder(self.holder_path(name))

    def holders(self) -> list[HolderFile]:
        """All holders, by name."""
        return [self._holder(path) for path in self.files("holders")]

    def epochs(self) -> list[EpochFile]:
        """All epochs, by purpose and name."""
        return [self._epoch(path) for path in self.files("epochs")]

    def published(self) -> Bundle | None:
        """The bundle as it was last written for the public host, or None."""
        path = self.published_path
        return _read(path, Bundle) if path.exists() else None

    @property
    def published_path(self) -> Path:
        """Where a copy of the last published bundle is."""
        return self.folder / "published.json"

    def strays(self) -> Iterator[Path]:
        """What lies in the ring's folders and is no file of the ring: a copy of a key outlives that key."""
        for folder in ("holders", "epochs"):
            there = self.folder / folder
            known = set(self.files(folder))
            yield from sorted(path for path in there.glob("*") if path not in known)

    def _holder(self, path: Path) -> HolderFile:
        holder = _read(path, HolderFile)
        _check_place(path, self.holder_path(holder.name))
        return holder

    def _epoch(self, path: Path) -> EpochFile:
        epoch = _read(path, EpochFile)
        _check_place(path, self.epoch_path(epoch.key.purpose, epoch.key.epoch))
        return epoch

    def recovery(self) -> RecoveryFile:
        """The paper key's public half."""
        if not self.recovery_path.exists():
            raise KeyRingError("There is no paper key yet. Print one: yourvoice-admin keys recovery.")
        return _read(self.recovery_path, RecoveryFile)

    def public_halves(self, purpose: Purpose) -> dict[str, bytes]:
        """To whom an epoch of the purpose is sealed: name -> public half, the paper key under RECOVERY."""
        named = {holder.name: holder.raw for holder in self.holders() if purpose in holder.opens}
        return named | {RECOVERY: self.recovery().raw}

    def files(self, folder: str) -> list[Path]:
        """The files of one kind, by name."""
        return sorted((self.folder / folder).glob("[a-z]*.json"))


def sharing(key: PublicKey, name: str) -> bytes:
    """HPKE's `info` for an epoch's private half sealed to a name."""
    return b"\0".join((b"yourvoice epoch 1", binding(key.purpose, key.epoch, key.key_id), name.encode()))


def _read(path: Path, kind: type[_File]) -> _File:
    try:
        return read_checked(path, kind)
    except FileError as error:
        raise KeyRingError(f"{error} Put back a good copy of it.") from None


def _check_place(path: Path, own: Path) -> None:
    """A copy under another name would go on opening what its owner was to open no more."""
    if path != own:
        raise KeyRingError(f"{path.name} is a copy of {own.name}: delete {path.name}.")


def _check_public(raw: bytes) -> None:
    if len(raw) != PUBLIC_SIZE:
        raise ValueError("its public half has a wrong length")
