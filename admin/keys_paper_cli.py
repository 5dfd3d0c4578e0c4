"""`yourvoice-admin keys recovery`: the paper key, made once, printed, tried. It is never stored here."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from admin.keyfiles import RECOVERY, KeyRingError
from admin.keys_room import KeyRoom, add_action, ask_paper
from admin.keysheet import key_sheet
from survey_app.files import sync_folder
from survey_app.hosting.command import Subparsers
from survey_app.site import load_site


def add_paper_actions(actions: Subparsers) -> None:
    """Add `keys recovery`."""
    recovery = add_action(actions, "recovery", _recovery, "print the paper key, once; or try it")
    either = recovery.add_mutually_exclusive_group()
    either.add_argument(
        "--sheet", type=Path, metavar="FILE.html", help="write a page to print instead; delete it afterwards"
    )
    either.add_argument(
        "--test", action="store_true", help="type it back: is it right, and does it open every epoch?"
    )
    recovery.add_argument("--paper-file", type=Path, metavar="FILE", help="with --test: read it from here")


def _recovery(arguments: argparse.Namespace, room: KeyRoom) -> None:
    if arguments.test:
        _test(arguments, room)
    elif arguments.sheet:
        _sheet(arguments.sheet, room)
    else:
        _make(room, _print)


def _make(room: KeyRoom, show: Callable[[str], None]) -> None:
    if room.ring.recovery_path.exists():
        room.ring.make_recovery()  # says why not
    room.note("paper_key_made")
    room.ring.make_recovery(show)


def _print(paper: str) -> None:
    sys.stdout.write(
        "Print this or write it down, and lock it away: answers and contact, it opens everything. "
        f"It is shown only now.\n\n{paper}\n\n"
    )
    sys.stdout.flush()


def _sheet(path: Path, room: KeyRoom) -> None:
    place = load_site(room.settings.site).jurisdiction if room.settings.site.exists() else ""
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:

        def show(paper: str) -> None:
            file.write(key_sheet(place, paper.split()))
            file.flush()
            os.fsync(file.fileno())

        try:
            _make(room, show)
        except BaseException:
            path.unlink()
            raise
    sync_folder(path.parent)
    sys.stdout.write(
        f"Open {path.name} in a browser, print it, and delete the file: whoever has it opens everything. "
        "Then try the paper: yourvoice-admin keys recovery --test\n"
    )


def _test(arguments: argparse.Namespace, room: KeyRoom) -> None:
    room.ring.recovery()
    room.unlocked_with_paper(ask_paper(arguments.paper_file))
    mine = [epoch for epoch in room.ring.epochs() if RECOVERY in epoch.sealed_to]
    lacking = len(room.ring.epochs()) - len(mine)
    if lacking:
        raise KeyRingError(f"It is the right one, but {lacking} epochs are not sealed to it.")
    sys.stdout.write(f"This is this ring's paper key; it opens all {len(mine)} epochs. Lock it away again.\n")
