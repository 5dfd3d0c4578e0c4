"""Keeps a server: gunicorn with one worker, and perhaps companion processes beside it; all end together.

It keeps no access log and no control socket, and says of an error its kind only.
"""

from __future__ import annotations

import gc
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger
from gunicorn.http.errors import ParseException

from survey_app.hosting.quiet import say_kind
from survey_app.hosting.settings import Place

BROKEN = 1
FILES = 8192
PATIENCE = 15
"""Seconds for which one sender, silent or dripping, is waited for."""


def open_files() -> int:
    """How many files this process may have open, connections above all: as many as it is let, up to FILES."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return files


class Companion(NamedTuple):
    """A command that runs beside the server. `name` is what is said when it has ended; `surroundings` are
    added to its environment."""

    name: str
    command: list[str]
    surroundings: Mapping[str, str]

    def start(self) -> subprocess.Popen[bytes]:
        """Start it in a session of its own: Ctrl-C must not end it before the web process."""
        beside = [*self.command, "--beside", str(os.getpid())]
        return subprocess.Popen(beside, env={**os.environ, **self.surroundings}, start_new_session=True)


class Quiet:
    """What a worker does with bytes that are no HTTP: neither the log nor the answer repeats what came."""

    def handle_error(self, req: object, client: socket.socket, addr: object, exc: BaseException) -> None:
        """Answer with a constant line. What a visitor's line or patience did is nobody's to read."""
        if isinstance(exc, Exception) and not isinstance(exc, (ParseException, OSError)):
            say_kind(type(exc))
        with suppress(OSError):
            util.write_error(client, 400, "Bad Request", "")


class QuietLogger(Logger):  # type: ignore[misc]
    """Says of an error its kind; tracebacks and addresses could tell who was here and what was written."""

    def exception(self, msg: str, *args: object, **kwargs: object) -> None:
        say_kind(sys.exc_info()[0])

    def access(self, resp: object, req: object, environ: object, request_time: object) -> None:
        """No request is ever logged."""


class Keeper(Arbiter):  # type: ignore[misc]
    """The arbiter, which also stops everything once a companion has ended: that must not go unnoticed."""

    companions: Mapping[str, subprocess.Popen[bytes]] = MappingProxyType({})

    def manage_workers(self) -> None:
        """Called at least once a second by the arbiter's loop."""
        for name, companion in self.companions.items():
            if companion.poll() is not None:
                raise HaltServer(f"{name} has ended", BROKEN)
        super().manage_workers()


class Server(BaseApplication):  # type: ignore[misc]
    """One application as gunicorn wants it. `greeting` is printed with {address} filled in; `choices` are
    gunicorn settings of this server's own, its worker class above all."""

    def __init__(
        self,
        place: Place,
        app: Flask,
        greeting: str,
        choices: Mapping[str, Any],
        companions: Sequence[Companion] = (),
    ) -> None:
        self._place, self._app, self._greeting = place, app, greeting
        self._own, self._companions = choices, companions
        super().__init__()

    def load_config(self) -> None:
        """All is set here: no file, no environment variable and no command line of gunicorn's is read."""
        for name, value in (self._choices() | dict(self._own)).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; what is on its way is finished before a companion ends."""
        keeper = Keeper(self)
        keeper.companions = {companion.name: companion.start() for companion in self._companions}
        gc.collect()
        gc.freeze()  # what was loaded stays: looking through it again and again makes some visitors wait
        try:
            keeper.run()
        finally:
            for beside in keeper.companions.values():
                beside.terminate()
            for beside in keeper.companions.values():
                beside.wait()

    def _choices(self) -> dict[str, Any]:
        return {
            "bind": f"{self._place.address}:{self._place.port}",
            "workers": 1,
            "preload_app": True,
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
        port = keeper.LISTENERS[0].sock.getsockname()[1]
        address = f"http://{self._place.address}:{port}/"
        sys.stdout.write(self._greeting.format(address=address) + "\n")
        sys.stdout.flush()
