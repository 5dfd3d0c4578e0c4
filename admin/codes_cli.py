"""`yourvoice-admin codes`: makes cards to print. It shows no code and tells of none whether it counts."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from admin.audit import Audit, AuditError
from admin.cards import make_codes
from admin.cardsheet import cards_page, sayings
from admin.keyfiles import KeyRingError
from admin.released import Released
from admin.settings import Settings, read_settings
from admin.snapshot_cli import TRANSLATIONS
from survey_app.files import in_words, write_durably
from survey_app.hosting.command import Subparsers
from survey_app.hosting.settings import SettingsError
from survey_app.instrument.snapshot import Snapshot, SnapshotError, load_snapshot
from survey_app.site import Site, SiteError, Wave, load_site

MOST_CARDS = 5000
ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")


class CodesError(Exception):
    """No card was made; the text says what to do instead."""


def add_codes_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin codes`; its `run(arguments)` returns 0, or 1 after a sentence on stderr."""
    about = "print cards with one-time codes"
    parser = subparsers.add_parser("codes", help=about, description=about)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.add_argument(
        "--wave", required=True, metavar="WAVE", help="for which wave; they count in any of its boxes"
    )
    parser.add_argument("--box", default="", metavar="BOX", help="where the cards lead")
    parser.add_argument("--count", type=int, required=True, metavar="N", help="how many cards")
    parser.add_argument("--url", required=True, help="the survey's address: https://survey.example.org")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the page to print (HTML)")
    parser.add_argument(
        "--language", action="append", default=[], metavar="CODE", help="what the cards speak (repeatable)"
    )
    parser.add_argument(
        "--translations", type=Path, default=TRANSLATIONS, metavar="FOLDER", help="where the translations are"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    try:
        flags = {"YOURVOICE_DATA": str(arguments.data)} if arguments.data else {}
        _make(arguments, read_settings({**os.environ, **flags}))
    except (AuditError, CodesError, KeyRingError, SettingsError, SiteError, SnapshotError, OSError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    except SQLAlchemyError as error:
        sys.stderr.write(f"The database of released responses failed: {type(error).__name__}.\n")
        return 1
    return 0


def _make(arguments: argparse.Namespace, settings: Settings) -> None:
    site = load_site(settings.site)
    wave = _wave(site, arguments.wave)
    address = f"{_address(arguments.url)}/s/{_box(wave, arguments.box)}"
    _check(arguments.count, arguments.out)
    snapshot = load_snapshot(settings.snapshots / f"{wave.snapshot}.json")
    said = sayings(_languages(snapshot, arguments.language), arguments.translations)
    title = snapshot.wording(snapshot.instrument.source_language)("intro.title").text
    Audit(settings.trail).note(
        "codes_made", f"console:{getpass.getuser()}", wave=wave.id, n=str(arguments.count)
    )
    # First they count, then they are on paper: no card is ever handed out that does not count.
    codes = make_codes(Released(settings.released), settings.cards, wave.id, arguments.count)
    write_durably(arguments.out, cards_page(title, address, codes, said).encode())
    sys.stdout.write(
        f"{len(codes)} cards for {address}: print {arguments.out.name}, cut it, fold the cards, mix them "
        "in a bowl, and destroy the file. Whoever has a copy of it could fill the box.\n"
    )


def _wave(site: Site, name: str) -> Wave:
    wave = site.wave(name)
    if wave is None:
        known = ", ".join(each.id for each in site.waves)
        raise CodesError(f'site.json has no wave "{name}", only: {known}.')
    if not wave.codes:
        raise CodesError(f'The wave {name} uses no codes: write "codes": true into it, on both hosts, first.')
    return wave


def _box(wave: Wave, name: str) -> str:
    boxes = [box.id for box in wave.boxes]
    if name in boxes or (not name and len(boxes) == 1):
        return name or boxes[0]
    raise CodesError(f"Say where the cards lead with --box, one of: {', '.join(boxes)}.")


def _address(url: str) -> str:
    if not ADDRESS.fullmatch(url.rstrip("/")):
        raise CodesError(f'"{url}" is no address of a survey: write it like https://survey.example.org.')
    return url.rstrip("/")


def _check(count: int, out: Path) -> None:
    if not 1 <= count <= MOST_CARDS:
        raise CodesError(f"--count must be from 1 to {MOST_CARDS}.")
    if out.exists():
        raise CodesError(f"{out.name} is there already: its cards would be lost. Choose another name.")
    if not out.parent.is_dir():
        raise CodesError(f"There is no folder {out.parent}.")


def _languages(snapshot: Snapshot, wanted: list[str]) -> tuple[str, ...]:
    unknown = [language for language in wanted if language not in snapshot.languages]
    if unknown:
        spoken = ", ".join(snapshot.languages)
        raise CodesError(f"The survey does not speak {', '.join(unknown)}, only: {spoken}.")
    return tuple(wanted) or tuple(snapshot.languages)
