"""Counts of the items that are in no scale, over a stream of responses. Nothing is suppressed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np

from admin.scoring.constructs import moments
from admin.scoring.patterns import Bytes, Counts
from survey_app.instrument.model import Multi, Number
from survey_app.instrument.snapshot import Question


@dataclass(frozen=True)
class ChoiceStatistics:
    """One choice, or a check-all question: `n` answered, or ticked something.

    `counts`: by option. An option that means "does not apply" is counted and is not in `n`. `conflicts`: how
    many ticked an exclusive box with others, or too many boxes.
    """

    n: int
    counts: Mapping[str, int]
    shares: Mapping[str, float]
    conflicts: int


@dataclass(frozen=True)
class NumberStatistics:
    """A question for a whole number; `sd` with n - 1, nan where there are too few."""

    n: int
    mean: float
    sd: float
    lowest: int | None
    highest: int | None


class ChoiceTally:
    """A question with options. `places`: column name -> byte position in a packed response."""

    def __init__(self, question: Question, places: Mapping[str, int]) -> None:
        self._question, self._boxes = question, isinstance(question.item, Multi)
        names = [f"{question.id}__{option.value}" for option in question.options]
        self._places = [places[name] for name in names] if self._boxes else [places[question.id]]
        self._conflict = places.get(f"{question.id}__conflict")
        self._counts: Counts = np.zeros(len(names), np.int64)
        self._n = self._conflicts = 0

    def add(self, responses: Bytes) -> None:
        """Count packed responses, uint8 [n, bytes of one]."""
        codes = responses[:, self._places]
        if self._conflict is None:
            self._counts += np.bincount(codes[:, 0], minlength=1 + len(self._counts))[1:]
        else:
            self._counts += codes.sum(axis=0, dtype=np.int64)
            self._n += int(codes.any(axis=1).sum())
            self._conflicts += int(responses[:, self._conflict].sum(dtype=np.int64))

    @property
    def statistics(self) -> ChoiceStatistics:
        """What was counted so far."""
        counts = dict(zip((o.value for o in self._question.options), self._counts.tolist(), strict=True))
        based = [option.value for option in self._question.options if self._boxes or not option.missing]
        n = self._n if self._boxes else sum(counts[value] for value in based)
        shares = {value: counts[value] / n if n else nan for value in based}
        return ChoiceStatistics(n, counts, shares, self._conflicts)


class NumberTally:
    """A question for a whole number, two bytes from `place` on."""

    def __init__(self, item: Number, place: int) -> None:
        self._item, self._place = item, place
        self._counts: Counts = np.zeros(item.maximum - item.minimum + 2, np.int64)

    def add(self, responses: Bytes) -> None:
        """Count packed responses, uint8 [n, bytes of one]."""
        codes = responses[:, self._place].astype(np.int64) * 256 + responses[:, self._place + 1]
        self._counts += np.bincount(codes, minlength=len(self._counts))

    @property
    def statistics(self) -> NumberStatistics:
        """What was counted so far."""
        (steps,) = np.nonzero(self._counts[1:])
        values, counts = steps + self._item.minimum, self._counts[1:][steps]
        mean, sd = moments(values.astype(np.float64), counts)
        ends = (int(values[0]), int(values[-1])) if len(values) else (None, None)
        return NumberStatistics(int(counts.sum()), mean, sd, *ends)
