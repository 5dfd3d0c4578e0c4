"""What a column of a row file is: name, words, codes. It holds no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

SKIPPED = -9
"""Stands for a skipped answer where a format has no blank that says why: SPSS's user-missing value."""

NONE = -(2**31)
"""No answer, in an array of whole numbers."""

ABSENT = NONE + 1
"""The wave did not ask it, in an array of whole numbers: nobody skipped it."""

LONGEST_NAME = 32
"""What Stata takes; SPSS and R take more."""


class Kind(StrEnum):
    """What stands in a column's cells."""

    TEXT = "text"
    WHOLE = "whole"
    REAL = "real"


class Measure(StrEnum):
    """A measurement level, as SPSS names it."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


class Role(StrEnum):
    """Where a column comes from."""

    PLACE = "place"
    ANSWER = "answer"
    REVERSED = "reversed"
    SCORE = "score"


@dataclass(frozen=True)
class Value:
    """A code, the option it stands for, and its wording by language. `missing`: "does not apply"."""

    code: int
    option: str
    labels: Mapping[str, str]
    missing: bool = False


@dataclass(frozen=True)
class Variable:
    """A column. `labels` and those of `values` are by language; a language without a wording is left out.

    `texts`: of a TEXT column, what may stand in it; its cells are places in this tuple. `skipped`: whether an
    empty cell is a skipped answer, rather than a score that cannot be had.
    """

    name: str
    kind: Kind
    measure: Measure
    role: Role
    labels: Mapping[str, str]
    values: tuple[Value, ...] = ()
    texts: tuple[str, ...] = ()
    skipped: bool = False
    item: str = ""
    section: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def label(self, language: str) -> str:
        """In this language, else in the first that there is."""
        return self.labels.get(language) or next(iter(self.labels.values()), self.name)


def code_labels(variable: Variable, language: str) -> dict[int, str]:
    """code -> wording, in this language or else the first that there is."""
    return {
        value.code: value.labels.get(language) or next(iter(value.labels.values()), value.option)
        for value in variable.values
    }
