"""The key ring: makes holders, the paper key and epochs, publishes public halves, destroys epochs.

It never opens a ballot or a letter, and writes no private half that is not wrapped or sealed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec

from admin.keyfiles import (
    COST_CAP,
    RECOVERY,
    EpochFile,
    HolderFile,
    KeyFolder,
    KeyRingError,
    RecoveryFile,
    check_holder_name,
    sharing,
)
from admin.passphrases import Cost, judge
from admin.unsealing import Opener, new_seeds, public_half
from admin.wrapping import KEY_COST, PAPER_SIZE, paper_seeds, print_paper, wrap
from survey_app.files import make_private_folder, sync_folder, write_durably
from survey_app.sealing import PURPOSES, Bundle, PublicKey, Purpose, name_key, seal_for

SOON = timedelta(days=14)
MEANWHILE = {"answers": "the survey is closed", "contact": "nobody can ask to be contacted"}
"""So long before the last key of a purpose ends, it is called a fault."""


class KeyRing(KeyFolder):
    """A key ring that may be changed; its folder and files are for their owner only (0700, 0600)."""

    def __init__(self, folder: Path) -> None:
        super().__init__(make_private_folder(folder))

    def add_holder(self, name: str, passphrase: str, cost: Cost = KEY_COST) -> HolderFile:
        """A new identity key under the passphrase; epochs made from now on are sealed to it.

        Raises KeyRingError, and PassphraseError for a passphrase that is easy to guess.
        """
        check_holder_name(name)
        judge(passphrase, (name,))
        if not cost.within(COST_CAP):
            raise KeyRingError(f"A key file may ask for {COST_CAP.memory // 1024} MiB at most.")
        if self.holder_path(name).exists():
            raise KeyRingError(f'There is a key holder "{name}" already.')
        seeds = new_seeds()
        raw = public_half(seeds)
        wrapped = wrap(seeds, passphrase, name.encode() + raw, cost)
        holder = HolderFile(name=name, raw=raw, wrapped=wrapped)
        _write(self.holder_path(name), holder.to_bytes())
        return holder

    def make_recovery(self) -> str:
        """A new paper key, as text to print; it is kept nowhere else. Raises KeyRingError if there is one."""
        if self.recovery_path.exists():
            raise KeyRingError("There is a paper key already; the epochs so far are sealed to it.")
        secret = os.urandom(PAPER_SIZE)
        _write(self.recovery_path, RecoveryFile(raw=public_half(paper_seeds(secret))).to_bytes())
        return print_paper(secret)

    def new_epoch(self, purpose: Purpose, epoch: str, not_before: date, not_after: date) -> PublicKey:
        """A new purpose key, sealed to every holder and to the paper key; needs no passphrase."""
        everybody = self.public_halves()
        if set(everybody) == {RECOVERY}:
            raise KeyRingError("There is no key holder yet. Make one: yourvoice-admin keys holder NAME.")
        seeds = new_seeds()
        key = _public_key(purpose, epoch, not_before, not_after, public_half(seeds))
        if self.epoch_path(purpose, epoch).exists():
            raise KeyRingError(f"There is already a key for {purpose}, epoch {epoch}.")
        sealed_to = {name: seal_for(half, seeds, sharing(key, name)) for name, half in everybody.items()}
        _write(self.epoch_path(purpose, epoch), EpochFile(key=key, sealed_to=sealed_to).to_bytes())
        return key

    def share(self, opener: Opener, name: str) -> int:
        """Seal what the opener can open to one more holder as well; returns how many epochs."""
        raw, shared = self.holder(name).raw, 0
        for epoch in self.epochs():
            sealed = opener.share(epoch, name, raw)
            if sealed is not None:
                grown = msgspec.structs.replace(epoch, sealed_to={**epoch.sealed_to, name: sealed})
                _write(self.epoch_path(epoch.key.purpose, epoch.key.epoch), grown.to_bytes())
                shared += 1
        return shared

    def bundle(self) -> Bundle:
        """Every epoch's public half."""
        return Bundle(keys=tuple(epoch.key for epoch in self.epochs()))

    def publish_bundle(self, path: Path) -> Bundle:
        """Write the bundle to `path`, to be the public host's keys.json."""
        bundle = self.bundle()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, bundle.to_bytes())
        return bundle

    def shred(self, purpose: Purpose, epoch: str) -> None:
        """Destroy an epoch's private half: nothing that was sealed for it can be opened ever again."""
        path = self.epoch_path(purpose, epoch)
        if path not in self.files("epochs"):
            raise KeyRingError(f"There is no {purpose} key {epoch}.")
        with path.open("r+b") as file:
            file.write(b"\0" * path.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(path.parent)

    def faults(self, today: date) -> Iterator[str]:
        """What is wrong or soon will be, one sentence each; raises KeyRingError for a bad file."""
        everybody = self.public_halves()
        if len(everybody) < len((RECOVERY, "holder", "deputy")):
            yield "There is no deputy: make a second holder, so that a lost passphrase stops nothing."
        for epoch in self.epochs():
            for name in sorted(set(everybody) - set(epoch.sealed_to)):
                key = f"{epoch.key.purpose} {epoch.key.epoch}"
                yield f"{name} cannot open {key}; somebody who can may run yourvoice-admin keys share {name}."
        bundle = self.bundle()
        for purpose in PURPOSES:
            if bundle.key_for(purpose, today) is None:
                yield f"No {purpose} key is valid today: {MEANWHILE[purpose]} until there is a new epoch."
            elif bundle.key_for(purpose, today + SOON) is None:
                yield f"The last {purpose} key ends within {SOON.days} days; make the next epoch."


def _public_key(purpose: Purpose, epoch: str, not_before: date, not_after: date, raw: bytes) -> PublicKey:
    key_id = name_key(purpose, epoch, raw)
    try:
        return PublicKey(
            purpose=purpose, epoch=epoch, key_id=key_id, not_before=not_before, not_after=not_after, raw=raw
        )
    except ValueError as error:
        raise KeyRingError(f"This cannot be made: {error}.") from None


def _write(path: Path, content: bytes) -> None:
    make_private_folder(path.parent)
    write_durably(path, content)
