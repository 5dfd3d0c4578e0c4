"""A show_if condition as a CSS selector, so that follow-up questions appear without a script.

It decides nothing for good: the server applies every condition again to what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.instrument.model import Condition, Number, OpenText
from survey_app.instrument.snapshot import Question, Snapshot

SELECT_MAX = 101
"""A number with at most so many values is a list to choose from; only then can CSS compare it."""


def selector(snapshot: Snapshot, names: Mapping[str, str], condition: Condition) -> str:
    """Pseudo-classes for the form, such as `:has([name=a1][value="yes"]:checked)`, that match while it holds.

    "" where CSS cannot tell (a number typed freely): the question then stays in view.
    """
    questions = {question.id: question for question in snapshot.items()}
    return _selector(condition, questions, names)


def is_list(item: Number) -> bool:
    """Whether the number is chosen from a list."""
    return item.maximum - item.minimum < SELECT_MAX


def _selector(condition: Condition, questions: Mapping[str, Question], names: Mapping[str, str]) -> str:
    if condition.all is not None:
        return "".join(_selector(part, questions, names) for part in condition.all)
    if condition.any is not None:
        parts = [_selector(part, questions, names) for part in condition.any]
        return f":is({','.join(parts)})" if all(parts) else ""
    question = questions[condition.item or ""]
    answered = _answered(condition, question, names[question.id])
    # A question that is hidden itself counts as skipped, on the page as on the server.
    if answered and question.item.show_if:
        answered += _selector(question.item.show_if, questions, names)
    negated = condition.none_of is not None or condition.answered is False
    return f":not({answered})" if answered and negated else answered


def _answered(condition: Condition, question: Question, name: str) -> str:
    if isinstance(question.item, Number):
        return _number(condition, question.item, name)
    if isinstance(question.item, OpenText):
        return f':has([name="{name}"]:not(:placeholder-shown))'
    codes = condition.any_of or condition.none_of or tuple(option.value for option in question.options)
    return _chosen(f'[name="{name}"]', codes)


def _number(condition: Condition, item: Number, name: str) -> str:
    if not is_list(item):
        return f':has([name="{name}"]:not(:placeholder-shown))' if condition.answered is not None else ""
    low = item.minimum if condition.gte is None else condition.gte
    high = item.maximum if condition.lte is None else condition.lte
    values = range(max(low, item.minimum), min(high, item.maximum) + 1)
    return _chosen(f'[name="{name}"] ', [str(value) for value in values])


def _chosen(where: str, codes: tuple[str, ...] | list[str]) -> str:
    values = ",".join(f'[value="{code}"]' for code in codes)
    return f":has({where}:is({values}):checked)"
