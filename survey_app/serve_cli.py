"""`yourvoice serve`: checks what a start needs, then serves. It starts nothing that it has not checked."""

from __future__ import annotations

import argparse
import sys

from survey_app.doctor.start import UnsafeError, require_safe
from survey_app.hosting.command import Flag, Subparsers, add_flags, environment
from survey_app.hosting.port import require_free_port
from survey_app.hosting.settings import SettingsError
from survey_app.instrument.snapshot import SnapshotError
from survey_app.intake import open_intake
from survey_app.sealing import SealingError, read_bundle
from survey_app.serving import public_server, wait_in_turn
from survey_app.settings import read_settings
from survey_app.site import SiteError
from survey_app.wsgi import create_app

TLS = "YOURVOICE_TLS"
FLAGS = {
    "data": Flag("YOURVOICE_DATA", "FOLDER", "the data folder"),
    "host": Flag("YOURVOICE_HOST", "ADDRESS", "the address to listen on (default 127.0.0.1)"),
    "port": Flag("YOURVOICE_PORT", "NUMBER", "the port to listen on (default 8000; 0: any free one)"),
    "hosts": Flag("YOURVOICE_HOSTS", "NAMES", "the names this server answers to, with commas between"),
    "intake": Flag("YOURVOICE_INTAKE", "URL", "the intake's database (default: a file in the data folder)"),
}


def add_serve_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice serve`; its `run(arguments)` returns 1 after a sentence on stderr."""
    about = "serve the survey, and hand boxes over on schedule, until Ctrl-C"
    parser = subparsers.add_parser("serve", help=about, description=about)
    add_flags(parser, FLAGS, TLS)
    words = "a proxy is in front; believe what it says of where a visitor comes from (YOURVOICE_PROXY=1)"
    parser.add_argument("--behind-proxy", action="store_true", help=words)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        proxy = {"YOURVOICE_PROXY": "1"} if arguments.behind_proxy else {}
        settings = read_settings(environment(arguments, FLAGS, TLS) | proxy)
        require_free_port(settings)
        require_safe(settings)
        app = create_app(settings, open_intake(settings.intake, wait=wait_in_turn))
        fingerprint = read_bundle(settings.keys).fingerprint
    except (SettingsError, UnsafeError, SiteError, SnapshotError, SealingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    public_server(settings, app, fingerprint).run()
    return 0
