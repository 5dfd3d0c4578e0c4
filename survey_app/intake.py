"""Takes sealed ballots and letters in: stored durably, or refused and nothing kept.

One thread writes; all that arrive while it commits share its next commit. Nothing is ever read back here.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from operator import itemgetter
from queue import Full, Queue
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from survey_app.boxes import ID_SIZE
from survey_app.sealing import SEALED_SIZE
from survey_app.tables import ballots, connect_for_web, fault_kind, letters

PATIENCE = 2.0
"""Seconds to wait for a turn, and again for a lock."""

BATCH_MAX = 128
QUEUE_MAX = 512
_INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class IntakeUnavailable(Exception):  # noqa: N818 - the word on the page: the intake is unavailable
    """It was not stored, and nothing of it was kept. `kind` names the fault without any content."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"The intake took nothing in: {kind}.")
        self.kind = kind


class _Slip(NamedTuple):
    """One row on its way, and the promise to say whether it was stored."""

    table: Table
    row: dict[str, Any]
    stored: Future[None]


Wait = Callable[[Future[None], float | None], None]


def wait_in_thread(stored: Future[None], seconds: float | None) -> None:
    """Wait so many seconds for a promise; raises what it holds, or TimeoutError."""
    stored.result(seconds)


def open_intake(
    url: str, patience: float = PATIENCE, room: int = QUEUE_MAX, wait: Wait = wait_in_thread
) -> Writer:
    """The writer for an SQLAlchemy URL, in which `room` slips may wait at once, each by `wait`.

    Nothing is opened yet: worker processes may still be forked.
    """
    return Writer(url, patience, room, wait)


class Writer:
    """Stores rows from any number of threads through one. The same id twice is stored once, and is no error.

    Safe across fork: the child starts its own thread and connection when it first stores something.
    """

    def __init__(self, url: str, patience: float, room: int, wait: Wait) -> None:
        self._url, self._patience, self._room, self._wait = url, patience, room, wait
        self._renew()
        renew = weakref.WeakMethod(self._renew)
        os.register_at_fork(after_in_child=lambda: (method := renew()) and method())

    def store_ballot(self, box: str, ballot_id: bytes, sealed: bytes) -> None:
        """Return once the ballot is on the disk; raises IntakeUnavailable, ValueError for wrong sizes."""
        _check_sizes(ballot_id, sealed, SEALED_SIZE["answers"])
        self._store(ballots, {"id": ballot_id, "box": box, "sealed": sealed})

    def store_letter(self, letter_id: bytes, sealed: bytes) -> None:
        """Return once the letter is on the disk; raises IntakeUnavailable, ValueError for wrong sizes."""
        _check_sizes(letter_id, sealed, SEALED_SIZE["contact"])
        self._store(letters, {"id": letter_id, "sealed": sealed})

    def close(self) -> None:
        """Store what waits, close the connection, end the thread; the next store begins anew."""
        with self._starting:
            if self._thread and self._thread.is_alive():
                self._slips.put(None)
                self._thread.join()

    def _renew(self) -> None:
        self._slips: Queue[_Slip | None] = Queue(self._room)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def _store(self, table: Table, row: dict[str, Any]) -> None:
        self._start()
        slip = _Slip(table, row, Future())
        try:
            self._slips.put_nowait(slip)
            self._wait(slip.stored, self._patience)
        except Full:
            raise IntakeUnavailable("too many are waiting") from None
        except TimeoutError:
            if slip.stored.cancel():
                raise IntakeUnavailable("no turn came in time") from None
            self._wait(slip.stored, None)  # it is being written: only the outcome is the truth now

    def _start(self) -> None:
        if not (self._thread and self._thread.is_alive()):
            with self._starting:
                if not (self._thread and self._thread.is_alive()):
                    self._thread = threading.Thread(target=self._write_all, name="intake", daemon=True)
                    self._thread.start()

    def _write_all(self) -> None:
        connection: Connection | None = None
        last = False
        while not last:
            batch, last = _take(self._slips)
            try:
                connection = connection or connect_for_web(self._url, self._patience)
                _write(connection, batch)
            except (SQLAlchemyError, OSError) as error:
                _refuse(batch, fault_kind(error))
                if connection:
                    _close(connection)
                connection = None
            finally:
                _refuse(batch, "the writer stopped")
        if connection:
            _close(connection)


def _check_sizes(row_id: bytes, sealed: bytes, size: int) -> None:
    if len(row_id) != ID_SIZE or len(sealed) != size:
        raise ValueError(f"An id has {ID_SIZE} bytes and what is sealed here {size}.")


def _take(slips: Queue[_Slip | None]) -> tuple[list[_Slip], bool]:
    """Wait for a slip, take those that came with it, leave out those that nobody waits for any more.

    Also says whether the writer is asked to end.
    """
    taken = [slips.get()]
    while taken[-1] and len(taken) < BATCH_MAX and not slips.empty():
        taken.append(slips.get())
    return [slip for slip in taken if slip and slip.stored.set_running_or_notify_cancel()], not taken[-1]


def _write(connection: Connection, batch: list[_Slip]) -> None:
    """One transaction for the whole batch; its promises are kept only after the commit.

    Rows go in by id: two hosts that were sent the same ballots never wait for each other in a circle.
    """
    insert = _INSERTS[connection.dialect.name]
    with connection.begin():
        for table in (ballots, letters):
            rows = sorted((slip.row for slip in batch if slip.table is table), key=itemgetter("id"))
            if rows:
                connection.execute(insert(table).on_conflict_do_nothing(), rows)
    for slip in batch:
        slip.stored.set_result(None)


def _refuse(batch: list[_Slip], kind: str) -> None:
    for slip in batch:
        if not slip.stored.done():
            slip.stored.set_exception(IntakeUnavailable(kind))


def _close(connection: Connection) -> None:
    with suppress(SQLAlchemyError):
        connection.close()
