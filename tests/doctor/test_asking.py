"""A server that is broken, or worse, holds the doctor up for a while at most, and is told apart."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from survey_app.doctor.asking import ANSWER_MAX, Answer, NoAnswerError, Question, Target, ask, target_of


@contextmanager
def server(act: Callable[[socket.socket], None]) -> Iterator[Target]:
    """Somebody who does this on every line."""

    def serve(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                with line, suppress(OSError):
                    line.recv(65_536)
                    act(line)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield Target("127.0.0.1", listener.getsockname()[1], patience=0.5)


def drip(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(400):
        line.sendall(b"x")
        time.sleep(0.05)


BROKEN: dict[str, Callable[[socket.socket], None]] = {
    "silent": lambda line: time.sleep(1),
    "hangs up": lambda line: None,
    "no HTTP": lambda line: line.sendall(b"220 mail.example ESMTP\r\n"),
    "no status": lambda line: line.sendall(b"HTTP/1.1 \r\n\r\n"),
    "headers without end": lambda line: line.sendall(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n"),
    "a line without end": lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000),
    "bad chunks": lambda line: line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    "drips": drip,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_answer_is_said_in_a_few_words(name: str) -> None:
    started = time.monotonic()
    with server(BROKEN[name]) as target, pytest.raises(NoAnswerError) as caught:
        ask(target, Question("GET /"))
    assert time.monotonic() - started < 8  # dripping, it would be twenty
    assert 0 < len(str(caught.value)) < 60


def test_an_endless_answer_is_cut() -> None:
    def flood(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            line.sendall(b"x" * 65_536)

    with server(flood) as target:
        assert len(ask(target, Question("GET /")).body) <= ANSWER_MAX


@pytest.mark.parametrize(
    ("coding", "body", "page"),
    [
        ("", b"page", b"page"),
        ("gzip", gzip.compress(b"page"), b"page"),
        ("gzip", gzip.compress(b"page")[:-1], None),
        ("gzip", b"page", None),
        ("br", b"page", None),
        ("gzip", gzip.compress(b"x" * (ANSWER_MAX + 1)), None),
    ],
    ids=["plain", "zipped", "cut short", "not zipped", "another coding", "a bomb"],
)
def test_a_page_is_unzipped_or_broken(coding: str, body: bytes, page: bytes | None) -> None:
    headers = (("content-encoding", coding),) if coding else ()
    assert Answer(200, headers, body).page == page


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://survey.example/", Target("survey.example", 443, True)),
        ("https://survey.example:8443", Target("survey.example", 8443, True)),
        ("http://[::1]:8000/", Target("::1", 8000)),
        ("http://survey.example", Target("survey.example", 80)),
    ],
)
def test_an_address_is_read(url: str, target: Target) -> None:
    assert target_of(url) == target
    assert target_of(target.address) == target


@pytest.mark.parametrize(
    "url",
    [
        "survey.example",
        "ftp://a/",
        "https://a/b",
        "https://a?b",
        "https://a:99999/",
        "https://u@a/",
        "https://",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        target_of(url)
    assert not isinstance(caught.value, UnicodeError)
