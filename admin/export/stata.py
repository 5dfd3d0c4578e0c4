"""responses.dta for Stata 14 and later: labels, `.a` "Skipped"."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyreadstat

from admin.export.export import Export
from admin.export.parts import Cells
from admin.export.statistical import cut, one_row, stamp, template
from admin.export.variables import ABSENT, NONE, Kind, Variable, code_labels
from admin.scoring.patterns import Bytes

_LABEL = 80
_AFTER = 10
"""The map's places from this one on lie behind the rows."""

_TYPES = {65528: "<i4", 65526: "<f8"}
_NO_WHOLE = 2147483621
_NO_REAL = struct.unpack("<d", bytes.fromhex("000000000000e07f"))[0]
"""Stata's `.`; of whole numbers `.a` is the next."""


class StataError(ValueError):
    """The dictionary is not laid out as format 118 is."""


def responses_dta(export: Export) -> Iterator[bytes]:
    """Format 118, UTF-8: the dictionary, the rows as one record after the other, what stands behind them."""
    whole = template(lambda path: _write(export, path))
    start = whole.index(b"<data>") + len(b"<data>")
    end = whole.index(b"</data>", start)
    record = _record(export, whole)
    if end - start != record.itemsize:
        raise StataError("a row has another length than its columns")
    yield _counted(export, whole[:start], export.scope.n * record.itemsize - record.itemsize)
    for chunk in export.chunks():
        yield _rows(export, chunk, record)
    yield whole[end:]


def _write(export: Export, path: str) -> None:
    variables, language = export.variables, export.language
    pyreadstat.write_dta(
        one_row(export),
        path,
        version=14,
        file_label=cut(export.scope.wave.title, _LABEL, 4 * _LABEL),
        column_labels={one.name: cut(one.label(language), _LABEL, 4 * _LABEL) for one in variables},
        variable_value_labels={one.name: _labels(one, language) for one in variables if not one.texts},
        missing_user_values={one.name: ["a"] for one in variables if one.skipped},
    )


def _labels(variable: Variable, language: str) -> dict[Any, str]:
    """pyreadstat takes a letter too, for a missing value's label."""
    labels: dict[Any, str] = {"a": "Skipped"} if variable.skipped else {}
    return labels | code_labels(variable, language)


def _record(export: Export, whole: bytes) -> np.dtype[np.void]:
    """The columns as they lie in a row, by the types that the dictionary names."""
    start = whole.index(b"<variable_types>") + len(b"<variable_types>")
    codes = struct.unpack_from(f"<{len(export.variables)}H", whole, start)
    fields = [
        (variable.name, _TYPES.get(code, f"S{code}"))
        for variable, code in zip(export.variables, codes, strict=True)
    ]
    return np.dtype(fields)


def _counted(export: Export, head: bytes, more: int) -> bytes:
    """The dictionary with the number of rows, a flat time, and a map that fits."""
    _, day = stamp(export.scope.wave.closes)
    counted = re.sub(rb"(?s)<N>.{8}</N>", b"<N>" + struct.pack("<q", export.scope.n) + b"</N>", head, count=1)
    timed = f"<timestamp>\x11{day} 00:00</timestamp>".encode()
    counted = re.sub(rb"(?s)<timestamp>.*?</timestamp>", timed, counted, count=1)
    found = re.search(rb"(?s)<map>(.{112})</map>", counted)
    if found is None or len(counted) != len(head):
        raise StataError("the dictionary is of another format")
    places = list(struct.unpack("<14q", found[1]))
    moved = [place + more if number >= _AFTER else place for number, place in enumerate(places)]
    return counted[: found.start(1)] + struct.pack("<14q", *moved) + counted[found.end(1) :]


def _rows(export: Export, rows: Bytes, record: np.dtype[np.void]) -> bytes:
    table = np.zeros(len(rows), record)
    for part in export.layout.parts:
        for variable, cells in zip(part.variables, part.cells(part.codes(rows)), strict=True):
            table[variable.name] = _column(variable, cells)
    return table.tobytes()


def _column(variable: Variable, cells: Cells) -> npt.NDArray[np.generic]:
    if variable.texts:
        return np.array([text.encode() for text in variable.texts])[cells.astype(np.int64)]
    if variable.kind is Kind.REAL:
        return np.where(np.isnan(cells), _NO_REAL, cells)
    there = np.where(cells == ABSENT, _NO_WHOLE, cells)
    return np.where(cells == NONE, _NO_WHOLE + variable.skipped, there)
