"""The requests at the desk: which wait, who has them, when each is deleted. It opens nothing.

A letter's file comes first and its row follows; a request ends the other way round. So a crash loses none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, Row, delete, func, insert, literal, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from admin.desk import tables
from admin.desk.database import open_desk
from admin.desk.days import add_working_days
from admin.desk.outcomes import count_ended
from admin.desk.outcomes import metadata as outcomes
from admin.desk.plan import DeskPlan
from admin.keyfiles import KeyFolder
from survey_app.boxes import ID_SIZE, LETTER_SUFFIX, BoxError, read_letter
from survey_app.files import sync_folder
from survey_app.sealing import KEY_ID_SIZE, PublicKey
from survey_app.site import FollowUp, K

Words = tuple[bytes, ...]
"""Sealed entries of one request, the oldest first."""


class State(StrEnum):
    """How far a request has come."""

    NEW = "new"
    TRYING = "trying"
    REACHED = "reached"
    UNREACHED = "could_not_reach"
    CLOSED = "closed"


class ChangedError(Exception):
    """Somebody else changed the request meanwhile; nothing was done."""


@dataclass(frozen=True)
class Request:
    """One request. `reason`: the code of why it was closed; `version`: goes up with every act."""

    id: bytes
    key_id: bytes
    arrived: date
    due: date
    state: State
    assigned: str
    closed: date | None
    reason: str
    concern: bool
    version: int

    @property
    def name(self) -> str:
        """What it is called in the trail: 8 hex digits."""
        return self.id.hex()[:8]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state is not State.CLOSED

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has got through yet, nor given up."""
        return self.state in (State.NEW, State.TRYING)


def _unrecorded(_: bytes) -> None:
    """For callers who keep no record."""


class Desk:
    """All requests of one installation. Methods raise SQLAlchemyError and OSError."""

    def __init__(
        self, path: Path, letters: Path, ring: KeyFolder, plan: DeskPlan, follow_up: FollowUp, k: int = K
    ) -> None:
        open_desk(path, outcomes)
        self._engine = open_desk(path, tables.metadata)
        self._letters, self._ring, self._k = letters, ring, k
        self._plan, self._follow_up = plan, follow_up

    def take_in(self, today: date) -> int:
        """Make a row for every letter that has none; returns how many. What is no letter is left alone."""
        with self._engine.connect() as connection:
            known = set(connection.execute(select(tables.requests.c.id)).scalars())
            over = set(connection.execute(select(tables.forgotten.c.id)).scalars())
        due = add_working_days(today, self._follow_up.due_days, self._plan.holidays)
        rows = []
        for request_id in self._letter_ids() - known:
            if request_id in over:
                self._destroy(request_id)
            elif (sealed := self.letter(request_id)) is not None:
                rows.append(vars(Request(request_id, sealed[:KEY_ID_SIZE], today, due, *_BEGINNING)))
        if not rows:
            return 0
        # A second process may be at the same: its rows stay.
        add = sqlite.insert(tables.requests).on_conflict_do_nothing().returning(tables.requests.c.id)
        with self._engine.begin() as connection:
            taken = len(list(connection.execute(add, sorted(rows, key=_by_id)).scalars()))
        self._rewrite()
        return taken

    def set_right(self, today: date) -> None:
        """Make today of days to come, which a clock wrote that was ahead: else nothing is due or deleted.

        Tomorrow stays: east of Greenwich it has begun at the desk.
        """
        table, latest = tables.requests, today + timedelta(days=1)
        due = add_working_days(today, self._follow_up.due_days, self._plan.holidays)
        with self._engine.begin() as connection:
            connection.execute(update(table).where(table.c.arrived > latest).values(arrived=today, due=due))
            connection.execute(update(table).where(table.c.closed > latest).values(closed=today))

    def queue(self) -> tuple[Request, ...]:
        """The open ones first, concerns before all and then by due day; then the closed, the latest first."""
        with self._engine.connect() as connection:
            found = [_request(row) for row in connection.execute(select(tables.requests))]
        return tuple(sorted(found, key=_urgency))

    def find(self, request_id: bytes) -> Request | None:
        """One request, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(select(tables.requests).filter_by(id=request_id)).one_or_none()
        return _request(row) if row else None

    def letter(self, request_id: bytes) -> bytes | None:
        """What is sealed in the request's letter; None where it is gone or no letter any more."""
        try:
            letter_id, sealed = read_letter(self._path(request_id))
        except BoxError:
            return None
        return sealed if letter_id == request_id else None

    def key(self, request: Request) -> PublicKey | None:
        """The public half for notes about the request; None where the epoch was shredded."""
        return next((key for key in self._keys() if key.key_id == request.key_id), None)

    def key_ids(self) -> frozenset[bytes]:
        """The ids of all keys for letters that were not shredded. Raises KeyRingError."""
        return frozenset(key.key_id for key in self._keys())

    def entries(self, request: Request) -> Words:
        """What was done and noted, sealed."""
        query = select(tables.entries.c.sealed).filter_by(request=request.id)
        with self._engine.connect() as connection:
            return tuple(connection.execute(query.order_by(tables.entries.c.place)).scalars())

    def act(
        self,
        request: Request,
        changes: Mapping[str, object],
        entry: bytes | None,
        on_record: Callable[[], object],
    ) -> None:
        """Change the request as it was read, and add a sealed entry; `on_record` is called before it is done.

        Raises ChangedError where it is not any more as it was read; then nothing is recorded either.
        """
        table = tables.requests
        unchanged = (table.c.id == request.id) & (table.c.version == request.version)
        with self._engine.begin() as connection:
            next_version = {"version": request.version + 1}
            done = connection.execute(update(table).where(unchanged).values({**changes, **next_version}))
            if done.rowcount != 1:
                raise ChangedError
            if entry is not None:
                _add(connection, request, entry)
            on_record()

    def note(self, request: Request, entry: bytes) -> None:
        """Add a sealed entry that changes nothing for anybody else."""
        with self._engine.begin() as connection:
            still = update(tables.requests).filter_by(id=request.id).values(id=request.id)
            if connection.execute(still).rowcount != 1:
                raise ChangedError
            _add(connection, request, entry)

    def ends_on(self, request: Request) -> date | None:
        """The day on which a closed request is deleted."""
        return request.closed + timedelta(days=self._follow_up.keep_days) if request.closed else None

    def forget_over(
        self, today: date, on_record: Callable[[bytes], object] = _unrecorded
    ) -> tuple[bytes, ...]:
        """Delete what was closed long enough ago, letter and notes; returns the ids.

        `on_record` is called with each id before it is deleted. After a crash the next call does the rest.
        """
        over = [one for one in self.queue() if (ends := self.ends_on(one)) is not None and ends <= today]
        for one in over:
            on_record(one.id)
            self._destroy(one.id)
        if over:
            self._strike_out(over)
        if over or self._has_free_pages():
            self._rewrite()
        return tuple(one.id for one in over)

    def _has_free_pages(self) -> bool:
        """Whether a crash came before the file was rewritten."""
        with self._engine.connect() as connection:
            return bool(connection.exec_driver_sql("PRAGMA freelist_count").scalar())

    def _strike_out(self, over: Sequence[Request]) -> None:
        """Delete the rows, and count how the requests ended, all at once: none is counted twice."""
        reached = {reason.code for reason in self._plan.closing_reasons if reason.reached}
        forget = sqlite.insert(tables.forgotten).on_conflict_do_nothing()
        with self._engine.begin() as connection:
            for one in over:
                connection.execute(delete(tables.entries).where(tables.entries.c.request == one.id))
                connection.execute(delete(tables.requests).where(tables.requests.c.id == one.id))
                connection.execute(forget, {"id": one.id})
            count_ended(connection, [one.reason in reached for one in over], self._k)

    def _destroy(self, request_id: bytes) -> None:
        """Overwrite and delete a letter's file, if it is there."""
        path = self._path(request_id)
        if not path.is_file() or path.is_symlink():
            return
        with path.open("r+b") as file:
            file.write(b"\0" * path.stat().st_size)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(self._letters)

    def _rewrite(self) -> None:
        """Leave no free page and no order of arrival in the file; where that cannot be now, the next does."""
        with suppress(SQLAlchemyError), self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM")

    def _keys(self) -> Iterator[PublicKey]:
        """Never one for answers, whatever a letter says that it is sealed for."""
        return (epoch.key for epoch in self._ring.epochs() if epoch.key.purpose == "contact")

    def _letter_ids(self) -> set[bytes]:
        return {bytes.fromhex(path.stem) for path in self._letters.glob(_LETTERS)}

    def _path(self, request_id: bytes) -> Path:
        return self._letters / f"{request_id.hex()}{LETTER_SUFFIX}"


_BEGINNING = (State.NEW, "", None, "", False, 0)
"""What of a request is so at its beginning: from `state` on."""

_LETTERS = "[0-9a-f]" * (2 * ID_SIZE) + LETTER_SUFFIX


def _by_id(row: Mapping[str, object]) -> str:
    return str(row["id"])


def _request(row: Row[tuple[object, ...]]) -> Request:
    fields = dict(row._mapping)
    return Request(**{**fields, "state": State(fields["state"])})


def _urgency(one: Request) -> tuple[bool, bool, int, bytes]:
    """Closed ones last; a closed one by the day on which it was closed, the latest first."""
    if one.closed is not None:
        return True, False, -one.closed.toordinal(), one.id
    return not one.is_open, not one.concern, one.due.toordinal(), one.id


def _add(connection: Connection, request: Request, entry: bytes) -> None:
    """In one statement: two at once get two places."""
    table = tables.entries
    next_place = func.coalesce(func.max(table.c.place), 0) + 1
    row = select(literal(os.urandom(ID_SIZE)), literal(request.id), next_place, literal(entry))
    columns = ["id", "request", "place", "sealed"]
    connection.execute(insert(table).from_select(columns, row.where(table.c.request == request.id)))
