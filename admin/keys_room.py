"""What the key commands share: the ring, the trail, and how secrets are asked for. It prints no secret."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from admin.audit import Audit, AuditError
from admin.keyfiles import KeyRingError
from admin.keys import KeyRing
from admin.passphrases import PassphraseError, first_line
from admin.settings import Settings, read_settings
from admin.unsealing import Opener, unlock, unlock_with_paper
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.instrument.snapshot import SnapshotError
from survey_app.sealing import SealingError
from survey_app.site import SiteError

GROUPS, GROUP = 14, 4
"""A paper key has so many groups of so many letters."""


@dataclass(frozen=True)
class KeyRoom:
    """A key ring and the installation that it belongs to."""

    ring: KeyRing
    settings: Settings

    def note(self, event: str, **about: str) -> None:
        """Put it on record, best before it is done. Raises AuditError and OSError."""
        Audit(self.settings.trail).note(event, f"console:{getpass.getuser()}", **about)

    def unlocked(self, holder: str, passphrase: str) -> Opener:
        """What the holder opens, on record first. Raises KeyRingError, and puts that on record too."""
        self.note("unsealing", holder=holder)
        return self._recorded(lambda: unlock(self.ring, holder, passphrase), holder)

    def unlocked_with_paper(self, typed: str) -> Opener:
        """What the paper key opens, likewise."""
        self.note("unsealing", holder="paper")
        return self._recorded(lambda: unlock_with_paper(self.ring, typed), "paper")

    def _recorded(self, open_it: Callable[[], Opener], holder: str) -> Opener:
        try:
            return open_it()
        except KeyRingError:
            self.note("unsealing_refused", holder=holder)
            raise


Act = Callable[[argparse.Namespace, KeyRoom], None]


def add_action(actions: Subparsers, name: str, act: Act, about: str) -> argparse.ArgumentParser:
    """One `yourvoice-admin keys` command: what it refuses becomes a sentence on stderr and status 1."""
    parser = actions.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_run, act=act)
    return parser


def ask_passphrase(file: Path | None, prompt: str = "Passphrase: ") -> str:
    """A secret from the file's first line, else typed."""
    if file is None:
        return getpass.getpass(prompt)
    return first_line(file)


def new_passphrase(file: Path | None) -> str:
    """A passphrase that is new, so it is typed twice. Raises KeyRingError if the two differ."""
    first = ask_passphrase(file, "New passphrase (15 characters or more): ")
    if file is None and ask_passphrase(None, "Once more: ") != first:
        raise KeyRingError("The two passphrases differ. Nothing was made.")
    return first


def ask_paper(file: Path | None) -> str:
    """A paper key from a file, else typed group by group; it may also be typed or put in all at once."""
    if file is not None:
        return file.read_text("utf-8-sig", "replace")
    typed = ""
    for number in range(1, GROUPS + 1):
        group = ""
        while not group:  # Enter by mistake loses no group
            group = getpass.getpass(f"Group {number} of {GROUPS}: ").strip()
        typed += f"{group} "
        if len(typed.replace(" ", "").replace("-", "")) >= GROUPS * GROUP:
            break
    return typed


def _run(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        settings = read_settings({**os.environ, **flags})
        arguments.act(arguments, KeyRoom(KeyRing(settings.keys), settings))
    except (
        AuditError,
        KeyRingError,
        PassphraseError,
        SealingError,
        SettingsError,
        SiteError,
        SnapshotError,
        OSError,
    ) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    return 0
