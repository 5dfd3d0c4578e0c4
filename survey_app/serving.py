"""Runs the public server: one worker that hears everybody at once, and the custodian beside it."""

from __future__ import annotations

import socket
import sys
import time
from concurrent.futures import Future
from typing import Any, NamedTuple

import gevent
from flask import Flask
from gevent.event import Event
from gevent.socket import socket as cooperative_socket
from gunicorn.workers.ggevent import GeventWorker

from survey_app.hosting.keeper import PATIENCE, Companion, Quiet, Server, open_files
from survey_app.hosting.quiet import say_kind
from survey_app.privacy import MAX_BODY
from survey_app.settings import Settings

LINES = 1000
"""Visitors who are heard at once; each further one takes the place of who has taken longest, if that is HASTE
seconds or more."""

DOORS = 4
"""Times LINES may have come in until some of them have gone."""

TURN = 0.005
"""Seconds: whoever asks again sooner lets everybody else be heard first."""

HASTE = 1.0
ROOM = 2 * MAX_BODY
"""Bytes that may come for one request, whatever they are wrapped in."""

RECYCLE = 50_000
"""Requests after which a fresh worker follows, so that no answer lingers in memory for long."""


class _Line:
    """A visitor's connection. Whoever sends more than ROOM is taken to have hung up."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.room = ROOM
        self.heard = 0.0

    def recv(self, size: int) -> bytes:
        """What has come."""
        piece = self._line.recv(min(size, self.room))
        self.room -= len(piece)
        return piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self._line, name)


class _Wait(NamedTuple):
    """How long a visitor is still waited for, and since when; `is_heard`: his request has come."""

    timeout: gevent.Timeout
    is_heard: bool
    since: float


class PatientWorker(Quiet, GeventWorker):  # type: ignore[misc]
    """A worker in which a slow or silent visitor costs nobody else anything, and is let go after PATIENCE,
    or sooner where there is a crowd of them.

    Nothing of Python's library is replaced: only the listening sockets are gevent's.
    """

    sockets: list[Any]

    def patch(self) -> None:
        """Called in the new process before anything else."""
        self._waits: dict[gevent.Greenlet, _Wait] = {}  # who has taken longest comes first
        self._lines = self.worker_connections // DOORS
        # A greenlet that fails says so with a traceback otherwise.
        gevent.get_hub().print_exception = lambda context, kind, *_: say_kind(kind)
        self.sockets = [
            cooperative_socket(found.FAMILY, socket.SOCK_STREAM, fileno=found.sock.detach())
            for found in self.sockets
        ]

    def handle(self, listener: object, client: socket.socket, addr: object) -> None:
        """One connection, from beginning to end."""
        self._make_room()
        try:
            super().handle(listener, _Line(client), addr)
        finally:
            self._waits.pop(gevent.getcurrent(), None)

    def timeout_ctx(self) -> gevent.Timeout:
        """How long a connection may take until its next request has been heard."""
        return self._wait(gevent.Timeout(PATIENCE, False), is_heard=False)

    def handle_request(self, listener: object, request: object, client: _Line, addr: object) -> object:
        """The same for what follows: the body, and taking the answer."""
        with self._wait(gevent.Timeout(PATIENCE), is_heard=True):
            if time.monotonic() - client.heard < TURN:  # many requests may have come in one piece
                gevent.sleep(0)
            client.room, client.heard = ROOM, time.monotonic()
            return super().handle_request(listener, request, client, addr)

    def notify(self) -> None:
        """Called once a second: a worker that stops keeps no line open on which nobody speaks."""
        super().notify()
        self._make_room()
        if not self.alive:
            for line, wait in list(self._waits.items()):
                if not wait.is_heard:
                    self._let_go(line)

    def _wait(self, timeout: gevent.Timeout, *, is_heard: bool) -> gevent.Timeout:
        line = gevent.getcurrent()
        self._waits.pop(line, None)
        self._waits[line] = _Wait(timeout, is_heard, time.monotonic())
        return timeout

    def _make_room(self) -> None:
        latest = time.monotonic() - HASTE
        while len(self._waits) >= self._lines:
            line, wait = next(iter(self._waits.items()))
            if wait.since > latest:
                break
            self._let_go(line)

    def _let_go(self, line: gevent.Greenlet) -> None:
        """As if its time were over."""
        gevent.kill(line, self._waits.pop(line).timeout)


def wait_in_turn(stored: Future[None], seconds: float | None) -> None:
    """Wait for a thread's promise while others are heard; raises what it holds, or TimeoutError."""
    done = Event()
    stored.add_done_callback(lambda _: done.set())
    done.wait(seconds)
    stored.result(0)


def public_server(settings: Settings, app: Flask, fingerprint: str) -> Server:
    """The server, and the custodian, without which the order in which ballots came would stay in the file."""
    command = [sys.executable, "-m", "survey_app.commands", "handover", "--data", str(settings.data)]
    custodian = Companion("the custodian", [*command, "--every", "0"], {"YOURVOICE_INTAKE": settings.intake})
    doors = min(DOORS * LINES, open_files() // 2)
    choices = {"worker_class": PatientWorker, "worker_connections": doors, "max_requests": RECYCLE}
    greeting = f"Your Voice: {{address}}\nSealed with the keys {fingerprint}"
    return Server(settings, app, greeting, choices, [custodian])
