"""Exports that take a while: one at a time, each in a thread of its own, with progress, to be cancelled.

What is finished waits for its maker for an hour. A server that stops leaves no file: the next one clears up.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock, Thread

from admin.export.bundle import CancelledError, Progress
from survey_app.files import DRAFTS, make_private_folder

KEPT = 3600
"""Seconds for which a finished file waits."""

Work = Callable[[Path, Progress], None]


class BusyError(Exception):
    """Another export is being made."""


class State(StrEnum):
    """Where an export stands."""

    RUNNING = "running"
    READY = "ready"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass
class Job:
    """One export. `name`: what the file is called where it is carried; `fault`: the kind of what failed."""

    id: str
    maker: str
    name: str
    wave: str
    path: Path = field(repr=False)
    state: State = State.RUNNING
    percent: int = 0
    fault: str = ""
    ended: float = 0.0
    _cancel: Event = field(default_factory=Event, repr=False)
    _done: Event = field(default_factory=Event, repr=False)

    def cancel(self) -> None:
        """Ask it to stop; its file goes."""
        self._cancel.set()

    def wait(self, seconds: float) -> None:
        """Until it has ended, or so long."""
        self._done.wait(seconds)

    def tell(self, done: int, total: int) -> None:
        """Called by the work again and again; raises CancelledError."""
        if self._cancel.is_set():
            raise CancelledError
        self.percent = 100 * done // max(total, 1)

    def end(self, state: State, now: float, fault: str = "") -> None:
        """It has ended so."""
        self.state, self.ended, self.fault = state, now, fault
        self._done.set()


class Jobs:
    """The exports of one server, in a folder of their own."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()
        self._forget_unknown()

    def start(self, maker: str, name: str, wave: str, work: Work) -> Job:
        """Begin; raises BusyError while another is at work, whoever wants it. Memory is for one."""
        with self._lock:
            self._clear()
            if any(job.state is State.RUNNING for job in self._jobs.values()):
                raise BusyError
            self._forget_unknown()
            job_id = secrets.token_hex(8)
            job = Job(job_id, maker, name, wave, make_private_folder(self._folder) / f"{job_id}.done")
            self._jobs[job_id] = job
        Thread(target=self._run, args=(job, work), name="export", daemon=True).start()
        return job

    def find(self, job_id: str, maker: str) -> Job | None:
        """A job of this maker's, or None; nobody sees another's."""
        with self._lock:
            self._clear()
            job = self._jobs.get(job_id)
        return job if job is not None and job.maker == maker else None

    def _run(self, job: Job, work: Work) -> None:
        try:
            work(job.path, job.tell)
            job.end(State.READY, self._clock())
        except CancelledError:
            job.end(State.CANCELLED, self._clock())
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it; only its kind is kept
            job.end(State.FAILED, self._clock(), type(error).__name__)

    def _forget_unknown(self) -> None:
        """Delete what a server left that is no longer."""
        known = {job.path for job in self._jobs.values()}
        for left in (*self._folder.glob("*.done"), *self._folder.glob(DRAFTS)):
            if left not in known:
                left.unlink(missing_ok=True)

    def _clear(self) -> None:
        for job in list(self._jobs.values()):
            if job.state is not State.RUNNING and not 0 <= self._clock() - job.ended < KEPT:
                job.path.unlink(missing_ok=True)
                del self._jobs[job.id]
