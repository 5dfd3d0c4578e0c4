"""A wave's counts as far as each number may rest on them: every number keeps its own pace (steps.py).

It hands on counts and prints none: what may be said of them is decided by suppression.py alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from admin.scoring.blocks import Block
from admin.scoring.constructs import by_code
from admin.scoring.keying import Scale, key
from admin.scoring.patterns import Counts, Patterns
from admin.scoring.steps import Steps, settled, total
from survey_app.instrument.snapshot import Question

Answers = npt.NDArray[np.bool_]
"""By code of one column: whether it counts as an answer."""


class Pace:
    """The releases behind one page. `steps`: of what is shown; `whole`: of the whole wave, which decides how
    far each number has moved, so that parts add up to it."""

    def __init__(self, blocks: Mapping[str, Block], steps: Steps, whole: Steps, k: int) -> None:
        self.blocks = blocks
        self._steps = steps
        self._whole = whole
        self._k = k

    def settled(self, block: str, behind: Callable[[Patterns], int]) -> Patterns:
        """A block's counts as far as a number may rest on them; `behind`: on how many of a release's."""
        joined = [behind(step[block]) if block in step else 0 for step in self._whole]
        return self._until(block, settled(joined, self._k))

    def of_column(self, block: str, column: int, answers: Answers) -> Patterns:
        """A block's counts as far as the number of one of its columns may rest on them."""
        return self.settled(block, lambda found: int(codes(found, column, answers)[answers].sum()))

    def codes(self, block: str, column: int, answers: Answers) -> Counts:
        """Responses per code of one column, as far as its numbers have moved."""
        return codes(self.of_column(block, column, answers), column, answers)

    def _until(self, block: str, ready: int) -> Patterns:
        return total(block, self.blocks[block].bases, self._steps[:ready])


def codes(patterns: Patterns, column: int, answers: Answers) -> Counts:
    """Responses per code of one column, int64 [codes]."""
    return by_code(patterns.rows()[:, column], patterns.counts, len(answers))


def is_scale(question: Question) -> bool:
    """Whether the question's answers have an order and scores that differ."""
    keyed = key(question)
    response_set = question.response_set
    return response_set is not None and response_set.kind == "ordinal" and keyed.low < keyed.high


def answers_of(question: Question) -> Answers:
    """Which codes are answers to a question of one choice, where it is in no scale."""
    if is_scale(question):
        return key(question).answered
    return np.array([False, *(not option.missing for option in question.options)])


def complete(scale: Scale, patterns: Patterns) -> int:
    """How many answered every item of a scale."""
    rows = patterns.rows()
    answered = [key.answered[rows[:, column]] for column, key in enumerate(scale.keys)]
    return int(patterns.counts[np.logical_and.reduce(answered)].sum())


def numbered(patterns: Patterns) -> int:
    """How many gave a number."""
    return int(patterns.counts[patterns.rows().any(axis=1)].sum())


def ticked(patterns: Patterns) -> int:
    """How many ticked any box; the last column is the conflict."""
    return int(patterns.counts[patterns.rows()[:, :-1].any(axis=1)].sum())
