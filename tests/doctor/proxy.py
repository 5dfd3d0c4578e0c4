"""A small real HTTP proxy with every bad habit that a test asks for. It carries one request a connection."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CHUNK = 65_536
END = b"\r\n\r\n"


@dataclass
class Proxy:
    """A running proxy. `outward` changes a request, `inward` an answer to it; `log` is its access log."""

    port: int
    outward: Callable[[bytes], bytes] = lambda request: request
    inward: Callable[[bytes, bytes], bytes] = lambda request, answer: answer
    log: Path | None = None

    def behave(self) -> None:
        """Give up every bad habit."""
        self.outward = lambda request: request
        self.inward = lambda request, answer: answer
        self.log = None


def _whole(line: socket.socket) -> bytes:
    """A request with its body, as far as its length says."""
    received = b""
    while END not in received:
        chunk = line.recv(CHUNK)
        if not chunk:
            return received
        received += chunk
    head, _, body = received.partition(END)
    length = next(
        (int(one.split(b":")[1]) for one in head.splitlines() if one.lower().startswith(b"content-length:")),
        0,
    )
    while len(body) < length:
        body += line.recv(CHUNK)
    return head + END + body


def _carry(proxy: Proxy, plain: socket.socket, context: ssl.SSLContext | None, upstream: int) -> None:
    with (
        suppress(OSError),
        plain,
        context.wrap_socket(plain, server_side=True) if context else plain as client,
    ):
        request = proxy.outward(_whole(client))
        if proxy.log:
            with proxy.log.open("ab") as log:
                log.write(request)
        with socket.create_connection(("127.0.0.1", upstream)) as server:
            server.sendall(request)
            answer = b"".join(iter(lambda: server.recv(CHUNK), b""))
        client.sendall(proxy.inward(request, answer))


def _accept(proxy: Proxy, listener: socket.socket, context: ssl.SSLContext | None, upstream: int) -> None:
    with suppress(OSError):  # the listener is closed: the test is over
        while True:
            plain, _ = listener.accept()
            threading.Thread(target=_carry, args=(proxy, plain, context, upstream), daemon=True).start()


@contextmanager
def stand_before(upstream: int, pem: Path | None = None) -> Iterator[Proxy]:
    """Listen on a free port, with TLS where a certificate is given, before a plain server on this machine."""
    context = None
    if pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(proxy, listener, context, upstream), daemon=True).start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
