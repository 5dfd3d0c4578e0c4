"""All formats together: one ZIP, or one of its parts. It decides nothing about what may leave (scope.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from admin.export.datapackage import datapackage_json
from admin.export.ddi import ddi_xml
from admin.export.delimited import responses_csv
from admin.export.drift import drift_csv
from admin.export.export import Export
from admin.export.readme import readme_txt
from admin.export.remarks import comments_csv
from admin.export.rows import CHUNK
from admin.export.saving import whole_file
from admin.export.scope import Scope
from admin.export.spss import responses_sav
from admin.export.stata import responses_dta
from admin.export.tables import codebook_csv, reliability_csv, scoring_csv, values_csv
from admin.export.workbook import report_xlsx

Progress = Callable[[int, int], None]
"""Called again and again with how much of how much is done. What it raises ends the export."""

WHOLE = "zip"
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class CancelledError(Exception):
    """Somebody wants this export no longer."""


@dataclass(frozen=True)
class Format:
    """One part of the bundle. `rows`: whether it holds the rows, and so takes long."""

    file: str
    write: Callable[[Export], Iterator[bytes]]
    rows: bool = False


FORMATS = {
    "csv": Format("responses.csv", responses_csv, rows=True),
    "sav": Format("responses.sav", responses_sav, rows=True),
    "dta": Format("responses.dta", responses_dta, rows=True),
    "xlsx": Format("report.xlsx", report_xlsx),
    "ddi": Format("ddi-codebook.xml", ddi_xml),
    "datapackage": Format("datapackage.json", datapackage_json),
}
"""What can be had by itself."""

_BESIDE = (
    Format("README.txt", readme_txt),
    Format("codebook.csv", codebook_csv),
    Format("values.csv", values_csv),
    Format("scoring.csv", scoring_csv),
    Format("reliability.csv", reliability_csv),
    Format("comments.csv", comments_csv),
)
_DRIFT = Format("drift.csv", drift_csv)
_STARTERS = ("scores.R", "scores.py", "scores.qmd")


def nothing(_done: int, _total: int) -> None:
    """Tells nobody."""


def name_of(scope: Scope, wanted: str) -> str:
    """What the file is called where nobody says it."""
    return f"{scope.name}.zip" if wanted == WHOLE else f"{scope.name}-{FORMATS[wanted].file}"


def save(export: Export, wanted: str, path: Path, tell: Progress = nothing) -> None:
    """Write the bundle (WHOLE) or one of FORMATS; nothing is left where it raises. Raises OSError."""
    with whole_file(path) as file:
        if wanted == WHOLE:
            _bundle(export, file, tell)
        else:
            for piece in _told(export, [FORMATS[wanted]], FORMATS[wanted], tell):
                file.write(piece)


def _bundle(export: Export, file: BinaryIO, tell: Progress) -> None:
    parts = [*_BESIDE, *((_DRIFT,) if export.scope.waves else ()), *FORMATS.values()]
    with ZipFile(file, "w") as bundle:
        for part in parts:
            with bundle.open(_entry(export, part.file), "w", force_zip64=True) as member:
                for piece in _told(export, parts, part, tell):
                    member.write(piece)
        for name in _STARTERS:
            starter = files("admin.export").joinpath("starters", name).read_bytes()
            bundle.writestr(_entry(export, name), starter)


def _entry(export: Export, name: str) -> ZipInfo:
    """A member without a time, in a folder named after the export."""
    entry = ZipInfo(f"{export.scope.name}/{name}", _FIRST_DAY)
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
    return entry


def _told(export: Export, parts: list[Format], part: Format, tell: Progress) -> Iterator[bytes]:
    """The part's pieces; after each of them it is told how far all parts are."""
    weights = [_weight(export, one) for one in parts]
    before = sum(weights[: parts.index(part)])
    for number, piece in enumerate(part.write(export)):
        yield piece
        tell(before + min(number, weights[parts.index(part)]), sum(weights))
    tell(before + weights[parts.index(part)], sum(weights))


def _weight(export: Export, part: Format) -> int:
    return 1 + -(-export.scope.n // CHUNK) if part.rows else 1
