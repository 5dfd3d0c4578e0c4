"""Whether a show_if condition holds, given the answers before it. It never looks ahead and never raises."""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.instrument.model import Condition

Answer = str | tuple[str, ...] | int
"""A code, the ticked codes in printed order, a number, or words."""


def holds(condition: Condition, answers: Mapping[str, Answer]) -> bool:
    """True if the condition holds; a skipped question has no code, so `none_of` holds for it."""
    if condition.all is not None:
        return all(holds(part, answers) for part in condition.all)
    if condition.any is not None:
        return any(holds(part, answers) for part in condition.any)
    return _test(condition, answers.get(condition.item or ""))


def _test(condition: Condition, answer: Answer | None) -> bool:
    if condition.answered is not None:
        return condition.answered == (answer is not None)
    if condition.any_of is not None:
        return bool(_codes(answer) & set(condition.any_of))
    if condition.none_of is not None:
        return not _codes(answer) & set(condition.none_of)
    if not isinstance(answer, int):
        return False
    low = condition.gte is None or answer >= condition.gte
    return low and (condition.lte is None or answer <= condition.lte)


def _codes(answer: Answer | None) -> set[str]:
    if isinstance(answer, str):
        return {answer}
    return set(answer) if isinstance(answer, tuple) else set()
