"""Runs the public server: gunicorn with one worker, and the custodian beside it; both end together.

It keeps no access log and no control socket, and says of an error its kind only.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import _DEFER, TConn, ThreadWorker

from survey_app.privacy import say_kind
from survey_app.settings import Settings

THREADS = 8
PATIENCE = 15
"""Seconds for which one sender, silent or dripping, may hold one of the threads."""

RECYCLE = 50_000
"""Requests after which a fresh worker follows, so that no answer lingers in memory for long."""

BROKEN = 1


class QuietLogger(Logger):  # type: ignore[misc]
    """Says of an error its kind; tracebacks and addresses could tell who was here and what was written."""

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        say_kind(sys.exc_info()[0])

    def access(self, resp: object, req: object, environ: object, request_time: object) -> None:
        """No request is ever logged."""


class QuietWorker(ThreadWorker):  # type: ignore[misc]
    """A worker that answers what is no HTTP with a constant line, and that nobody can keep waiting."""

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

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Neither the log nor the answer repeats what came."""
        say_kind(type(exc))
        try:
            util.write_error(client, 400, "Bad Request", "")
        except OSError:
            say_kind(OSError)


class Keeper(Arbiter):  # type: ignore[misc]
    """The arbiter, which also stops everything once the custodian has ended: without it the order in which
    ballots came would stay in the file."""

    custodian: subprocess.Popen[bytes]

    def manage_workers(self) -> None:
        """Called at least once a second by the arbiter's loop."""
        if self.custodian.poll() is not None:
            raise HaltServer("the custodian has ended", BROKEN)
        super().manage_workers()


class PublicServer(BaseApplication):  # type: ignore[misc]
    """The application as gunicorn wants it."""

    def __init__(self, settings: Settings, app: Flask, greeting: str) -> None:
        self._settings, self._app, self._greeting = settings, app, greeting
        super().__init__()

    def load_config(self) -> None:
        """All is set here: no file, no environment variable and no command line of gunicorn's is read."""
        for name, value in self._choices().items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; what is on its way is stored before the custodian ends."""
        keeper = Keeper(self)
        keeper.custodian = start_custodian(self._settings)
        try:
            keeper.run()
        finally:
            keeper.custodian.terminate()
            keeper.custodian.wait()

    def _choices(self) -> dict[str, Any]:
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return {
            "bind": f"{host}:{self._settings.port}",
            "worker_class": QuietWorker,
            "workers": 1,  # one writer: two starve each other for up to 1.5 s (measured)
            "threads": THREADS,
            "preload_app": True,
            "max_requests": RECYCLE,
            "control_socket_disable": True,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": QuietLogger,
            "forwarded_allow_ips": "",
            "limit_request_line": 2048,
            "limit_request_fields": 64,
            "umask": 0o077,
            "when_ready": self._greet,
        }

    def _greet(self, keeper: Keeper) -> None:
        wait = struct.pack("ll", PATIENCE, 0)
        for listener in keeper.LISTENERS:
            # Accepted connections inherit it: whoever does not take the answer is let go.
            listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, wait)
        port = keeper.LISTENERS[0].sock.getsockname()[1]
        sys.stdout.write(f"Your Voice: http://{self._settings.host}:{port}/\n{self._greeting}\n")
        sys.stdout.flush()


def start_custodian(settings: Settings) -> subprocess.Popen[bytes]:
    """The custodian, in a session of its own: Ctrl-C must not end it before the web process."""
    command = [sys.executable, "-m", "survey_app.commands", "handover", "--data", str(settings.data)]
    environment = {**os.environ, "YOURVOICE_INTAKE": settings.intake}
    return subprocess.Popen(
        [*command, "--every", "0", "--beside", str(os.getpid())], env=environment, start_new_session=True
    )
