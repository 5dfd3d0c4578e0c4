"""P5: the real server is asked in every way that fails, by marked visitors; nothing written tells of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from survey_app.privacy import MAX_BODY
from tests.public.builders import make_ground
from tests.public.served import Served, serve

pytestmark = pytest.mark.slow

MARKS = (b"NEEDLE", b"203.0.113.", b"127.0.0.1 ")
BODY = b"b=north&l=en&a1=3&a25=NEEDLE"
BURST = 80
"""One network has 60 at once; 80 are soon too many."""


def asked(line: str, body: bytes = b"", network: int = 7) -> bytes:
    """A marked request."""
    head = (
        f"{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: NEEDLE\r\n"
        f"X-Forwarded-For: 203.0.113.{network}\r\nReferer: https://NEEDLE.example/\r\nCookie: a=NEEDLE\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def statuses(served: Served, intake: Path) -> Iterator[int]:
    """What each request was answered."""
    for line, body in (
        ("GET /?q=NEEDLE", b""),
        ("GET /NEEDLE", b""),
        ("PUT /send", BODY),
        ("POST /send", b"b=NEEDLE"),
        ("POST /send", BODY.replace(b"&a1", b"&v=NEEDLE&a1")),
        ("POST /send", BODY.ljust(MAX_BODY + 1, b"x")),
        ("POST /send", BODY),
        ("POST /contact", b"b=north&l=en&c1=NEEDLE"),
        ("POST /contact", b"b=north&l=en&c1=NEEDLE&no=1"),
        ("NEEDLE", b""),
    ):
        yield status(served.exchange(asked(line, body)))
    with closing(sqlite3.connect(intake)) as locked:
        locked.execute("BEGIN EXCLUSIVE")
        yield status(served.exchange(asked("POST /send", BODY + b"&a2=1", network=8)))
    for _ in range(BURST):
        yield status(served.exchange(asked("POST /send", b"b=north", network=9)))


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def test_no_visitor_leaves_a_mark_in_any_file_or_stream(tmp_path: Path) -> None:
    data = make_ground(tmp_path / "data", opens=date(2020, 1, 1), closes=date(2099, 1, 1)).data
    with serve(data, "--behind-proxy") as served:
        seen = set(statuses(served, data / "public" / "intake.db"))
    assert seen >= {203, 303, 400, 404, 405, 413, 429, 503}
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {"stdout", "stderr", "intake.db"} <= {path.name for path in files}
    assert sum(path.name.endswith(".letter") for path in files) <= 1
    for path in files:
        content = path.read_bytes()
        assert not [mark for mark in MARKS if mark in content], path
    assert served.words().count("Your Voice") == 1
