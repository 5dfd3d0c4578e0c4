"""comments.csv: what others may read of a wave's comments, apart from the rows and with no way back to them.

Only what a person blacked out and let out; no original is read here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from random import SystemRandom

from admin.asked import OTHER
from admin.comments import Comment
from admin.export.export import Export
from admin.export.guard import guarded

COMMENTS_HEAD = ("item", "question", "beside_an_option", "words")


def comments_csv(export: Export) -> Iterator[bytes]:
    """A line for each comment, freshly shuffled; without words where they were taken back."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COMMENTS_HEAD)
    heap = list(export.comments)
    SystemRandom().shuffle(heap)
    for comment in heap:
        writer.writerow([guarded(cell) for cell in _line(export, comment)])
    yield text.getvalue().encode()


def _line(export: Export, comment: Comment) -> tuple[str, ...]:
    item = comment.item.removesuffix(OTHER)
    asked = {one.snapshot.hash: one.snapshot for one in export.scope.each}
    snapshot = asked.get(comment.snapshot, export.layout.snapshot)
    question = snapshot.wording(snapshot.instrument.source_language)(f"{item}.text")
    return item, str(question), "yes" if item != comment.item else "", comment.words
