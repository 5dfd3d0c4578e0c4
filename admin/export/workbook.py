"""report.xlsx: a workbook to look through. Formulas stay text: every cell is written as a string or a number.

Whole numbers of people and shares are worked out from the rows that are in the same bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isnan
from pathlib import Path
from tempfile import TemporaryDirectory

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from admin.export.digest import ItemLine, ScoreLine, digest
from admin.export.export import Export
from admin.export.parts import Cells
from admin.export.readme import readme_txt
from admin.export.tables import in_words
from admin.export.variables import ABSENT, Kind, Variable

MOST_ROWS = 100_000
"""With more rows there is no data sheet: nobody looks through them."""

_PIECE = 2**20
_SCORES = ("topic", "items", "scored", "not scorable", "mean", "sd", "POMP", "% positive", "low", "high")
_ITEMS = ("item", "question", "n", "mean (keyed)", "sd", "% favourable")
_AGREEMENT = (
    *("topic", "complete", "alpha", "low", "high", "omega", "average r"),
    *("item", "item-rest r", "without it", "why no omega"),
)
_CODEBOOK = ("name", "type", "measure", "label", "values", "note")
Cell = str | float | int | None


def report_xlsx(export: Export) -> Iterator[bytes]:
    """The whole workbook, in pieces; rows go to the disk as they are written, for its owner only."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False}
        with Workbook(path, {**options, "strings_to_urls": False, "strings_to_numbers": False}) as book:
            _fill(book, export)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _fill(book: Workbook, export: Export) -> None:
    # A fixed day: the time at which the file was made is nobody's business.
    closes = export.scope.wave.closes
    book.set_properties({"created": datetime(closes.year, closes.month, closes.day)})  # noqa: DTZ001
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    readme = b"".join(readme_txt(export)).decode()
    _sheet(book, bold, "README", ("Read this first",), ([line] for line in readme.splitlines()), (110,))
    found = digest(export)
    _sheet(book, bold, "scores", _SCORES, map(_score, found.scores), (40, *[12] * 9))
    _sheet(book, bold, "items", _ITEMS, map(_item, found.items), (16, 80, *[12] * 4))
    agreement = (line for score in found.scores for line in _agreement(score))
    _sheet(book, bold, "reliability", _AGREEMENT, agreement, (40, *[12] * 9, 60))
    lines = (_codebook(variable, export.language) for variable in export.variables)
    _sheet(book, bold, "codebook", _CODEBOOK, lines, (28, 10, 10, 60, 80, 60))
    if export.scope.n <= MOST_ROWS:
        names = [variable.name for variable in export.variables]
        _sheet(book, bold, "responses", names, _rows(export), [12] * len(names))


def _sheet(
    book: Workbook,
    bold: Format,
    name: str,
    head: Sequence[str],
    lines: Iterator[Sequence[Cell]],
    widths: Sequence[int],
) -> None:
    sheet: Worksheet = book.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for column, cell in enumerate(head):
        sheet.write_string(0, column, cell, bold)
    for row, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            _write(sheet, row, column, value)


def _write(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        if cell:
            sheet.write_string(row, column, cell)
    elif cell is not None and not isnan(cell):
        sheet.write_number(row, column, cell)


def _score(line: ScoreLine) -> Sequence[Cell]:
    mean = (line.mean, line.sd, line.pomp)
    return (line.label, line.items, line.n, line.unscored, *mean, line.positive, line.low, line.high)


def _item(line: ItemLine) -> Sequence[Cell]:
    return (line.name, line.label, line.n, line.mean, line.sd, line.favourable)


def _agreement(line: ScoreLine) -> Iterator[Sequence[Cell]]:
    found = line.reliability
    whole = (line.label, found.n_complete, found.alpha, *found.interval, line.omega.value, found.avg_r)
    why = line.omega.why.value if line.omega.why else ""
    for item, rest, without in zip(line.members, found.item_rest, found.alpha_drop, strict=True):
        yield (*whole, item, rest, without, why)


def _codebook(variable: Variable, language: str) -> Sequence[Cell]:
    words = in_words(variable, language)
    kind, measure = variable.kind.value, variable.measure.value
    return (variable.name, kind, measure, variable.label(language), words, variable.note)


def _rows(export: Export) -> Iterator[Sequence[Cell]]:
    for chunk in export.chunks():
        columns = [
            _cells(variable, cells)
            for part in export.layout.parts
            for variable, cells in zip(part.variables, part.cells(part.codes(chunk)), strict=True)
        ]
        yield from zip(*columns, strict=True)


def _cells(variable: Variable, cells: Cells) -> list[Cell]:
    if variable.kind is Kind.TEXT:
        return [variable.texts[int(place)] for place in cells]
    return [None if cell <= ABSENT else cell for cell in cells.tolist()]
