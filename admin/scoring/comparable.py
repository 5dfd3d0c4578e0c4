"""Whether a construct asked in two waves is the same one, so that its numbers may stand in one line.

It reads instruments only; there are no answers here.
"""

from __future__ import annotations

import re

from admin.scoring.blocks import members
from survey_app.instrument.snapshot import Question, Snapshot

Signature = tuple[object, ...]
"""Equal for two constructs that ask the same, key it the same and score it the same."""

WORD = re.compile(r"\w+")


def signature(snapshot: Snapshot, construct: str) -> Signature | None:
    """What a construct asks and how it is scored; None where the snapshot does not ask it.

    The words of statements and answers count, their case and punctuation do not.
    """
    stated = next((one for one in snapshot.instrument.constructs if one.id == construct), None)
    if stated is None:
        return None
    questions = {question.id: question for question in snapshot.items()}
    items = tuple(
        (member.item, member.reverse, member.weight, *_asked(snapshot, questions[member.item]))
        for member in members(snapshot, stated)
    )
    return (stated.score.method, stated.score.min_answered, stated.positive_above, items) if items else None


def _asked(snapshot: Snapshot, question: Question) -> tuple[object, ...]:
    """The question's own words and its answers with their scores."""
    say = snapshot.wording(snapshot.instrument.source_language)
    options = tuple((option.value, option.score, option.missing) for option in question.options)
    return _words(str(say(f"{question.id}.text"))), options


def _words(text: str) -> tuple[str, ...]:
    return tuple(WORD.findall(text.casefold()))
