"""When the next handover is due: never sooner than so many seconds after the last. It hands nothing over.

All that is kept is the second of the last handover, which tells of nobody.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey_app.files import write_durably

RECORD = "handover.last"
JUMP = 60.0
"""Seconds that a clock must move against the time that passed to have been set; less is drift."""


class Schedule:
    """The record in the public host's folder. Its methods raise OSError where it cannot be written."""

    def __init__(self, public: Path) -> None:
        self._record = public / RECORD
        self._offset: float | None = None

    def lies_back(self, seconds: int) -> bool:
        """Whether the last handover was so many seconds ago, or there is no record of one."""
        last = self._last()
        return last is None or time.time() - last >= seconds

    def due(self, seconds: int, now: float) -> bool:
        """Likewise for who looks again and again at `now`, in monotonic seconds.

        Where there is no record, or one of a time to come, the schedule begins now: a clock that was set back
        holds nothing up for longer than one turn.
        """
        self._follow_the_clock(now)
        last = self._last()
        if last is None or last > math.ceil(time.time()):
            self._note(time.time())
        return self.lies_back(seconds)

    @contextmanager
    def handover(self) -> Iterator[None]:
        """Note a handover before it begins: being killed in it costs a turn, but brings no other too soon.

        One that fails is not noted, so that it can be tried again.
        """
        former = self._record.read_bytes() if self._record.exists() else b""
        self._note(time.time())
        try:
            yield
        except BaseException:
            write_durably(self._record, former)
            raise

    def _follow_the_clock(self, now: float) -> None:
        """Where the clock was set since the last look, the record moves with it."""
        offset, last = time.time() - now, self._last()
        moved = 0.0 if self._offset is None else offset - self._offset
        if last is not None and abs(moved) > JUMP:
            self._note(last + moved)
        self._offset = offset

    def _note(self, clock: float) -> None:
        write_durably(self._record, f"{max(0, math.ceil(clock))}\n".encode())

    def _last(self) -> int | None:
        """The second of the last handover; None where there is no record of it, or a broken one."""
        try:
            text = self._record.read_text("ascii").strip()
        except (FileNotFoundError, ValueError):
            return None
        return int(text) if text.isdecimal() and len(text) < len(str(10**12)) else None
