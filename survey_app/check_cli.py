"""`yourvoice check`: prints every problem of instrument files and plans. It mends nothing."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from survey_app.hosting.command import Subparsers
from survey_app.instrument.loading import problems_of
from survey_app.instrument.model import Instrument
from survey_app.instrument.problems import Problem
from survey_app.instrument.reading import NotReadError, read_json
from survey_app.settings import TRANSLATIONS
from survey_app.site import Site, SiteError, load_site

LEVELS = "EWI"


def add_check_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice check`; its `run(arguments)` returns 1 if any file has an error."""
    about = "check instrument files and plans (site.json); exits 1 if any has an error"
    parser = subparsers.add_parser("check", help=about, description=about)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="an instrument or a plan")
    parser.add_argument(
        "--translations", type=Path, default=TRANSLATIONS, metavar="FOLDER", help="where the translations are"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    found = [each for path in arguments.files for each in _problems(path, arguments.translations)]
    count = Counter(each.level for each in found)
    for each in sorted(found, key=lambda each: LEVELS.index(each.level)):
        sys.stdout.write(f"{each}\n")
    sys.stdout.write(
        f"Files: {len(arguments.files)}. Errors (E): {count['E']}. "
        f"Warnings (W): {count['W']}. Notes (I): {count['I']}.\n"
    )
    return 1 if count["E"] else 0


def _problems(path: Path, translations: Path) -> tuple[Problem, ...]:
    if not _is_plan(path):
        return problems_of(path, translations)
    try:
        load_site(path)
    except SiteError as error:
        return error.problems
    return ()


def _is_plan(path: Path) -> bool:
    """Whether it has more fields of a plan than of an instrument."""
    try:
        raw = read_json(path)
    except NotReadError:
        return False
    names = raw.keys() if isinstance(raw, dict) else set()
    return len(names & set(Site.__struct_fields__)) > len(names & set(Instrument.__struct_fields__))
