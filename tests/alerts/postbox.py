"""Starts the tests' mail server, with a password and a throw-away certificate, and reads its mail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.doctor.certificates import make_certificate

ROOT = Path(__file__).parents[2]
USER, PASSWORD = "desk", "quartz bicycle meadow seven"
CERTIFICATE, MAILS = "mail.pem", "mails.jsonl"


@dataclass(frozen=True)
class Envelope:
    """One mail that arrived; `hello`: how its sender's machine called itself."""

    hello: str
    sender: str
    to: list[str]
    content: str


@dataclass(frozen=True)
class Postbox:
    """What arrived so far."""

    path: Path

    @property
    def envelopes(self) -> list[Envelope]:
        """All mail, the oldest first."""
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return [Envelope(**json.loads(line)) for line in lines]


@contextmanager
def mail_server(folder: Path, security: str = "starttls") -> Iterator[tuple[int, Postbox]]:
    """The port of a server, and what came to it. Trust FOLDER/mail.pem to reach it by an encrypted line."""
    make_certificate(folder / CERTIFICATE)
    command = [sys.executable, "-W", "ignore", "-m", "tests.alerts.mailserver", str(folder), security]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline()), Postbox(folder / MAILS)
        finally:
            server.stdin.close()
            server.wait(10)
