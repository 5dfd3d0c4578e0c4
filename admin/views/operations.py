"""What the operator sees: version, keys, that releases happen. No score and no number of answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from flask import Blueprint, render_template

from admin.access import requires
from admin.keyfiles import KeyFolder, KeyRingError
from admin.released import Released
from survey_app.roles import Role
from survey_app.sealing import Bundle


@dataclass(frozen=True)
class Key:
    """One epoch's key and who can open with it."""

    purpose: str
    epoch: str
    not_before: date
    not_after: date
    openers: tuple[str, ...]


@dataclass(frozen=True)
class KeyState:
    """The key ring at a glance; where it cannot be read, only the `fault`."""

    keys: tuple[Key, ...] = ()
    fingerprint: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Operated:
    """What the page shows. `checksum`: the ledger's last, which a copy of released.db must show too;
    `unguarded`: who signs in with the passphrase alone."""

    version: str
    snapshots: tuple[str, ...]
    keys: KeyState
    releases: int
    checksum: str
    unguarded: tuple[str, ...]


class Operations:
    """The operator's page."""

    def __init__(
        self, released: Released, keys: Path, snapshots: Path, unguarded: Callable[[], tuple[str, ...]]
    ) -> None:
        self._released = released
        self._keys = KeyFolder(keys)
        self._snapshots = snapshots
        self._unguarded = unguarded

    def blueprint(self) -> Blueprint:
        """The route."""
        pages = Blueprint("operations", __name__)
        pages.add_url_rule("/operations", "show", self.show)
        return pages

    @requires(Role.OPERATOR)
    def show(self) -> str:
        """The state of the installation."""
        entries = self._released.ledger()
        state = Operated(
            version=version("yourvoice"),
            snapshots=tuple(sorted(path.stem for path in self._snapshots.glob("*.json"))),
            keys=self._key_state(),
            releases=entries[-1].line.release if entries else 0,
            checksum=entries[-1].checksum if entries else "",
            unguarded=self._unguarded(),
        )
        return render_template("operations.html", state=state)

    def _key_state(self) -> KeyState:
        try:
            epochs = self._keys.epochs()
        except KeyRingError as error:
            return KeyState(fault=str(error))
        keys = tuple(
            Key(
                one.key.purpose,
                one.key.epoch,
                one.key.not_before,
                one.key.not_after,
                tuple(sorted(one.sealed_to)),
            )
            for one in epochs
        )
        return KeyState(keys, Bundle(keys=tuple(one.key for one in epochs)).fingerprint)
