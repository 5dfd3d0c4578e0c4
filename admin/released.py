"""The released responses, and the sealed ballots that wait to join them. The only reader of responses.

What is read back out is counts; a single response is looked at only to check the ledger. Comments are put
away here, together with their responses; comments.py reads them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import attrgetter
from random import SystemRandom
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from admin.comment_tables import comments, readable
from admin.ledger import START, Entry, Line, checksum
from admin.released_file import open_released, rewrite
from admin.released_tables import cards, counts, ledger, pending, responses, seen
from admin.scoring.patterns import Patterns
from admin.tallies import Tallies
from survey_app.boxes import ID_SIZE, BoxFile

UNKNOWN_KEY = "unknown key"
"""The one fault that may pass: a ballot with it is tried again at every release."""

DAMAGED = "damaged on the way"

ANY = 2**31 - 1
"""No release has a greater number."""

ROWS_AT_ONCE = 8192
_Row = TypeVar("_Row")
_AT_ONCE = 1000
"""Rows that are held in memory at a time, however many a release has."""

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class ReleaseError(Exception):
    """Nothing was released; the text says why."""


@dataclass(frozen=True)
class Lot:
    """Responses released together: of one wave, unit and snapshot, at least k from each of their boxes.

    `ids`: the ballots they come from. `codes`: packed closed answers. `words`: (item id, text). None of the
    three is in another's order. `blocks`: the counts over `codes`. Where cards are in use, `cards`: the
    hashes of the codes that count with this lot, and `dropped`: ballots of the same boxes that do not count.
    """

    wave: str
    unit: str
    snapshot: str
    ids: tuple[bytes, ...]
    codes: tuple[bytes, ...]
    words: tuple[tuple[str, str], ...]
    blocks: Mapping[str, Patterns]
    cards: tuple[bytes, ...] = ()
    dropped: tuple[bytes, ...] = ()


class Released:
    """What released.db holds. Every method raises SQLAlchemyError where the database fails."""

    def __init__(self, url: str) -> None:
        self._engine = open_released(url)

    def take_in(self, box: BoxFile) -> int:
        """Keep a box's ballots that never came before; returns how many. What was damaged is set aside."""
        rows = {ballot_id: _pending(box, ballot_id, sealed, "") for ballot_id, sealed in box.ballots}
        damaged = {_named(record): record[ID_SIZE:] for record in box.damaged}
        with self._engine.begin() as connection:
            new = [rows[ballot_id] for ballot_id in _new(connection, rows)]
            aside = [_pending(box, name, damaged[name], DAMAGED) for name in _new(connection, damaged)]
            if new or aside:
                connection.execute(insert(pending), new + aside)
        return len(new)

    def has_seen(self, arrival: bytes) -> bool:
        """Whether a ballot or letter with this id ever came."""
        with self._engine.begin() as connection:
            return connection.execute(select(seen.c.id).where(seen.c.id == arrival)).first() is not None

    def remember(self, arrival: bytes) -> None:
        """Note that a letter with this id came."""
        with self._engine.begin() as connection:
            _new(connection, [arrival])

    def tidy(self) -> None:
        """Rewrite a SQLite file, so that nothing in it tells in which order boxes and letters were brought.

        Where that cannot be done now, the next import does it: what was taken in is safe either way.
        """
        rewrite(self._engine)

    def waiting_boxes(self) -> list[tuple[str, str]]:
        """(wave, box) of the sealed ballots that may be tried, sorted. To be told to nobody."""
        query = select(pending.c.wave, pending.c.box).distinct().where(_may_be_tried())
        with self._engine.begin() as connection:
            return sorted((row.wave, row.box) for row in connection.execute(query))

    def waiting_ballots(self, wave: str, box: str) -> Iterator[tuple[bytes, bytes]]:
        """The sealed ballots (id, sealed) of a box that may be tried; a box may hold more than the memory."""
        query = select(pending.c.id, pending.c.sealed).filter_by(wave=wave, box=box).where(_may_be_tried())
        last = b""
        while True:
            with self._engine.begin() as connection:
                next_ones = query.where(pending.c.id > last).order_by(pending.c.id).limit(_AT_ONCE)
                rows = connection.execute(next_ones).all()
            yield from ((row.id, row.sealed) for row in rows)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].id

    def await_cards(self, hashes: Iterable[bytes]) -> None:
        """From now on the codes with these hashes count; all of them, or none. Their order is not kept."""
        with self._engine.begin() as connection:
            connection.execute(insert(cards), [{"hash": hashed} for hashed in sorted(hashes)])

    def awaited_cards(self) -> frozenset[bytes]:
        """The hashes of the codes, of all waves, that have not counted yet. To be told to nobody."""
        with self._engine.begin() as connection:
            return frozenset(connection.execute(select(cards.c.hash)).scalars())

    def set_aside(self) -> int:
        """How many ballots could not be opened, or are no ballots."""
        query = select(func.count()).select_from(pending).where(pending.c.fault != "")
        with self._engine.begin() as connection:
            return int(connection.execute(query).scalar_one())

    def publish(self, lots: Sequence[Lot], faults: Mapping[bytes, str]) -> int:
        """Release all lots in one transaction, or none; note why other ballots could not be read.

        Returns the release's number, 0 without a lot. Raises ReleaseError if a ballot was released meanwhile.
        """
        with self._engine.begin() as connection:
            _note_faults(connection, faults)
            if not lots:
                return 0
            _take_out(connection, pending.c.id, [one for lot in lots for one in (*lot.ids, *lot.dropped)])
            _take_out(connection, cards.c.hash, [hashed for lot in lots for hashed in lot.cards])
            last = connection.execute(select(ledger).order_by(ledger.c.line.desc()).limit(1)).first()
            release, written, former = (last.release + 1, last.line, last.checksum) if last else (1, 0, START)
            for number, lot in enumerate(lots, written + 1):
                line = Line(release, lot.wave, lot.unit, lot.snapshot, len(lot.codes))
                rows = [(os.urandom(ID_SIZE), codes) for codes in lot.codes]
                former = checksum(former, line, rows)
                connection.execute(insert(ledger), {"line": number, **asdict(line), "checksum": former})
                _insert_open(connection, line, rows, lot.blocks)
            _insert_words(connection, lots)
        return int(release)

    def let_words_be_read(self, k: int) -> None:
        """Let comments out to be read: of one question in one wave, when k or more wait that nobody has read.

        So many, because one person writes one to a question: fewer would single out whoever came last.
        """
        unread = select(comments.c.id, comments.c.wave, comments.c.item).where(
            comments.c.id.not_in(select(readable.c.id))
        )
        waiting: dict[tuple[str, str], list[bytes]] = {}
        with self._engine.begin() as connection:
            for row in connection.execute(unread):
                waiting.setdefault((row.wave, row.item), []).append(row.id)
            let_out = [{"id": one} for ids in waiting.values() if len(ids) >= k for one in sorted(ids)]
            if let_out:
                connection.execute(insert(readable), let_out)

    def newest(self, wave: str) -> int:
        """The number of the last release with responses to this wave, or 0."""
        query = select(func.max(ledger.c.release)).filter_by(wave=wave)
        with self._engine.begin() as connection:
            return int(connection.execute(query).scalar_one() or 0)

    def units(self, wave: str, until: int = ANY) -> list[str]:
        """The units that have responses in this wave, of the releases up to `until`."""
        query = select(ledger.c.unit).distinct().filter_by(wave=wave).where(ledger.c.release <= until)
        with self._engine.begin() as connection:
            return sorted(connection.execute(query).scalars())

    def tallies(self, wave: str, unit: str | None = None) -> Tallies:
        """What was counted over a wave's responses, or over one unit's of them: the sum of its `steps`."""
        return Tallies.total(self.steps(wave, unit))

    def steps(self, wave: str, unit: str | None = None, until: int = ANY) -> tuple[Tallies, ...]:
        """What each release up to `until` added, the oldest first; for one unit, nothing where it had no lot.

        Where a wave has responses to several snapshots: those to the one that has most.
        """
        with self._engine.begin() as connection:
            snapshot = next((main for main, _ in _sizes(connection, wave, until)), "")
            here = {"wave": wave, "snapshot": snapshot}
            found = select(ledger).filter_by(**here).where(ledger.c.release <= until)
            lots = connection.execute(found.order_by(ledger.c.release)).all()
            stored = select(counts).filter_by(**here | ({} if unit is None else {"unit": unit}))
            stored = stored.where(counts.c.release <= until)
            rows = connection.execute(stored.order_by(counts.c.release, counts.c.block)).all()
        blocks: dict[int, dict[str, Patterns]] = {lot.release: {} for lot in lots}
        for (release, block), parts in groupby(rows, key=attrgetter("release", "block")):
            blocks[release][block] = _sum(parts)
        sizes = dict.fromkeys(blocks, 0)
        for lot in lots:
            sizes[lot.release] += lot.n if unit in (None, lot.unit) else 0
        return tuple(Tallies(sizes[release], blocks[release], snapshot) for release in blocks)

    def sizes(self, wave: str) -> tuple[int, ...]:
        """How many responses a wave has to each snapshot, the most first."""
        with self._engine.begin() as connection:
            return tuple(n for _, n in _sizes(connection, wave))

    def rows(self, wave: str, snapshot: str, until: int) -> Iterator[tuple[str, bytes]]:
        """(unit, packed closed answers) of a wave's responses to a snapshot, of the releases up to `until`.

        For row files only, which have rules of their own: admin/export/scope.py.
        """
        query = select(responses.c.unit, responses.c.codes).filter_by(wave=wave, snapshot=snapshot)
        query = query.where(responses.c.release <= until).execution_options(yield_per=ROWS_AT_ONCE)
        with self._engine.begin() as connection:
            for row in connection.execute(query):
                yield row.unit, row.codes

    def ledger(self) -> list[Entry]:
        """All lines of the ledger, the newest last."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(ledger).order_by(ledger.c.line)).all()
        return [
            Entry(Line(row.release, row.wave, row.unit, row.snapshot, row.n), row.checksum) for row in rows
        ]

    def ledger_faults(self) -> Iterator[str]:
        """Where the ledger and the responses do not agree."""
        former = START
        for number, entry in enumerate(self.ledger(), 1):
            query = select(responses.c.id, responses.c.codes).filter_by(**_place(entry.line))
            with self._engine.begin() as connection:
                found = connection.execute(query)
                former = checksum(former, entry.line, ((row.id, row.codes) for row in found))
            if former != entry.checksum:
                yield f"Line {number} of the ledger does not fit its responses, or a line before it."
                return


def _place(line: Line) -> dict[str, object]:
    """The columns that responses and counts share with their line."""
    return {"release": line.release, "wave": line.wave, "unit": line.unit, "snapshot": line.snapshot}


def _may_be_tried() -> ColumnElement[bool]:
    return pending.c.fault.in_(("", UNKNOWN_KEY))


def _named(record: bytes) -> bytes:
    """An id for a damaged record, the same each time it comes; its own may be what was damaged."""
    return hashlib.blake2b(record, digest_size=ID_SIZE).digest()


def _pending(box: BoxFile, ballot_id: bytes, sealed: bytes, fault: str) -> dict[str, object]:
    return {"id": ballot_id, "wave": box.wave, "box": box.box, "fault": fault, "sealed": sealed}


def _new(connection: Connection, arrivals: Iterable[bytes]) -> list[bytes]:
    """Those of the ids that were never seen; from now on they are."""
    add = _INSERT[connection.dialect.name](seen).on_conflict_do_nothing().returning(seen.c.id)
    rows = [{"id": arrival} for arrival in arrivals]
    return list(connection.execute(add, rows).scalars()) if rows else []


def _note_faults(connection: Connection, faults: Mapping[bytes, str]) -> None:
    """Every ballot with the fault that may pass was tried again, so only what was found now counts."""
    connection.execute(update(pending).where(pending.c.fault == UNKNOWN_KEY).values(fault=""))
    if faults:
        note = update(pending).where(pending.c.id == bindparam("ballot")).values(fault=bindparam("why"))
        connection.execute(note, [{"ballot": ballot_id, "why": why} for ballot_id, why in faults.items()])


def _take_out(connection: Connection, key: Column[bytes], keys: Sequence[bytes]) -> None:
    """Delete the rows with these keys; a second release at the same time waits here, and then fails."""
    gone = delete(key.table).where(key == bindparam("gone"))
    found = sum(
        connection.execute(gone, [{"gone": one} for one in part]).rowcount for part in _parts(sorted(keys))
    )
    if found != len(keys):
        raise ReleaseError("Another release was at work; this one released nothing.")


def _insert_open(
    connection: Connection,
    line: Line,
    rows: Sequence[tuple[bytes, bytes]],
    blocks: Mapping[str, Patterns],
) -> None:
    for part in _parts(rows):
        opened = [{"id": response_id, **_place(line), "codes": codes} for response_id, codes in part]
        connection.execute(insert(responses), opened)
    for block, patterns in blocks.items():
        stored = {**_place(line), "block": block, "codes_counts": patterns.to_bytes()}
        connection.execute(insert(counts), stored)


def _parts(rows: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _insert_words(connection: Connection, lots: Sequence[Lot]) -> None:
    """All lots' words in one heap: nothing says from which unit or response they come."""
    heap = [
        {"id": os.urandom(ID_SIZE), "wave": lot.wave, "snapshot": lot.snapshot, "item": item, "words": words}
        for lot in lots
        for item, words in lot.words
    ]
    SystemRandom().shuffle(heap)
    if heap:
        connection.execute(insert(comments), heap)


def _sizes(connection: Connection, wave: str, until: int = ANY) -> list[tuple[str, int]]:
    """(snapshot, responses), the most first."""
    n = func.sum(ledger.c.n)
    query = select(ledger.c.snapshot, n).filter_by(wave=wave).where(ledger.c.release <= until)
    query = query.group_by(ledger.c.snapshot)
    return [
        (snapshot, int(size)) for snapshot, size in connection.execute(query.order_by(n.desc(), "snapshot"))
    ]


def _sum(rows: Iterable[Any]) -> Patterns:
    return Patterns.total(Patterns.from_bytes(row.codes_counts) for row in rows)
