"""Closed answers as fixed columns of small numbers, in snapshot order: what released rows are made of.

It never sees words: texts and write-ins have no column here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_app.ballot import Ballot
from survey_app.instrument.conditions import Answer
from survey_app.instrument.model import Multi, Number
from survey_app.instrument.snapshot import Question, Snapshot

SKIPPED = 0


class CodingError(Exception):
    """Packed codes that do not belong to this snapshot."""


@dataclass(frozen=True)
class Column:
    """One coded column, `width` bytes wide. `option` is set for the boxes of a multi.

    Choice: 0 = skipped, else the 1-based place of the option. Box of a multi: 0 or 1. Conflict column of a
    multi: 1 if an exclusive option came with others, or more boxes than max_choices. Number: 0 = skipped,
    else value - minimum + 1.
    """

    name: str
    question: Question
    option: str | None = None
    width: int = 1


def columns(snapshot: Snapshot) -> tuple[Column, ...]:
    """The columns of a packed response, in snapshot order."""
    return tuple(column for question in snapshot.items() for column in _columns_of(question))


def encode(snapshot: Snapshot, ballot: Ballot) -> bytes:
    """The closed answers of a ballot, big-endian; an exclusive option gives way to others ticked with it."""
    packed = bytearray()
    for question in snapshot.items():
        for column, code in zip(_columns_of(question), _codes(question, ballot.answers), strict=True):
            packed += code.to_bytes(column.width, "big")
    return bytes(packed)


def decode(snapshot: Snapshot, packed: bytes) -> dict[str, Answer]:
    """The closed answers back out of `encode`'s bytes, without conflicts; raises CodingError."""
    codes = dict(_split(snapshot, packed))
    answers: dict[str, Answer] = {}
    for question in snapshot.items():
        answer = _answer(question, codes)
        if answer is not None:
            answers[question.id] = answer
    return answers


def _columns_of(question: Question) -> tuple[Column, ...]:
    if isinstance(question.item, Multi):
        boxes = tuple(Column(f"{question.id}__{o.value}", question, o.value) for o in question.options)
        return (*boxes, Column(f"{question.id}__conflict", question))
    if isinstance(question.item, Number):
        return (Column(question.id, question, width=2),)
    return (Column(question.id, question),) if question.options else ()


def _codes(question: Question, answers: Mapping[str, Answer]) -> tuple[int, ...]:
    answer = answers.get(question.id)
    if isinstance(question.item, Multi):
        return _boxes(question, question.item, answer if isinstance(answer, tuple) else ())
    if isinstance(question.item, Number):
        low, high = question.item.minimum, question.item.maximum
        return (answer - low + 1 if isinstance(answer, int) and low <= answer <= high else SKIPPED,)
    values = [option.value for option in question.options]
    return (values.index(answer) + 1 if answer in values else SKIPPED,) if values else ()


def _boxes(question: Question, item: Multi, ticked: tuple[str, ...]) -> tuple[int, ...]:
    known = [option for option in question.options if option.value in ticked]
    named = [option.value for option in known if not option.exclusive]
    kept = named or [option.value for option in known]
    too_many = item.max_choices is not None and len(kept) > item.max_choices
    conflict = len(kept) < len(known) or too_many
    return (*(int(option.value in kept) for option in question.options), int(conflict))


def _split(snapshot: Snapshot, packed: bytes) -> Iterator[tuple[str, int]]:
    layout = columns(snapshot)
    if len(packed) != sum(column.width for column in layout):
        raise CodingError("the packed response has another length than this snapshot's columns")
    position = 0
    for column in layout:
        yield column.name, int.from_bytes(packed[position : position + column.width], "big")
        position += column.width


def _answer(question: Question, codes: Mapping[str, int]) -> Answer | None:
    if isinstance(question.item, Multi):
        ticked = [o.value for o in question.options if codes[f"{question.id}__{o.value}"]]
        return tuple(ticked) or None
    code = codes.get(question.id, SKIPPED)
    if code == SKIPPED:
        return None
    if isinstance(question.item, Number):
        return code - 1 + question.item.minimum
    if code > len(question.options):
        raise CodingError(f"{question.id} has no option number {code}")
    return question.options[code - 1].value
