"""Runs the staff server: one worker, the desk's rounds beside it, and with a credential the releases.

The web process holds no key for answers; for notes only what a supervisor unlocked, for minutes.
"""

from __future__ import annotations

import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from admin.rounds_record import EVERY
from admin.settings import Settings
from survey_app.hosting.keeper import PATIENCE, Companion, Quiet, Server

THREADS = 4
RECYCLE = 10_000


@dataclass(frozen=True)
class Rounds:
    """Import and release every so many seconds (0: as the plan says) with this credential."""

    credential: Path
    holder: str = ""
    every: int = 0


class PatientWorker(Quiet, ThreadWorker):  # type: ignore[misc]
    """A worker that nobody can keep waiting. Threads, because a table of scores takes a second to count."""

    def __init__(self, *settings: object) -> None:
        super().__init__(*settings)
        self._ends: dict[TConn, float] = {}

    def handle(self, conn: TConn) -> object:
        """Lend a thread to whoever has begun to speak: browsers open lines in advance and say nothing."""
        if not (conn.initialized or conn.wait_for_data(0)):
            return _DEFER
        self._ends[conn] = time.monotonic() + PATIENCE
        try:
            return super().handle(conn)
        finally:
            del self._ends[conn]

    def murder_pending(self) -> None:
        """Called at least once a second: who takes too long is heard no further, and is refused."""
        super().murder_pending()
        now = time.monotonic()
        for conn, end in list(self._ends.items()):
            if end < now:
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RD)


def staff_server(settings: Settings, app: Flask, rounds: Rounds | None) -> Server:
    """The server; the desk's rounds and the releases are processes of their own."""
    choices = {"worker_class": PatientWorker, "threads": THREADS, "max_requests": RECYCLE}
    greeting = "Your Voice for staff: {address}"
    beside = [_desk(settings), *([_releases(settings, rounds)] if rounds else [])]
    return Server(settings, app, greeting, choices, beside)


def _desk(settings: Settings) -> Companion:
    command = [sys.executable, "-m", "admin.commands", "desk", "rounds", "--data", str(settings.data)]
    surroundings = {"YOURVOICE_RELEASED": settings.released}
    return Companion("the desk's rounds", [*command, "--every", str(EVERY)], surroundings)


def _releases(settings: Settings, rounds: Rounds) -> Companion:
    command = [sys.executable, "-m", "admin.commands", "release", "--data", str(settings.data)]
    command += ["--credential", str(rounds.credential), "--every", str(rounds.every)]
    command += ["--holder", rounds.holder] if rounds.holder else []
    return Companion("the releases", command, {"YOURVOICE_RELEASED": settings.released})
