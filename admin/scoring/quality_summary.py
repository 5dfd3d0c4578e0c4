"""What a page may say of how the survey was filled in: what was skipped, how much was answered, and how.

Every number is one of suppression.py's `Shown`; it is told of all together and points at nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from admin.scoring.blocks import blocks
from admin.scoring.keying import key
from admin.scoring.pace import Pace, answers_of, codes, numbered, ticked
from admin.scoring.patterns import Patterns
from admin.scoring.quality import ANSWERED, BLOCKS, STRAIGHT
from admin.scoring.steps import Steps
from admin.scoring.suppression import Rules, Shown
from survey_app.instrument.model import Number
from survey_app.instrument.snapshot import Question, Said, Snapshot

ALONE = "item."
"""What the blocks of questions in no scale are called."""


@dataclass(frozen=True)
class SkippedItem:
    """One question: `share` of the `n` young people behind it left it out."""

    id: str
    number: int
    text: Said
    n: Shown
    share: Shown


@dataclass(frozen=True)
class ConflictItem:
    """One question with a "none of these": `share` of the `n` who ticked something ticked it with others."""

    id: str
    number: int
    text: Said
    n: Shown
    share: Shown


@dataclass(frozen=True)
class QualitySummary:
    """How the survey was filled in. `median`: half answered so many of `questions` or more, among `n`.
    `straight`: of the `statements_n` who answered enough statements, those who answered all alike."""

    skipped: tuple[SkippedItem, ...]
    questions: int
    n: Shown
    median: Shown
    statements_n: Shown
    straight: Shown
    conflicts: tuple[ConflictItem, ...]


def judge(snapshot: Snapshot, steps: Steps, k: int, language: str) -> QualitySummary:
    """The quality of a series of releases; each number keeps the pace of its question's own number."""
    places = {block.id: block for block in blocks(snapshot)}
    rules, pace = Rules(k), Pace(places | BLOCKS, steps, steps, k)
    asked = _Asked(snapshot, pace)
    say = snapshot.wording(language)
    found = [(question, asked.answered(question)) for question in asked.questions]
    answered = _by_code(pace.settled(ANSWERED.id, lambda one: one.n), ANSWERED.bases[0])
    straight = _by_code(pace.settled(STRAIGHT.id, _enough), STRAIGHT.bases[0])
    return QualitySummary(
        skipped=tuple(
            SkippedItem(q.id, q.number, say(f"{q.id}.text"), rules.people(n), _skipped(rules, given, n))
            for q, (given, n) in found
        ),
        questions=len(found),
        n=rules.people(sum(answered)),
        median=rules.middle(answered),
        statements_n=rules.people(sum(straight[1:])),
        straight=rules.share(straight[2], sum(straight[1:])),
        conflicts=tuple(
            ConflictItem(q.id, q.number, say(f"{q.id}.text"), rules.people(n), rules.share(both, n))
            for q in asked.questions
            if q.kind == "multi" and any(option.exclusive for option in q.options)
            for both, n in (asked.conflicts(q),)
        ),
    )


class _Asked:
    """The questions with a column, and who answered each."""

    def __init__(self, snapshot: Snapshot, pace: Pace) -> None:
        self._pace = pace
        found: dict[str, tuple[str, int]] = {}
        for block in pace.blocks.values():
            for column, name in enumerate(block.columns):
                found.setdefault(
                    block.id.removeprefix(ALONE) if _is_alone(block.id) else name, (block.id, column)
                )
        self._places = found
        self.questions = tuple(question for question in snapshot.items() if question.id in found)

    def answered(self, question: Question) -> tuple[int, int]:
        """How many answered, of how many, as far as the question's number has moved."""
        block, column = self._places[question.id]
        if question.kind == "multi" or isinstance(question.item, Number):
            behind = ticked if question.kind == "multi" else numbered
            patterns = self._pace.settled(block, behind)
            return behind(patterns), patterns.n
        answers = answers_of(question) if _is_alone(block) else key(question).answered
        patterns = self._pace.of_column(block, column, answers)
        return int(codes(patterns, column, answers)[answers].sum()), patterns.n

    def conflicts(self, question: Question) -> tuple[int, int]:
        """How many ticked what excludes each other, of those who ticked anything."""
        patterns = self._pace.settled(self._places[question.id][0], ticked)
        return int(patterns.counts @ patterns.rows()[:, -1].astype(np.int64)), ticked(patterns)


def _is_alone(block: str) -> bool:
    return block.startswith(ALONE)


def _skipped(rules: Rules, answered: int, n: int) -> Shown:
    """Nothing at all of a question whose own number is hidden."""
    return rules.few if answered < rules.k else rules.share(n - answered, n)


def _enough(patterns: Patterns) -> int:
    return int(patterns.counts[patterns.rows()[:, 0] > 0].sum())


def _by_code(patterns: Patterns, size: int) -> Sequence[int]:
    counts = np.zeros(size, np.int64)
    counts[patterns.rows()[:, 0]] = patterns.counts
    return tuple(counts.tolist())
