"""What each answer counts: options, reversal, weights and the threshold of a scale as exact whole numbers.

It reads the instrument only; there are no answers here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
import numpy.typing as npt

from admin.scoring.blocks import members
from survey_app.instrument.model import Activity, Construct, Option
from survey_app.instrument.snapshot import Question, Snapshot

Whole = npt.NDArray[np.int64]

POSITIVE_AT = Fraction(5, 8)
"""How far up a scale the positive answers begin where the instrument is silent: 3.5 on 1 to 5."""


class KeyingError(ValueError):
    """A scale whose scores cannot be added exactly; the text names it."""


@dataclass(frozen=True, eq=False)
class Key:
    """What the answers to one item count.

    `scores`: by code, after reversal; None for skipped and for options without a score ("does not apply").
    `low`, `high`: the ends of the item's scale. `weight`: its weight in the mean.
    """

    item: str
    scores: tuple[Fraction | None, ...]
    low: Fraction
    high: Fraction
    weight: Fraction
    reverse: bool

    @cached_property
    def answered(self) -> npt.NDArray[np.bool_]:
        """By code: whether it counts as an answer."""
        return np.array([score is not None for score in self.scores])

    @cached_property
    def keyed(self) -> npt.NDArray[np.float64]:
        """By code: the score after reversal, nan where it is no answer."""
        return np.array([np.nan if score is None else float(score) for score in self.scores])

    @cached_property
    def tones(self) -> npt.NDArray[np.int8]:
        """By code: -1 below the middle of the scale, 0 at it or no answer, 1 above it: favourable."""
        doubled = [0 if score is None else 2 * score - self.low - self.high for score in self.scores]
        return np.array([(excess > 0) - (excess < 0) for excess in doubled], np.int8)


@dataclass(frozen=True, eq=False)
class Scale:
    """A construct or activity, ready to be scored. `id` is its block's; `keys` follow the block's columns."""

    id: str
    keys: tuple[Key, ...]
    min_answered: int
    positive_above: Fraction
    low: Fraction
    high: Fraction

    @property
    def negative_below(self) -> Fraction:
        """The mirror image of the positive threshold: 2.5 on 1 to 5."""
        return min(self.low + self.high - self.positive_above, self.positive_above)

    @cached_property
    def unit(self) -> int:
        """Scores times `unit` are whole numbers."""
        return lcm(*(score.denominator for key in self.keys for score in key.scores if score is not None))

    @cached_property
    def weights(self) -> tuple[Whole, ...]:
        """Per item, by code: the whole-number weight of an answer, 0 where there is none."""
        shared = lcm(*(key.weight.denominator for key in self.keys))
        return tuple(np.where(key.answered, int(key.weight * shared), 0) for key in self.keys)

    @cached_property
    def points(self) -> tuple[Whole, ...]:
        """Per item, by code: weight x score x unit; raises KeyingError where sums would not fit 64 bits."""
        points = [
            [
                int(weight) * int((score or 0) * self.unit)
                for weight, score in zip(weights, key.scores, strict=True)
            ]
            for weights, key in zip(self.weights, self.keys, strict=True)
        ]
        most = sum(max(map(abs, codes)) for codes in points) + self.unit * sum(
            int(w.max()) for w in self.weights
        )
        if most * (abs(self.positive_above.numerator) + self.positive_above.denominator) >= 2**62:
            raise KeyingError(f"{self.id}: its scores or weights have too many decimals")
        return tuple(np.array(codes, np.int64) for codes in points)


def scales(snapshot: Snapshot) -> tuple[Scale, ...]:
    """The constructs, then the activities, that this snapshot asks enough of to be scored."""
    instrument = snapshot.instrument
    every: list[tuple[str, Construct | Activity]] = [(f"construct.{c.id}", c) for c in instrument.constructs]
    every += [(f"activity.{a.id}", a) for a in instrument.logic_model.activities]
    asked = ((id, scale, members(snapshot, scale)) for id, scale in every)
    return tuple(
        _scale(snapshot, id, scale) for id, scale, items in asked if len(items) >= scale.score.min_answered
    )


def _scale(snapshot: Snapshot, id: str, scale: Construct | Activity) -> Scale:
    questions = {question.id: question for question in snapshot.items()}
    keys = tuple(
        key(questions[member.item], member.reverse, member.weight) for member in members(snapshot, scale)
    )
    low, high = min(key.low for key in keys), max(key.high for key in keys)
    stated = scale.positive_above
    above = low + POSITIVE_AT * (high - low) if stated is None else exact(stated)
    return Scale(id, keys, scale.score.min_answered, above, low, high)


def key(question: Question, reverse: bool = False, weight: float = 1) -> Key:
    """How the answers to one question count; reversed, a score x becomes low + high - x."""
    scores = [_score(option) for option in question.options]
    known = [score for score in scores if score is not None] or [Fraction(0)]
    low, high = min(known), max(known)
    if reverse:
        scores = [None if score is None else low + high - score for score in scores]
    return Key(question.id, (None, *scores), low, high, exact(weight), reverse)


def exact(number: float) -> Fraction:
    """The decimal number as it is written: 0.1 is one tenth."""
    return Fraction(str(number))


def _score(option: Option) -> Fraction | None:
    return None if option.missing or option.score is None else exact(option.score)
