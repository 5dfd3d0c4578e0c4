"""What SPSS and Stata files have in common: a dictionary written by pyreadstat, rows added here.

pyreadstat writes a whole table at once and would need a gigabyte for a million rows. So it writes the
dictionary with one row, which sets each column's width; that row is cut out, and the rows are added in the
format's own bytes, a few thousand at a time. Nothing else of a file is written here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from admin.export.export import Export
from admin.export.variables import Kind, Variable


def one_row(export: Export) -> pd.DataFrame:
    """A table of one made-up row: the widest text, a whole number, a number with decimals."""
    return pd.DataFrame({variable.name: pd.Series([_widest(variable)]) for variable in export.variables})


def template(write: Callable[[str], None]) -> bytes:
    """The bytes of the file that `write(path)` makes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / secrets.token_hex(4)
        write(str(path))
        return path.read_bytes()


def cut(text: str, characters: int, size: int) -> str:
    """The text's beginning: at most so many characters, and bytes in UTF-8."""
    if len(text) <= characters and len(text.encode()) <= size:
        return text
    while len(text) >= characters or len(text.encode()) + 3 > size:
        text = text[:-1]
    return f"{text.rstrip()}…"


def stamp(day: date) -> tuple[str, str]:
    """The wave's last day, in place of the time at which the file was made: "26 Nov 26", "26 Nov 2026"."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    start = f"{day.day:02} {months[day.month - 1]} "
    return f"{start}{day.year % 100:02}", f"{start}{day.year}"


def _widest(variable: Variable) -> str | np.int32 | float:
    if variable.kind is Kind.TEXT:
        return max(variable.texts, key=lambda text: len(text.encode()))
    return np.int32(1) if variable.kind is Kind.WHOLE else 0.5
