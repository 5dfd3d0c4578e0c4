"""`yourvoice serve`: checks what a start needs, then serves. It starts nothing that it has not checked."""

from __future__ import annotations

import argparse
import os
import sys

from survey_app.instrument.snapshot import SnapshotError
from survey_app.sealing import SealingError, read_bundle
from survey_app.serving import PublicServer
from survey_app.settings import SettingsError, read_settings
from survey_app.site import SiteError
from survey_app.wsgi import create_app

FLAGS = {
    "data": ("YOURVOICE_DATA", "FOLDER", "the data folder"),
    "host": ("YOURVOICE_HOST", "ADDRESS", "the address to listen on (default 127.0.0.1)"),
    "port": ("YOURVOICE_PORT", "NUMBER", "the port to listen on (default 8000; 0: any free one)"),
    "hosts": ("YOURVOICE_HOSTS", "NAMES", "the names this server answers to, with commas between"),
    "intake": ("YOURVOICE_INTAKE", "URL", "the intake's database (default: a file in the data folder)"),
}


def add_serve_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `yourvoice serve`; its `run(arguments)` returns 1 after one sentence on stderr."""
    about = "serve the survey, and hand boxes over on schedule, until Ctrl-C"
    parser = subparsers.add_parser("serve", help=about, description=about)
    for flag, (variable, metavar, words) in FLAGS.items():
        parser.add_argument(f"--{flag}", metavar=metavar, help=f"{words} ({variable})")
    parser.add_argument(
        "--tls", action="store_true", help="young people reach it by https only (YOURVOICE_TLS=1)"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    given = {variable: getattr(arguments, flag) for flag, (variable, _, _) in FLAGS.items()}
    given["YOURVOICE_TLS"] = "1" if arguments.tls else None
    try:
        settings = read_settings({**os.environ, **{name: value for name, value in given.items() if value}})
        app = create_app(settings)
        fingerprint = read_bundle(settings.keys).fingerprint
    except (SettingsError, SiteError, SnapshotError, SealingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    PublicServer(settings, app, f"Sealed with the keys {fingerprint}").run()
    return 0
