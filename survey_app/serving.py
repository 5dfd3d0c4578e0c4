"""Runs the public server: one worker that hears everybody at once, and the custodian beside it."""

from __future__ import annotations

import socket
import sys
from concurrent.futures import Future
from typing import Any
from weakref import WeakKeyDictionary

import gevent
from flask import Flask
from gevent.event import Event
from gevent.socket import socket as cooperative_socket
from gunicorn.workers.ggevent import GeventWorker

from survey_app.hosting.keeper import PATIENCE, Companion, Quiet, Server
from survey_app.hosting.quiet import say_kind
from survey_app.settings import Settings

CONNECTIONS = 1000
"""Visitors who may be heard at once; further ones wait at the door."""

RECYCLE = 50_000
"""Requests after which a fresh worker follows, so that no answer lingers in memory for long."""


class PatientWorker(Quiet, GeventWorker):  # type: ignore[misc]
    """A worker in which a slow or silent visitor costs nobody else anything, and is let go after PATIENCE.

    Nothing of Python's library is replaced: only the listening sockets are gevent's.
    """

    sockets: list[Any]

    def patch(self) -> None:
        """Called in the new process before anything else."""
        self._waits: WeakKeyDictionary[gevent.Greenlet, gevent.Timeout] = WeakKeyDictionary()
        # A greenlet that fails says so with a traceback otherwise.
        gevent.get_hub().print_exception = lambda context, kind, *_: say_kind(kind)
        self.sockets = [
            cooperative_socket(found.FAMILY, socket.SOCK_STREAM, fileno=found.sock.detach())
            for found in self.sockets
        ]

    def timeout_ctx(self) -> gevent.Timeout:
        """How long a connection may take until its next request has been heard."""
        wait = self._waits[gevent.getcurrent()] = gevent.Timeout(PATIENCE, False)
        return wait

    def handle_request(self, *request: object) -> object:
        """The same for what follows: the body, and taking the answer."""
        with gevent.Timeout(PATIENCE):
            return super().handle_request(*request)

    def notify(self) -> None:
        """Called once a second: a worker that stops keeps no line open on which nobody speaks."""
        super().notify()
        if not self.alive:
            for listener, wait in list(self._waits.items()):
                if wait.pending:
                    gevent.kill(listener, wait, block=False)


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
    choices = {"worker_class": PatientWorker, "worker_connections": CONNECTIONS, "max_requests": RECYCLE}
    greeting = f"Your Voice: {{address}}\nSealed with the keys {fingerprint}"
    return Server(settings, app, greeting, choices, custodian)
