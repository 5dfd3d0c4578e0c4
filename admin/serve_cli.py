"""`yourvoice-admin serve`: checks what a start needs, then serves. It starts nothing unchecked."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from admin.desk.plan import DeskPlanError
from admin.serving import Rounds, staff_server
from admin.settings import read_settings
from admin.wsgi import create_app
from survey_app.hosting.command import Flag, Subparsers, add_flags, environment
from survey_app.hosting.port import require_free_port
from survey_app.hosting.settings import SettingsError
from survey_app.instrument.snapshot import SnapshotError
from survey_app.site import SiteError

TLS = "YOURVOICE_STAFF_TLS"
FLAGS = {
    "data": Flag("YOURVOICE_DATA", "FOLDER", "the data folder"),
    "host": Flag("YOURVOICE_STAFF_HOST", "ADDRESS", "the address to listen on (default 127.0.0.1)"),
    "port": Flag("YOURVOICE_STAFF_PORT", "NUMBER", "the port to listen on (default 8001; 0: any free one)"),
    "hosts": Flag("YOURVOICE_STAFF_HOSTS", "NAMES", "the names this server answers to, with commas between"),
    "released": Flag("YOURVOICE_RELEASED", "URL", "the released responses (default: a file)"),
}


def add_serve_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin serve`; its `run(arguments)` returns 1 after one sentence on stderr."""
    about = "serve the results to staff until Ctrl-C; with a credential, also import and release on schedule"
    parser = subparsers.add_parser("serve", help=about, description=about)
    add_flags(parser, FLAGS, TLS)
    parser.add_argument(
        "--credential", type=Path, metavar="FILE", help="a key holder's passphrase, to release unattended"
    )
    parser.add_argument(
        "--holder", default="", metavar="NAME", help="whose it is; needed if there are several"
    )
    parser.add_argument(
        "--every",
        type=int,
        default=0,
        metavar="SECONDS",
        help="import and release so often (default: as often as site.json's handover)",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    rounds = Rounds(arguments.credential, arguments.holder, arguments.every) if arguments.credential else None
    try:
        settings = read_settings(environment(arguments, FLAGS, TLS))
        require_free_port(settings)
        app = create_app(settings)
    except (SettingsError, SiteError, SnapshotError, DeskPlanError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (OSError, SQLAlchemyError) as error:
        sys.stderr.write(f"The staff side does not start: {type(error).__name__} with its own files.\n")
        return 1
    staff_server(settings, app, rounds).run()
    return 0
