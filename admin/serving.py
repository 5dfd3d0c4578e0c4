"""Runs the staff server: gunicorn with one worker and, where a credential is given, the releases beside it.

The web process holds no key, keeps no access log and no control socket, and says of an error its kind only.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from admin.settings import Settings

THREADS = 4
RECYCLE = 10_000
BROKEN = 1
PATIENCE = 15
"""Seconds for which one sender, silent or dripping, may hold one of the threads."""


@dataclass(frozen=True)
class Rounds:
    """Import and release every so many seconds (0: as the plan says) with this credential."""

    credential: Path
    holder: str = ""
    every: int = 0


class QuietLogger(Logger):  # type: ignore[misc]
    """Says of an error its kind; a traceback or an address could tell who looked at what."""

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        kind = sys.exc_info()[0]
        self.error("%s", kind.__name__ if kind else "unknown error")


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A worker that nobody can keep waiting; the public server's (survey_app.serving) waits the same way."""

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


class Keeper(Arbiter):  # type: ignore[misc]
    """The arbiter, which also stops once the releases have ended: their end must not go unnoticed."""

    rounds: subprocess.Popen[bytes] | None = None

    def manage_workers(self) -> None:
        """Called at least once a second by the arbiter's loop."""
        if self.rounds and self.rounds.poll() is not None:
            raise HaltServer("the releases have ended", BROKEN)
        super().manage_workers()


class StaffServer(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn wants it."""

    def __init__(self, settings: Settings, app: Flask, rounds: Rounds | None) -> None:
        self._settings, self._app, self._rounds = settings, app, rounds
        super().__init__()

    def load_config(self) -> None:
        """Everything is set here: nothing of gunicorn's own files and variables is read."""
        for name, value in self._choices().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT."""
        keeper = Keeper(self)
        keeper.rounds = start_rounds(self._settings, self._rounds) if self._rounds else None
        try:
            keeper.run()
        finally:
            if keeper.rounds:
                keeper.rounds.terminate()
                keeper.rounds.wait()

    def _choices(self) -> dict[str, Any]:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return {
            "bind": f"{host}:{self._settings.port}",
            "worker_class": PatientWorker,
            "workers": 1,
            "threads": THREADS,
            "preload_app": True,
            "max_requests": RECYCLE,
            "control_socket_disable": True,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "error",
            "logger_class": QuietLogger,
            "forwarded_allow_ips": "",
            "limit_request_line": 2048,
            "limit_request_fields": 64,
            "umask": 0o077,
            "when_ready": self._greet,
        }

    def _greet(self, keeper: Keeper) -> None:
        port = keeper.LISTENERS[0].sock.getsockname()[1]
        sys.stdout.write(f"Your Voice for staff: http://{self._settings.host}:{port}/\n")
        sys.stdout.flush()


def start_rounds(settings: Settings, rounds: Rounds) -> subprocess.Popen[bytes]:
    """The releases as a process of its own session: a Ctrl-C must not cut one in the middle."""
    command = [sys.executable, "-m", "admin.commands", "release", "--data", str(settings.data)]
    flags = [
        "--credential",
        str(rounds.credential),
        "--every",
        str(rounds.every),
        "--beside",
        str(os.getpid()),
    ]
    whose = ["--holder", rounds.holder] if rounds.holder else []
    environment = {**os.environ, "YOURVOICE_RELEASED": settings.released}
    return subprocess.Popen([*command, *flags, *whose], env=environment, start_new_session=True)
