"""`yourvoice-admin audit`: check the trail. Reads it only; there is no command that changes it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from admin.audit import AuditError, verify
from admin.settings import read_settings
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError


def add_audit_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin audit`."""
    about = "check the audit trail"
    parser = subparsers.add_parser("audit", help=about, description=about)
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    about = "walk the whole trail; exits 1 if a line was changed, taken out, or the end cut off"
    check = actions.add_parser("verify", help=about, description=about)
    check.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    check.add_argument(
        "--anchor",
        default="",
        metavar="HEAD",
        help="a head, as pages and exports show it, that "
        "the trail must still contain; without it a cut end goes unnoticed",
    )
    check.set_defaults(run=_verify)


def _proved(anchor: str) -> str:
    """What was shown, and what was not."""
    if not anchor:
        return (
            "No line was changed, taken out or put in. Whether its end was cut off, or all of it was written "
            "anew, only a head tells that was copied down elsewhere: --anchor HEAD. Copy down this one."
        )
    return (
        f"It still contains the head {anchor.strip().lower()}: up to there it is what it was when that head "
        "was copied down. Copy down the new one."
    )


def _verify(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        head = verify(read_settings({**os.environ, **flags}).trail, arguments.anchor)
    except FileNotFoundError:
        sys.stderr.write("There is no audit trail yet; it begins with the first account.\n")
        return 1
    except (AuditError, OSError, SettingsError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    sys.stdout.write(f"The trail is whole: {head.lines} lines, head {head}\n{_proved(arguments.anchor)}\n")
    return 0
