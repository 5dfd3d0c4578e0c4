"""The real command in its own process, spoken to in bytes; what it wrote is kept for the test to search."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 20.0
COMMAND = [sys.executable, "-m", "survey_app.commands", "serve", "--port", "0", "--data"]


@dataclass
class Served:
    """A running server, its port, and the files with what it said."""

    process: subprocess.Popen[bytes]
    port: int
    said: tuple[Path, Path]

    def exchange(self, sent: bytes, *, half_close: bool = False) -> bytes:
        """Send these bytes on a connection of their own; return all that comes back until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            try:
                line.sendall(sent)
            except ConnectionError:
                return b""  # it had heard enough
            if half_close:
                line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: _received(line), b""))

    def words(self) -> str:
        """Everything it has written so far."""
        return "".join(path.read_text(errors="replace") for path in self.said)


@contextmanager
def serve(data: Path, *flags: str, before: Sequence[str] = ()) -> Iterator[Served]:
    """Start `yourvoice serve` on any free port and stop it at the end. `before`: a command that starts it."""
    said = data / "stdout", data / "stderr"
    with (
        said[0].open("wb") as out,
        said[1].open("wb") as err,
        subprocess.Popen([*before, *COMMAND, str(data), *flags], stdout=out, stderr=err) as process,
    ):
        try:
            yield Served(process, _port(process, said), said)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _port(process: subprocess.Popen[bytes], said: tuple[Path, Path]) -> int:
    end = time.monotonic() + PATIENCE
    while not (found := re.search(r"http://[^/]*:(\d+)/", said[0].read_text())):
        assert process.poll() is None, said[1].read_text()
        assert time.monotonic() < end, "it never said where it listens"
        time.sleep(0.02)
    return int(found[1])


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(65_536)
    except ConnectionError:
        return b""


def children(pid: int) -> list[int]:
    """The processes that this one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
