"""What the operator sees: version, keys, that releases happen. No score and no number of answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version

from flask import Blueprint, render_template

from admin.access import requires
from admin.keyfiles import EpochFile, KeyFolder, KeyRingError
from admin.keys_check import faults
from admin.letters import key_ids
from admin.released import Released
from admin.rounds_record import read_rounds
from admin.rounds_words import day_sentence, fault_sentences, held_sentence, is_long
from admin.settings import Settings
from survey_app.roles import Role
from survey_app.sealing import Bundle


@dataclass(frozen=True)
class Key:
    """One epoch's key and who can open with it. `letters`: "in use", and once it is over whether letters that
    only it opens are still held."""

    purpose: str
    epoch: str
    not_before: date
    not_after: date
    openers: tuple[str, ...]
    letters: str


@dataclass(frozen=True)
class KeyState:
    """The key ring at a glance; where it cannot be read, only the `fault`; `warnings` are for soon."""

    keys: tuple[Key, ...] = ()
    fingerprint: str = ""
    fault: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoundsState:
    """The desk's rounds: when, what went wrong, which keys a request keeps (`long`: for too long)."""

    day: str
    troubles: tuple[str, ...]
    held: tuple[str, ...]
    long: tuple[str, ...]
    alerts: tuple[str, ...]


@dataclass(frozen=True)
class Operated:
    """What the page shows. `checksum`: the ledger's last, which a copy of released.db must show too;
    `unguarded`: who signs in with the passphrase alone."""

    version: str
    snapshots: tuple[str, ...]
    keys: KeyState
    rounds: RoundsState
    releases: int
    checksum: str
    unguarded: tuple[str, ...]


class Operations:
    """The operator's page."""

    def __init__(
        self,
        released: Released,
        settings: Settings,
        unguarded: Callable[[], tuple[str, ...]],
        clock: Callable[[], float],
    ) -> None:
        self._released = released
        self._keys = KeyFolder(settings.keys)
        self._snapshots, self._letters, self._rounds = settings.snapshots, settings.letters, settings.rounds
        self._unguarded, self._clock = unguarded, clock

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
            rounds=self._rounds_state(),
            releases=entries[-1].line.release if entries else 0,
            checksum=entries[-1].checksum if entries else "",
            unguarded=self._unguarded(),
        )
        return render_template("operations.html", state=state)

    def _key_state(self) -> KeyState:
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        try:
            epochs = self._keys.epochs()
            warnings = tuple(faults(self._keys, today)) if epochs else ()
            bundle = self._keys.published() or Bundle(keys=tuple(one.key for one in epochs))
        except KeyRingError as error:
            return KeyState(fault=str(error))
        needed = key_ids(self._letters)
        keys = tuple(_key(one, today, needed) for one in epochs)
        return KeyState(keys, bundle.fingerprint, warnings=warnings)

    def _rounds_state(self) -> RoundsState:
        found = read_rounds(self._rounds)
        return RoundsState(
            day=day_sentence(found),
            troubles=tuple(fault_sentences(found)),
            held=tuple(held_sentence(one) for one in found.held if not is_long(one, found)),
            long=tuple(held_sentence(one) for one in found.held if is_long(one, found)),
            alerts=tuple(way for way, kind in found.alerts.items() if not kind),
        )


def _key(epoch: EpochFile, today: date, needed: frozenset[bytes]) -> Key:
    key = epoch.key
    letters = "to come" if key.not_before > today else "in use" if key.not_after >= today else "over"
    if key.purpose == "contact" and letters == "over":
        letters = "over, letters still held" if key.key_id in needed else "over, no letters left"
    openers = tuple(sorted(epoch.sealed_to))
    return Key(key.purpose, key.epoch, key.not_before, key.not_after, openers, letters)
