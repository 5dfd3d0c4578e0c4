"""Whether a construct asked in two waves is the same one, so that its numbers may stand in one line.

It reads instruments only; there are no answers here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from admin.scoring.blocks import members
from survey_app.instrument.model import Activity, Construct, Multi, Number, Option, ScaleBlock
from survey_app.instrument.snapshot import Question, Snapshot

Signature = tuple[object, ...]
"""Equal for two constructs that ask the same, key it the same and score it the same."""

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Asked:
    """A question's signature. `words`: its own; `answers`: what can be answered, worded and scored."""

    words: tuple[str, ...]
    answers: tuple[object, ...]


def signature(snapshot: Snapshot, construct: str) -> Signature | None:
    """What a construct asks and how it is scored; None where the snapshot does not ask it.

    The words of statements and answers count, their case and punctuation do not.
    """
    stated = next((one for one in snapshot.instrument.constructs if one.id == construct), None)
    return scored_as(snapshot, stated) if stated else None


def scored_as(snapshot: Snapshot, stated: Construct | Activity) -> Signature | None:
    """The signature of a construct or activity of this snapshot."""
    questions = {question.id: question for question in snapshot.items()}
    items = tuple(
        (member.item, member.reverse, member.weight, asked(snapshot, questions[member.item]))
        for member in members(snapshot, stated)
    )
    return (*rule(stated), items) if items else None


def rule(stated: Construct | Activity) -> Signature:
    """How the answers of a construct or activity become its score."""
    return stated.score.method, stated.score.min_answered, stated.positive_above


def asked(snapshot: Snapshot, question: Question) -> Asked:
    """The signature of one question."""
    item = question.item
    stem = _words(snapshot, f"{item.id}.stem") if isinstance(item, ScaleBlock) else ()
    shape: tuple[object, ...] = (question.kind,)
    if isinstance(item, Number):
        shape = (*shape, item.minimum, item.maximum)
    if isinstance(item, Multi):
        shape = (*shape, item.max_choices)
    options = tuple(_option(snapshot, question, option) for option in question.options)
    return Asked((*stem, *_words(snapshot, f"{question.id}.text")), (*shape, *options))


def _option(snapshot: Snapshot, question: Question, option: Option) -> tuple[object, ...]:
    named = getattr(question.item, "response_set", "")
    words = _words(snapshot, f"response_set.{named}.{option.value}")
    return option.value, option.score, option.missing, option.exclusive, words


def _words(snapshot: Snapshot, key: str) -> tuple[str, ...]:
    say = snapshot.wording(snapshot.instrument.source_language)
    return tuple(WORD.findall(str(say(key)).casefold()))
