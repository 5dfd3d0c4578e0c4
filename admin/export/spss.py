"""responses.sav for SPSS and PSPP: labels, measurement levels, -9 "Skipped" as user-missing."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyreadstat

from admin.export.export import Export
from admin.export.parts import Cells
from admin.export.statistical import cut, one_row, stamp, template
from admin.export.variables import ABSENT, NONE, SKIPPED, Kind, Variable, code_labels
from admin.scoring.patterns import Bytes

_COUNT_AT, _DATE_AT, _TIME_AT = 80, 92, 101
_END = struct.pack("<ii", 999, 0)
_BIAS = 100
_RAW, _EMPTY = 253, 255
_LABEL = 250
_VALUE_LABEL = 117
_MISSING = 3
"""How many single values may be user-missing."""


def responses_sav(export: Export) -> Iterator[bytes]:
    """A system file in UTF-8. Rows are packed with SPSS's own compression, each by itself.

    Every eight cells stand behind eight bytes: a small whole number is such a byte (plus 100), 253 says that
    eight bytes follow, 255 is system-missing, 0 fills up.
    """
    dictionary = bytearray(template(lambda path: _write(export, path)))
    del dictionary[dictionary.index(_END) + len(_END) :]
    day, _ = stamp(export.scope.wave.closes)
    dictionary[_COUNT_AT : _COUNT_AT + 4] = struct.pack("<i", export.scope.n)
    dictionary[_DATE_AT : _DATE_AT + 9] = day.encode()
    dictionary[_TIME_AT : _TIME_AT + 8] = b"00:00:00"
    yield bytes(dictionary)
    texts = {variable.name: _padded(variable) for variable in export.variables if variable.texts}
    for chunk in export.chunks():
        yield _packed(export, chunk, texts)


def _write(export: Export, path: str) -> None:
    variables, language = export.variables, export.language
    pyreadstat.write_sav(
        one_row(export),
        path,
        file_label=cut(f"{export.scope.wave.title}", 60, 60),
        column_labels={one.name: cut(one.label(language), _LABEL, _LABEL) for one in variables},
        row_compress=True,
        variable_value_labels={one.name: _labels(one, language) for one in variables if not one.texts},
        missing_ranges={one.name: list(_missing(one)) for one in variables if one.skipped},
        variable_measure={one.name: one.measure.value for one in variables},
        variable_format={one.name: _format(one) for one in variables if not one.texts},
    )


def _labels(variable: Variable, language: str) -> dict[int | float, str]:
    labels: dict[int | float, str] = {SKIPPED: "Skipped"} if variable.skipped else {}
    for code, label in code_labels(variable, language).items():
        labels[code] = cut(label, _VALUE_LABEL, _VALUE_LABEL)
    return labels


def _missing(variable: Variable) -> tuple[int, ...]:
    return (SKIPPED, *(value.code for value in variable.values if value.missing))[:_MISSING]


def _format(variable: Variable) -> str:
    return "F8.0" if variable.kind is Kind.WHOLE else "F8.2"


def _padded(variable: Variable) -> npt.NDArray[np.uint8]:
    """uint8 [texts, whole eights]: each text with spaces behind it."""
    widest = max(len(text.encode()) for text in variable.texts)
    size = -(-widest // 8) * 8
    padded = [text.encode().ljust(size) for text in variable.texts]
    return np.frombuffer(b"".join(padded), np.uint8).reshape(-1, size)


def _packed(export: Export, rows: Bytes, texts: dict[str, npt.NDArray[np.uint8]]) -> bytes:
    """The rows' bytes: all cells as (byte, eight bytes), then only the bytes that are there."""
    marks: list[npt.NDArray[np.uint8]] = []
    raw: list[npt.NDArray[np.uint8]] = []
    for part in export.layout.parts:
        for variable, cells in zip(part.variables, part.cells(part.codes(rows)), strict=True):
            if variable.texts:
                eights = texts[variable.name][cells.astype(np.int64)].reshape(len(rows), -1, 8)
                raw += [eights[:, place] for place in range(eights.shape[1])]
                marks += [np.full(len(rows), _RAW, np.uint8)] * eights.shape[1]
            else:
                numbers = _numbers(variable, cells)
                marks.append(_marks(numbers))
                raw.append(numbers.view(np.uint8).reshape(-1, 8))
    groups = -(-len(marks) // 8)
    whole = np.zeros((len(rows), groups, 9, 8), np.uint8)
    kept = np.zeros((len(rows), groups, 9, 8), np.bool_)
    kept[:, :, 0] = True
    for place, (mark, eight) in enumerate(zip(marks, raw, strict=True)):
        group, column = divmod(place, 8)
        whole[:, group, 0, column] = mark
        whole[:, group, 1 + column] = eight
        kept[:, group, 1 + column] = (mark == _RAW)[:, np.newaxis]
    return whole[kept].tobytes()


def _numbers(variable: Variable, cells: Cells) -> npt.NDArray[np.float64]:
    if variable.kind is Kind.REAL:
        return cells.astype("<f8")
    there = np.where(cells == ABSENT, np.nan, cells)
    return np.where(cells == NONE, SKIPPED if variable.skipped else np.nan, there).astype("<f8")


def _marks(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    empty = np.isnan(numbers)
    small = ~empty & (numbers == np.floor(numbers)) & (numbers >= 1 - _BIAS) & (numbers <= 251 - _BIAS)
    coded = np.where(small, numbers + _BIAS, _RAW)
    return np.where(empty, _EMPTY, coded).astype(np.uint8)
