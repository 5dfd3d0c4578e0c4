"""`yourvoice-admin serve`: checks what a start needs, then serves. It starts nothing unchecked."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from admin.serving import Rounds, StaffServer
from admin.settings import SettingsError, read_settings
from admin.wsgi import create_app
from survey_app.instrument.snapshot import SnapshotError
from survey_app.site import SiteError

FLAGS = {
    "data": ("YOURVOICE_DATA", "FOLDER", "the data folder"),
    "host": ("YOURVOICE_STAFF_HOST", "ADDRESS", "the address to listen on (default 127.0.0.1)"),
    "port": ("YOURVOICE_STAFF_PORT", "NUMBER", "the port to listen on (default 8001; 0: any free one)"),
    "hosts": ("YOURVOICE_STAFF_HOSTS", "NAMES", "the names this server answers to, with commas between"),
    "released": ("YOURVOICE_RELEASED", "URL", "the released responses (default: a file in the data folder)"),
}


def add_serve_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `yourvoice-admin serve`; its `run(arguments)` returns 1 after one sentence on stderr."""
    about = "serve the results to staff until Ctrl-C; with a credential, also import and release on schedule"
    parser = subparsers.add_parser("serve", help=about, description=about)
    for flag, (variable, metavar, words) in FLAGS.items():
        parser.add_argument(f"--{flag}", metavar=metavar, help=f"{words} ({variable})")
    parser.add_argument(
        "--tls", action="store_true", help="browsers come by https only (YOURVOICE_STAFF_TLS=1)"
    )
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
    given = {variable: getattr(arguments, flag) for flag, (variable, _, _) in FLAGS.items()}
    given["YOURVOICE_STAFF_TLS"] = "1" if arguments.tls else None
    rounds = Rounds(arguments.credential, arguments.holder, arguments.every) if arguments.credential else None
    try:
        settings = read_settings({**os.environ, **{name: value for name, value in given.items() if value}})
        app = create_app(settings)
    except (SettingsError, SiteError, SnapshotError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (OSError, SQLAlchemyError) as error:
        sys.stderr.write(f"The staff side does not start: {type(error).__name__} with its own files.\n")
        return 1
    StaffServer(settings, app, rounds).run()
    return 0
