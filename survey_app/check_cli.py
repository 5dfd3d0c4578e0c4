"""`yourvoice check`: prints every problem of instrument files and plans. It mends nothing."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from survey_app.hosting.command import Subparsers
from survey_app.instrument.loading import InstrumentError, load_instrument, problems_of
from survey_app.instrument.model import Instrument
from survey_app.instrument.problems import Finding, Level, Problem, problem
from survey_app.instrument.reading import NotReadError, read_json
from survey_app.settings import TRANSLATIONS
from survey_app.site import Site, SiteError, load_site

LEVELS = "EWI"
ENGLISH = "en"
"""The interface's own words are written in it."""


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
        return (*problems_of(path, translations), *_english_buttons(path, translations))
    try:
        site = load_site(path)
    except SiteError as error:
        return error.problems
    return tuple(_unfrozen(path, site))


def _english_buttons(path: Path, translations: Path) -> Iterator[Problem]:
    """A language that the questions speak and the interface does not."""
    with suppress(InstrumentError):  # its problems are said already
        for language in load_instrument(path).languages:
            words = f"{language}/LC_MESSAGES/messages"
            if language != ENGLISH and not (translations / f"{words}.mo").is_file():
                found = Finding(
                    f'The interface has no words in "{language}": its buttons and notices are in English.',
                    f"Translate and compile {words}.po.",
                )
                yield problem("W", "untranslated_interface", path.name, found)


def _unfrozen(path: Path, site: Site) -> Iterator[Problem]:
    """Questions that the plan names and that do not lie where it lies; elsewhere it may be a draft."""
    folder = path.parent / "snapshots"
    level: Level = "E" if folder.is_dir() else "W"
    for wave in site.waves if folder.is_dir() or path.name == "site.json" else ():
        if not (folder / f"{wave.snapshot}.json").is_file():
            remedy = "Run yourvoice-admin snapshot with this data folder, and write the hash that it prints."
            found = Finding(f"There is no snapshot {wave.snapshot}.", remedy, item=f'wave "{wave.id}"')
            yield problem(level, "no_snapshot", path.name, found)


def _is_plan(path: Path) -> bool:
    """Whether it has more fields of a plan than of an instrument."""
    try:
        raw = read_json(path)
    except NotReadError:
        return False
    names = raw.keys() if isinstance(raw, dict) else set()
    return len(names & set(Site.__struct_fields__)) > len(names & set(Instrument.__struct_fields__))
