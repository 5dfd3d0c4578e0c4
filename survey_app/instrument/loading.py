"""An instrument file read and checked: a sound instrument, or every problem in it at once.

It never lets a traceback out, and never returns an instrument with an error in it.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from survey_app.instrument.checks import check, check_translations
from survey_app.instrument.model import Instrument
from survey_app.instrument.problems import Finding, InstrumentError, Problem, problem
from survey_app.instrument.reading import NotReadError, read_json
from survey_app.instrument.shape import misfits
from survey_app.instrument.texts import translations

__all__ = ["InstrumentError", "Problem", "load_instrument", "problems_of"]


def load_instrument(path: Path) -> Instrument:
    """Read an instrument; raises InstrumentError with every E problem, collected."""
    instrument = _model(path)
    errors = tuple(found for found in check(instrument, path.name) if found.level == "E")
    if errors:
        raise InstrumentError(errors)
    return instrument


def problems_of(path: Path, translations_folder: Path | None = None) -> tuple[Problem, ...]:
    """Every problem of a file, warnings and notes too, and those of its catalogs where a folder is given."""
    try:
        instrument = _model(path)
    except InstrumentError as error:
        return error.problems
    own = check(instrument, path.name)
    if translations_folder is None or any(found.level == "E" for found in own):
        return own
    catalogs = translations(instrument, translations_folder)
    return (*own, *check_translations(instrument, catalogs, path.name))


def _model(path: Path) -> Instrument:
    """The file as a model; raises InstrumentError where it cannot be read or does not have the form."""
    try:
        raw = read_json(path)
    except NotReadError as error:
        unread = tuple(problem("E", error.rule, path.name, finding) for finding in error.findings)
        raise InstrumentError(unread) from error
    faults = tuple(problem("E", rule, path.name, finding) for rule, finding in misfits(raw))
    if faults:
        raise InstrumentError(faults)
    try:
        return msgspec.convert(raw, Instrument)
    except msgspec.ValidationError as error:
        unfit = Finding(f"The file does not have the form of an instrument: {error}.", "Correct it there.")
        raise InstrumentError((problem("E", "wrong_value", path.name, unfit),)) from error
