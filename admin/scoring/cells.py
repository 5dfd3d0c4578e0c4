"""What may stand in one column of a sheet, and which code each cell is. It knows no file and no row."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from admin.scoring.keying import exact
from survey_app.coding import SKIPPED, Column
from survey_app.instrument.model import Number, Option

LONGEST = 40
"""No score and no option's code is longer."""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?")


class CellError(ValueError):
    """A cell that is no answer to its item."""


class Cells(dict[str, int]):
    """The cells of one column seen so far, with their codes; a new one is read when it is first looked up.

    `allowed` says to people what may be written. Raises CellError for anything else.
    """

    def __init__(self, column: Column, missing: frozenset[str] = frozenset()) -> None:
        super().__init__({"": SKIPPED})
        item, options = column.question.item, column.question.options
        self._words: dict[str, int] = {}
        self._number: Callable[[Fraction], int | None]
        if isinstance(item, Number):
            low, high = item.minimum, item.maximum
            self.allowed = f"a whole number from {low} to {high}"
            self._number = lambda number: _step(number, low, high)
        elif column.option is not None:
            self.allowed = "1 where it is ticked, 0 where it is not"
            self._number = {Fraction(0): SKIPPED, Fraction(1): 1}.get
        else:
            scores = _scores(options)
            placed = enumerate(options, 1)
            self._words = {option.value: place for place, option in placed if option.score is None}
            numbers = {Fraction(word): code for word, code in self._words.items() if _NUMBER.fullmatch(word)}
            self.allowed = ", ".join([*(f"{float(score):g}" for score in scores), *self._words])
            self._number = (numbers | scores).get
        clash = sorted(word for word in missing if self._is_answer(word))
        if clash:
            raise CellError(f'"{clash[0]}" is an answer to {column.name}, so it cannot mean skipped.')
        self.update(dict.fromkeys(missing, SKIPPED))
        self._skipped = {Fraction(word) for word in missing if _NUMBER.fullmatch(word)}

    def __missing__(self, cell: str) -> int:
        code = self._code(cell.strip(" \t"))
        if code is None:
            raise CellError
        self[cell] = code
        return code

    def _code(self, word: str) -> int | None:
        if word in self:
            return self[word]
        if len(word) > LONGEST:
            return None
        if not _NUMBER.fullmatch(word):
            return self._words.get(word)
        number = Fraction(word.rstrip("."))
        return SKIPPED if number in self._skipped else self._number(number)

    def _is_answer(self, word: str) -> bool:
        number = Fraction(word.rstrip(".")) if _NUMBER.fullmatch(word) else None
        return word in self._words or (number is not None and self._number(number) is not None)


def _scores(options: tuple[Option, ...]) -> dict[Fraction, int]:
    """The code of each score; of two options with the same one, the first's."""
    found: dict[Fraction, int] = {}
    for place, option in enumerate(options, 1):
        if option.score is not None:
            found.setdefault(exact(option.score), place)
    return found


def _step(number: Fraction, low: int, high: int) -> int | None:
    return int(number) - low + 1 if number.denominator == 1 and low <= number <= high else None
