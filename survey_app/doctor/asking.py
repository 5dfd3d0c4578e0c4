"""Asks a server over HTTP, each time on a line of its own, and keeps what comes back. It judges nothing.

Of a hostile or broken server it takes no more than ANSWER_MAX bytes, and three times PATIENCE.
"""

from __future__ import annotations

import re
import socket
import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from threading import Event, Timer
from urllib.parse import urlsplit

PATIENCE = 10.0
"""Seconds in which something must come; for a whole answer three times as long."""

ANSWER_MAX = 4 * 2**20
CHUNK = 65_536
_TARGET = re.compile(r"https?://(\[[0-9a-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?/?")


class NoAnswerError(Exception):
    """Nothing that is HTTP came back; the text says why in a few words."""


@dataclass(frozen=True)
class Answer:
    """What came back: names of headers in small letters, in order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this header."""
        return tuple(value for found, value in self.headers if found == name.lower())

    def header(self, name: str) -> str:
        """The header's value, several with commas between; "" for none."""
        return ", ".join(self.all(name))

    @property
    def page(self) -> bytes | None:
        """The body, unzipped if need be; None where it is broken."""
        coding = self.header("content-encoding")
        if coding not in ("", "gzip"):
            return None
        if not coding:
            return self.body
        opener = zlib.decompressobj(wbits=31)
        try:
            page = opener.decompress(self.body, ANSWER_MAX)
        except zlib.error:
            return None
        return page if opener.eof else None


@dataclass(frozen=True)
class Target:
    """Where to ask, and by which name. `trusting`: ask on although the certificate is not valid."""

    host: str
    port: int
    tls: bool = False
    trusting: bool = False
    patience: float = PATIENCE

    @property
    def name(self) -> str:
        """The name for the Host header."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == (443 if self.tls else 80) else f"{shown}:{self.port}"

    @property
    def address(self) -> str:
        """The address, for print."""
        return f"{'https' if self.tls else 'http'}://{self.name}/"

    @property
    def is_here(self) -> bool:
        """Whether it is this machine by a loopback address."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost"

    def connect(self) -> socket.socket:
        """A line to it; raises OSError, of which ssl.SSLError is one."""
        line = socket.create_connection((self.host, self.port), self.patience)
        if not self.tls:
            return line
        context = ssl.create_default_context()
        if self.trusting:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        try:
            return context.wrap_socket(line, server_hostname=self.host)
        except BaseException:
            line.close()
            raise


@dataclass(frozen=True)
class Question:
    """A request. `host` replaces the target's own name."""

    line: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    host: str = ""


def target_of(url: str) -> Target:
    """The target of an address like https://survey.example/; raises ValueError for any other."""
    if not _TARGET.fullmatch(url) or not all(0 < len(label) < 64 for label in _labels(url)):
        raise ValueError("Write an address like https://survey.example/ with nothing after it.")
    parts = urlsplit(url)
    tls = parts.scheme == "https"
    return Target(parts.hostname or "", parts.port or (443 if tls else 80), tls)


def _labels(url: str) -> list[str]:
    return (urlsplit(url).hostname or "").rstrip(".").split(".")


def ask(target: Target, question: Question) -> Answer:
    """What the target answers; raises NoAnswerError."""
    try:
        with target.connect() as line, _cut_after(line, 3 * target.patience):
            # Whoever refuses a long body may hang up before it has all of it, and still answer.
            with suppress(ConnectionError):
                line.sendall(_bytes(target, question))
            return _read(line, question.line.partition(" ")[0])
    except TimeoutError:
        raise NoAnswerError("it took too long") from None
    except ssl.SSLError as error:
        raise NoAnswerError(error.reason or "no TLS") from None
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswerError(getattr(error, "strerror", None) or type(error).__name__) from None


@contextmanager
def _cut_after(line: socket.socket, seconds: float) -> Iterator[None]:
    """Hang up on whoever keeps the line busy and never comes to an end. Raises TimeoutError then."""
    late = Event()
    timer = Timer(seconds, _hang_up, (line, late))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():  # what was heard until then looks like a whole answer
        raise TimeoutError


def _hang_up(line: socket.socket, late: Event) -> None:
    late.set()
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _bytes(target: Target, question: Question) -> bytes:
    headers = {"Host": question.host or target.name, "Connection": "close", **question.headers}
    if question.body:
        headers["Content-Length"] = str(len(question.body))
    lines = [f"{question.line} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("ascii") + question.body


def _read(line: socket.socket, method: str) -> Answer:
    with HTTPResponse(line, method=method) as response:
        response.begin()
        body = response.read(ANSWER_MAX)
        headers = tuple((name.lower(), value.strip()) for name, value in response.getheaders())
        return Answer(response.status, headers, body)
