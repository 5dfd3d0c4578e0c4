"""`yourvoice-admin snapshot`: freezes an instrument with its translations; no snapshot is ever changed."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.instrument.checks import check
from survey_app.instrument.loading import InstrumentError, load_instrument, problems_of
from survey_app.instrument.model import Instrument
from survey_app.instrument.snapshot import Snapshot, SnapshotError, freeze, save
from survey_app.instrument.texts import in_language, translations

TRANSLATIONS = Path(__file__).parents[1] / "translations"
_END = re.compile(r"(?<=[.!?])\s+")


def add_snapshot_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin snapshot`; its `run(arguments)` returns 0, or 1 after the reasons on stderr."""
    about = "freeze an instrument, so that a wave can name it"
    parser = subparsers.add_parser("snapshot", help=about, description=about)
    parser.add_argument("file", type=Path, metavar="FILE", help="an instrument, e.g. from instruments/")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="the data folder (YOURVOICE_DATA)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME[.LANGUAGE]=WORDS",
        help="fill in a placeholder, e.g. recipient='Ana Ruiz' or recipient.es='Ana Ruiz'",
    )
    parser.add_argument(
        "--translations", type=Path, default=TRANSLATIONS, metavar="FOLDER", help="where the translations are"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    folder = arguments.data or os.environ.get("YOURVOICE_DATA")
    if not folder:
        sys.stderr.write("Say which data folder: --data FOLDER, or YOURVOICE_DATA.\n")
        return 1
    try:
        snapshot = frozen(arguments.file, arguments.translations, arguments.set)
        save(snapshot, Path(folder) / "snapshots")
    except (InstrumentError, SnapshotError, ValueError, OSError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    for words in _left_as_printed(snapshot):
        sys.stdout.write(f"{words}\n")
    states = ", ".join(f"{language} ({state})" for language, state in snapshot.status.items())
    sys.stdout.write(f"Frozen in {states}. A wave in site.json names it by its hash:\n{snapshot.hash}\n")
    return 0


def frozen(file: Path, translations_folder: Path, filled_in: Sequence[str] = ()) -> Snapshot:
    """The snapshot of an instrument file with its placeholders filled in ("name=words", "name.es=words").

    Raises InstrumentError with everything that is wrong with the file or the words, and ValueError where a
    placeholder or a language is not the instrument's.
    """
    instrument = load_instrument(file)
    values = _values(instrument, filled_in, file)
    filled = tuple(replace(p, default=values.get(p.name, p.default)) for p in instrument.placeholders)
    found = (
        *check(replace(instrument, placeholders=filled), file.name),
        *problems_of(file, translations_folder),
    )
    errors = tuple(each for each in found if each.level == "E")
    if errors:
        raise InstrumentError(errors)
    return freeze(instrument, translations(instrument, translations_folder), values)


def _left_as_printed(snapshot: Snapshot) -> Iterator[str]:
    """What young people will read of each bracket of the printed form that nobody has filled in."""
    source = snapshot.instrument.source_language
    for placeholder in snapshot.instrument.placeholders:
        words = in_language(snapshot.frozen.placeholders[placeholder.name], source, source)
        if placeholder.kind == "phrase" and words == placeholder.printed:
            yield (
                f"Nobody has filled in {placeholder.name}. Young people will read:"
                f' "{_sentence_with(words, snapshot.frozen.texts[source])}"'
                f" To change it, say --set {placeholder.name}='...' and use the new hash."
            )


def _sentence_with(words: str, texts: Mapping[str, str]) -> str:
    sentences = (s for key, text in texts.items() if "placeholder" not in key for s in _END.split(text))
    return next((sentence for sentence in sentences if words in sentence), words)


def _values(instrument: Instrument, filled_in: Sequence[str], file: Path) -> dict[str, dict[str, str]]:
    values: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for pair in filled_in:
        place, _, words = pair.partition("=")
        name, _, language = place.partition(".")
        language = language or instrument.source_language
        _require("placeholder", name, [placeholder.name for placeholder in instrument.placeholders], file)
        _require("language", language, instrument.languages, file)
        values[name][language] = words
    return dict(values)


def _require(what: str, name: str, known: Sequence[str], file: Path) -> None:
    if name not in known:
        raise ValueError(f'{file.name} has no {what} "{name}", only: {", ".join(known)}.')
