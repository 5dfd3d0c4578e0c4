"""`yourvoice-admin export`: carry a wave's rows away in a file. It shows no row."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from admin.audit import Audit, AuditError
from admin.comments import Comments
from admin.export.bundle import FORMATS, WHOLE, save
from admin.export.export import Origin, prepare
from admin.export.layout import LayoutError
from admin.export.record import record
from admin.export.rows import RowsError
from admin.export.scope import ExportError, Scopes
from admin.progress import Bar
from admin.released import Released
from admin.settings import Settings, read_settings
from survey_app.files import FileError, in_words
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.instrument.snapshot import SnapshotError, load_snapshot
from survey_app.site import SiteError, load_site

_UNFIT = (AuditError, ExportError, FileError, LayoutError, OSError, RowsError, SettingsError, SiteError)


def add_export_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin export`; its `run(arguments)` returns 1 after one sentence on stderr."""
    about = "write a closed wave's responses into one file for R, SPSS, Stata, Python or a spreadsheet"
    parser = subparsers.add_parser("export", help=about, description=about)
    parser.add_argument(
        "--wave",
        required=True,
        action="append",
        metavar="WAVE",
        help="the wave's id in site.json; again for one more",
    )
    parser.add_argument("--unit", default="", metavar="UNIT", help="only this reporting unit")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new file")
    parser.add_argument(
        "--format", default=WHOLE, choices=(WHOLE, *FORMATS), help="one part alone (default: all, in a ZIP)"
    )
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        _export(arguments, read_settings({**os.environ, **flags}))
    except (*_UNFIT, SnapshotError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    except SQLAlchemyError as error:
        sys.stderr.write(f"The database of released responses failed: {type(error).__name__}.\n")
        return 1
    return 0


def _export(arguments: argparse.Namespace, settings: Settings) -> None:
    if arguments.out.exists():
        raise ExportError(f"{arguments.out} is there already. Choose another name.")
    site = load_site(settings.site)
    released = Released(settings.released)
    scopes = Scopes(
        site,
        lambda hashed: load_snapshot(settings.snapshots / f"{hashed}.json"),
        released,
        settings.row_files,
        time.time,
    )
    scope = scopes.together(arguments.wave, arguments.unit)
    wanted = arguments.format
    # First the record, then the rows.
    head = record(Audit(settings.trail), f"console:{getpass.getuser()}", scope, wanted, site.k)
    origin = Origin(site.jurisdiction, version("yourvoice"), str(head), site.k)
    save(prepare(scopes, scope, origin, Comments(settings.released)), wanted, arguments.out, _draw)
    sys.stdout.write(f"{arguments.out}: {scope.n} rows. The export is in the audit trail.\n")


def _draw(done: int, total: int) -> None:
    Bar("Writing", total)(done)
