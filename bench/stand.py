"""A public server of our own for the bench, in a throw-away folder. It serves nobody else."""

import http.client
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from admin.demo_folder import County, furnish
from admin.janitor import Janitor

START_SECONDS = 20


@dataclass(frozen=True)
class Stand:
    """The running server. `started_in`: seconds from the command to the first answered request."""

    url: str
    county: County
    pid: int
    started_in: float

    @property
    def processes(self) -> list[psutil.Process]:
        """The command and everything it started."""
        root = psutil.Process(self.pid)
        return [root, *root.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """Processor time of all its processes until now."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)

    def largest(self) -> float:
        """Resident memory of its largest process, in MB."""
        return max(process.memory_info().rss for process in self.processes) / 1e6

    def stored(self) -> int:
        """How many sealed ballots lie in the intake."""
        with closing(sqlite3.connect(self.county.data / "public" / "intake.db")) as intake:
            return int(intake.execute("SELECT count(*) FROM ballots").fetchone()[0])


@contextmanager
def our_server(port: int) -> Iterator[Stand]:
    """`yourvoice serve` on this port, gone with its folder at the end."""
    janitor = Janitor()
    try:
        county = furnish(janitor.folder / "data", datetime.now().astimezone().date(), 3600)
        command = [str(Path(sys.executable).with_name("yourvoice")), "serve", "--data", str(county.data)]
        begun = time.perf_counter()
        log = janitor.folder / "log"
        server = janitor.start([*command, "--port", str(port)], log)
        _wait_for(port, log)
        yield Stand(f"http://127.0.0.1:{port}", county, server.pid, time.perf_counter() - begun)
    finally:
        janitor.finish()


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as line:
            try:
                line.request("GET", "/bye")
                line.getresponse().read()
            except OSError:
                time.sleep(0.02)
            else:
                return
    raise TimeoutError(log.read_text())
