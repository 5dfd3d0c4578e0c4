"""What a hostile crowd does to a server, over whatever connection it is given. Each goes on until `stop`."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Dial = Callable[[], socket.socket]
HEAD = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
PAGE = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
TINY_CHUNKS = b"1\r\nx\r\n" * 65_000
BODY = b"b=north&l=en&a25=" + b"NEEDLE" * 10_000


@dataclass
class Crowd:
    """Hostile connections; `dial` makes one more, and `many` are more than are heard at once."""

    dial: Dial
    many: int
    stop: threading.Event = field(default_factory=threading.Event)
    lines: list[socket.socket] = field(default_factory=list)

    def line(self) -> socket.socket | None:
        """A new connection; None where there is no room for it."""
        try:
            line = self.dial()
        except OSError:
            return None
        self.lines.append(line)
        return line

    def say(self, line: socket.socket | None, words: bytes) -> bool:
        """Whether it could still be said."""
        if line is None or self.stop.is_set():
            return False
        try:
            line.sendall(words)
        except OSError:
            return False
        return True


def silence(crowd: Crowd) -> None:
    """More connections than are heard at once, and not a word on any of them."""
    for _ in range(crowd.many):
        if crowd.stop.is_set():
            break
        crowd.line()


def endless_headers(crowd: Crowd) -> None:
    """Headers without an end, as fast as they are taken."""
    for _ in range(200):
        line = crowd.line()
        number = 0
        crowd.say(line, b"GET / HTTP/1.1\r\n")
        while number < 60 and crowd.say(line, b"X-%d: %s\r\n" % (number, b"x" * 4000)):
            number += 1


def large_bodies(crowd: Crowd) -> None:
    """As much as may be sent, but for the last byte."""
    head = b"POST /send HTTP/1.1\r\n" + HEAD + b"Content-Length: %d\r\n\r\n" % (len(BODY) + 1)
    for _ in range(400):
        crowd.say(crowd.line(), head + BODY)


def promised_bodies(crowd: Crowd) -> None:
    """A body that is announced, waved through with 100 Continue, and never comes."""
    head = b"POST /send HTTP/1.1\r\n" + HEAD + b"Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n"
    for _ in range(200):
        crowd.say(crowd.line(), head)


def tiny_chunks(crowd: Crowd) -> None:
    """Bodies in chunks of one letter."""
    head = b"POST /send HTTP/1.1\r\n" + HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    while not crowd.stop.is_set():
        lines = [crowd.line() for _ in range(8)]
        for line in lines:
            crowd.say(line, head + TINY_CHUNKS)
        crowd.stop.wait(1)
        for line in lines:
            _hang_up(line)


def slow_readers(crowd: Crowd) -> None:
    """Pages are asked for again and again, and none is read."""
    for _ in range(200):
        line = crowd.line()
        if line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.settimeout(0.05)
        crowd.say(line, PAGE * 30)


def pipelines(crowd: Crowd) -> None:
    """Thousands of requests in one piece, and all the answers are taken."""
    while not crowd.stop.is_set():
        line = crowd.line()
        reader = threading.Thread(target=_read_all, args=(line,))
        reader.start()
        crowd.say(line, PAGE * 3000)
        reader.join(0.5)


def come_and_go(crowd: Crowd) -> None:
    """Connections that are torn down as soon as they stand."""
    while not crowd.stop.is_set():
        _hang_up(crowd.line())


def noise(crowd: Crowd) -> None:
    """What is no HTTP of this century, or none at all."""
    while not crowd.stop.is_set():
        for words in (b"GET /NEEDLE", b"\x16\x03\x01NEEDLE", b"\0" * 3000, b"PRI * HTTP/2.0\r\n\r\nSM"):
            crowd.say(crowd.line(), words + b"\r\n\r\n")
        time.sleep(0.02)


FLOODS = (
    silence, endless_headers, large_bodies, promised_bodies, tiny_chunks,
    slow_readers, pipelines, come_and_go, noise,
)  # fmt: skip


@contextmanager
def flooding(flood: Callable[[Crowd], None], dial: Dial, many: int = 4500) -> Iterator[Crowd]:
    """While the block runs, the flood goes on; it begins once there has been time for its first waves."""
    crowd = Crowd(dial, many)
    thread = threading.Thread(target=flood, args=(crowd,))
    thread.start()
    thread.join(2)
    try:
        yield crowd
    finally:
        crowd.stop.set()
        for line in tuple(crowd.lines):
            _hang_up(line)
        thread.join()
        for line in crowd.lines:
            line.close()


def dial(port: int) -> socket.socket:
    """A connection to this machine."""
    line = socket.create_connection(("127.0.0.1", port), timeout=5)
    line.setblocking(True)
    line.settimeout(5)
    return line


def dial_safely(port: int) -> socket.socket:
    """The same with TLS, whatever the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(dial(port), server_hostname="localhost")


def _hang_up(line: socket.socket | None) -> None:
    """End it at once, without a goodbye."""
    if line is not None and line.fileno() >= 0:
        with suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.shutdown(socket.SHUT_RDWR)
            line.close()


def _read_all(line: socket.socket | None) -> None:
    with suppress(OSError, ValueError):
        while line and line.recv(65_536):
            pass
