"""The key ring: makes holders, the paper key and epochs, says who opens what, publishes, destroys.

It never opens a ballot or a letter, and writes no private half that is not wrapped or sealed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
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
from admin.keys_check import faults
from admin.passphrases import Cost, judge
from admin.unsealing import Opener, new_seeds, public_half
from admin.wrapping import KEY_COST, PAPER_SIZE, paper_seeds, print_paper, unwrap, wrap
from survey_app.files import erase, make_private_folder, sync_folder, write_durably
from survey_app.sealing import PURPOSES, Bundle, PublicKey, Purpose, name_key, seal_for

_CONDEMNED = ".shredding"
"""What is being destroyed has this name first: half overwritten, it would spoil the ring."""


class KeyRing(KeyFolder):
    """A key ring that may be changed; its folder and files are for their owner only (0700, 0600)."""

    def __init__(self, folder: Path) -> None:
        super().__init__(make_private_folder(folder))

    def add_holder(
        self, name: str, passphrase: str, cost: Cost = KEY_COST, purposes: tuple[Purpose, ...] = PURPOSES
    ) -> HolderFile:
        """A new identity key under the passphrase; epochs of its purposes made from now on are sealed to it.

        Raises KeyRingError, and PassphraseError for a passphrase that is easy to guess.
        """
        self.check_new(name, passphrase, cost)
        seeds = new_seeds()
        raw = public_half(seeds)
        wrapped = wrap(seeds, passphrase, name.encode() + raw, cost)
        holder = HolderFile(name=name, raw=raw, wrapped=wrapped, purposes=purposes)
        _write(self.holder_path(name), holder.to_bytes())
        return holder

    def check_new(self, name: str, passphrase: str, cost: Cost = KEY_COST) -> None:
        """Raise what add_holder would raise, and change nothing."""
        check_holder_name(name)
        judge(passphrase, (name,))
        if not cost.within(COST_CAP):
            raise KeyRingError(f"A key file may ask for {COST_CAP.memory // 1024} MiB at most.")
        if self.holder_path(name).exists():
            raise KeyRingError(f'There is a key holder "{name}" already.')

    def rewrap(self, name: str, old: str, new: str, cost: Cost = KEY_COST) -> None:
        """Put a holder's identity key under a new passphrase; what it opens stays the same.

        Raises KeyRingError for a wrong old passphrase, PassphraseError for a new one that is easy to guess.
        """
        holder = self.holder(name)
        judge(new, (name,))
        seeds = unwrap(holder.wrapped, old, name.encode() + holder.raw)
        wrapped = wrap(seeds, new, name.encode() + holder.raw, cost)
        _write(self.holder_path(name), msgspec.structs.replace(holder, wrapped=wrapped).to_bytes())

    def make_recovery(self, show: Callable[[str], None] = lambda _: None) -> str:
        """A new paper key, as text to print; it is kept nowhere else. Raises KeyRingError if there is one.

        `show` puts it on paper before it counts: where that fails or is killed, no key is lost.
        """
        if self.recovery_path.exists():
            raise KeyRingError("There is a paper key already; the epochs so far are sealed to it.")
        secret = os.urandom(PAPER_SIZE)
        paper = print_paper(secret)
        show(paper)
        _write(self.recovery_path, RecoveryFile(raw=public_half(paper_seeds(secret))).to_bytes())
        return paper

    def new_epoch(self, purpose: Purpose, epoch: str, not_before: date, not_after: date) -> PublicKey:
        """A new purpose key, sealed to its holders and to the paper key; needs no passphrase."""
        named = self.public_halves(purpose)
        if set(named) == {RECOVERY}:
            raise KeyRingError(
                f"There is no key holder for {purpose} yet. "
                f"Make one: yourvoice-admin keys holder NAME --for {purpose}."
            )
        seeds = new_seeds()
        key = _public_key(purpose, epoch, not_before, not_after, public_half(seeds))
        if self.epoch_path(purpose, epoch).exists():
            raise KeyRingError(f"There is already a key for {purpose}, epoch {epoch}.")
        sealed_to = {name: seal_for(half, seeds, sharing(key, name)) for name, half in named.items()}
        _write(self.epoch_path(purpose, epoch), EpochFile(key=key, sealed_to=sealed_to).to_bytes())
        return key

    def share(self, opener: Opener, name: str) -> int:
        """Seal what the opener opens and the holder is for to that holder too; returns how many epochs."""
        holder, shared = self.holder(name), 0
        for epoch in self.epochs():
            sealed = opener.share(epoch, name, holder.raw)
            if sealed is not None and epoch.key.purpose in holder.opens:
                grown = msgspec.structs.replace(epoch, sealed_to={**epoch.sealed_to, name: sealed})
                _write(self.epoch_path(epoch.key.purpose, epoch.key.epoch), grown.to_bytes())
                shared += 1
        if not shared:
            only = " and ".join(holder.opens)
            raise KeyRingError(f"{name} is a key holder for {only}: nothing that you can open is for {name}.")
        return shared

    def limit(self, name: str, purposes: tuple[Purpose, ...]) -> int:
        """Let a holder open no more than this, earlier epochs included; returns how many epochs it lost.

        Raises KeyRingError for a purpose more than before, and where only the paper key would be left.
        """
        holder = self.holder(name)
        if not set(purposes) <= set(holder.opens):
            raise KeyRingError(f"{name} cannot be for more than before: make another holder for that.")
        lost = [file for file in self.epochs() if name in file.sealed_to and file.key.purpose not in purposes]
        _check_left(lost, name)
        # The holder first: after a crash no new epoch is sealed to it, and the same command ends the rest.
        _write(self.holder_path(name), msgspec.structs.replace(holder, purposes=purposes).to_bytes())
        return self._take_from(lost, name)

    def check_revocable(self, name: str) -> list[EpochFile]:
        """The epochs that a holder would lose; raises KeyRingError where only the paper key would be left."""
        held = [file for file in self.epochs() if name in file.sealed_to]
        if name == RECOVERY or not (held or self.holder_path(name).exists()):
            raise KeyRingError(f'There is no key holder "{name}"; yourvoice-admin keys list names them.')
        _check_left(held, name)
        holders = self.holders()
        for purpose in {purpose for holder in holders if holder.name == name for purpose in holder.opens}:
            if not [other for other in holders if other.name != name and purpose in other.opens]:
                raise KeyRingError(
                    f"Nobody else is a key holder for {purpose}: make one first, and share with them. "
                    f"yourvoice-admin keys holder NAME --for {purpose}"
                )
        return held

    def revoke(self, name: str) -> int:
        """Take a holder out of the ring, of every epoch so far and to come; returns how many epochs it lost.

        May be repeated after a crash. Raises KeyRingError as check_revocable does.
        """
        held = self.check_revocable(name)
        if self.holder_path(name).exists():
            self._condemn(self.holder_path(name))
        return self._take_from(held, name)

    def _take_from(self, epochs: Iterable[EpochFile], name: str) -> int:
        """Write these epochs without what is sealed to the name; returns how many."""
        taken = 0
        for epoch in epochs:
            others = {other: sealed for other, sealed in epoch.sealed_to.items() if other != name}
            fewer = msgspec.structs.replace(epoch, sealed_to=others)
            _write(self.epoch_path(epoch.key.purpose, epoch.key.epoch), fewer.to_bytes())
            taken += 1
        return taken

    def bundle(self) -> Bundle:
        """Every epoch's public half."""
        return Bundle(keys=tuple(epoch.key for epoch in self.epochs()))

    def publish_bundle(self, path: Path) -> Bundle:
        """Write the bundle to `path`, to be the public host's keys.json."""
        bundle = self.bundle()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, bundle.to_bytes())
        write_durably(self.published_path, bundle.to_bytes())
        return bundle

    def shred(self, purpose: Purpose, epoch: str) -> None:
        """Destroy an epoch's private half: nothing that was sealed for it can be opened ever again."""
        path = self.epoch_path(purpose, epoch)
        if path not in self.files("epochs"):
            raise KeyRingError(f"There is no {purpose} key {epoch}.")
        self._condemn(path)

    def finish_shredding(self) -> None:
        """Destroy what a crash left of a file that was being destroyed; otherwise nothing."""
        for path in self.folder.glob(f"*/.*{_CONDEMNED}"):
            erase(path)

    def _condemn(self, path: Path) -> None:
        path.rename(path.with_name(f".{path.stem}{_CONDEMNED}"))
        sync_folder(path.parent)
        self.finish_shredding()

    def faults(self, today: date) -> Iterator[str]:
        """What is wrong or soon will be, one sentence each; raises KeyRingError for a bad file."""
        return faults(self, today)


def _public_key(purpose: Purpose, epoch: str, not_before: date, not_after: date, raw: bytes) -> PublicKey:
    key_id = name_key(purpose, epoch, raw)
    try:
        return PublicKey(
            purpose=purpose, epoch=epoch, key_id=key_id, not_before=not_before, not_after=not_after, raw=raw
        )
    except ValueError as error:
        raise KeyRingError(f"This cannot be made: {error}.") from None


def _check_left(epochs: Iterable[EpochFile], name: str) -> None:
    """Raise KeyRingError where nobody but the paper key would be left without this holder."""
    for epoch in epochs:
        if set(epoch.sealed_to) <= {name, RECOVERY}:
            key = f"{epoch.key.purpose} {epoch.key.epoch}"
            raise KeyRingError(f"Nobody else opens {key}: share it with another holder first.")


def _write(path: Path, content: bytes) -> None:
    make_private_folder(path.parent)
    write_durably(path, content)
