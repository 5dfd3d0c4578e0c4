"""Comments put under the questions that they answer. It looks for nothing in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from admin.comments import Comment
from survey_app.instrument.snapshot import Said, Snapshot

OTHER = "__other"
"""What a write-in's item ends with: it stands beside the question before it."""


@dataclass(frozen=True)
class Question:
    """One question of a wave with what was written to it, in an order that means nothing."""

    said: Said
    in_other_words: bool
    comments: tuple[Comment, ...]


class Asked:
    """The questions of every snapshot; `snapshot` finds one by its hash."""

    def __init__(self, snapshot: Callable[[str], Snapshot]) -> None:
        self._snapshot = snapshot

    def by_question(self, comments: Sequence[Comment]) -> tuple[Question, ...]:
        """The questions in the order of the survey; those of several versions stay apart."""
        asked = dict.fromkeys((one.snapshot, one.item) for one in comments)
        return tuple(
            Question(*self.said(*key), tuple(one for one in comments if (one.snapshot, one.item) == key))
            for key in sorted(asked, key=self._order)
        )

    def said(self, snapshot: str, item: str) -> tuple[Said, bool]:
        """The question's wording, and whether this is what was written in beside its answers."""
        frozen, question = self._snapshot(snapshot), item.removesuffix(OTHER)
        wording = frozen.wording(frozen.instrument.source_language)
        return wording(f"{question}.text"), question != item

    def _order(self, key: tuple[str, str]) -> tuple[str, int]:
        snapshot, item = key
        ids = [question.id for question in self._snapshot(snapshot).items()]
        return snapshot, ids.index(item.removesuffix(OTHER))
