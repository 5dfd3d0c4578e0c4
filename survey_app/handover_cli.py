"""`yourvoice handover`: lets boxes and letters leave. It tells how many left, never how many wait."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from survey_app.custodian import watch
from survey_app.handover import HandoverReport, hand_over, public_folder, send_letters, today_in_utc
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.schedule import Schedule
from survey_app.settings import Settings, read_settings
from survey_app.site import SiteError, load_site
from survey_app.tables import fault_kind
from survey_app.waiting import Waiting

DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def add_handover_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice handover`; its `run(arguments)` returns 0, or 1 after one sentence on stderr."""
    about = "let boxes with enough ballots leave, shuffled, if their turn has come, and letters at once"
    parser = subparsers.add_parser("handover", help=about, description=about)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.add_argument(
        "--intake",
        metavar="URL",
        default=os.environ.get("YOURVOICE_INTAKE_OWNER", ""),
        help="the intake's database as its owner (YOURVOICE_INTAKE_OWNER)",
    )
    parser.add_argument("--now", action="store_true", help="do not wait for the boxes' turn")
    parser.add_argument(
        "--every",
        type=int,
        metavar="SECONDS",
        help="stay, tidy the intake, and hand over so often; 0: as often as site.json says",
    )
    parser.add_argument(
        "--beside", type=int, metavar="PID", default=0, help="with --every: end when this parent process ends"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        settings = read_settings({**os.environ, **flags})
        url = arguments.intake or settings.intake
        if arguments.every is None:
            _once(settings, url, arguments.now)
        else:
            watch(settings.data, url, arguments.every, arguments.beside)
    except (SettingsError, SiteError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (SQLAlchemyError, OSError) as error:
        sys.stderr.write(_said_of(fault_kind(error)))
        return 1
    return 0


def _said_of(kind: str) -> str:
    if kind in DAMAGED:
        return (
            f"The handover failed: {kind}. The intake's database is damaged and was left as it is. Delete"
            " nothing: stop the server, move it to a locked folder outside the data folder, and ask whoever"
            " maintains this. The next start begins a new one.\n"
        )
    return f"The handover failed: {kind}. What has not left still waits.\n"


def _once(settings: Settings, url: str, insisted: bool) -> None:
    site = load_site(settings.site)
    letters = send_letters(settings.data, url)
    schedule = Schedule(public_folder(settings.data))
    if insisted or schedule.lies_back(site.handover_seconds):
        with schedule.handover():
            report = hand_over(settings.data, site, today_in_utc(), url)  # tidies up behind the letters too
    else:
        report = HandoverReport((), ("Boxes wait for their turn; with --now they leave all the same.",))
        Waiting(url).tidy()
    for box, ballots in report.left:
        sys.stdout.write(f"The box {box} left with {ballots} ballots.\n")
    for sentence in report.staying:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"Boxes that left: {len(report.left)}. Letters that left: {letters}.\n")
