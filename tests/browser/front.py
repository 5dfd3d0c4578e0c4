"""Put TLS, and a fault where a test asks for one, before a plain server. It keeps nothing it carries."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

CHUNK = 65_536


@dataclass
class Front:
    """A running front. The switches may be flipped while a page is open.

    `cut`: connections are closed as soon as they are made, as when the signal is gone.
    `mute`: requests arrive; the connection ends before their answer comes back.
    `spoil`: bytes replaced by others, both ways: this is how a test is shown a bad server.
    """

    port: int
    cut: bool = False
    mute: bool = False
    spoil: dict[bytes, bytes] = field(default_factory=dict)
    open_ends: set[socket.socket] = field(default_factory=set)

    def drop(self) -> None:
        """Cut, and end the connections that are open now."""
        self.cut = True
        for end in tuple(self.open_ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def _carry(front: Front, client: ssl.SSLSocket, server: socket.socket) -> None:
    # One thread for both directions: one TLS connection must not be read and written by two threads at once.
    while True:
        ready = [client] if client.pending() else select.select([client, server], [], [])[0]
        for end in ready:
            chunk = end.recv(CHUNK)
            if not chunk:
                return
            if front.mute and end is server:
                return
            for good, bad in front.spoil.items():
                chunk = chunk.replace(good, bad)
            (server if end is client else client).sendall(chunk)


def _serve(front: Front, context: ssl.SSLContext, plain: socket.socket, upstream: int) -> None:
    with suppress(OSError), plain:
        if front.cut:
            return
        with (
            context.wrap_socket(plain, server_side=True) as client,
            socket.create_connection(("127.0.0.1", upstream)) as server,
        ):
            front.open_ends.add(client)
            try:
                _carry(front, client, server)
            finally:
                front.open_ends.discard(client)


def _accept(front: Front, listener: socket.socket, context: ssl.SSLContext, upstream: int) -> None:
    with suppress(OSError):  # the listener is closed: the test is over
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=_serve, args=(front, context, plain, upstream), daemon=True).start()


@contextmanager
def tls_front(pem: Path, upstream: int) -> Iterator[Front]:
    """Listen with TLS on a free port of 127.0.0.1 and carry every connection to the plain port UPSTREAM."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        front = Front(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(front, listener, context, upstream), daemon=True).start()
        try:
            yield front
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            front.drop()
