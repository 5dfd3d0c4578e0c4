"""What young people wrote in their own words: read by a person, blacked out, shown to others, destroyed.

Nothing leads from a comment to a response, nor from what others read back to the comment. It searches none.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import SystemRandom
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from admin.comment_tables import comments, judged, readable, shown_words
from admin.released_file import open_released, rewrite
from survey_app.boxes import ID_SIZE


@dataclass(frozen=True)
class Comment:
    """What one young person wrote in answer to one question, apart from everything else; `id` is random."""

    id: bytes
    wave: str
    snapshot: str
    item: str
    words: str


class Fate(StrEnum):
    """What a person decided about a comment."""

    KEPT = "kept"
    BLACKED = "blacked"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Judgement:
    """A decision: `words` is what others may read, "" where it is withheld; `reason` names what was taken
    out, or why all of it. `version` counts decisions; `settled`: it cannot be decided anew."""

    fate: Fate
    reason: str
    words: str
    version: int = 0
    settled: bool = False


class Comments:
    """The comments in released.db. Every method raises SQLAlchemyError where the database fails."""

    def __init__(self, url: str) -> None:
        self._engine = open_released(url)

    def of(self, wave: str) -> tuple[Comment, ...]:
        """What may be read of a wave's comments, in an order that means nothing."""
        return self._comments(comments.c.wave == wave)

    def find(self, comment: bytes) -> Comment | None:
        """One comment, or None where there is none that may be read."""
        return next(iter(self._comments(comments.c.id == comment)), None)

    def waves(self) -> tuple[str, ...]:
        """The waves of which comments are kept, whether they may be read or not."""
        with self._engine.begin() as connection:
            return tuple(sorted(connection.execute(select(comments.c.wave).distinct()).scalars()))

    def judgements(self, wave: str) -> dict[bytes, Judgement]:
        """What was decided about a wave's comments."""
        found = select(judged).join(comments, comments.c.id == judged.c.id).where(comments.c.wave == wave)
        with self._engine.begin() as connection:
            return {row.id: _judgement(row) for row in connection.execute(found)}

    def judge(self, comment: bytes, judgement: Judgement) -> bool:
        """Keep a decision in place of the one with its version (0: of none). False where somebody else
        decided meanwhile, where it is settled, or where there is no such comment to read."""
        stated = {"fate": judgement.fate.value, "reason": judgement.reason, "words": judgement.words}
        values = stated | {"version": judgement.version + 1}
        here = (judged.c.id == comment) & (judged.c.version == judgement.version) & (judged.c.settled == 0)
        try:
            with self._engine.begin() as connection:
                if judgement.version:
                    return connection.execute(update(judged).where(here).values(values)).rowcount == 1
                if connection.execute(select(readable).filter_by(id=comment)).first() is None:
                    return False
                connection.execute(insert(judged).values(id=comment, settled=0, **values))
                return True
        except IntegrityError:
            return False

    def ready(self, wave: str, k: int) -> int:
        """How many comments others would read after `share`."""
        with self._engine.begin() as connection:
            return len(_ready(connection, wave, k))

    def share(self, wave: str, k: int) -> int:
        """Let others read what is left of a wave's comments, where that is k or more to one question; returns
        how many join. What is withheld is settled too. Their order and their ids are new."""
        with self._engine.begin() as connection:
            joining = _ready(connection, wave, k)
            heap = [_shown(row) for row in joining]
            SystemRandom().shuffle(heap)
            if heap:
                connection.execute(insert(shown_words), heap)
            withheld = connection.execute(_decided(wave).where(judged.c.fate == Fate.WITHHELD.value)).all()
            for row in (*joining, *withheld):
                connection.execute(update(judged).where(judged.c.id == row.id).values(settled=1))
        rewrite(self._engine)
        return len(joining)

    def shown(self, wave: str) -> tuple[Comment, ...]:
        """What others may read, in an order that means nothing; without words where it was taken back."""
        found = select(shown_words).where(shown_words.c.wave == wave).order_by(shown_words.c.id)
        with self._engine.begin() as connection:
            return tuple(map(_comment, connection.execute(found)))

    def take_back(self, wave: str, shown: bytes) -> bool:
        """Take the words out of what others read. Its place stays: how many there are must tell nothing."""
        which = (shown_words.c.wave == wave) & (shown_words.c.id == shown) & (shown_words.c.words != "")
        with self._engine.begin() as connection:
            taken = connection.execute(update(shown_words).where(which).values(words="")).rowcount == 1
        rewrite(self._engine)
        return taken

    def doomed(self, over: Collection[str], spared: Collection[bytes]) -> tuple[str, ...]:
        """The waves of which `destroy` would destroy something."""
        with self._engine.begin() as connection:
            return tuple(sorted({row.wave for row in _doomed(connection, over, spared)}))

    def destroy(self, over: Collection[str], spared: Collection[bytes]) -> None:
        """Destroy what was written: all of the waves that are `over`, and of the others what is settled and
        not `spared`. What is deleted is overwritten (secure_delete), and a SQLite file is rewritten."""
        with self._engine.begin() as connection:
            gone = [row.id for row in _doomed(connection, over, spared)]
            for kind in (judged, readable, comments):
                _delete(connection, kind, gone)
        if gone:
            rewrite(self._engine)

    def _comments(self, which: ColumnElement[bool]) -> tuple[Comment, ...]:
        found = select(comments).join(readable, readable.c.id == comments.c.id).where(which)
        with self._engine.begin() as connection:
            return tuple(map(_comment, connection.execute(found.order_by(comments.c.id))))


def _decided(wave: str) -> Select[Any]:
    """What was decided in a wave and is not settled."""
    found = select(judged.c.id, judged.c.words, comments.c.wave, comments.c.snapshot, comments.c.item)
    return found.join(comments, comments.c.id == judged.c.id).where(
        (comments.c.wave == wave) & (judged.c.settled == 0)
    )


def _ready(connection: Connection, wave: str, k: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The decisions that may join what others read: of one question to one snapshot k or more, or none."""
    rows = connection.execute(_decided(wave).where(judged.c.fate != Fate.WITHHELD.value)).all()
    sizes = Counter((row.snapshot, row.item) for row in rows)
    return [row for row in rows if sizes[row.snapshot, row.item] >= k]


def _doomed(
    connection: Connection, over: Collection[str], spared: Collection[bytes]
) -> Sequence[Row[*tuple[Any, ...]]]:
    columns = select(comments.c.id, comments.c.wave, judged.c.settled)
    found = connection.execute(columns.outerjoin(judged, judged.c.id == comments.c.id)).all()
    return [row for row in found if row.wave in over or (row.settled and row.id not in spared)]


def _delete(connection: Connection, kind: Table, ids: Collection[bytes]) -> None:
    for one in sorted(ids):
        connection.execute(delete(kind).where(kind.c.id == one))


def _comment(row: Row[*tuple[Any, ...]]) -> Comment:
    return Comment(row.id, row.wave, row.snapshot, row.item, row.words)


def _judgement(row: Row[*tuple[Any, ...]]) -> Judgement:
    return Judgement(Fate(row.fate), row.reason, row.words, row.version, bool(row.settled))


def _shown(row: Row[*tuple[Any, ...]]) -> dict[str, object]:
    names = ("wave", "snapshot", "item", "words")
    return {"id": os.urandom(ID_SIZE), **{name: getattr(row, name) for name in names}}
