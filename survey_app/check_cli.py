"""`yourvoice check`: prints every problem of instrument files. It mends nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from survey_app.instrument.loading import problems_of
from survey_app.settings import TRANSLATIONS


def add_check_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `yourvoice check`; its `run(arguments)` returns 1 if any file has an error."""
    about = "check instrument files; exits 1 if any has an error"
    parser = subparsers.add_parser("check", help=about, description=about)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an instrument file")
    parser.add_argument(
        "--translations", type=Path, default=TRANSLATIONS, metavar="FOLDER", help="where the catalogs are"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    problems = [found for path in arguments.files for found in problems_of(path, arguments.translations)]
    for found in problems:
        sys.stdout.write(f"{found}\n")
    errors = sum(found.level == "E" for found in problems)
    sys.stdout.write(
        f"Files: {len(arguments.files)}. Errors: {errors}. Other remarks: {len(problems) - errors}.\n"
    )
    return 1 if errors else 0
