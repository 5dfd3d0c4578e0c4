"""`yourvoice-admin score`: an evaluator's own sheet of responses in, scores and statistics out.

It never touches released.db, and hides nothing: the sheet is the evaluator's, and so is what comes of it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO

import msgspec

from admin.score_files import STATISTICS, OutputError, ScoreWriter, refuse_foreign, sync, whole_folder
from admin.scoring.evaluation import Evaluation, Evaluator
from admin.scoring.keying import KeyingError
from admin.scoring.layout import Choices, SheetError
from admin.scoring.sheet import Sheet
from survey_app.files import in_words
from survey_app.hosting.command import Subparsers
from survey_app.instrument.checks import check
from survey_app.instrument.loading import InstrumentError, load_instrument
from survey_app.instrument.snapshot import MAX_BYTES, Frozen, Snapshot, SnapshotError, freeze, load_snapshot

LONGEST_LINE = 2**20
_OTHER_FILES = {
    b"PK\x03\x04": "a spreadsheet programme's own file",
    b"$FL2": "an SPSS file",
    b"\x1f\x8b": "compressed",
    b"\xff\xfe": "saved as UTF-16",
    b"\xfe\xff": "saved as UTF-16",
}


def add_score_parser(subparsers: Subparsers) -> None:
    """Add `yourvoice-admin score`; its `run(arguments)` returns 0, or 1 after the reasons on stderr."""
    about = "score your own file of responses; nothing is suppressed"
    parser = subparsers.add_parser("score", help=about, description=about)
    for flag, metavar, words in (
        ("--instrument", "I.json", "the questions: an instrument, or a frozen one"),
        ("--responses", "R.csv", "the sheet: item ids in the first row, then scores; blank is skipped"),
        ("--out", "DIR", "the new folder for scores.csv, activities.csv and statistics.json"),
    ):
        parser.add_argument(flag, type=Path, required=True, metavar=metavar, help=words)
    for flag, metavar, words in (
        ("--ignore", "COLUMN,...", "columns to leave out, such as a number of the sheet"),
        ("--missing", "CELL,...", "cells that mean skipped beside blank ones, such as NA"),
    ):
        parser.add_argument(flag, action="append", default=[], metavar=metavar, help=words)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    choices = Choices(_listed(arguments.ignore), _listed(arguments.missing))
    try:
        out = arguments.out.resolve()
        refuse_foreign(out, [arguments.responses, arguments.instrument])
        snapshot = read_questions(arguments.instrument)
        with _lines(arguments.responses) as lines, whole_folder(out) as draft:
            evaluation = score(Sheet(lines, snapshot, choices), snapshot, draft)
    except SheetError as error:
        sys.stderr.write(f"{arguments.responses.name} was not scored.\n{error}\n")
        return 1
    except (InstrumentError, SnapshotError, KeyingError, OutputError, OSError) as error:
        sys.stderr.write(f"{in_words(error)}\n")
        return 1
    _tell(evaluation, arguments.out)
    return 0


def score(sheet: Sheet, snapshot: Snapshot, folder: Path) -> Evaluation:
    """Write the sheet's scores and statistics into an empty folder. Raises SheetError and OSError."""
    evaluator = Evaluator(snapshot, sheet.asked)
    with ExitStack() as files:
        constructs = files.enter_context((folder / "scores.csv").open("w", encoding="utf-8", newline=""))
        activities = files.enter_context((folder / "activities.csv").open("w", encoding="utf-8", newline=""))
        of_constructs = ScoreWriter(constructs, evaluator.constructs)
        of_activities = ScoreWriter(activities, evaluator.activities)
        for responses in sheet.responses():
            scores = evaluator.add(responses)
            of_constructs.write(scores.constructs)
            of_activities.write(scores.activities)
        sync(constructs)
        sync(activities)
        statistics = files.enter_context((folder / STATISTICS).open("wb"))
        evaluation = evaluator.evaluation()
        statistics.write(evaluation.to_bytes())
        sync(statistics)
    return evaluation


def read_questions(path: Path) -> Snapshot:
    """An instrument file, or a frozen one under any name. Raises InstrumentError, SnapshotError, OSError."""
    if not _is_frozen(path):
        return freeze(load_instrument(path), {})
    if re.fullmatch("[0-9a-f]{64}", path.stem):
        return load_snapshot(path)
    raw = path.read_bytes()[: MAX_BYTES + 1]
    try:
        frozen = msgspec.json.decode(raw, type=Frozen)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SnapshotError(f"The snapshot {path.name} is from another version: {error}.") from error
    errors = tuple(found for found in check(frozen.instrument, path.name) if found.level == "E")
    if errors:
        raise InstrumentError(errors)
    return Snapshot(frozen, raw, "")


class _Kind(msgspec.Struct):
    """As much of a file as tells what it is; a frozen instrument of today leaves its format out."""

    format: str = ""
    instrument: msgspec.Raw = msgspec.Raw()


def _is_frozen(path: Path) -> bool:
    """What cannot be read is for the reader of instruments to explain."""
    try:
        with path.open("rb") as file:
            kind = msgspec.json.decode(file.read(MAX_BYTES + 1), type=_Kind)
    except (OSError, msgspec.DecodeError, RecursionError):
        return False
    return kind.format.startswith("yourvoice-snapshot/") or bool(bytes(kind.instrument))


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    """The lines of a text file, ends included; bytes that are no UTF-8 are kept as they are."""
    with path.open("rb") as file:
        beginning = file.peek(4)[:4]
        kinds = [kind for mark, kind in _OTHER_FILES.items() if beginning.startswith(mark)]
        if kinds or b"\0" in beginning:
            kind = kinds[0] if kinds else "no text, or saved as UTF-16"
            raise SheetError(f'The file is {kind}. Save it as "CSV UTF-8".')
        with TextIOWrapper(file, encoding="utf-8", errors="surrogateescape", newline="") as text:
            yield _bounded(text)


def _bounded(text: IO[str]) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise SheetError(f"A line has {LONGEST_LINE:,} letters or more: this is no sheet of responses.")
        yield line


def _listed(given: list[str]) -> frozenset[str]:
    return frozenset(word.strip() for words in given for word in words.split(","))


def _tell(evaluation: Evaluation, folder: Path) -> None:
    scored = ", ".join(evaluation.constructs) or "none"
    sys.stdout.write(f"Scored {evaluation.n:,} responses. Constructs: {scored}. Written to {folder}.\n")
    for id, why in evaluation.left_out.items():
        sys.stdout.write(f"Not scored: {id}, {why}.\n")
    sys.stdout.write(f"{evaluation.note}\n")
