"""`yourvoice-admin import` and `release`. They tell what was released, never what pends."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from admin.audit import AuditError
from admin.keyfiles import KeyRingError
from admin.passphrases import PassphraseError
from admin.released import Released, ReleaseError
from admin.releasing import bring_in, read_credential, release_now
from admin.rounds import keep_releasing
from admin.settings import Settings, read_settings
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.instrument.snapshot import SnapshotError
from survey_app.site import SiteError

Act = Callable[[argparse.Namespace, Settings], None]


def add_import_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin import`; its `run(arguments)` returns 0, or 1 after a sentence on stderr."""
    parser = _command(subparsers, "import", _import, "take in the boxes and letters of the public host")
    parser.add_argument("--outbox", type=Path, metavar="FOLDER", help="where they are (DATA/public/outbox)")


def add_release_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin release`, likewise."""
    parser = _command(subparsers, "release", _release, "open boxes and publish what may be shown")
    parser.add_argument("--holder", metavar="NAME", default="", help="your name as a key holder")
    parser.add_argument("--credential", type=Path, metavar="FILE", help="its first line is your passphrase")
    parser.add_argument("--check", action="store_true", help="only check the ledger; opens nothing")
    parser.add_argument(
        "--every",
        type=int,
        metavar="SECONDS",
        help="stay, import and release so often; 0: as often as site.json's handover (needs --credential)",
    )
    parser.add_argument(
        "--beside", type=int, metavar="PID", default=0, help="with --every: end when this parent process ends"
    )


def _command(subparsers: Subparsers, name: str, act: Act, about: str) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=about, description=about)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_run, act=act)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        arguments.act(arguments, read_settings({**os.environ, **flags}))
    except (
        AuditError,
        KeyRingError,
        PassphraseError,
        ReleaseError,
        SettingsError,
        SiteError,
        SnapshotError,
        OSError,
    ) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    except SQLAlchemyError as error:
        sys.stderr.write(f"The database of released responses failed: {type(error).__name__}.\n")
        return 1
    return 0


def _import(arguments: argparse.Namespace, settings: Settings) -> None:
    report = bring_in(settings, arguments.outbox)
    for sentence in report.left_out:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"Taken in: {report.boxes} boxes, {report.letters} letters.\n")


def _release(arguments: argparse.Namespace, settings: Settings) -> None:
    if arguments.check:
        _check(settings)
        return
    file = arguments.credential
    if arguments.every is not None:
        if file is None:
            raise ReleaseError("With --every nobody can be asked for a passphrase: add --credential FILE.")
        keep_releasing(settings, file, arguments.holder, arguments.every, arguments.beside)
        return
    passphrase = read_credential(file) if file else getpass.getpass("Passphrase: ")
    report = release_now(settings, passphrase, f"console:{getpass.getuser()}", arguments.holder)
    for wave, unit, n in report.lots:
        sys.stdout.write(f"Released: {n} responses of {unit} in {wave}.\n")
    for sentence in report.staying:
        sys.stdout.write(f"{sentence}\n")
    if report.set_aside:
        sys.stdout.write(f"Ballots that could not be read, of all times: {report.set_aside}.\n")
    sys.stdout.write(f"This was release {report.release}.\n" if report.release else "Nothing was released.\n")


def _check(settings: Settings) -> None:
    faults = list(Released(settings.released).ledger_faults())
    if faults:
        raise ReleaseError("\n".join(faults))
    sys.stdout.write("The ledger fits the released responses.\n")
